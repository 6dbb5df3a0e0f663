/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cases of several faults: after each first one, every hit of the run that it
 * leads to is made to fail as well, and so on to a depth.
 *
 * No case is kept, only sums and distinct findings. The workers share a
 * scenario: each takes a first fault with all that comes after it, then the
 * next. What comes out is the same for any number of them.
 */
#ifndef FAULTS_PAIRS_H
#define FAULTS_PAIRS_H

#include "run.h"

/* More cases than this are not begun. */
#define PAIRS_MOST	(1ul << 25)

/**
 * struct pairs_options
 * @run: subject, pages, jobs, strict, progress
 * @depth: faults of a case at the most
 * @like: try only points in phases in which a fault of that case strikes, and
 *	persistent ones only if one of them is; NULL: all
 * @guard: play some pairs once more on protected pages
 * @sooner: where that is the second store or the teardown, any phase is tried
 */
struct pairs_options {
	struct run_options run;
	unsigned int depth;
	const struct zcase *like;
	bool sooner, guard;
};

/*
 * pairs_run() - all cases of a scenario
 * @out: sums over all of them, to be freed with result_free(); without memory
 *	its error says so
 *
 * Return: the exit code that it stands for.
 */
int pairs_run(const struct scenario *s, const struct pairs_options *opt, struct result *out);

/* The same in this process, for one job; a case may kill it. Without an exit code. */
void pairs_run_here(const struct scenario *s, const struct pairs_options *opt, struct result *out);

/* What comes out without playing: how many cases of at most @depth faults there are, about. */
unsigned long pairs_estimate(unsigned long firsts, unsigned long later, unsigned int depth);

#endif
