// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LRU lists by node and memory cgroup.
 *
 * A memcg that dies hands its items to its parent and has no lists from then
 * on; whoever still comes with it is sent to the nearest ancestor that has.
 */
#include <linux/bug.h>
#include <linux/list_lru.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>

#include "context.h"
#include "fault.h"
#include "ledger.h"
#include "memcg.h"
#include "shim.h"
#include "slab.h"

/**
 * struct list_lru_memcg - a memcg's lists of one list_lru
 * @next: of another list_lru. There is hardly more than one, so a walk along
 *	this chain finds faster than a tree would.
 */
struct list_lru_memcg {
	struct list_lru_memcg *next;
	struct list_lru *lru;
	struct list_lru_one node[WORLD_NR_NODES];
};

/* Every list_lru, in the order of initialisation. */
static struct list_head list_lrus __world = LIST_HEAD_INIT(list_lrus);

/* ---- find a list ------------------------------------------------------- */

static struct list_lru_memcg **memcg_lists_slot(struct mem_cgroup *memcg,
						const struct list_lru *lru)
{
	struct list_lru_memcg **p = &memcg->lists;

	while (*p && (*p)->lru != lru)
		p = &(*p)->next;
	return p;
}

static bool uses_root_list(const struct list_lru *lru, const struct mem_cgroup *memcg)
{
	return !lru->memcg_aware || !memcg || !memcg->parent;
}

/* NULL: the memcg has no lists. */
static struct list_lru_one *memcg_list(struct list_lru *lru, int nid,
				       struct mem_cgroup *memcg)
{
	struct list_lru_memcg *lists;

	if (uses_root_list(lru, memcg))
		return &lru->node[nid].lru;
	lists = *memcg_lists_slot(memcg, lru);
	return lists ? &lists->node[nid] : NULL;
}

static int checked_nid(int nid, const char *func)
{
	if (nid >= 0 && nid < WORLD_NR_NODES)
		return nid;
	complain('P', "list_lru-node", "%s() for node %d of %u", func, nid, WORLD_NR_NODES);
	return 0;
}

/* With its lock held. */
static struct list_lru_one *lock_list(struct list_lru *lru, int nid,
				      struct mem_cgroup *memcg, const char *func)
{
	struct list_lru_one *l;

	while (!(l = memcg_list(lru, nid, memcg))) {
		if (!memcg->dying)
			complain('P', "list_lru-no-list",
				 "%s() for a memory cgroup without memcg_list_lru_alloc()", func);
		memcg = memcg->parent;
	}
	spin_lock(&l->lock);
	return l;
}

/* ---- init, destroy ----------------------------------------------------- */

/* The memory comes zeroed. */
static void init_one(struct list_lru_one *l)
{
	INIT_LIST_HEAD(&l->list);
	spin_lock_init(&l->lock);
}

/* narrowed: there is no shrinker bitmap, so the shrinker is not remembered */
int __list_lru_init(struct list_lru *lru, bool memcg_aware, struct shrinker *shrinker)
{
	int err;

	shim_call();
	context_might_sleep("list_lru_init()");
	err = fault_hit(FP_LIST_LRU_INIT_MEMCG);
	if (err)
		return err;
	lru->node = arena_alloc(WORLD_NR_NODES * sizeof(*lru->node));
	if (!lru->node)
		return -ENOMEM;
	for (int nid = 0; nid < WORLD_NR_NODES; nid++)
		init_one(&lru->node[nid].lru);
	lru->memcg_aware = memcg_aware && !mem_cgroup_disabled();
	list_add_tail(&lru->list, &list_lrus);
	return 0;
}

static void memcg_lists_free(struct mem_cgroup *memcg, struct list_lru *lru)
{
	struct list_lru_memcg **p = memcg_lists_slot(memcg, lru);
	struct list_lru_memcg *lists = *p;

	if (!lists)
		return;
	*p = lists->next;
	arena_free(lists, sizeof(*lists));
}

