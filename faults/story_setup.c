// SPDX-License-Identifier: GPL-2.0-or-later
/* The world as a scenario wants it before the store. */
#include "story_private.h"

#include "pages.h"
#include "shim/subject.h"

#define LEAF_PAGES	64ul
#define FOLIO_BASE	1024ul		/* aligned for every order */
#define FILLER_BASE	4096ul		/* in the other swap file */
#define KEPT		6144ul		/* there too, as the next two */
#define SCRATCH		8192ul
#define REUSED		12288ul
#define REUSED_TREE1	(TREE_PAGES + 6144ul)

/* ---- memory cgroups ---------------------------------------------------- */

static const struct obj_cgroup *objcg_of(const struct mem_cgroup *memcg)
{
	struct ledger_objcg objcg;

	for (unsigned int i = 0; ledger_objcg(i, &objcg); i++) {
		if (objcg.memcg == memcg)
			return objcg.objcg;
	}
	return NULL;
}

void story_create_cg(struct model *m, int cg, int parent)
{
	struct mem_cgroup *memcg = world_memcg_create(m->cg[parent].memcg);

	model_add_cg(m, cg, parent, memcg, objcg_of(memcg));
}

static void remove_cg(struct model *m, int cg)
{
	world_memcg_rmdir(m->cg[cg].memcg);
	m->cg[cg].online = false;
}

void story_set_zswap_max(struct model *m, int cg, uint64_t pages)
{
	world_memcg_set_zswap_max(m->cg[cg].memcg, pages);
	m->cg[cg].zswap_max = pages;
}

void story_set_writeback(struct model *m, int cg, bool on)
{
	world_memcg_set_zswap_writeback(m->cg[cg].memcg, on);
	m->cg[cg].no_writeback = !on;
}

static void setup_cgs(struct story *st)
{
	struct model *m = st->priv->m;

	model_add_cg(m, CG_ROOT, CG_NONE, world_memcg_root(), NULL);
	if (story_has(st, V_MEMCG_DISABLED))
		return;
	story_create_cg(m, CG_OTHER, CG_ROOT);
	if (scenario_rejected(&st->scenario) >= 0)
		story_create_cg(m, CG_CLOSED, CG_ROOT);
	if (story_has(st, V_OBJCG_NONE))
		return;
	story_create_cg(m, CG_PARENT, CG_ROOT);
	story_create_cg(m, CG_CHILD, CG_PARENT);
	if (story_has(st, V_BEFORE_STALE_OBJCG))
		story_create_cg(m, CG_DONOR, CG_CHILD);
	if (story_has(st, V_OBJCG_MIXED))
		story_create_cg(m, CG_SECOND, CG_PARENT);
	if (story_has(st, V_WRITEBACK_OFF))
		story_set_writeback(m, CG_CHILD, false);
	if (story_has(st, V_WRITEBACK_PARENT))
		story_set_writeback(m, CG_PARENT, false);
}

/* Whom a folio under test is charged to at first. */
static int folio_cg(const struct story *st, unsigned int f)
{
	static const int8_t in_turn[] = { CG_CHILD, CG_SECOND, CG_NONE };

	if ((int)f == scenario_rejected(&st->scenario))
		return CG_CLOSED;
	if (story_has(st, V_OBJCG_MIXED))
		return in_turn[f % 3];
	if (story_has(st, V_OBJCG_NONE) || story_has(st, V_MEMCG_DISABLED))
		return CG_NONE;
	return story_has(st, V_BEFORE_STALE_OBJCG) ? CG_DONOR : CG_CHILD;
}

static struct mem_cgroup *memcg_of(const struct model *m, int cg)
{
	return cg == CG_NONE ? NULL : m->cg[cg].memcg;
}

/* ---- contents ---------------------------------------------------------- */

static const void *page(const struct story *st, unsigned int k)
{
	if (story_has(st, V_CONTENTS_MIX))
		return pages_generated(k);
	return st->pages->real[k % st->pages->nr];
}

