// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which cases a bug is seen in: once or persistent, a benign fault or none,
 * on protected pages or off them. And that nothing vacuous is green.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "faults/cmd.h"
#include "faults/story.h"
#include "subjects.h"

/* ---- where the bug hides ----------------------------------------------- */

static unsigned int nr_seen;

/* Each case is broken with the letter @arg if it is one of those, or held. */
static void check_cells(const struct result *r, bool (*is_one)(const struct fault *f), char letter)
{
	for (unsigned long i = 0; i < r->nr_cases; i++) {
		const struct fault *f = &r->cases[i].faults[0].fault;
		bool one = is_one(f);

		nr_seen += one;
		ck_assert_msg(r->cells[i].outcome == (one ? BROKEN : HELD),
			      "%s hit %u error %d persistent %d", fault_points[f->point].name,
			      f->nth, f->error, f->persistent);
		ck_assert_int_eq(r->cells[i].letter, one ? letter : 0);
	}
}

static bool no_memory_for_good(const struct fault *f)
{
	return f->point == FP_ZPOOL_MALLOC && f->error == -ENOMEM && f->persistent;
}

static void only_persistent(const struct result *r, void *arg)
{
	unsigned int nr_once = 0;

	check_cells(r, no_memory_for_good, 'H');
	for (unsigned long i = 0; i < r->nr_cases; i++) {
		const struct fault *f = &r->cases[i].faults[0].fault;

		nr_once += f->point == FP_ZPOOL_MALLOC && f->error == -ENOMEM && !f->persistent;
	}
	ck_assert_uint_eq(nr_once, nr_seen);
}

START_TEST(a_bug_that_only_the_persistent_form_shows)
{
	struct patient p;

	patient_open(&p, "compress-retries_forever");
	ck_assert_int_eq(patient_run(&p, "order3", only_persistent, NULL), 1);
	/* Each page of the store, and the reclaim of a page that was read. */
	ck_assert_uint_eq(nr_seen, 8 + 1);
	patient_close(&p);
}
END_TEST

static bool no_bulk(const struct fault *f)
{
	return f->point == FP_KMEM_CACHE_ALLOC_BULK;
}

static void only_benign(const struct result *r, void *arg)
{
	check_cells(r, no_bulk, *(const char *)arg);
}

START_TEST(a_bug_that_only_the_fallback_shows)
{
	static const struct {
		const char *name;
		char letter;
	} all[] = {
		{ "entry-fallback_loses_one", 'L' },
		{ "entry-no_fallback", 'D' },
	};
	struct patient p;
	char letter = all[_i].letter;

	ck_assert(fault_points[FP_KMEM_CACHE_ALLOC_BULK].benign);
	patient_open(&p, all[_i].name);
	ck_assert_int_eq(patient_run(&p, "order3", only_benign, &letter), 1);
	/* Once and persistent. */
	ck_assert_uint_eq(nr_seen, 2);
	patient_close(&p);
}
END_TEST

/* ---- protected pages --------------------------------------------------- */

static void nothing_found(const struct result *r, void *arg)
{
	ck_assert_uint_eq(r->nr_distinct, 0);
	ck_assert_uint_eq(r->guarded, 0);
	ck_assert_uint_eq(r->held, r->nr_cases);
	ck_assert_uint_gt(r->held, 0);
}

static void freed_read_found(const struct result *r, void *arg)
{
	ck_assert_uint_gt(r->broken, 0);
	ck_assert_uint_eq(r->held + r->broken, r->nr_cases);
	for (unsigned long i = 0; i < r->nr_cases; i++) {
		if (r->cells[i].outcome == BROKEN)
			ck_assert_int_eq(r->cells[i].letter, 'U');
	}
	for (unsigned int i = 0; i < r->nr_distinct; i++) {
		ck_assert_int_eq(r->distinct[i].finding.letter, 'U');
		ck_assert_int_eq(r->distinct[i].crash, built_with_asan());
		/* A worker that died tells of the injected call all the same. */
		ck_assert_int_gt(r->distinct[i].nr_frames, 0);
	}
}

START_TEST(a_pure_read_is_seen_on_protected_pages_alone)
{
	struct patient p;

	patient_open(&p, "store-reads_freed");
	if (!built_with_asan()) {
		ck_assert_int_eq(patient_run(&p, "order0", nothing_found, NULL), 0);
		p.opt.guard = true;
	}
	ck_assert_int_eq(patient_run(&p, "order0", freed_read_found, NULL), 1);
	patient_close(&p);
}
END_TEST

