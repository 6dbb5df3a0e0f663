/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The results of two subjects side by side, row by row. */
#ifndef FAULTS_COMPARE_H
#define FAULTS_COMPARE_H

#include "grid.h"
#include "report.h"

/**
 * struct kept - what is kept of a result to be compared
 * @why: it was not judged, or refused; "" otherwise
 * @letter: of what the run without a fault breaks, 0: nothing
 */
struct kept {
	char name[SCENARIO_NAME];
	uint8_t outcome;
	char letter;
	char why[80];
	struct grid grid;
};

/**
 * struct compared - sums
 * @rows, @differ: of both, that there is a difference in
 * @scenarios: that differ
 */
struct compared {
	unsigned long rows, differ, scenarios;
};

/* 0, or -1 without memory. */
int compare_keep(struct kept *k, const struct result *r);
void compare_free(struct kept *k);

/*
 * compare_print() - what differs between two results of one scenario
 * @names: the subjects'
 *
 * Rows are matched by what the call is for (the fault point's role), the
 * error and the phase. A call that only one of them makes is a difference.
 */
void compare_print(const struct look *look, const char *const names[2], const struct kept *a,
		   const struct kept *b, struct compared *sum);

#endif
