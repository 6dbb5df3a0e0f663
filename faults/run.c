// SPDX-License-Identifier: GPL-2.0-or-later
/* The parent's side: keep workers busy, survive their deaths, hand out results. */
#include "run.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "child.h"
#include "crash.h"
#include "worker.h"

/* Deaths of a job's workers before the scenario is given up as the harness's. */
#define MAX_DEATHS	2000

/**
 * struct running - a job and the worker that is at it
 */
struct running {
	struct job *job;
	struct child child;
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
		job->cells[job->at].edges = edges_end(&job->edges);
		job_mark_broken(job, job->at, letter_of_death(job, f));
		job_add_crash(job, &job->cases[job->at++], f);
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
	bool done = job->stage == STAGE_DONE || job->stage == STAGE_FAILED;
	struct finding f;

	run->child.pid = 0;
	if (done && WIFEXITED(status) && !WEXITSTATUS(status))
		return false;
	if (job_killed_from_outside(job, status))
		return false;
	crash_describe(run->child.errors, status, &f);
	if (done) {
		snprintf(job->result.error, sizeof(job->result.error),
			 "a worker died after its work: %.200s", f.text);
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
	run->job->result.seconds = seconds_since(&run->begun);
}

static int begin(struct running *run, const struct scenario *s, const struct run_options *opt)
{
	clock_gettime(CLOCK_MONOTONIC, &run->begun);
	run->child = (struct child){ .errors = -1 };
	run->deaths = 0;
	run->job = job_new(s, opt);
	return run->job ? 0 : -1;
}

/* ---- exit codes -------------------------------------------------------- */

int worse_code(int a, int b)
{
	static const int order[] = { 2, 3, 1, 4, 0 };

	for (unsigned int i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (a == order[i] || b == order[i])
			return order[i];
	}
	return 3;
}

int result_code(const struct result *r)
{
	if (r->error[0])
		return 3;
	if (r->accusing ||
	    (r->strict && (r->nr_distinct || r->broken || r->baseline.outcome == BROKEN)))
		return 1;
	if (r->baseline.outcome == REFUSED)
		return r->not_judged ? 4 : 0;
	if (r->baseline.outcome == VACUOUS || r->baseline.outcome == NOT_JUDGED || r->vacuous ||
	    r->not_judged || !r->exhausted)
		return 4;
	return 0;
}

/* ---- many scenarios ---------------------------------------------------- */

/**
 * struct pool - all jobs of a run
 * @next: first scenario that no job was begun for
 * @shown: first whose result was not handed out
 */
struct pool {
	const struct scenario *scenarios;
	const struct run_options *opt;
	struct running *running;
	unsigned int nr, next, shown, active, jobs;
	unsigned long cases_shown;
	int code;
};

unsigned int run_processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return CPU_COUNT(&set);
}

static bool is_finished(const struct running *run)
{
	return run->job && !run->child.pid;
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

		cases += job->stage == STAGE_CASES ? job->at : job->result.nr_cases;
	}
	pool->opt->progress(cases, pool->opt->progress_arg);
}

static void ended(struct pool *pool, pid_t pid, int status)
{
	for (unsigned int i = pool->shown; i < pool->next; i++) {
		struct running *run = &pool->running[i];

		if (run->child.pid != pid)
			continue;
		if (worker_ended(run, status) && !start_worker(run))
			return;
		finish(run);
		pool->active--;
		return;
	}
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
		child_kill(&pool->running[i].child);
		child_close(&pool->running[i].child);
		job_free(pool->running[i].job);
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
		.jobs = opt->jobs ? opt->jobs : run_processors(),
		.running = calloc(nr + 1, sizeof(*pool.running)),
	};

	if (!pool.running)
		return 3;
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