static void setup_contents(struct story *st)
{
	struct story_private *p = st->priv;

	for (unsigned int set = 0; set < CONTENTS_NR; set++) {
		for (unsigned int i = 0; i < st->nr_pages; i++)
			p->contents[set][i] = page(st, set * st->nr_pages + i);
	}
	p->nr_pages_used = CONTENTS_NR * st->nr_pages;
	if (story_has(st, V_CONTENTS_POOR_FIRST))
		p->contents[CONTENTS_STORE][0] = pages_incompressible(0);
	if (story_has(st, V_CONTENTS_POOR_LAST))
		p->contents[CONTENTS_STORE][st->nr_pages - 1] = pages_incompressible(0);
}

/* ---- bystanders -------------------------------------------------------- */

/* Stored, and no longer in the swap cache, so that it can be written back. */
static void store_bystander(struct story *st, int type, unsigned long offset,
			    unsigned int order, int nid, int cg, const void *const *pages)
{
	struct model *m = st->priv->m;
	unsigned int lo = m->nr_slots, nr = 1u << order;
	struct folio *folio;

	world_swap_alloc(type, offset, nr);
	for (unsigned int i = 0; i < nr; i++)
		model_add_slot(m, type, offset + i, true)->newest = pages[i];
	folio = world_folio(order, nid, memcg_of(m, cg), type, offset, pages);
	story_note_store(st, lo, nr, cg, m->alg, world_writepage(folio));
	world_folio_drop(folio);
}

static void add_bystander(struct story *st, int type, unsigned long offset,
			  unsigned int order, int nid, int cg)
{
	const void *pages[2];

	for (unsigned int i = 0; i < 1u << order; i++)
		pages[i] = page(st, st->priv->nr_pages_used++);
	store_bystander(st, type, offset, order, nid, cg, pages);
}

/*
 * There is one that must not be written back: of a small folio no page is left
 * by then. Near a limit fillers are, and nothing may be added to them. A cgroup
 * that goes takes its own word with it.
 */
static bool keeps_one(const struct story *st)
{
	if (story_has(st, V_WRITEBACK_ON) || story_has(st, V_OBJCG_NEAR_LIMIT) ||
	    story_has(st, V_OBJCG_OVER_LIMIT))
		return false;
	return story_has(st, V_WRITEBACK_PARENT) || !story_has(st, V_OBJCG_DYING);
}

/* One at the same offset in the other swap file, always: the wrong tree is near. */
static void setup_bystanders(struct story *st)
{
	int cg = story_has(st, V_MEMCG_DISABLED) ? CG_NONE : CG_OTHER;
	const struct model *m = st->priv->m;
	unsigned long first = m->slots[0].offset;

	/* Before the last one, which may be freed before it is written back. */
	st->priv->reused = m->nr_slots;
	/* In a leaf of its own: what a store that fails there leaves, stays until swapoff. */
	if (story_has(st, V_UNDER_REUSED))
		add_bystander(st, !st->type, story_has(st, V_PLACE_TREE1) ? REUSED_TREE1 : REUSED,
			      0, 0, CG_NONE);
	if (!story_has(st, V_LEAVES_ALONE))
		add_bystander(st, st->type, first - 2, 1, 0, cg);
	if (story_has(st, V_LEAVES_NEIGHBOURS))
		add_bystander(st, st->type, m->slots[st->nr_pages - 1].offset + 1, 0, 1, cg);
	if (keeps_one(st))
		add_bystander(st, !st->type, KEPT, 0, st->priv->nid, CG_CHILD);
	add_bystander(st, !st->type, first, 0, 0, CG_NONE);
}

/* ---- the folio --------------------------------------------------------- */

static unsigned long round_up(unsigned long at, unsigned long to)
{
	return (at + to - 1) / to * to;
}

/*
 * Up to order 4 there is room for bystanders on both sides in the folio's
 * leaf of the tree, at order 5 before it.
 */
static unsigned long first_place(const struct story *st)
{
	unsigned long at = FOLIO_BASE + (story_has(st, V_PLACE_TREE1) ? TREE_PAGES : 0);
	unsigned int order = scenario_order(&st->scenario);

	if (order <= 4)
		return at + LEAF_PAGES / 4;
	return order == 5 ? at + LEAF_PAGES / 2 : at;
}

