// SPDX-License-Identifier: GPL-2.0-or-later
/* Cases of several faults: a line for a scenario, and the sums. */
#include "pairs.h"
#include "report.h"

static const char *const names_of[FAULT_MAX_PLAN] = { "firsts", "pairs", "triples", "fours" };

void report_pairs_title(const struct look *look, unsigned int depth)
{
	fputs("       ", look->out);
	for (unsigned int n = 0; n < depth; n++)
		fprintf(look->out, " %9s", names_of[n]);
	fputs("      held  broken vacuous\n", look->out);
}

void report_pairs_line(const struct look *look, const struct result *r)
{
	report_word(look, r);
	for (unsigned int n = 0; n < r->depth; n++)
		fprintf(look->out, " %9lu", r->nr[n]);
	fprintf(look->out, " %9lu %7lu %7lu  %s\n", r->held, r->broken, r->vacuous, r->name);
	if (r->error[0])
		fprintf(look->out, "        %s\n", r->error);
	else if (r->estimate)
		fprintf(look->out, "        about %lu cases are more than the %lu there is room for: none was tried\n",
			r->estimate, PAIRS_MOST);
	else if (r->baseline.outcome == REFUSED)
		fprintf(look->out, "        refused by the subject: %s\n", r->baseline.why_vacuous);
	else if (r->not_judged)
		fprintf(look->out, "        %lu not judged: the run without a fault already breaks an invariant\n",
			r->not_judged);
	else if (!r->exhausted)
		fputs("        not every hit was tried\n", look->out);
}

static void put_reaches(const struct look *look, const struct defects *defects)
{
	static const char *const says[] = {
		"without a fault", "by a single fault", "by a persistent one alone",
		"by pairs alone", "by triples alone", "by fours alone",
	};
	const char *between = "reached ";

	for (unsigned int i = 0; defects->nr && i < sizeof(says) / sizeof(says[0]); i++) {
		unsigned int nr = 0;

		for (unsigned int k = 0; k < defects->nr; k++)
			nr += defect_reach(&defects->all[k]) == 1u << i;
		if (!nr)
			continue;
		fprintf(look->out, "%s%u %s", between, nr, says[i]);
		between = ", ";
	}
	if (defects->nr)
		fputc('\n', look->out);
}

void report_pairs_total(const struct look *look, unsigned int depth, const struct total *t,
			const struct defects *defects)
{
	put_reaches(look, defects);
	for (unsigned int n = 0; n < depth; n++)
		fprintf(look->out, "%s%lu %s", n ? ", " : "", t->nr[n], names_of[n]);
	fputc('\n', look->out);
	if (t->behind)
		fprintf(look->out, "%lu more come after faults that break an invariant by themselves: not judged\n",
			t->behind);
	if (t->left_out)
		fprintf(look->out, "%lu scenario%s too many cases: none of them was tried\n",
			t->left_out, t->left_out == 1 ? " has" : "s have");
}
