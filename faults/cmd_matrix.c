// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault matrix: the face of the project. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "edges.h"
#include "output.h"
#include "report.h"

#define FILE_WIDTH	100	/* columns of a report in a file */

static const char help_text[] =
"zfault matrix: fail every hit of every fault point, one at a time\n\n"
"usage: zfault matrix [OPTION]... [SCENARIO]...\n\n"
"A scenario is run without a fault first, and every hit of a fault point is\n"
"recorded. Then each hit is made to fail, with each error that it may return,\n"
"once and from there on; after every step of every run the oracle judges the\n"
"world. Without a SCENARIO the committed covering list is run, one line each,\n"
"and grids are shown where something was found. At the end each distinct defect\n"
"is told once, by the smallest case that shows it and the number of cases and\n"
"scenarios behind it: findings are of one defect where they break one rule and\n"
"come of a failure at one place of the subject. A subject that takes no large\n"
"folios is given them as folios of one page, too.\n\n"
"  -s, --subject=NAME   core (default), another of 'zfault list subjects', or\n"
"                       the path of a shared object\n"
"  -j, --jobs=N         worker processes (default: one a core)\n"
"  -p, --pages=FILE     page contents: a dump, cut into pages of 4096 bytes\n"
"                       (default: the images of zfault and its libraries)\n"
"  -o, --output=FILE    write the report there, whole or not at all\n"
"  -v, --verbose        print the grid of every scenario\n"
"  -e, --edges=FILE     write there which blocks of the subject each case ran, as\n"
"                       'make coverage' reads it (subjects built with COVERAGE=1)\n"
"      --no-guard       leave out the pass on protected pages\n"
"      --strict         exit with 1 for findings beyond contract, too: what no\n"
"                       kernel can meet is shown, and accuses nobody otherwise\n"
"  -h, --help           this text\n\n"
"reading the grid: rows are fault points, columns the page slots of the folio.\n"
"  a dot     held: every invariant, after every step, once and persistent\n"
"  -         not hit there: nothing to fail\n"
"  v         vacuous: the fault did not fire, or nothing was checked\n"
"  ?         not judged: the run without a fault already breaks an invariant\n"
"  a letter  the invariant that broke first ('zfault list invariants')\n"
"Where a cell stands for several cases it shows the worst of them.\n\n"
"exit status: 0 all held, or what did not is beyond contract, 1 findings that a\n"
"kernel can meet, 2 usage, 3 harness failed, 4 vacuous\n";

struct matrix {
	struct setting setting;
	struct look look;
	struct total total;
	struct defects defects;
	const char *output, *edges_file;
	FILE *edges;
	bool verbose, no_guard, strict, alone, named;
};

static int parse_options(struct matrix *m, int argc, char **argv, bool *done)
{
	static const struct option options[] = {
		{ "subject", required_argument, NULL, 's' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "pages", required_argument, NULL, 'p' },
		{ "output", required_argument, NULL, 'o' },
		{ "edges", required_argument, NULL, 'e' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "no-guard", no_argument, NULL, 'G' },
		{ "strict", no_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":s:j:p:o:e:vh", options, NULL)) != -1) {
		switch (c) {
		case 's':
			m->setting.subject_name = optarg;
			break;
		case 'j':
			if (!parse_count("--jobs", optarg, 1024, &m->setting.jobs))
				return EXIT_USAGE;
			break;
		case 'p':
			m->setting.pages_file = optarg;
			break;
		case 'o':
			m->output = optarg;
			break;
		case 'e':
			m->edges_file = optarg;
			break;
		case 'v':
			m->verbose = true;
			break;
		case 'G':
			m->no_guard = true;
			break;
		case 'S':
			m->strict = true;
			break;
		case 'h':
			fputs(help_text, stdout);
			*done = true;
			return EXIT_HELD;
		default:
			return option_error(argv, c);
		}
	}
	return 0;
}

static void show(const struct result *r, void *arg)
{
	struct matrix *m = arg;

	total_add(&m->total, r);
	defects_add(&m->defects, r);
	if (r->error[0])
		harness_error("%s", r->error);
	if (m->edges && !edges_print(m->edges, r))
		harness_error("%s: more sets of blocks than there is room for", r->name);
	if (!m->alone && !m->verbose)
		report_line(&m->look, r);
	if (!r->error[0] && (m->alone || m->verbose || r->nr_distinct)) {
		fputc('\n', m->look.out);
		report_grid(&m->look, m->setting.subject.desc->name, r);
		if (!m->alone)
			fputc('\n', m->look.out);
	}
	fflush(m->look.out);
}

static void show_progress(unsigned long cases, void *arg)
{
	(void)arg;
	fprintf(stderr, "\r%lu cases \r", cases);
}

static int open_output(struct matrix *m)
{
	FILE *file;
	int code;

	m->look = look_of(stdout);
	if (!m->output)
		return 0;
	code = output_open(m->output, &file);
	if (code)
		return code;
	m->look = look_of(file);
	m->look.width = FILE_WIDTH;
	return 0;
}

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

/* A report from which a scenario is missing is none. */
static int close_output(struct matrix *m, unsigned int nr, int code)
{
	if (!m->output)
		return code;
	return worse_code(code, output_close(m->total.scenarios == nr));
}

static int run_matrix(struct matrix *m, struct scenario *scenarios, unsigned int nr)
{
	struct run_options opt = {
		.subject = &m->setting.subject,
		.pages = &m->setting.pages,
		.jobs = m->setting.jobs,
		.guard = !m->no_guard && !built_with_asan(),
		.strict = m->strict,
		.progress = !m->alone && isatty(STDERR_FILENO) ? show_progress : NULL,
	};
	int code;

	for (unsigned int i = 0; i < nr; i++) {
		if (m->setting.nr_pages < scenario_pages(&scenarios[i]))
			m->setting.nr_pages = scenario_pages(&scenarios[i]);
	}
	code = setting_open(&m->setting);
	if (code)
		return code;
	if (!m->named && m->setting.subject.desc->no_large)
		nr = scenario_add_small(scenarios, nr);
	code = open_edges(m);
	if (!code)
		code = open_output(m);
	if (!code) {
		if (!m->alone)
			fprintf(m->look.out, "subject %s (%s), pages: %s\n\n",
				m->setting.subject.desc->name, m->setting.subject.desc->origin,
				m->setting.pages.source);
		code = run_scenarios(scenarios, nr, &opt, show, m);
		defects_sort(&m->defects);
		report_defects(&m->look, m->setting.subject_name, &m->defects, false);
		report_total(&m->look, &m->total, &m->defects);
		code = close_output(m, nr, code);
	}
	code = close_edges(m, code);
	setting_close(&m->setting);
	return code;
}

int cmd_matrix(int argc, char **argv)
{
	struct matrix m = { .verbose = false };
	struct scenario *scenarios;
	unsigned int nr;
	bool done = false;
	int code = parse_options(&m, argc, argv, &done);

	if (code || done)
		return code;
	nr = argc - optind;
	m.named = nr;
	m.alone = nr == 1;
	scenarios = parse_scenarios(argv + optind, &nr);
	if (!scenarios)
		return EXIT_USAGE;
	code = run_matrix(&m, scenarios, nr);
	defects_free(&m.defects);
	free(scenarios);
	return code;
}
