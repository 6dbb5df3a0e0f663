// SPDX-License-Identifier: GPL-2.0-or-later
/* The worker's side of pairs: a first fault, and all that comes after it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pairs_worker.h"
#include "space.h"

/**
 * struct walk - where a worker is among the cases
 * @c: the case being built, fault by fault
 * @trails: [n]: the run of its first n faults, if more may come after it
 * @verdicts: [n]: of that run
 * @same: [n]: fault n, which strikes once, would do no more if it persisted
 * @again: [n]: a byte for each fault that comes after fault n, which strikes
 *	once: does it bring hits at which fault n would strike again?
 * @nr_again: [n]: room in that
 * @resume: faults of the case at which the worker before this one died, while
 *	this one has not come there yet; 0
 */
struct walk {
	struct pairs_worker *me;
	struct job *job;
	struct story story;
	struct zcase c;
	struct trail trails[FAULT_MAX_PLAN];
	struct verdict verdicts[FAULT_MAX_PLAN + 1];
	bool same[FAULT_MAX_PLAN];
	bool *again[FAULT_MAX_PLAN];
	unsigned long nr_again[FAULT_MAX_PLAN];
	unsigned int resume;
};

static const struct pairs_options *options(const struct walk *w)
{
	return w->me->team->opt;
}

static int fail(struct walk *w)
{
	w->job->stage = STAGE_FAILED;
	return -1;
}

/* ---- which faults ------------------------------------------------------ */

/* The second store and the teardown do again what may fail sooner. */
static bool is_like(const struct pairs_options *opt, const struct fault_hit *hit)
{
	for (unsigned int i = 0; i < opt->like->nr_faults; i++) {
		const struct fault *f = &opt->like->faults[i].fault;

		if (f->point == hit->point &&
		    (f->phase == hit->phase || (opt->sooner && f->phase >= PHASE_RESTORE)))
			return true;
	}
	return false;
}

/* The n-th fault can be there. What fails for good already fails no second time. */
static bool may_fail(const struct walk *w, unsigned int n, const struct fault_hit *hit)
{
	const struct pairs_options *opt = options(w);
	const struct scenario *s = &w->c.scenario;

	if (hit->failed || (opt->like && !is_like(opt, hit)))
		return false;
	return n ? space_faults_next(s, hit->phase) : space_faults(s, hit->phase);
}

static bool may_persist(const struct walk *w)
{
	const struct zcase *like = options(w)->like;

	for (unsigned int i = 0; like && i < like->nr_faults; i++) {
		if (like->faults[i].fault.persistent)
			return true;
	}
	return !like;
}

/* Behind the last fault's own. */
static unsigned long first_hit(const struct walk *w, unsigned int n)
{
	struct case_fault last;

	if (!n)
		return 0;
	last = w->c.faults[n - 1];
	last.slot = -1;
	return trail_find(&w->trails[n], &last) + 1;
}

/* ---- a case ------------------------------------------------------------ */

/* It breaks what the faults before its last one have broken. */
static bool breaks_the_same(const struct verdict *before, const struct verdict *v)
{
	return before->outcome == BROKEN && v->outcome == BROKEN &&
	       before->findings[0].letter == v->findings[0].letter &&
	       !strcmp(before->findings[0].key, v->findings[0].key);
}

static void count(struct walk *w, unsigned int n, const struct verdict *v)
{
	struct result *r = &w->job->result;

	if (n > 1 && breaks_the_same(&w->verdicts[n - 1], v)) {
		r->behind++;
		return;
	}
	r->nr[n - 1]++;
	r->nr_cases++;
	job_count(w->job, &w->c, v);
}

/* With the last fault of @w->c more is hit at which an earlier one would persist. */
static void note_again(struct walk *w, unsigned int n)
{
	for (unsigned int k = 0; k + 1 < n; k++) {
		uint32_t child = w->job->order[k + 1];

		if (w->same[k] && child < w->nr_again[k] && fault_hit_again(&w->c.faults[k].fault))
			w->again[k][child] = true;
	}
}