/* The case that a finding names, on plain pages. */
static const struct cell *cell_of(const struct result *r, const struct distinct *d)
{
	for (unsigned long i = 0; i < r->nr_cases; i++) {
		if (!memcmp(&r->cases[i].faults, &d->first.faults, sizeof(d->first.faults)))
			return &r->cells[i];
	}
	ck_abort_msg("a finding of no case");
}

static void sum_found(const struct result *r, void *arg)
{
	ck_assert_uint_gt(r->nr_distinct, 0);
	for (unsigned int i = 0; i < r->nr_distinct; i++) {
		ck_assert_int_eq(r->distinct[i].finding.letter, 'N');
		ck_assert_int_eq(r->distinct[i].plain.letter, 0);
	}
}

/* The cause stands above what was seen of it, in the grid too. */
static void cause_found(const struct result *r, void *arg)
{
	bool asan = built_with_asan();

	ck_assert_uint_gt(r->nr_distinct, 0);
	for (unsigned int i = 0; i < r->nr_distinct; i++) {
		const struct distinct *d = &r->distinct[i];

		ck_assert_int_eq(d->finding.letter, 'U');
		ck_assert_int_eq(d->plain.letter, asan ? 0 : 'N');
		ck_assert(asan || strstr(d->plain.text, "reject_compress_poor"));
		ck_assert(asan || strstr(d->finding.text, "a freed zswap_entry"));
		ck_assert_str_eq(d->guarded, "");
		ck_assert(!d->guard_only);
		ck_assert_int_eq(cell_of(r, d)->letter, 'U');
	}
}

START_TEST(a_read_that_changes_a_sum_is_proved_on_protected_pages)
{
	struct patient p;

	patient_open(&p, "store-counts_freed");
	if (!built_with_asan()) {
		ck_assert_int_eq(patient_run(&p, "order0", sum_found, NULL), 1);
		p.opt.guard = true;
	}
	ck_assert_int_eq(patient_run(&p, "order0", cause_found, NULL), 1);
	patient_close(&p);
}
END_TEST

/* ---- the second store fails -------------------------------------------- */

/* What it comes to, and the letter and step of the first finding. */
static void comes_to(const char *subject, const char *id, int outcome, char letter, const char *step)
{
	char why[256] = "";
	struct patient p;
	struct result r;
	struct zcase c;

	ck_assert_msg(!case_parse(id, &c, why, sizeof(why)), "%s", why);
	patient_open(&p, subject);
	ck_assert_msg(!run_case(&c, &p.opt, false, &r, why, sizeof(why)), "%s", why);
	ck_assert_msg(r.cells[0].outcome == outcome, "%s: %s comes to %d", subject, id,
		      r.cells[0].outcome);
	if (outcome == BROKEN) {
		ck_assert_int_eq(r.distinct[0].finding.letter, letter);
		ck_assert_str_eq(r.distinct[0].finding.step, step);
	}
	result_free(&r);
	patient_close(&p);
}

START_TEST(the_second_store_may_fail_and_has_to_roll_back)
{
	comes_to("core", "order3:zpool/zpool_malloc@restore.3=ENOMEM", HELD, 0, "");
	comes_to("core", "order3:zpool/zpool_malloc@restore.3=ENOMEM!", HELD, 0, "");
	comes_to("core", "order3/stale:xarray/xa_store@2=ENOMEM+crypto/acomp_compress@restore.1=EINVAL",
		 HELD, 0, "");
	comes_to("core", "order3:crypto/acomp_decompress@restore.1=EINVAL", HELD, 0, "");
	comes_to("store-leaks_entries", "order3:zpool/zpool_malloc@restore.3=ENOMEM", BROKEN, 'L',
		 "store again");
}
END_TEST

/* It was, and has done what it was woken for before anybody looked. */
START_TEST(somebody_is_woken_and_is_waited_for)
{
	comes_to("core", "order0/switched:zpool/zpool_get_total_pages@restore.0=ENOSPC", HELD, 0, "");
	comes_to("core", "order0/switched:zpool/zpool_get_total_pages@store.0=ENOSPC"
		 "+zpool/zpool_get_total_pages@restore.0=ENOSPC", HELD, 0, "");
}
END_TEST

