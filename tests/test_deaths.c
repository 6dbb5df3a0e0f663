// SPDX-License-Identifier: GPL-2.0-or-later
/* Workers that die: by themselves, which is a finding, and killed from outside. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kept.h"
#include "subjects.h"

static struct patient patient;

static void setup(void)
{
	patient_open(&patient, "core");
}

static void teardown(void)
{
	patient_close(&patient);
}

static const struct subject_desc *core;
static struct subject_desc deadly;
static void (*die)(void);

static void killed(void)
{
	abort();
}

static int outside;

static void killed_from_outside(void)
{
	/* Check has handlers for these. */
	signal(outside, SIG_DFL);
	kill(getpid(), outside);
}

static void leaves_in_silence(void)
{
	_exit(0);
}

static void leaves(void)
{
	_exit(7);
}

/* Kills the process after a store whose first object could not be allocated. */
static bool store_with_fault_dies(struct folio *folio)
{
	bool stored = core->store(folio);

	if (!stored && fault_phase_now() == PHASE_STORE && fault_injected() &&
	    fault_hits(FP_ZPOOL_MALLOC, PHASE_STORE) == 1 &&
	    fault_hits(FP_ACOMP_COMPRESS, PHASE_STORE) == 1)
		die();
	return stored;
}

static bool store_dies(struct folio *folio)
{
	if (fault_phase_now() == PHASE_STORE)
		die();
	return core->store(folio);
}

static bool restore_dies(struct folio *folio)
{
	if (fault_phase_now() == PHASE_RESTORE && fault_injected())
		die();
	return core->store(folio);
}

/* core with another zswap_store(): a subject is what its description says. */
static void make_deadly(bool (*store)(struct folio *folio), void (*how)(void))
{
	core = patient.subject.desc;
	deadly = *core;
	deadly.store = store;
	die = how;
	patient.subject.desc = &deadly;
}

static bool is_deadly(const struct zcase *c)
{
	const struct case_fault *f = &c->faults[0];

	return f->fault.point == FP_ZPOOL_MALLOC && f->fault.phase == PHASE_STORE && !f->slot;
}

static void loses_only_its_case(void (*how)(void), const char *says)
{
	const struct kept *k;

	make_deadly(store_with_fault_dies, how);
	k = kept_run(&patient, "order1/stale", 1);
	/* Two errors, once and persistent. */
	ck_assert_uint_eq(k->result.broken, 2 * 2);
	ck_assert_uint_eq(k->result.held, k->result.nr_cases - 2 * 2);
	counts_agree(&k->result);
	ck_assert(k->result.exhausted);
	for (unsigned long i = 0; i < k->result.nr_cases; i++) {
		ck_assert_int_eq(k->cells[i].outcome, is_deadly(&k->cases[i]) ? BROKEN : HELD);
		ck_assert_int_eq(k->cells[i].letter, is_deadly(&k->cases[i]) ? 'U' : 0);
	}
	ck_assert_uint_eq(k->result.nr_distinct, 1);
	ck_assert_uint_eq(k->distinct[0].cases, 2 * 2);
	ck_assert(k->distinct[0].crash);
	ck_assert_uint_eq(k->distinct[0].within, 2 * 2);
	ck_assert_int_eq(k->distinct[0].finding.letter, 'U');
	ck_assert_str_eq(k->distinct[0].finding.text, says);
	ck_assert(is_deadly(&k->distinct[0].first));
}

START_TEST(a_killed_worker_loses_only_its_case)
{
	loses_only_its_case(killed, "the worker was killed by SIGABRT");
}
END_TEST

START_TEST(a_worker_that_exits_loses_only_its_case)
{
	loses_only_its_case(leaves, "the worker exited with 7 in the middle of the case");
}
END_TEST

static const int outsiders[] = { SIGKILL, SIGTERM, SIGINT };
#define NR_OUTSIDERS	((int)(sizeof(outsiders) / sizeof(outsiders[0])))

