/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LRU lists by node and memory cgroup.
 *
 * What a walk's callback does with the lock changed in 6.13. A subject
 * written for the older contract is built with -DZFAULT_LIST_LRU_CB_LOCK;
 * one harness serves both.
 */
#ifndef _LRU_LIST_H
#define _LRU_LIST_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/nodemask.h>
#include <linux/shrinker.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>

struct mem_cgroup;

/* What a walk's callback did with an item. */
enum lru_status {
	LRU_REMOVED,		/* took it off */
	LRU_REMOVED_RETRY,	/* took it off; the lock was dropped meanwhile */
	LRU_ROTATE,		/* wants it at the tail */
	LRU_SKIP,
	LRU_RETRY,		/* the lock was dropped meanwhile */
	LRU_STOP,		/* as LRU_RETRY, and ends the walk */
};

/**
 * struct list_lru_one - the list of a memcg on a node
 */
struct list_lru_one {
	struct list_head list;
	long nr_items;
	spinlock_t lock;
};

/**
 * struct list_lru_node - a node's
 * @lru: the list of the root memcg, and of items that are nobody's
 * @nr_items: on all lists of the node
 */
struct list_lru_node {
	struct list_lru_one lru;
	long nr_items;
};

/**
 * struct list_lru - an LRU
 * @node: by node id; NULL: not initialised, or destroyed
 * @list: in the order of initialisation
 */
struct list_lru {
	struct list_lru_node *node;
	struct list_head list;
	bool memcg_aware;
};

int __list_lru_init(struct list_lru *lru, bool memcg_aware, struct shrinker *shrinker);
void list_lru_destroy(struct list_lru *lru);

#define list_lru_init(lru)			__list_lru_init((lru), false, NULL)
#define list_lru_init_memcg(lru, shrinker)	__list_lru_init((lru), true, (shrinker))

/* Lists for a memcg and those above it; must come before list_lru_add() for it. */
int memcg_list_lru_alloc(struct mem_cgroup *memcg, struct list_lru *lru, gfp_t gfp);
void memcg_reparent_list_lrus(struct mem_cgroup *memcg, struct mem_cgroup *parent);

/* At the tail. False: it already was on (off) a list, and nothing was done. */
bool list_lru_add(struct list_lru *lru, struct list_head *item, int nid,
		  struct mem_cgroup *memcg);
bool list_lru_del(struct list_lru *lru, struct list_head *item, int nid,
		  struct mem_cgroup *memcg);
/* The same where the item itself, a slab object, says node and memcg. */
bool list_lru_add_obj(struct list_lru *lru, struct list_head *item);
bool list_lru_del_obj(struct list_lru *lru, struct list_head *item);

unsigned long list_lru_count_one(struct list_lru *lru, int nid, struct mem_cgroup *memcg);
unsigned long list_lru_count_node(struct list_lru *lru, int nid);

/* For a walk's callback: take an item off its list, with the lock held. */
void list_lru_isolate(struct list_lru_one *list, struct list_head *item);
void list_lru_isolate_move(struct list_lru_one *list, struct list_head *item,
			   struct list_head *head);

/*
 * Callbacks are called with the lock held. For RETRY, REMOVED_RETRY and STOP
 * one returns with it dropped (6.13), one has dropped it and taken it again
 * (up to 6.12); for the rest both return with it held.
 */
typedef enum lru_status (*list_lru_walk_unlocks)(struct list_head *item,
						 struct list_lru_one *list, void *arg);
typedef enum lru_status (*list_lru_walk_relocks)(struct list_head *item,
						 struct list_lru_one *list,
						 spinlock_t *lock, void *arg);

/* One of @unlocks and @relocks is NULL. */
unsigned long shim_list_lru_walk(struct list_lru *lru, int nid, struct mem_cgroup *memcg,
				 list_lru_walk_unlocks unlocks,
				 list_lru_walk_relocks relocks,
				 void *arg, unsigned long *nr_to_walk);

#ifdef ZFAULT_LIST_LRU_CB_LOCK
typedef list_lru_walk_relocks list_lru_walk_cb;
#else
typedef list_lru_walk_unlocks list_lru_walk_cb;
#endif

/**
 * list_lru_walk_one() - offer the items of one list to a callback
 * @nr_to_walk: how many at most; counted down
 *
 * Return: how many the callback took off.
 */
static inline unsigned long list_lru_walk_one(struct list_lru *lru, int nid,
					      struct mem_cgroup *memcg,
					      list_lru_walk_cb isolate, void *arg,
					      unsigned long *nr_to_walk)
{
#ifdef ZFAULT_LIST_LRU_CB_LOCK
	return shim_list_lru_walk(lru, nid, memcg, NULL, isolate, arg, nr_to_walk);
#else
	return shim_list_lru_walk(lru, nid, memcg, isolate, NULL, arg, nr_to_walk);
#endif
}

static inline unsigned long list_lru_shrink_count(struct list_lru *lru,
						  struct shrink_control *sc)
{
	return list_lru_count_one(lru, sc->nid, sc->memcg);
}

static inline unsigned long list_lru_shrink_walk(struct list_lru *lru,
						 struct shrink_control *sc,
						 list_lru_walk_cb isolate, void *arg)
{
	return list_lru_walk_one(lru, sc->nid, sc->memcg, isolate, arg, &sc->nr_to_scan);
}

#endif
