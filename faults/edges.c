// SPDX-License-Identifier: GPL-2.0-or-later
/* Counting a subject's blocks, for whoever wants to know which case ran which. */
#include "edges.h"

#include <stdlib.h>
#include <string.h>

#include "run.h"
#include "symbols.h"

/* What the compiler keeps of a block: where it begins, and whether a function does. */
struct block {
	uintptr_t pc, flags;
};

static const struct block *blocks;
static unsigned int nr_blocks;

/* Where there is nobody to count for. */
static uint64_t nowhere[EDGES_MAX + 1];
static uint64_t *counts = nowhere;

/* ---- called by the subject --------------------------------------------- */

void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);
void __sanitizer_cov_trace_pc_guard(uint32_t *guard);
void __sanitizer_cov_pcs_init(const struct block *start, const struct block *stop);

/* Once for each of its object files, always with all blocks of the subject. */
void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop)
{
	for (uint32_t i = 0; start + i < stop; i++)
		start[i] = i < EDGES_MAX ? i : EDGES_MAX;
}

void __sanitizer_cov_pcs_init(const struct block *start, const struct block *stop)
{
	blocks = start;
	nr_blocks = stop - start;
	if (nr_blocks > EDGES_MAX)
		nr_blocks = EDGES_MAX;
}

void __sanitizer_cov_trace_pc_guard(uint32_t *guard)
{
	counts[*guard]++;
}

/* ---- cases ------------------------------------------------------------- */

unsigned int edges_nr(void)
{
	return nr_blocks;
}

void edges_begin(struct edges *e)
{
	counts = e && nr_blocks ? e->now : nowhere;
	if (counts != nowhere)
		memset(counts, 0, nr_blocks * sizeof(*counts));
}

static unsigned int find_set(struct edges *e, const uint64_t *set)
{
	for (unsigned int i = 0; i < e->nr_sets; i++) {
		if (!memcmp(e->sets[i], set, sizeof(e->sets[i])))
			return i + 1;
	}
	if (e->nr_sets == EDGES_SETS) {
		e->full = true;
		return 0;
	}
	memcpy(e->sets[e->nr_sets++], set, sizeof(e->sets[0]));
	return e->nr_sets;
}

unsigned int edges_end(struct edges *e)
{
	uint64_t set[EDGES_MAX / 64] = { 0 };
	bool any = false;

	counts = nowhere;
	for (unsigned int i = 0; i < nr_blocks; i++) {
		if (!e->now[i])
			continue;
		e->total[i] += e->now[i];
		set[i / 64] |= 1ull << i % 64;
		any = true;
	}
	return any ? find_set(e, set) : 0;
}

/* ---- printing ---------------------------------------------------------- */

static int by_pc(const void *a, const void *b)
{
	const uintptr_t x = blocks[*(const unsigned int *)a].pc, y = blocks[*(const unsigned int *)b].pc;

	return (x > y) - (x < y);
}

/* A block ends where the next one begins, as nothing is optimised in such a build. */
void edges_print_blocks(FILE *out)
{
	unsigned int *order = calloc(nr_blocks + 1, sizeof(*order));
	struct symbol symbol;
	uintptr_t end;

	for (unsigned int i = 0; order && i < nr_blocks; i++)
		order[i] = i;
	if (order)
		qsort(order, nr_blocks, sizeof(*order), by_pc);
	for (unsigned int i = 0; order && i < nr_blocks; i++) {
		const struct block *b = &blocks[order[i]];

		end = i + 1 < nr_blocks ? blocks[order[i + 1]].pc : b->pc + 64;
		symbols_find((const char *)b->pc + 1, &symbol, 1);
		fprintf(out, "block\t%u\t%s", order[i], symbol.function);
		symbols_lines(out, b->pc, end);
		fputc('\n', out);
	}
	free(order);
}

static void print_sets(FILE *out, const struct edges *e)
{
	for (unsigned int i = 0; i < e->nr_sets; i++) {
		fprintf(out, "set\t%u", i + 1);
		for (unsigned int k = 0; k < nr_blocks; k++) {
			if (e->sets[i][k / 64] & 1ull << k % 64)
				fprintf(out, "\t%u", k);
		}
		fputc('\n', out);
	}
}

static void print_checked(FILE *out, uint32_t checked)
{
	for (unsigned int i = 0; i < nr_invariants; i++) {
		if (checked & invariant_bit(invariants[i].letter))
			fputc(invariants[i].letter, out);
	}
	fputs(checked ? "\n" : "-\n", out);
}

static void print_case(FILE *out, const struct zcase *c, const struct cell *cell)
{
	const struct case_fault *f = &c->faults[0];
	char id[CASE_ID];

	case_format(c, id, sizeof(id));
	fprintf(out, "case\t%s\t%s\t%s\t", id, fault_points[f->fault.point].name,
		phase_name(f->fault.phase));
	if (f->slot >= 0)
		fprintf(out, "%d", f->slot);
	else
		fputc('-', out);
	fprintf(out, "\t%s\t%u\t", strrchr(id, '=') + 1, cell->edges);
	print_checked(out, cell->checked);
}

bool edges_print(FILE *out, const struct result *r)
{
	const struct edges *e = r->edges;

	fprintf(out, "scenario\t%s\n", r->name);
	print_sets(out, e);
	fprintf(out, "case\t%s\t-\t-\t-\t-\t%u\t", r->name, r->baseline_edges);
	print_checked(out, r->baseline.checked);
	for (unsigned long i = 0; i < r->nr_cases; i++) {
		if (r->cells[i].edges)
			print_case(out, &r->cases[i], &r->cells[i]);
	}
	for (unsigned int i = 0; i < nr_blocks; i++) {
		if (e->total[i])
			fprintf(out, "total\t%u\t%llu\n", i, (unsigned long long)e->total[i]);
	}
	return !e->full;
}
