// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is done in each step but a store. Whatever enters the subject is done
 * inside a world_call(); the model is told at once, the oracle looks afterwards.
 */
#include "story_private.h"

#include "pages.h"

/* Entries that one call of the shrinker, one run of the worker come by. */
#define SHRINK_BATCH	128
#define WORKER_RETRIES	16

void story_run_work(void)
{
	world_run_work();
	world_rcu_barrier();
	world_run_work();
}

/* ---- loads, frees ------------------------------------------------------ */

static void drop_folio(struct model_folio *f)
{
	if (f->folio)
		world_folio_drop(f->folio);
	f->folio = NULL;
}

/* Reclaim takes a clean folio. A dirty one stays until zswap takes it. */
static void drop_clean_folios(struct story *st)
{
	struct model *m = st->priv->m;

	for (unsigned int f = 0; f < m->nr_folios; f++) {
		if (m->slots[m->folios[f].lo].where != IN_CACHE)
			drop_folio(&m->folios[f]);
	}
}

void story_read_slot(struct story *st, unsigned int i)
{
	struct slot *slot = &st->priv->m->slots[i];
	struct world_read read;

	/* What a read left that failed hides the data. */
	if (slot->failed)
		world_swapin_reclaim(slot->type, slot->offset);
	slot->failed = false;
	read = world_swapin(slot->type, slot->offset);
	oracle_read(&st->priv->oracle, i, &read);
}

void step_load(void *arg)
{
	struct story *st = arg;

	drop_clean_folios(st);
	story_read_slot(st, st->priv->arg);
}

static void free_slot(struct story *st, unsigned int i)
{
	const struct slot *slot = &st->priv->m->slots[i];

	world_swap_free(slot->type, slot->offset, 1);
	model_freed(st->priv->m, i);
}

/* The only page of an order-0 folio is still wanted, so a bystander's goes. */
void step_invalidate(void *arg)
{
	struct story *st = arg;
	unsigned int nr = st->nr_pages;

	if (nr == 1) {
		free_slot(st, st->priv->m->nr_slots - 1);
		return;
	}
	free_slot(st, 1);
	if (nr > 2)
		free_slot(st, nr - 2);
}

/* ---- writeback --------------------------------------------------------- */

/* An unplugged CPU comes back. */
void step_plug(void *arg)
{
	struct story *st = arg;

	if (!world_cpu_up(0))
		st->priv->m->cpu_down = false;
}

/* The pool is full for a moment: a store is refused and the worker is woken. */
static void run_worker(struct story *st)
{
	bool full = story_has(st, V_POOL_FULL);

	world_param_set("max_pool_percent", "0");
	st->priv->shrinks = true;
	story_store_scratch(st, CG_NONE);
	world_run_work();
	st->priv->shrinks = false;
	st->priv->m->shrinker_ran = true;
	if (!full)
		world_param_set("max_pool_percent", "20");
}

/* Reclaim comes for the folio's cgroup and node; the worker takes the rest. */
static void run_shrinker(struct story *st)
{
	const struct model *m = st->priv->m;
	int cg = model_cg_owner(m, m->folios[0].cg);

	world_scan(cg == CG_NONE ? NULL : m->cg[cg].memcg, st->priv->nid, 2 * MODEL_SLOTS);
}

/* What must not come to a disk, twice, as the first time is each entry's second chance. */
static void run_shrinker_noio(struct story *st)
{
	const struct model *m = st->priv->m;
	int cg = model_cg_owner(m, m->folios[0].cg);

	for (int i = 0; i < 2; i++)
		world_shrink_noio(cg == CG_NONE ? NULL : m->cg[cg].memcg, st->priv->nid,
				  2 * MODEL_SLOTS);
}

/* Entries that writeback may still take. */
static unsigned int nr_writable(const struct story *st)
{
	const struct model *m = st->priv->m;
	unsigned int nr = 0;

	for (unsigned int i = 0; i < m->nr_slots; i++) {
		const struct slot *slot = &m->slots[i];

		if (slot->entry && !ledger_swap_cache(slot->type, slot->offset) &&
		    model_may_write_back(m, slot->cg))
			nr += !!ledger_tree_load(slot->type, slot->offset);
	}
	return nr;
}

/*
 * Another task frees the slot, and somebody else's page goes there and out of
 * the swap cache. The pool that was full for the worker has room for it.
 */
