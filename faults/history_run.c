// SPDX-License-Identifier: GPL-2.0-or-later
/* Workers that play histories, what they found, and who dies of it. */
#include "history_run.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "child.h"
#include "crash.h"
#include "worker.h"

#define MAX_DEATHS	1000000
#define MAX_WORKERS	64
#define GUARD_EVERY	16	/* of so many histories one is played on protected pages, too */

/**
 * struct work - what a worker shares with its parent
 * @busy: a history is being played: @index, in @history
 * @guard: on protected pages
 * @last, @last_step: what was found of it, when a sanitizer ends the process
 * @done: the worker has come to its end
 * @found: by the lowest index of each defect
 */
struct work {
	const struct history_options *opt;
	struct shared *shared;
	bool busy, done, guard;
	unsigned long index;
	struct history history;
	struct history_verdict hv;
	struct finding last;
	char last_step[FINDING_STEP];
	struct history_result r;
	struct history_found found[HISTORY_FOUND];
	unsigned int deaths;
	char why[300];
};

/*
 * @next: the first history, or finding, that nobody is at; @next_guard: of those on
 *	protected pages
 */
struct shared {
	unsigned long next, next_guard, finished;
	struct history_found *all;
	unsigned int nr_all;
	struct work works[];
};

/* A worker's process, which is its parent's business alone. */
struct running {
	struct work *k;
	struct child child;
};

