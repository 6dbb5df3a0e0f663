// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault explore: what single faults do not reach. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>

#include "explore.h"

static const char help_text[] =
"zfault explore: what single faults do not reach\n\n"
"usage: zfault explore --pairs [OPTION]... [SCENARIO]...\n"
"       zfault explore --histories=N [OPTION]...\n\n"
"  -s, --subject=NAME   as in 'zfault matrix'\n"
"  -j, --jobs=N         worker processes (default: one a core), which share each\n"
"                       scenario; what comes out is the same for any number\n"
"  -p, --pages=FILE     as in 'zfault matrix'; histories have generated pages\n"
"                       otherwise, to be the same everywhere\n"
"  -o, --output=FILE    write the report there, whole or not at all\n"
"      --strict         exit with 1 for findings beyond contract, too\n"
"  -h, --help           this text\n\n"
"--pairs: each fault of the matrix is made to strike, and then every hit of the\n"
"run that it leads to, with each error, once and persistent: in the fallback, at\n"
"other pages, in the next folio, while pages are read, written back and stored\n"
"again, and in the teardown. Where the second store is the one that fails, a\n"
"third one tells whether zswap recovers. What a fault breaks by itself is not\n"
"told again of those that come after it. A pair is beyond contract if either\n"
"fault is. The last hits of each point are played again on protected pages,\n"
"unless the program is built with ASan. Without a SCENARIO those of the covering\n"
"list are run that have up to 16 pages, which takes minutes. At the end each\n"
"defect is told once, with what it takes to reach it, by the smallest case that\n"
"shows it in any scenario.\n\n"
"  -r, --results=FILE   as in 'zfault matrix': what FILE has of the same run\n"
"                       already is not played again\n"
"      --shard=I/N      every N-th scenario from the I-th on; 'zfault merge' puts\n"
"                       the results of all N together\n"
"      --depth=N        faults of a case: 2 (default), or up to 4 for scenarios\n"
"                       small enough: one with too many cases is left out, and\n"
"                       how many they are is said\n\n"
"--histories=N: N random histories of a hundred steps each: stores, loads, writes\n"
"to the swap cache, frees, reclaim, the shrinker and its worker, parameters,\n"
"limits, cgroups that come, go and take folios along, CPUs and swap files, over\n"
"many folios and up to six cgroups, with up to two faults in a step. The oracle\n"
"looks after each step, and once more in the end, when everything is read back\n"
"and undone. Each defect is told once, by the shortest history that shows it,\n"
"which 'zfault run --history' repeats. A table says how often each kind of step\n"
"did something; where one never did, the run is vacuous. One of sixteen histories\n"
"is played again on protected pages, unless the program is built with ASan.\n\n"
"      --seed=S         other histories (default: 1); the same for the same S\n"
"      --save=DIR       write each of these shortest histories to a file there\n\n"
"exit status: 0 all held, or what did not is beyond contract, 1 findings that a\n"
"kernel can meet, 2 usage, 3 harness failed, 4 vacuous, or left out\n";

/* One thing at a time. */
static int choose(struct explore *x, char **names, unsigned int nr)
{
	if (x->histories && (x->part.file || x->part.shards))
		return usage_error("--results and --shard are of --pairs; see: zfault explore --help");
	if (x->histories ? x->depth : x->seed || x->save)
		return usage_error(x->histories ? "--depth is of --pairs; see: zfault explore --help" :
				   "--seed and --save are of --histories; see: zfault explore --help");
	if (x->pairs && x->histories)
		return usage_error("--pairs and --histories are two runs; see: zfault explore --help");
	x->depth = x->depth ? x->depth : 2;
	x->seed = x->seed ? x->seed : 1;
	if (x->pairs)
		return explore_pairs(x, names, nr);
	if (x->histories && nr)
		return usage_error("'%s': histories are of no scenario; see: zfault explore --help",
				   names[0]);
	if (x->histories)
		return explore_histories(x);
	return usage_error("explore what? --pairs or --histories=N; see: zfault explore --help");
}

static int parse_options(struct explore *x, int argc, char **argv)
{
	static const struct option options[] = {
		SETTING_OPTIONS,
		{ "jobs", required_argument, NULL, 'j' },
		{ "output", required_argument, NULL, 'o' },
		{ "strict", no_argument, NULL, 'S' },
		PART_OPTIONS,
		{ "pairs", no_argument, NULL, 'P' },
		{ "depth", required_argument, NULL, 'D' },
		{ "histories", required_argument, NULL, 'H' },
		{ "seed", required_argument, NULL, 'R' },
		{ "save", required_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 },
	};
	int c, code = GO_ON;

	opterr = 0;
	while (code == GO_ON && (c = getopt_long(argc, argv, ":s:j:p:o:r:h", options, NULL)) != -1) {
		switch (c) {
		case 'o':
			if (!parse_path("--output", optarg, &x->output))
				return EXIT_USAGE;
			break;
		case 'S':
			x->strict = true;
			break;
		case 'r':
		case 'N':
			code = part_option(&x->part, c, optarg);
			break;
		case 'P':
			x->pairs = true;
			break;
		case 'D':
			if (!parse_count("--depth", optarg, FAULT_MAX_PLAN, &x->depth))
				return EXIT_USAGE;
			break;
		case 'H':
			if (!parse_count("--histories", optarg, 1000000000, &x->histories))
				return EXIT_USAGE;
			break;
		case 'R':
			if (!parse_count("--seed", optarg, UINT_MAX, &x->seed))
				return EXIT_USAGE;
			break;
		case 'w':
			if (!parse_path("--save", optarg, &x->save))
				return EXIT_USAGE;
			break;
		default:
			code = setting_option(&x->setting, argv, c, help_text);
		}
	}
	return code;
}

int cmd_explore(int argc, char **argv)
{
	struct explore x = { .pairs = false };
	int code = parse_options(&x, argc, argv);

	if (code != GO_ON)
		return code;
	return choose(&x, argv + optind, argc - optind);
}
