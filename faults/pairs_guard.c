// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Some pairs once more, on protected pages, where a plain read of freed memory is
 * seen: the last hit of a point in a phase is a case's first fault, and the last one
 * of each that comes after it the second. They have most to undo.
 *
 * What breaks there is played on plain pages again: if it breaks there as well,
 * it was told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pairs_worker.h"
#include "space.h"

/**
 * struct kept - a case that broke on protected pages
 */
struct kept {
	struct zcase c;
	uint32_t order[FAULT_MAX_PLAN];
	struct verdict v;
};

/**
 * struct sweep - where a worker is among these pairs
 * @all: of the run without a fault; @after: of that with the first one
 * @kept, @nr_kept: what broke, in the order in which it was played; room for @max
 */
struct sweep {
	struct pairs_worker *me;
	struct job *job;
	struct story story;
	struct trail all, after;
	struct kept *kept;
	unsigned long nr_kept, max;
};

/* Of its point in its phase, among those that can be made to fail. */
static bool is_last(const struct trail *t, unsigned long hit)
{
	for (unsigned long i = hit + 1; i < t->nr; i++) {
		if (t->hits[i].point == t->hits[hit].point &&
		    t->hits[i].phase == t->hits[hit].phase && !t->hits[i].failed)
			return false;
	}
	return !t->hits[hit].failed;
}

static struct case_fault fault_at(const struct trail *t, unsigned long hit)
{
	return trail_fault(t, hit, fault_points[t->hits[hit].point].errors[0], false);
}

static int keep(struct sweep *s, const struct zcase *c, const struct verdict *v)
{
	struct kept *more;

	if (s->nr_kept == s->max) {
		s->max = 2 * s->max + 16;
		more = realloc(s->kept, s->max * sizeof(*more));
		if (!more) {
			snprintf(s->job->result.error, sizeof(s->job->result.error),
				 "no memory for pairs on protected pages");
			return -1;
		}
		s->kept = more;
	}
	s->kept[s->nr_kept] = (struct kept){ .c = *c, .v = *v };
	memcpy(s->kept[s->nr_kept++].order, s->job->order, sizeof(s->job->order));
	return 0;
}

static int play_pair(struct sweep *s, const struct zcase *c, uint32_t number)
{
	struct verdict v;

	s->me->now = *c;
	s->me->level = 2;
	s->job->order[1] = number;
	s->job->result.guarded++;
	story_play(&s->story, c, &v);
	return v.outcome == BROKEN ? keep(s, c, &v) : 0;
}

/* Numbers are those that pairs.c gives: two for each error of a hit. */
static int play_seconds(struct sweep *s, struct zcase *c)
{
	struct case_fault first = c->faults[0];
	uint32_t number = 0;

	first.slot = -1;
	for (unsigned long hit = trail_find(&s->after, &first) + 1; hit < s->after.nr; hit++) {
		const struct fault_hit *h = &s->after.hits[hit];

		if (h->failed || !space_faults_next(&c->scenario, h->phase))
			continue;
		if (is_last(&s->after, hit)) {
			c->faults[1] = fault_at(&s->after, hit);
			c->nr_faults = 2;
			if (play_pair(s, c, number))
				return -1;
		}
		number += 2 * pairs_nr_errors(h->point);
	}
	return 0;
}

/* What a fault breaks by itself is not told again of what comes after it. */
static bool comes_to_more(const struct verdict *v)
{
	return v->fired == 1 && (v->outcome == HELD || v->outcome == VACUOUS ||
				 (v->outcome == NOT_JUDGED && v->excused));
}

static int play_first(struct sweep *s, unsigned long hit, uint32_t number)
{
	struct zcase c = { .scenario = s->job->result.scenario, .nr_faults = 1 };
	struct result *r = &s->job->result;
	struct verdict v;

	c.faults[0] = fault_at(&s->all, hit);
	memset(s->job->order, 0, sizeof(s->job->order));
	s->job->order[0] = number;
	s->me->now = c;
	s->me->level = 1;
	if (trail_play(&s->after, &s->story, &c, &v, r->error, sizeof(r->error)))
		return -1;
	return comes_to_more(&v) ? play_seconds(s, &c) : 0;
}

/* The first fault with this index among them all; false: there are not so many. */
static bool find_first(const struct sweep *s, unsigned long index, unsigned long *hit,
		       uint32_t *number)
{
	*number = 0;
	for (*hit = 0; *hit < s->all.nr; ++*hit) {
		const struct fault_hit *h = &s->all.hits[*hit];

		if (!space_faults(&s->job->result.scenario, h->phase))
			continue;
		if (is_last(&s->all, *hit) && !index--)
			return true;
		*number += 2 * pairs_nr_errors(h->point);
	}
	return false;
}

/* Each worker takes the next one. */
static int play_firsts(struct sweep *s)
{
	unsigned long *next = &s->me->team->next_guarded, hit;
	uint32_t number;

	while (find_first(s, __atomic_fetch_add(next, 1, __ATOMIC_RELAXED), &hit, &number)) {
		if (play_first(s, hit, number))
			return -1;
	}
	return 0;
}

static void tell(struct sweep *s, const struct kept *kept, uint8_t plain)
{
	struct result *r = &s->job->result;

	/* Whoever played it before has counted it as that. */
	r->held -= plain == HELD;
	r->vacuous -= plain == VACUOUS;
	r->not_judged -= plain == NOT_JUDGED;
	r->broken++;
	memcpy(s->job->order, kept->order, sizeof(kept->order));
	job_add_findings(s->job, &kept->c, &kept->v);
}

static void play_kept(struct sweep *s)
{
	struct verdict v;

	if (!s->nr_kept || !job_open_story(s->job, &s->story, false))
		return;
	for (unsigned long i = 0; i < s->nr_kept; i++) {
		story_play(&s->story, &s->kept[i].c, &v);
		if (v.outcome != BROKEN)
			tell(s, &s->kept[i], v.outcome);
	}
	story_close(&s->story);
}

static bool play_all(struct sweep *s)
{
	const struct zcase none = { .scenario = s->job->result.scenario };
	struct result *r = &s->job->result;
	struct verdict v;
	int ret;

	if (!job_open_story(s->job, &s->story, true))
		return false;
	ret = trail_play(&s->all, &s->story, &none, &v, r->error, sizeof(r->error)) || play_firsts(s);
	story_close(&s->story);
	trail_free(&s->all);
	trail_free(&s->after);
	return !ret;
}

void pairs_guard(struct pairs_worker *me)
{
	struct sweep s = { .me = me, .job = me->job };

	if (play_all(&s))
		play_kept(&s);
	if (me->job->result.error[0])
		me->job->stage = STAGE_FAILED;
	free(s.kept);
}