static int play(struct walk *w, unsigned int n)
{
	struct verdict *v = &w->verdicts[n];
	const struct fault *f = &w->c.faults[n - 1].fault;
	struct result *r = &w->job->result;

	w->me->now = w->c;
	w->me->level = n;
	if (n == options(w)->depth)
		story_play(&w->story, &w->c, v);
	else if (trail_play(&w->trails[n], &w->story, &w->c, v, r->error, sizeof(r->error)))
		return fail(w);
	w->same[n - 1] = !f->persistent && v->fired == n && !fault_hit_again(f);
	note_again(w, n);
	return 0;
}

/*
 * A fault behind the last hit of each point and phase, a few of them at a time:
 * one that fires is a hit that was not tried.
 */
static int play_probes(struct walk *w, unsigned int n, struct zcase *probe)
{
	struct result *r = &w->job->result;
	struct verdict v;

	if (probe->nr_faults == n)
		return 0;
	w->me->now = *probe;
	w->me->level = n;
	story_play(&w->story, probe, &v);
	probe->nr_faults = n;
	if (v.fired <= n || r->error[0])
		return 0;
	snprintf(r->error, sizeof(r->error),
		 "the run of a case is not the same twice: a hit of it was never tried");
	return fail(w);
}

static int prove_exhausted(struct walk *w, unsigned int n)
{
	struct zcase probe = w->c;

	probe.nr_faults = n;
	for (uint8_t point = 0; point < FP_NR && !options(w)->like; point++) {
		for (uint8_t phase = 0; phase < PHASE_NR; phase++) {
			unsigned int nr = trail_count(&w->trails[n], point, phase);

			if (!nr || !(n ? space_faults_next(&w->c.scenario, phase) :
				     space_faults(&w->c.scenario, phase)))
				continue;
			probe.faults[probe.nr_faults++] = (struct case_fault){
				.fault = { .point = point, .phase = phase, .nth = nr,
					   .error = fault_points[point].errors[0] },
				.slot = -1,
			};
			if (probe.nr_faults == FAULT_MAX_PLAN && play_probes(w, n, &probe))
				return -1;
		}
	}
	return play_probes(w, n, &probe);
}

/* ---- all of them ------------------------------------------------------- */

static int each_later(struct walk *w, unsigned int n, uint32_t from, const bool *only);

/*
 * Faults after the n-th are numbered: at most so many. What those before number
 * @from brought is not known to a worker that goes on for another: anything.
 */
static int make_room(struct walk *w, unsigned int n, uint32_t from)
{
	unsigned long nr = w->trails[n].nr * 2 * FAULT_MAX_ERRORS;

	if (nr > w->nr_again[n - 1]) {
		free(w->again[n - 1]);
		w->again[n - 1] = malloc(nr);
		w->nr_again[n - 1] = w->again[n - 1] ? nr : 0;
	}
	if (!w->again[n - 1])
		return fail(w);
	memset(w->again[n - 1], false, nr);
	memset(w->again[n - 1], true, from < nr ? from : nr);
	return 0;
}

/* Hits of its run that came before the first finding, if there is one. */
static unsigned long nr_judged(const struct walk *w, unsigned int n)
{
	const struct verdict *v = &w->verdicts[n];
	unsigned long nr = w->trails[n].nr;

	return v->nr_findings && v->found_at < nr ? v->found_at : nr;
}

static void count_behind(struct walk *w, unsigned int n)
{
	const struct trail *t = &w->trails[n];
	unsigned long hit = first_hit(w, n);

	for (hit = hit < nr_judged(w, n) ? nr_judged(w, n) : hit; hit < t->nr; hit++) {
		if (may_fail(w, n, &t->hits[hit]))
			w->job->result.behind += (1 + may_persist(w)) * pairs_nr_errors(t->hits[hit].point);
	}
}

static bool comes_to_more(const struct walk *w, unsigned int n)
{
	const struct verdict *v = &w->verdicts[n];

	return n < options(w)->depth && v->fired == n &&
	       (v->outcome == HELD || v->outcome == BROKEN || v->outcome == VACUOUS ||
		(v->outcome == NOT_JUDGED && v->excused));
}

