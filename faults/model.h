/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: what the world has to look like, kept up from what the story
 * did and what it was answered. It never looks into the world itself; the
 * oracle compares the two.
 */
#ifndef FAULTS_MODEL_H
#define FAULTS_MODEL_H

#include "story.h"

struct obj_cgroup;

/* The memory cgroups of a story. */
enum model_cg_id {
	CG_NONE = -1,
	CG_ROOT,
	CG_PARENT,	/* of CG_CHILD */
	CG_CHILD,	/* the folio's */
	CG_OTHER,	/* the bystanders' */
	CG_DONOR,	/* below CG_CHILD: the folio's when it was stored first */
	CG_SECOND,	/* below CG_PARENT: another folio's of a batch */
	CG_CLOSED,	/* the folio's that is kept out */
	CG_NR
};

/**
 * struct model_cg - a memory cgroup
 * @memcg: NULL where the story has none
 * @objcg: its own, whoever that belongs to by now
 * @parent: enum model_cg_id
 * @online: not removed yet
 * @no_writeback: memory.zswap.writeback is off in it
 * @zswap_max: its zswap.max, in pages; WORLD_ZSWAP_MAX: none
 * @out, @in, @wb: ZSWPOUT, ZSWPIN, ZSWPWB counted for it
 */
struct model_cg {
	struct mem_cgroup *memcg;
	const struct obj_cgroup *objcg;
	int8_t parent;
	bool online, no_writeback;
	uint64_t zswap_max;
	unsigned long out, in, wb;
};

#define MODEL_FOLIOS	31	/* what a folio_batch holds */

/**
 * struct model_folio - a folio under test
 * @folio: while the story has a reference to it
 * @lo, @nr: its slots, as the model counts them
 * @cg: whom it is charged to
 */
struct model_folio {
	struct folio *folio;
	uint16_t lo, nr;
	uint8_t order;
	int8_t cg;
};

/* Slots @lo .. @lo + @nr - 1 of the model, which lie side by side in a swap file. */
struct model_run {
	uint16_t lo, nr;
};

#define MODEL_RUNS	(MODEL_FOLIOS + 16)

/**
 * struct model - what changes while a story is played
 * @out, @in, @wb: the events of the whole machine
 * @wb_full: @wb when the pool was filled
 * @alg: the current pool's algorithm
 * @folios, @nr_folios: under test, stored together
 * @totalram, @max_pool, @accept: memory in pages, zswap's parameters in percent
 * @disabled: zswap is, and then keeps no page from the swap file
 * @cpu_down: CPU 0 is unplugged
 * @swapped_on: by swap file
 * @shrinker_ran: so that zswap's cursor may hold a reference to one memcg
 * @tainted: the world no longer is as the model says, which was reported;
 *	sums over the model's entries say nothing any more
 * @runs, @nr_runs: of the slots
 * @slots: of the folios, then of the bystanders
 */
struct model {
	struct model_cg cg[CG_NR];
	unsigned long out, in, wb, wb_full;
	const char *alg;
	struct model_folio folios[MODEL_FOLIOS];
	unsigned int nr_folios;
	unsigned long totalram, max_pool, accept;
	bool disabled;
	bool cpu_down;
	bool swapped_on[2];
	bool shrinker_ran;
	bool tainted;
	struct model_run runs[MODEL_RUNS];
	unsigned int nr_runs;
	unsigned int nr_slots;
	struct slot slots[];
};

/* Of the largest folio, or all of a batch, and of all bystanders, or another swap file. */
#define MODEL_SLOTS	(512 + 32)

struct model *model_new(void);
void model_copy(struct model *to, const struct model *from);

void model_add_cg(struct model *m, int cg, int parent, struct mem_cgroup *memcg,
		  const struct obj_cgroup *objcg);
/* Itself or the nearest ancestor that is online: who has its lists and events. */
int model_cg_owner(const struct model *m, int cg);
/* Whom a folio of @cg is charged to: the same, but nobody instead of the root. */
int model_cg_charged(const struct model *m, int cg);
bool model_cg_below(const struct model *m, int cg, int top);
/* Compressed bytes charged to @top and below. */
unsigned long model_bytes(const struct model *m, int top);
/* zswap.max does not let a folio of @cg in, unless something is written back. */
bool model_over_limit(const struct model *m, int cg);
/* Or may be while @nr pages more are stored, none of which gets larger. */
bool model_may_reach_limit(const struct model *m, int cg, unsigned int nr);
/* memory.zswap.writeback lets an entry of @cg leave for the swap file. */
bool model_may_write_back(const struct model *m, int cg);

struct slot *model_add_slot(struct model *m, int type, unsigned long offset, bool bystander);
/* The slot's index, or -1. */
int model_find(const struct model *m, int type, unsigned long offset);
/* Is it one of those under test, to which the story has a reference? */
bool model_holds(const struct model *m, const struct folio *folio);

/* A folio of @cg at slots @lo .. @lo + @nr - 1, stored with @alg. */
void model_stored(struct model *m, unsigned int lo, unsigned int nr, int cg, const char *alg);
/* ... refused, and so written to the swap file or kept in the swap cache. */
void model_refused(struct model *m, unsigned int lo, unsigned int nr, bool kept);
/* A process wrote to the pages of a folio in the swap cache. */
void model_dirtied(struct model *m, unsigned int lo, unsigned int nr, const void *const *pages);
void model_loaded(struct model *m, unsigned int i);
void model_written_back(struct model *m, unsigned int i);
/* Its stale entry is gone. */
void model_dropped(struct model *m, unsigned int i);
/* It was found to hold something else: @page, or NULL, nobody knows what. */
void model_spoiled(struct model *m, unsigned int i, const void *page);
void model_freed(struct model *m, unsigned int i);

#endif
