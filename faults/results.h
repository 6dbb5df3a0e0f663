/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results in a file: what an interrupted run goes on with, and what the parts
 * of a run are put together from.
 *
 * A line of JSON says what the run is, one for each scenario what came out. A
 * line is written when the scenario is finished, so a run that ends early has
 * lost nothing but what it was at; half a line at the end is of that. What the
 * lines hold is described in results_json.h.
 */
#ifndef FAULTS_RESULTS_H
#define FAULTS_RESULTS_H

#include <stdio.h>

#include "run.h"

struct setting;

/**
 * struct results_run - what a run is: results of another are not mixed with it
 * @command: that makes it: "matrix", "explore --pairs"
 * @depth: as in struct result
 * @setting: subject and pages, open; what the pages hold counts, too
 * @scenarios: of the whole run, all @nr of them
 * @strict, @guard: as in struct run_options
 */
struct results_run {
	const char *command;
	unsigned int depth;
	const struct setting *setting;
	const struct scenario *scenarios;
	unsigned int nr;
	bool strict, guard;
};

/**
 * struct results - begins as zeroes
 * @all: @nr results, NULL where a scenario has none (yet)
 * @depth: as in struct result, and of each of them; @guard: as in struct run_options
 * @head: what the run is, as JSON
 * @path, @file: what is written to, if anything is
 */
struct results {
	struct result **all;
	unsigned int nr, depth;
	bool guard;
	struct json_t *head;
	const char *path;
	FILE *file;
};

/*
 * results_open() - read what @path holds of this run, and write on behind it
 *
 * There need not be such a file yet. Return: 0, or an exit code after one line
 * on stderr: it cannot be written, it is no such file, it is of another run.
 */
int results_open(struct results *rs, const char *path, const struct results_run *run);

/* One more, by its number in the run. Kept in the file alone. 0, or an exit code. */
int results_add(struct results *rs, unsigned int i, const struct result *r);

/* What is in @path, beside what was read before. 0, or an exit code. */
int results_read(struct results *rs, const char *path);

/*
 * results_can_play() - @run has the same subject, pages and program, so that more
 * can be played of what was read
 *
 * Return: 0, or an exit code after one line on stderr.
 */
int results_can_play(const struct results *rs, const struct results_run *run);

/*
 * A word of the first line, "" where there is none: "command", "subject", "name",
 * "origin", "pages"; "dump": the file that --pages took the pages of.
 */
const char *results_word(const struct results *rs, const char *key);
/* The name of the run's scenario @i. */
const char *results_scenario(const struct results *rs, unsigned int i);

/* 0, or an exit code where the file is not whole. */
int results_close(struct results *rs);

#endif
