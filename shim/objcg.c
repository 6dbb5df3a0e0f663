// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Object cgroups: what compressed memory is charged to. Each has one memcg,
 * and after that one's death the nearest ancestor that lives.
 */
#include <linux/bug.h>
#include <linux/memcontrol.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "context.h"
#include "fault.h"
#include "ledger.h"
#include "memcg.h"
#include "shim.h"

/**
 * struct obj_cgroup - an object cgroup, alive or dead
 * @all: in creation order; left when it is released
 * @memcg: whom charges count for now
 * @based: its memcg is online and holds a reference
 * @released: nobody refers to it; the memory is not used again in this world
 * @refs: references beyond @based
 * @charged, @pages: bytes and calls of obj_cgroup_charge_zswap() not undone
 */
struct obj_cgroup {
	struct list_head all;
	struct mem_cgroup *memcg;
	bool based, released;
	long refs;
	long charged, pages;
};

static struct list_head objcgs __world = LIST_HEAD_INIT(objcgs);

struct obj_cgroup *objcg_create(struct mem_cgroup *memcg)
{
	struct obj_cgroup *objcg = arena_alloc(sizeof(*objcg));

	if (!objcg)
		return NULL;
	objcg->memcg = memcg;
	objcg->based = true;
	list_add_tail(&objcg->all, &objcgs);
	return objcg;
}

static void objcg_release_unused(struct obj_cgroup *objcg)
{
	if (objcg->based || objcg->refs)
		return;
	if (objcg->charged || objcg->pages)
		complain('A', "charge: left at release",
			 "the last reference to an object cgroup went with %ld bytes, %ld pages still charged",
			 objcg->charged, objcg->pages);
	objcg->released = true;
	list_del(&objcg->all);
}

/* Its own and those it inherited; its own also loses the base reference. */
void objcg_reparent(struct mem_cgroup *memcg)
{
	struct obj_cgroup *objcg, *n;
	struct obj_cgroup *own = memcg->objcg;

	list_for_each_entry_safe(objcg, n, &objcgs, all)
		if (objcg->memcg == memcg)
			objcg->memcg = memcg->parent;
	memcg->objcg = NULL;
	own->based = false;
	objcg_release_unused(own);
}

static bool objcg_gone(const struct obj_cgroup *objcg, const char *func)
{
	if (!objcg->released)
		return false;
	complain('U', "objcg-released",
		 "%s() of an object cgroup whose last reference is gone", func);
	return true;
}

/* ---- references -------------------------------------------------------- */

/* faithful */
void obj_cgroup_get(struct obj_cgroup *objcg)
{
	shim_call();
	if (!objcg_gone(objcg, __func__))
		objcg->refs++;
}

/* faithful, but that a put too many is reported and not done */
void obj_cgroup_put(struct obj_cgroup *objcg)
{
	shim_call();
	if (!objcg)
		return;
	if (!objcg->refs) {
		complain('R', "objcg-put", "put of an object cgroup without a reference");
		return;
	}
	objcg->refs--;
	objcg_release_unused(objcg);
}

/*
 * narrowed: the folio is never a kernel allocation. A dead memcg has no
 * objcg, so its folios go to the nearest ancestor that has one.
 */
struct obj_cgroup *get_obj_cgroup_from_folio(struct folio *folio)
{
	struct mem_cgroup *memcg = folio_memcg(folio);

	shim_call();
	while (memcg && !memcg->objcg)
		memcg = memcg->parent;
	if (!memcg)
		return NULL;
	memcg->objcg->refs++;
	return memcg->objcg;
}

/* faithful, lockdep's check for RCU included */
struct mem_cgroup *obj_cgroup_memcg(struct obj_cgroup *objcg)
{
	shim_call();
	objcg_gone(objcg, __func__);
	if (!rcu_read_lock_held())
		shim_rcu_suspicious("obj_cgroup_memcg()");
	return objcg->memcg;
}

/* faithful */
struct mem_cgroup *get_mem_cgroup_from_objcg(struct obj_cgroup *objcg)
{
	objcg_gone(objcg, __func__);
	mem_cgroup_tryget(objcg->memcg);
	return objcg->memcg;
}

/* ---- charges ----------------------------------------------------------- */

/* A limit other than none and 0 needs exact counters, and that may sleep. */
static bool memcg_may_zswap(struct mem_cgroup *memcg)
{
	if (memcg->zswap_max == WORLD_ZSWAP_MAX)
		return true;
	if (!memcg->zswap_max)
		return false;
	context_might_sleep("obj_cgroup_may_zswap()");
	return memcg_page_state(memcg, MEMCG_ZSWAP_B) / PAGE_SIZE < memcg->zswap_max;
}

/* narrowed: the unified hierarchy only */
bool obj_cgroup_may_zswap(struct obj_cgroup *objcg)
{
	struct mem_cgroup *memcg;

	shim_call();
	if (objcg_gone(objcg, __func__) || fault_hit(FP_OBJ_CGROUP_MAY_ZSWAP))
		return false;
	for (memcg = objcg->memcg; memcg->parent; memcg = memcg->parent)
		if (!memcg_may_zswap(memcg))
			return false;
	return true;
}

static void objcg_mod(struct obj_cgroup *objcg, long bytes, long pages)
{
	objcg->charged += bytes;
	objcg->pages += pages;
	memcg_mod_state(objcg->memcg, MEMCG_ZSWAP_B, bytes);
	memcg_mod_state(objcg->memcg, MEMCG_ZSWAPPED, pages);
}

/* narrowed: memory.current has no limit here, so a charge never reclaims */
void obj_cgroup_charge_zswap(struct obj_cgroup *objcg, size_t size)
{
	shim_call();
	if (objcg_gone(objcg, __func__))
		return;
	VM_WARN_ON_ONCE(!(current->flags & PF_MEMALLOC));
	objcg_mod(objcg, size, 1);
}

/* faithful; the kernel does not notice more than was charged, here it is told */
void obj_cgroup_uncharge_zswap(struct obj_cgroup *objcg, size_t size)
{
	shim_call();
	if (objcg_gone(objcg, __func__))
		return;
	if ((long)size > objcg->charged || objcg->pages < 1)
		complain('A', "charge: uncharged too much",
			 "%zu bytes, 1 page uncharged from an object cgroup charged with %ld bytes, %ld pages",
			 size, objcg->charged, objcg->pages);
	objcg_mod(objcg, -(long)size, -1);
}

/* narrowed: counted for the memcg itself, not for those above it */
void count_objcg_events(struct obj_cgroup *objcg, enum vm_event_item idx,
			unsigned long count)
{
	shim_call();
	if (!objcg_gone(objcg, __func__))
		objcg->memcg->events[idx] += count;
}

/* ---- ledger ------------------------------------------------------------ */

unsigned int ledger_nr_objcgs(void)
{
	struct obj_cgroup *objcg;
	unsigned int nr = 0;

	list_for_each_entry(objcg, &objcgs, all)
		nr++;
	return nr;
}

bool ledger_objcg(unsigned int index, struct ledger_objcg *out)
{
	struct obj_cgroup *objcg;

	list_for_each_entry(objcg, &objcgs, all) {
		if (index--)
			continue;
		*out = (struct ledger_objcg) {
			.objcg = objcg,
			.memcg = objcg->memcg,
			.refs = objcg->refs,
			.charged = objcg->charged,
		};
		return true;
	}
	return false;
}
