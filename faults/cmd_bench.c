// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault bench: how fast. */
#include <getopt.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "cmd.h"

static const char help_text[] =
"zfault bench: how fast\n\n"
"usage: zfault bench [OPTION]... [SCENARIO]...\n\n"
"  a case           single-fault cases of some scenarios, played one by one with\n"
"                   the reset of the world and all invariants; and where the time\n"
"                   goes, from a thousand samples a second: zlib, shim, subject,\n"
"                   oracle, and the story that is played\n"
"  growth           of that, with the order of the folio and the number of folios\n"
"  one fault and    of all that 'zfault explore --pairs' plays: how many cases\n"
"  two              there are, and what each costs\n"
"  a store          16 pages without a fault, nothing remembered, against zlib\n"
"                   alone on the same pages with the same parameters; of every\n"
"                   subject that is built\n"
"  a fault point    that is not armed\n"
"  memory           the most that all of this took\n\n"
"With SCENARIOs their cases alone are measured. Work is done in small pieces, in\n"
"turns with what it is compared with, and the best time of each piece counts, so\n"
"that a machine with other things to do tells nearly the same; how far from that\n"
"the medians are says how busy it was. Only ratios mean something on another one.\n\n"
"  -s, --subject=NAME   that one alone (default: core, and the stores of all)\n"
"  -p, --pages=FILE     as in 'zfault matrix'\n"
"      --json           for a program\n"
"  -b, --baseline=FILE  compare ratios with what --json wrote, in the same build\n"
"  -h, --help           this text\n\n"
"exit status: 0 measured, whatever came out, 2 usage, 3 harness failed\n";

#define MOST_PAGES	512	/* of a folio of order 9; so the pages are always the same ones */

static char *const usual[] = {
	"order0", "order4", "order4/stale/objcg1/batching", "order7/alone", "order9/stale/objcg1",
};

/**
 * struct bench_options
 * @all: not some scenarios alone; @others: and not one subject alone
 */
struct bench_options {
	struct setting setting;
	const char *baseline;
	bool json, all, others;
};

static int parse_options(struct bench_options *o, int argc, char **argv)
{
	static const struct option options[] = {
		SETTING_OPTIONS,
		{ "json", no_argument, NULL, 'J' },
		{ "baseline", required_argument, NULL, 'b' },
		{ NULL, 0, NULL, 0 },
	};
	int c, code = GO_ON;

	opterr = 0;
	while (code == GO_ON && (c = getopt_long(argc, argv, ":s:p:b:h", options, NULL)) != -1) {
		if (c == 'J')
			o->json = true;
		else if (c == 'b')
			code = parse_path("--baseline", optarg, &o->baseline) ? GO_ON : EXIT_USAGE;
		else
			code = setting_option(&o->setting, argv, c, help_text);
	}
	return code;
}

static int bench_stores(struct bench *b, struct setting *s)
{
	int code = bench_store(b, s, "deflate");

	return code ? code : bench_store(b, s, "deflate-iaa");
}

/* On the same pages. One that no longer loads is told, and the others are measured. */
static int bench_stores_of(struct bench *b, const struct setting *s, char *file)
{
	struct setting other = *s;
	char why[400];
	int code;

	other.file = file;
	if (subject_load(file, &other.subject, why, sizeof(why))) {
		usage_error("%s", why);
		return 0;
	}
	code = bench_stores(b, &other);
	subject_unload(&other.subject);
	return code;
}

/* Of all that lie beside the subject of @s. */
static int bench_others(struct bench *b, const struct setting *s)
{
	const char *slash = strrchr(s->file, '/');
	char pattern[PATH_MAX];
	glob_t found;
	int code = 0;

	snprintf(pattern, sizeof(pattern), "%.*s/*.so", (int)(slash - s->file), s->file);
	if (glob(pattern, 0, NULL, &found))
		return 0;
	for (size_t i = 0; i < found.gl_pathc && !code; i++) {
		if (strcmp(found.gl_pathv[i], s->file))
			code = bench_stores_of(b, s, found.gl_pathv[i]);
	}
	globfree(&found);
	return code;
}

static int measure(struct bench *b, struct bench_options *o, const struct scenario *scenarios,
		   unsigned int nr)
{
	struct setting *s = &o->setting;
	int code = bench_cases(b, s, scenarios, nr, !o->all);

	if (!code && o->all)
		code = bench_growth(b, s);
	if (!code && o->all)
		code = bench_pairs(b, s);
	if (!code && o->all)
		code = bench_stores(b, s);
	if (!code && o->all && o->others)
		code = bench_others(b, s);
	if (!code && o->all)
		code = bench_point(b);
	bench_memory(b);
	return code;
}

static int show(const struct bench *b, const struct bench_options *o)
{
	json_t *json;

	if (!o->json) {
		bench_print(b, &o->setting, o->baseline);
		return 0;
	}
	json = bench_to_json(b, &o->setting);
	if (!json || json_dumpf(json, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(4)))
		return harness_error("the benchmark is not written");
	putchar('\n');
	json_decref(json);
	return 0;
}

static int bench(struct bench_options *o, const struct scenario *scenarios, unsigned int nr)
{
	static struct bench b;
	json_t *baseline = o->baseline ? bench_baseline(o->baseline) : NULL;
	int code;

	if (o->baseline && !baseline)
		return EXIT_USAGE;
	o->setting.nr_pages = MOST_PAGES;
	code = setting_open(&o->setting);
	if (!code) {
		code = measure(&b, o, scenarios, nr);
		if (baseline)
			bench_compare(&b, baseline);
		if (!code)
			code = show(&b, o);
		setting_close(&o->setting);
	}
	json_decref(baseline);
	return code;
}

int cmd_bench(int argc, char **argv)
{
	struct bench_options o = { .json = false };
	unsigned int nr = sizeof(usual) / sizeof(usual[0]);
	char **names = (char **)usual;
	struct scenario *scenarios;
	int code = parse_options(&o, argc, argv);

	if (code != GO_ON)
		return code;
	o.all = optind == argc;
	o.others = !o.setting.subject_name;
	if (!o.all) {
		names = argv + optind;
		nr = argc - optind;
	}
	code = setting_scenarios(&o.setting, names, &nr, &scenarios);
	if (code)
		return code;
	code = bench(&o, scenarios, nr);
	free(scenarios);
	return code;
}
