// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings of a case and defects of a run, one block each. */
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

void report_trace(const struct look *look, const char *title, void *const *frames, int nr)
{
	char text[4096];

	symbols_format(frames, nr, 7, text, sizeof(text));
	if (text[0])
		fprintf(look->out, "     %s\n%s", title, text);
}

/* The other calls whose failure shows the same. */
static void put_points(const struct look *look, uint64_t points)
{
	char line[FP_NR * 40] = "also when these fail: ";
	const char *between = "";
	size_t n = strlen(line);

	for (unsigned int i = 0; i < FP_NR && n < sizeof(line); i++) {
		if (!(points >> i & 1))
			continue;
		n += snprintf(line + n, sizeof(line) - n, "%s%s", between, fault_points[i].name);
		between = ", ";
	}
	report_wrapped(look, 5, line);
}

void report_head(const struct look *look, const struct distinct *d)
{
	const char *on = look->colour ? "\033[1;31m" : "", *off = look->colour ? "\033[0m" : "";

	fprintf(look->out, "\n  %s%c%s  %s", on, d->finding.letter, off,
		invariant_name(d->finding.letter));
	for (unsigned int i = 0; i < d->first.nr_faults; i++)
		fprintf(look->out, "%s%s", i ? " + " : "   ",
			fault_points[d->first.faults[i].fault.point].name);
	fputc('\n', look->out);
	report_wrapped(look, 5, d->finding.text);
	fprintf(look->out, "     first bad step: %s\n", d->finding.step);
}

void report_run(const struct look *look, const char *subject)
{
	fprintf(look->out, "     zfault run ");
	if (strcmp(subject, "core"))
		fprintf(look->out, "--subject=%s ", subject);
}

static void put_rest(const struct look *look, const char *subject, const struct distinct *d)
{
	char id[CASE_ID];

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
	report_trace(look, d->first.nr_faults > 1 ? "the last call that was made to fail:" :
		  "the call that was made to fail:", d->frames, d->nr_frames);
	report_trace(look, "seen at:", d->finding.frames, d->finding.nr_frames);
	case_format(&d->first, id, sizeof(id));
	report_run(look, subject);
	fprintf(look->out, "%s%s\n", d->guard_only ? "--guard " : "", id);
}

static void put_counts(const struct look *look, const struct distinct *d, unsigned long scenarios)
{
	fprintf(look->out, "     %lu case%s", d->cases, d->cases == 1 ? "" : "s");
	if (scenarios > 1)
		fprintf(look->out, " of %lu scenarios", scenarios);
	fputs(", ", look->out);
	if (d->within && d->within < d->cases)
		fprintf(look->out, "%lu of them ", d->within);
	fprintf(look->out, "%s contract\n", d->within ? "within" : "beyond");
}

void report_findings(const struct look *look, const char *subject, const struct result *r)
{
	for (unsigned int i = 0; i < r->nr_distinct; i++) {
		const struct distinct *d = &r->distinct[i];

		report_head(look, d);
		put_counts(look, d, 1);
		put_rest(look, subject, d);
	}
	if (r->nr_more)
		fprintf(look->out, "\n  and %u more findings, not kept\n", r->nr_more);
	if (r->nr_distinct)
		fputc('\n', look->out);
}

static void put_reach(const struct look *look, unsigned int reach)
{
	static const char *const says[] = {
		"without any fault", "by a single fault",
		"by a persistent fault, by none that strikes once",
		"by a pair of faults, by no single one", "by three faults, not by two",
		"by four faults, not by three",
	};
	unsigned int i = 0;

	while (i + 1 < sizeof(says) / sizeof(says[0]) && !(reach >> i & 1))
		i++;
	fprintf(look->out, "     reached %s\n", says[i]);
}

static void put_defect(const struct look *look, const char *subject, const struct defect *defect,
		       bool reach)
{
	const struct distinct *d = &defect->shown;
	uint64_t others = defect->points;

	for (unsigned int i = 0; i < d->first.nr_faults; i++)
		others &= ~(1ull << d->first.faults[i].fault.point);
	report_head(look, d);
	put_counts(look, d, defect->scenarios);
	if (reach)
		put_reach(look, defect_reach(defect));
	if (others)
		put_points(look, others);
	if (defect->place[0])
		fprintf(look->out, "     in %s\n", defect->place);
	put_rest(look, subject, d);
}

void report_defects(const struct look *look, const char *subject, const struct defects *defects,
		    bool reach)
{
	for (unsigned int i = 0; i < defects->nr; i++)
		put_defect(look, subject, &defects->all[i], reach);
	if (defects->not_kept)
		fprintf(look->out, "\n  and %lu more findings, not kept\n", defects->not_kept);
}
