// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault: the commands by name. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "words.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *says;
} commands[] = {
	{ "matrix", cmd_matrix, "fail every hit of every fault point of scenarios; judge each" },
	{ "run", cmd_run, "one case by its id, or a scenario without a fault" },
	{ "explore", cmd_explore, "what single faults do not reach: pairs of faults, histories" },
	{ "diff", cmd_diff, "the same matrix on two subjects, and the cells that differ" },
	{ "bisect", cmd_bisect, "is a kernel tree good or bad: for 'git bisect run'" },
	{ "merge", cmd_merge, "one report of the results of several parts of a run" },
	{ "list", cmd_list, "subjects, points, scenarios, axes, invariants, cases" },
	{ "bench", cmd_bench, "how fast: cases a second, a store against bare zlib" },
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

/* What was printed has to have arrived; a line on stderr is enough for one run. */
static int finish(int code)
{
	bool failed;

	if (code == EXIT_USAGE || code == EXIT_HARNESS)
		return code;
	errno = 0;
	failed = ferror(stdout);
	failed |= fflush(stdout) != 0;
	if (!failed)
		return code;
	return harness_error("cannot write to standard output: %s",
			     errno ? strerror(errno) : "an earlier write failed");
}

int main(int argc, char **argv)
{
	const char *near;

	/* For the characters of a grid; numbers and messages stay as they are. */
	setlocale(LC_CTYPE, "");
	/* A report that is too long for 'ulimit -f' is a failed write, and told as one. */
	signal(SIGXFSZ, SIG_IGN);
	if (argc < 2) {
		help(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		help(stdout);
		return finish(EXIT_HELD);
	}
	for (size_t i = 0; i < NR_COMMANDS; i++) {
		if (!strcmp(argv[1], commands[i].name))
			return finish(commands[i].run(argc - 1, argv + 1));
	}
	near = words_nearest(argv[1], strlen(argv[1]), known_command);
	if (near)
		return usage_error("unknown command '%s', did you mean '%s'?", argv[1], near);
	return usage_error("unknown command '%s'; see: zfault --help", argv[1]);
}
