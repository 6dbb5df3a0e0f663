/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The oracle: after each step it looks at the simulated kernel and compares
 * it with the model and with itself.
 *
 *   oracle.c        what all share: findings, steps, verdicts, complaints
 *   oracle_look.c   what the ledger shows, once a step
 *   oracle_slots.c  S D B C: which slots hold an entry, what they read
 *   oracle_sums.c   L R A: counts, references, charges
 *   oracle_setup.c  L R T of a set-up that was made to fail
 *   oracle_rest.c   P N K T
 *
 * A new invariant is a letter in invariants.c, a function here and a row in
 * the table of oracle.c.
 */
#ifndef FAULTS_ORACLE_H
#define FAULTS_ORACLE_H

#include "model.h"

#define ORACLE_REJECTS	8

/**
 * struct offer - a folio that was offered to zswap
 * @lo, @nr: its slots
 * @asked: zswap was; @stored: it took the folio
 * @poor: a page of it does not compress
 * @cg: whom the folio is charged to
 * @barred: why zswap must not take it, NULL: it may
 * @yields: ... unless it writes something back first
 * @full: the pool was full before
 * @room: ... unless stale entries of refused folios of its batch made room
 * @alg: that the store compresses with
 */
struct offer {
	unsigned int lo, nr;
	int cg;
	bool asked, stored, poor, full, room, yields;
	const char *alg, *barred;
};

/**
 * struct step - what the story did since the oracle looked last
 * @name, @slot: "store" and -1, "load slot" and 3, as findings give it
 * @again: the second store of the folios, or after it
 * @locked: the folios under test are locked by the story
 * @set_up: zswap was set up, or tried to
 * @worked: what was pending after its stores has run
 * @raced: an entry went while writeback was taking it
 * @drained: writeback had all the rounds that it takes, and nothing failed
 * @stuck: entries that may be written back, and were not by then
 * @offers, @nr_offers: in one go, where there are several
 */
struct step {
	const char *name;
	int slot;
	bool again, locked, set_up, worked, raced, drained;
	unsigned int stuck, nr_offers;
	struct offer offers[MODEL_FOLIOS];
};

/* How a slot compares with the model. */
enum slot_state {
	SLOT_AGREES,
	SLOT_LEFT,	/* an entry where there must be none */
	SLOT_LOST,	/* none where there must be one, and its bytes nowhere else */
	SLOT_WRONG,	/* none, and what is in the swap file are other bytes */
	SLOT_OLD,	/* the entry from before a store that succeeded */
	SLOT_STATES
};

/**
 * struct seen - what the world shows of a slot
 * @entry: in its tree
 * @start: of the object that holds the entry
 * @folio: in the swap cache
 * @nid: of that object
 * @lru: how many LRU items lie in the object, the last of them on the list of
 *	@lru_nid and @lru_memcg
 */
struct seen {
	const void *entry, *start;
	const struct folio *folio;
	uint64_t generation;
	const struct mem_cgroup *lru_memcg;
	int16_t nid, lru_nid;
	uint8_t lru;
	uint8_t state;
};

/**
 * struct look - what the ledger showed after a step
 * @entries: in all trees, those at unknown offsets included
 * @strange: at offsets that the story never used; @strange_at: the first
 * @no_object: in a tree, but no live object, or not of the entry cache
 * @doubled: in a tree twice
 * @items: on LRU lists
 * @items_no_object, @items_unpublished: no live entry; in no tree
 * @differ: slots that do not agree with the model
 * @others, @bystanders: slots that were not offered in this step and have, or
 *	should have, something in them
 */
struct look {
	unsigned int entries, strange, no_object, doubled, differ, others, bystanders;
	unsigned int items, items_no_object, items_unpublished;
	unsigned long strange_at;
	struct seen seen[MODEL_SLOTS];
};

/* What a world has that must be the same again one day. */
#define CENSUS(X) \
	X(caches, "slab caches of its own") \
	X(objects, "objects of its own slab caches") \
	X(workqueues, "work queues") \
	X(shrinkers, "shrinkers") \
	X(states, "CPU hotplug states") \
	X(kmalloc, "bytes from kmalloc") \
	X(percpu, "bytes of per-CPU areas") \
	X(zpools, "zpools") \
	X(handles, "zpool objects") \
	X(tfms, "crypto transforms") \
	X(requests, "crypto requests") \
	X(nodes, "tree nodes") \
	X(folios, "folios") \
	X(items, "LRU items") \
	X(refs, "percpu_refs") \
	X(ref_counts, "references counted by percpu_refs") \
	X(objcgs, "object cgroups") \
	X(memcgs, "memory cgroups") \
	X(instances, "CPU hotplug instances") \
	X(pending, "work items and RCU callbacks pending")

