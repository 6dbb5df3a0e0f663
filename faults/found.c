// SPDX-License-Identifier: GPL-2.0-or-later
/* What a scenario's cases show, as distinct findings: the worker's side, and the parent's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "story.h"
#include "worker.h"

bool job_same_places(const struct zcase *a, const struct zcase *b)
{
	const struct fault *f, *g;

	if (a->nr_faults != b->nr_faults)
		return false;
	if (!a->nr_faults)
		return true;
	f = &a->faults[a->nr_faults - 1].fault;
	g = &b->faults[b->nr_faults - 1].fault;
	return f->point == g->point && f->phase == g->phase;
}

unsigned int case_reach(const struct zcase *c)
{
	if (c->nr_faults > 1)
		return REACH_PAIR << (c->nr_faults - 2);
	if (!c->nr_faults)
		return REACH_NO_FAULT;
	return c->faults[0].fault.persistent ? REACH_PERSISTENT : REACH_ONCE;
}

static struct distinct *find_distinct(struct job *job, const struct zcase *c,
				      const struct finding *f)
{
	for (unsigned int i = 0; i < job->result.nr_distinct; i++) {
		struct distinct *d = &job->distinct[i];

		if (d->finding.letter == f->letter && !strcmp(d->finding.key, f->key) &&
		    job_same_places(&d->first, c))
			return d;
	}
	return NULL;
}

bool distinct_shows_better(const struct distinct *d, const struct zcase *c, bool within, bool guard)
{
	if (within == !d->within)
		return within;
	if (guard != d->guard_only)
		return !guard;
	/* It says what it takes. */
	if (c->nr_faults != d->first.nr_faults)
		return c->nr_faults < d->first.nr_faults;
	return case_is_smaller(c, &d->first);
}

struct distinct *job_add_finding(struct job *job, const struct zcase *c, const struct finding *f,
				 bool beyond, bool crash)
{
	struct distinct *d = find_distinct(job, c, f);
	bool guard = job->stage == STAGE_GUARD || job->guard_one;
	bool known = d, first;

	job->result.accusing += !beyond;
	if (!known && job->result.nr_distinct == RESULT_DISTINCT) {
		job->result.nr_more++;
		return NULL;
	}
	if (!known)
		d = &job->distinct[job->result.nr_distinct];
	first = !known || distinct_shows_better(d, c, !beyond, guard);
	if (first) {
		d->finding = *f;
		d->first = *c;
		d->crash = crash;
		d->guard_only = guard;
		d->died[0] = '\0';
		memcpy(d->order, job->order, sizeof(d->order));
	}
	d->reach |= case_reach(c);
	d->cases++;
	d->within += !beyond;
	job->result.nr_distinct += !known;
	return first ? d : NULL;
}

void job_add_findings(struct job *job, const struct zcase *c, const struct verdict *v)
{
	/*
	 * One defect breaks several invariants. The first one broken, at the
	 * earliest step, names it; the rest are its consequences, for whoever
	 * looks at a single case.
	 */
	for (unsigned int i = 0; i < v->nr_findings && i < VERDICT_FINDINGS; i++) {
		if (!i || job->one)
			job_add_finding(job, c, &v->findings[i], v->beyond, false);
	}
}

static bool case_beyond(const struct zcase *c)
{
	bool beyond = scenario_beyond(&c->scenario);

	for (unsigned int i = 0; i < c->nr_faults; i++)
		beyond |= c->faults[i].beyond;
	return beyond;
}

/* Of a run without a fault the death is a finding of its own, as in add_baseline(). */
static bool hides_death(const struct zcase *c, const struct finding *sooner)
{
	return !c->nr_faults && oracle_is_bookkeeping(sooner->letter);
}

void job_add_crash(struct job *job, const struct zcase *c, const struct finding *death)
{
	bool sooner = job->last.letter, beyond = case_beyond(c);
	struct distinct *d;

	if (sooner && hides_death(c, &job->last)) {
		job_add_finding(job, c, &job->last, beyond, false);
		sooner = false;
	}
	d = job_add_finding(job, c, sooner ? &job->last : death, beyond, true);
	if (d && sooner)
		snprintf(d->died, sizeof(d->died), "%.*s", (int)sizeof(d->died) - 1, death->text);
	if (d && !sooner && job->last_step[0])
		memcpy(d->finding.step, job->last_step, sizeof(d->finding.step));
}

/* ---- many workers ------------------------------------------------------ */

static int compare_order(const struct distinct *a, const struct distinct *b)
{
	if (a->first.nr_faults != b->first.nr_faults)
		return a->first.nr_faults < b->first.nr_faults ? -1 : 1;
	for (unsigned int i = 0; i < FAULT_MAX_PLAN; i++) {
		if (a->order[i] != b->order[i])
			return a->order[i] < b->order[i] ? -1 : 1;
	}
	return 0;
}

/* As one worker would have kept it that had met both. */
static bool kept_of_both(const struct distinct *a, const struct distinct *b)
{
	if (!a->within != !b->within)
		return a->within;
	if (case_is_smaller(&a->first, &b->first) || case_is_smaller(&b->first, &a->first))
		return case_is_smaller(&a->first, &b->first);
	return compare_order(a, b) < 0;
}

static void merge_distinct(struct distinct *to, const struct distinct *from)
{
	struct distinct sum = kept_of_both(from, to) ? *from : *to;

	sum.cases = to->cases + from->cases;
	sum.within = to->within + from->within;
	sum.reach = to->reach | from->reach;
	*to = sum;
}

void job_merge(struct job *job, const struct job *other)
{
	struct result *r = &job->result;

	for (unsigned int i = 0; i < other->result.nr_distinct; i++) {
		const struct distinct *d = &other->distinct[i];
		struct distinct *known = find_distinct(job, &d->first, &d->finding);

		if (known)
			merge_distinct(known, d);
		else if (r->nr_distinct < RESULT_DISTINCT)
			job->distinct[r->nr_distinct++] = *d;
		else
			r->nr_more += d->cases;
	}
	r->nr_more += other->result.nr_more;
}

static int compare_distinct(const void *a, const void *b)
{
	const struct distinct *d = a, *e = b;
	int order = compare_order(d, e);

	if (order)
		return order;
	if (d->finding.letter != e->finding.letter)
		return d->finding.letter < e->finding.letter ? -1 : 1;
	return strcmp(d->finding.key, e->finding.key);
}

void job_sort(struct job *job)
{
	qsort(job->distinct, job->result.nr_distinct, sizeof(job->distinct[0]), compare_distinct);
}
