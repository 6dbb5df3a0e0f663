// SPDX-License-Identifier: GPL-2.0-or-later
/* What one run hit, in order, and the names of the hits. */
#include "trail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_HITS	4096	/* there is room for at the beginning */
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

static unsigned long count_store_hits(const struct trail *t, uint8_t point)
{
	unsigned long n = 0;

	for (unsigned long i = 0; i < t->nr; i++)
		n += t->hits[i].phase == PHASE_STORE && t->hits[i].point == point;
	return n;
}

static int page_of_hit(const struct trail *t, const struct fault_hit *h, const bool *in_order)
{
	if (h->phase != PHASE_STORE)
		return -1;
	if (h->swp != FAULT_NO_SWP)
		return page_of_swp(t->story, h->swp);
	return in_order[h->point] ? (int)h->nth : -1;
}

static void name_page(const struct trail *t, struct hit_name *name, int page)
{
	const struct scenario *s = &t->story->scenario;

	name->slot = page;
	while (page >= 0 && name->folio + 1u < scenario_folios(s) &&
	       page >= (int)scenario_pages_before(s, name->folio + 1))
		name->folio++;
	if (page >= 0)
		name->slot -= scenario_pages_before(s, name->folio);
}

/* Nodes on the way to a new leaf are several hits of one slot. */
static void name_hits(struct trail *t)
{
	bool in_order[FP_NR], seen[FP_NR][MAX_PAGES] = { { false } };

	for (unsigned int p = 0; p < FP_NR; p++)
		in_order[p] = is_per_page(p) && count_store_hits(t, p) == t->story->nr_pages;

	for (unsigned long i = 0; i < t->nr; i++) {
		const struct fault_hit *h = &t->hits[i];
		struct hit_name *name = &t->names[i];
		int page = page_of_hit(t, h, in_order);

		*name = (struct hit_name){ .folio = 0 };
		name_page(t, name, page);
		if (page < 0)
			continue;
		name->again = seen[h->point][page];
		seen[h->point][page] = true;
	}
}

static int grow(struct trail *t, unsigned long max)
{
	free(t->hits);
	free(t->names);
	t->hits = calloc(max, sizeof(*t->hits));
	t->names = calloc(max, sizeof(*t->names));
	t->max = t->hits && t->names ? max : 0;
	return t->max ? 0 : -1;
}

int trail_play(struct trail *t, struct story *st, const struct zcase *c, struct verdict *v,
	       char *why, size_t size)
{
	t->story = st;
	t->nr = t->max ? 0 : FIRST_HITS;
	do {
		if (t->nr > t->max && grow(t, t->nr)) {
			snprintf(why, size, "no memory for a profile of %lu hits", t->nr);
			return -1;
		}
		fault_record(t->hits, t->max);
		story_play(st, c, v);
		t->nr = fault_recorded();
		fault_record(NULL, 0);
	} while (t->nr > t->max);
	name_hits(t);
	return 0;
}

void trail_free(struct trail *t)
{
	free(t->hits);
	free(t->names);
	memset(t, 0, sizeof(*t));
}

struct case_fault trail_fault(const struct trail *t, unsigned long hit, int error, bool persistent)
{
	const struct fault_hit *h = &t->hits[hit];
	struct case_fault f;

	/* Compared as bytes, too. */
	memset(&f, 0, sizeof(f));
	f.fault.point = h->point;
	f.fault.phase = h->phase;
	f.fault.nth = h->nth;
	f.fault.error = error;
	f.fault.persistent = persistent;
	f.folio = t->names[hit].folio;
	f.slot = t->names[hit].slot;
	f.again = t->names[hit].again;
	f.beyond = h->beyond;
	return f;
}

unsigned int trail_count(const struct trail *t, uint8_t point, uint8_t phase)
{
	unsigned int n = 0;

	for (unsigned long i = 0; i < t->nr; i++)
		n += t->hits[i].point == point && t->hits[i].phase == phase;
	return n;
}

long trail_find(const struct trail *t, const struct case_fault *f)
{
	for (unsigned long i = 0; i < t->nr; i++) {
		const struct fault_hit *h = &t->hits[i];

		if (h->point != f->fault.point || h->phase != f->fault.phase)
			continue;
		if (f->slot >= 0 && !f->again ?
		    t->names[i].slot == f->slot && t->names[i].folio == f->folio :
		    h->nth == f->fault.nth)
			return i;
	}
	return -1;
}
