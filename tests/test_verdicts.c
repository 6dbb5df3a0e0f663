// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A case has one verdict: whichever was played before it, in whatever process,
 * in either build. For the builds the golden file stands between: both have to
 * print it.
 */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults/cmd.h"
#include "faults/story.h"
#include "golden.h"
#include "subjects.h"

/* A subject's scenarios side by side. */
static const struct {
	const char *subject, *scenario;
} played[] = {
	{ "core", "order2/stale/objcg1" },
	{ "core", "order1/batch2/batching" },
	{ "v4", "order2/batching" },
	{ "v4", "order1/batch2/batching" },
	{ "v4", "order2/stale/objcg1/batching" },
	{ "store-erase_one_short", "order2/stale" },
	{ "load-error_drops_entry", "order1" },
	{ "store-leaks_entries", "order0/stale" },
	{ "compress-frees_twice", "order1" },
	{ "store-does_not_wait", "order1/alone" },
};

#define NR_PLAYED	(sizeof(played) / sizeof(played[0]))

/* Of so many cases one is played alone, which takes a process of its own. */
#define ALONE		9

/* ---- in both builds ---------------------------------------------------- */

static char text[65536];

static void __attribute__((format(printf, 1, 2))) put(const char *format, ...)
{
	size_t n = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + n, sizeof(text) - n, format, args);
	va_end(args);
}

static void put_result(const struct result *r, void *arg)
{
	static const char outcomes[] = { [HELD] = '.', [VACUOUS] = 'v', [NOT_JUDGED] = '?' };
	char id[CASE_ID];

	ck_assert_str_eq(r->error, "");
	put("%s %s\n", (const char *)arg, r->name);
	for (unsigned long i = 0; i < r->nr_cases; i++) {
		const struct cell *cell = &r->cells[i];

		put("%s%c%s", i % 64 ? "" : "  ",
		    cell->outcome == BROKEN ? cell->letter : outcomes[cell->outcome],
		    i % 64 == 63 || i == r->nr_cases - 1 ? "\n" : "");
	}
	for (unsigned int i = 0; i < r->nr_distinct; i++) {
		const struct distinct *d = &r->distinct[i];

		case_format(&d->first, id, sizeof(id));
		put("  %c  %s: %lu of %s\n", d->finding.letter, d->finding.key, d->cases, id);
	}
}

/* ASan still looks at what an unloaded subject had: all stay until the end. */
START_TEST(both_builds_say_the_same)
{
	static struct patient p[NR_PLAYED];
	unsigned int nr = 0;

	text[0] = '\0';
	for (size_t i = 0; i < NR_PLAYED; i++) {
		if (!i || strcmp(played[i].subject, played[i - 1].subject))
			patient_open(&p[nr++], played[i].subject);
		patient_run(&p[nr - 1], played[i].scenario, put_result, (void *)played[i].subject);
	}
	while (nr)
		patient_close(&p[--nr]);
	golden_check("verdicts", text);
}
END_TEST

/* ---- in any order, and alone ------------------------------------------- */

static struct patient patient;

/**
 * struct said - of each of @nr cases
 * @cell: by a worker that played all of them
 * @finding: the first of them, when they were played here; letter 0: none
 */
static struct said {
	unsigned long nr;
	struct zcase *cases;
	struct cell *cell;
	struct finding *finding;
} said;

static void keep(const struct result *r, void *arg)
{
	ck_assert_str_eq(r->error, "");
	ck_assert_uint_gt(r->nr_cases, 0);
	said.nr = r->nr_cases;
	said.cases = calloc(said.nr, sizeof(*said.cases));
	said.cell = calloc(said.nr, sizeof(*said.cell));
	said.finding = calloc(said.nr, sizeof(*said.finding));
	memcpy(said.cases, r->cases, said.nr * sizeof(*said.cases));
	memcpy(said.cell, r->cells, said.nr * sizeof(*said.cell));
}

/* A sanitizer ends the process, for which only a worker is prepared. */
static bool may_end_us(unsigned long i)
{
	return built_with_asan() && said.cell[i].letter == 'U';
}

static void check_case(unsigned long i, uint8_t outcome, const struct finding *f)
{
	char id[CASE_ID];

	case_format(&said.cases[i], id, sizeof(id));
	ck_assert_msg(outcome == said.cell[i].outcome, "%s: %d, then %d", id,
		      said.cell[i].outcome, outcome);
	/* Alone it comes with what the run without a fault has shown. */
	if (outcome == NOT_JUDGED)
		return;
	ck_assert_msg(f->letter == said.cell[i].letter, "%s: %c, then %c: %s", id,
		      said.cell[i].letter ? said.cell[i].letter : '.', f->letter, f->text);
	if (!said.finding[i].letter)
		return;
	ck_assert_str_eq(f->key, said.finding[i].key);
	ck_assert_str_eq(f->text, said.finding[i].text);
	ck_assert_str_eq(f->step, said.finding[i].step);
}

static void play(struct story *st, unsigned long i)
{
	struct verdict v;

	if (may_end_us(i))
		return;
	story_play(st, &said.cases[i], &v);
	if (!v.nr_findings)
		memset(&v.findings[0], 0, sizeof(v.findings[0]));
	check_case(i, v.outcome, &v.findings[0]);
	said.finding[i] = v.findings[0];
}

static void play_alone(unsigned long i)
{
	static const struct finding none;
	char why[256] = "";
	struct result r;

	ck_assert_msg(!run_case(&said.cases[i], &patient.opt, false, &r, why, sizeof(why)),
		      "%s%s", why, r.error);
	check_case(i, r.cells[0].outcome, r.nr_distinct ? &r.distinct[0].finding : &none);
	result_free(&r);
}

START_TEST(in_any_order_and_alone)
{
	const struct scenario s = scenario_named(played[_i].scenario);
	char why[400] = "";
	struct story st;

	patient_open(&patient, played[_i].subject);
	run_scenarios(&s, 1, &patient.opt, keep, NULL);
	ck_assert_msg(!story_open(&st, &s, &patient.subject, &patient.pages, false, why, sizeof(why)),
		      "%s", why);
	for (unsigned long i = said.nr; i--; )
		play(&st, i);
	for (unsigned long i = 0; i < said.nr; i++)
		play(&st, i);
	story_close(&st);
	for (unsigned long i = 0; i < said.nr; i += ALONE)
		play_alone(i);
	free(said.cases);
	free(said.cell);
	free(said.finding);
	patient_close(&patient);
}
END_TEST

Suite *suite_verdicts(void);

Suite *suite_verdicts(void)
{
	Suite *s = suite_create("verdicts");
	TCase *tc = tcase_create("verdicts");

	tcase_add_test(tc, both_builds_say_the_same);
	tcase_add_loop_test(tc, in_any_order_and_alone, 0, NR_PLAYED);
	suite_add_tcase(s, tc);
	return s;
}
