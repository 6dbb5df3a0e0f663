/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The insides of memory cgroups, shared by memcg.c, objcg.c and list_lru.c. */
#ifndef SHIM_MEMCG_H
#define SHIM_MEMCG_H

#include <linux/list.h>
#include <linux/memcontrol.h>

#include "world.h"

struct list_lru_memcg;

/**
 * struct mem_cgroup - a memory cgroup, alive or dead
 * @all: in creation order; left when the last reference goes
 * @children, @sibling: the tree, in creation order; left at the same time
 * @refs: references beyond the cgroup's own and the children's
 * @dying: rmdir began: no new reference for who wants it online
 * @online: until rmdir is through
 * @released: nothing refers to it. The memory is not used again in this
 *	world, so that a late user is recognised.
 * @objcg: NULL for the root, and once offline
 * @stat: of this memcg and all below it; charges made before a child died stay
 * @lists: its list_lrus; none once offline
 */
struct mem_cgroup {
	struct list_head all;
	struct mem_cgroup *parent;
	struct list_head children, sibling;
	long refs;
	bool dying, online, released;
	bool zswap_writeback;
	uint64_t zswap_max;
	struct obj_cgroup *objcg;
	long stat[MEMCG_NR_STAT];
	unsigned long events[NR_VM_EVENT_ITEMS];
	struct list_lru_memcg *lists;
	struct lruvec lruvec[WORLD_NR_NODES];
};

/* memcg.c */
struct mem_cgroup *memcg_next(const struct mem_cgroup *memcg);	/* NULL: the first */
void memcg_mod_state(struct mem_cgroup *memcg, enum memcg_stat_item idx, long val);
/* @memcg itself or its nearest ancestor that is not being removed. */
struct mem_cgroup *memcg_not_dying(struct mem_cgroup *memcg);

/*
 * The folio is a process's in this cgroup (NULL: in the root one) and pins
 * it until it is uncharged.
 */
void memcg_folio_charge(struct folio *folio, struct mem_cgroup *memcg);
void memcg_folio_uncharge(struct folio *folio);

/* objcg.c */
struct obj_cgroup *objcg_create(struct mem_cgroup *memcg);
void objcg_reparent(struct mem_cgroup *memcg);

#endif
