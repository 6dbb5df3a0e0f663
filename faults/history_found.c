// SPDX-License-Identifier: GPL-2.0-or-later
/* What histories show, as defects: which findings are of one, and which history stands for it. */
#include "history_run.h"

#include <string.h>

/* ---- which findings are one -------------------------------------------- */

/* What steps do alike: defects are of these. */
static unsigned int kind_of(uint8_t op)
{
	switch (op) {
	case HOP_WRITEOUT:
	case HOP_BATCH:
	case HOP_RECLAIM:
		return HOP_STORE;
	case HOP_SHRINK:
	case HOP_WORK:
		return HOP_SCAN;
	case HOP_SWAPOFF:
		return HOP_LOAD;
	default:
		return op;
	}
}

static bool same_frames(void *const *a, int nr_a, void *const *b, int nr_b)
{
	/* The shim function, who called it, and who called that. */
	int nr = nr_a < nr_b ? nr_a : nr_b;

	if (nr > 3)
		nr = 3;
	if (nr < 3 && nr_a != nr_b)
		return false;
	return !nr || !memcmp(a, b, nr * sizeof(*a));
}

/* Of what an operation does as a whole it makes no difference which of its calls failed. */
static bool is_of_its_operation(const struct finding *f)
{
	return f->letter == 'S' || f->letter == 'A';
}

/* What the shim saw has a place of its own, whatever step led there. */
bool history_same_rule(const struct history_verdict *a, const struct history_verdict *b)
{
	const struct finding *f = &a->v.findings[0], *g = &b->v.findings[0];

	return a->v.nr_findings && b->v.nr_findings && finding_same_rule(f, g) &&
	       (kind_of(a->op) == kind_of(b->op) || (f->nr_frames && g->nr_frames));
}

bool history_same(const struct history_verdict *a, const struct history_verdict *b)
{
	const struct finding *f = &a->v.findings[0], *g = &b->v.findings[0];

	if (!history_same_rule(a, b))
		return false;
	if (is_of_its_operation(f))
		return true;
	if (f->nr_frames || g->nr_frames)
		return same_frames(f->frames, f->nr_frames, g->frames, g->nr_frames);
	return same_frames(a->frames, a->nr_frames, b->frames, b->nr_frames);
}

/* ---- collecting -------------------------------------------------------- */

static bool is_one(const struct history_found *a, const struct history_found *b)
{
	/* Once they are shrunk, by the functions that are named: see defects.h. */
	if (a->shrunk && b->shrunk)
		return history_same_rule(&a->hv, &b->hv) && !strcmp(a->place, b->place);
	return history_same(&a->hv, &b->hv);
}

static struct history_found *find_found(struct history_found *found, unsigned int nr,
					const struct history_found *f)
{
	for (unsigned int i = 0; i < nr; i++) {
		if (is_one(&found[i], f))
			return &found[i];
	}
	return NULL;
}

/* @a is to stand for what @b shows as well. */
static bool shows_better(const struct history_found *a, const struct history_found *b)
{
	if (!a->within != !b->within)
		return a->within;
	return a->index < b->index;
}

void history_found_add(struct history_result *r, const struct history_found *f)
{
	struct history_found *d = find_found(r->found, r->nr_found, f);
	unsigned long histories, within;

	if (!d && r->nr_found == HISTORY_FOUND) {
		r->not_kept++;
		return;
	}
	if (!d) {
		r->found[r->nr_found++] = *f;
		return;
	}
	/* Protected pages are asked for what plain ones do not show. */
	if (d->guard != f->guard) {
		if (d->guard)
			*d = *f;
		return;
	}
	histories = d->histories + f->histories;
	within = d->within + f->within;
	if (shows_better(f, d))
		*d = *f;
	d->histories = histories;
	d->within = within;
}

void history_distinct(const struct history_found *f, struct distinct *d)
{
	const struct history_verdict *hv = &f->hv;
	const struct history_step *s = hv->op < HOP_NR ? &f->history.steps[hv->at] : NULL;

	memset(d, 0, sizeof(*d));
	d->finding = hv->v.findings[0];
	d->cases = f->histories;
	d->within = f->within;
	d->crash = hv->crash;
	d->guard_only = f->guard;
	memcpy(d->died, hv->died, sizeof(d->died));
	d->nr_frames = hv->nr_frames;
	memcpy(d->frames, hv->frames, sizeof(d->frames));
	for (unsigned int i = 0; s && i < s->nr_faults; i++)
		d->first.faults[d->first.nr_faults++].fault = s->faults[i];
}

/* What turned out to be one defect when it was shrunk. */
void history_found_merge(struct history_result *r, bool shrunk)
{
	unsigned int nr = r->nr_found;
	struct distinct d;

	r->nr_found = 0;
	for (unsigned int i = 0; i < nr; i++) {
		struct history_found f = r->found[i];

		history_distinct(&f, &d);
		defect_find_place(&d, f.place, sizeof(f.place));
		f.shrunk = shrunk;
		history_found_add(r, &f);
	}
}
