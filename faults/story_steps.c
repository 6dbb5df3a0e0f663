// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is done in each step. Whatever enters the subject is done here, inside
 * a world_call(); the model is told at once, the oracle looks afterwards.
 */
#include "story_private.h"

#include "pages.h"
#include "shim/subject.h"

/* Entries that one call of the shrinker, one run of the worker come by. */
#define SHRINK_BATCH	128
#define WORKER_RETRIES	16

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

/* Why zswap must not take the folio, before it is stored in the model. */
static void find_bar(struct story *st, struct offer *f)
{
	bool again = st->priv->oracle.step.again;

	f->full = !again && story_has(st, V_POOL_FULL);
	f->room = f->full && !story_has(st, V_BATCH_ONE) && !story_has(st, V_BEFORE_NOTHING);
	f->yields = model_over_limit(st->priv->m, f->cg);
	if (oracle_lacks(&st->priv->oracle)) {
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
}

/*
 * A store that the oracle judges. Of folios that are stored together each is
 * measured by what the ones before it have left.
 */
static void note_offer(struct story *st, unsigned int lo, unsigned int nr, int cg,
		       const char *alg, enum world_stored answer)
{
	struct step *step = &st->priv->oracle.step;
	struct offer *f = &step->offers[step->nr_offers++];

	*f = (struct offer){
		.lo = lo, .nr = nr, .cg = cg, .alg = alg,
		.asked = answer != WORLD_NOT_ASKED,
		.stored = answer == WORLD_STORED,
	};
	find_bar(st, f);
	f->poor = !f->stored && is_poor(st->priv->m, lo, nr, alg);
	story_note_store(st, lo, nr, cg, alg, answer);
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

static void store_folios(struct story *st)
{
	enum world_stored answers[MODEL_FOLIOS];
	struct model *m = st->priv->m;

	st->priv->store_alg = m->alg;
	write_folios(st, answers);
	for (unsigned int i = 0; i < m->nr_folios; i++) {
		const struct model_folio *f = &m->folios[i];

		note_offer(st, f->lo, f->nr, f->cg, st->priv->store_alg, answers[i]);
	}
	for (unsigned int i = 0; i < st->nr_pages; i++)
		m->slots[i].tested = m->slots[i].entry;
}

void story_store_scratch(struct story *st, int cg)
{
	struct story_private *p = st->priv;
	struct slot *slot = &p->m->slots[p->scratch];
	const void *page = p->contents[CONTENTS_AGAIN][0];
	const char *alg = p->m->alg;
	struct folio *folio;

	world_swap_alloc(slot->type, slot->offset, 1);
	slot->newest = page;
	folio = world_folio(0, 0, cg == CG_NONE ? NULL : p->m->cg[cg].memcg,
			    slot->type, slot->offset, &page);
	story_note_store(st, p->scratch, 1, cg, alg, world_writepage(folio));
	world_folio_drop(folio);
	world_swap_free(slot->type, slot->offset, 1);
	model_freed(p->m, p->scratch);
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
	st->priv->store_alg = st->priv->m->alg;
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

static void read_slot(struct story *st, unsigned int i)
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
	read_slot(st, st->priv->arg);
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
	story_store_scratch(st, CG_NONE);
	world_run_work();
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
 * Both ways out of zswap. A round may do no more than take the second chance
 * of some entries, so both go on for as many rounds as it takes to come by
 * all of them, the shrinker with a batch a round, the worker with a few.
 */
void step_writeback(void *arg)
{
	struct story *st = arg;
	unsigned int before, left = nr_writable(st), idle = 0, rounds;

	while (left && idle < 2 + left / SHRINK_BATCH) {
		before = left;
		run_shrinker(st);
		left = nr_writable(st);
		idle = left < before ? 0 : idle + 1;
	}
	rounds = left / WORKER_RETRIES + 3;
	do {
		run_worker(st);
		left = nr_writable(st);
	} while (left && --rounds);
}

/* ---- everything that is left ------------------------------------------- */

void step_read_all(void *arg)
{
	struct story *st = arg;
	const struct model *m = st->priv->m;

	for (unsigned int i = 0; i < m->nr_slots; i++) {
		if (m->slots[i].where != NOWHERE)
			read_slot(st, i);
	}
}

/* Nothing fails any more: what could not be read before has to be there. */
void step_read_again(void *arg)
{
	struct story *st = arg;
	const struct model *m = st->priv->m;

	for (unsigned int i = 0; i < m->nr_slots; i++) {
		if (m->slots[i].failed)
			read_slot(st, i);
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

/* The administrator undoes what the scenario, not the fault, did to zswap. */
void step_put_right(void *arg)
{
	struct story *st = arg;
	struct model *m = st->priv->m;

	if (m->cpu_down)
		step_plug(st);
	if (m->alg != st->alg && !world_param_set("compressor", st->alg))
		m->alg = st->alg;
	if (story_has(st, V_ZSWAP_DISABLED))
		world_param_set("enabled", "Y");
	if (story_has(st, V_POOL_FULL))
		world_param_set("max_pool_percent", "20");
	if (m->zswap_max)
		world_memcg_set_zswap_max(m->cg[CG_CHILD].memcg, WORLD_ZSWAP_MAX);
	m->zswap_max = 0;
	if (m->closed)
		world_memcg_set_zswap_max(m->cg[CG_CLOSED].memcg, WORLD_ZSWAP_MAX);
	m->closed = false;
	world_run_work();
	world_rcu_barrier();
	world_run_work();
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

void step_load_again(void *arg)
{
	struct story *st = arg;
	const struct story_private *p = st->priv;

	st->priv->oracle.step.again = true;
	drop_clean_folios(st);
	for (unsigned int i = 0; i < p->nr_loads; i++)
		read_slot(st, p->loads[i]);
}

static void remove_cgs(struct model *m)
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
	remove_cgs(m);
	world_run_work();
	world_rcu_barrier();
	world_run_work();
}
