// SPDX-License-Identifier: GPL-2.0-or-later
/* The other steps of a history, the table of all, and how it ends. */
#include "history_private.h"

#include <stdlib.h>
#include <string.h>

#include "shim/subject.h"

/* ---- writeback --------------------------------------------------------- */

static bool do_shrinker(struct history_world *w)
{
	const struct model *m = model_of(w);
	struct mem_cgroup *memcg = memcg_of(m, charged_to(m, arg(w, HARG_CG)));

	if (w->step->op == HOP_SCAN)
		world_scan(memcg, arg(w, HARG_NODE), arg(w, HARG_NR));
	else
		world_shrink(memcg, arg(w, HARG_NODE), arg(w, HARG_NR));
	/* Only what was written back shows that it did something. */
	return false;
}

static bool do_work(struct history_world *w)
{
	bool pending = ledger_pending_work() + ledger_rcu_pending();

	story_run_work();
	model_of(w)->shrinker_ran = true;
	return pending;
}

/* ---- parameters and limits --------------------------------------------- */

static void note_param(struct model *m, const struct history_param *p)
{
	if (!strcmp(p->name, "enabled"))
		m->disabled = p->value[0] == 'N';
	else if (!strcmp(p->name, "compressor"))
		m->alg = p->value;
	else if (!strcmp(p->name, "max_pool_percent"))
		m->max_pool = strtoul(p->value, NULL, 10);
	else if (!strcmp(p->name, "accept_threshold_percent"))
		m->accept = strtoul(p->value, NULL, 10);
}

static bool do_set(struct history_world *w)
{
	const struct history_param *p = &history_params[arg(w, HARG_PARAM)];
	char before[64] = "";

	if (world_param_get(p->name, before, sizeof(before)))
		return false;
	if (world_param_set(p->name, p->value)) {
		oracle_param_refused(&w->st.priv->oracle, p->name, p->value);
		return true;
	}
	note_param(model_of(w), p);
	if (!strcmp(p->name, "compressor"))
		oracle_switched(&w->st.priv->oracle, p->value);
	before[strcspn(before, "\n")] = '\0';
	return strcmp(before, p->value);
}

static bool do_limit(struct history_world *w)
{
	struct model *m = model_of(w);
	uint64_t max = history_max(arg(w, HARG_MAX));
	int cg = arg(w, HARG_CG);

	if (!history_cg_online(m, cg) || m->cg[cg].zswap_max == max)
		return false;
	story_set_zswap_max(m, cg, max);
	return true;
}

static bool do_allow(struct history_world *w)
{
	struct model *m = model_of(w);
	int cg = arg(w, HARG_CG);

	/* The first of the two words is yes. */
	if (!history_cg_online(m, cg) || m->cg[cg].no_writeback == arg(w, HARG_ALLOWED))
		return false;
	story_set_writeback(m, cg, !arg(w, HARG_ALLOWED));
	return true;
}

bool history_cg_free(const struct model *m, int cg)
{
	for (unsigned int i = 0; i < m->nr_slots; i++) {
		if (m->slots[i].cg == cg)
			return false;
	}
	for (unsigned int f = 0; f < m->nr_folios; f++) {
		if (m->folios[f].cg == cg)
			return false;
	}
	for (int below = CG_ROOT + 1; below < CG_NR; below++) {
		if (m->cg[below].memcg && m->cg[below].parent == cg && below != cg)
			return false;
	}
	return !history_cg_online(m, cg);
}

/* Those above a dead one are remembered until nothing is charged to it. */
static void forget_dead(struct model *m)
{
	for (int cg = CG_NR - 1; cg > CG_ROOT; cg--) {
		for (int c = CG_ROOT + 1; c < CG_NR; c++) {
			if (m->cg[c].memcg && history_cg_free(m, c))
				m->cg[c].memcg = NULL;
		}
	}
}

