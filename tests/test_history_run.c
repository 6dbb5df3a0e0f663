// SPDX-License-Identifier: GPL-2.0-or-later
/* Many histories: nobody correct is accused, what is wrong is found and made short. */
#include <check.h>
#include <string.h>

#include "faults/cmd.h"
#include "faults/history_run.h"
#include "faults/pages.h"
#include "subjects.h"

static int run(const char *subject, unsigned long histories, unsigned int jobs,
	       struct history_result *r)
{
	struct patient p;
	struct history_options opt = { .histories = histories, .seed = 1, .jobs = jobs };
	int code;

	patient_open(&p, subject);
	opt.subject = &p.subject;
	code = history_run(&opt, r);
	ck_assert_str_eq(r->error, "");
	ck_assert_int_eq(code, 0);
	patient_close(&p);
	return history_code(r, false);
}

static void play_again(const char *subject, const struct history_found *f)
{
	static struct history_verdict hv;
	struct history_options opt = { .histories = 1 };
	struct patient p;
	char why[300];

	patient_open(&p, subject);
	opt.subject = &p.subject;
	ck_assert_int_eq(history_try(&opt, NULL, &f->history, &hv, why, sizeof(why)), 0);
	ck_assert_int_eq(hv.v.outcome, BROKEN);
	ck_assert_int_eq(hv.v.findings[0].letter, f->hv.v.findings[0].letter);
	ck_assert_str_eq(hv.v.findings[0].key, f->hv.v.findings[0].key);
	ck_assert_str_eq(hv.v.findings[0].text, f->hv.v.findings[0].text);
	ck_assert_str_eq(hv.v.findings[0].step, f->hv.v.findings[0].step);
	patient_close(&p);
}

static void play_plain(const struct history_options *opt, const struct history *h,
		       struct history_verdict *hv)
{
	char why[300];

	ck_assert_int_eq(history_try(opt, NULL, h, hv, why, sizeof(why)), 0);
	ck_assert_int_eq(hv->v.outcome, HELD);
}

static unsigned int nr_faults(const struct history *h)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < h->nr; i++)
		nr += h->steps[i].nr_faults;
	return nr;
}

/* ---- correct subjects -------------------------------------------------- */

static const char *const correct[] = { "core", "core-batch1", "core-batch3", "core-asks_again" };

/* A few thousand steps, in which all kinds of steps and all faults came to something. */
START_TEST(nobody_correct_is_accused)
{
	static const uint8_t of_others[] = { FP_ZS_MALLOC, FP_SWAP_CACHE_ALLOC_FOLIO };
	struct history_result r;
	int code = run(correct[_i], 400, 0, &r);

	ck_assert_msg(!r.nr_found, "%c after %s: %s", r.found[0].hv.v.findings[0].letter,
		      r.found[0].hv.v.findings[0].step, r.found[0].hv.v.findings[0].text);
	ck_assert_int_eq(code, 0);
	ck_assert_uint_eq(r.held, 400);
	ck_assert_uint_eq(r.steps, 400 * (HISTORY_LENGTH + 2));
	for (unsigned int op = 0; op < HOP_NR; op++)
		ck_assert_msg(!history_never(&r, op), "%s never did anything", history_ops[op].name);
	for (unsigned int p = 0; p < FP_NR; p++) {
		/* Core's pools of a batch of one ask for no bulk. */
		if (!r.counts.planned[p] || memchr(of_others, p, sizeof(of_others)) ||
		    p == FP_KMEM_CACHE_ALLOC_BULK)
			continue;
		ck_assert_msg(r.counts.fired[p], "%s never failed", fault_points[p].name);
	}
	ck_assert_uint_gt(r.counts.stored, 1000);
	ck_assert_uint_gt(r.counts.written, 1000);
	ck_assert_uint_gt(r.counts.kept, 50);
	ck_assert_uint_gt(r.counts.written_back, 1000);
	ck_assert_uint_gt(r.counts.read_failed, 20);
	for (unsigned int i = 0; i < 3; i++)
		ck_assert_uint_gt(r.counts.read[i], 1000);
	history_result_free(&r);
}
END_TEST

/* ---- broken ones ------------------------------------------------------- */

static void all_held(const struct result *r, void *arg)
{
	(void)arg;
	ck_assert_str_eq(r->error, "");
	ck_assert_uint_eq(r->held, r->nr_cases);
}

/* No scenario leaves a dead cgroup behind another one that dies. */
START_TEST(matrix_does_not_see_it)
{
	static const char *const names[] = {
		"order0/objcg1/full", "order1/dying/full", "order1/stale-objcg/dying",
		"order1/batch3/objcgs/full", "order0/over-limit/nowb-parent",
	};
	enum { NR = sizeof(names) / sizeof(names[0]) };
	struct scenario scenarios[NR];
	struct patient p;

	for (unsigned int i = 0; i < NR; i++)
		scenarios[i] = scenario_named(names[i]);
	patient_open(&p, "shrinker-stays_with_dead");
	ck_assert_int_eq(run_scenarios(scenarios, NR, &p.opt, all_held, NULL), 0);
	patient_close(&p);
}
END_TEST

