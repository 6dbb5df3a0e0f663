// SPDX-License-Identifier: GPL-2.0-or-later
/* What a scenario's cases show, as distinct findings: the worker's side, and the parent's. */
#include <stdio.h>
#include <string.h>

#include "story.h"
#include "worker.h"

bool job_same_places(const struct zcase *a, const struct zcase *b)
{
	if (a->nr_faults != b->nr_faults)
		return false;
	for (unsigned int i = 0; i < a->nr_faults; i++) {
		const struct fault *f = &a->faults[i].fault, *g = &b->faults[i].fault;

		if (f->point != g->point || f->phase != g->phase)
			return false;
	}
	return true;
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
	}
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