enum {
#define X(name, what) CENSUS_##name,
	CENSUS(X)
#undef X
	CENSUS_NR
};

/**
 * struct census - counts over the whole world
 */
struct census {
	unsigned long count[CENSUS_NR];
};

/* How much of zswap is there: by what it holds, not by what it says. */
enum set_up {
	SET_UP,
	SET_UP_NO_POOL,		/* it waits for parameters that make one */
	SET_UP_NOTHING,		/* it gave up, for good */
};

/**
 * struct owed - what the model's entries owe
 * @nr, @bytes: by whose objcg they are charged to; CG_NR: to nobody's
 */
struct owed {
	long nr[CG_NR + 1], bytes[CG_NR + 1];
};

/**
 * struct digest - the world after the second store
 * @stored: a bit a folio
 * @lists: of each slot the node and cgroup of the list its entry is on, hashed
 */
struct digest {
	bool known;
	uint32_t stored;
	unsigned int entries, items;
	unsigned long handles, bytes, nodes;
	long refs, objcg_refs, charged, zswapped;
	uint64_t lists;
};

/**
 * struct oracle - a judge, and what it remembers from step to step
 * @c: the case; @v: its verdict
 * @owed: after this step
 * @nr_complaints: of the shim, passed on already
 * @cache: what the entries are allocated from, NULL: none was seen yet
 * @injected: failures before this step
 * @undisturbed: failures before the phase of the second store
 * @limit_looked: how often the size of the pools was asked for before it
 * @reclaim_failed: reject_reclaim_fail before this step
 * @decompress_failed, @decompress_injected: the counter, and what it has to
 *	count, before this step
 * @wb: pages written back before it
 * @against: entries written back in this step against memory.zswap.writeback
 * @fired: which faults had fired before this step
 * @rejects, @nr_rejects: the counters that a refused store may raise
 * @reject_values: before this step; @reject_moved: in this step
 * @boot: what the world has to come back to
 * @nothing, @whole: before and after a set-up in which nothing failed, in a
 *	story that has one; @set_up: what came of it in this case
 * @without: after the second store of the fault-free run
 * @baseline: what the fault-free run broke: no case is accused of that again
 * @asked: the oracle has looked after a store of this case
 * @baseline_stored: what that run's store took, a bit a folio
 * @profile: this is that run
 */
struct oracle {
	struct model *m;
	const struct zcase *c;
	struct verdict *v;
	struct step step;
	struct look look;
	struct owed owed;
	unsigned int nr_complaints;
	const struct kmem_cache *cache;
	unsigned long injected, undisturbed, limit_looked;
	uint64_t reclaim_failed, decompress_failed;
	unsigned long decompress_injected;
	unsigned long wb;
	unsigned int against;
	bool fired[FAULT_MAX_PLAN];
	const char *rejects[ORACLE_REJECTS];
	unsigned int nr_rejects;
	uint64_t reject_values[ORACLE_REJECTS], reject_moved[ORACLE_REJECTS];
	struct census boot, nothing, whole;
	enum set_up set_up;
	struct digest without;
	struct verdict baseline;
	bool asked, profile;
	uint32_t baseline_stored;
	struct {
		const void *start;
		int index;
		unsigned int stamp;
	} hash[2048];
	unsigned int stamp;
};

/* What it remembers from step to step of a case in a zswap that was set up before. */
struct oracle_memory {
	bool asked;
	unsigned int nr_complaints;
	const struct kmem_cache *cache;
};

/* It is at work; so what the shim does now is done for it. */
extern volatile bool oracle_looking;

/* ---- the story's side -------------------------------------------------- */

