/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which blocks of a subject did each case run?
 *
 * A subject that clang built with -fsanitize-coverage=trace-pc-guard,
 * pc-table,no-prune calls us in each of its basic blocks. What is counted
 * lies in memory that a worker shares with its parent, so a case that dies
 * has counted all that it ran. Other subjects have no blocks, and cost nothing.
 */
#ifndef FAULTS_EDGES_H
#define FAULTS_EDGES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct result;

#define EDGES_MAX	4096	/* blocks of a subject */
#define EDGES_SETS	4096	/* distinct sets of them in a scenario */

/**
 * struct edges - blocks that were run
 * @now: how often, since edges_begin(); the last stands for all beyond EDGES_MAX
 * @total: ... in all that edges_end() was called for
 * @sets, @nr_sets: distinct sets of blocks, in the order in which they came
 * @full: there was another one, which is not kept
 */
struct edges {
	uint64_t now[EDGES_MAX + 1], total[EDGES_MAX];
	uint64_t sets[EDGES_SETS][EDGES_MAX / 64];
	unsigned int nr_sets;
	bool full;
};

/* Blocks of the subject that is loaded; 0: built without. */
unsigned int edges_nr(void);

/* Count into @e from here on; NULL: no more. */
void edges_begin(struct edges *e);

/*
 * edges_end() - in the worker or, once that is dead, in its parent
 *
 * Return: the number of the set of blocks that were run since edges_begin(),
 * from 1; 0: none was.
 */
unsigned int edges_end(struct edges *e);

/*
 * What a program reads of it, a line each, fields separated by tabs:
 *   block N FUNCTION FILE LINE...	a block and the source lines in it
 *   scenario NAME
 *   set N BLOCK...			within the scenario
 *   case ID POINT PHASE SLOT ERROR SET INVARIANTS
 *   total BLOCK TIMES
 * The run without a fault is the case whose POINT is "-". Return: false when
 * a scenario had more than EDGES_SETS.
 */
void edges_print_blocks(FILE *out);
bool edges_print(FILE *out, const struct result *r);

#endif
