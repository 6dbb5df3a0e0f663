// SPDX-License-Identifier: GPL-2.0-or-later
/* The fault matrix of a scenario, as a terminal shows it. */
#include <stdlib.h>
#include <string.h>

#include "grid.h"
#include "report.h"

#define BATCH		8	/* pages; also how many cells stand together */
#define NAME_WIDTH	31
#define ERROR_WIDTH	8
#define MARGIN		(2 + NAME_WIDTH + ERROR_WIDTH)
#define NOTE_GAP	3
#define WIDE		120	/* columns from which notes stand in their rows */
#define NOTE		96

/* ---- cells ------------------------------------------------------------- */

static void put_mark(const struct look *look, struct mark_cell m)
{
	const char *const plain[] = {
		[MARK_NO_HIT] = "-",
		[MARK_HELD] = look->utf8 ? "·" : ".",
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

/* Columns of the terminal that @cells take, with a gap after each batch. */
static unsigned int width_of(unsigned int cells)
{
	return cells ? 2 * cells - 1 + (cells - 1) / BATCH : 0;
}

/* Columns of a row that one cell stands for, so that it fits the width. */
static unsigned int fold_of(const struct look *look, unsigned int nr)
{
	unsigned int unit = 1;

	while (MARGIN + width_of((nr + unit - 1) / unit) > look->width)
		unit = unit == 1 ? BATCH : unit * 2;
	return unit;
}

static void put_gap(const struct look *look, unsigned int column)
{
	if (column)
		fputs(column % BATCH == 0 ? "  " : " ", look->out);
}

static void put_cells(const struct look *look, const struct row *row, unsigned int unit)
{
	for (unsigned int i = 0, col = 0; i < row->nr; i += unit, col++) {
		unsigned int n = row->nr - i < unit ? row->nr - i : unit;

		put_gap(look, col);
		put_mark(look, grid_worst(row->cells + i, n));
	}
}

/* ---- notes ------------------------------------------------------------- */

static bool is_store(const struct row *row)
{
	return row->phase == PHASE_STORE;
}

/* Why a store at this place of the scenario allocates no node. */
static const char *no_node(const struct row *row, const struct scenario *s)
{
	if (!is_store(row))
		return "no node was needed";
	switch (s->value[AXIS_BEFORE]) {
	case V_BEFORE_STALE:
	case V_BEFORE_STALE_POOL:
	case V_BEFORE_STALE_OBJCG:
		return "every slot was occupied";
	}
	return scenario_order(s) > 6 ? "the leaves exist" : "the leaf exists";
}

static const char *why_beyond(const struct row *row, const struct scenario *s)
{
	switch (row->point) {
	case FP_XA_STORE:
		return row->beyond == row->hits ? no_node(row, s) : "no node was needed";
	case FP_MEMCG_LIST_LRU_ALLOC:
		return "the cgroup's lists were there";
	}
	return "no kernel can fail there in this state";
}

/* Why the cells of a row are empty or count less. False: there is no more to say. */
static bool note_of(const struct row *row, const struct scenario *s, char *buf, size_t size)
{
	if (!row->hits)
		snprintf(buf, size, "no node needed: %s", no_node(row, s));
	else if (row->beyond == row->hits)
		snprintf(buf, size, "beyond contract: %s", why_beyond(row, s));
	else if (row->beyond)
		snprintf(buf, size, "beyond contract at %u of %u: %s", row->beyond, row->hits,
			 why_beyond(row, s));
	else
		return false;
	return true;
}

static bool fits_in_row(const struct look *look, const struct row *row, const char *note)
{
	unsigned int unit = fold_of(look, row->nr);

	return look->width >= WIDE &&
	       MARGIN + width_of((row->nr + unit - 1) / unit) + NOTE_GAP + strlen(note) <=
	       look->width;
}

/* The same is said in each row of its point. */
static bool said_everywhere(const struct grid *g, const struct row *row, const char *note,
			    const struct scenario *s)
{
	char other[NOTE];

	for (unsigned int i = 0; i < g->nr; i++) {
		if (g->rows[i].point == row->point &&
		    (!note_of(&g->rows[i], s, other, sizeof(other)) || strcmp(note, other)))
			return false;
	}
	return true;
}

static bool said_before(const struct grid *g, unsigned int nr, bool everywhere)
{
	for (unsigned int i = 0; i < nr; i++) {
		if (g->rows[i].point == g->rows[nr].point &&
		    (everywhere || g->rows[i].phase == g->rows[nr].phase))
			return true;
	}
	return false;
}

/* Under the grid what has no room in it, once a point, or once a phase of it. */
static void put_notes(const struct look *look, const struct grid *g, const struct scenario *s)
{
	char note[NOTE], line[2 * NOTE];
	bool any = false, everywhere;

	for (unsigned int i = 0; i < g->nr; i++) {
		const struct row *row = &g->rows[i];

		if (!note_of(row, s, note, sizeof(note)) || fits_in_row(look, row, note))
			continue;
		everywhere = said_everywhere(g, row, note, s);
		if (said_before(g, i, everywhere))
			continue;
		snprintf(line, sizeof(line), "%s%s%s: %s", fault_points[row->point].name,
			 everywhere ? "" : ", ", everywhere ? "" : phase_name(row->phase), note);
		if (!any)
			fputc('\n', look->out);
		any = true;
		report_wrapped(look, 2, line);
	}
}

/* ---- rows -------------------------------------------------------------- */

static void put_row(const struct look *look, const struct row *row, const struct scenario *s)
{
	unsigned int unit = fold_of(look, row->nr);
	char note[NOTE];

	fprintf(look->out, "  %-*s%-*s", NAME_WIDTH, fault_points[row->point].name,
		ERROR_WIDTH, strerrorname_np(-row->error));
	put_cells(look, row, unit);
	if (note_of(row, s, note, sizeof(note)) && fits_in_row(look, row, note))
		fprintf(look->out, "%*s%s", NOTE_GAP, "", note);
	fputc('\n', look->out);
	if (!row->slotted && unit > 1)
		fprintf(look->out, "%*sa cell is %u hits\n", MARGIN, "", unit);
}

/* The last label of a row ends it, so that no line has trailing blanks. */
static void put_batches(const struct look *look, unsigned int nr_pages)
{
	const unsigned int nr = nr_pages / BATCH;
	char label[16];

	fprintf(look->out, "%*s", MARGIN, "");
	for (unsigned int batch = 0; batch < nr; batch++) {
		snprintf(label, sizeof(label), "batch %u", batch);
		fprintf(look->out, "%-*s", batch + 1 < nr ? 2 * BATCH + 1 : 0, label);
	}
	fputc('\n', look->out);
}

/* A folio's digit; there are at most 31 of them. */
static char digit(unsigned int n)
{
	return n < 10 ? '0' + n : 'a' + (n - 10);
}

/* Which folio each column is of. Gaps are between sub-batches, as elsewhere. */
static void put_folios(const struct look *look, const struct scenario *s)
{
	fprintf(look->out, "  %-*s", MARGIN - 2, "folio");
	for (unsigned int f = 0, i = 0; f < scenario_folios(s); f++) {
		for (; i < scenario_pages_before(s, f + 1); i++) {
			put_gap(look, i);
			fputc(digit(f), look->out);
		}
	}
	fputc('\n', look->out);
}

/* Slot numbers over the columns: the last hexadecimal digit is enough. */
static void put_slots(const struct look *look, const struct scenario *s)
{
	unsigned int nr_pages = scenario_pages(s), unit = fold_of(look, nr_pages);

	if (unit == 1 && scenario_folios(s) > 1)
		put_folios(look, s);
	else if (unit == 1 && nr_pages > BATCH)
		put_batches(look, nr_pages);
	fprintf(look->out, "  %-*s%-*s", NAME_WIDTH, "fault point", ERROR_WIDTH, "error");
	if (unit > 1) {
		fprintf(look->out, "a cell is %u pages\n", unit);
		return;
	}
	for (unsigned int f = 0, i = 0; f < scenario_folios(s); f++) {
		for (unsigned int k = 0; k < 1u << scenario_folio_order(s, f); k++, i++) {
			put_gap(look, i);
			fprintf(look->out, "%x", k % 16);
		}
	}
	fputc('\n', look->out);
}

/* Rows by slot, then a section a phase of those by hit. */
static void put_rows(const struct look *look, const struct grid *g, const struct result *r)
{
	int phase = -1;

	for (unsigned int i = 0; i < g->nr; i++) {
		const struct row *row = &g->rows[i];

		if (row->slotted && !i)
			put_slots(look, &r->scenario);
		if (!row->slotted && row->phase != phase) {
			phase = row->phase;
			fprintf(look->out, "%s  %s\n", i ? "\n" : "",
				is_store(row) ? "once a store or a batch, by hit" :
				phase_name(row->phase));
		}
		put_row(look, row, &r->scenario);
	}
	if (!g->nr && r->baseline.outcome == HELD)
		fputs("  nothing that could fail was called\n", look->out);
}

/* ---- the whole --------------------------------------------------------- */

/* Some of what the run without a fault breaks is no measure for the cases. */
static bool is_judged(const struct result *r)
{
	return r->baseline.outcome == HELD ||
	       (r->baseline.outcome == BROKEN && (r->exhausted || r->not_judged < r->nr_cases));
}

static const char *letters_of(const struct verdict *v)
{
	static char letters[2 * VERDICT_FINDINGS + 1];
	size_t n = 0;

	for (unsigned int i = 0; i < v->nr_findings && i < VERDICT_FINDINGS; i++) {
		if (!memchr(letters, v->findings[i].letter, n))
			letters[n++] = v->findings[i].letter;
	}
	letters[n] = '\0';
	/* Who died had no time for letters. */
	return n ? letters : "an invariant";
}

static void put_head(const struct look *look, const char *subject, const struct result *r)
{
	unsigned int folios = scenario_folios(&r->scenario);

	fprintf(look->out, "subject %s   %s   ", subject, r->name);
	if (folios > 1)
		fprintf(look->out, "%u folios, ", folios);
	fprintf(look->out, "%u page%s", r->nr_pages, r->nr_pages == 1 ? "" : "s");
	if (folios == 1 && r->nr_pages > BATCH)
		fprintf(look->out, ", %u batches of %u", r->nr_pages / BATCH, BATCH);
	fputs("\n\n", look->out);
	if (r->beyond)
		fputs("  beyond contract: no kernel's caller, or driver, brings about this state\n\n",
		      look->out);
	if (r->baseline.outcome == BROKEN)
		fprintf(look->out, "  the run without a fault breaks %s already, so %s\n\n",
			letters_of(&r->baseline), is_judged(r) ? "no case is accused of that again" :
			"no case is judged");
	else if (r->baseline.outcome == REFUSED)
		fprintf(look->out, "  refused by the subject: %s\n\n", r->baseline.why_vacuous);
	else if (r->baseline.outcome != HELD)
		fprintf(look->out, "  nothing was judged: %s\n\n", r->baseline.why_vacuous);
}

static void put_sum(const struct look *look, const struct result *r, bool rows)
{
	const char *between = report_between(look);

	if (rows || r->baseline.outcome == HELD)
		fputc('\n', look->out);
	fprintf(look->out, "  each hit once and persistent: %lu case%s%s%lu held%s%u finding%s",
		r->nr_cases, r->nr_cases == 1 ? "" : "s", between, r->held, between,
		r->nr_distinct + r->nr_more, r->nr_distinct + r->nr_more == 1 ? "" : "s");
	if (r->vacuous)
		fprintf(look->out, "%s%lu vacuous", between, r->vacuous);
	if (r->not_judged)
		fprintf(look->out, "%s%lu not judged", between, r->not_judged);
	if (look->times)
		fprintf(look->out, "%s%.2f s", between, r->seconds);
	fputc('\n', look->out);
	if (!r->exhausted && is_judged(r))
		fputs("  the run was cut short: not every hit was tried\n", look->out);
}

void report_grid(const struct look *look, const char *subject, const struct result *r)
{
	struct grid g;

	put_head(look, subject, r);
	if (grid_build(&g, r)) {
		fputs("  no memory for the grid\n", look->out);
		return;
	}
	put_rows(look, &g, r);
	put_notes(look, &g, &r->scenario);
	put_sum(look, r, g.nr);
	grid_free(&g);
}
