/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results of a matrix, one after the other, as 'zfault matrix' prints them. */
#ifndef FAULTS_DISPLAY_H
#define FAULTS_DISPLAY_H

#include "report.h"

/**
 * struct display - begins as zeroes but for these
 * @look: where it goes
 * @subject: the name as --subject takes it
 * @name: the one that the subject has
 * @verbose: the grid of every scenario
 * @alone: a single scenario: its grid, and no line
 * @failure: of the harness, that was told last, and @same_failure how many
 *	scenarios more failed so
 */
struct display {
	struct look look;
	const char *subject, *name;
	bool verbose, alone;
	struct total total;
	struct defects defects;
	char failure[320];
	unsigned int same_failure;
};

/* @origin, @pages: where subject and pages come from. */
void display_begin(struct display *d, const char *origin, const char *pages);
void display_result(struct display *d, const struct result *r);
/* The defects, and the sum. */
void display_end(struct display *d);

#endif
