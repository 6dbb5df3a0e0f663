// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault list: what there is. */
#include <dirent.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "report.h"
#include "space.h"
#include "words.h"

static const char help_text[] =
"zfault list: what there is\n\n"
"usage: zfault list subjects | points | scenarios | axes | invariants\n"
"       zfault list [OPTION]... cases SCENARIO\n\n"
"  subjects     the zswaps that were built, and what from\n"
"  points       the fault points: errors, reject counters, benign or not\n"
"  scenarios    the covering list that 'zfault matrix' runs\n"
"  axes         the words that scenario names are made of\n"
"  invariants   what the oracle checks, by the letter a grid shows\n"
"  cases        the ids of all single-fault cases of a scenario\n\n"
"On a terminal long lines are wrapped, but those of ids; elsewhere one line is\n"
"one item.\n\n"
"  -s, --subject=NAME   as in 'zfault matrix'\n"
"  -p, --pages=FILE     as in 'zfault matrix'\n"
"  -h, --help           this text\n\n"
"exit status: 0 listed, 2 usage, 3 harness failed\n";

#define LIST_WIDTH	140	/* columns, however many a terminal has */

/* An item, wrapped below its last column where a terminal would break it anywhere. */
static void __attribute__((format(printf, 2, 3))) put_item(unsigned int indent, const char *fmt, ...)
{
	struct look look = look_of(stdout);
	char line[PATH_MAX + 400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (!isatty(STDOUT_FILENO))
		look.width = sizeof(line);
	else if (look.width > LIST_WIDTH)
		look.width = LIST_WIDTH;
	report_hanging(&look, indent, line);
}

static void put_point(const struct fault_point_info *p)
{
	char errors[64] = "", counters[128] = "";
	size_t nr_errors = 0, nr_counters = 0;

	for (unsigned int e = 0; p->errors[e]; e++) {
		nr_errors += snprintf(errors + nr_errors, sizeof(errors) - nr_errors, "%s%s",
				      e ? " " : "", strerrorname_np(-p->errors[e]));
		if (p->counters[e])
			nr_counters += snprintf(counters + nr_counters, sizeof(counters) - nr_counters,
						", %s", p->counters[e]);
	}
	put_item(47, "%-31s %-14s %s%s", p->name, errors,
		 p->benign ? "there is a fallback" : "the caller fails", counters);
}

static int list_points(const char *const *args, struct setting *s)
{
	(void)args;
	(void)s;
	put_item(0, "%-31s %-14s %s", "fault point", "errors", "when it fails");
	for (unsigned int i = 0; i < FP_NR; i++)
		put_point(&fault_points[i]);
	return 0;
}

static int list_scenarios(const char *const *args, struct setting *s)
{
	(void)args;
	(void)s;
	for (unsigned int i = 0; i < scenario_list_nr; i++)
		put_item(2, "%s", scenario_list[i]);
	return 0;
}

static int list_axes(const char *const *args, struct setting *s)
{
	unsigned int axis = AXIS_NR;

	(void)args;
	(void)s;
	for (unsigned int v = 0; v < V_NR; v++) {
		if (values[v].axis != axis) {
			axis = values[v].axis;
			printf("%s%s\n", v ? "\n" : "", axes[axis].title);
		}
		put_item(19, "  %-16s %s%s", values[v].word, values[v].says,
			 v == axes[axis].first && axis != AXIS_ORDER ? " (default)" : "");
	}
	return 0;
}

static int list_invariants(const char *const *args, struct setting *s)
{
	(void)args;
	(void)s;
	for (unsigned int i = 0; i < nr_invariants; i++)
		put_item(26, "%c  %-22s %s", invariants[i].letter, invariants[i].name,
			 invariants[i].says);
	return 0;
}

static int is_shared_object(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return len > 3 && !strcmp(e->d_name + len - 3, ".so");
}

static int list_folder(const char *folder)
{
	char path[PATH_MAX + 300], why[400];
	struct dirent **entries;
	struct subject subject;
	int n = scandir(folder, &entries, is_shared_object, alphasort);

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		free(entries[i]);
		if (subject_load(path, &subject, why, sizeof(why))) {
			usage_error("%s", why);
			continue;
		}
		put_item(15, "%-14s %s", subject.desc->name, subject.desc->origin);
		subject_unload(&subject);
	}
	if (n >= 0)
		free(entries);
	return n > 0 ? n : 0;
}

static int list_subjects(const char *const *args, struct setting *s)
{
	const char *folder;
	int n = 0;

	(void)args;
	(void)s;
	for (unsigned int i = 0; !n && (folder = subject_folder(i)); i++)
		n = list_folder(folder);
	return n ? 0 : harness_error("no subject was built; 'make' builds them");
}

static int list_cases(const char *const *args, struct setting *s)
{
	struct scenario scenario;
	struct story story;
	struct space space;
	char text[400], id[CASE_ID];
	int code;

	if (!args[0] || args[1])
		return usage_error("'zfault list cases' takes one scenario");
	if (scenario_parse(args[0], &scenario, text, sizeof(text)))
		return usage_error("%s", text);
	s->nr_pages = scenario_pages(&scenario);
	code = setting_open(s);
	if (code)
		return code;
	if (story_open(&story, &scenario, &s->subject, &s->pages, false, text, sizeof(text)))
		return harness_error("%s", text);
	if (space_open(&space, &story, text, sizeof(text)))
		return harness_error("%s", text);
	for (unsigned long i = 0; i < space.nr_cases; i++) {
		case_format(&space.cases[i], id, sizeof(id));
		puts(id);
	}
	space_close(&space);
	story_close(&story);
	setting_close(s);
	return 0;
}

static const struct list {
	const char *name;
	int (*show)(const char *const *args, struct setting *s);
} lists[] = {
	{ "subjects", list_subjects },
	{ "points", list_points },
	{ "scenarios", list_scenarios },
	{ "axes", list_axes },
	{ "invariants", list_invariants },
	{ "cases", list_cases },
};
#define NR_LISTS	(sizeof(lists) / sizeof(lists[0]))

static const char *known_list(unsigned int i)
{
	return i < NR_LISTS ? lists[i].name : NULL;
}

static int show_list(const char *what, const char *const *args, struct setting *s)
{
	const char *near;

	for (size_t i = 0; i < NR_LISTS; i++) {
		if (strcmp(what, lists[i].name))
			continue;
		if (args[0] && lists[i].show != list_cases)
			return usage_error("'zfault list %s' takes no argument", what);
		return lists[i].show(args, s);
	}
	near = words_nearest(what, strlen(what), known_list);
	return near ? usage_error("unknown list '%s', did you mean '%s'?", what, near) :
		      usage_error("unknown list '%s'; see: zfault list --help", what);
}

int cmd_list(int argc, char **argv)
{
	static const struct option options[] = { SETTING_OPTIONS, { NULL, 0, NULL, 0 } };
	struct setting setting = { .subject_name = NULL };
	int c, code = GO_ON;

	opterr = 0;
	while (code == GO_ON && (c = getopt_long(argc, argv, ":s:p:h", options, NULL)) != -1)
		code = setting_option(&setting, argv, c, help_text);
	if (code != GO_ON)
		return code;
	if (!argv[optind])
		return usage_error("list what? subjects, points, scenarios, axes, invariants or cases");
	return show_list(argv[optind], (const char *const *)argv + optind + 1, &setting);
}
