// SPDX-License-Identifier: GPL-2.0-or-later
/* Zswap set up and swap files turned on: with nothing failing, or as a part of the story. */
#include "story_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* As nearly all swap files do, they end in the middle of a tree. */
#define SWAP_PAGES	(TREE_PAGES + TREE_PAGES / 2)

const char *story_compressor(const struct story *st, bool other)
{
	return story_has(st, V_COMPRESSOR_BATCHING) != other ? "deflate-iaa" : "deflate";
}

/* To have no pool at all, none may be created at boot, the default one neither. */
static const struct fault no_pool[] = {
	{ FP_ZPOOL_CREATE_POOL, PHASE_BOOT, .persistent = true, .error = -ENOMEM },
	{ FP_ZS_CREATE_POOL, PHASE_BOOT, .persistent = true, .error = -ENOMEM },
};
#define NO_POOL	(sizeof(no_pool) / sizeof(no_pool[0]))

static void choose_params(struct story *st)
{
	struct story_private *p = st->priv;

	st->alg = story_compressor(st, false);
	snprintf(p->compressor_param, sizeof(p->compressor_param), "compressor=%s", st->alg);
	p->params[0] = p->compressor_param;
	p->params[1] = "zpool=zsmalloc";
	p->params[2] = story_has(st, V_SETUP_LATE) ? "enabled=0" : "enabled=1";
	p->params[3] = "shrinker_enabled=1";
}

int story_boot(struct story *st, bool guard, char *why, size_t size)
{
	const struct world_config config = {
		.cpus_possible = 2,
		.cpus_online = 2,
		.memcg_disabled = story_has(st, V_MEMCG_DISABLED),
		.guard = guard,
		.params = st->priv->params,
		.before_initcalls = story_has(st, V_SETUP_BOOT),
	};
	int ret;

	choose_params(st);
	fault_reset();
	fault_phase(PHASE_BOOT);
	if (fault_plan_set(no_pool, story_has(st, V_POOL_NONE) ? NO_POOL : 0)) {
		snprintf(why, size, "libfiu refused a fault point of pools");
		return -1;
	}
	ret = world_boot(&config, st->subject);
	fault_plan_set(NULL, 0);
	fault_phase(PHASE_SETUP);
	if (ret == -2) {
		snprintf(why, size, "the simulated machine does not boot: %s", strerror(errno));
		return -1;
	}
	if (ret)
		st->priv->cannot = "an initcall failed or had to be ended";
	return 0;
}

/* ---- as steps of the story --------------------------------------------- */

void step_boot(void *arg)
{
	struct story *st = arg;

	if (story_has(st, V_SETUP_BOOT))
		world_initcalls(st->priv->params);
	else
		world_param_set("enabled", "Y");
	oracle_set_up(&st->priv->oracle);
}

static bool swapon(struct story *st, int type)
{
	struct model *m = st->priv->m;

	m->swapped_on[type] = !world_swapon(type, SWAP_PAGES);
	return m->swapped_on[type];
}

void step_swapon(void *arg)
{
	struct story *st = arg;
	int type = st->priv->arg;
	unsigned long kmalloc = ledger_kmalloc_live();

	if (!swapon(st, type))
		oracle_swapon_failed(&st->priv->oracle, type, kmalloc);
}

bool story_swapon_rest(struct story *st)
{
	for (int type = 0; type < 2; type++) {
		if (!st->priv->m->swapped_on[type] && !swapon(st, type))
			return false;
	}
	return true;
}

/*
 * The administrator tries again, in the order in which it can work: the
 * first of the two strings may be all that was missing. What comes of a try
 * that fails is told when a pool that it made has gone.
 */
void step_set_up_again(void *arg)
{
	struct story *st = arg;

	world_param_set("zpool", "zsmalloc");
	world_param_set("compressor", st->alg);
	world_param_set("enabled", "Y");
	world_rcu_barrier();
	world_run_work();
	oracle_set_up(&st->priv->oracle);
}
