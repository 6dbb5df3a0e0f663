// SPDX-License-Identifier: GPL-2.0-or-later
/* A world for histories, and one history from its first step to its verdict. */
#include "history.h"

#include <stdlib.h>
#include <string.h>

#include "pages.h"
#include "shim/subject.h"
#include "story_private.h"

/*
 * Memory, and so the limit of the pools, is so small that a few folios come up
 * against it; a wide history has to have more folios for that.
 */
#define TOTALRAM	256
#define STEP_BUDGET	500000ul	/* of shim calls, far more than any step takes */

/*
 * The slots of the first swap file lie across the border of two leaves, those of
 * the second across that of two trees.
 */
#define FIRST_PLACE	(1024ul + 48)
#define FIRST_WIDE	1024ul
#define SECOND_PLACE	(TREE_PAGES - HISTORY_SLOTS / 2)

/* ---- the world --------------------------------------------------------- */

static void place_slots(struct model *m, bool wide)
{
	unsigned int nr = wide ? HISTORY_SLOTS_WIDE : HISTORY_SLOTS;

	for (unsigned int i = 0; i < nr; i++)
		model_add_slot(m, 0, (wide ? FIRST_WIDE : FIRST_PLACE) + i, false);
	for (unsigned int i = 0; i < HISTORY_SLOTS; i++)
		model_add_slot(m, 1, SECOND_PLACE + i, false);
}

/*
 * Pages that are the same everywhere, or a history would not be: how they compress
 * decides when a pool is full.
 */
static void choose_pages(struct history_world *w, const struct pages *pages)
{
	for (unsigned int k = 0; k < HISTORY_PAGES; k++)
		w->pages[k] = pages ? pages->real[k % pages->nr] : pages_generated(k);
}

static void find_params(struct history_world *w)
{
	char value[64];

	for (unsigned int i = 0; i < nr_history_params; i++)
		w->has_param[i] = !world_param_get(history_params[i].name, value, sizeof(value));
}

static void set_up(void *arg)
{
	struct history_world *w = arg;
	struct story *st = &w->st;

	world_set_totalram(TOTALRAM);
	st->priv->m->totalram = TOTALRAM;
	st->priv->m->max_pool = 20;
	st->priv->m->accept = 90;
	st->priv->m->alg = st->alg;
	if (!story_swapon_rest(st))
		st->priv->cannot = "swapon failed";
	if (!st->subject->desc->no_memcg)
		model_add_cg(st->priv->m, CG_ROOT, CG_NONE, world_memcg_root(), NULL);
	find_params(w);
}

static int open_world(struct history_world *w, bool guard, char *why, size_t size)
{
	struct story_private *p = w->st.priv;

	if (story_boot(&w->st, guard, why, size))
		return -1;
	oracle_booted(&p->oracle);
	w->has_zpool = fault_hits(FP_ZPOOL_CREATE_POOL, PHASE_BOOT);
	if (world_call(set_up, w) != WORLD_RETURNED)
		p->cannot = world_end_text();
	if (p->cannot) {
		snprintf(why, size, "no histories of this subject: %s", p->cannot);
		return -1;
	}
	for (unsigned int wide = 0; wide < 2; wide++) {
		model_copy(w->start[wide], p->m);
		place_slots(w->start[wide], wide);
	}
	if (!world_snapshot())
		return 0;
	snprintf(why, size, "no memory for a snapshot");
	return -1;
}

int history_open(struct history_world *w, const struct subject *subject,
		 const struct pages *pages, bool guard, char *why, size_t size)
{
	memset(w, 0, sizeof(*w));
	scenario_default(&w->st.scenario);
	if (subject->desc->no_memcg)
		w->st.scenario.value[AXIS_MEMCG] = V_MEMCG_DISABLED;
	w->st.subject = subject;
	w->st.pages = pages;
	w->st.priv = calloc(1, sizeof(*w->st.priv));
	w->start[0] = model_new();
	w->start[1] = model_new();
	if (w->st.priv)
		w->st.priv->m = model_new();
	snprintf(why, size, "no memory for histories");
	choose_pages(w, pages);
	if (w->st.priv && w->st.priv->m && w->start[0] && w->start[1] &&
	    !open_world(w, guard, why, size)) {
		why[0] = '\0';
		fault_trace(true);
		return 0;
	}
	history_close(w);
	return -1;
}

void history_close(struct history_world *w)
{
	fault_trace(false);
	if (w->st.priv)
		free(w->st.priv->m);
	free(w->st.priv);
	free(w->start[0]);
	free(w->start[1]);
	memset(w, 0, sizeof(*w));
}

/* ---- faults ------------------------------------------------------------ */

/* A fault strikes now that no kernel could meet in this state? */
static void watch_beyond(const struct fault_hit *hit, void *arg)
{
	struct history_world *w = arg;

	for (unsigned int i = 0; hit->beyond && i < w->step->nr_faults; i++) {
		const struct fault *f = &w->step->faults[i];

		w->hv->v.beyond |= f->point == hit->point &&
			     (f->persistent ? hit->nth >= f->nth : hit->nth == f->nth);
	}
}