START_TEST(a_third_store_tells_whether_it_recovers)
{
	comes_to("store-gives_up", "order3:zpool/zpool_malloc@restore.3=ENOMEM", BROKEN, 'T',
		 "store again");
	comes_to("core", "order0/boot:slab/kmalloc@boot.0=ENOMEM+slab/kmalloc@restore.0=ENOMEM",
		 HELD, 0, "");
	comes_to("pool-no_second_try",
		 "order0/boot:slab/kmalloc@boot.0=ENOMEM+slab/kmalloc@restore.0=ENOMEM", BROKEN, 'T',
		 "set up again");
}
END_TEST

START_TEST(a_failure_with_a_fallback_is_none_in_the_second_store_either)
{
	comes_to("core", "order3:slab/kmem_cache_alloc_bulk@restore.0=ENOMEM", HELD, 0, "");
	comes_to("entry-no_fallback", "order3:slab/kmem_cache_alloc_bulk@restore.0=ENOMEM", BROKEN,
		 'D', "store again");
	/* What failed in its first step, and has no fallback, may be why. */
	comes_to("core", "order3/switched:param/param_set_charp@restore.0=ENOMEM"
		 "+slab/kmem_cache_alloc_bulk@restore.0=ENOMEM", HELD, 0, "");
}
END_TEST

/* ---- vacuous ----------------------------------------------------------- */

/* The first fault ends the store before the second one can fire. */
START_TEST(a_fault_that_does_not_fire_is_vacuous)
{
	static const char id[] = "order3:zpool/zpool_malloc@0=ENOMEM+xarray/xa_store@5=ENOMEM";
	char why[256] = "";
	struct patient p;
	struct result r;
	struct zcase c;

	ck_assert_msg(!case_parse(id, &c, why, sizeof(why)), "%s", why);
	patient_open(&p, "core");
	ck_assert_int_eq(run_case(&c, &p.opt, false, &r, why, sizeof(why)), 0);
	ck_assert_uint_eq(r.cells[0].outcome, VACUOUS);
	ck_assert_uint_eq(r.vacuous, 1);
	ck_assert_uint_eq(r.held, 0);
	ck_assert_uint_eq(r.nr_distinct, 0);
	ck_assert_int_eq(result_code(&r), 4);
	result_free(&r);
	patient_close(&p);
}
END_TEST

/*
 * The store of 6.13-rc counts a folio of two pages once in MEMCG_ZSWAPPED, with
 * nothing failing. It is told so once; what its rollback does is another matter.
 */
static void judged_beside_the_baseline(const struct result *r, void *arg)
{
	unsigned int without = 0, same = 0;

	ck_assert_uint_eq(r->baseline.outcome, BROKEN);
	/* What breaks the same is no more than that, and never passes for held. */
	ck_assert_uint_eq(r->held, 0);
	ck_assert_uint_gt(r->not_judged, 0);
	ck_assert_uint_gt(r->broken, 0);
	ck_assert(r->exhausted);
	for (unsigned int i = 0; i < r->nr_distinct; i++) {
		without += !r->distinct[i].first.nr_faults;
		same += !strcmp(r->distinct[i].finding.key, "charge: MEMCG_ZSWAPPED");
	}
	ck_assert_uint_eq(without, 1);
	ck_assert_uint_eq(same, 1);
}

START_TEST(what_is_broken_without_a_fault_is_told_once)
{
	struct patient p;

	patient_open(&p, "v4");
	ck_assert_int_eq(patient_run(&p, "order3", judged_beside_the_baseline, NULL), 1);
	patient_close(&p);
}
END_TEST

