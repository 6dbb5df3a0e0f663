/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Distinct defects of a run: findings of all its scenarios that have one cause.
 *
 * Findings are symptoms. They are of one defect when they break the same rule
 * in the same phase, and
 *
 *   - without a fault: nothing more; the scenario is no place in the code
 *   - of the rollback of a whole folio (S) or a sum (A): the kernel came into
 *     the subject by the same function. An operation does these as a whole,
 *     whichever of its calls failed; which did is listed
 *   - where the shim saw it happen: at the same place of the subject, whatever
 *     failure led there
 *   - else: the call that was made to fail is at the same place of the
 *     subject, for each has a rollback of its own; of a counter (N) it is also
 *     the same call, for each has a counter of its own
 *
 * Of several faults the last one is the one that counts. One in the second store
 * or in the teardown is of a phase that does the same.
 *
 * A place is functions (symbols_place()), for a kernel's patch moves lines.
 */
#ifndef FAULTS_DEFECTS_H
#define FAULTS_DEFECTS_H

#include "run.h"

#define DEFECT_PLACE	200

/**
 * struct defect
 * @shown: the finding of the smallest case that shows it, as run.h has it;
 *	@shown.cases and @shown.within count the cases of all scenarios
 * @place: the functions above; empty without a fault, and where nothing is
 *	known of the code
 * @only: the fault points that make it this defect, where @place does not; 0
 * @phase: of the last fault, PHASE_NR without one
 * @points: a bit for each fault point behind it
 * @scenarios: that show it; @last: the latest of them
 */
struct defect {
	struct distinct shown;
	char place[DEFECT_PLACE];
	uint8_t phase;
	uint64_t points, only;
	unsigned long scenarios, last;
};

/**
 * struct defects - begins as zeroes
 * @within: of them within contract
 * @results: that were added
 * @not_kept: findings that had no room in their scenario's result, or here
 */
struct defects {
	struct defect *all;
	unsigned int nr, max, within;
	unsigned long results, not_kept;
};

/* The least that it takes, as far as was tried: one bit of run.h's REACH_. */
unsigned int defect_reach(const struct defect *d);

/* Would be one defect. */
bool defects_same(const struct distinct *a, const struct distinct *b);
/* They break the same rule, or one of the same quantity. */
bool finding_same_rule(const struct finding *a, const struct finding *b);
/* Where the defect is that @d shows: struct defect's @place. */
void defect_find_place(const struct distinct *d, char *buf, size_t size);

/* The findings of one more scenario. */
void defects_add(struct defects *defects, const struct result *r);

/* Within contract before beyond, then in the order of the invariants, smallest first. */
void defects_sort(struct defects *defects);
void defects_free(struct defects *defects);

#endif
