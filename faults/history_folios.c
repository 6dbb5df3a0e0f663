// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Steps of a history that are about folios and slots: done to the world, and told
 * to the model. What makes no sense in the state that the world is in is not done.
 */
#include "history_private.h"

#include "pages.h"
#include "shim/subject.h"

static struct folio *cached(const struct model *m, unsigned int i)
{
	return ledger_swap_cache(m->slots[i].type, m->slots[i].offset);
}

int history_held(const struct model *m, unsigned int i)
{
	for (unsigned int f = 0; f < m->nr_folios; f++) {
		if (i - m->folios[f].lo < m->folios[f].nr)
			return f;
	}
	return -1;
}

static void fill(const struct history_world *w, int first, unsigned int nr, const void **pages)
{
	for (unsigned int i = 0; i < nr; i++)
		pages[i] = w->pages[(first + i) % HISTORY_POOR];
	if (first >= HISTORY_POOR)
		pages[first % nr] = pages_incompressible(first - HISTORY_POOR);
}

/* ---- why a folio must not be taken ------------------------------------- */

/* Before the store, which changes what it is measured by. */
static void find_pool_bar(const struct history_world *w, struct offer *f)
{
	const struct model *m = model_of(w);
	unsigned long max = m->totalram * m->max_pool / 100;
	unsigned long accept = max * m->accept / 100, pages = ledger_pool_pages();

	f->full = pages >= max;
	if (f->nr > 1 && w->st.subject->desc->no_large) {
		f->barred = "it takes no large folios";
	} else if (m->disabled) {
		f->barred = "zswap is disabled";
	} else if (f->full) {
		f->barred = "the pool is at its limit";
	} else if (pages > accept) {
		/* Once full, zswap takes nothing until it is below this: if it was full. */
		f->barred = "the pool is over its accept threshold";
		f->room = true;
	}
}

/*
 * The pool's state is only known before a store, or the first one of a batch. It may
 * be asked for again after @pages. An object may take a group of pages of its own.
 */
static void bar_midway(const struct model *m, struct offer *f, unsigned int pages)
{
	unsigned long accept = m->totalram * m->max_pool / 100 * m->accept / 100;

	if (f->barred || ledger_pool_pages() + 8ul * pages < accept)
		return;
	f->barred = "the pool may be full by then";
	f->room = true;
}

static void note(struct history_world *w, struct offer *f, enum world_stored answer)
{
	struct story *st = &w->st;
	struct oracle *o = &st->priv->oracle;

	/* Writeback for the cgroup's limit may make room in the pool, too. */
	f->yields = model_over_limit(st->priv->m, f->cg);
	if (f->yields || fault_injected_at(FP_OBJ_CGROUP_MAY_ZSWAP))
		f->room |= f->full;
	if (f->yields && !f->barred)
		f->barred = "its cgroup is over zswap.max and nothing was written back";
	story_bar_midway(st->priv->m, f);
	o->step.again = true;
	story_note_offer(st, f, story_alg_of(st->priv->m, f->lo), answer);
	f = &o->step.offers[o->step.nr_offers - 1];
	o->baseline_stored |= (uint32_t)(!f->barred && !f->poor) << (o->step.nr_offers - 1);
	w->hv->counts.stored += answer == WORLD_STORED;
	w->hv->counts.written += answer == WORLD_WRITTEN;
	w->hv->counts.kept += answer == WORLD_KEPT;
}

static struct offer offer_of(const struct history_world *w, unsigned int lo, unsigned int nr, int cg)
{
	struct offer f = { .lo = lo, .nr = nr, .cg = cg };

	find_pool_bar(w, &f);
	if (nr > 1)
		bar_midway(model_of(w), &f, nr);
	return f;
}

static struct offer offer_of_folio(const struct history_world *w, const struct model_folio *folio)
{
	return offer_of(w, folio->lo, folio->nr, folio->cg);
}

/* ---- folios in the swap cache ------------------------------------------ */

static bool is_dirty(const struct model *m, unsigned int i)
{
	return m->slots[i].where == IN_CACHE;
}

