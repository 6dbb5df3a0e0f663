// SPDX-License-Identifier: GPL-2.0-or-later
/* Folios offered to zswap, and what happens midway through a store. */
#include "story_private.h"

#include "shim/subject.h"

/* ---- stores ------------------------------------------------------------ */

void story_note_store(struct story *st, unsigned int lo, unsigned int nr, int cg,
		      const char *alg, enum world_stored answer)
{
	struct model *m = st->priv->m;

	if (answer == WORLD_STORED)
		model_stored(m, lo, nr, cg, alg);
	else if (answer != WORLD_NOT_ASKED)
		model_refused(m, lo, nr, answer == WORLD_KEPT);
}

static bool is_poor(const struct model *m, unsigned int lo, unsigned int nr, const char *alg)
{
	for (unsigned int i = lo; i < lo + nr; i++) {
		if (m->slots[i].newest && !ledger_compressed_len(alg, m->slots[i].newest))
			return true;
	}
	return false;
}

/* In the midst of a folio a store may ask again, and then take it or not. */
void story_bar_midway(const struct model *m, struct offer *f)
{
	if (f->barred || f->nr == 1 || !model_may_reach_limit(m, f->cg, f->nr))
		return;
	f->barred = "its cgroup may be over zswap.max by then";
	f->room = true;
}

/* Why zswap must not take the folio, before it is stored in the model. */
static void find_bar(struct story *st, struct offer *f)
{
	bool again = st->priv->oracle.step.again;

	f->full = !again && story_has(st, V_POOL_FULL);
	f->room = f->full && (!story_has(st, V_BEFORE_NOTHING) ||
			      st->priv->m->wb != st->priv->m->wb_full);
	f->yields = model_over_limit(st->priv->m, f->cg);
	if (f->nr > 1 && st->subject->desc->no_large) {
		f->barred = "it takes no large folios";
	} else if (oracle_lacks(&st->priv->oracle)) {
		f->barred = oracle_lacks(&st->priv->oracle);
	} else if (story_has(st, V_POOL_NONE)) {
		f->barred = "there is no pool";
	} else if (!again && story_has(st, V_ZSWAP_DISABLED)) {
		f->barred = "zswap is disabled";
	} else if (f->full) {
		f->barred = "the pool is at its limit";
	} else if (f->yields) {
		f->barred = "its cgroup is over zswap.max and nothing was written back";
	}
	story_bar_midway(st->priv->m, f);
}

void story_note_offer(struct story *st, struct offer *f, const char *alg,
		      enum world_stored answer)
{
	struct step *step = &st->priv->oracle.step;

	f->alg = alg;
	f->asked = answer != WORLD_NOT_ASKED;
	f->stored = answer == WORLD_STORED;
	f->poor = !f->stored && is_poor(st->priv->m, f->lo, f->nr, alg);
	step->offers[step->nr_offers++] = *f;
	story_note_store(st, f->lo, f->nr, f->cg, alg, answer);
}

/* Of folios that are stored together each is measured by what the ones before it have left. */
static void note_offer(struct story *st, unsigned int lo, unsigned int nr, int cg,
		       const char *alg, enum world_stored answer)
{
	struct offer f = { .lo = lo, .nr = nr, .cg = cg };

	find_bar(st, &f);
	story_note_offer(st, &f, alg, answer);
}

static void write_folios(struct story *st, enum world_stored answers[])
{
	const struct model *m = st->priv->m;
	struct folio *folios[MODEL_FOLIOS];
	bool left = story_has(st, V_ERRORS_LEFT) && !st->priv->oracle.step.again;

	if (story_has(st, V_BATCH_ONE)) {
		answers[0] = world_writepage(m->folios[0].folio);
		return;
	}
	for (unsigned int f = 0; f < m->nr_folios; f++)
		folios[f] = m->folios[f].folio;
	world_writepage_batch(folios, m->nr_folios, left ? 0 : -1, answers);
}

const char *story_alg_of(const struct model *m, unsigned int lo)
{
	const struct slot *slot = &m->slots[lo];
	const char *alg = ledger_compressed_by(slot->type, slot->offset);

	return alg ? alg : m->alg;
}

static void store_folios(struct story *st)
{
	enum world_stored answers[MODEL_FOLIOS];
	struct model *m = st->priv->m;

	write_folios(st, answers);
	for (unsigned int i = 0; i < m->nr_folios; i++) {
		const struct model_folio *f = &m->folios[i];

		note_offer(st, f->lo, f->nr, f->cg, story_alg_of(m, f->lo), answers[i]);
	}
	for (unsigned int i = 0; i < st->nr_pages; i++)
		m->slots[i].tested = m->slots[i].entry;
}

/* A folio of its own, in and out of the swap cache. The model is told by the caller. */
static enum world_stored store_one(struct story *st, unsigned int i, int cg, const void *page)
{
	struct story_private *p = st->priv;
	struct slot *slot = &p->m->slots[i];
	enum world_stored answer;
	struct folio *folio;

