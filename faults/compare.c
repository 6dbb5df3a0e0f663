// SPDX-License-Identifier: GPL-2.0-or-later
/* The results of two subjects side by side. */
#include "compare.h"

#include <string.h>

int compare_keep(struct kept *k, const struct result *r)
{
	snprintf(k->name, sizeof(k->name), "%s", r->name);
	k->outcome = r->baseline.outcome;
	k->letter = r->baseline.nr_findings ? r->baseline.findings[0].letter : 0;
	snprintf(k->why, sizeof(k->why), "%s", r->baseline.why_vacuous);
	return grid_build(&k->grid, r);
}

void compare_free(struct kept *k)
{
	grid_free(&k->grid);
}

/* ---- rows -------------------------------------------------------------- */

static const char *role_of(const struct row *row)
{
	return fault_points[row->point].role;
}

static const struct row *find_twin(const struct grid *g, const struct row *row)
{
	for (unsigned int i = 0; i < g->nr; i++) {
		const struct row *twin = &g->rows[i];

		if (!strcmp(role_of(twin), role_of(row)) && twin->error == row->error &&
		    twin->phase == row->phase && twin->slotted == row->slotted)
			return twin;
	}
	return NULL;
}

static struct mark_cell cell_at(const struct row *row, unsigned int i)
{
	return row && i < row->nr ? row->cells[i] : (struct mark_cell){ MARK_NO_HIT, 0 };
}

static bool same_cell(struct mark_cell a, struct mark_cell b)
{
	return a.mark == b.mark && a.letter == b.letter;
}

static bool same_row(const struct row *a, const struct row *b)
{
	unsigned int nr = a && (!b || a->nr > b->nr) ? a->nr : b->nr;

	for (unsigned int i = 0; i < nr; i++) {
		if (!same_cell(cell_at(a, i), cell_at(b, i)))
			return false;
	}
	return true;
}

static void put_mark(const struct look *look, struct mark_cell cell)
{
	static const char plain[] = {
		[MARK_NO_HIT] = '-', [MARK_HELD] = '.', [MARK_NOT_JUDGED] = '?',
		[MARK_VACUOUS] = 'v', [MARK_FINDING] = '!',
	};

	if (cell.mark == MARK_HELD && look->utf8)
		fputs("·", look->out);
	else
		fputc(cell.letter ? cell.letter : plain[cell.mark], look->out);
}

/* A folio of order 9 has 512 cells, and most are like their neighbour. */
static void put_cells(const struct look *look, const struct row *row)
{
	if (!row || !row->hits)
		fputs("nothing to fail here", look->out);
	for (unsigned int i = 0, run; row && row->hits && i < row->nr; i += run) {
		for (run = 1; i + run < row->nr; run++) {
			if (!same_cell(row->cells[i], row->cells[i + run]))
				break;
		}
		fputs(i ? "  " : "", look->out);
		put_mark(look, row->cells[i]);
		if (run > 1)
			fprintf(look->out, " x%u", run);
	}
	fputc('\n', look->out);
}

static void put_pair(const struct look *look, const char *const names[2], const struct row *a,
		     const struct row *b)
{
	const struct row *row = a ? a : b;

	fprintf(look->out, "    %-16s %-8s %s%s\n", role_of(row), strerrorname_np(-row->error),
		phase_name(row->phase), row->slotted ? ", by slot" : "");
	for (unsigned int i = 0; i < 2; i++) {
		fprintf(look->out, "      %-16s ", names[i]);
		put_cells(look, i ? b : a);
	}
}

/* ---- scenarios --------------------------------------------------------- */

static bool is_judged(const struct kept *k)
{
	return k->outcome == HELD || (k->outcome == BROKEN && k->grid.nr);
}

static void put_state(const struct look *look, const char *name, const struct kept *k)
{
	fprintf(look->out, "      %-16s ", name);
	if (k->letter)
		fprintf(look->out, "the run without a fault breaks %c\n", k->letter);
	else if (k->outcome == REFUSED)
		fprintf(look->out, "refused by the subject: %s\n", k->why);
	else if (!is_judged(k))
		fprintf(look->out, "nothing was judged: %s\n", k->why);
	else
		fputs("the run without a fault holds\n", look->out);
}

static bool same_state(const struct kept *a, const struct kept *b)
{
	return a->outcome == b->outcome && a->letter == b->letter;
}

/* Before the first difference of a scenario its name. */
static void begin(const struct look *look, const struct kept *k, unsigned long *differ)
{
	if (!(*differ)++)
		fprintf(look->out, "\n  %s\n", k->name);
}

void compare_print(const struct look *look, const char *const names[2], const struct kept *a,
		   const struct kept *b, struct compared *sum)
{
	unsigned long differ = 0;

	if (!same_state(a, b)) {
		begin(look, a, &differ);
		put_state(look, names[0], a);
		put_state(look, names[1], b);
	}
	/* What one of them does not do at all differs in every row. */
	if (a->outcome == REFUSED || b->outcome == REFUSED) {
		sum->scenarios += differ != 0;
		return;
	}
	for (unsigned int i = 0; i < a->grid.nr + b->grid.nr; i++) {
		bool second = i >= a->grid.nr;
		const struct row *row = second ? &b->grid.rows[i - a->grid.nr] : &a->grid.rows[i];
		const struct row *twin = find_twin(second ? &a->grid : &b->grid, row);

		if (second && twin)
			continue;
		sum->rows++;
		if (same_row(row, twin))
			continue;
		begin(look, a, &differ);
		sum->differ++;
		put_pair(look, names, second ? twin : row, second ? row : twin);
	}
	sum->scenarios += differ != 0;
}
