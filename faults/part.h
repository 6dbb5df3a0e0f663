/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A part of a run: --shard says which scenarios are of it, and of those
 * --results has some already. What is shown is in the order of the whole run.
 */
#ifndef FAULTS_PART_H
#define FAULTS_PART_H

#include "display.h"
#include "results.h"

/**
 * struct part - begins as zeroes
 * @file: --results, or NULL
 * @shard, @shards: --shard=I/N, from 0; @shards 0: all
 * @display: where results are shown
 * @todo: numbers of the @nr_todo scenarios that are to be played, in their
 *	order; @nr_done of them are
 * @next: number of the first scenario that was not shown
 * @code: worst of those that were, and of writing
 */
struct part {
	const char *file;
	unsigned int shard, shards;
	struct display *display;
	struct results results;
	unsigned int nr, nr_todo, nr_done, next;
	unsigned int *todo;
	int code;
};

/* The options of it, for getopt_long(), and "r:". */
#define PART_OPTIONS \
	{ "results", required_argument, NULL, 'r' }, \
	{ "shard", required_argument, NULL, 'N' }

/* One of these. GO_ON, or an exit code after one line on stderr. */
int part_option(struct part *p, int c, const char *arg);

/*
 * part_open() - which scenarios are to be played?
 * @scenarios: of @run, the whole of it; those of @todo come to its front
 *
 * Return: 0, or an exit code after one line on stderr.
 */
int part_open(struct part *p, const struct results_run *run, struct scenario *scenarios);

/*
 * part_add() - the next one of @todo is played
 * @whole: nothing is missing of it, and it need not be played again
 */
void part_add(struct part *p, const struct result *r, bool whole);

/* No more are: what an earlier run has of those behind is shown as well. */
void part_end(struct part *p);

/* 0, or an exit code where the file is not whole. */
int part_close(struct part *p);

#endif
