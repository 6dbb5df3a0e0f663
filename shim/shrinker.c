// SPDX-License-Identifier: GPL-2.0-or-later
/* Shrinkers, and the reclaim that calls them. */
#include <linux/gfp.h>
#include <linux/memcontrol.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/shrinker.h>

#include "context.h"
#include "fault.h"
#include "ledger.h"
#include "shim.h"
#include "world.h"

#define SHRINK_BATCH	128

/* Registered shrinkers, in that order. */
static struct list_head shrinkers __world = LIST_HEAD_INIT(shrinkers);
static unsigned int nr_shrinkers __world, nr_registered __world;

/*
 * narrowed: the name goes to no debugfs. Without memory cgroups no shrinker
 * is aware of them, whatever was asked for.
 */
struct shrinker *shrinker_alloc(unsigned int flags, const char *fmt, ...)
{
	struct shrinker *shrinker;

	shim_call();
	if (fault_hit(FP_SHRINKER_ALLOC))
		return NULL;
	shrinker = arena_alloc(sizeof(*shrinker));
	if (!shrinker)
		return NULL;
	if (mem_cgroup_disabled())
		flags &= ~SHRINKER_MEMCG_AWARE;
	shrinker->flags = flags | SHRINKER_ALLOCATED;
	shrinker->seeks = DEFAULT_SEEKS;
	nr_shrinkers++;
	return shrinker;
}

/* faithful; the kernel's list would be corrupt after the second time */
void shrinker_register(struct shrinker *shrinker)
{
	shim_call();
	if (!(shrinker->flags & SHRINKER_ALLOCATED)) {
		complain('U', "shrinker-not-allocated",
			 "shrinker_register() of a shrinker not from shrinker_alloc(), or freed");
		return;
	}
	if (shrinker->flags & SHRINKER_REGISTERED) {
		complain('U', "shrinker-registered-twice",
			 "shrinker_register() of a registered shrinker");
		return;
	}
	list_add_tail(&shrinker->list, &shrinkers);
	shrinker->flags |= SHRINKER_REGISTERED;
	nr_registered++;
}

/*
 * narrowed: the memory stays, with no flag left in it, so that a second free
 * is recognised.
 */
void shrinker_free(struct shrinker *shrinker)
{
	shim_call();
	if (!shrinker)
		return;
	if (!(shrinker->flags & SHRINKER_ALLOCATED)) {
		complain('U', "shrinker-freed-twice",
			 "shrinker_free() of a shrinker not from shrinker_alloc(), or freed");
		return;
	}
	if (shrinker->flags & SHRINKER_REGISTERED) {
		list_del(&shrinker->list);
		nr_registered--;
	}
	shrinker->flags = 0;
	nr_shrinkers--;
}

/*
 * In essence what reclaim does with a slab cache: no more than twice what the
 * shrinker counted, batch by batch, until it says stop.
 */
static unsigned long shrink_one(struct shrinker *shrinker, struct shrink_control *sc,
				unsigned long nr, bool heed_count)
{
	unsigned long batch = shrinker->batch ? shrinker->batch : SHRINK_BATCH;
	unsigned long freeable, freed = 0;

	freeable = shrinker->count_objects(shrinker, sc);
	if (heed_count && (freeable == 0 || freeable == SHRINK_EMPTY))
		return 0;
	if (heed_count && nr > 2 * freeable)
		nr = 2 * freeable;
	while (nr) {
		unsigned long ret;

		shim_call();
		sc->nr_to_scan = nr < batch ? nr : batch;
		sc->nr_scanned = sc->nr_to_scan;
		ret = shrinker->scan_objects(shrinker, sc);
		if (ret == SHRINK_STOP)
			break;
		freed += ret;
		nr -= sc->nr_scanned < nr ? sc->nr_scanned : nr;
	}
	return freed;
}

/* A cgroup below the root only has what aware shrinkers keep for it. */
static bool shrinker_serves(const struct shrinker *shrinker, struct mem_cgroup *memcg)
{
	if (mem_cgroup_disabled() || mem_cgroup_is_root(memcg))
		return true;
	return (shrinker->flags & SHRINKER_MEMCG_AWARE) && mem_cgroup_online(memcg);
}

static unsigned long shrink_all(gfp_t gfp, struct mem_cgroup *memcg, int nid,
				unsigned long nr, bool heed_count)
{
	unsigned int memalloc = current->flags & PF_MEMALLOC;
	struct shrinker *shrinker, *n;
	unsigned long freed = 0;

	if (mem_cgroup_disabled())
		memcg = NULL;
	else if (!memcg)
		memcg = world_memcg_root();
	current->flags |= PF_MEMALLOC;
	list_for_each_entry_safe(shrinker, n, &shrinkers, list) {
		struct shrink_control sc = { .gfp_mask = gfp, .memcg = memcg };

		if (shrinker->flags & SHRINKER_NUMA_AWARE)
			sc.nid = nid;
		if (shrinker_serves(shrinker, memcg))
			freed += shrink_one(shrinker, &sc, nr, heed_count);
	}
	current->flags = (current->flags & ~PF_MEMALLOC) | memalloc;
	return freed;
}

unsigned long world_shrink(struct mem_cgroup *memcg, int nid, unsigned long nr)
{
	return shrink_all(GFP_KERNEL, memcg, nid, nr, true);
}

unsigned long world_shrink_noio(struct mem_cgroup *memcg, int nid, unsigned long nr)
{
	unsigned long freed;

	context_now->noio = true;
	freed = shrink_all(GFP_NOIO, memcg, nid, nr, true);
	context_now->noio = false;
	return freed;
}

unsigned long world_scan(struct mem_cgroup *memcg, int nid, unsigned long nr)
{
	return shrink_all(GFP_KERNEL, memcg, nid, nr, false);
}

unsigned int ledger_idle_shrinkers(void)
{
	return nr_shrinkers - nr_registered;
}

unsigned int ledger_nr_shrinkers(void)
{
	return nr_shrinkers;
}
