// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A moment that many cases have in common.
 *
 * Cases that differ in nothing but their last fault are the same up to the phase
 * in which it strikes. The first of them leaves a mark when it comes there: a
 * second snapshot of the world, and with it the model, what the oracle remembers
 * and how far the faults are. The next ones begin at the mark.
 *
 * There is one mark, as cases are played in the order of their hits. Where what
 * comes before it is of interest itself (a profile of hits, a backtrace, the
 * blocks that are run) a case is played from its beginning.
 */
#include "story_private.h"

#include <string.h>

static bool may_mark(const struct story *st, const struct zcase *c)
{
	/* What the setup leaves in the story is made anew in one that boots. */
	return c->nr_faults && !st->whole && !story_boots(st) && !fault_followed();
}

/* Where a mark serves it. The third store has no beginning of its own. */
static enum phase phase_of(const struct zcase *c)
{
	enum phase phase = c->faults[c->nr_faults - 1].fault.phase;

	return phase == PHASE_RECOVER ? PHASE_RESTORE : phase;
}

static bool serves(const struct story_mark *mark, const struct zcase *c)
{
	return mark->valid && mark->phase == phase_of(c) && mark->before == c->nr_faults - 1u &&
	       !memcmp(mark->faults, c->faults, mark->before * sizeof(mark->faults[0]));
}

enum phase story_mark_resume(struct story *st, enum phase first)
{
	struct story_private *p = st->priv;
	const struct story_mark *mark = &p->mark;
	struct oracle *o = &p->oracle;

	if (!may_mark(st, o->c) || !serves(mark, o->c))
		return first;
	world_restore_midway();
	model_copy(p->m, mark->m);
	fault_progress_resume(&mark->progress);
	memcpy(o->v, &mark->v, offsetof(struct verdict, findings));
	oracle_go_on(o, &mark->memory);
	p->acted = mark->acted;
	p->refused_for_nothing = mark->refused_for_nothing;
	return mark->phase;
}

void story_mark_set(struct story *st, enum phase phase)
{
	struct story_private *p = st->priv;
	struct story_mark *mark = &p->mark;
	const struct oracle *o = &p->oracle;
	const struct zcase *c = o->c;

	if (phase <= PHASE_STORE || !may_mark(st, c) || phase != phase_of(c) ||
	    serves(mark, c) || o->v->nr_findings)
		return;
	mark->valid = !world_snapshot_midway();
	mark->phase = phase;
	mark->before = c->nr_faults - 1;
	memcpy(mark->faults, c->faults, mark->before * sizeof(mark->faults[0]));
	model_copy(mark->m, p->m);
	fault_progress_save(&mark->progress);
	memcpy(&mark->v, o->v, offsetof(struct verdict, findings));
	oracle_keep(o, &mark->memory);
	mark->acted = p->acted;
	mark->refused_for_nothing = p->refused_for_nothing;
}
