/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SHRINKER_H
#define _LINUX_SHRINKER_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/list.h>

struct mem_cgroup;

/**
 * struct shrink_control - what reclaim asks of a shrinker
 * @nr_to_scan: how many objects to look at; the callee may change it
 * @nr_scanned: how many it looked at; @nr_to_scan unless it says otherwise
 * @memcg: whose objects; NULL only while memory cgroups are disabled
 */
struct shrink_control {
	gfp_t gfp_mask;
	int nid;
	unsigned long nr_to_scan;
	unsigned long nr_scanned;
	struct mem_cgroup *memcg;
};

#define SHRINK_STOP	(~0UL)
#define SHRINK_EMPTY	(~0UL - 1)

#define DEFAULT_SEEKS	2

/* Kept by the shrinker core. */
#define SHRINKER_REGISTERED	(1u << 0)
#define SHRINKER_ALLOCATED	(1u << 1)
/* Given to shrinker_alloc(). */
#define SHRINKER_NUMA_AWARE	(1u << 2)
#define SHRINKER_MEMCG_AWARE	(1u << 3)
#define SHRINKER_NONSLAB	(1u << 4)

/**
 * struct shrinker - a cache that can give memory back
 * @batch: objects a call of @scan_objects, 0: 128
 */
struct shrinker {
	unsigned long (*count_objects)(struct shrinker *, struct shrink_control *sc);
	unsigned long (*scan_objects)(struct shrinker *, struct shrink_control *sc);
	long batch;
	int seeks;
	unsigned int flags;
	void *private_data;
	struct list_head list;
};

/**
 * shrinker_alloc() - a shrinker, to be filled in and registered
 *
 * Return: NULL without memory.
 */
struct shrinker *shrinker_alloc(unsigned int flags, const char *fmt, ...) __printf(2, 3);
void shrinker_register(struct shrinker *shrinker);

/* Also unregisters it; NULL is fine. */
void shrinker_free(struct shrinker *shrinker);

#endif
