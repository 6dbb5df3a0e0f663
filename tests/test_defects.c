// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Findings of many scenarios become defects: what is one and what is not, and
 * which case is shown. Of results made up here, whose injected calls are named
 * by their fault point, and of real runs, where they are places.
 */
#include "faults/defects.h"
#include "faults/worker.h"
#include "made_result.h"

static struct defects defects;

static void setup(void)
{
	memset(&defects, 0, sizeof(defects));
}

static void teardown(void)
{
	defects_free(&defects);
}

/* A result of one finding: @cases cases of which the last @within are within. */
static void find(char letter, const char *key, const char *id, unsigned int cases,
		 unsigned int within)
{
	char scenario[SCENARIO_NAME];
	struct distinct *d;

	snprintf(scenario, sizeof(scenario), "%.*s", (int)strcspn(id, ":"), id);
	begin(scenario);
	d = add_distinct(letter, id, key, "store");
	snprintf(d->finding.key, sizeof(d->finding.key), "%s", key);
	d->cases = cases;
	d->within = within;
	defects_add(&defects, &made);
}

static const char *shown(unsigned int i)
{
	static char id[CASE_ID];

	ck_assert_uint_lt(i, defects.nr);
	case_format(&defects.all[i].shown.first, id, sizeof(id));
	return id;
}

START_TEST(one_defect_of_many_scenarios)
{
	find('S', "left", "order4/stale:zpool/zpool_malloc@3=ENOMEM", 5, 5);
	find('S', "left", "order2/stale:zpool/zpool_malloc@1=ENOMEM", 3, 3);
	find('S', "left", "order9/alone:zpool/zpool_malloc@3=ENOSPC!", 7, 0);
	defects_sort(&defects);
	ck_assert_uint_eq(defects.nr, 1);
	ck_assert_uint_eq(defects.within, 1);
	ck_assert_uint_eq(defects.all[0].shown.cases, 15);
	ck_assert_uint_eq(defects.all[0].shown.within, 8);
	ck_assert_uint_eq(defects.all[0].scenarios, 3);
	ck_assert_str_eq(shown(0), "order2/stale:zpool/zpool_malloc@1=ENOMEM");
}
END_TEST

START_TEST(others_are_other_defects)
{
	/* Nothing is known of where these calls are. */
	find('S', "left", "order4/stale:zpool/zpool_malloc@3=ENOMEM", 1, 1);
	find('D', "left", "order4/stale:zpool/zpool_malloc@3=ENOMEM", 1, 1);
	find('S', "stale left", "order4/stale:zpool/zpool_malloc@3=ENOMEM", 1, 1);
	find('S', "left", "order4/stale:crypto/acomp_compress@3=EINVAL", 1, 1);
	find('S', "left", "order4/stale:zpool/zpool_malloc@load.0=ENOMEM", 1, 1);
	find('S', "left", "order4/stale", 1, 1);
	ck_assert_uint_eq(defects.nr, 6);
}
END_TEST

START_TEST(rules_of_one_quantity_are_one)
{
	find('A', "charge: bytes", "order4/stale", 1, 1);
	find('A', "charge: pages", "order4/objcg1", 1, 0);
	find('A', "charges", "order4/objcg1", 1, 1);
	ck_assert_uint_eq(defects.nr, 2);
	ck_assert_uint_eq(defects.all[0].shown.cases, 2);
	ck_assert_uint_eq(defects.all[0].points, 0);
}
END_TEST

/* Each is smaller than those before it, or known to be met by a kernel. */
static const char *const smaller[] = {
	"order1/batch3/stale:zpool/zpool_malloc@0.0=ENOMEM",
	"order1/batch2/stale:zpool/zpool_malloc@0.0=ENOMEM",
	"order3/stale:zpool/zpool_malloc@0=ENOMEM",
	"order2/stale:zpool/zpool_malloc@0=ENOMEM!",
	"order2/stale/objcg1:zpool/zpool_malloc@0=ENOMEM",
	"order2/stale/leaf0:zpool/zpool_malloc@0=ENOMEM",
	"order2/alone/mix:zpool/zpool_malloc@0=ENOMEM",
	"order2/stale:zpool/zpool_malloc@0=ENOMEM",
};
#define NR_SMALLER (sizeof(smaller) / sizeof(smaller[0]))

START_TEST(the_smallest_case_is_shown)
{
	for (size_t i = 0; i < NR_SMALLER; i++) {
		find('S', "left", smaller[i], 1, 1);
		ck_assert_str_eq(shown(0), smaller[i]);
	}
	find('S', "left", "order0:zpool/zpool_malloc@0=ENOMEM", 1, 0);
	ck_assert_str_eq(shown(0), smaller[NR_SMALLER - 1]);
	ck_assert_uint_eq(defects.nr, 1);
}
END_TEST

