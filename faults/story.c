// SPDX-License-Identifier: GPL-2.0-or-later
/* A story from its beginning to its verdict. */
#include "story_private.h"

#include "shim/subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Shim calls before a story is ended: ten times what it takes without a
 * fault. With a small folio that is less than what the shrink worker takes
 * to give up, which it does after sixteen failures each time it is woken.
 */
#define BUDGET_FACTOR	10
#define LEAST_BUDGET	500000ul
#define FIRST_BUDGET	2000000ul	/* of the fault-free run itself */

/* ---- what happens midway ----------------------------------------------- */

static void switch_pool(void *arg)
{
	struct story *st = arg;
	const char *other = strcmp(st->alg, "deflate") ? "deflate" : "deflate-iaa";

	if (!world_param_set("compressor", other))
		st->priv->m->alg = other;
	oracle_switched(&st->priv->oracle, st->priv->m->alg);
}

static void unplug_cpu(void *arg)
{
	struct story *st = arg;

	if (!world_cpu_down(0))
		st->priv->m->cpu_down = true;
}

/* ---- verdicts ---------------------------------------------------------- */

static void vacuous(struct verdict *v, const char *why)
{
	v->outcome = VACUOUS;
	snprintf(v->why_vacuous, sizeof(v->why_vacuous), "%s", why);
}

static bool took_large(const struct story *st, const struct verdict *v)
{
	for (unsigned int f = 0; f < scenario_folios(&st->scenario); f++) {
		if (v->stored >> f & 1 && scenario_folio_order(&st->scenario, f))
			return true;
	}
	return false;
}

static void conclude(const struct story *st, const struct zcase *c, struct verdict *v)
{
	const struct story_private *p = st->priv;

	v->fired = fault_fired();
	v->beyond |= scenario_beyond(&st->scenario);
	for (unsigned int i = 0; i < c->nr_faults; i++)
		v->beyond |= c->faults[i].beyond;

	if (v->nr_findings) {
		v->outcome = BROKEN;
	} else if (p->refuses && !took_large(st, v)) {
		vacuous(v, p->refuses);
		v->outcome = REFUSED;
	} else if (p->action && !p->quiet) {
		vacuous(v, "the store has no point at which another task could run");
		v->outcome = NOT_JUDGED;
	} else if (!c->nr_faults && story_has(st, V_UNDER_REUSED) && !p->acted) {
		vacuous(v, "writeback never came to the slot that is used again");
	} else if (p->cannot) {
		vacuous(v, p->cannot);
	} else if (p->refused_for_nothing && !c->nr_faults && !fault_injected()) {
		vacuous(v, "zswap refuses the folio with nothing made to fail");
	} else if (v->fired < c->nr_faults) {
		vacuous(v, "a fault did not fire");
	} else if (!p->oracle.asked) {
		vacuous(v, "zswap was never asked to store");
	} else if (v->excused) {
		vacuous(v, "the run without a fault breaks an invariant in the same way");
		v->outcome = NOT_JUDGED;
	} else {
		v->outcome = HELD;
	}
}

static void go_back(struct story *st)
{
	struct story_private *p = st->priv;

	world_restore();
	model_copy(p->m, p->start);
	world_set_budget(p->budget);
	fault_reset();
	p->acted = p->shrinks = p->refused_for_nothing = false;
	/* A story that ended early has left what it was waiting for. */
	story_end_moment();
}

static struct story *playing;

void story_playing(struct story *st)
{
	playing = st;
}

const struct finding *story_last_words(char step[FINDING_STEP])
{
	return playing ? oracle_last_words(&playing->priv->oracle, step) : NULL;
}

void story_play(struct story *st, const struct zcase *c, struct verdict *v)
{
	struct story_private *p = st->priv;
	struct fault faults[FAULT_MAX_PLAN];

	*v = p->setup;
	if (p->no_start) {
		conclude(st, c, v);
		return;
	}
	if (p->setup_ended) {
		v->outcome = BROKEN;
		return;
	}
	/* Told of the run without a fault, whose setup is the same. */
	if (c->nr_faults && p->oracle.baseline.nr_findings) {
		v->excused = oracle_letters(v);
		v->nr_findings = 0;
	}
	go_back(st);
	for (unsigned int i = 0; i < c->nr_faults; i++)
		faults[i] = c->faults[i].fault;
	if (fault_plan_set(faults, c->nr_faults)) {
		vacuous(v, "the fault cannot be planned: no such point, error or phase");
		return;
	}
	oracle_begin(&p->oracle, p->m, c, v);
	story_playing(st);
	story_play_phases(st);
	story_playing(NULL);
	conclude(st, c, v);
	story_end_moment();
	fault_plan_set(NULL, 0);
}