/* faithful: nothing happens the second time, and items are left as they are */
void list_lru_destroy(struct list_lru *lru)
{
	shim_call();
	if (!lru->node)
		return;
	for (struct mem_cgroup *memcg = memcg_next(NULL); memcg; memcg = memcg_next(memcg))
		memcg_lists_free(memcg, lru);
	list_del(&lru->list);
	arena_free(lru->node, WORLD_NR_NODES * sizeof(*lru->node));
	lru->node = NULL;
}

static int memcg_lists_alloc(struct mem_cgroup *memcg, struct list_lru *lru)
{
	struct list_lru_memcg *lists = arena_alloc(sizeof(*lists));

	if (!lists)
		return -ENOMEM;
	lists->lru = lru;
	for (int nid = 0; nid < WORLD_NR_NODES; nid++)
		init_one(&lists->node[nid]);
	lists->next = memcg->lists;
	memcg->lists = lists;
	return 0;
}

/*
 * faithful: where all lists are there no memory is needed, so a failure there
 * is beyond contract. That @gfp fits the context is checked in any case, as
 * the caller cannot know which it will be.
 */
int memcg_list_lru_alloc(struct mem_cgroup *memcg, struct list_lru *lru, gfp_t gfp)
{
	int err;

	shim_call();
	if (!lru->memcg_aware)
		return 0;
	context_might_alloc(gfp, "memcg_list_lru_alloc()");
	memcg = memcg_not_dying(memcg);
	err = fault_hit_at(FP_MEMCG_LIST_LRU_ALLOC, FAULT_NO_SWP, memcg_list(lru, 0, memcg));
	for (; !err && !memcg_list(lru, 0, memcg); memcg = memcg->parent)
		err = memcg_lists_alloc(memcg, lru);
	return err;
}

static void reparent_one(struct list_lru_one *src, struct list_lru_one *dst)
{
	list_splice_init(&src->list, &dst->list);
	dst->nr_items += src->nr_items;
	src->nr_items = 0;
}

/*
 * faithful. The memory is left alone, not freed: a walk's callback that
 * dropped the lock may come back to it.
 */
void memcg_reparent_list_lrus(struct mem_cgroup *memcg, struct mem_cgroup *parent)
{
	struct list_lru_memcg *lists;

	for (lists = memcg->lists; lists; lists = lists->next)
		for (int nid = 0; nid < WORLD_NR_NODES; nid++)
			reparent_one(&lists->node[nid], memcg_list(lists->lru, nid, parent));
	memcg->lists = NULL;
}

/* ---- add, delete, count ------------------------------------------------ */

/* Poison and other garbage must not be followed. */
static bool canonical(const void *p)
{
	return p && (uintptr_t)p >> 48 == 0;
}

/* The checks of CONFIG_DEBUG_LIST. As there, a list found broken is left alone. */
static bool links_hold(const struct list_head *item, const char *func)
{
	if (canonical(item->next) && canonical(item->prev) &&
	    item->next->prev == item && item->prev->next == item)
		return true;
	complain('U', "list_lru-links",
		 "%s() found an item whose neighbours do not know it: freed or never initialised", func);
	return false;
}

/* faithful */
bool list_lru_add(struct list_lru *lru, struct list_head *item, int nid,
		  struct mem_cgroup *memcg)
{
	struct list_lru_one *l;
	bool added = false;

	shim_call();
	nid = checked_nid(nid, __func__);
	l = lock_list(lru, nid, memcg, __func__);
	if (list_empty(item) && links_hold(&l->list, __func__)) {
		list_add_tail(item, &l->list);
		l->nr_items++;
		lru->node[nid].nr_items++;
		added = true;
	}
	spin_unlock(&l->lock);
	return added;
}

/*
 * faithful: with the wrong node or memcg the item goes all the same, and the
 * counts are wrong from then on
 */