static void place_folios(struct story *st)
{
	unsigned long at = first_place(st);
	struct model *m = st->priv->m;

	st->type = story_has(st, V_PLACE_SWAP1);
	st->nr_pages = scenario_pages(&st->scenario);
	m->nr_folios = scenario_folios(&st->scenario);
	for (unsigned int f = 0; f < m->nr_folios; f++) {
		struct model_folio *folio = &m->folios[f];
		unsigned int order = scenario_folio_order(&st->scenario, f);

		/* Aligned to its size; in an empty tree each has a leaf of its own. */
		at = round_up(at, 1ul << order);
		if (f && story_has(st, V_LEAVES_ALONE))
			at = round_up(at, LEAF_PAGES);
		*folio = (struct model_folio){
			.lo = m->nr_slots, .nr = 1u << order, .order = order, .cg = folio_cg(st, f),
		};
		for (unsigned int i = 0; i < folio->nr; i++)
			model_add_slot(m, st->type, at + i, false);
		at += folio->nr;
	}
}

/* Only some slots stale: no caller of zswap leaves it that way. */
static void thin_stale(struct story *st)
{
	for (unsigned int i = 0; i < st->nr_pages; i++) {
		if (story_has(st, V_BEFORE_ALTERNATE) ? i % 2 == 0 :
		    i == (story_has(st, V_BEFORE_FIRST) ? 0 : st->nr_pages - 1))
			continue;
		st->subject->desc->invalidate((unsigned long)st->type << 58 |
					      st->priv->m->slots[i].offset);
		model_dropped(st->priv->m, i);
	}
}

static int set_compressor(struct story *st, bool other)
{
	int err = world_param_set("compressor", story_compressor(st, other));

	if (err)
		st->priv->cannot = "the compressor cannot be switched";
	else
		st->priv->m->alg = story_compressor(st, other);
	return err;
}

static void store_stale(struct story *st, const struct model_folio *f)
{
	enum world_stored answer = world_writepage(f->folio);

	story_note_store(st, f->lo, f->nr, f->cg, st->priv->m->alg, answer);
	if (answer != WORLD_STORED)
		st->priv->cannot = "the stale entries cannot be made: their store was refused";
}

/* As the kernel comes by stale entries: stored, still in the swap cache, dirtied. */
static void make_stale(struct story *st)
{
	struct story_private *p = st->priv;
	struct model *m = p->m;

	if (story_has(st, V_BEFORE_STALE_POOL))
		set_compressor(st, true);
	for (unsigned int f = 0; f < m->nr_folios; f++)
		store_stale(st, &m->folios[f]);
	if (story_has(st, V_BEFORE_STALE_POOL))
		set_compressor(st, false);
	if (story_has(st, V_BEFORE_STALE_OBJCG))
		remove_cg(m, CG_DONOR);
	if (st->scenario.value[AXIS_BEFORE] >= V_BEFORE_ALTERNATE)
		thin_stale(st);
	for (unsigned int f = 0; f < m->nr_folios; f++) {
		world_folio_redirty(m->folios[f].folio,
				    p->contents[CONTENTS_STORE] + m->folios[f].lo);
		world_folio_lock(m->folios[f].folio);
	}
	model_dirtied(m, 0, st->nr_pages, p->contents[CONTENTS_STORE]);
}

void story_new_folio(struct story *st, unsigned int f, enum contents contents)
{
	struct model_folio *folio = &st->priv->m->folios[f];
	const void *const *pages = st->priv->contents[contents] + folio->lo;
	unsigned long offset = st->priv->m->slots[folio->lo].offset;

	world_swap_alloc(st->type, offset, folio->nr);
	folio->folio = world_folio(folio->order, st->priv->nid, memcg_of(st->priv->m, folio->cg),
				   st->type, offset, pages);
	model_dirtied(st->priv->m, folio->lo, folio->nr, pages);
}

static void setup_folios(struct story *st)
{
	bool stale = !story_has(st, V_BEFORE_NOTHING);
	struct model *m = st->priv->m;

	for (unsigned int f = 0; f < m->nr_folios; f++)
		story_new_folio(st, f, stale ? CONTENTS_STALE : CONTENTS_STORE);
	if (stale)
		make_stale(st);
	if (story_has(st, V_OBJCG_DYING))
		remove_cg(m, CG_CHILD);
}

