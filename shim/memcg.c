// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory cgroups: the tree, its references, and how one dies.
 *
 * The kernel's references are kept apart by who holds them. The cgroup's own
 * ends at rmdir and each child holds one on its parent; both are implied by
 * the tree. What remains is @refs: references that callers took.
 */
#include <linux/list_lru.h>
#include <linux/memcontrol.h>

#include "boot.h"
#include "context.h"
#include "ledger.h"
#include "memcg.h"
#include "shim.h"
#include "world.h"

struct pglist_data shim_node_data[MAX_NUMNODES] __world;

static struct list_head memcgs __world = LIST_HEAD_INIT(memcgs);
static struct mem_cgroup root_mem_cgroup __world;
static bool memcg_disabled __world;

struct mem_cgroup *memcg_next(const struct mem_cgroup *memcg)
{
	const struct list_head *pos = memcg ? &memcg->all : &memcgs;

	return pos->next == &memcgs ? NULL : list_entry(pos->next, struct mem_cgroup, all);
}

/* ---- boot, create, remove ---------------------------------------------- */

static void lruvec_init(struct lruvec *lruvec, int nid)
{
	lruvec->pgdat = NODE_DATA(nid);
	if (shim_subject)
		shim_subject->lruvec_state_init(lruvec);
}

static void memcg_init(struct mem_cgroup *memcg, struct mem_cgroup *parent)
{
	memcg->parent = parent;
	memcg->zswap_max = WORLD_ZSWAP_MAX;
	memcg->zswap_writeback = true;
	memcg->online = true;
	INIT_LIST_HEAD(&memcg->children);
	for (int nid = 0; nid < WORLD_NR_NODES; nid++)
		lruvec_init(&memcg->lruvec[nid], nid);
	list_add_tail(&memcg->all, &memcgs);
}

void memcg_boot(bool disabled)
{
	memcg_disabled = disabled;
	for (int nid = 0; nid < WORLD_NR_NODES; nid++) {
		NODE_DATA(nid)->node_id = nid;
		lruvec_init(&NODE_DATA(nid)->__lruvec, nid);
	}
	memcg_init(&root_mem_cgroup, NULL);
}

struct mem_cgroup *world_memcg_root(void)
{
	return &root_mem_cgroup;
}

struct mem_cgroup *world_memcg_create(struct mem_cgroup *parent)
{
	struct mem_cgroup *memcg;

	if (memcg_disabled)
		return NULL;
	memcg = arena_alloc(sizeof(*memcg));
	if (!memcg)
		return NULL;
	memcg->objcg = objcg_create(memcg);
	if (!memcg->objcg) {
		arena_free(memcg, sizeof(*memcg));
		return NULL;
	}
	if (!parent)
		parent = &root_mem_cgroup;
	memcg_init(memcg, parent);
	list_add_tail(&memcg->sibling, &parent->children);
	return memcg;
}

void world_memcg_set_zswap_max(struct mem_cgroup *memcg, uint64_t pages)
{
	memcg->zswap_max = pages;
}

void world_memcg_set_zswap_writeback(struct mem_cgroup *memcg, bool on)
{
	memcg->zswap_writeback = on;
}

/* The last reference may have gone, and with it the last one of the parent. */
static void memcg_release_unused(struct mem_cgroup *memcg)
{
	while (!memcg->online && !memcg->refs && list_empty(&memcg->children)) {
		memcg->released = true;
		list_del(&memcg->sibling);
		list_del(&memcg->all);
		memcg = memcg->parent;
	}
}

/*
 * The order is the kernel's: new references are refused first, then zswap is
 * told, while mem_cgroup_online() still says yes.
 */
static void memcg_offline(struct mem_cgroup *memcg)
{
	memcg->dying = true;
	if (shim_subject)
		shim_subject->memcg_offline_cleanup(memcg);
	objcg_reparent(memcg);
	memcg_reparent_list_lrus(memcg, memcg->parent);
	memcg->online = false;
	memcg_release_unused(memcg);
}

/* rmdir refuses a cgroup with children, so they are removed before it. */
void world_memcg_rmdir(struct mem_cgroup *memcg)
{
	struct mem_cgroup *child, *n;

	if (memcg_disabled || memcg == &root_mem_cgroup || memcg->dying)
		return;
	list_for_each_entry_safe(child, n, &memcg->children, sibling)
		world_memcg_rmdir(child);
	memcg_offline(memcg);
}

/* ---- references -------------------------------------------------------- */

static bool memcg_gone(const struct mem_cgroup *memcg, const char *func)
{
	if (!memcg->released)
		return false;
	complain('U', "memcg-released",
		 "%s() of a memory cgroup whose last reference is gone", func);
	return true;
}

/* faithful: the root has no counter, its references are free */
bool mem_cgroup_tryget(struct mem_cgroup *memcg)
{
	shim_call();
	if (!memcg || memcg == &root_mem_cgroup)
		return true;
	if (memcg_gone(memcg, __func__))
		return false;
	memcg->refs++;
	return true;
}

/* faithful */
bool mem_cgroup_tryget_online(struct mem_cgroup *memcg)
{
	if (memcg && memcg->dying && !memcg->released) {
		shim_call();
		return false;
	}
	return mem_cgroup_tryget(memcg);
}

/* faithful, but that a put too many is reported and not done */
void mem_cgroup_put(struct mem_cgroup *memcg)
{
	shim_call();
	if (!memcg || memcg == &root_mem_cgroup)
		return;
	if (!memcg->refs) {
		complain('R', "memcg-put", "put of a memory cgroup without a reference");
		return;
	}
	memcg->refs--;
	memcg_release_unused(memcg);
}