static void *share(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* ---- collecting -------------------------------------------------------- */

static void keep(struct work *k)
{
	struct history_result *r = &k->r;
	struct history_found *f;

	if (k->guard) {
		r->guarded++;
	} else {
		history_count(&r->counts, &k->hv.counts);
		r->steps += k->hv.v.steps;
		r->held += k->hv.v.outcome == HELD;
		r->broken += k->hv.v.outcome == BROKEN;
		r->vacuous += k->hv.v.outcome == VACUOUS;
	}
	if (k->hv.v.outcome != BROKEN)
		return;
	f = malloc(sizeof(*f));
	if (!f) {
		r->not_kept++;
		return;
	}
	*f = (struct history_found){
		.index = k->index, .histories = 1, .within = !k->hv.v.beyond, .guard = k->guard,
		.length = k->hv.at < k->history.nr ? k->hv.at + 1 : k->history.nr,
		.history = k->history, .hv = k->hv,
	};
	r->found = k->found;
	history_found_add(r, f);
	free(f);
}

/* ---- the worker -------------------------------------------------------- */

extern void __sanitizer_set_death_callback(void (*fn)(void)) __attribute__((weak));
static struct work *working;

static void say_last_words(void)
{
	const struct finding *f = story_last_words(working->last_step);

	if (f)
		working->last = *f;
	working->hv.nr_frames = fault_frames(working->hv.frames, FAULT_FRAMES);
}

static void listen(struct work *k)
{
	working = k;
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(say_last_words);
}

static bool open_world(struct work *k, struct history_world *w)
{
	if (history_open(w, k->opt->subject, k->opt->pages, k->guard, k->why, sizeof(k->why)))
		return false;
	memcpy(k->r.has_param, w->has_param, sizeof(k->r.has_param));
	return true;
}

static void play_one(struct work *k, struct history_world *w)
{
	struct history_seed seed = history_seed(k->opt->seed, k->index);

	k->history.nr = 0;
	/* Now and then there is room for the largest folios. */
	k->history.wide = k->index % 32 == 31;
	memset(&k->last, 0, sizeof(k->last));
	k->busy = true;
	history_play(w, &k->history, &seed, &k->hv);
	k->busy = false;
	keep(k);
	if (!k->guard)
		__atomic_fetch_add(&k->shared->finished, 1, __ATOMIC_RELAXED);
}

/* Which one is next; false: none. */
static bool take_next(struct work *k)
{
	unsigned long *next = k->guard ? &k->shared->next_guard : &k->shared->next;

	k->index = __atomic_fetch_add(next, 1, __ATOMIC_RELAXED) * (k->guard ? GUARD_EVERY : 1);
	return k->index < k->opt->histories;
}

static bool play_all(struct work *k, bool guard)
{
	static struct history_world w;

	k->guard = guard;
	if (!open_world(k, &w))
		return false;
	while (take_next(k))
		play_one(k, &w);
	history_close(&w);
	return true;
}

static void explore(void *arg)
{
	struct work *k = arg;

	listen(k);
	k->done = play_all(k, false) && (!k->opt->guard || play_all(k, true));
}

/* ---- a death ----------------------------------------------------------- */

static void describe_death(struct work *k, int errors, int status)
{
	struct history_verdict *hv = &k->hv;
	struct finding death;

	crash_describe(errors, status, &death);
	hv->crash = true;
	hv->v.outcome = BROKEN;
	hv->v.nr_findings = 1;
	hv->v.ended = true;
	if (k->last.letter) {
		hv->v.findings[0] = k->last;
		snprintf(hv->died, sizeof(hv->died), "%.*s", (int)sizeof(hv->died) - 1, death.text);
		return;
	}
	if (k->last_step[0])
		memcpy(death.step, k->last_step, sizeof(death.step));
	hv->v.findings[0] = death;
}

/* True: there is more to do for a new worker. */
static bool survived(struct running *run, int status)
{
	bool well = WIFEXITED(status) && !WEXITSTATUS(status);
	struct work *k = run->k;
	struct finding death;

	run->child.pid = 0;
	if (k->done && well)
		return false;
	if (crash_from_outside(status)) {
		snprintf(k->why, sizeof(k->why), "a worker was killed from outside, by SIG%s",
			 crash_from_outside(status));
		return false;
	}
	if (k->busy) {
		describe_death(k, run->child.errors, status);
		k->busy = false;
		keep(k);
		k->shared->finished += !k->guard;
		if (++k->deaths < MAX_DEATHS)
			return true;
		snprintf(k->why, sizeof(k->why), "too many workers died");
		return false;
	}
	crash_describe(run->child.errors, status, &death);
	if (!k->why[0])
		snprintf(k->why, sizeof(k->why), "a worker died between two histories: %.200s",
			 death.text);
	return false;
}

/* ---- workers ----------------------------------------------------------- */

static bool start(struct running *run, void (*fn)(void *arg), void *arg)
{
	struct work *k = run->k;
	const char *failed;

	k->last_step[0] = '\0';
	failed = child_start(&run->child, fn, arg);
	if (failed)
		snprintf(k->why, sizeof(k->why), "%s: %s", failed, strerror(errno));
	return !failed;
}

/* Return: how many workers are fewer. */
static unsigned int ended(struct running *all, unsigned int jobs, pid_t pid, int status,
			  void (*fn)(void *arg))
{
	for (unsigned int i = 0; i < jobs; i++) {
		if (all[i].child.pid == pid)
			return !(survived(&all[i], status) && start(&all[i], fn, all[i].k));
	}
	return 0;
}

/* All workers do @fn until they are done. */
static void work_all(struct shared *s, unsigned int jobs, void (*fn)(void *arg),
		     const struct history_options *opt)
{
	struct running all[MAX_WORKERS];
	unsigned int active = 0;

	s->next = s->next_guard = s->finished = 0;
	child_wait_begin();
	for (unsigned int i = 0; i < jobs; i++) {
		all[i] = (struct running){ .k = &s->works[i], .child.errors = -1 };
		s->works[i].done = false;
		active += start(&all[i], fn, all[i].k);
	}
	while (active) {
		int status;
		pid_t pid = child_wait(&status);

		if (pid)
			active -= ended(all, jobs, pid, status, fn);
		/* They end with what they are at. */
		if (child_interrupted())
			s->next = s->next_guard = LONG_MAX / 2 / GUARD_EVERY;
		if (opt->progress && fn == explore)
			opt->progress(s->finished, opt->progress_arg);
	}
	child_wait_end();
	for (unsigned int i = 0; i < jobs; i++)
		child_close(&all[i].child);
}

/* ---- one history ------------------------------------------------------- */

struct try {
	struct work k;
	struct history_world *w;
};

static void play_try(void *arg)
{
	static struct history_world own;
	struct try *t = arg;
	struct history_world *w = t->w ? t->w : &own;

	listen(&t->k);
	if (!t->w && !open_world(&t->k, &own))
		return;
	t->k.busy = true;
	history_play(w, &t->k.history, NULL, &t->k.hv);
	t->k.busy = false;
	t->k.done = true;
	if (!t->w)
		history_close(&own);
}

static int try_in(struct try *t, struct history_verdict *hv, char *why, size_t size)
{
	struct running run = { .k = &t->k, .child.errors = -1 };
	struct work *k = &t->k;
	int status;

	if (start(&run, play_try, t)) {
		while (waitpid(run.child.pid, &status, 0) < 0 && errno == EINTR)
			;
		if (k->busy)
			describe_death(k, run.child.errors, status);
		else if (!k->done)
			survived(&run, status);
	}
	child_close(&run.child);
	snprintf(why, size, "%s", k->why);
	*hv = k->hv;
	return k->busy || k->done ? 0 : 3;
}

int history_try(const struct history_options *opt, struct history_world *w,
		const struct history *h, struct history_verdict *hv, char *why, size_t size)
{
	static struct try *t;

	if (!t)
		t = share(sizeof(*t));
	if (!t) {
		snprintf(why, size, "no memory for a history");
		return 3;
	}
	t->w = w;
	t->k.opt = opt;
	t->k.history = *h;
	t->k.busy = t->k.done = false;
	t->k.why[0] = '\0';
	memset(&t->k.last, 0, sizeof(t->k.last));
	return try_in(t, hv, why, size);
}

/* ---- shrinking --------------------------------------------------------- */

static void shrink(void *arg)
{
	static struct history_world w;
	struct work *k = arg;
	int ret = 0;

	while (!ret && (k->index = __atomic_fetch_add(&k->shared->next, 1, __ATOMIC_RELAXED)) <
	       k->shared->nr_all) {
		struct history_found *f = &k->shared->all[k->index];

		k->guard = f->guard;
		if (!open_world(k, &w))
			return;
		ret = history_shrink(k->opt, &w, f, k->why, sizeof(k->why));
		history_close(&w);
	}
	k->done = !ret;
}

static int compare_found(const void *a, const void *b)
{
	const struct history_found *f = a, *g = b;

	return (f->index > g->index) - (f->index < g->index);
}

/* ---- the run ----------------------------------------------------------- */

static int take_error(struct history_result *r, const struct shared *s, unsigned int jobs)
{
	for (unsigned int i = 0; i < jobs; i++) {
		if (!s->works[i].why[0])
			continue;
		snprintf(r->error, sizeof(r->error), "histories: %.300s", s->works[i].why);
		return 3;
	}
	return 0;
}

static void collect(struct history_result *r, const struct shared *s, unsigned int jobs)
{
	for (unsigned int i = 0; i < jobs; i++) {
		const struct work *k = &s->works[i];

		history_count(&r->counts, &k->r.counts);
		r->steps += k->r.steps;
		r->held += k->r.held;
		r->broken += k->r.broken;
		r->vacuous += k->r.vacuous;
		r->guarded += k->r.guarded;
		r->not_kept += k->r.not_kept;
		memcpy(r->has_param, k->r.has_param, sizeof(r->has_param));
		for (unsigned int n = 0; n < k->r.nr_found; n++)
			history_found_add(r, &k->found[n]);
	}
	qsort(r->found, r->nr_found, sizeof(*r->found), compare_found);
}

static int run_in(struct shared *s, unsigned int jobs, const struct history_options *opt,
		  struct history_result *r)
{
	for (unsigned int i = 0; i < jobs; i++) {
		s->works[i].opt = opt;
		s->works[i].shared = s;
	}
	work_all(s, jobs, explore, opt);
	collect(r, s, jobs);
	if (take_error(r, s, jobs))
		return 3;
	s->all = r->found;
	s->nr_all = r->nr_found;
	if (r->nr_found && !opt->no_shrink && !child_interrupted())
		work_all(s, jobs < r->nr_found ? jobs : r->nr_found, shrink, opt);
	history_found_merge(r, !opt->no_shrink && !child_interrupted());
	return take_error(r, s, jobs);
}

int history_run(const struct history_options *opt, struct history_result *r)
{
	unsigned int jobs = opt->jobs ? opt->jobs : child_processors();
	size_t size;
	struct shared *s;
	int code;

	memset(r, 0, sizeof(*r));
	if (jobs > MAX_WORKERS)
		jobs = MAX_WORKERS;
	if (jobs > opt->histories)
		jobs = opt->histories;
	size = sizeof(*s) + jobs * sizeof(s->works[0]);
	s = share(size);
	r->found = share(HISTORY_FOUND * sizeof(*r->found));
	if (!s || !r->found) {
		snprintf(r->error, sizeof(r->error), "no memory for histories");
		return 3;
	}
	code = run_in(s, jobs, opt, r);
	munmap(s, size);
	return code;
}

void history_result_free(struct history_result *r)
{
	if (r->found)
		munmap(r->found, HISTORY_FOUND * sizeof(*r->found));
	memset(r, 0, sizeof(*r));
}

bool history_never(const struct history_result *r, unsigned int op)
{
	return !r->counts.done[op];
}

int history_code(const struct history_result *r, bool strict)
{
	unsigned long accusing = 0, never = 0;

	if (r->error[0])
		return 3;
	for (unsigned int i = 0; i < r->nr_found; i++)
		accusing += strict ? r->found[i].histories : r->found[i].within;
	for (unsigned int op = 0; op < HOP_NR; op++)
		never += history_never(r, op);
	if (accusing)
		return 1;
	return r->vacuous || never || r->not_kept ? 4 : 0;
}
