// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A correct subject is never accused: core as it is, with batches of one page and
 * of three, with an allocation more than upstream has, and asking for limits more
 * often.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "faults/cmd.h"
#include "faults/story.h"
#include "subjects.h"

static const char *const correct[] = {
	"core", "core-batch1", "core-batch3", "core-scratch", "core-asks_again",
};

#define NR_CORRECT	(sizeof(correct) / sizeof(correct[0]))

/* Every state before and during the store, one page to eight. */
START_TEST(no_finding_without_a_fault)
{
	unsigned int nr = 0;
	struct patient p;

	patient_open(&p, correct[_i]);
	for (unsigned int i = 0; i < scenario_list_nr; i++) {
		const struct scenario s = scenario_named(scenario_list[i]);
		const struct zcase none = { .scenario = s };
		struct verdict v;
		struct story st;
		char why[256];

		if (scenario_order(&s) > 3)
			continue;
		ck_assert_msg(!story_open(&st, &s, &p.subject, &p.pages, false, why, sizeof(why)),
			      "%s", why);
		story_play(&st, &none, &v);
		ck_assert_msg(v.outcome == HELD, "%s: outcome %d, %c after %s: %s%s",
			      scenario_list[i], v.outcome, v.findings[0].letter,
			      v.findings[0].step, v.findings[0].text, v.why_vacuous);
		ck_assert_uint_eq(v.nr_findings, 0);
		story_close(&st);
		nr++;
	}
	ck_assert_uint_ge(nr, 30);
	patient_close(&p);
}
END_TEST

static void all_held(const struct result *r, void *arg)
{
	const struct distinct *d = r->distinct;

	ck_assert_str_eq(r->error, "");
	ck_assert_msg(!r->nr_distinct, "%s: %c after %s: %s", r->name, d->finding.letter,
		      d->finding.step, d->finding.text);
	ck_assert_uint_gt(r->nr_cases, 0);
	ck_assert_uint_eq(r->held, r->nr_cases);
	ck_assert(r->exhausted);
	++*(unsigned int *)arg;
}

/* Every single fault, on protected pages too where no sanitizer looks. */
START_TEST(no_finding_with_any_single_fault)
{
	static const char *const names[] = {
		"order0/objcg1",
		"order1/stale-pool/objcg1/nowb/mix/switched",
		"order2/alone/over-limit",
		"order3/stale/batching/unplug/node1",
		"order4/stale/objcg1/batching",
		"order4/leaf0/near-limit/poor-last/swap1",
		"order5/poor-last",
		"order5/stale/near-limit",
	};
	enum { NR = sizeof(names) / sizeof(names[0]) };
	struct scenario scenarios[NR];
	unsigned int nr = 0;
	struct patient p;

	for (unsigned int i = 0; i < NR; i++)
		scenarios[i] = scenario_named(names[i]);
	patient_open(&p, correct[_i]);
	p.opt.guard = !built_with_asan();
	ck_assert_int_eq(run_scenarios(scenarios, NR, &p.opt, all_held, &nr), 0);
	ck_assert_uint_eq(nr, NR);
	patient_close(&p);
}
END_TEST

Suite *suite_oracle_correct(void)
{
	Suite *s = suite_create("oracle_correct");
	TCase *tc = tcase_create("correct subjects");

	tcase_add_loop_test(tc, no_finding_without_a_fault, 0, NR_CORRECT);
	tcase_add_loop_test(tc, no_finding_with_any_single_fault, 0, NR_CORRECT);
	suite_add_tcase(s, tc);
	return s;
}
