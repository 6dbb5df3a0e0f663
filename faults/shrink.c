// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the case that showed a defect first to the smallest one that does.
 *
 * A defect is shrunk in a process of its own, which plays all that is tried by
 * itself: a process for each try would take longer than the rest. It keeps what
 * came of each in memory shared with its parent. When it dies of one, the next
 * process goes the same way by what is kept, and plays that one in a process
 * apart, as the matrix would.
 */
#include "shrink.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "child.h"
#include "crash.h"
#include "pairs.h"

#define MAX_TRIES	2048

/**
 * struct shrinking - shared between parent and child
 * @d: whose case is replaced in the end
 * @target: the defect, as it was seen first; @best: as it is shown now
 * @most_pages: of a scenario: no more than the target has
 * @at: the child's next try
 * @nr: tries that something is known of, and in @found for each that had found
 *	something smaller what that is; cases 0: nothing
 * @deadly: the try that killed a process, -1
 * @done: there is nothing more to try
 * @failed: the harness did in one of them, or there was no room for all
 */
struct shrinking {
	struct distinct *d;
	struct distinct target, best;
	const struct run_options *run;
	unsigned int most_pages, at, nr;
	int deadly;
	bool done, failed;
	struct distinct found[MAX_TRIES];
};

/* ---- a try ------------------------------------------------------------- */

/* What a kernel can meet is shown by what it can, at the price of a larger case. */
static bool is_better(const struct distinct *best, const struct distinct *d)
{
	if (!d->within != !best->within)
		return d->within;
	return case_is_smaller(&d->first, &best->first);
}

static void take(struct distinct *best, const struct distinct *d)
{
	struct distinct new = *d;

	/* One within contract is counted where there was none. */
	new.cases = best->cases + (!best->within && d->within);
	new.within = best->within ? best->within : !!d->within;
	new.reach |= best->reach;
	memcpy(new.order, best->order, sizeof(new.order));
	*best = new;
}

/* Of a crash each process dies, so that there are others for it. */
static void play(const struct shrinking *s, const struct scenario *scenario, struct result *r)
{
	const struct zcase like = s->best.first;
	const struct pairs_options opt = {
		.run = { .subject = s->run->subject, .pages = s->run->pages, .jobs = 1 },
		.depth = like.nr_faults ? like.nr_faults : 1,
		.like = &like,
		.sooner = true,
	};

	if (s->target.crash || s->deadly == (int)s->at)
		pairs_run(scenario, &opt, r);
	else
		pairs_run_here(scenario, &opt, r);
}

static void look_for_smaller(struct shrinking *s, const struct scenario *scenario)
{
	struct distinct best = s->best;
	struct result r;

	s->found[s->at].cases = 0;
	play(s, scenario, &r);
	for (unsigned int i = 0; i < r.nr_distinct; i++) {
		if (defects_same(&r.distinct[i], &s->target) && is_better(&best, &r.distinct[i])) {
			take(&best, &r.distinct[i]);
			s->found[s->at] = best;
		}
	}
	s->failed |= r.error[0];
	s->nr++;
	result_free(&r);
}

static bool try(struct shrinking *s, const struct scenario *scenario)
{
	if (scenario_excluded(scenario) || scenario_pages(scenario) > s->most_pages)
		return false;
	s->failed |= s->at == MAX_TRIES;
	if (s->at == MAX_TRIES)
		return false;
	if (s->at == s->nr)
		look_for_smaller(s, scenario);
	if (!s->found[s->at++].cases)
		return false;
	s->best = s->found[s->at - 1];
	return true;
}

/* ---- what is tried ----------------------------------------------------- */

/* Values are in the order in which they get less plain, orders and folios most of all. */
static bool try_axis(struct shrinking *s, unsigned int axis)
{
	uint8_t now = s->best.first.scenario.value[axis];

	for (uint8_t v = axes[axis].first; v < now; v++) {
		struct scenario plainer = s->best.first.scenario;

		plainer.value[axis] = v;
		if (try(s, &plainer))
			return true;
	}
	return false;
}

/* In few folios there may be as many pages, if they are larger. */
static bool try_fewer_folios(struct shrinking *s)
{
	const struct scenario now = s->best.first.scenario;

	for (uint8_t v = V_BATCH_ONE; v < now.value[AXIS_BATCH]; v++) {
		for (uint8_t order = now.value[AXIS_ORDER]; order <= V_ORDER9; order++) {
			struct scenario fewer = now;

			fewer.value[AXIS_BATCH] = v;
			fewer.value[AXIS_ORDER] = order;
			if (try(s, &fewer))
				return true;
		}
	}
	return false;
}

