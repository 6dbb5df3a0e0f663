// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The shortest history that still shows the same defect. Whatever is left of one
 * is one too, so that steps are taken out first, as many at once as will go;
 * then faults; then what the steps say is made plainer. Each try is played in a
 * process of its own.
 */
#include "history_run.h"

#include <string.h>

#define MAX_TRIES	4000
#define MAX_SLOW	40	/* of those that the watchdog has to end, after seconds */
#define MAX_ROUNDS	6

/**
 * struct shrinking
 * @f: the best so far, and its verdict
 * @orig: the verdict to be shown again
 * @cand: what is tried next; @hv: what became of it
 * @max_tries: shorter ones that are tried at the most
 * @failed: the harness did
 */
struct shrinking {
	const struct history_options *opt;
	struct history_world *w;
	struct history_found *f;
	struct history_verdict orig, hv;
	struct history cand;
	unsigned int max_tries;
	bool failed;
	char *why;
	size_t size;
};

/*
 * At the same place, or with nothing that fails in that step: then that was never
 * what it took.
 */
static bool shows_it(const struct shrinking *x)
{
	const struct history_verdict *hv = &x->hv;

	if (hv->v.beyond && !x->orig.v.beyond)
		return false;
	if (history_same(hv, &x->orig))
		return true;
	return history_same_rule(hv, &x->orig) && !hv->nr_frames &&
	       !hv->v.findings[0].nr_frames && !x->orig.v.findings[0].nr_frames;
}

/* Is it still shown by @cand? Then that is the best so far, without what comes after. */
static bool try(struct shrinking *x)
{
	if (x->failed || x->f->tries >= x->max_tries)
		return false;
	x->f->tries++;
	if (history_try(x->opt, x->w, &x->cand, &x->hv, x->why, x->size)) {
		x->failed = true;
		return false;
	}
	if (!shows_it(x))
		return false;
	if (x->hv.at < x->cand.nr)
		x->cand.nr = x->hv.at + 1;
	x->f->history = x->cand;
	x->f->hv = x->hv;
	return true;
}

static struct history_step *again(struct shrinking *x, unsigned int i)
{
	x->cand = x->f->history;
	return &x->cand.steps[i];
}

/* ---- steps ------------------------------------------------------------- */

static bool try_without(struct shrinking *x, unsigned int first, unsigned int nr)
{
	struct history *h = &x->cand;

	again(x, 0);
	if (first + nr > h->nr)
		nr = h->nr - first;
	memmove(&h->steps[first], &h->steps[first + nr],
		(h->nr - first - nr) * sizeof(h->steps[0]));
	h->nr -= nr;
	return try(x);
}

/* From the end: later steps need earlier ones, not the other way round. */
static bool drop_steps(struct shrinking *x)
{
	unsigned int before = x->f->history.nr;

	for (unsigned int nr = before / 2 ? before / 2 : 1; nr; nr /= 2) {
		unsigned int end = x->f->history.nr;

		while (end) {
			unsigned int first = end > nr ? end - nr : 0;

			try_without(x, first, end - first);
			end = first < x->f->history.nr ? first : x->f->history.nr;
		}
	}
	return x->f->history.nr != before;
}

/* Two at once: what is turned off and on again, what is made and removed. */
static bool drop_pairs(struct shrinking *x)
{
	bool any = false;

	for (unsigned int i = 0; i < x->f->history.nr && x->f->history.nr <= 24; i++) {
		for (unsigned int k = i + 1; k < x->f->history.nr; k++) {
			struct history *h = &x->cand;

			again(x, 0);
			memmove(&h->steps[k], &h->steps[k + 1], (h->nr - k - 1) * sizeof(h->steps[0]));
			h->nr--;
			memmove(&h->steps[i], &h->steps[i + 1], (h->nr - i - 1) * sizeof(h->steps[0]));
			h->nr--;
			any |= try(x);
		}
	}
	return any;
}

/* ---- faults ------------------------------------------------------------ */

static bool drop_fault(struct shrinking *x, unsigned int i, unsigned int k)
{
	struct history_step *s = again(x, i);

	s->faults[k] = s->faults[s->nr_faults - 1];
	s->nr_faults--;
	return try(x);
}

/* Once, and at the first hit that will do. */
static bool plainer_fault(struct shrinking *x, unsigned int i, unsigned int k)
{
	bool any = false;

	if (x->f->history.steps[i].faults[k].persistent) {
		again(x, i)->faults[k].persistent = false;
		any = try(x);
	}
	for (uint32_t nth = 0; nth < x->f->history.steps[i].faults[k].nth; nth++) {
		again(x, i)->faults[k].nth = nth;
		if (try(x))
			return true;
	}
	return any;
}

/* Every step that is looked at may be gone when the next one is. */
static bool fewer_faults(struct shrinking *x)
{
	bool any = false;

	for (unsigned int i = 0; i < x->f->history.nr; i++) {
		for (unsigned int k = x->f->history.steps[i].nr_faults; k--;)
			any |= drop_fault(x, i, k);
		for (unsigned int k = 0; i < x->f->history.nr &&
		     k < x->f->history.steps[i].nr_faults; k++)
			any |= plainer_fault(x, i, k);
	}
	return any;
}

/* ---- arguments --------------------------------------------------------- */

static bool is_taken(const struct history_step *s, enum history_arg arg)
{
	return history_ops[s->op].args >> arg & 1;
}

