/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A worker process and the memory it shares with its parent; run.c's
 * business and nobody else's.
 */
#ifndef FAULTS_WORKER_H
#define FAULTS_WORKER_H

#include "edges.h"
#include "run.h"

#define WORKER_MAX_CASES	(1UL << 20)

/* What the worker is at, for the parent to know when it dies. */
enum stage {
	STAGE_OPEN,	/* setup, profile, fault-free run */
	STAGE_CASES,
	STAGE_PROBES,	/* the proof of exhaustion */
	STAGE_HELPED,	/* done so far, but for what helpers are at */
	STAGE_GUARD,	/* on protected pages */
	STAGE_DESCRIBE,	/* where was the injected call? */
	STAGE_DONE,
	STAGE_FAILED,	/* @result.error says why */
};

/**
 * struct job - shared between parent and worker
 * @stage, @at: where the worker is; @at counts cases, or distinct findings
 * @end: of the cases it has taken
 * @lead: whose cases it plays, and marks in @cells there: itself, or of a helper
 *	the job that it helps; what is found and the sums are its own
 * @next: of @lead, the first case that nobody has taken
 * @help: of @lead, see job_may_help()
 * @one: a single case (@only), not the matrix
 * @guard_one: that case on protected pages
 * @last: what was found of the case at which the worker died, by then
 * @last_step: ... and in which step that was
 * @result: filled in as the work goes on
 * @why: for a single case: its id names no hit
 * @order: place of the case being played among those of its scenario, for pairs
 * @edges: what the subject ran, in the stages STAGE_OPEN and STAGE_CASES
 * @persist_same: the last case's fault had nothing more to fail, so that the
 *	persistent one which follows is the same
 */
struct job {
	enum stage stage;
	unsigned long at, end;
	struct job *lead;
	unsigned long next;
	int help;
	bool one, guard_one;
	struct zcase only;
	const struct run_options *opt;
	struct finding last;
	char last_step[FINDING_STEP];
	struct result result;
	bool persist_same;
	uint32_t order[FAULT_MAX_PLAN];
	char why[200];
	struct edges edges;
	struct distinct distinct[RESULT_DISTINCT];
	bool described[2][RESULT_DISTINCT];
	struct cell cells[WORKER_MAX_CASES];
	struct zcase cases[WORKER_MAX_CASES];
};

struct space;

struct job *job_new(const struct scenario *s, const struct run_options *opt);
void job_free(struct job *job);

/*
 * Another worker may take cases of @job from now on, if the answer is true: its
 * own worker ends in STAGE_HELPED then, and the parent has it gone on with when
 * all are done. False: it is too late. In the parent.
 */
bool job_may_help(struct job *job);
/* Cases that nobody has taken yet. */
unsigned long job_untaken(const struct job *job);
/* What a helper has counted and found, and why it failed, if it did. */
void job_add_help(struct job *job, const struct job *helper);

/* A process works on @job from here on: what it dies of is written there. */
void job_begin_work(struct job *job);
/* Outcome, sums and findings of case @c. */
void job_count(struct job *job, const struct zcase *c, const struct verdict *v);
/* Cases can be judged by that fault-free run. */
bool job_is_measure(const struct verdict *baseline);
/* The fault-free run of @sp; the same answer. */
bool job_keep_baseline(struct job *job, const struct space *sp);
/* Findings of another worker of the scenario; those of all in the order of their cases. */
void job_merge(struct job *job, const struct job *other);
void job_sort(struct job *job);

/* In the parent, after all work: job_describe() in a worker. */
void run_describe(struct job *job);
/* True: a worker ended by a signal that says nothing of its case. The job has failed. */
bool job_killed_from_outside(struct job *job, int status);

/* In the child: work on from where @job stands, to STAGE_DONE or _FAILED. */
void worker_work(struct job *job);

/* story_open() of the job's scenario. False: it failed, and so has the job. */
struct story;
bool job_open_story(struct job *job, struct story *st, bool guard);

/* The last stage: where was the injected call of each finding? */
void job_describe(struct job *job);
/* The process dies in it: what is known of the injected call so far is kept. */
void job_keep_frames(void);

/* What is found of case @i after its verdict, if it has one, was counted. */
void job_mark_broken(struct job *job, unsigned long i, char letter);

/* As many faults, and the last of them at the same point in the same phase. */
bool job_same_places(const struct zcase *a, const struct zcase *b);

/* Return: what the finding is counted as, if @c is the case that stands for it now; or NULL. */
struct distinct *job_add_finding(struct job *job, const struct zcase *c, const struct finding *f,
				 bool beyond, bool crash);

/*
 * Count a verdict's findings, or a crash, under the defect that they show: what
 * killed the worker may have been a consequence of what was found before, and
 * a build that goes on there has to say the same.
 */
void job_add_findings(struct job *job, const struct zcase *c, const struct verdict *v);
void job_add_crash(struct job *job, const struct zcase *c, const struct finding *death);

#endif
