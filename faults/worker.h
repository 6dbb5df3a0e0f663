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
	STAGE_GUARD,	/* on protected pages */
	STAGE_DESCRIBE,	/* where was the injected call? */
	STAGE_DONE,
	STAGE_FAILED,	/* @result.error says why */
};

/**
 * struct job - shared between parent and worker
 * @stage, @at: where the worker is; @at counts cases, or distinct findings
 * @one: a single case (@only), not the matrix
 * @guard_one: that case on protected pages
 * @last: what was found of the case at which the worker died, by then
 * @last_step: ... and in which step that was
 * @result: filled in as the work goes on
 * @why: for a single case: its id names no hit
 * @edges: what the subject ran, in the stages STAGE_OPEN and STAGE_CASES
 * @persist_same: the last case's fault had nothing more to fail, so that the
 *	persistent one which follows is the same
 */
struct job {
	enum stage stage;
	unsigned long at;
	bool one, guard_one;
	struct zcase only;
	const struct run_options *opt;
	struct finding last;
	char last_step[FINDING_STEP];
	struct result result;
	bool persist_same;
	char why[200];
	struct edges edges;
	struct distinct distinct[RESULT_DISTINCT];
	bool described[RESULT_DISTINCT];
	struct cell cells[WORKER_MAX_CASES];
	struct zcase cases[WORKER_MAX_CASES];
};

struct job *job_new(const struct scenario *s, const struct run_options *opt);
void job_free(struct job *job);

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

/* The same fault points fail in the same phases. */
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
