// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bugs that no single fault shows, and what is left of a finding when it has
 * been shrunk.
 */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <linux/page-flags.h>

#include "faults/shrink.h"
#include "pairs_help.h"

static void keep_nothing(const struct result *r, void *arg)
{
	(void)r;
	(void)arg;
}

static void shows(const char *id)
{
	char now[CASE_ID];

	case_format(&result.distinct[0].first, now, sizeof(now));
	ck_assert_str_eq(now, id);
}

/* The matrix is clean; a folio of four pages shows it, and two are enough. */
START_TEST(a_bug_that_only_a_pair_shows)
{
	patient_close(&patient);
	patient_open(&patient, "entry-second_failure_leaks");
	ck_assert_int_eq(patient_run(&patient, "order2/objcg1/batching", keep_nothing, NULL), 0);
	ck_assert_int_eq(explore("order2/objcg1/batching", 2, NULL), 1);
	ck_assert_uint_eq(result.nr_distinct, 1);
	ck_assert_int_eq(result.distinct[0].finding.letter, 'L');
	ck_assert_uint_eq(result.distinct[0].reach, REACH_PAIR);
	/* The fallback fails at any of the pages but the first, once and for good. */
	ck_assert_uint_eq(result.distinct[0].cases, 3 * 2);
	ck_assert_int_eq(shrink(&result.distinct[0], &patient.opt), 1);
	shows("order1:slab/kmem_cache_alloc_bulk@store.0=ENOMEM+slab/kmem_cache_alloc_node@1=ENOMEM");
	ck_assert_uint_eq(result.distinct[0].cases, 3 * 2);
	ck_assert_int_eq(shrink(&result.distinct[0], &patient.opt), 0);
	end();
}
END_TEST

START_TEST(a_bug_that_only_a_persistent_fault_shows)
{
	patient_close(&patient);
	patient_open(&patient, "writeback-third_failure_pins");
	ck_assert_int_eq(explore("order2/stale", 1, NULL), 1);
	ck_assert_uint_eq(result.nr_distinct, 1);
	ck_assert_int_eq(result.distinct[0].finding.letter, 'R');
	ck_assert_uint_eq(result.distinct[0].reach, REACH_PERSISTENT);
	ck_assert_int_eq(shrink(&result.distinct[0], &patient.opt), 1);
	shows("order0:swap/read_swap_cache_async@writeback.0=ENOMEM!");
	end();
}
END_TEST

/* What shrink() says of a pair, and in why[] what is left of it. */
static int shrink_pair(void)
{
	static const char id[] = "order4/stale:zpool/zpool_malloc@3=ENOMEM!+zpool/zpool_malloc@restore.1=ENOMEM";
	struct result r;
	struct zcase c;
	int ret;

	ck_assert(!case_parse(id, &c, why, sizeof(why)));
	ck_assert_int_eq(run_case(&c, &patient.opt, false, &r, why, sizeof(why)), 0);
	ck_assert_int_eq(r.distinct[0].finding.letter, 'S');
	ret = shrink(&r.distinct[0], &patient.opt);
	case_format(&r.distinct[0].first, why, sizeof(why));
	result_free(&r);
	return ret;
}

/* Of a pair of which one fault is enough that one is left. */
START_TEST(a_fault_too_many_goes)
{
	patient_close(&patient);
	patient_open(&patient, "store-erase_one_short");
	ck_assert_int_eq(shrink_pair(), 1);
	ck_assert_str_eq(why, "order0/stale:zpool/zpool_malloc@0=ENOMEM");
}
END_TEST

static const struct subject_desc *patient_desc;
static int deadly_signal;

/* Small folios are too much for it; its store of larger ones is that of the patient. */
static bool small_store_dies(struct folio *folio)
{
	bool stored = patient_desc->store(folio);

	if (fault_phase_now() == PHASE_STORE && fault_injected() && !folio_test_large(folio)) {
		if (!deadly_signal)
			_exit(7);
		signal(deadly_signal, SIG_DFL);
		kill(getpid(), deadly_signal);
	}
	return stored;
}

static void make_deadly(int sig)
{
	static struct subject_desc deadly;

	patient_close(&patient);
	patient_open(&patient, "store-erase_one_short");
	patient_desc = patient.subject.desc;
	deadly = *patient_desc;
	deadly.store = small_store_dies;
	patient.subject.desc = &deadly;
	deadly_signal = sig;
}

/* Who dies of a smaller case has not shown the same; the search goes on behind it. */
START_TEST(deadly_cases_are_passed)
{
	make_deadly(0);
	ck_assert_int_eq(shrink_pair(), 1);
	ck_assert_str_eq(why, "order1/stale:zpool/zpool_malloc@0=ENOMEM");
}
END_TEST

/* Killed from outside, it is not known whether there is a smaller one. */
START_TEST(a_search_cut_short_is_told)
{
	make_deadly(SIGKILL);
	ck_assert_int_eq(shrink_pair(), -1);
}
END_TEST

/* What a fault in front of it does not change is told of the single fault alone. */
START_TEST(a_single_fault_has_its_findings_to_itself)
{
	patient_close(&patient);
	patient_open(&patient, "store-erase_one_short");
	ck_assert_int_eq(explore("order1/stale", 2, "order1:zpool/zpool_malloc@0=ENOMEM"
				 "+crypto/acomp_decompress@load.0=EINVAL"), 1);
	for (unsigned int i = 0; i < result.nr_distinct; i++)
		ck_assert_uint_eq(result.distinct[i].reach, REACH_ONCE);
	ck_assert_uint_gt(result.behind, 0);
	end();
}
END_TEST

Suite *suite_shrink(void)
{
	Suite *s = suite_create("shrink");
	TCase *tc = tcase_create("planted bugs");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 240);
	tcase_add_test(tc, a_bug_that_only_a_pair_shows);
	tcase_add_test(tc, a_bug_that_only_a_persistent_fault_shows);
	tcase_add_test(tc, a_fault_too_many_goes);
	tcase_add_test(tc, deadly_cases_are_passed);
	tcase_add_test(tc, a_search_cut_short_is_told);
	tcase_add_test(tc, a_single_fault_has_its_findings_to_itself);
	suite_add_tcase(s, tc);
	return s;
}
