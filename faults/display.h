/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results of a run, one after the other: of a matrix, or of pairs. */
#ifndef FAULTS_DISPLAY_H
#define FAULTS_DISPLAY_H

#include "report.h"

/**
 * struct display - begins as zeroes but for these
 * @look: where it goes
 * @subject: the name as --subject takes it
 * @name: the one that the subject has
 * @verbose: the grid of every scenario
 * @alone: a single scenario of a matrix: its grid, and no line
 * @depth: as in struct result, and of each of them
 * @failure: of the harness, that was told last, and @same_failure how many
 *	scenarios more failed so
 */
struct display {
	struct look look;
	const char *subject, *name;
	bool verbose, alone;
	unsigned int depth;
	struct total total;
	struct defects defects;
	char failure[320];
	unsigned int same_failure;
};

/* @origin, @pages: where subject and pages come from. */
void display_begin(struct display *d, const char *origin, const char *pages);
void display_result(struct display *d, const struct result *r);

/*
 * display_shrink() - before the end: look for smaller cases of the defects
 *
 * Return: 0; 1 where one within contract was found for a defect that had none; 3
 * after one line on stderr: not all are as small as can be.
 */
int display_shrink(struct display *d, const struct run_options *opt);

/* The defects, and the sum. Return: 0, or the exit code for that all was refused. */
int display_end(struct display *d);

#endif