/* It accuses nobody, whatever the case was, and other scenarios go on. */
START_TEST(killed_from_outside_is_no_finding)
{
	const struct scenario s[] = { scenario_named("order1"), scenario_named("order0/nopool") };
	char says[100];

	outside = outsiders[_i];
	snprintf(says, sizeof(says), "a worker was killed from outside, by SIG%s",
		 sigabbrev_np(outside));
	make_deadly(store_with_fault_dies, killed_from_outside);
	ck_assert_int_eq(run_scenarios(s, 2, &patient.opt, keep, NULL), 3);
	ck_assert_uint_eq(nr_kept, 2);
	ck_assert_str_eq(kept[0].result.error, says);
	ck_assert_uint_eq(kept[0].result.nr_distinct, 0);
	ck_assert_uint_eq(kept[0].result.broken, 0);
	ck_assert(!kept[0].result.exhausted);
	ck_assert_int_eq(result_code(&kept[1].result), 0);
}
END_TEST

START_TEST(leaving_in_silence_is_a_death_too)
{
	loses_only_its_case(leaves_in_silence,
			    "the worker exited with 0 in the middle of the case");
}
END_TEST

START_TEST(a_death_without_a_fault_ends_the_scenario)
{
	const struct kept *k;

	make_deadly(store_dies, killed);
	k = kept_run(&patient, "order1", 1);
	ck_assert_int_eq(k->result.baseline.outcome, BROKEN);
	ck_assert_uint_eq(k->result.nr_cases, 0);
	ck_assert_uint_eq(k->result.nr_distinct, 1);
	ck_assert_uint_eq(k->distinct[0].first.nr_faults, 0);
	ck_assert(!k->result.exhausted);
}
END_TEST

/* Nearly every case kills its worker, and still each of them is told. */
START_TEST(many_deaths_are_told_one_by_one)
{
	const struct kept *k;

	make_deadly(restore_dies, killed);
	k = kept_run(&patient, "order0", 1);
	ck_assert_uint_gt(k->result.broken, k->result.nr_cases / 2);
	counts_agree(&k->result);
	ck_assert_uint_gt(k->result.nr_distinct, 3);
}
END_TEST

/* Of some pages the failed allocation kills, whoever is at them. */
static bool store_dies_now_and_then(struct folio *folio)
{
	bool stored = core->store(folio);

	if (!stored && fault_phase_now() == PHASE_STORE && fault_injected() &&
	    fault_hits(FP_ZPOOL_MALLOC, PHASE_STORE) % 32 == 5)
		die();
	return stored;
}

START_TEST(deaths_of_helpers_do_not_show)
{
	const struct scenario s = scenario_named("order7/stale");
	char id[2][CASE_ID];

	make_deadly(store_dies_now_and_then, killed);
	for (unsigned int jobs = 1; jobs <= 3; jobs += 2) {
		patient.opt.jobs = jobs;
		ck_assert_int_eq(run_scenarios(&s, 1, &patient.opt, keep, NULL), 1);
		counts_agree(&kept[nr_kept - 1].result);
	}
	ck_assert_uint_gt(kept[0].result.broken, 4 * 4);
	ck_assert_uint_eq(kept[0].result.broken, kept[1].result.broken);
	ck_assert_uint_eq(kept[0].result.steps, kept[1].result.steps);
	ck_assert_uint_eq(kept[0].result.nr_distinct, kept[1].result.nr_distinct);
	for (unsigned int i = 0; i < kept[0].result.nr_distinct; i++) {
		case_format(&kept[0].distinct[i].first, id[0], CASE_ID);
		case_format(&kept[1].distinct[i].first, id[1], CASE_ID);
		ck_assert_str_eq(id[0], id[1]);
		ck_assert_uint_eq(kept[0].distinct[i].cases, kept[1].distinct[i].cases);
	}
}
END_TEST

