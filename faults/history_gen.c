// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The next step of a history, by a seed. It looks at the model, so that most
 * steps make sense: loads go to slots in use, stores to free ones.
 */
#include "history.h"

#include <string.h>

#include "shim/subject.h"
#include "story_private.h"

/* ---- dice -------------------------------------------------------------- */

/* splitmix64, which takes any seed. */
static uint64_t draw(struct history_seed *seed)
{
	uint64_t z = seed->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

/* 0 to @n - 1. What is uneven about it is less than one in a thousand million. */
static unsigned int below(struct history_seed *seed, unsigned int n)
{
	return (draw(seed) >> 32) * n >> 32;
}

static bool one_in(struct history_seed *seed, unsigned int n)
{
	return !below(seed, n);
}

struct history_seed history_seed(uint64_t seed, unsigned long index)
{
	struct history_seed mixed = { .state = seed };

	/* So that seeds side by side have no histories in common. */
	mixed.state = draw(&mixed) + index * 0xd1342543de82ef95ull;
	return mixed;
}

/* ---- what makes sense -------------------------------------------------- */

/* The first slot that does, from a random one on; that one, where none does. */
static unsigned int choose_slot(const struct model *m, struct history_seed *seed,
				bool (*sense)(const struct model *m, unsigned int i))
{
	unsigned int first = below(seed, m->nr_slots);

	for (unsigned int k = 0; k < m->nr_slots; k++) {
		unsigned int i = (first + k) % m->nr_slots;

		if (sense(m, i))
			return i;
	}
	return first;
}

static bool is_cached(const struct model *m, unsigned int i)
{
	return m->slots[i].where != NOWHERE &&
	       ledger_swap_cache(m->slots[i].type, m->slots[i].offset);
}

static bool is_dirty(const struct model *m, unsigned int i)
{
	return m->slots[i].where == IN_CACHE;
}

static bool is_used(const struct model *m, unsigned int i)
{
	return m->slots[i].where != NOWHERE && !m->slots[i].unused;
}

/* Only there a load has something to do. */
static bool is_away(const struct model *m, unsigned int i)
{
	return is_used(m, i) && !is_cached(m, i);
}

static bool has_entry(const struct model *m, unsigned int i)
{
	return m->slots[i].entry && !is_cached(m, i);
}

static bool is_held(const struct model *m, unsigned int i)
{
	return history_held(m, i) >= 0;
}

static bool has_room(const struct model *m, unsigned int lo, unsigned int nr)
{
	for (unsigned int i = lo; i < lo + nr; i++) {
		if (i >= m->nr_slots || m->slots[i].type != m->slots[lo].type ||
		    m->slots[i].where != NOWHERE)
			return false;
	}
	return m->swapped_on[m->slots[lo].type];
}

static void place_store(const struct model *m, struct history_step *s, struct history_seed *seed)
{
	unsigned int nr = 1u << s->arg[HARG_ORDER], first = below(seed, m->nr_slots);

	for (unsigned int k = 0; k < m->nr_slots; k++) {
		unsigned int i = (first + k) % m->nr_slots;

		s->arg[HARG_SLOT] = i;
		if (!(m->slots[i].offset % nr) && has_room(m, i, nr))
			return;
	}
}

/* Most small; the large ones only where there is room for them. */
static int choose_order(const struct history_world *w, const struct history *h,
			struct history_seed *seed)
{
	if (w->st.subject->desc->no_large && !one_in(seed, 8))
		return 0;
	if (h->wide && one_in(seed, 4))
		return 5 + below(seed, 5);
	return one_in(seed, 3) ? 0 : below(seed, 5);
}

static int choose_cg(const struct model *m, struct history_seed *seed, bool online)
{
	int first = below(seed, HISTORY_CGS);

	for (int k = 0; k < HISTORY_CGS; k++) {
		int cg = 1 + (first + k) % HISTORY_CGS;

		if (history_cg_online(m, cg) == online)
			return cg;
	}
	return 1 + first;
}

/* Most of those written put the parameter back to what it was at boot. */
static int choose_param(const struct history_world *w, struct history_seed *seed)
{
	int i = below(seed, nr_history_params);

	while (!w->has_param[i])
		i = below(seed, nr_history_params);
	while (i && !one_in(seed, 3) && !strcmp(history_params[i].name, history_params[i - 1].name))
		i--;
	return i;
}

/* Where an entry is that can be written back. */
static void aim_shrinker(const struct history_world *w, struct history_step *s,
			 struct history_seed *seed)
{
	const struct model *m = w->st.priv->m;
	unsigned int i = choose_slot(m, seed, has_entry);
	int cg = model_cg_owner(m, m->slots[i].cg);

	s->arg[HARG_NR] = 1 << below(seed, 7);
	if (!has_entry(m, i) || one_in(seed, 8))
		return;
	s->arg[HARG_CG] = cg == CG_NONE ? CG_ROOT : cg;
	s->arg[HARG_NODE] = w->st.priv->oracle.look.seen[i].nid;
}

static void choose_args(const struct history_world *w, const struct history *h,
			struct history_step *s, struct history_seed *seed)
{
	const struct model *m = w->st.priv->m;

	for (unsigned int a = 0; a < HARG_COUNT; a++) {
		int min = history_arg_min(a);

		if (history_ops[s->op].args >> a & 1)
			s->arg[a] = min + below(seed, history_arg_max(a) - min + 1);
	}
	switch (s->op) {
	case HOP_STORE:
		s->arg[HARG_ORDER] = choose_order(w, h, seed);
		s->arg[HARG_CG] = one_in(seed, 4) ? 0 : choose_cg(m, seed, true);
		s->arg[HARG_KEEP] = one_in(seed, 3);
		place_store(m, s, seed);
		break;
	case HOP_REDIRTY:
		s->arg[HARG_SLOT] = choose_slot(m, seed, is_cached);
		break;
	case HOP_WRITEOUT:
		s->arg[HARG_SLOT] = choose_slot(m, seed, is_dirty);
		break;
	case HOP_BATCH:
		s->arg[HARG_NR] = 2 + below(seed, 7);
		break;
	case HOP_RECLAIM:
		s->arg[HARG_SLOT] = choose_slot(m, seed, is_cached);
		break;
	case HOP_LOAD:
		s->arg[HARG_SLOT] = choose_slot(m, seed, one_in(seed, 6) ? is_used : is_away);
		break;
	case HOP_FREE:
		s->arg[HARG_SLOT] = choose_slot(m, seed, is_used);
		s->arg[HARG_NR] = 1 << below(seed, 5);
		break;
	case HOP_SCAN:
	case HOP_SHRINK:
		aim_shrinker(w, s, seed);
		break;
	case HOP_SET:
		s->arg[HARG_PARAM] = choose_param(w, seed);
		break;
	case HOP_LIMIT:
		s->arg[HARG_MAX] = one_in(seed, 2) ? 0 : s->arg[HARG_MAX];
		s->arg[HARG_CG] = choose_cg(m, seed, true);
		break;
	case HOP_WRITEBACK:
	case HOP_RMCG:
		s->arg[HARG_CG] = choose_cg(m, seed, true);
		break;
	case HOP_MKCG:
		s->arg[HARG_CG] = choose_cg(m, seed, false);
		s->arg[HARG_PARENT] = one_in(seed, 3) ? 0 : choose_cg(m, seed, true);
		break;
	case HOP_MOVE:
		s->arg[HARG_SLOT] = choose_slot(m, seed, is_held);
		s->arg[HARG_CG] = choose_cg(m, seed, true);
		break;
	}
}

/* ---- faults ------------------------------------------------------------ */

/*
 * What may fail in a kind of step, and up to which hit: a table, and not what was
 * hit before, so that a history is a matter of its seed alone.
 */
#define PER_PAGE	0
#define STORES	(1u << HOP_STORE | 1u << HOP_WRITEOUT | 1u << HOP_BATCH | 1u << HOP_RECLAIM)
#define WRITES	(1u << HOP_SCAN | 1u << HOP_SHRINK | 1u << HOP_WORK)
#define POOLS	(1u << HOP_SET)
#define PLUGS	(1u << HOP_SET | 1u << HOP_CPU_UP)

static const struct {
	uint32_t ops;
	uint8_t point, hits;
} may_fail[] = {
	{ STORES, FP_KMEM_CACHE_ALLOC_NODE, PER_PAGE },
	{ STORES, FP_KMEM_CACHE_ALLOC_BULK, 2 },
	{ STORES, FP_ZPOOL_MALLOC, PER_PAGE },
	{ STORES, FP_ZS_MALLOC, PER_PAGE },
	{ STORES, FP_ZPOOL_GET_TOTAL_PAGES, 2 },
	{ STORES, FP_ZS_GET_TOTAL_PAGES, 2 },
	{ STORES, FP_XA_NODE, 3 },
	{ STORES, FP_XA_NODE_ATOMIC, 3 },
	{ STORES, FP_ACOMP_COMPRESS, PER_PAGE },
	{ STORES, FP_MEMCG_LIST_LRU_ALLOC, 1 },
	{ STORES, FP_OBJ_CGROUP_MAY_ZSWAP, 1 },
	{ STORES | WRITES, FP_READ_SWAP_CACHE_ASYNC, 3 },
	{ STORES | WRITES, FP_SWAP_CACHE_ALLOC_FOLIO, 3 },
	{ 1u << HOP_LOAD, FP_ACOMP_DECOMPRESS, 1 },
	{ WRITES | 1u << HOP_SWAPOFF, FP_ACOMP_DECOMPRESS, 6 },
	{ WRITES, FP_ZPOOL_GET_TOTAL_PAGES, 3 },
	{ WRITES, FP_ZS_GET_TOTAL_PAGES, 3 },
	{ PLUGS, FP_KMALLOC, 4 },
	{ PLUGS, FP_CRYPTO_ALLOC_ACOMP_NODE, 2 },
	{ PLUGS, FP_ACOMP_REQUEST_ALLOC, 4 },
	{ POOLS, FP_ALLOC_PERCPU, 1 },
	{ POOLS, FP_PERCPU_REF_INIT, 1 },
	{ POOLS, FP_ZPOOL_CREATE_POOL, 1 },
	{ POOLS, FP_ZS_CREATE_POOL, 1 },
	{ POOLS, FP_CPUHP_STATE_ADD_INSTANCE, 1 },
	{ POOLS, FP_PARAM_SET_CHARP, 1 },
	{ 1u << HOP_SWAPON, FP_KVCALLOC, 1 },
};
#define NR_MAY_FAIL	(sizeof(may_fail) / sizeof(may_fail[0]))

/* Of the allocator a subject calls the one interface or the other. */
static bool has_point(const struct history_world *w, uint8_t point)
{
	switch (point) {
	case FP_ZPOOL_MALLOC:
	case FP_ZPOOL_GET_TOTAL_PAGES:
	case FP_ZPOOL_CREATE_POOL:
		return w->has_zpool;
	case FP_ZS_MALLOC:
	case FP_ZS_GET_TOTAL_PAGES:
	case FP_ZS_CREATE_POOL:
		return !w->has_zpool;
	default:
		return true;
	}
}

/* How many hits there are to choose from. */
static unsigned int nr_hits(const struct history_world *w, const struct history_step *s,
			    unsigned int hits)
{
	const struct model *m = w->st.priv->m;
	int f;

	if (hits != PER_PAGE)
		return hits;
	if (s->op == HOP_STORE)
		return 1u << s->arg[HARG_ORDER];
	f = s->op == HOP_BATCH ? -1 : history_held(m, s->arg[HARG_SLOT]);
	return f >= 0 ? m->folios[f].nr : s->op == HOP_BATCH ? 12 : 1;
}

/* Only these parameters have something that can fail. */
static bool switches_pool(const struct history_step *s)
{
	const char *name = history_params[s->arg[HARG_PARAM]].name;

	return s->op == HOP_SET && (!strcmp(name, "compressor") || !strcmp(name, "zpool"));
}

static void add_fault(const struct history_world *w, struct history_step *s,
		      struct history_seed *seed)
{
	const struct fault_point_info *info;
	struct fault *f = &s->faults[s->nr_faults];
	unsigned int nr = 0, pick, errors = 0;

	for (unsigned int i = 0; i < NR_MAY_FAIL; i++)
		nr += may_fail[i].ops >> s->op & 1 && has_point(w, may_fail[i].point);
	if (!nr || (s->op == HOP_SET && !switches_pool(s)))
		return;
	pick = below(seed, nr);
	for (unsigned int i = 0; i < NR_MAY_FAIL; i++) {
		if (!(may_fail[i].ops >> s->op & 1) || !has_point(w, may_fail[i].point) || pick--)
			continue;
		f->point = may_fail[i].point;
		f->nth = below(seed, 1 + below(seed, nr_hits(w, s, may_fail[i].hits)));
		break;
	}
	info = &fault_points[f->point];
	while (info->errors[errors])
		errors++;
	f->error = info->errors[below(seed, errors)];
	f->phase = PHASE_STORE;
	f->persistent = one_in(seed, 3);
	/* Of two for the same hit only the first one would strike. */
	if (s->nr_faults && f->point == s->faults[0].point && f->nth == s->faults[0].nth)
		*f = (struct fault){ .nth = 0 };
	else
		s->nr_faults++;
}

/* ---- the step ---------------------------------------------------------- */

/*
 * What is off is turned on again before long, and work that is pending is run, or
 * nothing would happen any more.
 */
static int mend(const struct model *m, struct history_seed *seed)
{
	if (!one_in(seed, 4))
		return -1;
	if (!m->swapped_on[0] || !m->swapped_on[1])
		return HOP_SWAPON;
	if (ledger_cpus_online() < 2)
		return HOP_CPU_UP;
	if (ledger_pending_work())
		return HOP_WORK;
	return m->disabled || !m->max_pool ? HOP_SET : -1;
}

static int choose_op(const struct model *m, struct history_seed *seed)
{
	unsigned int sum = 0, pick;
	int op = mend(m, seed);

	if (op >= 0)
		return op;
	for (unsigned int i = 0; i < HOP_NR; i++)
		sum += history_ops[i].weight;
	pick = below(seed, sum);
	for (op = 0; pick >= history_ops[op].weight; op++)
		pick -= history_ops[op].weight;
	/* Half of what would do nothing makes work instead: the pool gets no room at all. */
	if (op == HOP_WORK && !ledger_pending_work() && m->max_pool && one_in(seed, 2))
		op = HOP_SET;
	return op;
}

static int param(const char *name)
{
	int i = 0;

	while (strcmp(history_params[i].name, name))
		i++;
	return i;
}

static void aim(const struct model *m, struct history_step *s, struct history_seed *seed)
{
	if (s->op == HOP_SWAPON)
		s->arg[HARG_FILE] = m->swapped_on[0];
	if (s->op == HOP_RUN_ON)
		s->arg[HARG_CPU] = !world_cpu();
	if (s->op == HOP_SET && m->disabled)
		s->arg[HARG_PARAM] = param("enabled");
	else if (s->op == HOP_SET && !m->max_pool)
		s->arg[HARG_PARAM] = param("max_pool_percent");
	else if (s->op == HOP_SET && !ledger_pending_work() && one_in(seed, 4))
		s->arg[HARG_PARAM] = param("max_pool_percent") + 1;
}

bool history_next(const struct history_world *w, struct history *h, struct history_seed *seed)
{
	const struct model *m = w->st.priv->m;
	struct history_step *s = &h->steps[h->nr];

	if (h->nr == HISTORY_LENGTH)
		return false;
	*s = (struct history_step){ .op = choose_op(m, seed) };
	choose_args(w, h, s, seed);
	aim(m, s, seed);
	if (one_in(seed, switches_pool(s) ? 2 : 5))
		add_fault(w, s, seed);
	if (s->nr_faults && one_in(seed, 4))
		add_fault(w, s, seed);
	h->nr++;
	return true;
}
