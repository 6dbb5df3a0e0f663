/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the oracle may ask of the simulated kernel. Everything here only
 * reads; nothing takes a reference, allocates, or moves a counter. Nothing
 * here knows how a subject lays out its data: an "entry" is an opaque
 * pointer that the subject put into a tree or on a list_lru.
 *
 * Order of every enumeration is deterministic (creation order, or ascending
 * index), never that of addresses or hashes.
 */
#ifndef SHIM_LEDGER_H
#define SHIM_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kmem_cache;
struct mem_cgroup;
struct obj_cgroup;
struct folio;
struct percpu_ref;

/* ---- complaints: rules that the shim saw broken ------------------------ */

#define COMPLAINT_KEY		48
#define COMPLAINT_TEXT		200
#define COMPLAINT_FRAMES	16

/**
 * struct complaint - one call of complain()
 * @letter: invariant
 * @key: which rule; constant text
 * @text: one sentence with numbers
 * @frames: return addresses at the complaint, @nr_frames of them
 */
struct complaint {
	char letter;
	unsigned char nr_frames;
	char key[COMPLAINT_KEY];
	char text[COMPLAINT_TEXT];
	void *frames[COMPLAINT_FRAMES];
};

/*
 * Since world_restore(). *total counts also those not kept, which are repeated:
 * there is always room for a rule that was not broken before.
 */
const struct complaint *ledger_complaints(unsigned int *kept, unsigned int *total);

/* ---- slab -------------------------------------------------------------- */

/**
 * struct ledger_cache - one kmem_cache or kmalloc class, in creation order
 * @subject: created by the subject (false: the shim's own or a kmalloc class)
 * @live: objects allocated and not freed
 */
struct ledger_cache {
	const struct kmem_cache *cache;
	const char *name;
	bool subject;
	unsigned int size;
	unsigned long live;
};
unsigned int ledger_nr_caches(void);
bool ledger_cache(unsigned int index, struct ledger_cache *out);
/* Its live objects; 0 when it is destroyed. */
unsigned long ledger_cache_live(const struct kmem_cache *cache);

/**
 * struct ledger_object - the slab object that holds an address
 * @start: its first byte; @size: as asked for
 * @live: allocated now; false: freed, still in quarantine
 * @generation: counts allocations, so a reused address is told apart
 */
struct ledger_object {
	const void *start;
	const struct kmem_cache *cache;
	const char *cache_name;
	size_t size;
	int nid;
	bool live;
	uint64_t generation;
};
/* False: @p lies in no slab object, past or present. */
bool ledger_object(const void *p, struct ledger_object *out);

/* Live objects of a cache in ascending generation; false from @fn stops. */
void ledger_for_each_object(const struct kmem_cache *cache,
			    bool (*fn)(const struct ledger_object *, void *), void *arg);

/* Allocations that are of no cache of a subject: kmalloc bytes, percpu areas. */
unsigned long ledger_kmalloc_live(void);
unsigned long ledger_percpu_live(void);

/*
 * Look for stray writes into freed objects and red zones; complain (U) of each
 * one, once, and return how many. After a step: the objects that changed hands
 * last. At the end of a case: every object there is.
 */
unsigned int ledger_check_poison(void);
unsigned int ledger_check_poison_all(void);

/* ---- xarray ------------------------------------------------------------ */

/*
 * The trees of a swap type, in the order in which the subject initialised
 * them in zswap_swapon(type). A tree is known until its memory is freed.
 */
unsigned int ledger_nr_trees(int type);

/* What the subject keeps at a swap offset (index: the full offset). */
void *ledger_tree_load(int type, unsigned long offset);

/* Occupied slots of all trees of @type, ascending; false from @fn stops. */
void ledger_for_each_slot(int type, bool (*fn)(unsigned long offset, void *entry, void *arg), void *arg);
unsigned long ledger_tree_count(int type);

/* Does a store at @offset need a node now? (a leaf or level is missing) */
bool ledger_tree_needs_node(int type, unsigned long offset);

/* Tree nodes allocated, and those that some live tree reaches. */
void ledger_nodes(unsigned long *allocated, unsigned long *reachable);

/* ---- zpool ------------------------------------------------------------- */

struct ledger_handle {
	unsigned long handle;
	unsigned int pool;	/* index in creation order */
	unsigned int length;
	bool mapped;
};
unsigned int ledger_nr_zpools(void);	/* live pools */
unsigned long ledger_pool_pages(void);	/* of all of them, used or not */
unsigned long ledger_nr_handles(void);	/* live, all pools */
unsigned long ledger_handle_bytes(void);
void ledger_for_each_handle(bool (*fn)(const struct ledger_handle *, void *), void *arg);

/* ---- crypto ------------------------------------------------------------ */