static void reuse_slot(void *arg)
{
	struct story *st = arg;
	const struct story_private *p = st->priv;
	bool full = story_has(st, V_POOL_FULL);

	free_slot(st, p->reused);
	if (!full)
		world_param_set("max_pool_percent", "20");
	story_offer_one(st, p->reused, p->contents[CONTENTS_AGAIN][0]);
	st->priv->oracle.step.raced = true;
	if (!full)
		world_param_set("max_pool_percent", p->shrinks ? "0" : "20");
}

/* For a folio in the swap cache, by the name that kernels have for it. */
static bool is_folio_wanted(const struct fault_hit *hit)
{
	return hit->point == FP_READ_SWAP_CACHE_ASYNC || hit->point == FP_SWAP_CACHE_ALLOC_FOLIO;
}

/* Writeback has the entry's slot, and no folio there yet that would pin it. */
static void reuse_under_writeback(const struct fault_hit *hit, void *arg)
{
	struct story *st = arg;
	struct story_private *p = st->priv;

	if (!p->acted && is_folio_wanted(hit) &&
	    slot_has_swp(&p->m->slots[p->reused], hit->swp))
		p->acted = world_other_task(reuse_slot, st);
}

/*
 * Two rounds in a row that came by nothing, with something failing in each:
 * more of them would only fail as well.
 */
static bool fails_for_good(unsigned int left, unsigned int before, unsigned long *injected,
			   unsigned int *failed)
{
	unsigned long now = fault_injected();

	*failed = left == before && now != *injected ? *failed + 1 : 0;
	*injected = now;
	return *failed == 2;
}

/*
 * A worker that looks at one cgroup a round, and then at the next, still comes
 * by each of them twice.
 */
static unsigned int worker_patience(const struct story *st, unsigned int left)
{
	return left / WORKER_RETRIES + 3 + (story_has(st, V_ZSWAP_DISABLED) ? 0 : 2 * CG_NR);
}

/*
 * Both ways out of zswap. A round may do no more than take the second chance
 * of some entries, so both go on for as many idle rounds as it takes to come by
 * all of them, the shrinker with a batch a round, the worker with a few. What
 * is left then is told, unless something failed or zswap, disabled, wakes no
 * worker.
 */
static void write_back(struct story *st)
{
	unsigned int before, left = nr_writable(st), idle = 0, failed = 0;
	unsigned long injected = fault_injected(), at_first = injected;

	run_shrinker_noio(st);
	while (left && idle < 2 + left / SHRINK_BATCH) {
		before = left;
		run_shrinker(st);
		left = nr_writable(st);
		idle = left < before ? 0 : idle + 1;
		if (fails_for_good(left, before, &injected, &failed))
			break;
	}
	failed = idle = 0;
	do {
		before = left;
		run_worker(st);
		left = nr_writable(st);
		idle = left < before ? 0 : idle + 1;
	} while (left && idle < worker_patience(st, left) &&
		 !fails_for_good(left, before, &injected, &failed));
	st->priv->oracle.step.drained = fault_injected() == at_first &&
					!story_has(st, V_ZSWAP_DISABLED);
	st->priv->oracle.step.stuck = left;
}

void step_writeback(void *arg)
{
	struct story *st = arg;
	struct story_private *p = st->priv;

	if (!story_has(st, V_UNDER_REUSED)) {
		write_back(st);
		return;
	}
	p->acted = false;
	fault_observe(reuse_under_writeback, st);
	write_back(st);
	story_end_moment();
	/* Writeback never came to it: so all stories go on alike. */
	if (!p->acted)
		reuse_slot(st);
}

/* ---- everything that is left ------------------------------------------- */

void step_read_all(void *arg)
{
	struct story *st = arg;
	const struct model *m = st->priv->m;

	for (unsigned int i = 0; i < m->nr_slots; i++) {
		if (m->slots[i].where != NOWHERE)
			story_read_slot(st, i);
	}
}

/* Nothing fails any more: what could not be read before has to be there. */
void step_read_again(void *arg)
{
	struct story *st = arg;
	const struct model *m = st->priv->m;

	for (unsigned int i = 0; i < m->nr_slots; i++) {
		if (m->slots[i].failed)
			story_read_slot(st, i);
	}
}

