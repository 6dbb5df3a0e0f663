// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault matrix: the face of the project. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "display.h"
#include "edges.h"
#include "output.h"
#include "part.h"
#include "story.h"

static const char help_text[] =
"zfault matrix: fail every hit of every fault point, one at a time\n\n"
"usage: zfault matrix [OPTION]... [SCENARIO]...\n\n"
"A scenario is run without a fault first, and every hit of a fault point is\n"
"recorded. Then each hit is made to fail, with each error that it may return,\n"
"once and from there on; after every step of every run the oracle judges the\n"
"world. Without a SCENARIO the committed covering list is run, one line each,\n"
"and grids are shown where something was found. At the end each distinct defect\n"
"is told once, with the number of cases and scenarios behind it, and by the\n"
"smallest case that shows it in any scenario, which is looked for then: findings\n"
"are of one defect where they break one rule and come of a failure at one place\n"
"of the subject. A subject that takes no large folios is given them as folios of\n"
"one page, too.\n\n"
"  -s, --subject=NAME   core (default), another of 'zfault list subjects', or\n"
"                       the path of a shared object\n"
"  -j, --jobs=N         worker processes (default: one a core)\n"
"  -p, --pages=FILE     page contents: a dump, cut into pages of 4096 bytes\n"
"                       (default: the images of zfault and its libraries)\n"
"  -o, --output=FILE    write the report there, whole or not at all\n"
"  -v, --verbose        print the grid of every scenario\n"
"  -r, --results=FILE   keep results in FILE, a scenario after the other; what it\n"
"                       has of the same run already is not played again\n"
"      --shard=I/N      every N-th scenario from the I-th on; 'zfault merge' puts\n"
"                       the results of all N together\n"
"  -e, --edges=FILE     write there which blocks of the subject each case ran, as\n"
"                       'make coverage' reads it (subjects built with COVERAGE=1)\n"
"      --without=LETTERS\n"
"                       leave out these invariants: what do the others see? Such\n"
"                       a run is vacuous, if nothing worse\n"
"      --no-guard       leave out the pass on protected pages\n"
"      --no-shrink      show each defect by the smallest case of those that were\n"
"                       played, and look for no smaller one\n"
"      --strict         exit with 1 for findings beyond contract, too: what no\n"
"                       kernel can meet is shown, and accuses nobody otherwise\n"
"  -h, --help           this text\n\n"
"reading the grid: rows are fault points, columns the page slots of the folio.\n"
"  a dot     held: every invariant, after every step, once and persistent\n"
"  -         not hit there: nothing to fail\n"
"  v         vacuous: the fault did not fire, or nothing was checked\n"
"  ?         not judged: the run without a fault already breaks an invariant, and\n"
"            nothing else was found\n"
"  a letter  the invariant that broke first ('zfault list invariants')\n"
"Where a cell stands for several cases it shows the worst of them.\n\n"
"exit status: 0 all held, or what did not is beyond contract, 1 findings that a\n"
"kernel can meet, 2 usage, 3 harness failed, 4 vacuous\n";

/**
 * struct matrix - the command
 * @nr: scenarios of the whole run
 */
struct matrix {
	struct setting setting;
	struct display display;
	struct part part;
	const char *output, *edges_file, *without;
	FILE *edges;
	bool no_guard, no_shrink, strict, named;
	unsigned int nr;
	int code;
};

static bool parse_letters(struct matrix *m, const char *arg)
{
	for (const char *p = arg; *p || !*arg; p++) {
		if (*p && invariant_bit(*p))
			continue;
		usage_error("--without takes letters of invariants, not '%.1s'; see: zfault list invariants", p);
		return false;
	}
	m->without = arg;
	return true;
}

/* Whoever did not look has seen nothing. */
static int leave_out(struct matrix *m)
{
	uint32_t mask = 0;

	if (m->without && m->part.file)
		return usage_error("--results keeps what all invariants say, so not with --without");
	for (const char *p = m->without; p && *p; p++)
		mask |= invariant_bit(*p);
	oracle_disable(mask);
	return 0;
}

static int parse_options(struct matrix *m, int argc, char **argv)
{
	static const struct option options[] = {
		SETTING_OPTIONS,
		{ "jobs", required_argument, NULL, 'j' },
		{ "output", required_argument, NULL, 'o' },
		PART_OPTIONS,
		{ "edges", required_argument, NULL, 'e' },
		{ "without", required_argument, NULL, 'W' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "no-guard", no_argument, NULL, 'G' },
		{ "no-shrink", no_argument, NULL, 'K' },
		{ "strict", no_argument, NULL, 'S' },
		{ NULL, 0, NULL, 0 },
	};
	int c, code = GO_ON;

	opterr = 0;
	while (code == GO_ON && (c = getopt_long(argc, argv, ":s:j:p:o:r:e:vh", options, NULL)) != -1) {
		switch (c) {
		case 'o':
			if (!parse_path("--output", optarg, &m->output))
				return EXIT_USAGE;
			break;
		case 'r':
		case 'N':
			code = part_option(&m->part, c, optarg);
			break;
		case 'e':
			if (!parse_path("--edges", optarg, &m->edges_file))
				return EXIT_USAGE;
			break;
		case 'W':
			if (!parse_letters(m, optarg))
				return EXIT_USAGE;
			break;
		case 'v':
			m->display.verbose = true;
			break;
		case 'G':
			m->no_guard = true;
			break;
		case 'K':
			m->no_shrink = true;
			break;
		case 'S':
			m->strict = true;
			break;
		default:
			code = setting_option(&m->setting, argv, c, help_text);
		}
	}
	return code;
}