/* Gone from the cache, and with it what no process wanted any more. */
static void forget_folio(struct model *m, unsigned int f)
{
	const struct model_folio folio = m->folios[f];

	m->folios[f] = m->folios[--m->nr_folios];
	m->folios[m->nr_folios].folio = NULL;
	for (unsigned int i = folio.lo; i < folio.lo + folio.nr; i++) {
		if (m->slots[i].unused)
			model_freed(m, i);
	}
}

static bool drop_if_clean(struct model *m, unsigned int f)
{
	if (is_dirty(m, m->folios[f].lo))
		return false;
	world_folio_drop(m->folios[f].folio);
	forget_folio(m, f);
	return true;
}

/* Locked by the caller. */
static void write_out(struct history_world *w, unsigned int f)
{
	const struct model_folio *folio = &model_of(w)->folios[f];
	struct offer offer = offer_of_folio(w, folio);

	note(w, &offer, world_writepage(folio->folio));
}

static bool is_free(const struct model *m, unsigned int lo, unsigned int nr)
{
	for (unsigned int i = lo; i < lo + nr; i++) {
		if (i >= m->nr_slots || m->slots[i].type != m->slots[lo].type ||
		    m->slots[i].where != NOWHERE)
			return false;
	}
	return m->swapped_on[m->slots[lo].type];
}

bool history_store(struct history_world *w)
{
	struct model *m = model_of(w);
	unsigned int nr = 1u << arg(w, HARG_ORDER), lo = arg(w, HARG_SLOT);
	struct model_folio *folio = &m->folios[m->nr_folios];
	unsigned int over = m->slots[lo].offset % nr;
	const void *pages[STORY_PAGES];

	/* To where a folio of its size can be. */
	lo -= over < lo ? over : lo;
	if (m->nr_folios == MODEL_FOLIOS || m->slots[lo].offset % nr || !is_free(m, lo, nr))
		return false;
	*folio = (struct model_folio){
		.lo = lo, .nr = nr, .order = arg(w, HARG_ORDER),
		.cg = charged_to(m, arg(w, HARG_CG)),
	};
	fill(w, arg(w, HARG_PAGES), nr, pages);
	world_swap_alloc(m->slots[lo].type, m->slots[lo].offset, nr);
	folio->folio = world_folio(folio->order, arg(w, HARG_NODE), memcg_of(m, folio->cg),
				   m->slots[lo].type, m->slots[lo].offset, pages);
	model_dirtied(m, lo, nr, pages);
	write_out(w, m->nr_folios++);
	if (!arg(w, HARG_KEEP))
		drop_if_clean(m, m->nr_folios - 1);
	return true;
}

bool history_redirty(struct history_world *w)
{
	struct model *m = model_of(w);
	unsigned int i = arg(w, HARG_SLOT), lo = i, nr = 1;
	struct folio *folio = cached(m, i);
	int f = history_held(m, i);
	const void *pages[STORY_PAGES];

	if (!folio || m->slots[i].failed)
		return false;
	if (f >= 0) {
		lo = m->folios[f].lo;
		nr = m->folios[f].nr;
	}
	fill(w, arg(w, HARG_PAGES), nr, pages);
	world_folio_redirty(folio, pages);
	model_dirtied(m, lo, nr, pages);
	return true;
}

bool history_writeout(struct history_world *w)
{
	struct model *m = model_of(w);
	unsigned int i = arg(w, HARG_SLOT);
	struct folio *folio = cached(m, i);
	int f = history_held(m, i);
	struct offer offer;

	if (!folio || !is_dirty(m, i))
		return false;
	world_folio_lock(folio);
	if (f >= 0) {
		write_out(w, f);
		return true;
	}
	offer = offer_of(w, i, 1, CG_NONE);
	note(w, &offer, world_writepage(folio));
	return true;
}

bool history_batch(struct history_world *w)
{
	struct model *m = model_of(w);
	enum world_stored answers[MODEL_FOLIOS];
	struct folio *folios[MODEL_FOLIOS];
	struct offer offers[MODEL_FOLIOS];
	unsigned int nr = 0, pages = 0;

	for (unsigned int f = 0; f < m->nr_folios && nr < arg(w, HARG_NR); f++) {
		const struct model_folio *folio = &m->folios[f];

		if (!is_dirty(m, folio->lo))
			continue;
		world_folio_lock(folio->folio);
		folios[nr] = folio->folio;
		offers[nr] = offer_of_folio(w, folio);
		if (nr)
			bar_midway(m, &offers[nr], pages);
		/* What is refused before frees its stale entries. */
		offers[nr].room |= nr && offers[nr].full;
		pages += folio->nr;
		nr++;
	}
	if (!nr)
		return false;
	world_writepage_batch(folios, nr, -1, answers);
	for (unsigned int k = 0; k < nr; k++)
		note(w, &offers[k], answers[k]);
	return true;
}

