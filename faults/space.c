// SPDX-License-Identifier: GPL-2.0-or-later
/* The fault space of a scenario: profile it, and list every case there is. */
#include "space.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PAGES	512	/* of a folio of order 9, or of a batch */

/* Hit once a page, in the order of the pages, without carrying the page. */
static bool is_per_page(uint8_t point)
{
	return point == FP_KMEM_CACHE_ALLOC_NODE || point == FP_ZPOOL_MALLOC ||
	       point == FP_ZS_MALLOC;
}

/* A page of the batch, counted through all its folios, -1: another. */
static int page_of_swp(const struct story *st, uint64_t swp)
{
	for (unsigned int i = 0; i < st->nr_pages; i++) {
		if (slot_has_swp(&st->slots[i], swp))
			return i;
	}
	return -1;
}

static unsigned long count_store_hits(const struct space *sp, uint8_t point)
{
	unsigned long n = 0;

	for (unsigned long i = 0; i < sp->nr_hits; i++)
		n += sp->hits[i].phase == PHASE_STORE && sp->hits[i].point == point;
	return n;
}

static int page_of_hit(const struct space *sp, const struct fault_hit *h, const bool *in_order)
{
	if (h->phase != PHASE_STORE)
		return -1;
	if (h->swp != FAULT_NO_SWP)
		return page_of_swp(sp->story, h->swp);
	return in_order[h->point] ? (int)h->nth : -1;
}

static void name_page(const struct space *sp, struct hit_name *name, int page)
{
	const struct scenario *s = &sp->story->scenario;

	name->slot = page;
	while (page >= 0 && name->folio + 1u < scenario_folios(s) &&
	       page >= (int)scenario_pages_before(s, name->folio + 1))
		name->folio++;
	if (page >= 0)
		name->slot -= scenario_pages_before(s, name->folio);
}

/* Nodes on the way to a new leaf are several hits of one slot. */
static void name_hits(struct space *sp)
{
	bool in_order[FP_NR], seen[FP_NR][MAX_PAGES] = { { false } };

	for (unsigned int p = 0; p < FP_NR; p++)
		in_order[p] = is_per_page(p) && count_store_hits(sp, p) == sp->story->nr_pages;

	for (unsigned long i = 0; i < sp->nr_hits; i++) {
		const struct fault_hit *h = &sp->hits[i];
		struct hit_name *name = &sp->names[i];
		int page = page_of_hit(sp, h, in_order);

		name_page(sp, name, page);
		if (page < 0)
			continue;
		name->again = seen[h->point][page];
		seen[h->point][page] = true;
	}
}

static struct zcase single_fault(const struct space *sp, unsigned long hit, int error,
				 bool persistent)
{
	const struct fault_hit *h = &sp->hits[hit];

	return (struct zcase){
		.scenario = sp->story->scenario,
		.nr_faults = 1,
		.faults[0] = {
			.fault = {
				.point = h->point,
				.phase = h->phase,
				.nth = h->nth,
				.error = error,
				.persistent = persistent,
			},
			.folio = sp->names[hit].folio,
			.slot = sp->names[hit].slot,
			.again = sp->names[hit].again,
			.beyond = h->beyond,
		},
	};
}

/* Into @cases, or with NULL only how many; a persistent case follows its once. */
static unsigned long enumerate(const struct space *sp, struct zcase *cases)
{
	unsigned long n = 0;

	for (unsigned long i = 0; i < sp->nr_hits; i++) {
		if (!space_faults(&sp->story->scenario, sp->hits[i].phase))
			continue;
		for (const int *e = fault_points[sp->hits[i].point].errors; *e; e++, n += 2) {
			if (!cases)
				continue;
			cases[n] = single_fault(sp, i, *e, false);
			cases[n + 1] = single_fault(sp, i, *e, true);
		}
	}
	return n;
}