/* The smallest value that will do, for this step alone. */
static bool plainer_arg(struct shrinking *x, unsigned int i, enum history_arg arg)
{
	for (int v = history_arg_min(arg); v < x->f->history.steps[i].arg[arg]; v = v ? 2 * v : 1) {
		again(x, i)->arg[arg] = v;
		if (try(x))
			return true;
	}
	return false;
}

/* A folio of a lower order, and whatever is done with its slots with those that it still has. */
static bool smaller_folio(struct shrinking *x, unsigned int i)
{
	const struct history_step *s = &x->f->history.steps[i];
	int lo = s->arg[HARG_SLOT] & ~((1 << s->arg[HARG_ORDER]) - 1), nr = 1 << s->arg[HARG_ORDER];

	for (int order = 0; s->op == HOP_STORE && order < s->arg[HARG_ORDER]; order++) {
		again(x, i)->arg[HARG_ORDER] = order;
		for (unsigned int k = 0; k < x->cand.nr; k++) {
			int at = x->cand.steps[k].arg[HARG_SLOT];

			if (is_taken(&x->cand.steps[k], HARG_SLOT) && at >= lo && at < lo + nr)
				x->cand.steps[k].arg[HARG_SLOT] = lo + at % (1 << order);
		}
		if (try(x))
			return true;
	}
	return false;
}

static bool plainer_args(struct shrinking *x)
{
	static const uint8_t args[] = {
		HARG_ORDER, HARG_NR, HARG_CG, HARG_PARENT, HARG_NODE, HARG_KEEP, HARG_PAGES,
	};
	bool any = false;

	for (unsigned int i = 0; i < x->f->history.nr; i++) {
		any |= smaller_folio(x, i);
		for (unsigned int a = 0; a < sizeof(args); a++) {
			if (i < x->f->history.nr && is_taken(&x->f->history.steps[i], args[a]))
				any |= plainer_arg(x, i, args[a]);
		}
	}
	return any;
}

/* Wherever slot or cgroup @from is meant, @to. */
static bool rename_all(struct shrinking *x, enum history_arg arg, int from, int to)
{
	bool any = false;

	again(x, 0);
	for (unsigned int i = 0; i < x->cand.nr; i++) {
		struct history_step *s = &x->cand.steps[i];

		if (is_taken(s, arg) && s->arg[arg] == from) {
			s->arg[arg] = to;
			any = true;
		}
		if (arg == HARG_CG && is_taken(s, HARG_PARENT) && s->arg[HARG_PARENT] == from)
			s->arg[HARG_PARENT] = to;
	}
	return any && try(x);
}

static bool renumber_cgs(struct shrinking *x)
{
	bool any = false;

	for (int from = 2; from <= HISTORY_CGS; from++) {
		for (int to = 1; to < from; to++)
			any |= rename_all(x, HARG_CG, from, to);
	}
	return any;
}

/* To the first slots of the same swap file, or of the first. */
static bool renumber_slots(struct shrinking *x)
{
	static const int8_t places[] = { 0, 1, 16, 2, 17, 32, 33, 48 };
	bool any = false;

	for (unsigned int i = 0; i < x->f->history.nr; i++) {
		for (unsigned int k = 0; k < sizeof(places); k++) {
			const struct history_step *s = &x->f->history.steps[i];

			if (!is_taken(s, HARG_SLOT) || s->arg[HARG_SLOT] <= places[k])
				break;
			if (rename_all(x, HARG_SLOT, s->arg[HARG_SLOT], places[k])) {
				any = true;
				break;
			}
			if (i >= x->f->history.nr)
				return any;
		}
	}
	return any;
}

/* The slots of a wide history in a narrow one. */
static int narrow_slot(int slot)
{
	if (slot >= HISTORY_SLOTS_WIDE)
		return HISTORY_SLOTS + slot - HISTORY_SLOTS_WIDE;
	return slot % HISTORY_SLOTS;
}

static bool narrow(struct shrinking *x)
{
	if (!x->f->history.wide)
		return false;
	again(x, 0);
	x->cand.wide = false;
	for (unsigned int i = 0; i < x->cand.nr; i++)
		x->cand.steps[i].arg[HARG_SLOT] = narrow_slot(x->cand.steps[i].arg[HARG_SLOT]);
	return try(x);
}

/* ---- all of it --------------------------------------------------------- */

int history_shrink(const struct history_options *opt, struct history_world *w,
		   struct history_found *f, char *why, size_t size)
{
	static struct shrinking x;
	bool any = true;

	x = (struct shrinking){ .opt = opt, .w = w, .f = f, .orig = f->hv, .why = why, .size = size };
	x.max_tries = strcmp(f->hv.v.findings[0].key, "no kernel call for long") ? MAX_TRIES : MAX_SLOW;
	again(&x, 0);
	/* It has to be shown once more, by itself. */
	if (!try(&x))
		return x.failed ? 3 : 0;
	for (unsigned int round = 0; any && round < MAX_ROUNDS; round++) {
		any = drop_steps(&x);
		any |= narrow(&x);
		any |= fewer_faults(&x);
		any |= plainer_args(&x);
		any |= renumber_cgs(&x);
		any |= renumber_slots(&x);
		if (!any)
			any = drop_pairs(&x);
	}
	/* What is beyond contract may have had nothing to do with it. */
	if (!f->within && !f->hv.v.beyond && f->histories)
		f->within = 1;
	return x.failed ? 3 : 0;
}
