/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which pairs of axis values a list of scenarios covers. */
#ifndef TESTS_COVER_H
#define TESTS_COVER_H

#include "faults/scenario.h"

/**
 * struct cover - @pair[a][b]: some scenario has both values, and no third one
 *	that has the store refused before either could matter, or that takes
 *	what is found out of what a kernel can meet
 */
struct cover {
	bool pair[V_NR][V_NR];
};

void cover_add(struct cover *c, const struct scenario *s);

/* With this value a store without a fault is refused, at its first page at the latest. */
bool cover_refuses(unsigned int v);

/* Does this pair of a scenario's values count there? */
bool cover_counts(const struct scenario *s, unsigned int a, unsigned int b);

/* The next pair, a < b, that makes sense and is not covered; false: none. */
bool cover_missing(const struct cover *c, unsigned int *a, unsigned int *b);

/*
 * Is there a scenario with both? Not where a rule excludes the pair, and not
 * where some axis has no value that goes with both: a batch for one of them,
 * say, and a single folio for the other.
 */
bool cover_can_meet(unsigned int a, unsigned int b);

#endif