static void shrink_here(void *arg)
{
	struct shrinking *s = arg;
	bool more = true;

	s->at = 0;
	s->best = s->target;
	if (s->best.first.nr_faults)
		try(s, &s->target.first.scenario);
	while (more) {
		more = try_fewer_folios(s);
		for (unsigned int axis = 0; axis < AXIS_NR; axis++)
			more |= try_axis(s, axis);
	}
	s->done = true;
}

/* ---- the parent's side ------------------------------------------------- */

/**
 * struct worker - a process, and what it shares
 */
struct worker {
	struct child child;
	struct shrinking *s;
};

/**
 * struct crew - several defects at a time
 * @workers: as many as there are @jobs
 * @unfinished: a case was not made as small as can be
 */
struct crew {
	struct worker *workers;
	unsigned int jobs, active;
	bool unfinished;
};

static void begin(struct shrinking *s, struct distinct *d, const struct run_options *opt)
{
	s->d = d;
	s->target = s->best = *d;
	s->run = opt;
	s->most_pages = scenario_pages(&d->first.scenario);
	s->nr = 0;
	s->deadly = -1;
	s->done = s->failed = false;
}

static bool start(struct crew *crew, struct worker *w)
{
	bool started = !child_start(&w->child, shrink_here, w->s);

	crew->active += started;
	crew->unfinished |= !started;
	return started;
}

/* It goes on behind the try that it died of, which is played with more care. */
static void ended(struct crew *crew, struct worker *w, int status)
{
	struct shrinking *s = w->s;
	bool again = !s->done && s->deadly != (int)s->nr && !crash_from_outside(status);

	w->child.pid = 0;
	crew->active--;
	if (again) {
		s->deadly = s->nr;
		if (start(crew, w))
			return;
	}
	crew->unfinished |= !s->done || s->failed;
	*s->d = s->best;
}

static void wait_for_one(struct crew *crew)
{
	int status;
	pid_t pid = child_wait(&status);

	for (unsigned int i = 0; pid && i < crew->jobs; i++) {
		if (crew->workers[i].child.pid == pid)
			ended(crew, &crew->workers[i], status);
	}
}

static void work(struct crew *crew, struct defects *defects, const struct run_options *opt)
{
	unsigned int next = 0;

	while ((crew->active || next < defects->nr) && !child_interrupted()) {
		for (unsigned int i = 0; i < crew->jobs && next < defects->nr; i++) {
			struct distinct *d = &defects->all[next].shown;

			if (crew->workers[i].child.pid)
				continue;
			next++;
			/* What is seen on protected pages only stays as it is. */
			if (d->guard_only)
				continue;
			begin(crew->workers[i].s, d, opt);
			start(crew, &crew->workers[i]);
		}
		if (crew->active)
			wait_for_one(crew);
	}
}

static void crew_free(struct crew *crew)
{
	for (unsigned int i = 0; i < crew->jobs; i++) {
		child_kill(&crew->workers[i].child);
		child_close(&crew->workers[i].child);
		munmap(crew->workers[i].s, sizeof(struct shrinking));
	}
	free(crew->workers);
}

/* As many as there is memory for, up to @jobs. */
static bool crew_new(struct crew *crew, unsigned int jobs)
{
	crew->workers = calloc(jobs, sizeof(*crew->workers));
	while (crew->workers && crew->jobs < jobs) {
		void *p = mmap(NULL, sizeof(struct shrinking), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		if (p == MAP_FAILED)
			break;
		crew->workers[crew->jobs++] = (struct worker){ .child.errors = -1, .s = p };
	}
	return crew->jobs;
}

int shrink_defects(struct defects *defects, const struct run_options *opt)
{
	unsigned int jobs = opt->jobs ? opt->jobs : child_processors();
	struct crew crew = { .jobs = 0 };

	if (!crew_new(&crew, jobs < defects->nr ? jobs : defects->nr)) {
		crew_free(&crew);
		return defects->nr ? -1 : 0;
	}
	child_wait_begin();
	work(&crew, defects, opt);
	child_wait_end();
	crew_free(&crew);
	defects->within = 0;
	for (unsigned int i = 0; i < defects->nr; i++)
		defects->within += !!defects->all[i].shown.within;
	return crew.unfinished ? -1 : 0;
}

int shrink(struct distinct *d, const struct run_options *opt)
{
	struct defect one = { .shown = *d };
	struct defects defects = { .all = &one, .nr = 1 };
	int failed = shrink_defects(&defects, opt);
	bool smaller = memcmp(&d->first, &one.shown.first, sizeof(d->first));

	*d = one.shown;
	return failed ? -1 : smaller;
}
