// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs: exit codes, and that neither the number of workers nor the contents of
 * pages show in a verdict.
 */
#include <check.h>
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

/* ---- exit codes -------------------------------------------------------- */

START_TEST(one_code_wins_over_another)
{
	static const int order[] = { 2, 3, 1, 4, 0 };
	const int nr = sizeof(order) / sizeof(order[0]);

	for (int i = 0; i < nr; i++) {
		for (int j = 0; j < nr; j++)
			ck_assert_int_eq(worse_code(order[i], order[j]), order[i < j ? i : j]);
	}
	/* What is no code of ours says that something is wrong with us. */
	ck_assert_int_eq(worse_code(77, 78), 3);
}
END_TEST

START_TEST(a_result_has_its_code)
{
	static const struct {
		const char *says;
		struct result result;
		int code;
	} table[] = {
		{ "all held", { .nr_cases = 4, .held = 4, .exhausted = true }, 0 },
		{ "nothing to fail", { .exhausted = true }, 0 },
		{ "a case broken",
		  { .nr_cases = 4, .held = 3, .broken = 1, .accusing = 1, .exhausted = true }, 1 },
		{ "one beyond contract",
		  { .nr_cases = 4, .held = 3, .broken = 1, .nr_distinct = 1, .exhausted = true }, 0 },
		{ "the same, strictly",
		  { .nr_cases = 4, .held = 3, .broken = 1, .strict = true, .exhausted = true }, 1 },
		{ "the same, by protected pages",
		  { .nr_cases = 4, .held = 4, .nr_distinct = 1, .strict = true, .exhausted = true }, 1 },
		{ "the fault-free run broken", { .baseline.outcome = BROKEN, .accusing = 1 }, 1 },
		{ "the same beyond contract",
		  { .baseline.outcome = BROKEN, .nr_distinct = 1, .exhausted = true }, 0 },
		{ "the same, cases not judged",
		  { .nr_cases = 4, .not_judged = 4, .baseline.outcome = BROKEN }, 4 },
		{ "the same, strictly",
		  { .nr_cases = 4, .not_judged = 4, .baseline.outcome = BROKEN, .strict = true }, 1 },
		{ "a vacuous case",
		  { .nr_cases = 4, .held = 3, .vacuous = 1, .exhausted = true }, 4 },
		{ "a case not judged",
		  { .nr_cases = 4, .held = 3, .not_judged = 1, .exhausted = true }, 4 },
		{ "not exhausted", { .nr_cases = 4, .held = 4 }, 4 },
		{ "the fault-free run vacuous",
		  { .baseline.outcome = VACUOUS, .exhausted = true }, 4 },
		{ "the fault-free run not judged",
		  { .baseline.outcome = NOT_JUDGED, .exhausted = true }, 4 },
		{ "findings and vacuous",
		  { .nr_cases = 4, .broken = 1, .accusing = 1, .vacuous = 3, .exhausted = true }, 1 },
		{ "the harness failed",
		  { .nr_cases = 4, .held = 4, .exhausted = true, .error = "no" }, 3 },
		{ "the harness failed after findings",
		  { .nr_cases = 4, .broken = 4, .accusing = 4, .error = "no" }, 3 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		ck_assert_msg(result_code(&table[i].result) == table[i].code, "%s: %d",
			      table[i].says, result_code(&table[i].result));
}
END_TEST

/* ---- the matrix of a scenario ------------------------------------------- */

START_TEST(a_correct_subject_holds)
{
	const struct kept *k = kept_run(&patient, "order2/stale", 0);

	ck_assert_str_eq(k->result.name, "order2/stale");
	ck_assert_uint_eq(k->result.nr_pages, 4);
	ck_assert_uint_gt(k->result.nr_cases, 50);
	ck_assert_uint_eq(k->result.held, k->result.nr_cases);
	ck_assert_uint_eq(k->result.nr_distinct, 0);
	ck_assert(k->result.exhausted);
	ck_assert_uint_gt(k->result.same, 0);
	ck_assert_uint_lt(k->result.same, k->result.nr_cases / 2);
	ck_assert_uint_eq(k->result.guarded, 0);
	ck_assert_uint_gt(k->result.steps, k->result.nr_cases);
	ck_assert(k->result.checked & invariant_bit('S'));
	ck_assert(!k->result.beyond);
	ck_assert_str_eq(k->result.error, "");
	counts_agree(&k->result);
}
END_TEST

START_TEST(nothing_to_fail_is_held)
{
	const struct kept *k = kept_run(&patient, "order4/nopool", 0);

	ck_assert_uint_eq(k->result.nr_cases, 0);
	ck_assert_int_eq(k->result.baseline.outcome, HELD);
	ck_assert(k->result.exhausted);
}
END_TEST

START_TEST(protected_pages_see_some_again)
{
	const struct kept *k;

	patient.opt.guard = true;
	k = kept_run(&patient, "order1", 0);
	ck_assert_uint_gt(k->result.guarded, 0);
	ck_assert_uint_lt(k->result.guarded, k->result.nr_cases / 2);
	ck_assert_uint_eq(k->result.held, k->result.nr_cases);
}
END_TEST

/* ---- one case ---------------------------------------------------------- */

START_TEST(a_case_by_itself)
{
	static const char *const ids[] = {
		"order1", "order1:zpool/zpool_malloc@1=ENOMEM", "order1:xarray/xa_store@0=ENOMEM!",
		"order1:crypto/acomp_decompress@load.1=EINVAL",
		"order1:zpool/zpool_malloc@0=ENOMEM+zpool/zpool_malloc@writeback.0=ENOMEM!",
	};
	char why[300] = "", id[CASE_ID];
	struct result r;

	for (unsigned int i = 0; i < 2 * 4; i++) {
		ck_assert_msg(kept_case(&patient, ids[i / 2], i % 2, &r, why, sizeof(why)) == 0, "%s: %s%s",
			      ids[i / 2], why, r.error);
		ck_assert_uint_eq(r.nr_cases, 1);
		ck_assert_uint_eq(r.held, 1);
		ck_assert_int_eq(r.cells[0].outcome, HELD);
		ck_assert_int_eq(result_code(&r), 0);
		case_format(&r.cases[0], id, sizeof(id));
		ck_assert_str_eq(id, ids[i / 2]);
		result_free(&r);
	}
	/* The second fault never fires: vacuous, and not green. */
	ck_assert_int_eq(kept_case(&patient, ids[4], false, &r, why, sizeof(why)), 0);
	ck_assert_int_eq(r.cells[0].outcome, VACUOUS);
	ck_assert_int_eq(result_code(&r), 4);
	result_free(&r);
}
END_TEST

START_TEST(a_case_that_is_not_there)
{
	char why[300] = "";
	struct result r;

	ck_assert_int_eq(kept_case(&patient, "order1:zpool/zpool_malloc@5=ENOMEM", false, &r, why, sizeof(why)), 2);
	ck_assert_str_eq(why, "zpool/zpool_malloc is not hit at slot 5 of folio 0 of this scenario");
	result_free(&r);
}
END_TEST

/* ---- what must not show ------------------------------------------------ */

static void same_verdicts(const struct kept *a, const struct kept *b)
{
	ck_assert_str_eq(a->result.name, b->result.name);
	ck_assert_uint_eq(a->result.nr_cases, b->result.nr_cases);
	ck_assert_uint_eq(a->result.steps, b->result.steps);
	ck_assert_uint_eq(a->result.checked, b->result.checked);
	ck_assert_uint_eq(a->result.same, b->result.same);
	for (unsigned long i = 0; i < a->result.nr_cases; i++) {
		char one[CASE_ID], other[CASE_ID];

		case_format(&a->cases[i], one, sizeof(one));
		case_format(&b->cases[i], other, sizeof(other));
		ck_assert_str_eq(one, other);
		ck_assert_int_eq(a->cells[i].outcome, b->cells[i].outcome);
		ck_assert_int_eq(a->cells[i].letter, b->cells[i].letter);
	}
}

START_TEST(workers_do_not_show)
{
	const struct scenario s[] = { scenario_named("order2/objcg1"), scenario_named("order0") };

	patient.opt.jobs = 1;
	ck_assert_int_eq(run_scenarios(s, 2, &patient.opt, keep, NULL), 0);
	patient.opt.jobs = 2;
	ck_assert_int_eq(run_scenarios(s, 2, &patient.opt, keep, NULL), 0);
	same_verdicts(&kept[0], &kept[2]);
	same_verdicts(&kept[1], &kept[3]);
}
END_TEST

/* Several workers at one scenario, which takes long enough. */
START_TEST(helpers_do_not_show)
{
	const struct scenario s = scenario_named("order7");

	patient.opt.jobs = 1;
	ck_assert_int_eq(run_scenarios(&s, 1, &patient.opt, keep, NULL), 0);
	patient.opt.jobs = 3;
	ck_assert_int_eq(run_scenarios(&s, 1, &patient.opt, keep, NULL), 0);
	same_verdicts(&kept[0], &kept[1]);
	ck_assert_uint_eq(kept[0].result.held, kept[1].result.held);
	ck_assert_uint_eq(kept[0].result.guarded, kept[1].result.guarded);
	ck_assert(kept[1].result.exhausted);
}
END_TEST

START_TEST(contents_do_not_show)
{
	char path[] = "/tmp/zfault-dump-XXXXXX", why[300];
	FILE *f = fdopen(mkstemp(path), "w");

	kept_run(&patient, "order2/stale", 0);
	/* Pages of a different length each, and none of them of a real file. */
	for (unsigned int k = 0; k < 64; k++)
		ck_assert_uint_eq(fwrite(pages_generated(1200 + k), 4096, 1, f), 1);
	fclose(f);
	pages_free(&patient.pages);
	ck_assert_int_eq(pages_load(path, 16, &patient.pages, why, sizeof(why)), 0);
	unlink(path);
	kept_run(&patient, "order2/stale", 0);
	same_verdicts(&kept[0], &kept[1]);
}
END_TEST

Suite *suite_run(void)
{
	Suite *s = suite_create("run");
	TCase *tc = tcase_create("codes");

	tcase_add_test(tc, one_code_wins_over_another);
	tcase_add_test(tc, a_result_has_its_code);
	suite_add_tcase(s, tc);

	tc = tcase_create("workers");
	tcase_add_unchecked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_correct_subject_holds);
	tcase_add_test(tc, nothing_to_fail_is_held);
	tcase_add_test(tc, protected_pages_see_some_again);
	tcase_add_test(tc, a_case_by_itself);
	tcase_add_test(tc, a_case_that_is_not_there);
	tcase_add_test(tc, workers_do_not_show);
	tcase_add_test(tc, helpers_do_not_show);
	tcase_add_test(tc, contents_do_not_show);
	suite_add_tcase(s, tc);
	return s;
}