/* Right after boot. */
void oracle_booted(struct oracle *o);
/* A case begins. */
void oracle_begin(struct oracle *o, struct model *m, const struct zcase *c, struct verdict *v);
/* Between two steps; and the case that has begun goes on from there, as does the world. */
void oracle_keep(const struct oracle *o, struct oracle_memory *to);
void oracle_go_on(struct oracle *o, const struct oracle_memory *from);
void oracle_step(struct oracle *o, const char *name, int slot);
/* In a step: zswap was set up, with or without success. */
void oracle_set_up(struct oracle *o);
/* What it lacks since then, as a clause; NULL: nothing. */
const char *oracle_lacks(const struct oracle *o);
/* In a step: the compressor was to be switched, and is @alg now. So must the parameter say. */
void oracle_switched(struct oracle *o, const char *alg);
/* In a step: swapon failed, before which @kmalloc bytes were allocated. */
void oracle_swapon_failed(struct oracle *o, int type, unsigned long kmalloc);
/* In a step: a parameter that is there was not taken. */
void oracle_param_refused(struct oracle *o, const char *name, const char *value);
/* In a step: a slot was read. Tells the model too. */
void oracle_read(struct oracle *o, unsigned int i, const struct world_read *read);
/* The step is over: the world is compared. */
void oracle_judge(struct oracle *o);
/* The step was ended early. */
void oracle_ended(struct oracle *o, enum world_end end);
/* The process ends here; see story_last_words(). */
const struct finding *oracle_last_words(struct oracle *o, char step[FINDING_STEP]);
/* The last step of all is over. */
void oracle_final(struct oracle *o);
/* What the step's store took, a bit an offer. */
uint32_t oracle_stored(const struct oracle *o);
/* In it a folio was refused for which the scenario gives no reason. */
bool oracle_unexpected_refusal(const struct oracle *o);
/* Something was made to fail in this step. */
bool oracle_injected(const struct oracle *o);
/* The phase of the second store begins. */
void oracle_restores(struct oracle *o);
/*
 * It is going on, and something was made to fail in it: what it comes to is no
 * measure of how the first failure was recovered from.
 */
bool oracle_disturbed(const struct oracle *o);

/* ---- what its files share ---------------------------------------------- */

static inline bool offer_refused(const struct offer *f)
{
	return f->asked && !f->stored;
}

/* What kept it out is gone: something was written back, or freed. */
static inline bool offer_let_in(const struct oracle *o, const struct offer *f)
{
	return f->room || ((f->yields || f->full) && o->m->wb > o->wb);
}

static inline bool oracle_asked(const struct oracle *o)
{
	return o->step.nr_offers && o->step.offers[0].asked;
}

/* The offer that slot @i is of, or NULL. */
const struct offer *oracle_offer_of(const struct oracle *o, unsigned int i);
/* "folio 2: " where there are several. */
const char *oracle_folio_name(const struct oracle *o, const struct offer *f);

/* The case's fault may be among what failed in this step. */
bool oracle_fired_now(const struct oracle *o, unsigned int i);
/* All that failed in this step has a fallback. */
bool oracle_only_benign(const struct oracle *o);
void oracle_find_rejects(struct oracle *o);
/* How often the size of the pools was asked for. */
unsigned long oracle_limit_looks(void);
char oracle_census_letter(unsigned int i);
/* The fault-free run breaks the same rule, or one of the same quantity. */
bool oracle_excuses(const struct oracle *o, char letter, const char *key);
/* Mask of what was found. */
uint32_t oracle_letters(const struct verdict *v);

/* False: the invariant is left out. True: it looked at something. */
bool oracle_looks(struct oracle *o, char letter);

/* Kept unless there is one with the same letter and key. */
void oracle_found(struct oracle *o, char letter, const char *key, int slot,
		  const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Numbers of slots for a sentence: "0..7, 9 and 3 more". */
struct slot_list {
	unsigned int nr;
	int first, run_from, run_to;
	char text[64];
	unsigned int unsaid;
};
void slot_list_add(struct slot_list *list, unsigned long i);
const char *slot_list_text(struct slot_list *list);

void oracle_look(struct oracle *o);
void oracle_compare(struct oracle *o);
/* Once, for R and A. */
void oracle_find_owed(struct oracle *o);
void oracle_census(const struct oracle *o, struct census *c);
extern const char *const census_names[CENSUS_NR];

void check_rollback(struct oracle *o);		/* S */
void check_stored(struct oracle *o);		/* D */
void check_bystanders(struct oracle *o);	/* B */
void check_coherence(struct oracle *o);		/* C */
void check_leaks(struct oracle *o);		/* L */
void check_set_up(struct oracle *o);		/* L R T, and what zswap lacks */
void check_references(struct oracle *o);	/* R */
void check_accounting(struct oracle *o);	/* A */
void check_rejects(struct oracle *o);		/* N */
void check_published(struct oracle *o);		/* P */
void check_context(struct oracle *o);		/* K */
void check_recovery(struct oracle *o);		/* T */

#endif
