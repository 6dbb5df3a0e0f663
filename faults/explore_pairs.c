// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault explore --pairs: a second fault in the run that the first one leads to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "explore.h"
#include "output.h"
#include "pairs.h"
#include "report.h"
#include "shrink.h"

#define DEFAULT_PAGES	16	/* of the scenarios that are run if none is named */

static const char *const names_of[FAULT_MAX_PLAN] = { "firsts", "pairs", "triples", "fours" };

/**
 * struct pairs_sum - of a run
 * @left_out: scenarios with too many cases
 */
struct pairs_sum {
	struct total total;
	struct defects defects;
	unsigned long nr[FAULT_MAX_PLAN];
	unsigned long behind;
	unsigned int left_out;
};

static void show_progress(unsigned long cases, void *arg)
{
	(void)arg;
	fprintf(stderr, "\r%lu cases \r", cases);
}

static void put_title(const struct explore *x, const struct look *look)
{
	fprintf(look->out, "subject %s (%s), pages: %s\n\n       ", x->setting.subject.desc->name,
		x->setting.subject.desc->origin, x->setting.pages.source);
	for (unsigned int n = 0; n < x->depth; n++)
		fprintf(look->out, " %9s", names_of[n]);
	fputs("      held  broken vacuous\n", look->out);
}

static void put_line(const struct explore *x, const struct look *look, const struct result *r)
{
	report_word(look, r);
	for (unsigned int n = 0; n < x->depth; n++)
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

static void add(struct pairs_sum *sum, const struct result *r)
{
	total_add(&sum->total, r);
	defects_add(&sum->defects, r);
	for (unsigned int n = 0; n < FAULT_MAX_PLAN; n++)
		sum->nr[n] += r->nr[n];
	sum->behind += r->behind;
	sum->left_out += !!r->estimate;
	if (r->error[0])
		harness_error("%s: %s", r->name, r->error);
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

static void put_sums(const struct explore *x, const struct look *look, struct pairs_sum *sum)
{
	defects_sort(&sum->defects);
	report_defects(look, x->setting.subject_name, &sum->defects, true);
	report_total(look, &sum->total, &sum->defects);
	put_reaches(look, &sum->defects);
	for (unsigned int n = 0; n < x->depth; n++)
		fprintf(look->out, "%s%lu %s", n ? ", " : "", sum->nr[n], names_of[n]);
	fputc('\n', look->out);
	if (sum->behind)
		fprintf(look->out, "%lu more come after faults that break an invariant by themselves: not judged\n",
			sum->behind);
	if (sum->left_out)
		fprintf(look->out, "%u scenario%s too many cases: none of them was tried\n",
			sum->left_out, sum->left_out == 1 ? " has" : "s have");
}

static int run_all(struct explore *x, const struct look *look, const struct scenario *s,
		   unsigned int nr)
{
	const struct pairs_options opt = {
		.run = {
			.subject = &x->setting.subject,
			.pages = &x->setting.pages,
			.jobs = x->setting.jobs,
			.strict = x->strict,
			.progress = isatty(STDERR_FILENO) ? show_progress : NULL,
		},
		.depth = x->depth,
	};
	struct pairs_sum sum = { .behind = 0 };
	int code = 0;

	put_title(x, look);
	for (unsigned int i = 0; i < nr && !child_interrupted(); i++) {
		struct result r;

		code = worse_code(code, pairs_run(&s[i], &opt, &r));
		put_line(x, look, &r);
		fflush(look->out);
		add(&sum, &r);
		result_free(&r);
	}
	if (child_interrupted())
		code = worse_code(code, harness_error("interrupted in scenario %lu of %u", sum.total.scenarios, nr));
	else
		shrink_defects(&sum.defects, &opt.run);
	put_sums(x, look, &sum);
	defects_free(&sum.defects);
	return code;
}

static int open_and_run(struct explore *x, const struct scenario *s, unsigned int nr)
{
	struct look look;
	int code = output_begin(x->output, &look);

	if (code)
		return code;
	code = run_all(x, &look, s, nr);
	return x->output ? worse_code(code, output_close(!child_interrupted())) : code;
}

/* Those of the covering list that take seconds, not hours. */
static unsigned int keep_small(struct scenario *s, unsigned int nr)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < nr; i++) {
		if (scenario_pages(&s[i]) <= DEFAULT_PAGES)
			s[kept++] = s[i];
	}
	return kept;
}

int explore_pairs(struct explore *x, char **names, unsigned int nr)
{
	bool named = nr;
	struct scenario *s;
	int code = setting_scenarios(&x->setting, names, &nr, &s);

	if (code)
		return code;
	if (!named) {
		nr = keep_small(s, nr);
		x->setting.nr_pages = DEFAULT_PAGES;
	}
	code = setting_open(&x->setting);
	if (!code) {
		if (!named && x->setting.subject.desc->no_large)
			nr = scenario_add_small(s, nr);
		code = open_and_run(x, s, nr);
		setting_close(&x->setting);
	}
	free(s);
	return code;
}
