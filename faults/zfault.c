// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault: the commands by name. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "words.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *says;
} commands[] = {
	{ "matrix", cmd_matrix, "fail every hit of every fault point of scenarios, and judge each case" },
	{ "run", cmd_run, "one case by its id, or a scenario without a fault" },
	{ "list", cmd_list, "subjects, points, scenarios, invariants, or the cases of a scenario" },
	{ "bench", cmd_bench, "how fast: cases a second, a store against bare zlib, a fault point" },
};
#define NR_COMMANDS	(sizeof(commands) / sizeof(commands[0]))

static const char *known_command(unsigned int i)
{
	return i < NR_COMMANDS ? commands[i].name : NULL;
}

static void help(FILE *out)
{
	fputs("zfault: fault injection for zswap's store of large folios\n\n"
	      "usage: zfault COMMAND [OPTION]... [ARGUMENT]...\n\n", out);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].says);
	fputs("\n'zfault COMMAND --help' says more.\n\n"
	      "exit status: 0 all held, 1 findings, 2 usage, 3 the harness itself failed,\n"
	      "4 vacuous: nothing was found, but not everything was looked at.\n"
	      "Where several apply, the first of 2, 3, 1, 4, 0 counts.\n", out);
}

int main(int argc, char **argv)
{
	const char *near;

	if (argc < 2) {
		help(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		help(stdout);
		return EXIT_HELD;
	}
	for (size_t i = 0; i < NR_COMMANDS; i++) {
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	}
	near = words_nearest(argv[1], strlen(argv[1]), known_command);
	if (near)
		return usage_error("unknown command '%s', did you mean '%s'?", argv[1], near);
	return usage_error("unknown command '%s'; see: zfault --help", argv[1]);
}
