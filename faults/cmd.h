/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of zfault, and what they have in common. */
#ifndef FAULTS_CMD_H
#define FAULTS_CMD_H

#include <stdbool.h>

#include "pages.h"
#include "run.h"
#include "shim/subject.h"

enum {
	EXIT_HELD = 0,
	EXIT_FINDINGS = 1,
	EXIT_USAGE = 2,
	EXIT_HARNESS = 3,
	EXIT_VACUOUS = 4,
};

/* Each is given its own name as argv[0] and returns the exit code. */
int cmd_matrix(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_explore(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_bisect(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_bench(int argc, char **argv);

/**
 * struct setting - what most commands are told
 * @subject_name: --subject, a name or the path of a shared object
 * @pages_file: --pages, or NULL
 * @jobs: -j, 0: one a core
 * @nr_pages: that a scenario stores at the most
 * @file: of the subject, where it was found
 */
struct setting {
	const char *subject_name;
	const char *pages_file;
	unsigned int jobs, nr_pages;
	char *file;
	struct subject subject;
	struct pages pages;
};

/* What a parser of options returns when there is more to do than to exit. */
#define GO_ON	(-1)

/* The options that most commands have, for getopt_long() and ":s:p:h". */
#define SETTING_OPTIONS \
	{ "subject", required_argument, NULL, 's' }, \
	{ "pages", required_argument, NULL, 'p' }, \
	{ "help", no_argument, NULL, 'h' }

/*
 * setting_option() - one of these, or -j, or none that the command has
 * @c: as getopt_long() returned it
 *
 * Return: GO_ON; or an exit code: of the help, or after one line on stderr.
 */
int setting_option(struct setting *s, char **argv, int c, const char *help);

/*
 * setting_scenarios() - the named ones, or with *@nr 0 the covering list
 * @scenarios: *@nr of them, with room for scenario_add_small(); for free()
 *
 * There will be pages for each of them. 0, or an exit code after one line on stderr.
 */
int setting_scenarios(struct setting *s, char **names, unsigned int *nr,
		      struct scenario **scenarios);

/* Load subject and pages. 0, or an exit code after one line on stderr. */
int setting_open(struct setting *s);
void setting_close(struct setting *s);

/* "zfault: ..." on stderr, and the code to return. */
int usage_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int harness_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* What getopt_long() refused, by what it returned; getopt's own line is off. */
int option_error(char **argv, int c);

/* A number, or the path, of an option; false after one line on stderr. */
bool parse_count(const char *option, const char *arg, unsigned int max, unsigned int *out);
bool parse_path(const char *option, const char *arg, const char **out);

/* Built with a sanitizer that sees reads of freed memory by itself. */
bool built_with_asan(void);

/* Folder of the n-th place where subjects are looked for; NULL past the end. */
const char *subject_folder(unsigned int n);

#endif