/* ---- limits ------------------------------------------------------------ */

static unsigned long child_pages(const struct story *st)
{
	return model_bytes(st->priv->m, CG_CHILD) / WORLD_PAGE_SIZE;
}

/*
 * Bystanders of the folio's own cgroup, the same whatever its pages hold. All
 * of these generated pages but the last compress to a little less than a
 * page together, with the last one to more.
 */
static const unsigned int fillers[] = { 1, 3, 0, 4, 2 };
#define FILLERS (sizeof(fillers) / sizeof(fillers[0]))

static void add_fillers(struct story *st, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		const void *page = pages_generated(fillers[i]);

		store_bystander(st, !st->type, FILLER_BASE + i, 0, !st->priv->nid,
				CG_CHILD, &page);
	}
}

#define MAX_POOL_PERCENT	20	/* zswap's default */

/*
 * The limit becomes what the pools have. Where that is nothing, so is the
 * limit, which is met without looking.
 */
static void fill_pool(struct story *st)
{
	unsigned long pages = ledger_pool_pages();

	st->priv->m->wb_full = st->priv->m->wb;
	if (pages)
		world_set_totalram(pages * 100 / MAX_POOL_PERCENT);
	else
		story_close_pool(st);
}

/* The store is let in, and on its way it fills the last page of the limit. */
static void set_near_limit(struct story *st)
{
	add_fillers(st, FILLERS - 1);
	story_set_zswap_max(st->priv->m, CG_CHILD, child_pages(st) + 1);
}

/*
 * The limit is met, so the store has to write back an entry of the cgroup
 * first. Each refused store takes the second chance of one, so that after
 * one for each of them the next store finds one to write.
 */
static void set_over_limit(struct story *st)
{
	add_fillers(st, FILLERS);
	if (!child_pages(st))
		st->priv->cannot = "the cgroup does not reach its limit before the store";
	story_set_zswap_max(st->priv->m, CG_CHILD, child_pages(st));
	for (unsigned int i = 0; story_has(st, V_WRITEBACK_ON) && i < FILLERS; i++)
		story_store_scratch(st, CG_CHILD);
}

static void setup_limits(struct story *st)
{
	if (story_has(st, V_OBJCG_NEAR_LIMIT))
		set_near_limit(st);
	if (story_has(st, V_OBJCG_OVER_LIMIT))
		set_over_limit(st);
	if (story_has(st, V_POOL_FULL))
		fill_pool(st);
	if (scenario_rejected(&st->scenario) >= 0)
		story_set_zswap_max(st->priv->m, CG_CLOSED, 0);
	if (!story_has(st, V_ZSWAP_DISABLED))
		return;
	st->priv->m->disabled = !world_param_set("enabled", "N");
	if (!st->priv->m->disabled)
		st->priv->cannot = "zswap cannot be disabled";
}

/* ---- all of it --------------------------------------------------------- */

static void choose_loads(struct story *st)
{
	struct story_private *p = st->priv;
	unsigned int nr = st->nr_pages;

	p->nr_loads = nr < STORY_LOADS ? nr : STORY_LOADS;
	p->loads[0] = 0;
	p->loads[1] = nr / 2;
	p->loads[2] = nr - 1;
}

void story_setup(void *arg)
{
	struct story *st = arg;
	struct story_private *p = st->priv;

	p->m->alg = st->alg;
	p->nid = story_has(st, V_NODE1);
	if (!story_swapon_rest(st)) {
		p->cannot = "swapon failed";
		return;
	}
	place_folios(st);
	choose_loads(st);
	setup_contents(st);
	setup_cgs(st);
	p->scratch = p->m->nr_slots;
	model_add_slot(p->m, !st->type, SCRATCH, true);
	setup_bystanders(st);
	setup_folios(st);
	setup_limits(st);
	if (story_has(st, V_DRIVER_STOPS))
		world_set_batch_driver(BATCH_STOPS);
	/* Pools that were switched away from go now. */
	story_run_work();
	p->oracle.step.locked = true;
}
