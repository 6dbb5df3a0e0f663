/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fault space of a scenario: profile, enumerate, resolve. */
#ifndef FAULTS_SPACE_H
#define FAULTS_SPACE_H

#include "trail.h"

/**
 * struct space - all single-fault cases of a scenario
 * @trail: of the fault-free run
 * @cases: hit x legal error x {once, persistent}, in the order of the hits;
 *	a persistent case comes directly after its once
 * @baseline: verdict of the fault-free run
 */
struct space {
	struct story *story;
	struct trail trail;
	struct zcase *cases;
	unsigned long nr_cases;
	struct verdict baseline;
};

/*
 * Faults are tried in these phases: in a scenario about zswap's setup in that
 * alone, what follows being the same as elsewhere; setup is no business of the
 * others, and the second store and the teardown have to find a kernel that
 * works.
 */
static inline bool space_faults(const struct scenario *s, uint8_t phase)
{
	if (s->value[AXIS_SETUP] != axes[AXIS_SETUP].first)
		return phase == PHASE_BOOT;
	return phase >= PHASE_STORE && phase < PHASE_RESTORE;
}

/*
 * And in these a fault that comes after another one: what the first failure
 * leaves behind is met by the retry, the second store and the teardown, too.
 */
static inline bool space_faults_next(const struct scenario *s, uint8_t phase)
{
	return space_faults(s, phase) || phase == PHASE_RESTORE || phase == PHASE_TEARDOWN;
}

int space_open(struct space *sp, struct story *story, char *why, size_t size);
void space_close(struct space *sp);

/* Slot names of a parsed case become hits. -1 with one line in @why. */
int space_resolve(const struct space *sp, struct zcase *c, char *why, size_t size);

#endif
