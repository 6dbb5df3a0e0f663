// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a case begins does not show: at the mark of others, or with the store. */
#include <check.h>
#include <string.h>

#include "faults/cmd.h"
#include "faults/space.h"
#include "faults/story_private.h"
#include "subjects.h"

static struct patient patient;
static struct story story;
static struct space space;
static unsigned long resumed, late, broken;

static void same_findings(const struct verdict *a, const struct verdict *b)
{
	ck_assert_uint_eq(a->nr_findings, b->nr_findings);
	for (unsigned int i = 0; i < a->nr_findings && i < VERDICT_FINDINGS; i++) {
		const struct finding *f = &a->findings[i], *g = &b->findings[i];

		ck_assert_int_eq(f->letter, g->letter);
		ck_assert_int_eq(f->slot, g->slot);
		ck_assert_str_eq(f->key, g->key);
		ck_assert_str_eq(f->text, g->text);
		ck_assert_str_eq(f->step, g->step);
	}
}

static void same_verdict(const struct verdict *a, const struct verdict *b)
{
	ck_assert_int_eq(a->outcome, b->outcome);
	ck_assert_uint_eq(a->checked, b->checked);
	ck_assert_uint_eq(a->not_seen, b->not_seen);
	ck_assert_uint_eq(a->excused, b->excused);
	ck_assert_uint_eq(a->fired, b->fired);
	ck_assert_int_eq(a->beyond, b->beyond);
	ck_assert_int_eq(a->ended, b->ended);
	ck_assert_uint_eq(a->stored, b->stored);
	ck_assert_uint_eq(a->steps, b->steps);
	ck_assert_str_eq(a->why_vacuous, b->why_vacuous);
	same_findings(a, b);
}

static void play_both(const struct zcase *c)
{
	static struct verdict marked, whole;
	unsigned long calls;

	story.whole = false;
	story_play(&story, c, &marked);
	calls = world_calls();
	/* Once more, surely from the mark where there is one. */
	story_play(&story, c, &marked);
	ck_assert_uint_eq(world_calls(), calls);
	resumed += story.priv->mark.valid;
	late += c->faults[c->nr_faults - 1].fault.phase > PHASE_STORE;
	story.whole = true;
	story_play(&story, c, &whole);
	ck_assert_uint_eq(world_calls(), calls);
	same_verdict(&marked, &whole);
	broken += whole.outcome == BROKEN;
}

/* @first, and then each tenth of all single faults. */
static void play_pairs(const struct zcase *first)
{
	struct zcase c = *first;

	c.nr_faults = 2;
	for (unsigned long i = 0; i < space.nr_cases; i += 10) {
		c.faults[1] = space.cases[i].faults[0];
		play_both(&c);
	}
}

static void play_all(const char *subject, const char *scenario, bool guard)
{
	struct scenario s = scenario_named(scenario);
	char why[400];

	resumed = late = broken = 0;
	patient_open(&patient, subject);
	ck_assert_msg(!story_open(&story, &s, &patient.subject, &patient.pages, guard,
				  why, sizeof(why)), "%s", why);
	ck_assert_msg(!space_open(&space, &story, why, sizeof(why)), "%s", why);
	for (unsigned long i = 0; i < space.nr_cases; i++)
		play_both(&space.cases[i]);
	for (unsigned long i = space.nr_cases; i--;)
		play_both(&space.cases[i]);
	for (unsigned long i = 0; i < space.nr_cases; i += 7)
		play_pairs(&space.cases[i]);
	ck_assert_uint_gt(late, 0);
	ck_assert_uint_gt(resumed, 0);
	space_close(&space);
	story_close(&story);
	patient_close(&patient);
}

START_TEST(a_mark_does_not_show)
{
	play_all("core", "order1/objcg1", false);
	ck_assert_uint_eq(broken, 0);
	play_all("core", "order0/batch3/stale/objcgs/batching/unplug-lock", false);
	ck_assert_uint_eq(broken, 0);
}
END_TEST

/* In a world that the subject ruins, and on pages that are protected. */
START_TEST(a_mark_does_not_show_in_what_is_broken)
{
	play_all("v4", "order2/stale/objcg1", false);
	ck_assert_uint_gt(broken, 0);
	play_all("v4", "order2/stale/objcg1", !built_with_asan());
	ck_assert_uint_gt(broken, 0);
}
END_TEST

/* What others follow is played from its beginning; so is a boot, and the store. */
START_TEST(a_mark_is_left_where_it_may_be)
{
	struct scenario s = scenario_named("order1");
	static struct fault_hit hits[4096];
	struct verdict v;
	struct zcase c;
	char why[400];

	patient_open(&patient, "core");
	ck_assert(!story_open(&story, &s, &patient.subject, &patient.pages, false, why, sizeof(why)));
	ck_assert(!space_open(&space, &story, why, sizeof(why)));
	c = space.cases[0];
	story_play(&story, &c, &v);
	ck_assert(!story.priv->mark.valid);
	c = space.cases[space.nr_cases - 1];
	fault_record(hits, 4096);
	story_play(&story, &c, &v);
	fault_record(NULL, 0);
	ck_assert(!story.priv->mark.valid);
	fault_trace(true);
	story_play(&story, &c, &v);
	fault_trace(false);
	ck_assert(!story.priv->mark.valid);
	story_play(&story, &c, &v);
	ck_assert(story.priv->mark.valid);
	ck_assert_int_eq(story.priv->mark.phase, PHASE_WRITEBACK);
	space_close(&space);
	story_close(&story);
	patient_close(&patient);
}
END_TEST

Suite *suite_mark(void);
Suite *suite_mark(void)
{
	Suite *s = suite_create("mark");
	TCase *tc = tcase_create("mark");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, a_mark_does_not_show);
	tcase_add_test(tc, a_mark_does_not_show_in_what_is_broken);
	tcase_add_test(tc, a_mark_is_left_where_it_may_be);
	suite_add_tcase(s, tc);
	return s;
}