START_TEST(in_whatever_order_they_come)
{
	for (size_t i = NR_SMALLER; i--; )
		find('S', "left", smaller[i], 1, 1);
	ck_assert_str_eq(shown(0), smaller[NR_SMALLER - 1]);
	ck_assert_uint_eq(defects.all[0].scenarios, NR_SMALLER);
}
END_TEST

START_TEST(a_case_within_contract_comes_first)
{
	find('S', "left", "order0:zpool/zpool_malloc@0=ENOMEM", 4, 0);
	ck_assert_uint_eq(defects.within, 0);
	find('S', "left", "order9/stale:zpool/zpool_malloc@0=ENOMEM", 2, 1);
	ck_assert_uint_eq(defects.within, 1);
	ck_assert_str_eq(shown(0), "order9/stale:zpool/zpool_malloc@0=ENOMEM");

	find('U', "freed", "order0:zpool/zpool_malloc@0=ENOMEM", 1, 1);
	find('D', "lost", "order1:zpool/zpool_malloc@0=ENOMEM", 1, 0);
	find('T', "lost", "order0:zpool/zpool_malloc@0=ENOMEM", 1, 0);
	defects_sort(&defects);
	ck_assert_uint_eq(defects.within, 2);
	for (unsigned int i = 0; i < 4; i++)
		ck_assert_int_eq(defects.all[i].shown.finding.letter, "SUDT"[i]);
}
END_TEST

/* Protected pages are the exception, with an option to name in the command. */
START_TEST(what_plain_pages_show_comes_first)
{
	find('S', "left", "order4:zpool/zpool_malloc@0=ENOMEM", 1, 1);
	begin("order0");
	add_distinct('S', "order0:zpool/zpool_malloc@0=ENOMEM", "left", "store")->guard_only = true;
	snprintf(found[0].finding.key, sizeof(found[0].finding.key), "left");
	defects_add(&defects, &made);
	ck_assert_uint_eq(defects.nr, 1);
	ck_assert_str_eq(shown(0), "order4:zpool/zpool_malloc@0=ENOMEM");
}
END_TEST

START_TEST(what_was_not_kept_is_counted)
{
	begin("order4");
	made.nr_more = 3;
	defects_add(&defects, &made);
	defects_add(&defects, &made);
	ck_assert_uint_eq(defects.nr, 0);
	ck_assert_uint_eq(defects.not_kept, 6);
}
END_TEST

/* Within a scenario, too: what fails for good is played before what fails later, once. */
START_TEST(once_comes_before_persistent)
{
	const struct finding f = { .letter = 'S', .slot = -1, .key = "left" };
	struct zcase c = { .scenario = scenario_named("order2"), .nr_faults = 1 };
	const struct run_options opt = { .jobs = 1 };
	struct job *job = job_new(&c.scenario, &opt);
	struct case_fault *fault = &c.faults[0];

	ck_assert_ptr_nonnull(job);
	fault->fault = (struct fault){ .point = FP_ZPOOL_MALLOC, .phase = PHASE_STORE,
				       .error = -ENOMEM, .persistent = true };
	ck_assert_ptr_nonnull(job_add_finding(job, &c, &f, false, false));
	fault->fault.nth = fault->slot = 2;
	ck_assert_ptr_null(job_add_finding(job, &c, &f, false, false));
	fault->fault.persistent = false;
	ck_assert_ptr_null(job_add_finding(job, &c, &f, true, false));
	ck_assert_ptr_nonnull(job_add_finding(job, &c, &f, false, false));
	ck_assert_uint_eq(job->result.nr_distinct, 1);
	ck_assert_uint_eq(job->distinct[0].cases, 4);
	ck_assert_uint_eq(job->distinct[0].within, 3);
	ck_assert(!job->distinct[0].first.faults[0].fault.persistent);
	job_free(job);
}
END_TEST

/* ---- real runs --------------------------------------------------------- */

static void keep(const struct result *r, void *arg)
{
	(void)arg;
	defects_add(&defects, r);
}

static void run(const char *subject, const char *const *names, unsigned int nr, unsigned int jobs)
{
	struct scenario scenarios[4];
	struct patient p;

	ck_assert_uint_le(nr, 4);
	for (unsigned int i = 0; i < nr; i++)
		scenarios[i] = scenario_named(names[i]);
	patient_open(&p, subject);
	p.opt.jobs = jobs;
	ck_assert_int_eq(run_scenarios(scenarios, nr, &p.opt, keep, NULL), 1);
	patient_close(&p);
	defects_sort(&defects);
}

static const struct defect *the(char letter)
{
	const struct defect *d = NULL;

	for (unsigned int i = 0; i < defects.nr; i++) {
		if (defects.all[i].shown.finding.letter != letter)
			continue;
		ck_assert_msg(!d, "%c twice: at %s and at %s", letter, d->place,
			      defects.all[i].place);
		d = &defects.all[i];
	}
	ck_assert_msg(d, "no %c", letter);
	return d;
}