static bool may_be_beyond(const struct history_step *s)
{
	for (unsigned int i = 0; i < s->nr_faults; i++) {
		if (!fault_points[s->faults[i].point].within)
			return true;
	}
	return false;
}

/* Each step counts its hits from 0, in the phase of the store: nothing of a history is recovery. */
static void plan(struct history_world *w, const struct history_step *s)
{
	unsigned int nr = s ? s->nr_faults : 0;

	if (nr || w->planned)
		fault_plan_set(nr ? s->faults : NULL, nr);
	w->planned = nr;
	w->c.nr_faults = nr;
	for (unsigned int i = 0; i < nr; i++)
		w->c.faults[i].fault = s->faults[i];
	fault_reset();
	fault_phase(PHASE_STORE);
	fault_observe(s && may_be_beyond(s) ? watch_beyond : NULL, w);
}

/* ---- counts ------------------------------------------------------------ */

void history_count(struct history_counts *sum, const struct history_counts *more)
{
	const unsigned long *from = (const unsigned long *)more;
	unsigned long *to = (unsigned long *)sum;

	_Static_assert(offsetof(struct history_counts, checked) % sizeof(*to) == 0, "only longs before");
	for (size_t i = 0; i < offsetof(struct history_counts, checked) / sizeof(*to); i++)
		to[i] += from[i];
	sum->checked |= more->checked;
	sum->not_seen |= more->not_seen;
}

static void count_step(struct history_world *w, const struct history_step *s, unsigned long wb)
{
	struct history_counts *c = &w->hv->counts;
	const struct model *m = w->st.priv->m;

	w->did |= m->wb != wb;
	c->written_back += m->wb - wb;
	(w->did ? c->done : c->idle)[s->op]++;
	for (unsigned int i = 0; i < s->nr_faults; i++) {
		c->planned[s->faults[i].point]++;
		c->fired[s->faults[i].point] += fault_fired_n(i);
	}
}

/* ---- playing ----------------------------------------------------------- */

static void go_back(struct history_world *w, const struct history *h)
{
	struct story_private *p = w->st.priv;

	world_restore();
	model_copy(p->m, w->start[h->wide]);
	world_set_budget(0);
	plan(w, NULL);
}

/* False: the history is over, there is something found. */
static bool play_step(struct history_world *w, const struct history_step *s,
		      struct history_verdict *hv)
{
	struct story_private *p = w->st.priv;
	unsigned long wb = p->m->wb;

	w->step = s;
	w->did = false;
	plan(w, s);
	p->oracle.baseline_stored = 0;
	world_set_budget(world_calls() + STEP_BUDGET);
	hv->op = s->op;
	story_step(&w->st, history_do, history_ops[s->op].name,
		   history_ops[s->op].args >> HARG_SLOT & 1 ? s->arg[HARG_SLOT] : -1);
	count_step(w, s, wb);
	hv->did[hv->at] = w->did;
	hv->v.fired += fault_fired();
	return !hv->v.nr_findings;
}

/* Nothing fails any more, and everything goes. */
static void play_end(struct history_world *w, struct history_verdict *hv)
{
	hv->op = HOP_NR;
	w->step = NULL;
	plan(w, NULL);
	world_set_budget(world_calls() + STEP_BUDGET);
	if (!story_step(&w->st, history_drain, "free all", -1) || hv->v.nr_findings)
		return;
	fault_phase(PHASE_TEARDOWN);
	if (story_step(&w->st, history_undo, "teardown", -1) && !hv->v.nr_findings)
		story_judge_end(&w->st);
}

static void conclude(struct history_world *w, struct history_verdict *hv)
{
	struct verdict *v = &hv->v;

	hv->counts.checked = v->checked;
	hv->counts.not_seen = v->not_seen;
	v->outcome = v->nr_findings ? BROKEN : HELD;
	if (v->nr_findings) {
		hv->nr_frames = fault_frames(hv->frames, FAULT_FRAMES);
	} else if (!w->st.priv->oracle.asked) {
		v->outcome = VACUOUS;
		snprintf(v->why_vacuous, sizeof(v->why_vacuous), "zswap was never asked to store");
	}
}

void history_play(struct history_world *w, struct history *h, struct history_seed *seed,
		  struct history_verdict *hv)
{
	struct story_private *p = w->st.priv;

	memset(hv, 0, sizeof(*hv));
	hv->counts.histories = 1;
	w->hv = hv;
	go_back(w, h);
	oracle_begin(&p->oracle, p->m, &w->c, &hv->v);
	story_playing(&w->st);
	for (hv->at = 0; hv->at < h->nr || (seed && history_next(w, h, seed)); hv->at++) {
		if (!play_step(w, &h->steps[hv->at], hv))
			break;
	}
	if (!hv->v.nr_findings)
		play_end(w, hv);
	story_playing(NULL);
	conclude(w, hv);
	plan(w, NULL);
}