/* All their slots but for the last @left, and the folios themselves. */
static void free_folios(struct story *st, unsigned int left)
{
	struct model *m = st->priv->m;

	for (unsigned int f = 0; f < m->nr_folios; f++) {
		const struct slot *first = &m->slots[m->folios[f].lo];
		unsigned int nr = m->folios[f].nr;

		if (m->folios[f].lo + nr + left > st->nr_pages)
			nr = st->nr_pages - left > m->folios[f].lo ?
			     st->nr_pages - left - m->folios[f].lo : 0;
		if (nr)
			world_swap_free(first->type, first->offset, nr);
		drop_folio(&m->folios[f]);
	}
}

void step_free_all(void *arg)
{
	struct story *st = arg;
	struct model *m = st->priv->m;

	free_folios(st, 0);
	for (unsigned int i = 0; i < m->nr_slots; i++) {
		if (m->slots[i].bystander && m->slots[i].where != NOWHERE)
			world_swap_free(m->slots[i].type, m->slots[i].offset, 1);
		model_freed(m, i);
	}
}

/*
 * Whoever switches compressors may switch allocators, too, and finds the pool
 * that was there before again. A page small enough for any of them goes in and
 * out. Newer kernels have one allocator and no such parameter.
 */
static void try_other_allocator(struct story *st)
{
	struct model *m = st->priv->m;
	unsigned int i = st->priv->scratch;

	if (world_param_set("zpool", "zbud"))
		return;
	story_offer_one(st, i, pages_generated(0));
	world_swap_free(m->slots[i].type, m->slots[i].offset, 1);
	model_freed(m, i);
	world_param_set("zpool", "zsmalloc");
}

/* The administrator undoes what the scenario, not the fault, did to zswap. */
void step_put_right(void *arg)
{
	struct story *st = arg;
	struct model *m = st->priv->m;

	if (m->cpu_down)
		step_plug(st);
	if (m->alg != st->alg && !world_param_set("compressor", st->alg))
		m->alg = st->alg;
	if (story_has(st, V_POOL_SWITCHED) || story_has(st, V_POOL_SWITCHED_EARLY)) {
		oracle_switched(&st->priv->oracle, m->alg);
		try_other_allocator(st);
	}
	if (m->disabled && !world_param_set("enabled", "Y"))
		m->disabled = false;
	if (story_has(st, V_POOL_FULL))
		world_param_set("max_pool_percent", "20");
	for (int cg = CG_ROOT + 1; cg < CG_NR; cg++) {
		if (m->cg[cg].memcg && m->cg[cg].zswap_max != WORLD_ZSWAP_MAX)
			story_set_zswap_max(m, cg, WORLD_ZSWAP_MAX);
	}
	st->priv->oracle.step.worked = true;
	story_run_work();
}

void step_load_again(void *arg)
{
	struct story *st = arg;
	const struct story_private *p = st->priv;

	st->priv->oracle.step.again = true;
	drop_clean_folios(st);
	for (unsigned int i = 0; i < p->nr_loads; i++)
		story_read_slot(st, p->loads[i]);
}

void story_remove_cgs(struct model *m)
{
	for (int cg = CG_NR - 1; cg > CG_ROOT; cg--) {
		if (m->cg[cg].memcg && m->cg[cg].online)
			world_memcg_rmdir(m->cg[cg].memcg);
		m->cg[cg].online = false;
	}
}

static bool holds_folios(const struct model *m)
{
	for (unsigned int f = 0; f < m->nr_folios; f++) {
		if (m->folios[f].folio)
			return true;
	}
	return false;
}

/* Most slots are freed, the last ones are left for swapoff to read back. */
void step_teardown(void *arg)
{
	struct story *st = arg;
	struct model *m = st->priv->m;
	unsigned int left = holds_folios(m) ? 0 : st->nr_pages < 2 ? 1 : 2;

	free_folios(st, left);
	for (unsigned int i = 0; i < m->nr_slots; i++) {
		if (m->slots[i].entry && !m->slots[i].bystander && i >= st->nr_pages - left)
			model_loaded(m, i);
		model_freed(m, i);
	}
	world_swapoff(0);
	world_swapoff(1);
	/* Who could not be read back was not counted. */
	if (oracle_injected(&st->priv->oracle) || st->priv->oracle.v->nr_findings)
		m->tainted = true;
	story_remove_cgs(m);
	story_run_work();
}
