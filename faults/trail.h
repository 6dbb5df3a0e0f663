/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one run hit, in order, and the names of the hits. */
#ifndef FAULTS_TRAIL_H
#define FAULTS_TRAIL_H

#include "case.h"
#include "story.h"

/**
 * struct hit_name - what a user calls a hit
 * @folio, @slot: that it is for; slot -1: the hit has none
 * @again: the point was hit for that slot before
 */
struct hit_name {
	int folio, slot;
	bool again;
};

/**
 * struct trail - begins as zeroes; used for one run after the other
 * @hits, @names, @nr: after the setup, in order
 * @max: that there is room for
 */
struct trail {
	const struct story *story;
	struct fault_hit *hits;
	struct hit_name *names;
	unsigned long nr, max;
};

/* story_play(), recorded. 0; -1 with one line in @why. */
int trail_play(struct trail *t, struct story *st, const struct zcase *c, struct verdict *v,
	       char *why, size_t size);
void trail_free(struct trail *t);

/* That hit made to fail. */
struct case_fault trail_fault(const struct trail *t, unsigned long hit, int error, bool persistent);
unsigned int trail_count(const struct trail *t, uint8_t point, uint8_t phase);
/* The hit that a fault means, by its slot if that is its name; or -1. */
long trail_find(const struct trail *t, const struct case_fault *f);

#endif