/* ---- what is shown ----------------------------------------------------- */

static void show(const struct result *r, void *arg)
{
	struct matrix *m = arg;

	part_add(&m->part, r, true);
	if (m->edges && !edges_print(m->edges, r))
		m->code = worse_code(m->code, harness_error("%s: more sets of blocks than there is room for",
							    r->name));
}

static void show_progress(unsigned long cases, void *arg)
{
	(void)arg;
	fprintf(stderr, "\r%lu cases \r", cases);
}

/* ---- files ------------------------------------------------------------- */

static int open_edges(struct matrix *m)
{
	if (!m->edges_file)
		return 0;
	if (!edges_nr())
		return usage_error("subject %s counts no blocks; see: make COVERAGE=1",
				   m->setting.subject.desc->name);
	m->edges = fopen(m->edges_file, "w");
	if (!m->edges)
		return usage_error("%s: %s", m->edges_file, strerror(errno));
	edges_print_blocks(m->edges);
	return 0;
}

static int close_edges(struct matrix *m, int code)
{
	if (!m->edges)
		return code;
	if (ferror(m->edges) | fclose(m->edges))
		code = worse_code(code, harness_error("%s: not written", m->edges_file));
	return code;
}

static bool is_whole(const struct matrix *m)
{
	return m->part.nr_done == m->part.nr_todo;
}

/* A report from which a scenario is missing is none. */
static int close_output(struct matrix *m, int code)
{
	if (!m->output)
		return code;
	return worse_code(code, output_close(is_whole(m)));
}

/* ---- the run ----------------------------------------------------------- */

static int open_part(struct matrix *m, struct scenario *scenarios)
{
	const struct results_run run = {
		.command = "matrix",
		.setting = &m->setting,
		.scenarios = scenarios,
		.nr = m->nr,
		.strict = m->strict,
		.guard = !m->no_guard,
	};

	m->part.display = &m->display;
	return part_open(&m->part, &run, scenarios);
}

static int play(struct matrix *m, const struct scenario *scenarios)
{
	const struct subject_desc *desc = m->setting.subject.desc;
	const struct run_options opt = {
		.subject = &m->setting.subject,
		.pages = &m->setting.pages,
		.jobs = m->setting.jobs,
		.guard = !m->no_guard && !built_with_asan(),
		.strict = m->strict,
		.edges = m->edges_file,
		.progress = !m->display.alone && isatty(STDERR_FILENO) ? show_progress : NULL,
	};
	int code;

	m->display.subject = m->setting.subject_name;
	m->display.name = desc->name;
	display_begin(&m->display, desc->origin, m->setting.pages.source);
	code = run_scenarios(scenarios, m->part.nr_todo, &opt, show, m);
	part_end(&m->part);
	m->display.total.exhausted &= is_whole(m);
	if (is_whole(m) && !m->no_shrink)
		code = worse_code(code, display_shrink(&m->display, &opt));
	code = worse_code(code, display_end(&m->display));
	if (m->without) {
		fprintf(m->display.look.out, "not looked at, as --without says: %s\n", m->without);
		code = worse_code(code, EXIT_VACUOUS);
	}
	code = worse_code(code, worse_code(m->code, m->part.code));
	return close_output(m, code);
}

static int open_and_play(struct matrix *m, struct scenario *scenarios)
{
	int code = leave_out(m);

	if (!code)
		code = open_part(m, scenarios);
	if (!code)
		code = open_edges(m);
	if (!code)
		code = output_begin(m->output, &m->display.look);
	if (!code)
		code = play(m, scenarios);
	code = close_edges(m, code);
	return worse_code(code, part_close(&m->part));
}

static int run_matrix(struct matrix *m, struct scenario *scenarios)
{
	int code = setting_open(&m->setting);

	if (code)
		return code;
	if (!m->named && m->setting.subject.desc->no_large)
		m->nr = scenario_add_small(scenarios, m->nr);
	code = open_and_play(m, scenarios);
	setting_close(&m->setting);
	return code;
}

int cmd_matrix(int argc, char **argv)
{
	struct matrix m = { .nr = 0 };
	struct scenario *scenarios;
	int code = parse_options(&m, argc, argv);

	if (code != GO_ON)
		return code;
	m.nr = argc - optind;
	m.named = m.nr;
	m.display.alone = m.nr == 1;
	code = setting_scenarios(&m.setting, argv + optind, &m.nr, &scenarios);
	if (code)
		return code;
	code = run_matrix(&m, scenarios);
	free(scenarios);
	return code;
}
