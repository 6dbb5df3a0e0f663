// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault bisect: what 'git bisect run' asks of a command. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"

static const char help_text[] =
"zfault bisect: is this kernel tree good or bad?\n\n"
"usage: zfault bisect [OPTION]... SCENARIO... | ID\n\n"
"For 'git bisect run zfault bisect ...' in a kernel's tree. Builds the subject\n"
"'bisect' from it and runs the scenarios as by 'zfault matrix', or the one case\n"
"as by 'zfault run'. A case is the sharper question: a tree that has another\n"
"finding is not bad for it.\n\n"
"  -l, --linux=DIR      the tree (default: where git bisect runs it)\n"
"  -z, --source=DIR     the source of zfault, which is needed to build (default:\n"
"                       the one that this program was built in)\n"
"  -h, --help           this text\n\n"
"exit status: 0 good: all held, 1 bad: findings, 125 skip: the tree does not\n"
"build, 128 stop: anything else, as git understands them\n";

enum { EXIT_SKIP = 125, EXIT_STOP = 128 };

struct bisect {
	char tree[PATH_MAX], source[PATH_MAX];
	bool help;
};

/* A folder as an option has it, from where no make has changed to another. */
static int take_folder(char *to, const char *folder)
{
	if (realpath(folder, to))
		return 0;
	usage_error("'%s': no such folder", folder);
	return EXIT_STOP;
}

/* SOURCE/build/VARIANT/zfault. */
static bool find_source(char *source)
{
	char exe[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (len < 0)
		return false;
	exe[len] = '\0';
	for (int i = 0; i < 3; i++) {
		char *slash = strrchr(exe, '/');

		if (!slash)
			return false;
		*slash = '\0';
	}
	memcpy(source, exe, sizeof(exe));
	return true;
}

static bool is_source(const char *folder)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/shim/linux/linux.mk", folder);
	return !access(path, R_OK);
}

/* Before a build: a word that is no good shall not pass for a tree that is none. */
static int check_words(char **words, int nr)
{
	struct zcase c;
	char why[300];

	for (int i = 0; i < nr; i++) {
		if (!case_parse(words[i], &c, why, sizeof(why)))
			continue;
		usage_error("%s", why);
		return EXIT_STOP;
	}
	if (nr)
		return 0;
	usage_error("'zfault bisect' takes scenarios or an id; see: zfault bisect --help");
	return EXIT_STOP;
}

static int parse_options(struct bisect *b, int argc, char **argv)
{
	static const struct option options[] = {
		{ "linux", required_argument, NULL, 'l' },
		{ "source", required_argument, NULL, 'z' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c, code = 0;

	opterr = 0;
	while (!code && (c = getopt_long(argc, argv, ":l:z:h", options, NULL)) != -1) {
		switch (c) {
		case 'l':
			code = take_folder(b->tree, optarg);
			break;
		case 'z':
			code = take_folder(b->source, optarg);
			break;
		case 'h':
			fputs(help_text, stdout);
			b->help = true;
			return 0;
		default:
			option_error(argv, c);
			code = EXIT_STOP;
		}
	}
	return code ? code : check_words(argv + optind, argc - optind);
}

/* 0, EXIT_SKIP after what the build had to say. */
static int build(const struct bisect *b)
{
	char linux_is[PATH_MAX + 8];
	char *const argv[] = {
		"make", "-s", "--no-print-directory", "-C", (char *)b->source, "subject", linux_is,
		"NAME=bisect", "ASAN=", "UBSAN=", "MSAN=", "COVERAGE=", NULL,
	};
	int status;
	pid_t pid;

	snprintf(linux_is, sizeof(linux_is), "LINUX=%s", b->tree);
	fflush(NULL);
	pid = fork();
	if (!pid) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) ||
	    WEXITSTATUS(status) == 127) {
		harness_error("make cannot be run");
		return EXIT_STOP;
	}
	return WEXITSTATUS(status) ? EXIT_SKIP : 0;
}

static int judge(const struct bisect *b, int argc, char **argv)
{
	bool is_case = argc == 1 && strchr(argv[0], ':');
	char *args[argc + 3], subject[PATH_MAX + 64];
	int code;

	snprintf(subject, sizeof(subject), "--subject=%s/build/plain/subjects/bisect.so", b->source);
	args[0] = is_case ? "run" : "matrix";
	args[1] = subject;
	memcpy(args + 2, argv, argc * sizeof(*argv));
	args[argc + 2] = NULL;
	/* getopt starts anew. */
	optind = 0;
	code = is_case ? cmd_run(argc + 2, args) : cmd_matrix(argc + 2, args);
	return code == EXIT_HELD || code == EXIT_FINDINGS ? code : EXIT_STOP;
}

int cmd_bisect(int argc, char **argv)
{
	struct bisect b = { .help = false };
	int code = parse_options(&b, argc, argv);

	if (code || b.help)
		return code;
	if (!b.tree[0])
		code = take_folder(b.tree, ".");
	if (!code && ((!b.source[0] && !find_source(b.source)) || !is_source(b.source))) {
		harness_error("the source of zfault is not at hand; see: zfault bisect --help");
		code = EXIT_STOP;
	}
	if (!code)
		code = build(&b);
	return code ? code : judge(&b, argc - optind, argv + optind);
}
