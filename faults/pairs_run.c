// SPDX-License-Identifier: GPL-2.0-or-later
/* The parent's side of pairs: keeps the workers of a scenario, and adds up. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "child.h"
#include "crash.h"
#include "pairs_worker.h"

/* Workers of a scenario at the most; each has a file of its own. */
#define MAX_WORKERS	256u
/* Deaths before a scenario is given up as the harness's. */
#define MAX_DEATHS	1000000

/**
 * struct crew - the processes that work on a scenario
 */
struct crew {
	struct pairs_team *team;
	struct child *children;
	unsigned int active, deaths;
};

static size_t team_size(unsigned int nr)
{
	return sizeof(struct pairs_team) + nr * sizeof(struct pairs_worker);
}

static int job_fails(struct job *job, const char *what, const char *why)
{
	snprintf(job->result.error, sizeof(job->result.error), "%.100s: %.200s", what, why);
	job->stage = STAGE_FAILED;
	return -1;
}

static void team_free(struct pairs_team *team)
{
	for (unsigned int i = 0; i < team->nr; i++) {
		if (team->workers[i].job)
			job_free(team->workers[i].job);
	}
	munmap(team, team_size(team->nr));
}

static struct pairs_team *team_new(const struct scenario *s, const struct pairs_options *opt)
{
	unsigned int jobs = opt->run.jobs ? opt->run.jobs : child_processors();
	unsigned int nr = jobs < MAX_WORKERS ? jobs : MAX_WORKERS;
	struct pairs_team *team = mmap(NULL, team_size(nr), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (team == MAP_FAILED)
		return NULL;
	team->opt = opt;
	team->nr = nr;
	for (unsigned int i = 0; i < nr; i++) {
		team->workers[i].team = team;
		team->workers[i].unit = PAIRS_NO_UNIT;
		team->workers[i].job = job_new(s, &opt->run);
		if (!team->workers[i].job) {
			team_free(team);
			return NULL;
		}
	}
	return team;
}

/* ---- deaths ------------------------------------------------------------ */

static void start(struct crew *crew, unsigned int i)
{
	struct pairs_worker *w = &crew->team->workers[i];
	const char *failed;

	memset(&w->job->last, 0, sizeof(w->job->last));
	w->job->last_step[0] = '\0';
	failed = child_start(&crew->children[i], pairs_work, w);
	if (failed)
		job_fails(w->job, failed, strerror(errno));
	else
		crew->active++;
}

/* Nobody else has to die of the run without a fault, too. */
static void baseline_died(struct crew *crew, struct pairs_worker *w, const struct finding *f)
{
	const struct zcase none = { .scenario = w->job->result.scenario };
	struct job *job = crew->team->workers[0].job;

	w->job->stage = STAGE_DONE;
	if (job->result.baseline.outcome == BROKEN)
		return;
	job->last = w->job->last;
	memcpy(job->last_step, w->job->last_step, sizeof(job->last_step));
	job_add_crash(job, &none, f);
	job->result.baseline.outcome = BROKEN;
}

static void case_died(struct pairs_worker *w, const struct finding *f)
{
	struct result *r = &w->job->result;

	r->nr[w->level - 1]++;
	r->nr_cases++;
	r->broken++;
	job_add_crash(w->job, &w->now, f);
}

/* Return: true when another worker has to go on behind it. */
static bool died(struct crew *crew, struct pairs_worker *w, const struct finding *f)
{
	if (w->job->stage == STAGE_OPEN) {
		baseline_died(crew, w, f);
		return false;
	}
	if (w->job->stage == STAGE_GUARD && ++crew->deaths <= MAX_DEATHS) {
		job_add_crash(w->job, &w->now, f);
		/* What it had kept to look at again is gone with it. */
		w->job->result.exhausted = false;
		return true;
	}
	if (w->job->stage != STAGE_CASES || !w->level || ++crew->deaths > MAX_DEATHS) {
		job_fails(w->job, "a worker died", f->text);
		return false;
	}
	case_died(w, f);
	return true;
}

static void ended(struct crew *crew, unsigned int i, int status)
{
	struct pairs_worker *w = &crew->team->workers[i];
	bool done = w->job->stage == STAGE_DONE || w->job->stage == STAGE_FAILED;
	struct finding f;

	crew->children[i].pid = 0;
	crew->active--;
	if (done && WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	if (job_killed_from_outside(w->job, status))
		return;
	crash_describe(crew->children[i].errors, status, &f);
	if (died(crew, w, &f))
		start(crew, i);
}

/* ---- a scenario -------------------------------------------------------- */

static void report_progress(const struct pairs_team *team)
{
	unsigned long cases = 0;

	if (!team->opt->run.progress)
		return;
	for (unsigned int i = 0; i < team->nr; i++)
		cases += team->workers[i].job->result.nr_cases;
	team->opt->run.progress(cases, team->opt->run.progress_arg);
}

static void work(struct crew *crew)
{
	int status;
	pid_t pid;

	child_wait_begin();
	for (unsigned int i = 0; i < crew->team->nr; i++)
		start(crew, i);
	while (crew->active && !child_interrupted()) {
		pid = child_wait(&status);
		for (unsigned int i = 0; pid && i < crew->team->nr; i++) {
			if (crew->children[i].pid == pid)
				ended(crew, i, status);
		}
		report_progress(crew->team);
	}
	for (unsigned int i = 0; i < crew->team->nr; i++) {
		/* Interrupted: what it has found by now is kept. */
		if (crew->children[i].pid)
			crew->team->workers[i].job->result.exhausted = false;
		child_kill(&crew->children[i]);
		child_close(&crew->children[i]);
	}
	child_wait_end();
}

static void add_up(struct pairs_team *team)
{
	struct job *job = team->workers[0].job;

	for (unsigned int i = 1; i < team->nr; i++) {
		result_add(&job->result, &team->workers[i].job->result);
		job_merge(job, team->workers[i].job);
	}
	job->result.depth = team->opt->depth;
	job_sort(job);
	if (job->result.error[0])
		job->stage = STAGE_FAILED;
}

/* What the result points into goes to the caller. */
static void hand_over(struct pairs_team *team, struct result *out)
{
	*out = team->workers[0].job->result;
	team->workers[0].job = NULL;
	team_free(team);
}

static int no_memory(const struct scenario *s, struct result *out)
{
	scenario_format(s, out->name, sizeof(out->name));
	snprintf(out->error, sizeof(out->error), "no memory for the workers of a scenario");
	return 3;
}

int pairs_run(const struct scenario *s, const struct pairs_options *opt, struct result *out)
{
	struct pairs_team *team = team_new(s, opt);
	struct crew crew = { .team = team };

	memset(out, 0, sizeof(*out));
	if (!team)
		return no_memory(s, out);
	crew.children = calloc(team->nr, sizeof(*crew.children));
	if (!crew.children) {
		team_free(team);
		return no_memory(s, out);
	}
	for (unsigned int i = 0; i < team->nr; i++)
		crew.children[i].errors = -1;
	work(&crew);
	add_up(team);
	run_describe(team->workers[0].job);
	free(crew.children);
	hand_over(team, out);
	return result_code(out);
}

void pairs_run_here(const struct scenario *s, const struct pairs_options *opt, struct result *out)
{
	struct pairs_team *team = team_new(s, opt);
	struct job *job = team ? team->workers[0].job : NULL;

	memset(out, 0, sizeof(*out));
	if (!team) {
		no_memory(s, out);
		return;
	}
	pairs_work(&team->workers[0]);
	add_up(team);
	if (job->stage == STAGE_DONE) {
		job->stage = STAGE_DESCRIBE;
		worker_work(job);
	}
	hand_over(team, out);
}
