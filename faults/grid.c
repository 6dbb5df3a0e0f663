// SPDX-License-Identifier: GPL-2.0-or-later
/* A result as rows and columns. */
#include "grid.h"

#include <stdlib.h>
#include <string.h>

static bool belongs(const struct row *row, const struct case_fault *f)
{
	return row->point == f->fault.point && row->phase == f->fault.phase &&
	       row->error == f->fault.error && row->slotted == (f->slot >= 0);
}

static struct row *find_row(struct grid *g, const struct case_fault *f)
{
	struct row *row;

	for (unsigned int i = 0; i < g->nr; i++) {
		if (belongs(&g->rows[i], f))
			return &g->rows[i];
	}
	if (g->nr == GRID_ROWS)
		return NULL;
	row = &g->rows[g->nr++];
	row->point = f->fault.point;
	row->phase = f->fault.phase;
	row->error = f->fault.error;
	row->slotted = f->slot >= 0;
	return row;
}

static unsigned int column(const struct scenario *s, const struct case_fault *f)
{
	return f->slot >= 0 ? scenario_pages_before(s, f->folio) + f->slot : f->fault.nth;
}

static struct mark_cell mark_of(const struct cell *cell)
{
	switch (cell->outcome) {
	case HELD:
		return (struct mark_cell){ MARK_HELD, 0 };
	case BROKEN:
		return (struct mark_cell){ MARK_FINDING, cell->letter };
	case VACUOUS:
		return (struct mark_cell){ MARK_VACUOUS, 0 };
	}
	return (struct mark_cell){ MARK_NOT_JUDGED, 0 };
}

struct mark_cell grid_worst(const struct mark_cell *cells, unsigned int nr)
{
	struct mark_cell worst = { MARK_NO_HIT, 0 };

	for (unsigned int i = 0; i < nr; i++) {
		if (cells[i].mark > worst.mark)
			worst = cells[i];
	}
	return worst;
}

/* Slots before hits, then phases, then the order of points.def and of errors. */
static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->slotted != y->slotted)
		return y->slotted - x->slotted;
	if (x->phase != y->phase)
		return x->phase - y->phase;
	if (x->point != y->point)
		return x->point - y->point;
	for (const int *e = fault_points[x->point].errors; *e; e++) {
		if (*e == x->error || *e == y->error)
			return *e == x->error ? -1 : 1;
	}
	return 0;
}

/*
 * A store that reached its trees and allocated no node there has rows for it
 * all the same: that nothing could fail is what a reader wants to know.
 */
static int add_nodes(struct grid *g)
{
	static const uint8_t nodes[] = { FP_XA_NODE, FP_XA_NODE_ATOMIC };
	struct case_fault f = { .fault = { .phase = PHASE_STORE } };
	bool published = false;

	for (unsigned int i = 0; i < g->nr; i++)
		published |= g->rows[i].slotted && g->rows[i].point == FP_XA_STORE;
	for (size_t i = 0; published && i < sizeof(nodes); i++) {
		f.fault.point = nodes[i];
		f.fault.error = fault_points[nodes[i]].errors[0];
		if (!find_row(g, &f))
			return -1;
	}
	return 0;
}

static int size_rows(struct grid *g, const struct result *r)
{
	for (unsigned long i = 0; i < r->nr_cases; i++) {
		const struct case_fault *f = &r->cases[i].faults[0];
		unsigned int col = column(&r->scenario, f);
		struct row *row = find_row(g, f);

		if (!row)
			return -1;
		if (row->nr <= col)
			row->nr = col + 1;
	}
	if (add_nodes(g))
		return -1;
	for (unsigned int i = 0; i < g->nr; i++) {
		if (g->rows[i].slotted)
			g->rows[i].nr = r->nr_pages;
		g->rows[i].cells = calloc(g->rows[i].nr, sizeof(struct mark_cell));
		if (!g->rows[i].cells)
			return -1;
	}
	return 0;
}

static void fill_rows(struct grid *g, const struct result *r)
{
	for (unsigned long i = 0; i < r->nr_cases; i++) {
		const struct case_fault *f = &r->cases[i].faults[0];
		struct row *row = find_row(g, f);
		struct mark_cell *cell = &row->cells[column(&r->scenario, f)];
		struct mark_cell pair[2] = { *cell, mark_of(&r->cells[i]) };

		if (pair[0].mark == MARK_NO_HIT) {
			row->hits++;
			row->beyond += f->beyond;
		}
		*cell = grid_worst(pair, 2);
	}
}

int grid_build(struct grid *g, const struct result *r)
{
	memset(g, 0, sizeof(*g));
	if (size_rows(g, r)) {
		grid_free(g);
		return -1;
	}
	fill_rows(g, r);
	qsort(g->rows, g->nr, sizeof(g->rows[0]), compare_rows);
	return 0;
}

void grid_free(struct grid *g)
{
	for (unsigned int i = 0; i < g->nr; i++)
		free(g->rows[i].cells);
	memset(g, 0, sizeof(*g));
}