bool history_reclaim(struct history_world *w)
{
	struct model *m = model_of(w);
	unsigned int i = arg(w, HARG_SLOT);
	int f = history_held(m, i);
	struct offer offer;
	bool dirty = is_dirty(m, i);

	if (!cached(m, i))
		return false;
	if (f < 0) {
		offer = offer_of(w, i, 1, CG_NONE);
		if (dirty)
			note(w, &offer, world_swapin_reclaim(m->slots[i].type, m->slots[i].offset));
		else
			world_swapin_reclaim(m->slots[i].type, m->slots[i].offset);
		m->slots[i].failed = false;
		return true;
	}
	if (dirty) {
		world_folio_lock(m->folios[f].folio);
		write_out(w, f);
	}
	return drop_if_clean(m, f) || dirty;
}

bool history_move(struct history_world *w)
{
	struct model *m = model_of(w);
	int f = history_held(m, arg(w, HARG_SLOT)), cg = charged_to(m, arg(w, HARG_CG));

	if (f < 0 || m->folios[f].cg == cg)
		return false;
	world_folio_move(m->folios[f].folio, memcg_of(m, cg));
	m->folios[f].cg = cg;
	return true;
}

/* ---- slots ------------------------------------------------------------- */

static bool is_in_use(const struct slot *slot)
{
	return slot->where != NOWHERE && !slot->unused;
}

static void read_slot(struct history_world *w, unsigned int i)
{
	struct history_counts *c = &w->hv->counts;
	struct slot *slot = &model_of(w)->slots[i];
	bool was_cached = cached(model_of(w), i) && !slot->failed, entry = slot->entry;

	story_read_slot(&w->st, i);
	if (slot->failed)
		c->read_failed++;
	else
		c->read[was_cached ? READ_SWAP_CACHE : entry ? READ_ZSWAP : READ_SWAP_FILE]++;
}

bool history_load(struct history_world *w)
{
	unsigned int i = arg(w, HARG_SLOT);

	if (!is_in_use(&model_of(w)->slots[i]))
		return false;
	read_slot(w, i);
	return true;
}

static bool is_unused(const struct model *m, const struct model_folio *folio)
{
	for (unsigned int i = folio->lo; i < folio->lo + folio->nr; i++) {
		if (!m->slots[i].unused)
			return false;
	}
	return true;
}

/*
 * A slot in the swap cache goes with its folio, and a folio goes when the last of
 * its slots is not wanted any more.
 */
static void free_slot(struct model *m, unsigned int i)
{
	int f = history_held(m, i);

	world_swap_free(m->slots[i].type, m->slots[i].offset, 1);
	if (f < 0) {
		model_freed(m, i);
		return;
	}
	m->slots[i].unused = true;
	if (!is_unused(m, &m->folios[f]))
		return;
	world_folio_drop(m->folios[f].folio);
	forget_folio(m, f);
}

bool history_free(struct history_world *w)
{
	struct model *m = model_of(w);
	unsigned int lo = arg(w, HARG_SLOT);
	bool did = false;

	for (unsigned int i = lo; i < lo + arg(w, HARG_NR) && i < m->nr_slots; i++) {
		if (m->slots[i].type != m->slots[lo].type || !is_in_use(&m->slots[i]))
			continue;
		free_slot(m, i);
		did = true;
	}
	return did;
}

/* As swapoff does it, but that each page that is read is compared. */
void history_read_and_free(struct history_world *w, int type)
{
	struct model *m = model_of(w);

	for (unsigned int i = 0; i < m->nr_slots; i++) {
		if (m->slots[i].type != type || !is_in_use(&m->slots[i]))
			continue;
		read_slot(w, i);
		free_slot(m, i);
	}
}
