/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The smallest case that still breaks the same rule at the same place, in the
 * sense of defects.h: fewer folios, a lower order, plainer values of the other
 * axes, fewer faults, once instead of persistent. In each scenario that is
 * smaller, all faults of the same calls in the same phases are tried.
 */
#ifndef FAULTS_SHRINK_H
#define FAULTS_SHRINK_H

#include "defects.h"

/**
 * shrink() - replace @d's case by a smaller one, with what was found there
 *
 * What a kernel can meet is better than what it cannot. Counts stay as they are,
 * but that one case within contract is counted where there was none. What is seen
 * on protected pages only stays too.
 *
 * Return: 1, 0: there was none; -1 as of shrink_defects(), whatever was found by then.
 */
int shrink(struct distinct *d, const struct run_options *opt);

/*
 * Each defect's, several at a time. To be sorted again.
 *
 * Return: 0; -1 when the harness failed, for want of memory or as a process was
 * killed from outside: some are not as small as they could be. Interrupted it
 * returns early (child_interrupted()).
 */
int shrink_defects(struct defects *defects, const struct run_options *opt);

#endif
