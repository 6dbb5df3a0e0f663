// SPDX-License-Identifier: GPL-2.0-or-later
/* The parent's side: keep workers busy, survive their deaths, hand out results. */
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "child.h"
#include "crash.h"
#include "worker.h"

/* Deaths of a job's workers before the scenario is given up as the harness's. */
#define MAX_DEATHS	1000000

/**
 * struct running - a job and the worker that is at it
 * @waits: for its helpers
 */
struct running {
	struct job *job;
	struct child child;
	bool waits;
	unsigned int deaths;
	struct timespec begun;
};

static double seconds_since(const struct timespec *begun)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - begun->tv_sec) + (now.tv_nsec - begun->tv_nsec) / 1e9;
}

static int job_fail(struct job *job, const char *what, int err)
{
	snprintf(job->result.error, sizeof(job->result.error), "%s: %s", what, strerror(err));
	job->stage = STAGE_FAILED;
	return -1;
}

static void work(void *job)
{
	worker_work(job);
}

static int start_worker(struct running *run)
{
	const char *failed;

	memset(&run->job->last, 0, sizeof(run->job->last));
	run->job->last_step[0] = '\0';
	failed = child_start(&run->child, work, run->job);
	return failed ? job_fail(run->job, failed, errno) : 0;
}

static char letter_of_death(const struct job *job, const struct finding *death)
{
	return job->last.letter ? job->last.letter : death->letter;
}

/* The case that killed the worker: marked, and the next worker begins behind it. */
static void mark_crash(struct job *job, const struct finding *f)
{
	const struct zcase none = { .scenario = job->result.scenario };
	struct job *lead = job->lead;

	switch (job->stage) {
	case STAGE_OPEN:
	case STAGE_PROBES:
		if (job->stage == STAGE_OPEN)
			job->result.baseline_edges = edges_end(&job->edges);
		job_add_crash(job, &none, f);
		job->result.baseline.outcome = BROKEN;
		if (job->one)
			job->cells[0].outcome = job->only.nr_faults ? NOT_JUDGED : BROKEN;
		job->stage = STAGE_DONE;
		break;
	case STAGE_CASES:
		lead->cells[job->at].edges = edges_end(&job->edges);
		job_mark_broken(job, job->at, letter_of_death(job, f));
		job_add_crash(job, &lead->cases[job->at++], f);
		if (job->one) {
			job->stage = STAGE_DESCRIBE;
			job->at = 0;
		}
		break;
	case STAGE_GUARD:
		job->result.guarded++;
		job_mark_broken(job, job->at, letter_of_death(job, f));
		job_add_crash(job, &job->cases[job->at++], f);
		break;
	case STAGE_DESCRIBE:
		job->at++;
		break;
	case STAGE_HELPED:
	case STAGE_DONE:
	case STAGE_FAILED:
		break;
	}
}

/* Nothing is known of the case that it was at, nor of those behind it. */
bool job_killed_from_outside(struct job *job, int status)
{
	const char *name = crash_from_outside(status);

	if (!name)
		return false;
	snprintf(job->result.error, sizeof(job->result.error),
		 "a worker was killed from outside, by SIG%s", name);
	job->stage = STAGE_FAILED;
	return true;
}

/* Return: true when there is more to do for a new worker. */
static bool worker_ended(struct running *run, int status)
{
	struct job *job = run->job;
	bool done = job->stage == STAGE_DONE || job->stage == STAGE_FAILED ||
		    job->stage == STAGE_HELPED;
	struct finding f;

	run->child.pid = 0;
	if (done && WIFEXITED(status) && !WEXITSTATUS(status))
		return false;
	if (job_killed_from_outside(job, status))
		return false;
	crash_describe(run->child.errors, status, &f);
	/* The run without a fault is the same in a helper, and did not kill the one that it helps. */
	if (done || (job->lead != job && job->stage == STAGE_OPEN)) {
		snprintf(job->result.error, sizeof(job->result.error),
			 "a worker died %s its work: %.200s", done ? "after" : "before", f.text);
		job->stage = STAGE_FAILED;
		return false;
	}
	mark_crash(job, &f);
	if (++run->deaths > MAX_DEATHS) {
		job_fail(job, "too many workers died", ECHILD);
		return false;
	}
	return job->stage != STAGE_DONE;
}

static void finish(struct running *run)
{
	child_close(&run->child);
	run->waits = run->job->stage == STAGE_HELPED;
	run->job->result.seconds = seconds_since(&run->begun);
}