/* Some ten steps, of a hundred. */
START_TEST(long_way_to_a_bug_is_made_short)
{
	struct history_result r;
	const struct history_found *f;

	ck_assert_int_eq(run("shrinker-stays_with_dead", 200, 0, &r), EXIT_FINDINGS);
	ck_assert_uint_eq(r.nr_found, 1);
	f = &r.found[0];
	ck_assert_int_eq(f->hv.v.findings[0].letter, 'R');
	ck_assert_uint_gt(f->length, 50);
	ck_assert_uint_ge(f->history.nr, 4);
	ck_assert_uint_le(f->history.nr, 12);
	ck_assert_uint_le(nr_faults(&f->history), 2);
	play_again("shrinker-stays_with_dead", f);
	history_result_free(&r);
}
END_TEST

/* What the matrix finds, histories find, and need no more than a store or two for it. */
START_TEST(short_way_to_a_bug)
{
	static const struct {
		const char *subject;
		char letter;
		unsigned int steps, faults;
	} bugs[] = {
		{ "store-erase_one_short", 'S', 4, 1 },
		{ "writeback-forgets_swap1", 'C', 4, 1 },
		{ "load-error_drops_entry", 'C', 2, 1 },
		{ "decompress-not_counted", 'N', 2, 1 },
		{ "store-gives_up", 'T', 5, 0 },
		{ "acomp_ctx-leaks_buffers", 'L', 1, 0 },
	};
	struct history_result r;
	const struct history_found *f;

	ck_assert_int_eq(run(bugs[_i].subject, 60, 0, &r), EXIT_FINDINGS);
	ck_assert_uint_ge(r.nr_found, 1);
	f = &r.found[0];
	ck_assert_int_eq(f->hv.v.findings[0].letter, bugs[_i].letter);
	ck_assert_uint_le(f->history.nr, bugs[_i].steps);
	ck_assert_uint_le(nr_faults(&f->history), bugs[_i].faults);
	play_again(bugs[_i].subject, f);
	history_result_free(&r);
}
END_TEST

/* What plain pages do not show; and what they do is told as seen there. */
START_TEST(reads_of_freed_memory)
{
	static struct history_verdict hv;
	struct history_options opt = { .histories = 40, .seed = 1, .jobs = 2 };
	struct history_result r;
	struct patient p;

	patient_open(&p, "store-reads_freed");
	opt.subject = &p.subject;
	opt.guard = !built_with_asan();
	ck_assert_int_eq(history_run(&opt, &r), 0);
	ck_assert_str_eq(r.error, "");
	ck_assert_int_eq(history_code(&r, false), EXIT_FINDINGS);
	ck_assert_uint_eq(r.guarded, opt.guard ? 3 : 0);
	ck_assert_uint_eq(r.nr_found, 1);
	ck_assert_int_eq(r.found[0].hv.v.findings[0].letter, 'U');
	ck_assert_int_eq(r.found[0].guard, opt.guard);
	ck_assert_uint_le(r.found[0].history.nr, 2);
	if (opt.guard)
		play_plain(&opt, &r.found[0].history, &hv);
	history_result_free(&r);
	patient_close(&p);
}
END_TEST

/* A subject that dies costs the history in which it does. */
START_TEST(death_is_a_finding)
{
	struct history_result r;

	ck_assert_int_eq(run("load-frees_before_erase", 60, 2, &r), EXIT_FINDINGS);
	ck_assert_uint_ge(r.nr_found, 1);
	ck_assert_uint_eq(r.counts.histories, 60);
	ck_assert_int_eq(r.found[0].hv.v.findings[0].letter, 'U');
	ck_assert_uint_le(r.found[0].history.nr, 3);
	play_again("load-frees_before_erase", &r.found[0]);
	history_result_free(&r);
}
END_TEST

/* ---- workers ----------------------------------------------------------- */

START_TEST(number_of_workers_makes_no_difference)
{
	struct history_result one, three;

	run("v4", 90, 1, &one);
	run("v4", 90, 3, &three);
	ck_assert_mem_eq(&one.counts, &three.counts, sizeof(one.counts));
	ck_assert_uint_eq(one.steps, three.steps);
	ck_assert_uint_eq(one.broken, three.broken);
	ck_assert_uint_ge(one.nr_found, 2);
	ck_assert_uint_eq(one.nr_found, three.nr_found);
	for (unsigned int i = 0; i < one.nr_found; i++) {
		const struct history_found *f = &one.found[i], *g = &three.found[i];

		ck_assert_uint_eq(f->index, g->index);
		ck_assert_uint_eq(f->histories, g->histories);
		ck_assert_uint_eq(f->within, g->within);
		ck_assert_uint_eq(f->history.nr, g->history.nr);
		ck_assert_mem_eq(f->history.steps, g->history.steps,
				 f->history.nr * sizeof(f->history.steps[0]));
	}
	history_result_free(&one);
	history_result_free(&three);
}
END_TEST

Suite *suite_history_run(void)
{
	Suite *s = suite_create("history_run");
	TCase *tc = tcase_create("many histories");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, nobody_correct_is_accused, 0, sizeof(correct) / sizeof(correct[0]));
	tcase_add_test(tc, matrix_does_not_see_it);
	tcase_add_test(tc, long_way_to_a_bug_is_made_short);
	tcase_add_loop_test(tc, short_way_to_a_bug, 0, 6);
	tcase_add_test(tc, reads_of_freed_memory);
	tcase_add_test(tc, death_is_a_finding);
	tcase_add_test(tc, number_of_workers_makes_no_difference);
	suite_add_tcase(s, tc);
	return s;
}
