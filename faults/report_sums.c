// SPDX-License-Identifier: GPL-2.0-or-later
/* A line for a scenario, and the sums of a run. */
#include "report.h"

static const char *word_of(const struct result *r)
{
	switch (result_code(r)) {
	case 0:
		if (r->nr_distinct)
			return "beyond";
		return r->baseline.outcome == REFUSED ? "refused" : "ok";
	case 1:
		return "FINDING";
	case 4:
		return "VACUOUS";
	}
	return "FAILED";
}

void report_word(const struct look *look, const struct result *r)
{
	bool colour = look->colour && result_code(r);

	fprintf(look->out, "%s%-7s%s", colour ? "\033[1;31m" : "", word_of(r),
		colour ? "\033[0m" : "");
}

void report_line(const struct look *look, const struct result *r)
{
	int code = result_code(r);

	report_word(look, r);
	fprintf(look->out, " %7lu case%s  %s", r->nr_cases,
		r->nr_cases == 1 ? " " : "s", r->name);
	if (look->times && r->seconds >= 1)
		fprintf(look->out, "  %.1f s", r->seconds);
	fputc('\n', look->out);
	if (r->error[0])
		fprintf(look->out, "        %s\n", r->error);
	if (r->baseline.outcome == REFUSED)
		fprintf(look->out, "        refused by the subject: %s\n", r->baseline.why_vacuous);
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
	t->refused += r->baseline.outcome == REFUSED;
	t->same += r->same;
	t->guarded += r->guarded;
	t->steps += r->steps;
	t->failed += r->error[0] != '\0';
	t->checked |= r->checked;
	t->not_seen |= r->not_seen;
	t->seconds += r->seconds;
	for (unsigned int n = 0; n < FAULT_MAX_PLAN; n++)
		t->nr[n] += r->nr[n];
	t->behind += r->behind;
	t->left_out += r->estimate != 0;
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

static void put_defects(const struct look *look, const struct defects *defects)
{
	fprintf(look->out, "%u defect%s", defects->nr, defects->nr == 1 ? "" : "s");
	if (defects->nr)
		fprintf(look->out, ", %u within contract", defects->within);
}

static void put_sums(const struct look *look, const struct total *t, const struct defects *defects)
{
	const char *between = report_between(look);

	fprintf(look->out, "\n%lu scenario%s%s%lu case%s%s%lu held%s", t->scenarios,
		t->scenarios == 1 ? "" : "s", between, t->cases, t->cases == 1 ? "" : "s",
		between, t->held, between);
	put_defects(look, defects);
	fprintf(look->out, "%s%lu vacuous", between, t->vacuous);
	if (t->not_judged)
		fprintf(look->out, "%s%lu not judged", between, t->not_judged);
	if (t->failed)
		fprintf(look->out, "%s%lu failed", between, t->failed);
	fputc('\n', look->out);
}

void report_total(const struct look *look, const struct total *t, const struct defects *defects)
{
	put_sums(look, t, defects);
	if (t->refused)
		fprintf(look->out, "%lu scenario%s of these refused by the subject: nothing to fail there\n",
			t->refused, t->refused == 1 ? "" : "s");
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