static bool do_mkcg(struct history_world *w)
{
	struct model *m = model_of(w);
	int cg = arg(w, HARG_CG), parent = arg(w, HARG_PARENT);

	forget_dead(m);
	if (cg == CG_ROOT || w->st.subject->desc->no_memcg || !history_cg_free(m, cg))
		return false;
	story_create_cg(m, cg, history_cg_online(m, parent) ? parent : CG_ROOT);
	return true;
}

static bool do_rmcg(struct history_world *w)
{
	struct model *m = model_of(w);
	int cg = arg(w, HARG_CG);

	if (!history_cg_online(m, cg))
		return false;
	world_memcg_rmdir(m->cg[cg].memcg);
	for (int below = CG_ROOT + 1; below < CG_NR; below++) {
		if (m->cg[below].memcg && model_cg_below(m, below, cg))
			m->cg[below].online = false;
	}
	return true;
}

/* ---- CPUs and swap files ----------------------------------------------- */

static bool do_cpu(struct history_world *w)
{
	unsigned int cpu = arg(w, HARG_CPU);
	int before = world_cpu();

	switch (w->step->op) {
	case HOP_RUN_ON:
		return before != cpu && !world_run_on(cpu);
	case HOP_CPU_DOWN:
		return !world_cpu_down(cpu);
	default:
		/* Where it fails it was tried. */
		return !world_cpu_up(cpu) || fault_injected();
	}
}

static bool do_swapoff(struct history_world *w)
{
	struct model *m = model_of(w);
	int type = arg(w, HARG_FILE);

	if (!m->swapped_on[type])
		return false;
	history_read_and_free(w, type);
	world_swapoff(type);
	m->swapped_on[type] = false;
	return true;
}

static bool do_swapon(struct history_world *w)
{
	int type = arg(w, HARG_FILE);

	if (model_of(w)->swapped_on[type])
		return false;
	w->st.priv->arg = type;
	step_swapon(&w->st);
	return true;
}

/* ---- the table --------------------------------------------------------- */

static bool (*const does[HOP_NR])(struct history_world *w) = {
	[HOP_STORE] = history_store, [HOP_REDIRTY] = history_redirty, [HOP_WRITEOUT] = history_writeout,
	[HOP_BATCH] = history_batch, [HOP_RECLAIM] = history_reclaim, [HOP_LOAD] = history_load,
	[HOP_FREE] = history_free, [HOP_SCAN] = do_shrinker, [HOP_SHRINK] = do_shrinker,
	[HOP_WORK] = do_work, [HOP_SET] = do_set, [HOP_LIMIT] = do_limit,
	[HOP_WRITEBACK] = do_allow, [HOP_MKCG] = do_mkcg, [HOP_RMCG] = do_rmcg,
	[HOP_MOVE] = history_move, [HOP_RUN_ON] = do_cpu, [HOP_CPU_DOWN] = do_cpu,
	[HOP_CPU_UP] = do_cpu, [HOP_SWAPOFF] = do_swapoff, [HOP_SWAPON] = do_swapon,
};

void history_do(void *arg)
{
	struct history_world *w = arg;

	w->did = does[w->step->op](w);
}

void history_drain(void *arg)
{
	struct history_world *w = arg;

	for (int type = 0; type < 2; type++)
		history_read_and_free(w, type);
}

/* The machine as it was after boot. */
void history_undo(void *arg)
{
	struct history_world *w = arg;
	struct model *m = model_of(w);

	for (int type = 0; type < 2; type++) {
		world_swapoff(type);
		m->swapped_on[type] = false;
	}
	for (unsigned int cpu = 0; cpu < 2; cpu++)
		world_cpu_up(cpu);
	/* The first value of each parameter is that of the boot. */
	for (unsigned int i = nr_history_params; i--;) {
		if (i && !strcmp(history_params[i].name, history_params[i - 1].name))
			continue;
		if (w->has_param[i] && !world_param_set(history_params[i].name, history_params[i].value))
			note_param(m, &history_params[i]);
	}
	story_remove_cgs(m);
	story_run_work();
}