/* ---- opening ----------------------------------------------------------- */

static const struct zcase no_faults;

/* The setup is judged like a step; what is found there is in every verdict. */
static void judge_setup(struct story *st)
{
	struct story_private *p = st->priv;

	oracle_begin(&p->oracle, p->m, &no_faults, &p->setup);
	p->setup_ended = !story_step(st, story_setup, "setup", -1);
	model_copy(p->start, p->m);
}

static void find_middle(struct story *st)
{
	struct story_private *p = st->priv;

	if (story_has(st, V_POOL_SWITCHED) || story_has(st, V_POOL_SWITCHED_EARLY))
		p->action = switch_pool;
	if (!story_has(st, V_CPU_STAYS))
		p->action = unplug_cpu;
	/* There is one moment before the store, and none to be found. */
	p->quiet = story_has(st, V_POOL_SWITCHED_EARLY);
	if (!p->action || p->quiet)
		return;
	go_back(st);
	fault_phase(PHASE_STORE);
	world_call(step_count_quiet, st);
	p->quiet_at = p->quiet / 2;
}

/*
 * The run without a fault: what recovery is measured by, and the budget. A
 * run that is no good is a measure of nothing.
 */
static void profile(struct story *st)
{
	struct story_private *p = st->priv;
	struct verdict v;

	p->budget = FIRST_BUDGET;
	p->oracle.baseline.nr_findings = 0;
	find_middle(st);
	p->oracle.profile = true;
	story_play(st, &no_faults, &v);
	p->oracle.profile = false;
	if (!oracle_can_compare(&v)) {
		p->oracle.without.known = false;
		return;
	}
	p->oracle.baseline = v;
	p->budget = BUDGET_FACTOR * world_calls();
	if (p->budget < LEAST_BUDGET)
		p->budget = LEAST_BUDGET;
}

static bool has_large(const struct scenario *s)
{
	for (unsigned int f = 0; f < scenario_folios(s); f++) {
		if (scenario_folio_order(s, f))
			return true;
	}
	return false;
}

/*
 * What the subject does not claim to do. A large folio is offered all the
 * same; without memory cgroups there may be no scenario left to play.
 */
static void find_refusal(struct story *st)
{
	const struct subject_desc *desc = st->subject->desc;

	if (desc->no_memcg) {
		st->scenario.value[AXIS_MEMCG] = V_MEMCG_DISABLED;
		st->priv->no_start = scenario_excluded(&st->scenario);
	}
	if (st->priv->no_start)
		st->priv->refuses = "no memory cgroups";
	else if (desc->no_large && has_large(&st->scenario))
		st->priv->refuses = "no large folios";
}

int story_open(struct story *st, const struct scenario *s, const struct subject *subject,
	       const struct pages *pages, bool guard, char *why, size_t size)
{
	memset(st, 0, sizeof(*st));
	st->scenario = *s;
	st->subject = subject;
	st->pages = pages;
	st->priv = calloc(1, sizeof(*st->priv));
	if (!st->priv)
		goto nomem;
	st->priv->m = model_new();
	st->priv->start = model_new();
	st->priv->mark.m = model_new();
	if (!st->priv->m || !st->priv->start || !st->priv->mark.m)
		goto nomem;
	st->slots = st->priv->m->slots;

	find_refusal(st);
	if (st->priv->no_start)
		return 0;
	if (story_boot(st, guard, why, size))
		goto fail;
	oracle_booted(&st->priv->oracle);
	if (!story_boots(st))
		judge_setup(st);
	if (!st->priv->setup_ended) {
		if (world_snapshot())
			goto nomem;
		profile(st);
	}
	st->nr_slots = st->priv->m->nr_slots;
	return 0;

nomem:
	snprintf(why, size, "no memory for a story");
fail:
	story_close(st);
	return -1;
}

void story_close(struct story *st)
{
	if (st->priv) {
		free(st->priv->m);
		free(st->priv->start);
		free(st->priv->mark.m);
	}
	free(st->priv);
	memset(st, 0, sizeof(*st));
}