bool list_lru_del(struct list_lru *lru, struct list_head *item, int nid,
		  struct mem_cgroup *memcg)
{
	struct list_lru_one *l;
	bool removed = false;

	shim_call();
	nid = checked_nid(nid, __func__);
	l = lock_list(lru, nid, memcg, __func__);
	if (!list_empty(item) && links_hold(item, __func__)) {
		list_del_init(item);
		l->nr_items--;
		lru->node[nid].nr_items--;
		removed = true;
	}
	spin_unlock(&l->lock);
	return removed;
}

/* narrowed: no slab object is charged to a memcg, so all are the root's */
bool list_lru_add_obj(struct list_lru *lru, struct list_head *item)
{
	return list_lru_add(lru, item, page_to_nid(virt_to_page(item)), NULL);
}

/* narrowed: as above */
bool list_lru_del_obj(struct list_lru *lru, struct list_head *item)
{
	return list_lru_del(lru, item, page_to_nid(virt_to_page(item)), NULL);
}

/* faithful (6.13): a dead memcg has no items, its parent does not stand in */
unsigned long list_lru_count_one(struct list_lru *lru, int nid, struct mem_cgroup *memcg)
{
	struct list_lru_one *l;

	shim_call();
	l = memcg_list(lru, checked_nid(nid, __func__), memcg);
	return l && l->nr_items > 0 ? l->nr_items : 0;
}

/* faithful */
unsigned long list_lru_count_node(struct list_lru *lru, int nid)
{
	shim_call();
	return lru->node[checked_nid(nid, __func__)].nr_items;
}

/* ---- walk -------------------------------------------------------------- */

/* faithful */
void list_lru_isolate(struct list_lru_one *list, struct list_head *item)
{
	shim_call();
	if (!links_hold(item, __func__))
		return;
	list_del_init(item);
	list->nr_items--;
}

/* faithful */
void list_lru_isolate_move(struct list_lru_one *list, struct list_head *item,
			   struct list_head *head)
{
	shim_call();
	if (!links_hold(item, __func__))
		return;
	list_move(item, head);
	list->nr_items--;
}

static bool item_is_live(const struct list_head *item)
{
	if (!canonical(item)) {
		complain('U', "list_lru-links", "a list_lru's links lead nowhere");
		return false;
	}
	/* One that is no slab object is its owner's own affair. */
	if (!slab_is_freed(item))
		return true;
	complain('U', "list_lru-freed", "a freed object is still on a list_lru");
	return false;
}

/* Call back under either contract; the lock is then as it is under 6.13's. */
static enum lru_status isolate_one(struct list_head *item, struct list_lru_one *l,
				   list_lru_walk_unlocks unlocks,
				   list_lru_walk_relocks relocks, void *arg)
{
	enum lru_status status;

	if (unlocks)
		return unlocks(item, l, arg);
	status = relocks(item, l, &l->lock, arg);
	if (status == LRU_RETRY || status == LRU_REMOVED_RETRY || status == LRU_STOP) {
		assert_spin_locked(&l->lock);
		spin_unlock(&l->lock);
	}
	return status;
}

/*
 * faithful (6.13): a memcg that died has no list to walk, also when it died
 * during the walk; 6.12 would go on with its parent's
 */
unsigned long shim_list_lru_walk(struct list_lru *lru, int nid, struct mem_cgroup *memcg,
				 list_lru_walk_unlocks unlocks,
				 list_lru_walk_relocks relocks,
				 void *arg, unsigned long *nr_to_walk)
{
	struct list_head *item, *n;
	unsigned long isolated = 0;
	struct list_lru_one *l;

	nid = checked_nid(nid, "list_lru_walk_one");
restart:
	shim_call();
	l = memcg_list(lru, nid, memcg);
	if (!l)
		return isolated;
	spin_lock(&l->lock);
	for (item = l->list.next; item != &l->list; item = n) {
		if (!*nr_to_walk || !item_is_live(item))
			break;
		n = item->next;
		--*nr_to_walk;
		shim_call();
		switch (isolate_one(item, l, unlocks, relocks, arg)) {
		case LRU_REMOVED_RETRY:
			isolated++;
			lru->node[nid].nr_items--;
			fallthrough;
		case LRU_RETRY:
			goto restart;
		case LRU_STOP:
			return isolated;
		case LRU_REMOVED:
			isolated++;
			lru->node[nid].nr_items--;
			break;
		case LRU_ROTATE:
			list_move_tail(item, &l->list);
			break;
		case LRU_SKIP:
			break;
		default:
			BUG();
		}
	}
	spin_unlock(&l->lock);
	return isolated;
}

