// SPDX-License-Identifier: GPL-2.0-or-later
/* The fault matrix of a scenario, as a terminal shows it. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "grid.h"
#include "report.h"

#define BATCH		8	/* pages; also how many cells stand together */
#define NAME_WIDTH	30
#define ERROR_WIDTH	8
#define MARGIN		(2 + NAME_WIDTH + ERROR_WIDTH)

struct look look_of(FILE *out)
{
	struct look look = { .out = out, .width = 80 };
	const char *columns = getenv("COLUMNS"), *no_colour = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	struct winsize ws;

	if (!isatty(fileno(out)))
		return look;
	look.times = true;
	look.colour = !(no_colour && *no_colour) && term && strcmp(term, "dumb");
	if (columns && atoi(columns) >= 60)
		look.width = atoi(columns);
	else if (!ioctl(fileno(out), TIOCGWINSZ, &ws) && ws.ws_col >= 60)
		look.width = ws.ws_col;
	return look;
}

static void put_mark(const struct look *look, struct mark_cell m)
{
	static const char *const plain[] = {
		[MARK_NO_HIT] = "-",
		[MARK_HELD] = "·",
		[MARK_NOT_JUDGED] = "?",
		[MARK_VACUOUS] = "v",
	};

	if (m.mark != MARK_FINDING)
		fputs(plain[m.mark], look->out);
	else if (look->colour)
		fprintf(look->out, "\033[1;31m%c\033[0m", m.letter ? m.letter : '!');
	else
		fputc(m.letter ? m.letter : '!', look->out);
}

/* Cells a column of the terminal stands for, so that a row fits the width. */
static unsigned int fold_of(const struct look *look, unsigned int nr)
{
	unsigned int unit = 1;

	while (1) {
		unsigned int cells = (nr + unit - 1) / unit;

		if (MARGIN + 2 * cells + cells / BATCH <= look->width)
			return unit;
		unit = unit == 1 ? BATCH : unit * 2;
	}
}

static void put_gap(const struct look *look, unsigned int column)
{
	fputs(column && column % BATCH == 0 ? "  " : " ", look->out);
}

static void put_cells(const struct look *look, const struct row *row, unsigned int unit)
{
	for (unsigned int i = 0, col = 0; i < row->nr; i += unit, col++) {
		unsigned int n = row->nr - i < unit ? row->nr - i : unit;

		if (col)
			put_gap(look, col);
		put_mark(look, grid_worst(row->cells + i, n));
	}
}

static void put_row(const struct look *look, const struct row *row, unsigned int unit)
{
	fprintf(look->out, "  %-*s%-*s", NAME_WIDTH, fault_points[row->point].name,
		ERROR_WIDTH, strerrorname_np(-row->error));
	put_cells(look, row, unit);
	fputc('\n', look->out);
}

static void put_batches(const struct look *look, unsigned int nr_pages)
{
	char label[16];

	fprintf(look->out, "%*s", MARGIN, "");
	for (unsigned int batch = 0; batch * BATCH < nr_pages; batch++) {
		snprintf(label, sizeof(label), "batch %u", batch);
		fprintf(look->out, "%-*s", 2 * BATCH + 1, label);
	}
	fputc('\n', look->out);
}

/* Slot numbers over the columns: the last hexadecimal digit is enough. */
static void put_slots(const struct look *look, unsigned int nr_pages, unsigned int unit)
{
	if (unit == 1 && nr_pages > BATCH)
		put_batches(look, nr_pages);
	fprintf(look->out, "  %-*s%-*s", NAME_WIDTH, "fault point", ERROR_WIDTH, "error");
	if (unit > 1) {
		fprintf(look->out, "a cell is %u pages\n", unit);
		return;
	}
	for (unsigned int i = 0; i < nr_pages; i++) {
		if (i)
			put_gap(look, i);
		fprintf(look->out, "%x", i % 16);
	}
	fputc('\n', look->out);
}

static void put_slotted(const struct look *look, const struct grid *g, unsigned int nr_pages)
{
	unsigned int unit = fold_of(look, nr_pages);

	put_slots(look, nr_pages, unit);
	for (unsigned int i = 0; i < g->nr; i++) {
		if (g->rows[i].slotted)
			put_row(look, &g->rows[i], unit);
	}
}

static void put_hits(const struct look *look, const struct grid *g)
{
	int phase = -1;

	for (unsigned int i = 0; i < g->nr; i++) {
		const struct row *row = &g->rows[i];
		unsigned int unit = fold_of(look, row->nr);

		if (row->slotted)
			continue;
		if (row->phase != phase) {
			phase = row->phase;
			fprintf(look->out, "\n  %s\n", row->phase == PHASE_STORE ?
				"once a store or a batch, by hit" : phase_name(row->phase));
		}
		put_row(look, row, unit);
		if (unit > 1)
			fprintf(look->out, "  %*sa cell is %u hits\n", NAME_WIDTH + ERROR_WIDTH, "",
				unit);
	}
}

/* Why cells are empty or marked, a line a row. */
static void put_notes(const struct look *look, const struct grid *g)
{
	bool any = false;

	for (unsigned int i = 0; i < g->nr; i++) {
		const struct row *row = &g->rows[i];
		const char *name = fault_points[row->point].name;

		if (!row->beyond)
			continue;
		if (!any)
			fputc('\n', look->out);
		any = true;
		if (row->beyond == row->hits)
			fprintf(look->out, "  %s: beyond contract everywhere; a kernel cannot fail there in this state\n",
				name);
		else
			fprintf(look->out, "  %s: beyond contract but at %u of %u; a kernel cannot fail there in this state\n",
				name, row->hits - row->beyond, row->hits);
	}
}

static void put_head(const struct look *look, const char *subject, const struct result *r)
{
	fprintf(look->out, "subject %s   %s   %u page%s", subject, r->name, r->nr_pages,
		r->nr_pages == 1 ? "" : "s");
	if (r->nr_pages > BATCH)
		fprintf(look->out, ", %u batches of %u", r->nr_pages / BATCH, BATCH);
	fputs("\n\n", look->out);
	if (r->beyond)
		fputs("  beyond contract: no kernel's caller stores with slots in this state\n\n",
		      look->out);
}

static void put_sum(const struct look *look, const struct result *r)
{
	fprintf(look->out, "\n  each hit once and persistent: %lu cases · %lu held · %u finding%s",
		r->nr_cases, r->held, r->nr_distinct, r->nr_distinct == 1 ? "" : "s");
	if (r->vacuous)
		fprintf(look->out, " · %lu vacuous", r->vacuous);
	if (r->not_judged)
		fprintf(look->out, " · %lu not judged", r->not_judged);
	if (look->times)
		fprintf(look->out, " · %.2f s", r->seconds);
	fputc('\n', look->out);
	if (!r->exhausted && !r->not_judged)
		fputs("  the run was cut short: not every hit was tried\n", look->out);
}

void report_grid(const struct look *look, const char *subject, const struct result *r)
{
	struct grid g;

	put_head(look, subject, r);
	if (r->baseline.outcome == BROKEN)
		fputs("  the run without a fault breaks an invariant already, so no case is judged\n\n",
		      look->out);
	if (r->baseline.outcome == VACUOUS)
		fprintf(look->out, "  nothing was judged: %s\n\n", r->baseline.why_vacuous);
	if (grid_build(&g, r)) {
		fputs("  no memory for the grid\n", look->out);
		return;
	}
	put_slotted(look, &g, r->nr_pages);
	put_hits(look, &g);
	put_notes(look, &g);
	put_sum(look, r);
	grid_free(&g);
}