/*
 * The case of @n faults, and then those with more. A worker that goes on for
 * one that died was told what comes before.
 */
static int play_case(struct walk *w, unsigned int n)
{
	bool counted = w->resume > n;
	uint32_t from = 0;

	if (play(w, n))
		return -1;
	if (!counted)
		count(w, n, &w->verdicts[n]);
	if (!comes_to_more(w, n))
		return 0;
	if (counted)
		from = w->job->order[n] + (w->resume == n + 1);
	else
		count_behind(w, n);
	if (w->resume == n + 1)
		w->resume = 0;
	if (make_room(w, n, from) || each_later(w, n, from, NULL))
		return -1;
	return prove_exhausted(w, n);
}

/* Nothing more to fail: but with another fault after it there may be. */
static int play_same(struct walk *w, unsigned int n)
{
	w->me->level = n;
	w->me->now = w->c;
	w->job->result.same++;
	count(w, n, &w->verdicts[n]);
	if (!comes_to_more(w, n))
		return 0;
	return each_later(w, n, 0, w->again[n - 1]);
}

/* Fault @i after the n-th. */
static int play_fault(struct walk *w, unsigned int n, unsigned long hit, int error, bool persistent,
		      uint32_t i)
{
	int ret;

	w->c.faults[n] = trail_fault(&w->trails[n], hit, error, persistent);
	w->c.nr_faults = n + 1;
	for (unsigned int k = n; k < FAULT_MAX_PLAN && !w->resume; k++)
		w->job->order[k] = k == n ? i : 0;
	if (persistent && w->same[n])
		ret = play_same(w, n + 1);
	else
		ret = play_case(w, n + 1);
	/* Cases are compared as bytes. */
	memset(&w->c.faults[n], 0, sizeof(w->c.faults[n]));
	w->c.nr_faults = n;
	return ret;
}

/* Once and persistent, from number @from on, and only those that are marked. */
static int play_error(struct walk *w, unsigned int n, unsigned long hit, int error, uint32_t i,
		      uint32_t from, const bool *only)
{
	/* Who begins with the persistent one has not seen the case before. */
	w->same[n] = false;
	for (unsigned int persistent = 0; persistent < 1u + may_persist(w); persistent++) {
		if (i + persistent < from || (only && !only[i + persistent])) {
			w->same[n] = false;
			continue;
		}
		if (play_fault(w, n, hit, error, persistent, i + persistent))
			return -1;
	}
	return 0;
}

static int each_later(struct walk *w, unsigned int n, uint32_t from, const bool *only)
{
	const struct trail *t = &w->trails[n];
	uint32_t i = 0;

	for (unsigned long hit = first_hit(w, n); hit < nr_judged(w, n); hit++) {
		if (!may_fail(w, n, &t->hits[hit]))
			continue;
		for (const int *e = fault_points[t->hits[hit].point].errors; *e; e++, i += 2) {
			if (i + 1 >= from && play_error(w, n, hit, *e, i, from, only))
				return -1;
		}
	}
	return 0;
}

/* ---- units of work ----------------------------------------------------- */

/* First faults that this worker takes: hit and error, once and persistent. */
static int play_unit(struct walk *w, unsigned long unit)
{
	const struct trail *t = &w->trails[0];
	unsigned long u = 0;
	uint32_t from = 2 * unit;

	w->same[0] = false;
	if (w->resume)
		from = w->job->order[0] + (w->resume == 1);
	if (w->resume == 1)
		w->resume = 0;
	for (unsigned long hit = 0; hit < t->nr; hit++) {
		if (!may_fail(w, 0, &t->hits[hit]))
			continue;
		for (const int *e = fault_points[t->hits[hit].point].errors; *e; e++, u++) {
			if (u == unit)
				return play_error(w, 0, hit, *e, 2 * u, from, NULL);
		}
	}
	return 0;
}