/* ---- ledger ------------------------------------------------------------ */

static unsigned long node_items(struct list_lru *lru, int nid)
{
	unsigned long nr = lru->node[nid].lru.nr_items;

	for (struct mem_cgroup *memcg = memcg_next(NULL); memcg; memcg = memcg_next(memcg)) {
		struct list_lru_memcg *lists = *memcg_lists_slot(memcg, lru);

		nr += lists ? lists->node[nid].nr_items : 0;
	}
	return nr;
}

/*
 * From the lists' own counts. The node's is too low once a callback answered
 * LRU_REMOVED_RETRY for an item that list_lru_del() took off, as zswap does.
 */
unsigned long ledger_nr_lru_items(void)
{
	unsigned long nr = 0;
	struct list_lru *lru;

	list_for_each_entry(lru, &list_lrus, list)
		for (int nid = 0; nid < WORLD_NR_NODES; nid++)
			nr += node_items(lru, nid);
	return nr;
}

struct lru_enum {
	bool (*fn)(const struct ledger_lru_item *, void *);
	void *arg;
};

/*
 * Nothing is followed that is freed or not linked both ways, which also
 * keeps this from going round in circles.
 */
static bool enum_list(const struct lru_enum *e, const struct list_lru_one *l, int nid,
		      const struct mem_cgroup *memcg)
{
	const struct list_head *prev = &l->list, *item;
	long nr = 0;

	for (item = prev->next; item != &l->list; prev = item, item = item->next) {
		struct ledger_lru_item out = { .item = item, .nid = nid, .memcg = memcg };

		if (!item_is_live(item))
			return true;
		if (item->prev != prev) {
			complain('U', "list_lru-links",
				 "an item on a list_lru does not know its neighbour");
			return true;
		}
		nr++;
		if (!e->fn(&out, e->arg))
			return false;
	}
	if (nr != l->nr_items)
		complain('P', "list_lru-count",
			 "a list of node %d holds %ld items and counts %ld: one was taken off as if from another list",
			 nid, nr, l->nr_items);
	return true;
}

static bool enum_node(const struct lru_enum *e, struct list_lru *lru, int nid)
{
	struct mem_cgroup *memcg;

	if (!enum_list(e, &lru->node[nid].lru, nid, NULL))
		return false;
	for (memcg = memcg_next(NULL); memcg; memcg = memcg_next(memcg)) {
		struct list_lru_memcg *lists = *memcg_lists_slot(memcg, lru);

		if (lists && !enum_list(e, &lists->node[nid], nid, memcg))
			return false;
	}
	return true;
}

void ledger_for_each_lru_item(bool (*fn)(const struct ledger_lru_item *, void *), void *arg)
{
	const struct lru_enum e = { .fn = fn, .arg = arg };
	struct list_lru *lru;

	list_for_each_entry(lru, &list_lrus, list)
		for (int nid = 0; nid < WORLD_NR_NODES; nid++)
			if (!enum_node(&e, lru, nid))
				return;
}

const struct mem_cgroup *ledger_lru_owner(const struct mem_cgroup *memcg)
{
	memcg = memcg_not_dying((struct mem_cgroup *)memcg);
	return memcg && memcg->parent ? memcg : NULL;
}