	world_swap_alloc(slot->type, slot->offset, 1);
	slot->newest = page;
	folio = world_folio(0, 0, cg == CG_NONE ? NULL : p->m->cg[cg].memcg,
			    slot->type, slot->offset, &page);
	answer = world_writepage(folio);
	world_folio_drop(folio);
	return answer;
}

void story_store_scratch(struct story *st, int cg)
{
	struct model *m = st->priv->m;
	unsigned int i = st->priv->scratch;
	const char *alg = m->alg;

	story_note_store(st, i, 1, cg, alg,
			 store_one(st, i, cg, st->priv->contents[CONTENTS_AGAIN][0]));
	world_swap_free(m->slots[i].type, m->slots[i].offset, 1);
	model_freed(m, i);
}

void story_offer_one(struct story *st, unsigned int i, const void *page)
{
	const char *alg = st->priv->m->alg;

	note_offer(st, i, 1, CG_NONE, alg, store_one(st, i, CG_NONE, page));
}

/* ---- midway ------------------------------------------------------------ */

/* Nothing held: another task can run, and wait for anything it likes. */
static bool is_quiet(const struct fault_hit *hit)
{
	struct ledger_context c;

	ledger_context(&c);
	return !hit->atomic && !c.spinlocks && !c.mutexes && !c.rcu_depth && !c.preempt &&
	       !c.mappings;
}

static void count_quiet(const struct fault_hit *hit, void *arg)
{
	struct story *st = arg;

	st->priv->quiet += is_quiet(hit);
}

static void count_mutex(void *arg)
{
	struct story *st = arg;

	st->priv->quiet++;
}

void step_count_quiet(void *arg)
{
	struct story *st = arg;
	enum world_stored answers[MODEL_FOLIOS];

	st->priv->quiet = 0;
	if (story_has(st, V_CPU_UNPLUG_LOCK))
		world_on_mutex(count_mutex, st);
	else
		fault_observe(count_quiet, st);
	write_folios(st, answers);
}

static void act_midway(const struct fault_hit *hit, void *arg)
{
	struct story *st = arg;
	struct story_private *p = st->priv;

	if (p->acted || !is_quiet(hit) || p->quiet_seen++ != p->quiet_at)
		return;
	p->acted = world_other_task(p->action, st);
}

static void act_at_mutex(void *arg)
{
	struct story *st = arg;
	struct story_private *p = st->priv;

	if (!p->acted && p->quiet_seen++ == p->quiet_at)
		p->acted = world_other_task(p->action, st);
}

static void act_before_store(void *arg)
{
	struct story *st = arg;

	st->priv->acted = world_other_task(st->priv->action, st);
}

/* At which moment of the store the action, if there is one, comes. */
static void set_moment(struct story *st)
{
	if (story_has(st, V_CPU_UNPLUG_LOCK))
		world_on_mutex(act_at_mutex, st);
	else if (story_has(st, V_POOL_SWITCHED_EARLY))
		world_before_store(act_before_store, st);
	else if (st->priv->action)
		fault_observe(act_midway, st);
}

void story_end_moment(void)
{
	world_on_mutex(NULL, NULL);
	world_before_store(NULL, NULL);
	fault_observe(NULL, NULL);
}

void story_close_pool(struct story *st)
{
	if (world_param_set("max_pool_percent", "0"))
		st->priv->cannot = "the pool's limit cannot be set";
	world_set_totalram(0);
}

/* ---- steps ------------------------------------------------------------- */

void step_store(void *arg)
{
	struct story *st = arg;
	struct story_private *p = st->priv;

	p->quiet_seen = 0;
	p->acted = false;
	set_moment(st);
	store_folios(st);
	story_end_moment();
	/* The store ended before its middle: so all stories go on alike. */
	if (p->action && !p->acted)
		p->action(st);
	/* What is freed from now on would make room, by how well it compressed. */
	if (story_has(st, V_POOL_FULL))
		story_close_pool(st);
}

void step_store_again(void *arg)
{
	struct story *st = arg;
	struct story_private *p = st->priv;
	struct model *m = p->m;

	p->oracle.step.again = true;
	for (unsigned int f = 0; f < m->nr_folios; f++) {
		m->folios[f].cg = model_cg_charged(m, m->folios[f].cg);
		story_new_folio(st, f, CONTENTS_AGAIN);
	}
	store_folios(st);
}

/* A page that was read is reclaimed again: an order-0 store of its own. */
void step_reclaim(void *arg)
{
	struct story *st = arg;
	struct model *m = st->priv->m;
	unsigned int i = st->priv->arg;

	note_offer(st, i, 1, CG_NONE, m->alg,
		   world_swapin_reclaim(m->slots[i].type, m->slots[i].offset));
	m->slots[i].failed = false;
}
