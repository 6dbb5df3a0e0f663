/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory cgroups as zswap knows them. Opaque here: their insides are in
 * shim/memcg.h. The kernel's header brings more along than it needs itself,
 * and files that include it count on that.
 */
#ifndef _LINUX_MEMCONTROL_H
#define _LINUX_MEMCONTROL_H

#include <linux/types.h>
#include <linux/mm.h>
#include <linux/mm_types.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/percpu-refcount.h>
#include <linux/rculist.h>
#include <linux/shrinker.h>
#include <linux/vmstat.h>

struct mem_cgroup;
struct obj_cgroup;
struct mem_cgroup_reclaim_cookie;

enum memcg_stat_item {
	MEMCG_ZSWAP_B,
	MEMCG_ZSWAPPED,
	MEMCG_NR_STAT
};

#ifdef CONFIG_MEMCG

bool mem_cgroup_disabled(void);
bool mem_cgroup_online(struct mem_cgroup *memcg);
bool mem_cgroup_is_root(struct mem_cgroup *memcg);
struct mem_cgroup *parent_mem_cgroup(struct mem_cgroup *memcg);

/* True, and nothing taken, for NULL. */
bool mem_cgroup_tryget(struct mem_cgroup *memcg);
bool mem_cgroup_tryget_online(struct mem_cgroup *memcg);
void mem_cgroup_put(struct mem_cgroup *memcg);

/**
 * mem_cgroup_iter() - walk a hierarchy, parents before their children
 * @root: where it starts; NULL: the root of all
 * @prev: what the last call returned, NULL at first; its reference is dropped
 * @reclaim: for walks that are shared between reclaimers
 *
 * Return: the next one, dying ones included, with a reference; NULL at the
 * end, and always NULL while memory cgroups are disabled.
 */
struct mem_cgroup *mem_cgroup_iter(struct mem_cgroup *root, struct mem_cgroup *prev,
				   struct mem_cgroup_reclaim_cookie *reclaim);
void mem_cgroup_iter_break(struct mem_cgroup *root, struct mem_cgroup *prev);

/* Of the memcg and all below it. */
unsigned long memcg_page_state(struct mem_cgroup *memcg, int idx);
void mem_cgroup_flush_stats(struct mem_cgroup *memcg);
void mem_cgroup_flush_stats_ratelimited(struct mem_cgroup *memcg);

/* @memcg NULL: the root's. */
struct lruvec *mem_cgroup_lruvec(struct mem_cgroup *memcg, struct pglist_data *pgdat);

static inline struct mem_cgroup *folio_memcg(struct folio *folio)
{
	return folio->memcg;
}

/* Whose the object is right now: a parent's after its memcg died. Under RCU. */
struct mem_cgroup *obj_cgroup_memcg(struct obj_cgroup *objcg);
/* The same with a reference, for use outside of RCU. */
struct mem_cgroup *get_mem_cgroup_from_objcg(struct obj_cgroup *objcg);

/**
 * get_obj_cgroup_from_folio() - whom a folio's compressed copy is charged to
 *
 * Return: with a reference; NULL for the root's folios and uncharged ones.
 */
struct obj_cgroup *get_obj_cgroup_from_folio(struct folio *folio);
void obj_cgroup_get(struct obj_cgroup *objcg);
void obj_cgroup_put(struct obj_cgroup *objcg);

bool obj_cgroup_may_zswap(struct obj_cgroup *objcg);
/* @size bytes and one page a call. */
void obj_cgroup_charge_zswap(struct obj_cgroup *objcg, size_t size);
void obj_cgroup_uncharge_zswap(struct obj_cgroup *objcg, size_t size);
void count_objcg_events(struct obj_cgroup *objcg, enum vm_event_item idx,
			unsigned long count);

/* Not if memory.zswap.writeback is off in it or above; always without zswap. */
bool mem_cgroup_zswap_writeback_enabled(struct mem_cgroup *memcg);

#else /* !CONFIG_MEMCG */

static inline bool mem_cgroup_disabled(void)
{
	return true;
}

static inline bool mem_cgroup_online(struct mem_cgroup *memcg)
{
	return true;
}

static inline bool mem_cgroup_is_root(struct mem_cgroup *memcg)
{
	return true;
}

static inline struct mem_cgroup *parent_mem_cgroup(struct mem_cgroup *memcg)
{
	return NULL;
}

static inline bool mem_cgroup_tryget(struct mem_cgroup *memcg)
{
	return true;
}

static inline bool mem_cgroup_tryget_online(struct mem_cgroup *memcg)
{
	return true;
}

static inline void mem_cgroup_put(struct mem_cgroup *memcg)
{
}

static inline struct mem_cgroup *mem_cgroup_iter(struct mem_cgroup *root,
						 struct mem_cgroup *prev,
						 struct mem_cgroup_reclaim_cookie *reclaim)
{
	return NULL;
}

static inline void mem_cgroup_iter_break(struct mem_cgroup *root, struct mem_cgroup *prev)
{
}

static inline unsigned long memcg_page_state(struct mem_cgroup *memcg, int idx)
{
	return 0;
}

static inline void mem_cgroup_flush_stats(struct mem_cgroup *memcg)
{
}

static inline void mem_cgroup_flush_stats_ratelimited(struct mem_cgroup *memcg)
{
}

static inline struct lruvec *mem_cgroup_lruvec(struct mem_cgroup *memcg,
					       struct pglist_data *pgdat)
{
	return &pgdat->__lruvec;
}

static inline struct mem_cgroup *folio_memcg(struct folio *folio)
{
	return NULL;
}

static inline struct mem_cgroup *get_mem_cgroup_from_objcg(struct obj_cgroup *objcg)
{
	return NULL;
}

static inline struct obj_cgroup *get_obj_cgroup_from_folio(struct folio *folio)
{
	return NULL;
}

static inline void obj_cgroup_get(struct obj_cgroup *objcg)
{
}

static inline void obj_cgroup_put(struct obj_cgroup *objcg)
{
}

static inline bool obj_cgroup_may_zswap(struct obj_cgroup *objcg)
{
	return true;
}

static inline void obj_cgroup_charge_zswap(struct obj_cgroup *objcg, size_t size)
{
}

static inline void obj_cgroup_uncharge_zswap(struct obj_cgroup *objcg, size_t size)
{
}

static inline void count_objcg_events(struct obj_cgroup *objcg, enum vm_event_item idx,
				      unsigned long count)
{
}

static inline bool mem_cgroup_zswap_writeback_enabled(struct mem_cgroup *memcg)
{
	return true;
}

#endif /* CONFIG_MEMCG */

static inline struct lruvec *folio_lruvec(struct folio *folio)
{
	return mem_cgroup_lruvec(folio_memcg(folio), NODE_DATA(folio->nid));
}

static inline void count_objcg_event(struct obj_cgroup *objcg, enum vm_event_item idx)
{
	count_objcg_events(objcg, idx, 1);
}

#endif