START_TEST(other_scenarios_go_on)
{
	const struct scenario s[] = {
		scenario_named("order1/nopool"),
		scenario_named("order1"),
		scenario_named("order0/nopool"),
	};

	make_deadly(store_with_fault_dies, killed);
	patient.opt.jobs = 2;
	ck_assert_int_eq(run_scenarios(s, 3, &patient.opt, keep, NULL), 1);
	ck_assert_uint_eq(nr_kept, 3);
	ck_assert_str_eq(kept[0].result.name, "order1/nopool");
	ck_assert_str_eq(kept[1].result.name, "order1");
	ck_assert_str_eq(kept[2].result.name, "order0/nopool");
	ck_assert_int_eq(result_code(&kept[0].result), 0);
	ck_assert_int_eq(result_code(&kept[1].result), 1);
	ck_assert_int_eq(result_code(&kept[2].result), 0);
}
END_TEST

/* ---- one case ---------------------------------------------------------- */

START_TEST(a_case_that_kills)
{
	char why[300] = "";
	struct result r;

	make_deadly(store_with_fault_dies, killed);
	ck_assert_int_eq(kept_case(&patient, "order1:zpool/zpool_malloc@0=ENOMEM", false, &r, why, sizeof(why)), 0);
	ck_assert_int_eq(r.cells[0].outcome, BROKEN);
	ck_assert_int_eq(result_code(&r), 1);
	ck_assert_uint_eq(r.nr_distinct, 1);
	ck_assert(r.distinct[0].crash);
	result_free(&r);
}
END_TEST

START_TEST(a_case_that_is_killed_from_outside)
{
	char why[300] = "";
	struct result r;

	outside = outsiders[_i];
	make_deadly(store_with_fault_dies, killed_from_outside);
	ck_assert_int_eq(kept_case(&patient, "order1:zpool/zpool_malloc@0=ENOMEM", false, &r, why, sizeof(why)), 3);
	ck_assert_msg(strstr(r.error, "a worker was killed from outside, by SIG"), "%s", r.error);
	ck_assert_uint_eq(r.nr_distinct, 0);
	result_free(&r);
}
END_TEST

/* The id is what the user gave, and nothing is said to have held. */
START_TEST(a_case_whose_scenario_kills)
{
	char why[300] = "", id[CASE_ID];
	struct result r;

	make_deadly(store_dies, killed);
	ck_assert_int_eq(kept_case(&patient, "order1:zpool/zpool_malloc@0=ENOMEM", false, &r, why, sizeof(why)), 0);
	ck_assert_int_eq(r.cells[0].outcome, NOT_JUDGED);
	ck_assert_int_eq(result_code(&r), 1);
	case_format(&r.cases[0], id, sizeof(id));
	ck_assert_str_eq(id, "order1:zpool/zpool_malloc@0=ENOMEM");
	result_free(&r);

	ck_assert_int_eq(kept_case(&patient, "order1", false, &r, why, sizeof(why)), 0);
	ck_assert_int_eq(r.cells[0].outcome, BROKEN);
	ck_assert_int_eq(result_code(&r), 1);
	result_free(&r);
}
END_TEST

Suite *suite_deaths(void)
{
	Suite *s = suite_create("deaths");
	TCase *tc = tcase_create("workers");

	tcase_add_unchecked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_killed_worker_loses_only_its_case);
	tcase_add_test(tc, a_worker_that_exits_loses_only_its_case);
	tcase_add_loop_test(tc, killed_from_outside_is_no_finding, 0, NR_OUTSIDERS);
	tcase_add_test(tc, leaving_in_silence_is_a_death_too);
	tcase_add_test(tc, a_death_without_a_fault_ends_the_scenario);
	tcase_add_test(tc, many_deaths_are_told_one_by_one);
	tcase_add_test(tc, deaths_of_helpers_do_not_show);
	tcase_add_test(tc, other_scenarios_go_on);
	tcase_add_test(tc, a_case_that_kills);
	tcase_add_loop_test(tc, a_case_that_is_killed_from_outside, 0, NR_OUTSIDERS);
	tcase_add_test(tc, a_case_whose_scenario_kills);
	suite_add_tcase(s, tc);
	return s;
}
