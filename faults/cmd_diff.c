// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault diff: the same matrix on two subjects, and where they differ. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "compare.h"

static const char help_text[] =
"zfault diff: the fault matrix of two subjects, and the cells that differ\n\n"
"usage: zfault diff --subject=A --subject=B [OPTION]... [SCENARIO]...\n\n"
"The scenarios, without one the committed covering list, are run on both as by\n"
"'zfault matrix'. Rows are matched by what a call is for, so that zpool_malloc()\n"
"of one kernel and zs_malloc() of another are one row.\n\n"
"  -s, --subject=NAME   twice: as in 'zfault matrix'\n"
"  -j, --jobs=N         as in 'zfault matrix'\n"
"  -p, --pages=FILE     as in 'zfault matrix'\n"
"  -h, --help           this text\n\n"
"exit status: 0 the same, 1 something differs, 2 usage, 3 harness failed,\n"
"4 there was nothing to compare\n";

/**
 * struct diff - the command
 * @kept: of the subject at hand, @nr so far
 */
struct diff {
	struct setting setting;
	const char *names[2];
	unsigned int nr_names, nr;
	struct kept *kept[2], *now;
	bool failed;
};

static int parse_options(struct diff *d, int argc, char **argv)
{
	static const struct option options[] = {
		SETTING_OPTIONS,
		{ "jobs", required_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	int c, code = GO_ON;

	opterr = 0;
	while (code == GO_ON && (c = getopt_long(argc, argv, ":s:j:p:h", options, NULL)) != -1) {
		if (c != 's')
			code = setting_option(&d->setting, argv, c, help_text);
		else if (d->nr_names++ < 2)
			d->names[d->nr_names - 1] = optarg;
	}
	if (code == GO_ON && d->nr_names != 2)
		return usage_error("'zfault diff' takes two subjects; see: zfault diff --help");
	return code;
}

static void keep(const struct result *r, void *arg)
{
	struct diff *d = arg;

	if (r->error[0])
		harness_error("%s: %s", r->name, r->error);
	d->failed |= r->error[0] || compare_keep(&d->now[d->nr++], r);
}

static int run_one(struct diff *d, unsigned int i, const struct scenario *s, unsigned int nr)
{
	struct run_options opt = {
		.subject = &d->setting.subject,
		.pages = &d->setting.pages,
		.jobs = d->setting.jobs,
	};
	int code;

	d->setting.subject_name = d->names[i];
	code = setting_open(&d->setting);
	if (code)
		return code;
	d->now = d->kept[i];
	d->nr = 0;
	run_scenarios(s, nr, &opt, keep, d);
	setting_close(&d->setting);
	return d->failed || d->nr < nr ? EXIT_HARNESS : 0;
}

static int print(const struct diff *d, unsigned int nr)
{
	struct look look = look_of(stdout);
	struct compared sum = { 0 };

	printf("subjects %s and %s\n", d->names[0], d->names[1]);
	for (unsigned int i = 0; i < nr; i++)
		compare_print(&look, d->names, &d->kept[0][i], &d->kept[1][i], &sum);
	printf("\n%u scenario%s%s%lu differ%s%lu rows compared%s%lu differ\n", nr,
	       nr == 1 ? "" : "s", report_between(&look), sum.scenarios, report_between(&look),
	       sum.rows, report_between(&look), sum.differ);
	if (sum.scenarios)
		return EXIT_FINDINGS;
	return sum.rows ? EXIT_HELD : EXIT_VACUOUS;
}

static int run_both(struct diff *d, const struct scenario *s, unsigned int nr)
{
	int code = 0;

	for (unsigned int i = 0; i < 2 && !code; i++) {
		d->kept[i] = calloc(nr, sizeof(*d->kept[i]));
		code = d->kept[i] ? run_one(d, i, s, nr) : harness_error("no memory for results");
	}
	if (!code)
		code = print(d, nr);
	for (unsigned int i = 0; i < 2; i++) {
		for (unsigned int k = 0; d->kept[i] && k < nr; k++)
			compare_free(&d->kept[i][k]);
		free(d->kept[i]);
	}
	return code;
}

int cmd_diff(int argc, char **argv)
{
	struct diff d = { .failed = false };
	struct scenario *scenarios;
	unsigned int nr;
	int code = parse_options(&d, argc, argv);

	if (code != GO_ON)
		return code;
	nr = argc - optind;
	code = setting_scenarios(&d.setting, argv + optind, &nr, &scenarios);
	if (code)
		return code;
	code = run_both(&d, scenarios, nr);
	free(scenarios);
	return code;
}
