// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault run --gdb, and what runs in gdb: a case in this process, which stops where a call fails. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "run_here.h"
#include "space.h"

#define MAX_ARGS	40

static void put_verdict(const struct verdict *v)
{
	static const char *const says[] = {
		[HELD] = "held", [BROKEN] = "broken", [VACUOUS] = "vacuous",
		[NOT_JUDGED] = "not judged", [REFUSED] = "refused by the subject",
	};

	printf("  %s%s%s\n", says[v->outcome], v->why_vacuous[0] ? ": " : "", v->why_vacuous);
	for (unsigned int i = 0; i < v->nr_findings && i < VERDICT_FINDINGS; i++)
		printf("  %c  %s (after: %s)\n", v->findings[i].letter, v->findings[i].text,
		       v->findings[i].step);
}

static int code_of(const struct verdict *v)
{
	if (v->outcome == BROKEN)
		return v->beyond ? EXIT_HELD : EXIT_FINDINGS;
	return v->outcome == HELD ? EXIT_HELD : EXIT_VACUOUS;
}

int run_here(const struct setting *setting, const struct zcase *asked, bool guard)
{
	struct zcase c = *asked;
	struct verdict v;
	struct space sp;
	struct story st;
	char why[400];
	int code;

	if (story_open(&st, &c.scenario, &setting->subject, &setting->pages, guard, why, sizeof(why)))
		return harness_error("%s", why);
	if (space_open(&sp, &st, why, sizeof(why))) {
		story_close(&st);
		return harness_error("%s", why);
	}
	if (space_resolve(&sp, &c, why, sizeof(why))) {
		code = usage_error("%s", why);
	} else {
		fault_stop(true);
		story_play(&st, &c, &v);
		fault_stop(false);
		put_verdict(&v);
		code = code_of(&v);
	}
	space_close(&sp);
	story_close(&st);
	return code;
}

/* The subject is the first shared object on the way up from the shim, which is in the program. */
static const char *const in_gdb[] = {
	"gdb", "-q", "-iex", "set confirm off", "-iex", "set pagination off",
	"-iex", "set debuginfod enabled off", "-iex", "set print elements 16",
	"-ex", "break fault_strikes", "-ex", "run",
	"-ex", "python f = gdb.selected_frame()",
	"-ex", "python exec('while f and not gdb.solib_name(f.pc()): f = f.older()')",
	"-ex", "python f and f.select()", "-ex", "frame", "--args",
};
#define IN_GDB	(sizeof(in_gdb) / sizeof(in_gdb[0]))

int run_gdb(char **argv, int argc)
{
	const char *args[MAX_ARGS] = { NULL };
	char exe[4096];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	unsigned int n = IN_GDB;

	if (len < 0 || argc + IN_GDB + 4 > MAX_ARGS)
		return usage_error("--gdb takes one case and few options");
	exe[len] = '\0';
	memcpy(args, in_gdb, sizeof(in_gdb));
	args[n++] = exe;
	args[n++] = "run";
	args[n++] = "--here";
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--gdb"))
			args[n++] = argv[i];
	}
	fflush(NULL);
	execvp(args[0], (char *const *)args);
	return harness_error("cannot run gdb: %s; --gdb needs the package gdb", strerror(errno));
}
