/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results of scenarios, kept beyond their sink, and single cases by id. */
#ifndef TESTS_KEPT_H
#define TESTS_KEPT_H

#include <check.h>
#include <string.h>

#include "subjects.h"

#define MAX_KEPT	4
#define MAX_CASES	2000

static struct kept {
	struct result result;
	struct zcase cases[MAX_CASES];
	struct cell cells[MAX_CASES];
	struct distinct distinct[RESULT_DISTINCT];
} kept[MAX_KEPT];
static unsigned int nr_kept;

static inline void keep(const struct result *r, void *arg)
{
	struct kept *k = &kept[nr_kept++];

	ck_assert_uint_le(nr_kept, MAX_KEPT);
	ck_assert_uint_le(r->nr_cases, MAX_CASES);
	k->result = *r;
	memcpy(k->cases, r->cases, r->nr_cases * sizeof(*r->cases));
	memcpy(k->cells, r->cells, r->nr_cases * sizeof(*r->cells));
	memcpy(k->distinct, r->distinct, r->nr_distinct * sizeof(*r->distinct));
}

static inline const struct kept *kept_run(const struct patient *p, const char *scenario, int code)
{
	ck_assert_int_eq(patient_run(p, scenario, keep, NULL), code);
	return &kept[nr_kept - 1];
}

static inline int kept_case(const struct patient *p, const char *id, bool guard, struct result *r,
			    char *why, size_t size)
{
	struct zcase c;

	ck_assert_msg(!case_parse(id, &c, why, size), "%s", why);
	return run_case(&c, &p->opt, guard, r, why, size);
}

static inline void counts_agree(const struct result *r)
{
	ck_assert_uint_eq(r->held + r->broken + r->vacuous + r->not_judged, r->nr_cases);
}

#endif