/* The fault-free run, with room for every hit. */
static int profile(struct space *sp, char *why, size_t size)
{
	const struct zcase none = { .scenario = sp->story->scenario };
	unsigned long max = 4096;

	for (;;) {
		sp->hits = calloc(max, sizeof(*sp->hits));
		if (!sp->hits) {
			snprintf(why, size, "no memory for a profile of %lu hits", max);
			return -1;
		}
		fault_record(sp->hits, max);
		story_play(sp->story, &none, &sp->baseline);
		sp->nr_hits = fault_recorded();
		fault_record(NULL, 0);
		if (sp->nr_hits <= max)
			return 0;
		max = sp->nr_hits;
		free(sp->hits);
	}
}

int space_open(struct space *sp, struct story *story, char *why, size_t size)
{
	memset(sp, 0, sizeof(*sp));
	sp->story = story;
	if (profile(sp, why, size))
		return -1;

	sp->names = calloc(sp->nr_hits + 1, sizeof(*sp->names));
	if (!sp->names)
		goto nomem;
	name_hits(sp);

	if (sp->baseline.outcome != REFUSED)
		sp->nr_cases = enumerate(sp, NULL);
	sp->cases = calloc(sp->nr_cases + 1, sizeof(*sp->cases));
	if (!sp->cases)
		goto nomem;
	if (sp->nr_cases)
		enumerate(sp, sp->cases);
	return 0;

nomem:
	snprintf(why, size, "no memory for the cases of %lu hits", sp->nr_hits);
	space_close(sp);
	return -1;
}

void space_close(struct space *sp)
{
	free(sp->hits);
	free(sp->names);
	free(sp->cases);
	memset(sp, 0, sizeof(*sp));
}

/* The hit that a named fault means, or -1. */
static long find_hit(const struct space *sp, const struct case_fault *f)
{
	for (unsigned long i = 0; i < sp->nr_hits; i++) {
		const struct fault_hit *h = &sp->hits[i];

		if (h->point != f->fault.point || h->phase != f->fault.phase)
			continue;
		if (f->slot >= 0 ? sp->names[i].slot == f->slot && sp->names[i].folio == f->folio :
		    h->nth == f->fault.nth)
			return i;
	}
	return -1;
}

static bool is_hit(const struct space *sp, const struct fault *f)
{
	for (unsigned long i = 0; i < sp->nr_hits; i++) {
		if (sp->hits[i].point == f->point && sp->hits[i].phase == f->phase)
			return true;
	}
	return false;
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

/*
 * Only the first fault is looked up in the fault-free run. What comes after
 * it happens in a run of its own, in which a slot's n-th hit still has the
 * same number, but points may be hit that the fault-free run never reaches.
 */
int space_resolve(const struct space *sp, struct zcase *c, char *why, size_t size)
{
	for (unsigned int i = 0; i < c->nr_faults; i++) {
		struct case_fault *f = &c->faults[i];
		long hit = find_hit(sp, f);

		if (f->folio >= (int)scenario_folios(&c->scenario)) {
			snprintf(why, size, "the scenario stores %u folio%s, so there is no folio %d",
				 scenario_folios(&c->scenario),
				 scenario_folios(&c->scenario) == 1 ? "" : "s", f->folio);
			return -1;
		}
		if (hit >= 0) {
			f->fault.nth = sp->hits[hit].nth;
			f->folio = sp->names[hit].folio;
			f->slot = sp->names[hit].slot;
			f->again = sp->names[hit].again;
			f->beyond = sp->hits[hit].beyond;
			continue;
		}
		if (i && f->slot < 0)
			continue;
		if (is_hit(sp, &f->fault) && f->slot >= 0)
			snprintf(why, size, "%s is not hit at slot %d of folio %d of this scenario",
				 fault_points[f->fault.point].name, f->slot, f->folio);
		else if (is_hit(sp, &f->fault))
			snprintf(why, size, "%s has no hit %u in phase %s of this scenario",
				 fault_points[f->fault.point].name, f->fault.nth,
				 phase_name(f->fault.phase));
		else
			snprintf(why, size, "%s is never hit in phase %s of this scenario",
				 fault_points[f->fault.point].name, phase_name(f->fault.phase));
		return -1;
	}
	return refuse_twice(c, why, size);
}
