// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings, one block each, and the sums of a run. */
#include <string.h>

#include "report.h"
#include "symbols.h"

static const char *invariant_name(char letter)
{
	for (unsigned int i = 0; i < nr_invariants; i++) {
		if (invariants[i].letter == letter)
			return invariants[i].name;
	}
	return "?";
}

static void put_trace(const struct look *look, const char *title, void *const *frames, int nr)
{
	char text[4096];

	symbols_format(frames, nr, 7, text, sizeof(text));
	if (text[0])
		fprintf(look->out, "     %s\n%s", title, text);
}

static void put_finding(const struct look *look, const char *subject, const struct distinct *d)
{
	const char *on = look->colour ? "\033[1;31m" : "", *off = look->colour ? "\033[0m" : "";
	char id[CASE_ID];

	fprintf(look->out, "\n  %s%c%s  %s", on, d->finding.letter, off,
		invariant_name(d->finding.letter));
	for (unsigned int i = 0; i < d->first.nr_faults; i++)
		fprintf(look->out, "%s%s", i ? " + " : "   ",
			fault_points[d->first.faults[i].fault.point].name);
	fputc('\n', look->out);
	report_wrapped(look, 5, d->finding.text);
	fprintf(look->out, "     first bad step: %s\n", d->finding.step);
	fprintf(look->out, "     %lu case%s, %s contract\n", d->cases, d->cases == 1 ? "" : "s",
		d->within ? "within" : "beyond");
	if (d->plain.letter) {
		fprintf(look->out, "     seen on protected pages; on plain ones %c, %s:\n",
			d->plain.letter, invariant_name(d->plain.letter));
		report_wrapped(look, 7, d->plain.text);
	}
	if (d->died[0])
		fprintf(look->out, "     then: %s\n", d->died);
	if (d->guarded[0]) {
		fputs("     on protected pages:\n", look->out);
		report_wrapped(look, 7, d->guarded);
	}
	if (d->guard_only)
		fputs("     seen on protected pages only\n", look->out);
	put_trace(look, "the call that was made to fail:", d->frames, d->nr_frames);
	put_trace(look, "seen at:", d->finding.frames, d->finding.nr_frames);
	case_format(&d->first, id, sizeof(id));
	fprintf(look->out, "     zfault run ");
	if (strcmp(subject, "core"))
		fprintf(look->out, "--subject=%s ", subject);
	fprintf(look->out, "%s%s\n", d->guard_only ? "--guard " : "", id);
}

void report_findings(const struct look *look, const char *subject, const struct result *r)
{
	for (unsigned int i = 0; i < r->nr_distinct; i++)
		put_finding(look, subject, &r->distinct[i]);
	if (r->nr_more)
		fprintf(look->out, "\n  and %u more findings, not kept\n", r->nr_more);
	if (r->nr_distinct)
		fputc('\n', look->out);
}

static const char *word_of(const struct result *r)
{
	switch (result_code(r)) {
	case 0:
		return "ok";
	case 1:
		return "FINDING";
	case 4:
		return "VACUOUS";
	}
	return "FAILED";
}

void report_line(const struct look *look, const struct result *r)
{
	int code = result_code(r);
	const char *on = "", *off = "";

	if (look->colour && code) {
		on = "\033[1;31m";
		off = "\033[0m";
	}
	fprintf(look->out, "%s%-7s%s %7lu case%s  %s", on, word_of(r), off, r->nr_cases,
		r->nr_cases == 1 ? " " : "s", r->name);
	if (look->times && r->seconds >= 1)
		fprintf(look->out, "  %.1f s", r->seconds);
	fputc('\n', look->out);
	if (r->error[0])
		fprintf(look->out, "        %s\n", r->error);
	if (code != 4)
		return;
	if (r->baseline.why_vacuous[0])
		fprintf(look->out, "        %s\n", r->baseline.why_vacuous);
	if (r->vacuous || r->not_judged)
		fprintf(look->out, "        %lu vacuous, %lu not judged\n", r->vacuous,
			r->not_judged);
}

void total_add(struct total *t, const struct result *r)
{
	t->exhausted = (t->scenarios ? t->exhausted : true) && r->exhausted;
	t->scenarios++;
	t->cases += r->nr_cases;
	t->held += r->held;
	t->broken += r->broken;
	t->vacuous += r->vacuous;
	t->not_judged += r->not_judged;
	t->same += r->same;
	t->guarded += r->guarded;
	t->steps += r->steps;
	t->distinct += r->nr_distinct + r->nr_more;
	t->failed += r->error[0] != '\0';
	t->checked |= r->checked;
	t->not_seen |= r->not_seen;
	t->seconds += r->seconds;
}

static void put_letters(const struct look *look, const char *title, uint32_t mask)
{
	fprintf(look->out, "%s", title);
	for (unsigned int i = 0; i < nr_invariants; i++) {
		if (mask & invariant_bit(invariants[i].letter))
			fprintf(look->out, " %c", invariants[i].letter);
	}
	fputc('\n', look->out);
}

static void put_sums(const struct look *look, const struct total *t)
{
	const char *between = report_between(look);

	fprintf(look->out, "\n%lu scenario%s%s%lu case%s%s%lu held%s%lu finding%s%s%lu vacuous",
		t->scenarios, t->scenarios == 1 ? "" : "s", between,
		t->cases, t->cases == 1 ? "" : "s", between, t->held, between,
		t->distinct, t->distinct == 1 ? "" : "s", between, t->vacuous);
	if (t->not_judged)
		fprintf(look->out, "%s%lu not judged", between, t->not_judged);
	if (t->failed)
		fprintf(look->out, "%s%lu failed", between, t->failed);
	fputc('\n', look->out);
}

void report_total(const struct look *look, const struct total *t)
{
	put_sums(look, t);
	if (t->same)
		fprintf(look->out, "%lu persistent fault%s had nothing more to fail: judged as the once\n",
			t->same, t->same == 1 ? "" : "s");
	if (t->guarded)
		fprintf(look->out, "%lu case%s played again on protected pages\n", t->guarded,
			t->guarded == 1 ? "" : "s");
	fprintf(look->out, "the oracle looked after %lu steps\n", t->steps);
	put_letters(look, "invariants that looked at something:", t->checked);
	/* A case in which zswap did not come up has less to show than others. */
	if (t->not_seen & ~t->checked)
		put_letters(look, "not seen, the subject does not show it:",
			    t->not_seen & ~t->checked);
	fputs(t->exhausted ? "every hit was tried: a fault planned behind the last one fired nowhere\n" :
	      "not every hit was tried\n", look->out);
}
