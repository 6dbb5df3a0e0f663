/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a scenario is played: setup once, then for each case store, load some,
 * invalidate some, write back the rest, read everything from where it now
 * is, store the same folio again, tear down. And the model that goes with
 * it: what each slot must hold, and where it may be.
 */
#ifndef FAULTS_STORY_H
#define FAULTS_STORY_H

#include "case.h"
#include "shim/ledger.h"
#include "shim/world.h"

struct subject;
struct pages;

/* Where the model says the newest bytes of a slot are. */
enum where {
	NOWHERE,	/* slot not in use */
	IN_ZSWAP,
	IN_CACHE,	/* only in the swap cache: dirty there */
	IN_FILE,	/* written to the swap file */
};

/**
 * struct slot - the model of one swap slot
 * @offset, @type: where it is
 * @newest: the bytes that a read has to give; NULL: any
 * @older: what was there before them, NULL: nothing
 * @memcg: whom its entry is charged to (NULL: nobody), while @entry
 * @where: where the newest bytes are
 * @bystander: not of the folio under test
 * @entry: zswap holds an entry of it: the newest bytes if IN_ZSWAP, else a
 *	stale one
 * @tested: that entry is of the store under test, and nothing happened to it
 * @unused: no process wants it any more; it goes with its folio in the swap cache
 * @failed: its last read failed as it may; the cache holds a folio without data
 * @cg: enum model_cg_id of @memcg
 * @length: of the entry, compressed
 * @generation: of the entry, as the slab allocator counts (ledger.h)
 */
struct slot {
	unsigned long offset;
	const void *newest, *older;
	struct mem_cgroup *memcg;
	uint64_t generation;
	uint16_t length;
	uint8_t type;
	uint8_t where;
	int8_t cg;
	bool bystander;
	bool entry;
	bool tested;
	bool failed;
	bool unused;
};

/* Is it the one that a hit (struct fault_hit) was for? */
static inline bool slot_has_swp(const struct slot *slot, uint64_t swp)
{
	return swp == ((uint64_t)slot->type << 58 | slot->offset);
}

/* More pages than these are not all protected in all of a story, which would take too long. */
#define STORY_GUARDED	64u

/**
 * struct story - a scenario being played
 * @type: swap file of the folios under test
 * @nr_pages: of all of them
 * @slots, @nr_slots: the model: the folios' first, then bystanders'
 * @whole: set by who wants each case played from its beginning
 */
struct story {
	struct scenario scenario;
	const struct subject *subject;
	const struct pages *pages;
	const char *alg;
	int type;
	unsigned int nr_pages;
	struct slot *slots;
	unsigned int nr_slots;
	bool whole;
	struct story_private *priv;
};

/*
 * story_open() - boot the world, play the setup, take the snapshot
 * @guard: protected pages, see world.h
 *
 * Return: 0; -1 with one line in @why when the harness failed.
 */
int story_open(struct story *st, const struct scenario *s, const struct subject *subject,
	       const struct pages *pages, bool guard, char *why, size_t size);
void story_close(struct story *st);

/*
 * story_play() - restore the snapshot and play everything after the setup
 * @c: its faults are armed for their phases (resolved: fault.nth is known)
 * @v: filled in by the oracle, which is called after every step
 *
 * The same story_open() serves any number of plays, in any order, with the
 * same verdicts.
 */
void story_play(struct story *st, const struct zcase *c, struct verdict *v);

/*
 * Cases can be judged beside a fault-free run with this verdict: it came to its
 * end, and what it broke is bookkeeping. Where the bytes are wrong without a
 * fault, or memory, locks or lists are, what follows a fault says nothing.
 */
bool oracle_can_compare(const struct verdict *baseline);
bool oracle_is_bookkeeping(char letter);

/*
 * story_last_words() - the process is about to die in story_play()
 * @step: in which step of it; untouched where nothing is being played
 *
 * Return: what had been found by then, or by the shim in the step itself,
 * first; NULL: nothing.
 */
const struct finding *story_last_words(char step[FINDING_STEP]);

/* Mask of invariants to leave out (tests: "lives with it off"). */
void oracle_disable(uint32_t mask);

#endif
