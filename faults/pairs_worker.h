/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory that a worker on pairs shares with its parent; pairs_run.c's business. */
#ifndef FAULTS_PAIRS_WORKER_H
#define FAULTS_PAIRS_WORKER_H

#include <limits.h>

#include "pairs.h"
#include "worker.h"

#define PAIRS_NO_UNIT	ULONG_MAX

/**
 * struct pairs_worker - shared between parent and worker
 * @job: sums and findings; @job->stage says where the worker is, @job->order
 *	which case it plays
 * @team: all of them
 * @unit: first fault that it is at, once and persistent, or none
 * @level: faults of the case that it plays; after a death that many are behind it
 * @now: that case
 */
struct pairs_worker {
	struct job *job;
	struct pairs_team *team;
	unsigned long unit;
	unsigned int level;
	struct zcase now;
};

/**
 * struct pairs_team
 * @next: first fault that no worker has taken; @next_guarded: of those on
 *	protected pages
 */
struct pairs_team {
	const struct pairs_options *opt;
	unsigned long next, next_guarded;
	unsigned int nr;
	struct pairs_worker workers[];
};

static inline unsigned int pairs_nr_errors(uint8_t point)
{
	unsigned int n = 0;

	while (fault_points[point].errors[n])
		n++;
	return n;
}

/* In the child. @arg: its struct pairs_worker. */
void pairs_work(void *arg);
/* A sweep over some pairs on protected pages, in STAGE_GUARD. */
void pairs_guard(struct pairs_worker *me);

#endif
