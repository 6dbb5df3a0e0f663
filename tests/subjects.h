/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Subjects for the tests that run scenarios: the real ones and, beside their
 * folder, those of tests/broken and tests/other.
 */
#ifndef TESTS_SUBJECTS_H
#define TESTS_SUBJECTS_H

#include "faults/pages.h"
#include "faults/run.h"
#include "shim/subject.h"

/**
 * struct patient - a subject and what is needed to run scenarios on it
 * @opt: one worker, no protected pages
 */
struct patient {
	struct subject subject;
	struct pages pages;
	struct run_options opt;
};

/* A test fails where any of these does. */
void patient_open(struct patient *p, const char *name);
void patient_close(struct patient *p);
struct scenario scenario_named(const char *name);
/* Runs all cases of it. @sink as in run.h. Return: the exit code. */
int patient_run(const struct patient *p, const char *scenario,
		void (*sink)(const struct result *r, void *arg), void *arg);

#endif