void memcg_folio_charge(struct folio *folio, struct mem_cgroup *memcg)
{
	if (memcg_disabled)
		memcg = NULL;
	else if (!memcg)
		memcg = &root_mem_cgroup;
	mem_cgroup_tryget(memcg);
	folio->memcg = memcg;
}

void memcg_folio_uncharge(struct folio *folio)
{
	mem_cgroup_put(folio->memcg);
	folio->memcg = NULL;
}

void world_folio_move(struct folio *folio, struct mem_cgroup *memcg)
{
	memcg_folio_uncharge(folio);
	memcg_folio_charge(folio, memcg);
}

/* ---- the tree ---------------------------------------------------------- */

/* faithful */
bool mem_cgroup_disabled(void)
{
	shim_call();
	return memcg_disabled;
}

/* faithful */
bool mem_cgroup_online(struct mem_cgroup *memcg)
{
	shim_call();
	if (memcg_disabled)
		return true;
	return !memcg_gone(memcg, __func__) && memcg->online;
}

/* faithful */
bool mem_cgroup_is_root(struct mem_cgroup *memcg)
{
	shim_call();
	return memcg == &root_mem_cgroup;
}

/* faithful */
struct mem_cgroup *parent_mem_cgroup(struct mem_cgroup *memcg)
{
	shim_call();
	memcg_gone(memcg, __func__);
	return memcg->parent;
}

struct mem_cgroup *memcg_not_dying(struct mem_cgroup *memcg)
{
	while (memcg && memcg->dying)
		memcg = memcg->parent;
	return memcg;
}

/* The next below @root in pre-order. A cgroup with a reference is in the tree. */
static struct mem_cgroup *next_descendant(struct mem_cgroup *pos, struct mem_cgroup *root)
{
	if (!list_empty(&pos->children))
		return list_first_entry(&pos->children, struct mem_cgroup, sibling);
	for (; pos != root && pos != &root_mem_cgroup; pos = pos->parent)
		if (pos->sibling.next != &pos->parent->children)
			return list_next_entry(pos, sibling);
	return NULL;
}

/*
 * narrowed: @reclaim, the walk shared between reclaimers, is ignored; zswap
 * gives none.
 */
struct mem_cgroup *mem_cgroup_iter(struct mem_cgroup *root, struct mem_cgroup *prev,
				   struct mem_cgroup_reclaim_cookie *reclaim)
{
	struct mem_cgroup *next;

	shim_call();
	if (memcg_disabled || (prev && memcg_gone(prev, __func__)))
		return NULL;
	if (!root)
		root = &root_mem_cgroup;
	next = prev ? next_descendant(prev, root) : root;
	if (next != root)
		mem_cgroup_tryget(next);
	mem_cgroup_iter_break(root, prev);
	return next;
}

/* faithful: @root's reference is the caller's */
void mem_cgroup_iter_break(struct mem_cgroup *root, struct mem_cgroup *prev)
{
	if (prev && prev != (root ? root : &root_mem_cgroup))
		mem_cgroup_put(prev);
}

/* ---- counters, lruvecs ------------------------------------------------- */

void memcg_mod_state(struct mem_cgroup *memcg, enum memcg_stat_item idx, long val)
{
	for (; memcg; memcg = memcg->parent)
		memcg->stat[idx] += val;
}

/* faithful: what races made negative reads as 0 */
unsigned long memcg_page_state(struct mem_cgroup *memcg, int idx)
{
	shim_call();
	return memcg->stat[idx] < 0 ? 0 : memcg->stat[idx];
}

/* narrowed: counters are always flushed; that the kernel's may sleep is checked */
void mem_cgroup_flush_stats(struct mem_cgroup *memcg)
{
	shim_call();
	context_might_sleep("mem_cgroup_flush_stats()");
}

/* narrowed: as above */
void mem_cgroup_flush_stats_ratelimited(struct mem_cgroup *memcg)
{
	mem_cgroup_flush_stats(memcg);
}

/* faithful */
struct lruvec *mem_cgroup_lruvec(struct mem_cgroup *memcg, struct pglist_data *pgdat)
{
	shim_call();
	if (memcg_disabled)
		return &pgdat->__lruvec;
	if (!memcg)
		memcg = &root_mem_cgroup;
	return &memcg->lruvec[pgdat->node_id];
}

/* faithful */
bool mem_cgroup_zswap_writeback_enabled(struct mem_cgroup *memcg)
{
	shim_call();
	if (shim_subject && !shim_subject->is_enabled())
		return true;
	for (; memcg; memcg = memcg->parent)
		if (!memcg->zswap_writeback)
			return false;
	return true;
}

/* ---- ledger ------------------------------------------------------------ */

unsigned int ledger_nr_memcgs(void)
{
	unsigned int nr = 0;

	for (struct mem_cgroup *memcg = memcg_next(NULL); memcg; memcg = memcg_next(memcg))
		nr++;
	return nr;
}

bool ledger_memcg(unsigned int index, struct ledger_memcg *out)
{
	struct mem_cgroup *memcg = memcg_next(NULL);

	while (memcg && index--)
		memcg = memcg_next(memcg);
	if (!memcg)
		return false;
	*out = (struct ledger_memcg) {
		.memcg = memcg,
		.online = memcg->online,
		.refs = memcg->refs,
		.zswap_b = memcg->stat[MEMCG_ZSWAP_B],
		.zswapped = memcg->stat[MEMCG_ZSWAPPED],
		.zswpout = memcg->events[ZSWPOUT],
		.zswpin = memcg->events[ZSWPIN],
		.zswpwb = memcg->events[ZSWPWB],
	};
	return true;
}