/* Nor does one whose hit never comes; and it hides no finding of its run. */
START_TEST(a_hit_that_never_comes_is_vacuous)
{
	static const struct {
		const char *name;
		enum outcome outcome;
	} all[] = {
		{ "core", VACUOUS },
		{ "store-last_batch_short", BROKEN },
	};
	const struct scenario s = scenario_named("order3");
	struct zcase c = {
		.scenario = s,
		.nr_faults = 1,
		.faults[0] = {
			.fault = {
				.point = FP_ZPOOL_MALLOC, .phase = PHASE_STORE, .nth = 1000,
				.error = -ENOMEM,
			},
			.slot = -1,
		},
	};
	char why[256] = "";
	struct verdict v;
	struct patient p;
	struct story st;

	patient_open(&p, all[_i].name);
	ck_assert_msg(!story_open(&st, &s, &p.subject, &p.pages, false, why, sizeof(why)),
		      "%s", why);
	story_play(&st, &c, &v);
	ck_assert_uint_eq(v.fired, 0);
	ck_assert_int_eq(v.outcome, all[_i].outcome);
	if (v.outcome == VACUOUS)
		ck_assert_str_eq(v.why_vacuous, "a fault did not fire");

	/* The same story still tells a fault that does fire. */
	c.faults[0].fault.nth = 0;
	story_play(&st, &c, &v);
	ck_assert_uint_eq(v.fired, 1);
	ck_assert_int_eq(v.outcome, _i ? BROKEN : HELD);
	story_close(&st);
	patient_close(&p);
}
END_TEST

/* ---- not judged -------------------------------------------------------- */

static void not_judged(const struct result *r, void *arg)
{
	ck_assert_uint_eq(r->baseline.outcome, BROKEN);
	ck_assert_uint_gt(r->nr_cases, 0);
	ck_assert_uint_eq(r->not_judged, r->nr_cases);
	for (unsigned long i = 0; i < r->nr_cases; i++)
		ck_assert_uint_eq(r->cells[i].outcome, NOT_JUDGED);
	/* The run without a fault is what shows it. */
	ck_assert_uint_eq(r->nr_distinct, 1);
	ck_assert_uint_eq(r->distinct[0].first.nr_faults, 0);
}

START_TEST(cases_are_not_judged_where_the_run_without_a_fault_is_broken)
{
	struct patient p;

	patient_open(&p, "store-last_batch_short");
	ck_assert_int_eq(patient_run(&p, "order3", not_judged, NULL), 1);
	patient_close(&p);
}
END_TEST

static void all_recovered(const struct result *r, void *arg)
{
	bool *done = arg;

	*done = true;
	ck_assert_int_eq(r->baseline.outcome, BROKEN);
	ck_assert_str_eq(r->baseline.findings[0].key, "charge: MEMCG_ZSWAPPED");
	ck_assert_uint_gt(r->nr_cases, 10);
	for (unsigned long i = 0; i < r->nr_cases; i++)
		ck_assert_int_ne(r->cells[i].letter, 'T');
}

/* A fault at boot keeps the first folios out, and so the charges that go wrong with each. */
START_TEST(charges_that_go_wrong_without_a_fault_are_no_lack_of_recovery)
{
	struct patient p;
	bool done = false;

	patient_open(&p, "v4");
	patient_run(&p, "order0/leaf0/poor-first/node1/swap1/boot", all_recovered, &done);
	ck_assert(done);
	patient_close(&p);
}
END_TEST

Suite *suite_oracle_cases(void)
{
	Suite *s = suite_create("oracle_cases");
	TCase *tc = tcase_create("cases");

	tcase_add_test(tc, a_bug_that_only_the_persistent_form_shows);
	tcase_add_loop_test(tc, a_bug_that_only_the_fallback_shows, 0, 2);
	tcase_add_test(tc, a_pure_read_is_seen_on_protected_pages_alone);
	tcase_add_test(tc, a_read_that_changes_a_sum_is_proved_on_protected_pages);
	tcase_add_test(tc, the_second_store_may_fail_and_has_to_roll_back);
	tcase_add_test(tc, somebody_is_woken_and_is_waited_for);
	tcase_add_test(tc, a_third_store_tells_whether_it_recovers);
	tcase_add_test(tc, a_failure_with_a_fallback_is_none_in_the_second_store_either);
	tcase_add_test(tc, a_fault_that_does_not_fire_is_vacuous);
	tcase_add_test(tc, what_is_broken_without_a_fault_is_told_once);
	tcase_add_loop_test(tc, a_hit_that_never_comes_is_vacuous, 0, 2);
	tcase_add_test(tc, cases_are_not_judged_where_the_run_without_a_fault_is_broken);
	tcase_add_test(tc, charges_that_go_wrong_without_a_fault_are_no_lack_of_recovery);
	suite_add_tcase(s, tc);
	return s;
}
