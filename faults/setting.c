// SPDX-License-Identifier: GPL-2.0-or-later
/* What most commands are told: the subject, the pages, the number of workers. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

/* One line, whatever bytes the user's words are made of. */
static void complain_line(const char *fmt, va_list ap)
{
	char line[PATH_MAX + 512];

	vsnprintf(line, sizeof(line), fmt, ap);
	for (char *p = line; *p; p++) {
		if (iscntrl((unsigned char)*p))
			*p = '?';
	}
	fprintf(stderr, "zfault: %s\n", line);
}

int usage_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain_line(fmt, ap);
	va_end(ap);
	return EXIT_USAGE;
}

int harness_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain_line(fmt, ap);
	va_end(ap);
	return EXIT_HARNESS;
}

int option_error(char **argv, int c)
{
	const char *arg = argv[optind - 1];

	if (c == ':')
		return usage_error("option '%s' needs a value; see: zfault %s --help", arg, argv[0]);
	/* optopt is 0 for a long option, or it is a long one with a value it does not take. */
	if (!optopt || (!strncmp(arg, "--", 2) && strchr(arg, '=')))
		return usage_error("unknown option '%s'; see: zfault %s --help", arg, argv[0]);
	return usage_error("unknown option '-%c'; see: zfault %s --help", optopt, argv[0]);
}

bool parse_count(const char *option, const char *arg, unsigned int max, unsigned int *out)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(arg, &end, 10);
	if (errno || end == arg || *end || arg[0] == '-' || !n || n > max) {
		usage_error("%s takes a number from 1 to %u, not '%s'", option, max, arg);
		return false;
	}
	*out = n;
	return true;
}

bool parse_path(const char *option, const char *arg, const char **out)
{
	*out = arg;
	if (!*arg)
		usage_error("%s takes the path of a file, not ''", option);
	return *arg;
}

int setting_option(struct setting *s, char **argv, int c, const char *help)
{
	switch (c) {
	case 's':
		s->subject_name = optarg;
		return GO_ON;
	case 'p':
		return parse_path("--pages", optarg, &s->pages_file) ? GO_ON : EXIT_USAGE;
	case 'j':
		return parse_count("--jobs", optarg, 1024, &s->jobs) ? GO_ON : EXIT_USAGE;
	case 'h':
		fputs(help, stdout);
		return EXIT_HELD;
	}
	return option_error(argv, c);
}

static int take_scenario(struct setting *s, const char *name, struct scenario *scenario)
{
	char why[300];

	if (strchr(name, ':'))
		return usage_error("'%s' is the id of a case, and this takes scenarios; see: zfault run", name);
	if (scenario_parse(name, scenario, why, sizeof(why)))
		return usage_error("%s", why);
	if (s->nr_pages < scenario_pages(scenario))
		s->nr_pages = scenario_pages(scenario);
	return 0;
}

int setting_scenarios(struct setting *s, char **names, unsigned int *nr,
		      struct scenario **scenarios)
{
	bool named = *nr;
	int code = 0;

	if (!named)
		*nr = scenario_list_nr;
	*scenarios = calloc(*nr * 2, sizeof(**scenarios));
	if (!*scenarios)
		return harness_error("no memory for %u scenarios", *nr);
	for (unsigned int i = 0; i < *nr && !code; i++)
		code = take_scenario(s, named ? names[i] : scenario_list[i], *scenarios + i);
	if (code)
		free(*scenarios);
	return code;
}

bool built_with_asan(void)
{
#if defined(__SANITIZE_ADDRESS__)
	return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
	return true;
#else
	return false;
#endif
#else
	return false;
#endif
}

/* Beside the program as built; then where make install puts them. */
const char *subject_folder(unsigned int n)
{
	static const char *const relative[] = { "subjects", "../lib/zfault/subjects" };
	static char path[PATH_MAX + 64];
	char exe[PATH_MAX];
	ssize_t len;

	if (n >= sizeof(relative) / sizeof(relative[0]))
		return NULL;
	len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (len < 0)
		return NULL;
	exe[len] = '\0';
	*strrchr(exe, '/') = '\0';
	snprintf(path, sizeof(path), "%s/%s", exe, relative[n]);
	return path;
}

static bool find_subject(const char *name, char *path, size_t size)
{
	const char *folder;

	if (strchr(name, '/')) {
		snprintf(path, size, "%s", name);
		return true;
	}
	for (unsigned int i = 0; (folder = subject_folder(i)); i++) {
		snprintf(path, size, "%s/%s.so", folder, name);
		if (!access(path, F_OK))
			return true;
	}
	return false;
}

int setting_open(struct setting *s)
{
	char path[PATH_MAX + 128], why[400];
	int err;

	if (!s->subject_name)
		s->subject_name = "core";
	if (!find_subject(s->subject_name, path, sizeof(path)))
		return usage_error("unknown subject '%s'; see: zfault list subjects",
				   s->subject_name);
	if (subject_load(path, &s->subject, why, sizeof(why)))
		return usage_error("%s; see: zfault list subjects", why);
	s->file = strdup(path);
	err = pages_load(s->pages_file, s->nr_pages, &s->pages, why, sizeof(why));
	if (!err && s->file)
		return 0;
	subject_unload(&s->subject);
	free(s->file);
	if (!err)
		return harness_error("no memory for a name");
	return err == -1 ? usage_error("%s", why) : harness_error("%s", why);
}

void setting_close(struct setting *s)
{
	free(s->file);
	pages_free(&s->pages);
	subject_unload(&s->subject);
}
