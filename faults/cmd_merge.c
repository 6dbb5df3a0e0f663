// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault merge: the report of a run that was played in parts. */
#include <getopt.h>
#include <stdlib.h>

#include "child.h"
#include "cmd.h"
#include "display.h"
#include "output.h"
#include "results.h"

static const char help_text[] =
"zfault merge: one report of the results of several parts of a run\n\n"
"usage: zfault merge [OPTION]... FILE...\n\n"
"FILEs are what 'zfault matrix --shard=I/N --results=FILE' has written for each I\n"
"from 1 to N, with the same program, subject, scenarios and options; or what\n"
"'zfault explore --pairs' with these has. Printed is what that command would have\n"
"printed of all scenarios. Where something was found, the smallest case of each\n"
"defect is looked for again, now that all are known: the subject has to be there,\n"
"and the file of --pages if there was one. A file of results is for other\n"
"programs, too: a line of JSON for each scenario.\n\n"
"  -o, --output=FILE    write the report there, whole or not at all\n"
"  -v, --verbose        print the grid of every scenario of a matrix\n"
"      --no-shrink      as in 'zfault matrix': then the subject is not asked for\n"
"  -h, --help           this text\n\n"
"exit status: 0, 1, 3 or 4 as of the whole run, 2 when a scenario has no result\n";

/**
 * struct merge - the command
 * @setting: open if more is to be played
 * @plays: it is
 */
struct merge {
	struct results results;
	struct setting setting;
	bool plays, no_shrink;
	struct display display;
	const char *output;
};

static int parse_options(struct merge *m, int argc, char **argv, bool *done)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "no-shrink", no_argument, NULL, 'K' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":o:vh", options, NULL)) != -1) {
		switch (c) {
		case 'o':
			m->output = optarg;
			break;
		case 'v':
			m->display.verbose = true;
			break;
		case 'K':
			m->no_shrink = true;
			break;
		case 'h':
			fputs(help_text, stdout);
			*done = true;
			return 0;
		default:
			return option_error(argv, c);
		}
	}
	if (optind == argc)
		return usage_error("'zfault merge' takes files of results; see: zfault merge --help");
	return 0;
}

/* What was not played would be held by nobody. */
static int check_whole(const struct results *rs)
{
	unsigned int missing = 0, first = 0;

	for (unsigned int i = rs->nr; i--; ) {
		if (rs->all[i])
			continue;
		missing++;
		first = i;
	}
	if (!missing)
		return 0;
	return usage_error("%u of %u scenarios have no result, the first of them %s: are these all the parts?",
			   missing, rs->nr, results_scenario(rs, first));
}

/* ---- from the cases of all parts to the smallest ones ------------------- */

static bool has_defects(const struct results *rs)
{
	for (unsigned int i = 0; i < rs->nr; i++) {
		if (rs->all[i]->nr_distinct)
			return true;
	}
	return false;
}

static int check_same(struct merge *m, struct scenario *scenarios)
{
	const struct results *rs = &m->results;
	const struct results_run run = {
		.command = results_word(rs, "command"),
		.depth = rs->depth,
		.setting = &m->setting,
		.scenarios = scenarios,
		.nr = rs->nr,
		.strict = rs->all[0]->strict,
		.guard = rs->guard,
	};

	for (unsigned int i = 0; i < rs->nr; i++)
		scenarios[i] = rs->all[i]->scenario;
	return results_can_play(rs, &run);
}

static int open_setting(struct merge *m)
{
	const struct results *rs = &m->results;
	const char *dump = results_word(rs, "dump");
	struct scenario *scenarios;
	int code;

	m->setting.subject_name = results_word(rs, "subject");
	m->setting.pages_file = *dump ? dump : NULL;
	for (unsigned int i = 0; i < rs->nr; i++) {
		if (m->setting.nr_pages < rs->all[i]->nr_pages)
			m->setting.nr_pages = rs->all[i]->nr_pages;
	}
	code = setting_open(&m->setting);
	if (code)
		return code;
	m->plays = true;
	scenarios = calloc(rs->nr, sizeof(*scenarios));
	code = scenarios ? check_same(m, scenarios) : harness_error("no memory for %u scenarios", rs->nr);
	free(scenarios);
	return code;
}

static int prepare(struct merge *m)
{
	if (m->results.depth && m->display.verbose)
		return usage_error("--verbose prints grids, and results of pairs have none");
	return has_defects(&m->results) && !m->no_shrink ? open_setting(m) : 0;
}

static int shrink(struct merge *m)
{
	const struct run_options opt = { .subject = &m->setting.subject, .pages = &m->setting.pages };

	return m->plays ? display_shrink(&m->display, &opt) : 0;
}

/* ---- the report -------------------------------------------------------- */

static int show(struct merge *m)
{
	const struct results *rs = &m->results;
	int code = output_begin(m->output, &m->display.look);

	if (code)
		return code;
	m->display.subject = results_word(rs, "subject");
	m->display.name = results_word(rs, "name");
	m->display.depth = rs->depth;
	m->display.alone = rs->nr == 1 && !rs->depth;
	display_begin(&m->display, results_word(rs, "origin"), results_word(rs, "pages"));
	for (unsigned int i = 0; i < rs->nr; i++) {
		display_result(&m->display, rs->all[i]);
		code = worse_code(code, result_code(rs->all[i]));
	}
	code = worse_code(code, shrink(m));
	code = worse_code(code, display_end(&m->display));
	return m->output ? worse_code(code, output_close(!child_interrupted())) : code;
}

int cmd_merge(int argc, char **argv)
{
	struct merge m = { .output = NULL };
	bool done = false;
	int code = parse_options(&m, argc, argv, &done);

	if (code || done)
		return code;
	for (int i = optind; i < argc && !code; i++)
		code = results_read(&m.results, argv[i]);
	if (!code)
		code = check_whole(&m.results);
	if (!code)
		code = prepare(&m);
	if (!code)
		code = show(&m);
	if (m.plays)
		setting_close(&m.setting);
	return worse_code(code, results_close(&m.results));
}
