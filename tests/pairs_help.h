/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A subject whose pairs are explored, and what came out last. */
#ifndef TESTS_PAIRS_HELP_H
#define TESTS_PAIRS_HELP_H

#include <check.h>
#include <string.h>

#include "faults/pairs.h"
#include "subjects.h"

static struct patient patient;
static struct result result;
static char why[400];
static bool guard;	/* protected pages, too */

static inline void setup(void)
{
	patient_open(&patient, "core");
}

static inline void teardown(void)
{
	patient_close(&patient);
}

/* @like: an id whose faults say which calls may fail in which phases; NULL: all. */
static inline int explore(const char *scenario, unsigned int depth, const char *like)
{
	const struct scenario s = scenario_named(scenario);
	struct pairs_options opt = { .run = patient.opt, .depth = depth, .guard = guard };
	struct zcase c;

	if (like) {
		ck_assert_msg(!case_parse(like, &c, why, sizeof(why)), "%s", why);
		opt.like = &c;
	}
	return pairs_run(&s, &opt, &result);
}

static inline void end(void)
{
	result_free(&result);
}

#endif
