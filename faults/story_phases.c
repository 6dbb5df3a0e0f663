// SPDX-License-Identifier: GPL-2.0-or-later
/* The phases of a story, one after the other. */
#include "story_private.h"

/* ---- a step ------------------------------------------------------------ */

static void judge(void *arg)
{
	oracle_judge(arg);
}

static void judge_end(void *arg)
{
	oracle_final(arg);
}

/*
 * One step; false when it was ended early, and with it the story. The oracle
 * is contained as well: it follows lists that the subject may have ruined.
 */
bool story_step(struct story *st, void (*fn)(void *), const char *name, int slot)
{
	struct oracle *o = &st->priv->oracle;
	enum world_end end;

	st->priv->arg = slot;
	oracle_step(o, name, slot);
	end = world_call(fn, st);
	if (end == WORLD_RETURNED)
		end = world_call(judge, o);
	if (end != WORLD_RETURNED)
		oracle_ended(o, end);
	return end == WORLD_RETURNED;
}

bool story_judge_end(struct story *st)
{
	struct oracle *o = &st->priv->oracle;
	enum world_end end = world_call(judge_end, o);

	if (end != WORLD_RETURNED)
		oracle_ended(o, end);
	return end == WORLD_RETURNED;
}

/*
 * To protect each page that is freed takes longer than the rest of a large story:
 * there it ends with the phase of the last fault, and in the run that is only to
 * compare with, with the store. What follows goes page by page, as in a small one;
 * and after two faults as after one.
 */
static bool is_past_faults(const struct oracle *o, enum phase phase)
{
	const struct zcase *c = o->c;

	for (unsigned int i = 0; i < c->nr_faults; i++) {
		if (c->faults[i].fault.phase >= phase || c->faults[i].fault.persistent)
			return false;
	}
	return c->nr_faults || o->profile;
}

static bool is_large(const struct story *st)
{
	return scenario_pages(&st->scenario) > STORY_GUARDED || st->priv->oracle.c->nr_faults > 1;
}

static void enter_phase(struct story *st, enum phase phase)
{
	fault_phase(phase);
	if (phase > PHASE_STORE && is_large(st) && is_past_faults(&st->priv->oracle, phase))
		world_guard_no_more();
}

/* ---- what is done in a phase ------------------------------------------- */

/* What a plain story does once, before its snapshot. */
static bool play_boot(struct story *st)
{
	struct story_private *p = st->priv;

	p->cannot = NULL;
	if (!story_step(st, step_boot, "boot", -1) ||
	    !story_step(st, step_swapon, "swapon", 0) || !story_step(st, step_swapon, "swapon", 1))
		return false;
	fault_phase(PHASE_SETUP);
	return story_step(st, story_setup, "setup", -1) && !p->cannot;
}

static bool play_store(struct story *st)
{
	struct story_private *p = st->priv;
	struct oracle *o = &p->oracle;

	if (!story_step(st, step_store, "store", -1))
		return false;
	o->v->stored = oracle_stored(o);
	p->refused_for_nothing = oracle_unexpected_refusal(o);
	if (o->profile)
		o->baseline_stored = o->v->stored;
	return true;
}

static bool play_load(struct story *st)
{
	struct story_private *p = st->priv;

	for (unsigned int i = 0; i < p->nr_loads; i++) {
		if (!story_step(st, step_load, "load slot", p->loads[i]))
			return false;
	}
	/* The folio is in the swap cache for good where zswap and the file refused it. */
	return p->m->folios[0].folio || story_step(st, step_reclaim, "reclaim slot", 0);
}

static bool play_invalidate(struct story *st)
{
	return story_step(st, step_invalidate, "invalidate", -1);
}

static bool play_writeback(struct story *st)
{
	return (!st->priv->m->cpu_down || story_step(st, step_plug, "plug the CPU", -1)) &&
	       story_step(st, step_writeback, "writeback", -1) &&
	       story_step(st, step_read_all, "read all", -1);
}

static bool has_failed_reads(const struct model *m)
{
	for (unsigned int i = 0; i < m->nr_slots; i++) {
		if (m->slots[i].failed)
			return true;
	}
	return false;
}

static bool has_to_be_put_right(const struct story *st)
{
	const struct model *m = st->priv->m;

	return m->cpu_down || m->alg != st->alg ||
	       st->scenario.value[AXIS_ZSWAP] != axes[AXIS_ZSWAP].first ||
	       st->scenario.value[AXIS_POOL] != axes[AXIS_POOL].first ||
	       st->scenario.value[AXIS_REJECTED] != axes[AXIS_REJECTED].first ||
	       st->scenario.value[AXIS_OBJCG] != axes[AXIS_OBJCG].first;
}

static bool store_again(struct story *st)
{
	struct story_private *p = st->priv;

	if (has_failed_reads(p->m) && !story_step(st, step_read_again, "read again", -1))
		return false;
	return story_step(st, step_free_all, "free all", -1) &&
	       (!oracle_lacks(&p->oracle) ||
		story_step(st, step_set_up_again, "set up again", -1)) &&
	       (!has_to_be_put_right(st) || story_step(st, step_put_right, "put right", -1)) &&
	       story_step(st, step_store_again, "store again", -1) &&
	       story_step(st, step_load_again, "load again", -1);
}

/*
 * Where something fails in the second store, it says nothing of recovery, and
 * there is a third.
 */
static bool play_restore(struct story *st)
{
	struct oracle *o = &st->priv->oracle;

	oracle_restores(o);
	if (!store_again(st))
		return false;
	if (!o->c->nr_faults || !oracle_disturbed(o))
		return true;
	enter_phase(st, PHASE_RECOVER);
	return store_again(st);
}

static bool play_teardown(struct story *st)
{
	return story_step(st, step_teardown, "teardown", -1) && story_judge_end(st);
}

/* ---- all of them ------------------------------------------------------- */

static const struct chapter {
	enum phase phase;
	bool (*play)(struct story *st);
} chapters[] = {
	{ PHASE_BOOT, play_boot },
	{ PHASE_STORE, play_store },
	{ PHASE_LOAD, play_load },
	{ PHASE_INVALIDATE, play_invalidate },
	{ PHASE_WRITEBACK, play_writeback },
	{ PHASE_RESTORE, play_restore },
	{ PHASE_TEARDOWN, play_teardown },
};
#define CHAPTERS	(sizeof(chapters) / sizeof(chapters[0]))

void story_play_phases(struct story *st)
{
	enum phase from = story_boots(st) ? PHASE_BOOT : PHASE_STORE;

	from = story_mark_resume(st, from);
	for (unsigned int i = 0; i < CHAPTERS; i++) {
		if (chapters[i].phase < from)
			continue;
		story_mark_set(st, chapters[i].phase);
		enter_phase(st, chapters[i].phase);
		if (!chapters[i].play(st))
			break;
	}
}