static unsigned long nr_units(const struct walk *w)
{
	const struct trail *t = &w->trails[0];
	unsigned long nr = 0;

	for (unsigned long hit = 0; hit < t->nr; hit++) {
		if (may_fail(w, 0, &t->hits[hit]))
			nr += pairs_nr_errors(t->hits[hit].point);
	}
	return nr;
}

static unsigned long nr_later(const struct walk *w)
{
	const struct trail *t = &w->trails[0];
	unsigned long nr = 0;

	for (unsigned long hit = 0; hit < t->nr; hit++) {
		if (may_fail(w, 1, &t->hits[hit]))
			nr += 2 * pairs_nr_errors(t->hits[hit].point);
	}
	return nr;
}

unsigned long pairs_estimate(unsigned long firsts, unsigned long later, unsigned int depth)
{
	double n = firsts, sum = firsts;

	/* Half of what is hit at all comes after a first fault, a third after a second. */
	for (unsigned int k = 2; k <= depth; k++) {
		n = n * later / k;
		sum += n;
	}
	return sum > 1e18 ? (unsigned long)1e18 : (unsigned long)sum;
}

static void play_units(struct walk *w)
{
	struct pairs_worker *me = w->me;
	unsigned long nr = nr_units(w);

	/* The fault-free run is proved by whoever takes what is behind the last unit. */
	for (;;) {
		if (!w->resume && me->unit == PAIRS_NO_UNIT)
			me->unit = __atomic_fetch_add(&me->team->next, 1, __ATOMIC_RELAXED);
		if (me->unit > nr || w->job->stage == STAGE_FAILED)
			break;
		if (me->unit == nr ? prove_exhausted(w, 0) : play_unit(w, me->unit))
			return;
		me->unit = PAIRS_NO_UNIT;
	}
	w->job->result.exhausted = true;
	w->job->stage = options(w)->guard && options(w)->depth > 1 ? STAGE_GUARD : STAGE_DONE;
}

static bool is_first(const struct pairs_worker *me)
{
	return me == &me->team->workers[0];
}

/* The fault-free run is each worker's, and the first one's to tell. */
static bool begin(struct walk *w, const struct space *sp)
{
	struct pairs_worker *me = w->me;
	struct result *r = &w->job->result;
	bool judged = is_first(me) ? job_keep_baseline(w->job, sp) : job_is_measure(&sp->baseline);

	if (!judged) {
		r->not_judged = is_first(me) ? sp->nr_cases : 0;
		r->nr_cases = r->not_judged;
		r->exhausted = sp->baseline.outcome == REFUSED;
		return false;
	}
	r->estimate = pairs_estimate(sp->nr_cases, nr_later(w), me->team->opt->depth);
	if (r->estimate <= PAIRS_MOST || me->team->opt->like)
		r->estimate = 0;
	return !r->estimate;
}

static void play_plain(struct walk *w)
{
	struct result *r = &w->job->result;
	struct space sp;

	if (!job_open_story(w->job, &w->story, false))
		return;
	if (space_open(&sp, &w->story, r->error, sizeof(r->error))) {
		fail(w);
		return;
	}
	w->trails[0] = sp.trail;
	w->verdicts[0] = sp.baseline;
	w->verdicts[0].nr_findings = 0;
	if (w->job->stage == STAGE_OPEN && !begin(w, &sp)) {
		w->job->stage = STAGE_DONE;
	} else {
		w->job->stage = STAGE_CASES;
		play_units(w);
	}
	space_close(&sp);
	for (unsigned int i = 0; i < FAULT_MAX_PLAN; i++) {
		if (i)
			trail_free(&w->trails[i]);
		free(w->again[i]);
	}
	story_close(&w->story);
}

void pairs_work(void *arg)
{
	struct pairs_worker *me = arg;
	struct walk w = { .me = me, .job = me->job, .resume = me->level };

	job_begin_work(me->job);
	w.c.scenario = me->job->result.scenario;
	if (me->job->stage != STAGE_GUARD)
		play_plain(&w);
	if (me->job->stage != STAGE_GUARD)
		return;
	pairs_guard(me);
	if (me->job->stage == STAGE_GUARD)
		me->job->stage = STAGE_DONE;
}