static int begin(struct running *run, const struct scenario *s, const struct run_options *opt)
{
	clock_gettime(CLOCK_MONOTONIC, &run->begun);
	run->child = (struct child){ .errors = -1 };
	run->deaths = 0;
	run->waits = false;
	run->job = job_new(s, opt);
	return run->job ? 0 : -1;
}

/* ---- many scenarios ---------------------------------------------------- */

/**
 * struct pool - all jobs of a run
 * @next: first scenario that no job was begun for
 * @shown: first whose result was not handed out
 * @helpers: room for as many as there are @jobs; of those that are not in use
 *	the job is NULL
 */
struct pool {
	const struct scenario *scenarios;
	const struct run_options *opt;
	struct running *running, *helpers;
	unsigned int nr, next, shown, active, jobs;
	unsigned long cases_shown;
	int code;
};

static bool is_finished(const struct running *run)
{
	return run->job && !run->child.pid && !run->waits;
}

static void hand_out(struct pool *pool,
		     void (*sink)(const struct result *r, void *arg), void *arg)
{
	while (pool->shown < pool->next && is_finished(&pool->running[pool->shown])) {
		struct job *job = pool->running[pool->shown++].job;

		sink(&job->result, arg);
		pool->code = worse_code(pool->code, result_code(&job->result));
		pool->cases_shown += job->result.nr_cases;
		job_free(job);
	}
}

static void report_progress(const struct pool *pool)
{
	unsigned long cases = pool->cases_shown;

	if (!pool->opt->progress)
		return;
	for (unsigned int i = pool->shown; i < pool->next; i++) {
		const struct job *job = pool->running[i].job;

		cases += job->result.nr_cases - job_untaken(job);
	}
	pool->opt->progress(cases, pool->opt->progress_arg);
}

/* ---- helpers ----------------------------------------------------------- */

static void drop(struct running *run)
{
	child_kill(&run->child);
	child_close(&run->child);
	job_free(run->job);
	run->job = NULL;
}

/* So many cases are worth another worker, who has to open the scenario first. */
#define WORTH_HELP	256

static bool is_helped(const struct pool *pool, const struct job *job)
{
	for (unsigned int i = 0; i < pool->jobs; i++) {
		if (pool->helpers[i].child.pid && pool->helpers[i].job->lead == job)
			return true;
	}
	return false;
}

/* All of a job's helpers are done: its worker goes on from there. */
static void go_on(struct pool *pool, struct running *run)
{
	for (unsigned int i = 0; i < pool->jobs; i++) {
		struct running *helper = &pool->helpers[i];

		if (!helper->job || helper->job->lead != run->job)
			continue;
		job_add_help(run->job, helper->job);
		job_free(helper->job);
		helper->job = NULL;
	}
	run->waits = false;
	if (run->job->stage == STAGE_FAILED)
		return;
	run->job->stage = STAGE_GUARD;
	if (start_worker(run))
		finish(run);
	else
		pool->active++;
}

/* Those whose helpers have all ended by now. */
static void go_on_all(struct pool *pool)
{
	for (unsigned int i = pool->shown; i < pool->next; i++) {
		struct running *run = &pool->running[i];

		if (run->waits && !is_helped(pool, run->job))
			go_on(pool, run);
	}
}

static struct running *most_left(const struct pool *pool)
{
	struct running *most = NULL;
	unsigned long left = WORTH_HELP;

	for (unsigned int i = pool->shown; i < pool->next; i++) {
		struct running *run = &pool->running[i];

		if (!run->child.pid || job_untaken(run->job) < left || !job_may_help(run->job))
			continue;
		left = job_untaken(run->job);
		most = run;
	}
	return most;
}

static struct running *free_helper(const struct pool *pool)
{
	for (unsigned int i = 0; i < pool->jobs; i++) {
		if (!pool->helpers[i].job)
			return &pool->helpers[i];
	}
	return NULL;
}

/* Return: false when there is nobody to help, or no memory for it. */
static bool help(struct pool *pool)
{
	struct running *run = most_left(pool), *helper = run ? free_helper(pool) : NULL;

	if (!helper || begin(helper, &run->job->result.scenario, pool->opt))
		return false;
	helper->job->lead = run->job;
	if (start_worker(helper)) {
		job_free(helper->job);
		helper->job = NULL;
		return false;
	}
	pool->active++;
	return true;
}

/* Return: whose worker it was, NULL: nobody's. */
static struct running *find_running(struct pool *pool, pid_t pid)
{
	for (unsigned int i = 0; i < pool->jobs; i++) {
		if (pool->helpers[i].child.pid == pid)
			return &pool->helpers[i];
	}
	for (unsigned int i = pool->shown; i < pool->next; i++) {
		if (pool->running[i].child.pid == pid)
			return &pool->running[i];
	}
	return NULL;
}

