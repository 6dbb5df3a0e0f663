/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A case, its id and its verdict: what the parts of faults/ pass around.
 *
 *   space.c   profiles a scenario and enumerates its cases
 *   story.c   plays one case on a world, step by step
 *   oracle.c  judges the world after each step
 *   run.c     keeps workers, collects verdicts
 *   report_*  print them
 */
#ifndef FAULTS_CASE_H
#define FAULTS_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shim/fault.h"
#include "scenario.h"

/* A scenario's name and FAULT_MAX_PLAN faults: every id fits. */
#define CASE_ID		512

/**
 * struct case_fault - a fault with the names a user reads
 * @fault: what the shim is told
 * @folio, @slot: where it strikes; slot -1: the hit has none, it is the
 *	@fault.nth of its phase
 * @again: not the point's first hit of that slot, so that its id names the hit
 * @beyond: no kernel could fail there in that state
 */
struct case_fault {
	struct fault fault;
	int folio;
	int slot;
	bool again;
	bool beyond;
};

/**
 * struct zcase - a scenario and its faults; nr_faults 0: the fault-free run
 */
struct zcase {
	struct scenario scenario;
	unsigned int nr_faults;
	struct case_fault faults[FAULT_MAX_PLAN];
};

/*
 * Ids: "order4/stale:zpool/zpool_malloc@3=ENOMEM!+xarray/node@load.0=ENOMEM".
 * @S or @F.S: slot in the store phase; @PHASE.N: N-th hit of that phase, also
 * of the store where hits have no slots or a slot has several. Slots are turned into hits by the
 * profile, so parsing leaves fault.nth to space_resolve().
 * Return: 0, or -1 with one line in @why.
 */
int case_parse(const char *id, struct zcase *c, char *why, size_t size);
void case_format(const struct zcase *c, char *buf, size_t size);
/* One fault of an id, @len bytes of @s. */
int case_parse_fault(const char *s, size_t len, struct case_fault *f, char *why, size_t size);
const char *phase_name(enum phase phase);

/*
 * case_is_smaller() - @a shows with less what @b shows
 *
 * Fewer folios, lower order, fewer faults, once before persistent; then the
 * shorter name of a scenario, and of equally long ones the first. Which hits
 * fail makes no difference.
 */
bool case_is_smaller(const struct zcase *a, const struct zcase *b);

/* The invariants, in the order in which a user reads of them. */
struct invariant {
	char letter;
	const char *name;	/* "whole-folio rollback" */
	const char *says;	/* one sentence */
};
extern const struct invariant invariants[];
extern const unsigned int nr_invariants;
unsigned int invariant_bit(char letter);	/* bit in a mask; 0: no such letter */

/**
 * struct finding - an invariant that did not hold
 * @letter: which
 * @key: constant text without numbers: same letter and key, same defect;
 *	before a colon the quantity that it is about, where rules share one
 * @text: the sentence, with numbers
 * @step: the step after which it was first seen, as story.h names it
 * @slot: the slot it is about, -1: none
 * @frames: for what the shim saw itself: where
 */
#define BAD_ACCESS	"bad access"	/* key, whoever saw it */
#define FINDING_TEXT	256
#define FINDING_KEY	56
#define FINDING_STEP	40
struct finding {
	char letter;
	uint8_t nr_frames;
	int16_t slot;
	char key[FINDING_KEY];
	char text[FINDING_TEXT];
	char step[FINDING_STEP];
	void *frames[16];
};

enum outcome {
	HELD,		/* the faults fired and every invariant was checked and held */
	BROKEN,		/* findings */
	VACUOUS,	/* a fault did not fire, or nothing was checked */
	NOT_JUDGED,	/* the fault-free run of its scenario is none to compare it with */
	REFUSED,	/* the subject does not do such a thing, and does not claim to */
};

#define VERDICT_FINDINGS	6

/**
 * struct verdict - what the oracle said of a case
 * @checked: mask of the invariants that looked at something
 * @not_seen: mask of those that the subject gives no way to check
 * @excused: mask of those that the fault-free run breaks in the same way
 * @fired: how many of its faults fired
 * @beyond: a fault of it, or its scenario, is beyond contract
 * @stored: the store under test succeeded (bit a folio)
 * @steps: steps after which the oracle looked
 * @found_at: hits that had been recorded when the first finding was made
 * @ended: early, by the subject or for it
 * @why_vacuous: or what it does not do, for REFUSED
 */
struct verdict {
	enum outcome outcome;
	uint32_t checked, not_seen, excused;
	uint8_t fired;
	bool beyond;
	bool ended;
	uint32_t stored;
	uint16_t steps;
	uint32_t found_at;
	uint16_t nr_findings;	/* all; the first VERDICT_FINDINGS are kept */
	char why_vacuous[80];
	struct finding findings[VERDICT_FINDINGS];
};

#endif
