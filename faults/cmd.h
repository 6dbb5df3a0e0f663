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
int cmd_list(int argc, char **argv);
int cmd_bench(int argc, char **argv);

/**
 * struct setting - what most commands are told
 * @subject_name: --subject, a name or the path of a shared object
 * @pages_file: --pages, or NULL
 * @jobs: -j, 0: one a core
 * @nr_pages: that a scenario stores at the most
 */
struct setting {
	const char *subject_name;
	const char *pages_file;
	unsigned int jobs, nr_pages;
	struct subject subject;
	struct pages pages;
};

/* Load subject and pages. 0, or an exit code after one line on stderr. */
int setting_open(struct setting *s);
void setting_close(struct setting *s);

/* "zfault: ..." on stderr, and the code to return. */
int usage_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int harness_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* What getopt_long() refused, by what it returned; getopt's own line is off. */
int option_error(char **argv, int c);

/* A number of an option; false after one line on stderr. */
bool parse_count(const char *option, const char *arg, unsigned int max, unsigned int *out);

/*
 * parse_scenarios() - named ones, or with *@nr 0 the covering list
 *
 * Return: *@nr of them, with room for scenario_add_small(); NULL after one
 * line on stderr.
 */
struct scenario *parse_scenarios(char **names, unsigned int *nr);

/* Built with a sanitizer that sees reads of freed memory by itself. */
bool built_with_asan(void);

/* Folder of the n-th place where subjects are looked for; NULL past the end. */
const char *subject_folder(unsigned int n);

#endif
