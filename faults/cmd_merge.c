// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault merge: the report of a matrix that was played in parts. */
#include <getopt.h>
#include <string.h>

#include "cmd.h"
#include "display.h"
#include "output.h"
#include "results.h"

static const char help_text[] =
"zfault merge: one report of the results of several parts of a matrix\n\n"
"usage: zfault merge [OPTION]... FILE...\n\n"
"FILEs are what 'zfault matrix --shard=I/N --results=FILE' has written for each I\n"
"from 1 to N, with the same program, subject, scenarios and options. Printed is\n"
"what 'zfault matrix' would have printed of all scenarios. A file of results is\n"
"for other programs, too: a line of JSON for each scenario.\n\n"
"  -o, --output=FILE    write the report there, whole or not at all\n"
"  -v, --verbose        print the grid of every scenario\n"
"  -h, --help           this text\n\n"
"exit status: as of the whole run; 2 when a scenario has no result\n";

struct merge {
	struct results results;
	struct display display;
	const char *output;
};

static int parse_options(struct merge *m, int argc, char **argv, bool *done)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "verbose", no_argument, NULL, 'v' },
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

static int show(struct merge *m)
{
	const struct results *rs = &m->results;
	int code = output_begin(m->output, &m->display.look), worst = 0;

	if (code)
		return code;
	m->display.subject = results_word(rs, "subject");
	m->display.name = results_word(rs, "name");
	m->display.alone = rs->nr == 1;
	display_begin(&m->display, results_word(rs, "origin"), results_word(rs, "pages"));
	for (unsigned int i = 0; i < rs->nr; i++) {
		display_result(&m->display, rs->all[i]);
		worst = worse_code(worst, result_code(rs->all[i]));
	}
	display_end(&m->display);
	return m->output ? worse_code(worst, output_close(true)) : worst;
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
		code = show(&m);
	return worse_code(code, results_close(&m.results));
}
