// SPDX-License-Identifier: GPL-2.0-or-later
/* What a user sees of histories: what was done, what was found, the sums. */
#include "report_history.h"

#include <string.h>

/* ---- counts ------------------------------------------------------------ */

static void put_steps(const struct look *look, const struct history_result *r)
{
	fprintf(look->out, "  %-10s %10s %10s\n", "step", "done", "idle");
	for (unsigned int op = 0; op < HOP_NR; op++)
		fprintf(look->out, "  %-10s %10lu %10lu%s\n", history_ops[op].name,
			r->counts.done[op], r->counts.idle[op],
			history_never(r, op) ? "   never did anything" : "");
}

static void put_faults(const struct look *look, const struct history_result *r)
{
	fprintf(look->out, "\n  %-31s %10s %10s\n", "fault point", "planned", "fired");
	for (unsigned int p = 0; p < FP_NR; p++) {
		if (r->counts.planned[p])
			fprintf(look->out, "  %-31s %10lu %10lu\n", fault_points[p].name,
				r->counts.planned[p], r->counts.fired[p]);
	}
}

static void put_sum(const struct look *look, const char *what, unsigned long sum)
{
	fprintf(look->out, "  %-31s %10lu\n", what, sum);
}

void report_history_counts(const struct look *look, const struct history_result *r)
{
	const struct history_counts *c = &r->counts;

	put_steps(look, r);
	put_faults(look, r);
	fprintf(look->out, "\n  what came of it\n");
	put_sum(look, "folios stored", c->stored);
	put_sum(look, "folios refused, to the file", c->written);
	put_sum(look, "folios refused, kept dirty", c->kept);
	put_sum(look, "pages written back", c->written_back);
	put_sum(look, "pages read from zswap", c->read[READ_ZSWAP]);
	put_sum(look, "pages read from the file", c->read[READ_SWAP_FILE]);
	put_sum(look, "pages read from the swap cache", c->read[READ_SWAP_CACHE]);
	put_sum(look, "reads that were made to fail", c->read_failed);
}

/* ---- findings ---------------------------------------------------------- */

static void put_counts(const struct look *look, const struct history_found *f)
{
	const char *within = f->within ? "within" : "beyond";

	fprintf(look->out, "     %lu histor%s, ", f->histories, f->histories == 1 ? "y" : "ies");
	if (f->within && f->within < f->histories)
		fprintf(look->out, "%lu of them ", f->within);
	fprintf(look->out, "%s contract; the first is %lu\n", within, f->index);
}

void report_history_found(const struct look *look, const char *subject,
			  const struct history_found *f, const char *file)
{
	struct distinct d;

	history_distinct(f, &d);
	report_head(look, &d);
	if (f->histories)
		put_counts(look, f);
	if (f->shrunk)
		fprintf(look->out, "     shrunk from %u steps to %u, in %u tries\n", f->length,
			f->history.nr, f->tries);
	if (f->place[0])
		fprintf(look->out, "     in %s\n", f->place);
	if (f->guard)
		fputs("     seen on protected pages only\n", look->out);
	if (d.died[0])
		fprintf(look->out, "     then: %s\n", d.died);
	report_trace(look, "the call that was made to fail:", d.frames, d.nr_frames);
	report_trace(look, "seen at:", d.finding.frames, d.finding.nr_frames);
	report_run(look, subject);
	fprintf(look->out, "%s--history %s\n", f->guard ? "--guard " : "", file ? file : "FILE, a file of these lines:");
	history_print(look->out, &f->history, 7);
}

/* ---- sums -------------------------------------------------------------- */

static void put_letters(const struct look *look, const char *what, uint32_t mask)
{
	fprintf(look->out, "%s", what);
	for (unsigned int i = 0; i < nr_invariants; i++) {
		if (mask & invariant_bit(invariants[i].letter))
			fprintf(look->out, " %c", invariants[i].letter);
	}
	fputc('\n', look->out);
}

static void put_never(const struct look *look, const struct history_result *r)
{
	const char *between = "steps that never did anything: ";

	for (unsigned int op = 0; op < HOP_NR; op++) {
		if (!history_never(r, op))
			continue;
		fprintf(look->out, "%s%s", between, history_ops[op].name);
		between = ", ";
	}
	if (between[0] == ',')
		fputs("; more histories may\n", look->out);
}

void report_history_total(const struct look *look, const struct history_result *r)
{
	const char *between = report_between(look);
	unsigned long beyond = 0;

	for (unsigned int i = 0; i < r->nr_found; i++)
		beyond += !r->found[i].within;
	fprintf(look->out, "\n%lu histories%s%lu steps%s%lu held%s%lu defect%s", r->counts.histories,
		between, r->steps, between, r->held, between, r->nr_found - beyond,
		r->nr_found - beyond == 1 ? "" : "s");
	if (beyond)
		fprintf(look->out, ", %lu beyond contract", beyond);
	if (r->vacuous)
		fprintf(look->out, "%s%lu vacuous", between, r->vacuous);
	fputc('\n', look->out);
	if (r->not_kept)
		fprintf(look->out, "and %lu findings more, for which there was no room\n", r->not_kept);
	if (r->guarded)
		fprintf(look->out, "%lu histories were played again on protected pages\n", r->guarded);
	put_never(look, r);
	put_letters(look, "invariants that looked at something:", r->counts.checked);
	if (r->counts.not_seen & ~r->counts.checked)
		put_letters(look, "not seen, the subject does not show it:",
			    r->counts.not_seen & ~r->counts.checked);
}
