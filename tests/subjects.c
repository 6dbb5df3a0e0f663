// SPDX-License-Identifier: GPL-2.0-or-later
#include "subjects.h"

#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void subject_path(const char *name, char *path, size_t size)
{
	const char *folder = getenv("ZFAULT_SUBJECTS");

	ck_assert_msg(folder, "ZFAULT_SUBJECTS names no folder");
	snprintf(path, size, "%s/%s.so", folder, name);
	if (access(path, F_OK))
		snprintf(path, size, "%s/../broken/%s.so", folder, name);
}

/*
 * Loaded once a process and never unloaded: after that, ASan has nothing to say
 * in the tests that follow. Stories put a subject's data back by themselves.
 */
static const struct subject *loaded(const char *path)
{
	static struct { char path[PATH_MAX]; struct subject subject; } kept[40];
	static unsigned int nr;
	char why[400] = "";

	for (unsigned int i = 0; i < nr; i++) {
		if (!strcmp(kept[i].path, path))
			return &kept[i].subject;
	}
	ck_assert_uint_lt(nr, sizeof(kept) / sizeof(kept[0]));
	snprintf(kept[nr].path, sizeof(kept[nr].path), "%s", path);
	ck_assert_msg(!subject_load(path, &kept[nr].subject, why, sizeof(why)), "%s", why);
	return &kept[nr++].subject;
}

void patient_open(struct patient *p, const char *name)
{
	char path[PATH_MAX], why[400] = "";

	memset(p, 0, sizeof(*p));
	subject_path(name, path, sizeof(path));
	p->subject = *loaded(path);
	ck_assert_msg(!pages_load(NULL, 128, &p->pages, why, sizeof(why)), "%s", why);
	p->opt = (struct run_options){
		.subject = &p->subject,
		.pages = &p->pages,
		.jobs = 1,
		.strict = true,
	};
}

void patient_close(struct patient *p)
{
	pages_free(&p->pages);
}

struct scenario scenario_named(const char *name)
{
	struct scenario s;
	char why[400] = "";

	ck_assert_msg(!scenario_parse(name, &s, why, sizeof(why)), "%s", why);
	return s;
}

int patient_run(const struct patient *p, const char *scenario,
		void (*sink)(const struct result *r, void *arg), void *arg)
{
	const struct scenario s = scenario_named(scenario);

	return run_scenarios(&s, 1, &p->opt, sink, arg);
}