unsigned long ledger_nr_tfms(void);
unsigned long ledger_nr_requests(void);

/*
 * Length that algorithm @alg compresses this page to, 0 where it refuses.
 * From the remembered results; compresses when not known yet.
 */
unsigned int ledger_compressed_len(const char *alg, const void *page);
/* Who was asked last to compress the page of a slot (NULL: nobody), and failed. */
const char *ledger_compressed_by(int type, unsigned long offset);
bool ledger_compress_failed(int type, unsigned long offset);

/* ---- list_lru ---------------------------------------------------------- */

/**
 * struct ledger_lru_item - one item on a list_lru of the subject
 * @memcg: the memcg whose list it is on; NULL for the root list (also when
 *	the list is not memcg aware)
 */
struct ledger_lru_item {
	const void *item;
	int nid;
	const struct mem_cgroup *memcg;
};
unsigned long ledger_nr_lru_items(void);
void ledger_for_each_lru_item(bool (*fn)(const struct ledger_lru_item *, void *), void *arg);

/*
 * The list an entry with this objcg's owner belongs on right now: the memcg
 * itself, or the nearest ancestor that is still online; NULL: the root list.
 */
const struct mem_cgroup *ledger_lru_owner(const struct mem_cgroup *memcg);

/* ---- percpu_ref -------------------------------------------------------- */

/**
 * struct ledger_ref - a percpu_ref that was initialised and not exited
 * @count: references, the base one included while not @dying
 */
struct ledger_ref {
	const struct percpu_ref *ref;
	long count;
	bool dying;
	bool released;
};
unsigned int ledger_nr_refs(void);
bool ledger_ref(unsigned int index, struct ledger_ref *out);

/* ---- memcg, objcg ------------------------------------------------------ */

/**
 * struct ledger_memcg - in creation order, root is index 0
 * @refs: references beyond those of the cgroup itself and its children
 * @zswap_b, @zswapped: MEMCG_ZSWAP_B, MEMCG_ZSWAPPED of this memcg and, as in
 *	the kernel, of its descendants
 * @zswpout, @zswpin, @zswpwb: events counted for it (not hierarchical)
 */
struct ledger_memcg {
	const struct mem_cgroup *memcg;
	bool online;
	long refs;
	long zswap_b, zswapped;
	unsigned long zswpout, zswpin, zswpwb;
};
unsigned int ledger_nr_memcgs(void);
bool ledger_memcg(unsigned int index, struct ledger_memcg *out);

/**
 * struct ledger_objcg - in creation order
 * @refs: references beyond that of its memcg (none once that is offline)
 * @charged: bytes charged through it and not uncharged
 */
struct ledger_objcg {
	const struct obj_cgroup *objcg;
	const struct mem_cgroup *memcg;
	long refs;
	long charged;
};
unsigned int ledger_nr_objcgs(void);
bool ledger_objcg(unsigned int index, struct ledger_objcg *out);

/* ---- folios, swap ------------------------------------------------------ */

unsigned long ledger_nr_folios(void);		/* allocated, not freed */
long ledger_folio_refs(const struct folio *folio);
bool ledger_folio_locked(const struct folio *folio);
struct folio *ledger_swap_cache(int type, unsigned long offset);	/* no reference */
/* The page last written to the swap file at this slot, NULL: none. */
const void *ledger_swap_file(int type, unsigned long offset);
unsigned long ledger_swap_writes(int type);	/* pages written to it */
long ledger_swap_device_refs(int type);		/* get_swap_device less put */

enum ledger_event { LEDGER_ZSWPIN, LEDGER_ZSWPOUT, LEDGER_ZSWPWB, LEDGER_NR_EVENTS };
unsigned long ledger_vm_event(enum ledger_event event);

/* ---- debugfs, work, context -------------------------------------------- */

/* A debugfs file of the subject by name. False: not there ("not seen"). */
bool ledger_counter(const char *name, uint64_t *value);
/* Names in creation order, NULL past the end. */
const char *ledger_counter_name(unsigned int index);

unsigned int ledger_pending_work(void);
unsigned int ledger_nr_workqueues(void);	/* allocated, not destroyed */
unsigned int ledger_rcu_pending(void);

/**
 * struct ledger_context - must be all zero whenever the subject has returned
 */
struct ledger_context {
	unsigned int spinlocks, mutexes, rcu_depth, preempt, mappings;
};
void ledger_context(struct ledger_context *out);

/* Online CPUs, instances registered with the hotplug state machine. */
unsigned int ledger_cpus_online(void);
unsigned int ledger_cpuhp_instances(void);
unsigned int ledger_cpuhp_states(void);		/* set up and not removed */

unsigned int ledger_nr_shrinkers(void);		/* allocated, not freed */
unsigned int ledger_idle_shrinkers(void);	/* of these, not registered */

#endif