/* Of a job that has failed. */
static void end_help(struct pool *pool, const struct job *job)
{
	for (unsigned int i = 0; i < pool->jobs; i++) {
		struct running *helper = &pool->helpers[i];

		if (!helper->job || helper->job->lead != job)
			continue;
		pool->active -= helper->child.pid != 0;
		drop(helper);
	}
}

static void ended(struct pool *pool, pid_t pid, int status)
{
	struct running *run = find_running(pool, pid);

	if (!run || (worker_ended(run, status) && !start_worker(run)))
		return;
	finish(run);
	pool->active--;
	if (run->job->stage == STAGE_FAILED)
		end_help(pool, run->job);
	go_on_all(pool);
}

static int fill(struct pool *pool)
{
	while (pool->active < pool->jobs && pool->next < pool->nr) {
		struct running *run = &pool->running[pool->next];

		if (begin(run, &pool->scenarios[pool->next], pool->opt))
			return -1;
		pool->next++;
		if (start_worker(run))
			finish(run);
		else
			pool->active++;
	}
	while (pool->active && pool->active < pool->jobs && help(pool))
		;
	return 0;
}

/* Until a worker ends, or for a tenth of a second. */
static void wait_for_worker(struct pool *pool)
{
	int status;
	pid_t pid = child_wait(&status);

	if (pid)
		ended(pool, pid, status);
	report_progress(pool);
}

/* What was not handed out is lost. */
static void give_up(struct pool *pool)
{
	fprintf(stderr, "zfault: interrupted: %u of %u scenarios were played\n", pool->shown, pool->nr);
	pool->code = worse_code(pool->code, 3);
	for (unsigned int i = pool->shown; i < pool->next; i++) {
		end_help(pool, pool->running[i].job);
		drop(&pool->running[i]);
	}
}

int run_scenarios(const struct scenario *scenarios, unsigned int nr,
		  const struct run_options *opt,
		  void (*sink)(const struct result *r, void *arg), void *arg)
{
	struct pool pool = {
		.scenarios = scenarios,
		.nr = nr,
		.opt = opt,
		.jobs = opt->jobs ? opt->jobs : child_processors(),
	};

	pool.running = calloc(nr + pool.jobs, sizeof(*pool.running));
	if (!pool.running)
		return 3;
	pool.helpers = pool.running + nr;
	child_wait_begin();
	while (pool.shown < pool.nr) {
		if (child_interrupted()) {
			give_up(&pool);
			break;
		}
		/* Without memory for one more: when others have ended, or never. */
		if (fill(&pool) && !pool.active) {
			fprintf(stderr, "zfault: no memory for results: %u of %u scenarios were not run\n",
				pool.nr - pool.next, pool.nr);
			pool.code = worse_code(pool.code, 3);
			break;
		}
		if (pool.active)
			wait_for_worker(&pool);
		hand_out(&pool, sink, arg);
	}

	child_wait_end();
	free(pool.running);
	return pool.code;
}

/* ---- one case ---------------------------------------------------------- */

static void work_alone(struct running *run)
{
	int status;

	while (!start_worker(run)) {
		while (waitpid(run->child.pid, &status, 0) < 0 && errno == EINTR)
			;
		if (!worker_ended(run, status))
			break;
	}
}

void run_describe(struct job *job)
{
	struct running run = { .job = job, .child.errors = -1 };

	if (job->stage == STAGE_FAILED)
		return;
	job->stage = STAGE_DESCRIBE;
	job->at = 0;
	work_alone(&run);
	child_close(&run.child);
}

int run_case(const struct zcase *c, const struct run_options *opt, bool guard,
	     struct result *r, char *why, size_t size)
{
	struct running run;
	struct job *job;
	int code;

	memset(r, 0, sizeof(*r));
	if (begin(&run, &c->scenario, opt)) {
		scenario_format(&c->scenario, r->name, sizeof(r->name));
		snprintf(r->error, sizeof(r->error), "no memory for a case's result");
		return 3;
	}
	job = run.job;
	job->one = true;
	job->only = job->cases[0] = *c;
	job->guard_one = guard;
	/* Whoever names a case wants to know of it. */
	job->result.strict = true;
	work_alone(&run);
	finish(&run);

	*r = job->result;
	code = r->error[0] ? 3 : 0;
	if (job->why[0]) {
		snprintf(why, size, "%s", job->why);
		code = 2;
	}
	return code;
}

void result_free(struct result *r)
{
	if (r->cells)
		job_free((struct job *)((char *)r->cells - offsetof(struct job, cells)));
	memset(r, 0, sizeof(*r));
}