/* Whatever call fails, in two scenarios: one wrong free, at one place. */
START_TEST(a_place_that_was_seen_is_one_defect)
{
	static const char *const names[] = { "order4/stale/batching", "order3/stale/batching" };
	const struct defect *u;

	run("v4", names, 2, 1);
	u = the('U');
	ck_assert_str_eq(u->place,
			 "zswap_entry_cache_free < zswap_batch_cleanup < zswap_batch_xarray_stats");
	ck_assert_uint_eq(u->scenarios, 2);
	ck_assert_uint_eq(u->shown.within, 0);
	ck_assert_uint_gt(u->shown.cases, 20);
	ck_assert_str_eq(shown(u - defects.all), "order3/stale/batching:xarray/xa_store@1=ENOMEM");
}
END_TEST

/* The sums of a folio's store are wrong, at whichever of its pages it ends. */
START_TEST(a_sum_is_one_defect_of_its_operation)
{
	static const char *const names[] = { "order2" };
	const struct defect *d = NULL;
	unsigned int nr = 0;

	run("v4", names, 1, 1);
	for (unsigned int i = 0; i < defects.nr; i++) {
		if (strcmp(defects.all[i].shown.finding.key, "stored_pages"))
			continue;
		d = &defects.all[i];
		nr++;
	}
	ck_assert_uint_eq(nr, 1);
	ck_assert_str_eq(d->place, "zswap_store");
	ck_assert_uint_gt(__builtin_popcountll(d->points), 2);
}
END_TEST

/* A loop that ends one slot early does so whatever has failed before. */
START_TEST(a_rollback_is_one_defect_of_its_operation)
{
	static const char *const names[] = { "order2/stale/objcg1" };

	run("store-erase_one_short", names, 1, 1);
	ck_assert_uint_eq(defects.nr, 1);
	ck_assert_int_eq(defects.all[0].shown.finding.letter, 'S');
	ck_assert_str_eq(defects.all[0].place, "zswap_store");
	ck_assert_uint_eq(__builtin_popcountll(defects.all[0].points), 6);
}
END_TEST

START_TEST(another_place_is_another_defect)
{
	static const char *const names[] = {
		"order1/batch3/mixed/closed-middle/stale-alternate/leaf0/near-limit/nowb/batching",
	};
	unsigned int limits = 0, store = 0;

	run("v4", names, 1, 1);
	for (unsigned int i = 0; i < defects.nr; i++) {
		const struct defect *d = &defects.all[i];

		if (d->shown.finding.letter != 'D')
			continue;
		limits += !strcmp(d->place, "zswap_total_pages < zswap_check_limits < zswap_batch_store");
		store += !strcmp(d->place, "zswap_batch_store");
	}
	ck_assert_uint_eq(limits, 1);
	ck_assert_uint_eq(store, 1);
}
END_TEST

START_TEST(workers_make_no_difference)
{
	static const char *const names[] = {
		"order4/stale/objcg1/batching", "order1/stale", "order0", "order3/batch2/batching",
	};
	struct defects one;

	run("v4", names, 4, 1);
	one = defects;
	setup();
	run("v4", names, 4, 4);
	ck_assert_uint_gt(one.nr, 3);
	ck_assert_uint_eq(one.nr, defects.nr);
	for (unsigned int i = 0; i < one.nr; i++) {
		ck_assert_str_eq(one.all[i].place, defects.all[i].place);
		ck_assert_uint_eq(one.all[i].shown.cases, defects.all[i].shown.cases);
		ck_assert_mem_eq(&one.all[i].shown.first, &defects.all[i].shown.first,
				 sizeof(one.all[i].shown.first));
	}
	defects_free(&one);
}
END_TEST

Suite *suite_defects(void)
{
	Suite *s = suite_create("defects");
	TCase *tc = tcase_create("made");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, one_defect_of_many_scenarios);
	tcase_add_test(tc, others_are_other_defects);
	tcase_add_test(tc, rules_of_one_quantity_are_one);
	tcase_add_test(tc, the_smallest_case_is_shown);
	tcase_add_test(tc, in_whatever_order_they_come);
	tcase_add_test(tc, a_case_within_contract_comes_first);
	tcase_add_test(tc, what_plain_pages_show_comes_first);
	tcase_add_test(tc, what_was_not_kept_is_counted);
	tcase_add_test(tc, once_comes_before_persistent);
	suite_add_tcase(s, tc);

	tc = tcase_create("real");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_place_that_was_seen_is_one_defect);
	tcase_add_test(tc, a_sum_is_one_defect_of_its_operation);
	tcase_add_test(tc, a_rollback_is_one_defect_of_its_operation);
	tcase_add_test(tc, another_place_is_another_defect);
	tcase_add_test(tc, workers_make_no_difference);
	suite_add_tcase(s, tc);
	return s;
}
