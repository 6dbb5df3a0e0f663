// SPDX-License-Identifier: GPL-2.0-or-later
/* Distinct defects: findings of many scenarios, grouped by what they come of. */
#include "defects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbols.h"

_Static_assert(FP_NR <= 64, "a bit for each fault point");

/* Of several faults the last one is what it took. */
static uint8_t phase_of(const struct zcase *c)
{
	return c->nr_faults ? c->faults[c->nr_faults - 1].fault.phase : PHASE_NR;
}

static uint64_t point_of(const struct zcase *c)
{
	return c->nr_faults ? 1ull << c->faults[c->nr_faults - 1].fault.point : 0;
}

unsigned int defect_reach(const struct defect *d)
{
	return d->shown.reach & -d->shown.reach;
}

/* What an operation does as a whole, whichever of its calls failed. */
static bool is_of_its_operation(const struct distinct *d)
{
	return d->finding.letter == 'S' || d->finding.letter == 'A';
}

void defect_find_place(const struct distinct *d, char *buf, size_t size)
{
	buf[0] = '\0';
	if (is_of_its_operation(d)) {
		symbols_entry(d->frames, d->nr_frames, buf, size);
		return;
	}
	symbols_place(d->finding.frames, d->finding.nr_frames, buf, size);
	if (!buf[0])
		symbols_place(d->frames, d->nr_frames, buf, size);
}

bool finding_same_rule(const struct finding *a, const struct finding *b)
{
	size_t quantity = strcspn(a->key, ":");

	if (a->letter != b->letter)
		return false;
	/* With the colon, or the whole of a key that has none. */
	return !strncmp(a->key, b->key, quantity + 1);
}

/* The second store and the teardown do again what is done before, where it may fail as well. */
static bool does_again(uint8_t phase)
{
	return phase >= PHASE_RESTORE && phase < PHASE_NR;
}

static bool same_phase(uint8_t a, uint8_t b, bool again)
{
	return a == b || (again && a != PHASE_NR && b != PHASE_NR && (does_again(a) || does_again(b)));
}

static bool same_defect(const struct defect *a, const struct defect *b, bool again)
{
	return finding_same_rule(&a->shown.finding, &b->shown.finding) &&
	       same_phase(a->phase, b->phase, again) && a->only == b->only &&
	       !strcmp(a->place, b->place);
}

static struct defect *find_defect(const struct defects *defects, const struct defect *new)
{
	for (unsigned int again = 0; again < 2; again++) {
		for (unsigned int i = 0; i < defects->nr; i++) {
			if (same_defect(&defects->all[i], new, again))
				return &defects->all[i];
		}
	}
	return NULL;
}

static void merge(struct defect *d, const struct defect *new, unsigned long nr)
{
	const struct distinct *shown = &new->shown;
	unsigned long cases = d->shown.cases + shown->cases;
	unsigned long within = d->shown.within + shown->within;
	unsigned int reach = d->shown.reach | shown->reach;

	if (distinct_shows_better(&d->shown, &shown->first, shown->within, shown->guard_only))
		d->shown = *shown;
	d->shown.cases = cases;
	d->shown.within = within;
	d->shown.reach = reach;
	d->points |= new->points;
	if (does_again(d->phase))
		d->phase = new->phase;
	d->scenarios += d->last != nr;
	d->last = nr;
}

static int append(struct defects *defects, const struct defect *new)
{
	if (defects->nr == defects->max) {
		unsigned int max = defects->max ? 2 * defects->max : 16;
		struct defect *all = realloc(defects->all, max * sizeof(*all));

		if (!all)
			return -1;
		defects->all = all;
		defects->max = max;
	}
	defects->all[defects->nr++] = *new;
	return 0;
}

static struct defect defect_of(const struct distinct *found)
{
	struct defect d = {
		.shown = *found,
		.phase = phase_of(&found->first),
		.points = point_of(&found->first),
		.scenarios = 1,
	};

	defect_find_place(found, d.place, sizeof(d.place));
	if (!d.place[0] || found->finding.letter == 'N')
		d.only = d.points;
	return d;
}

bool defects_same(const struct distinct *a, const struct distinct *b)
{
	const struct defect d = defect_of(a), e = defect_of(b);

	return same_defect(&d, &e, true);
}

static void add_one(struct defects *defects, const struct distinct *found)
{
	struct defect new = defect_of(found), *d;

	new.last = defects->results;
	d = find_defect(defects, &new);
	if (d) {
		defects->within += !d->shown.within && new.shown.within;
		merge(d, &new, defects->results);
	} else if (!append(defects, &new)) {
		defects->within += !!new.shown.within;
	} else {
		defects->not_kept++;
	}
}

void defects_add(struct defects *defects, const struct result *r)
{
	defects->results++;
	for (unsigned int i = 0; i < r->nr_distinct; i++)
		add_one(defects, &r->distinct[i]);
	defects->not_kept += r->nr_more;
}

static unsigned int rank_of(char letter)
{
	unsigned int i = 0;

	while (i < nr_invariants && invariants[i].letter != letter)
		i++;
	return i;
}

static int compare(const void *a, const void *b)
{
	const struct defect *d = a, *e = b;
	unsigned int rank[2] = { rank_of(d->shown.finding.letter), rank_of(e->shown.finding.letter) };
	int order;

	if (!d->shown.within != !e->shown.within)
		return d->shown.within ? -1 : 1;
	if (rank[0] != rank[1])
		return rank[0] < rank[1] ? -1 : 1;
	if (case_is_smaller(&d->shown.first, &e->shown.first))
		return -1;
	if (case_is_smaller(&e->shown.first, &d->shown.first))
		return 1;
	order = strcmp(d->shown.finding.key, e->shown.finding.key);
	if (order)
		return order;
	if (d->phase != e->phase)
		return d->phase < e->phase ? -1 : 1;
	order = strcmp(d->place, e->place);
	return order ? order : (d->only > e->only) - (d->only < e->only);
}

void defects_sort(struct defects *defects)
{
	if (defects->nr)
		qsort(defects->all, defects->nr, sizeof(*defects->all), compare);
}

void defects_free(struct defects *defects)
{
	free(defects->all);
	*defects = (struct defects){ .nr = 0 };
}
