// SPDX-License-Identifier: GPL-2.0-or-later
/* The fault space of a scenario: profile it, and list every case there is. */
#include "space.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct zcase single_fault(const struct space *sp, unsigned long hit, int error,
				 bool persistent)
{
	return (struct zcase){
		.scenario = sp->story->scenario,
		.nr_faults = 1,
		.faults[0] = trail_fault(&sp->trail, hit, error, persistent),
	};
}

/* Into @cases, or with NULL only how many; a persistent case follows its once. */
static unsigned long enumerate(const struct space *sp, struct zcase *cases)
{
	unsigned long n = 0;

	for (unsigned long i = 0; i < sp->trail.nr; i++) {
		if (!space_faults(&sp->story->scenario, sp->trail.hits[i].phase))
			continue;
		for (const int *e = fault_points[sp->trail.hits[i].point].errors; *e; e++, n += 2) {
			if (!cases)
				continue;
			cases[n] = single_fault(sp, i, *e, false);
			cases[n + 1] = single_fault(sp, i, *e, true);
		}
	}
	return n;
}

int space_open(struct space *sp, struct story *story, char *why, size_t size)
{
	const struct zcase none = { .scenario = story->scenario };

	memset(sp, 0, sizeof(*sp));
	sp->story = story;
	if (trail_play(&sp->trail, story, &none, &sp->baseline, why, size))
		goto fail;
	if (sp->baseline.outcome != REFUSED)
		sp->nr_cases = enumerate(sp, NULL);
	sp->cases = calloc(sp->nr_cases + 1, sizeof(*sp->cases));
	if (!sp->cases) {
		snprintf(why, size, "no memory for the cases of %lu hits", sp->trail.nr);
		goto fail;
	}
	if (sp->nr_cases)
		enumerate(sp, sp->cases);
	return 0;

fail:
	space_close(sp);
	return -1;
}

void space_close(struct space *sp)
{
	trail_free(&sp->trail);
	free(sp->cases);
	memset(sp, 0, sizeof(*sp));
}

static bool is_hit(const struct trail *t, const struct fault *f)
{
	return trail_count(t, f->point, f->phase);
}

/* Two words for one hit, as "@0" and "@store.0" may be, or one said twice. */
static int refuse_twice(const struct zcase *c, char *why, size_t size)
{
	for (unsigned int i = 1; i < c->nr_faults; i++) {
		const struct fault *f = &c->faults[i].fault;

		for (unsigned int k = 0; k < i; k++) {
			const struct fault *g = &c->faults[k].fault;

			if (f->point != g->point || f->phase != g->phase || f->nth != g->nth)
				continue;
			snprintf(why, size, "faults %u and %u of the id are the same hit of %s",
				 k + 1, i + 1, fault_points[f->point].name);
			return -1;
		}
	}
	return 0;
}

static int refuse(const struct trail *t, const struct case_fault *f, char *why, size_t size)
{
	const char *name = fault_points[f->fault.point].name;

	if (is_hit(t, &f->fault) && f->slot >= 0)
		snprintf(why, size, "%s is not hit at slot %d of folio %d of this scenario", name,
			 f->slot, f->folio);
	else if (is_hit(t, &f->fault))
		snprintf(why, size, "%s has no hit %u in phase %s of this scenario", name,
			 f->fault.nth, phase_name(f->fault.phase));
	else
		snprintf(why, size, "%s is never hit in phase %s of this scenario", name,
			 phase_name(f->fault.phase));
	return -1;
}

static int refuse_recover(char *why, size_t size)
{
	snprintf(why, size, "in phase recover nothing is made to fail: it tells whether zswap recovers");
	return -1;
}

static int refuse_folio(const struct zcase *c, const struct case_fault *f, char *why, size_t size)
{
	snprintf(why, size, "the scenario stores %u folio%s, so there is no folio %d",
		 scenario_folios(&c->scenario), scenario_folios(&c->scenario) == 1 ? "" : "s",
		 f->folio);
	return -1;
}

/*
 * A slot that is not hit after the first fault, but without it: the fault will
 * not fire, which is for the verdict to say. Unless the number would be that of
 * another page's hit.
 */
static int resolve_unhit(const struct space *sp, const struct trail *after, struct case_fault *f,
			 char *why, size_t size)
{
	struct case_fault by_number = *f;
	long hit = trail_find(&sp->trail, f), other;

	if (f->slot < 0)
		return 0;
	if (hit < 0)
		return refuse(&sp->trail, f, why, size);
	by_number.slot = -1;
	by_number.fault.nth = sp->trail.hits[hit].nth;
	other = trail_find(after, &by_number);
	if (other >= 0 && !after->hits[other].failed) {
		snprintf(why, size, "after the faults before it the hits of %s have no slots: store.0 is the first",
			 fault_points[f->fault.point].name);
		return -1;
	}
	*f = trail_fault(&sp->trail, hit, f->fault.error, f->fault.persistent);
	return 0;
}

/*
 * The first fault is looked up in the fault-free run, each other one in the run
 * that those before it lead to: there may be points which the fault-free run
 * never hits, and a hit may have another number.
 */
int space_resolve(const struct space *sp, struct zcase *c, char *why, size_t size)
{
	struct zcase before = { .scenario = c->scenario };
	struct trail after = { .nr = 0 };
	struct verdict v;
	int ret = 0;

	for (unsigned int i = 0; i < c->nr_faults && !ret; i++) {
		const struct trail *t = i ? &after : &sp->trail;
		struct case_fault *f = &c->faults[i];
		long hit;

		if (f->folio >= (int)scenario_folios(&c->scenario))
			ret = refuse_folio(c, f, why, size);
		else if (f->fault.phase == PHASE_RECOVER)
			ret = refuse_recover(why, size);
		else if (i)
			ret = trail_play(&after, sp->story, &before, &v, why, size);
		if (ret)
			break;
		hit = trail_find(t, f);
		if (hit >= 0)
			*f = trail_fault(t, hit, f->fault.error, f->fault.persistent);
		else
			ret = i ? resolve_unhit(sp, t, f, why, size) : refuse(t, f, why, size);
		before.faults[before.nr_faults++] = *f;
	}
	trail_free(&after);
	return ret ? ret : refuse_twice(c, why, size);
}
