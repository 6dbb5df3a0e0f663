// SPDX-License-Identifier: GPL-2.0-or-later
/* The worker's side: play every case of a scenario, and keep what it shows. */
#include "worker.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "space.h"
#include "story.h"

struct job *job_new(const struct scenario *s, const struct run_options *opt)
{
	struct job *job = mmap(NULL, sizeof(*job), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (job == MAP_FAILED)
		return NULL;
	job->opt = opt;
	job->lead = job;
	job->result.scenario = *s;
	job->result.beyond = scenario_beyond(s);
	job->result.strict = opt->strict;
	job->result.nr_pages = scenario_pages(s);
	job->result.cases = job->cases;
	job->result.cells = job->cells;
	job->result.distinct = job->distinct;
	job->result.edges = &job->edges;
	scenario_format(s, job->result.name, sizeof(job->result.name));
	return job;
}

void job_free(struct job *job)
{
	munmap(job, sizeof(*job));
}

/* ---- cases ------------------------------------------------------------- */

static void count_outcome(struct result *r, uint8_t outcome)
{
	switch (outcome) {
	case HELD:
		r->held++;
		break;
	case BROKEN:
		r->broken++;
		break;
	case VACUOUS:
		r->vacuous++;
		break;
	case NOT_JUDGED:
		r->not_judged++;
		break;
	}
}

void job_mark_broken(struct job *job, unsigned long i, char letter)
{
	struct result *r = &job->result;
	struct cell *cell = &job->lead->cells[i];

	if (job->stage == STAGE_GUARD) {
		if (cell->outcome == BROKEN)
			return;
		r->held -= cell->outcome == HELD;
		r->vacuous -= cell->outcome == VACUOUS;
		r->not_judged -= cell->outcome == NOT_JUDGED;
	}
	cell->outcome = BROKEN;
	cell->letter = letter;
	r->broken++;
}

void job_count(struct job *job, const struct zcase *c, const struct verdict *v)
{
	count_outcome(&job->result, v->outcome);
	job->result.steps += v->steps;
	job->result.checked |= v->checked;
	job->result.not_seen |= v->not_seen;
	if (v->outcome == BROKEN)
		job_add_findings(job, c, v);
}

static void keep_verdict(struct job *job, unsigned long i, const struct verdict *v)
{
	struct cell *cell = &job->lead->cells[i];

	cell->outcome = v->outcome;
	cell->letter = v->nr_findings ? v->findings[0].letter : 0;
	cell->beyond = v->beyond;
	cell->checked = v->checked;
	job_count(job, &job->lead->cases[i], v);
}

static void play_case(struct job *job, struct story *st, unsigned long i)
{
	const struct zcase *c = &job->lead->cases[i];
	const struct fault *f = &c->faults[0].fault;
	struct cell *cell = &job->lead->cells[i];
	static struct verdict v;

	job->order[0] = i;
	if (f->persistent && job->persist_same) {
		/* v still is that of the case before. */
		cell->same = true;
		job->result.same++;
	} else {
		edges_begin(&job->edges);
		story_play(st, c, &v);
		cell->edges = edges_end(&job->edges);
	}
	keep_verdict(job, i, &v);
	/* If not, "persistent" would have had nothing more to fail. */
	job->persist_same = !f->persistent && v.fired && !fault_hit_again(f);
}

/* Taken at once, an even number: a persistent case and its once stay together. */
#define TAKEN	64ul

static bool take_cases(struct job *job)
{
	unsigned long nr = job->lead->result.nr_cases;

	job->at = __atomic_fetch_add(&job->lead->next, TAKEN, __ATOMIC_RELAXED);
	job->end = job->at + TAKEN < nr ? job->at + TAKEN : nr;
	return job->at < nr;
}

static void play_cases(struct job *job, struct story *st)
{
	if (job->stage != STAGE_CASES)
		return;
	do {
		/* A worker that takes over has not seen the case before. */
		job->persist_same = false;
		for (; job->at < job->end; job->at++)
			play_case(job, st, job->at);
	} while (take_cases(job));
	job->stage = STAGE_PROBES;
	job->at = 0;
}

/* ---- help -------------------------------------------------------------- */

enum { HELP_OPEN, HELP_TAKEN, HELP_CLOSED };

static bool change_help(struct job *job, int to)
{
	int is = HELP_OPEN;

	return __atomic_compare_exchange_n(&job->help, &is, to, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST);
}

bool job_may_help(struct job *job)
{
	/* Sets of blocks are numbered by who counts them. */
	if (job->opt->edges || job->stage != STAGE_CASES)
		return false;
	return job->help == HELP_TAKEN || change_help(job, HELP_TAKEN);
}

unsigned long job_untaken(const struct job *job)
{
	unsigned long next = __atomic_load_n(&job->next, __ATOMIC_RELAXED);

	return next < job->result.nr_cases ? job->result.nr_cases - next : 0;
}

void job_add_help(struct job *job, const struct job *helper)
{
	result_add(&job->result, &helper->result);
	job_merge(job, helper);
	if (helper->stage == STAGE_FAILED)
		job->stage = STAGE_FAILED;
}

static void work_help(struct job *job)
{
	struct story st;

	if (!job_open_story(job, &st, false))
		return;
	job->stage = STAGE_CASES;
	play_cases(job, &st);
	story_close(&st);
	job->result.exhausted = true;
	job->stage = STAGE_DONE;
}

/* ---- proof of exhaustion ----------------------------------------------- */

/*
 * Plan a fault behind the last hit of each point and phase: a run in which
 * it fires has hits that were never tried.
 */
static void play_probes(struct job *job, struct story *st, const struct space *sp)
{
	struct zcase probe = { .scenario = job->result.scenario, .nr_faults = 1 };
	struct verdict v;

	if (job->stage != STAGE_PROBES)
		return;
	for (; job->at < FP_NR; job->at++) {
		for (uint8_t phase = 0; phase < PHASE_NR; phase++) {
			if (!space_faults(&job->result.scenario, phase))
				continue;
			probe.faults[0].fault = (struct fault){
				.point = job->at,
				.phase = phase,
				.nth = trail_count(&sp->trail, job->at, phase),
				.error = fault_points[job->at].errors[0],
			};
			probe.faults[0].slot = -1;
			if (!probe.faults[0].fault.nth)
				continue;
			story_play(st, &probe, &v);
			if (v.fired) {
				job->stage = STAGE_FAILED;
				snprintf(job->result.error, sizeof(job->result.error),
					 "the run without a fault is not the same twice: %s was hit %u times, then more",
					 fault_points[job->at].name,
					 probe.faults[0].fault.nth);
				return;
			}
		}
	}
	job->result.exhausted = true;
	job->stage = change_help(job, HELP_CLOSED) ? STAGE_GUARD : STAGE_HELPED;
	job->at = 0;
}

/* ---- protected pages --------------------------------------------------- */

/*
 * First and last hit of a point in a phase, its first error, once. Of many pages
 * only the last one of the store: it has most to undo, and what follows goes page
 * by page, as in a small scenario.
 */
static bool is_guarded(const struct job *job, unsigned long i)
{
	const struct fault *f = &job->cases[i].faults[0].fault;
	bool many = job->result.nr_pages > STORY_GUARDED, last = true;

	if (f->persistent || f->error != fault_points[f->point].errors[0] ||
	    (many && f->phase != PHASE_STORE))
		return false;
	for (unsigned long k = i + 1; last && k < job->result.nr_cases; k++)
		last = !(job_same_places(&job->cases[i], &job->cases[k]) &&
			 job->cases[k].faults[0].fault.nth > f->nth);
	return last || (!many && !f->nth);
}

bool job_open_story(struct job *job, struct story *st, bool guard)
{
	if (!story_open(st, &job->result.scenario, job->opt->subject, job->opt->pages, guard,
			job->result.error, sizeof(job->result.error))) {
		/* Each case runs blocks of its own, from its beginning. */
		st->whole = job->opt->edges;
		return true;
	}
	job->stage = STAGE_FAILED;
	return false;
}

static void play_guarded(struct job *job)
{
	struct story st;
	struct verdict v;

	if (job->stage != STAGE_GUARD)
		return;
	if (job->opt->guard && job_open_story(job, &st, true)) {
		for (; job->at < job->result.nr_cases; job->at++) {
			if (!is_guarded(job, job->at))
				continue;
			job->order[0] = job->at;
			story_play(&st, &job->cases[job->at], &v);
			job->result.guarded++;
			if (v.outcome != BROKEN || job->cells[job->at].outcome == BROKEN)
				continue;
			job_mark_broken(job, job->at, v.findings[0].letter);
			job_add_findings(job, &job->cases[job->at], &v);
		}
		story_close(&st);
	}
	if (job->stage == STAGE_FAILED)
		return;
	/* Whoever found it when. */
	job_sort(job);
	job->stage = STAGE_DESCRIBE;
	job->at = 0;
}

/* ---- the whole --------------------------------------------------------- */

/* There is nothing to compare a case with. */
static void not_judged(struct job *job)
{
	struct result *r = &job->result;

	for (unsigned long i = 0; i < r->nr_cases; i++)
		job->cells[i].outcome = NOT_JUDGED;
	r->not_judged = r->nr_cases;
}

/* Wrong bookkeeping names what it breaks, and not what else is wrong. */
static void add_baseline(struct job *job, const struct zcase *none, const struct verdict *v)
{
	job_add_findings(job, none, v);
	for (unsigned int i = 0; i < v->nr_findings && i < VERDICT_FINDINGS && !job->one; i++) {
		if (oracle_is_bookkeeping(v->findings[i].letter))
			continue;
		if (i)
			job_add_finding(job, none, &v->findings[i], v->beyond, false);
		break;
	}
}

bool job_is_measure(const struct verdict *baseline)
{
	return baseline->outcome == HELD ||
	       (baseline->outcome == BROKEN && oracle_can_compare(baseline));
}

bool job_keep_baseline(struct job *job, const struct space *sp)
{
	const struct zcase none = { .scenario = job->result.scenario };
	struct result *r = &job->result;

	r->baseline = sp->baseline;
	r->checked |= sp->baseline.checked;
	r->not_seen |= sp->baseline.not_seen;
	r->steps += sp->baseline.steps;
	if (sp->baseline.outcome == HELD)
		return true;
	add_baseline(job, &none, &sp->baseline);
	if (job_is_measure(&sp->baseline))
		return true;
	r->exhausted = sp->baseline.outcome == REFUSED;
	return false;
}

static void keep_baseline(struct job *job, const struct space *sp)
{
	if (job->stage != STAGE_OPEN)
		return;
	job->result.nr_cases = sp->nr_cases;
	memcpy(job->cases, sp->cases, sp->nr_cases * sizeof(*job->cases));
	job->at = 0;
	job->stage = STAGE_CASES;
	if (job_keep_baseline(job, sp))
		return;
	not_judged(job);
	job->stage = STAGE_DESCRIBE;
}

/* On plain pages: names of hits never depend on the protected ones. */
static bool open_space(struct job *job, struct story *st, struct space *sp)
{
	struct result *r = &job->result;

	if (!job_open_story(job, st, false))
		return false;
	if (!space_open(sp, st, r->error, sizeof(r->error)))
		return true;
	job->stage = STAGE_FAILED;
	story_close(st);
	return false;
}

static void work_matrix(struct job *job)
{
	struct result *r = &job->result;
	struct story st;
	struct space sp;

	edges_begin(&job->edges);
	if (!open_space(job, &st, &sp))
		return;
	if (job->stage == STAGE_OPEN)
		r->baseline_edges = edges_end(&job->edges);
	edges_begin(NULL);
	if (sp.nr_cases > WORKER_MAX_CASES) {
		snprintf(r->error, sizeof(r->error), "%lu cases are more than the %lu there is room for",
			 sp.nr_cases, WORKER_MAX_CASES);
		job->stage = STAGE_FAILED;
	} else {
		keep_baseline(job, &sp);
		play_cases(job, &st);
		play_probes(job, &st, &sp);
	}
	space_close(&sp);
	story_close(&st);
	play_guarded(job);
}

static bool play_one(struct job *job)
{
	struct story st;

	if (!job_open_story(job, &st, job->guard_one))
		return false;
	play_case(job, &st, 0);
	story_close(&st);
	return true;
}

/* Instead of the case what the run without its faults has shown. */
static void one_not_judged(struct job *job)
{
	const struct zcase none = { .scenario = job->result.scenario };

	add_baseline(job, &none, &job->result.baseline);
	not_judged(job);
}

static void work_one(struct job *job)
{
	struct result *r = &job->result;
	struct story st;
	struct space sp;

	if (!open_space(job, &st, &sp))
		return;
	r->baseline = sp.baseline;
	r->nr_cases = 1;
	/* The runs in which later faults are looked up are the case's own. */
	job->stage = STAGE_CASES;
	if (space_resolve(&sp, &job->cases[0], job->why, sizeof(job->why)))
		job->stage = STAGE_FAILED;
	space_close(&sp);
	story_close(&st);
	if (job->stage == STAGE_FAILED)
		return;
	if (job->only.nr_faults && !job_is_measure(&r->baseline))
		one_not_judged(job);
	else if (!play_one(job))
		return;
	else if (job->only.nr_faults && job->cells[0].outcome == NOT_JUDGED)
		add_baseline(job, &(struct zcase){ .scenario = r->scenario }, &r->baseline);
	r->exhausted = true;
	job->stage = STAGE_DESCRIBE;
}

/*
 * A sanitizer calls this before it ends the process. Without one nothing does
 * here: the shim survives what a subject does.
 */
extern void __sanitizer_set_death_callback(void (*fn)(void)) __attribute__((weak));
static struct job *working;

static void say_last_words(void)
{
	const struct finding *f = story_last_words(working->last_step);

	if (f)
		working->last = *f;
	job_keep_frames();
}

void job_begin_work(struct job *job)
{
	working = job;
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(say_last_words);
}

void worker_work(struct job *job)
{
	job_begin_work(job);
	if (job->lead != job) {
		work_help(job);
		return;
	}
	/* Who takes over after a death in the last stage has nothing to judge. */
	if (job->stage != STAGE_DESCRIBE) {
		if (job->one)
			work_one(job);
		else
			work_matrix(job);
	}
	job_describe(job);
}
