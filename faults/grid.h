/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A result as rows and columns, before it is printed. */
#ifndef FAULTS_GRID_H
#define FAULTS_GRID_H

#include <stdbool.h>

#include "run.h"

/* What a cell shows, worst last; a cell of several cases shows the worst. */
enum mark {
	MARK_NO_HIT,
	MARK_HELD,
	MARK_NOT_JUDGED,
	MARK_VACUOUS,
	MARK_FINDING,
};

struct mark_cell {
	uint8_t mark;
	char letter;
};

/**
 * struct row - a fault point failing with one error in one phase
 * @slotted: columns are slots of the folio; otherwise hits of the phase
 * @nr: columns
 * @hits, @beyond: columns with a hit, and those of them beyond contract
 */
struct row {
	uint8_t point, phase;
	int error;
	bool slotted;
	unsigned int nr, hits, beyond;
	struct mark_cell *cells;
};

#define GRID_ROWS	160

struct grid {
	unsigned int nr;
	struct row rows[GRID_ROWS];
};

/*
 * Slotted rows first, in the order of points.def. The xarray's nodes have a
 * row without a hit where a store published its pages and needed none.
 *
 * Return: 0, or -1 without memory.
 */
int grid_build(struct grid *g, const struct result *r);
void grid_free(struct grid *g);

/* The worst of @nr cells. */
struct mark_cell grid_worst(const struct mark_cell *cells, unsigned int nr);

#endif
