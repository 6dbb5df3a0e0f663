// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cases of several faults: all of them, each once, whoever plays them, and what
 * dies of one.
 */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "faults/cmd.h"
#include "faults/results_json.h"
#include "faults/space.h"
#include "pairs_help.h"

static unsigned long sum_of_outcomes(const struct result *r)
{
	return r->held + r->broken + r->vacuous + r->not_judged;
}

/* ---- how many ---------------------------------------------------------- */

#define BULK_AND_NODE "order1:slab/kmem_cache_alloc_bulk@store.0=ENOMEM!+slab/kmem_cache_alloc_node@0=ENOMEM"

/*
 * Two pages, whose entries are allocated in bulk: one hit of one error, once
 * and persistent, which is the same. It fails, and each of two entries is
 * allocated by itself: two hits, once and persistent. The folio is refused for
 * either, and nothing is allocated until it is stored again: the same, too.
 */
START_TEST(pairs_counted_by_hand)
{
	ck_assert_int_eq(explore("order1", 2, BULK_AND_NODE), 0);
	ck_assert_uint_eq(result.nr[0], 2);
	ck_assert_uint_eq(result.nr[1], 2 * 2);
	ck_assert_uint_eq(result.same, 1 + 2);
	ck_assert_uint_eq(result.nr_cases, 2 + 4);
	ck_assert_uint_eq(result.held, 2 + 4);
	ck_assert(result.exhausted);
	end();
}
END_TEST

/* One page: the first store's hit, and then the second store's. */
START_TEST(the_second_store_fails_too)
{
	static const char like[] = "order0:slab/kmem_cache_alloc_node@0=ENOMEM"
				   "+slab/kmem_cache_alloc_node@restore.0=ENOMEM";

	ck_assert_int_eq(explore("order0", 2, like), 0);
	ck_assert_uint_eq(result.nr[0], 1);
	ck_assert_uint_eq(result.nr[1], 1);
	ck_assert_uint_eq(result.held, 2);
	end();
}
END_TEST

/* Its second batch falls back as well: in any order, but each pair once. */
START_TEST(through_the_fallback_to_the_next_batch)
{
	static const char like[] = "order4:slab/kmem_cache_alloc_bulk@store.0=ENOMEM";

	ck_assert_int_eq(explore("order4", 2, like), 0);
	ck_assert_uint_eq(result.nr[0], 2);
	ck_assert_uint_eq(result.nr[1], 1);
	ck_assert_uint_eq(result.held, 3);
	end();
}
END_TEST

/* As many first faults as the matrix has cases. */
START_TEST(first_faults_are_those_of_the_matrix)
{
	struct space space;
	struct story story;
	struct scenario s = scenario_named("order1/stale/objcg1");

	ck_assert_int_eq(explore("order1/stale/objcg1", 1, NULL), 0);
	ck_assert(!story_open(&story, &s, &patient.subject, &patient.pages, false, why, sizeof(why)));
	ck_assert(!space_open(&space, &story, why, sizeof(why)));
	ck_assert_uint_eq(result.nr[0], space.nr_cases);
	ck_assert_uint_eq(result.nr_cases, space.nr_cases);
	space_close(&space);
	story_close(&story);
	end();
}
END_TEST

/*
 * The bulk, two pages that are read, and in the second store an object for each
 * of two pages, with two errors: those in the order in which they come, but for
 * the second store, which ends with the first of its own. Three of them are the
 * bulk and both reads, the bulk, one read and the second store, both reads and
 * the second store.
 */
START_TEST(three_faults)
{
	static const char like[] = "order1:slab/kmem_cache_alloc_bulk@store.0=ENOMEM"
				   "+crypto/acomp_decompress@load.0=EINVAL"
				   "+zpool/zpool_malloc@restore.0=ENOMEM";

	ck_assert_int_eq(explore("order1", 3, like), 0);
	ck_assert_uint_eq(result.nr[0], 1 + 2);
	ck_assert_uint_eq(result.nr[1], 2 + 4 + 2 * 4 + 1);
	ck_assert_uint_eq(result.nr[2], 1 + 2 * 4 + 4);
	ck_assert_uint_eq(result.nr[3], 0);
	ck_assert_uint_eq(sum_of_outcomes(&result), result.nr_cases);
	ck_assert_uint_eq(result.nr[0] + result.nr[1] + result.nr[2], result.nr_cases);
	ck_assert_uint_eq(result.held, result.nr_cases);
	end();
}
END_TEST

START_TEST(all_pairs_hold_in_core)
{
	static const char *const names[] = { "order0", "order0/late", "order1/stale" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ck_assert_int_eq(explore(names[i], 2, NULL), 0);
		ck_assert_uint_gt(result.nr[1], 5 * result.nr[0]);
		ck_assert_uint_eq(result.held, result.nr_cases);
		ck_assert(result.exhausted);
		end();
	}
}
END_TEST

START_TEST(too_many_are_not_begun)
{
	ck_assert_uint_eq(pairs_estimate(10, 20, 1), 10);
	ck_assert_uint_eq(pairs_estimate(10, 20, 2), 10 + 10 * 20 / 2);
	ck_assert_uint_eq(pairs_estimate(10, 30, 3), 10 + 150 + 1500);
	ck_assert_int_eq(explore("order4", 4, NULL), 4);
	ck_assert_uint_gt(result.estimate, PAIRS_MOST);
	ck_assert_uint_eq(result.nr_cases, 0);
	ck_assert(!result.exhausted);
	end();
}
END_TEST

/* ---- names ------------------------------------------------------------- */

static void comes_back(const struct space *space, const struct zcase *c)
{
	struct zcase again;
	char id[CASE_ID];

	case_format(c, id, sizeof(id));
	ck_assert_msg(!case_parse(id, &again, why, sizeof(why)), "%s: %s", id, why);
	ck_assert_msg(!space_resolve(space, &again, why, sizeof(why)), "%s: %s", id, why);
	ck_assert_msg(!memcmp(&again.faults, &c->faults, sizeof(again.faults)),
		      "%s is another case", id);
}

static unsigned long pairs_of(struct story *story, const struct space *space, unsigned long first,
			      struct trail *t)
{
	struct zcase c = space->cases[first];
	struct verdict v;
	unsigned long n = 0;

	ck_assert(!trail_play(t, story, &c, &v, why, sizeof(why)));
	for (long hit = trail_find(t, &c.faults[0]) + 1; hit < (long)t->nr; hit += 3) {
		if (t->hits[hit].failed || !space_faults_next(&c.scenario, t->hits[hit].phase))
			continue;
		c.faults[1] = trail_fault(t, hit, fault_points[t->hits[hit].point].errors[0], n & 1);
		c.nr_faults = 2;
		comes_back(space, &c);
		n++;
	}
	return n;
}

/* The name of every third pair of some first faults is that pair's. */
START_TEST(ids_of_pairs_come_back)
{
	static const char *const names[] = { "order2/batch2/batching", "order3/alone", "order0/boot" };
	const struct scenario s = scenario_named(names[_i]);
	struct trail t = { .nr = 0 };
	struct space space;
	struct story story;
	unsigned long n = 0;

	ck_assert(!story_open(&story, &s, &patient.subject, &patient.pages, false, why, sizeof(why)));
	ck_assert(!space_open(&space, &story, why, sizeof(why)));
	for (unsigned long i = 0; i < space.nr_cases; i += 7)
		n += pairs_of(&story, &space, i, &t);
	ck_assert_uint_gt(n, 20);
	trail_free(&t);
	space_close(&space);
	story_close(&story);
}
END_TEST

/* ---- workers ----------------------------------------------------------- */

static void same_as(const struct result *one)
{
	ck_assert_mem_eq(one->nr, result.nr, sizeof(result.nr));
	ck_assert_uint_eq(one->behind, result.behind);
	ck_assert_uint_eq(one->held, result.held);
	ck_assert_uint_eq(one->broken, result.broken);
	ck_assert_uint_eq(one->same, result.same);
	ck_assert_uint_eq(one->steps, result.steps);
	ck_assert_uint_eq(one->accusing, result.accusing);
	ck_assert_uint_eq(one->nr_distinct, result.nr_distinct);
	for (unsigned int i = 0; i < result.nr_distinct; i++) {
		const struct distinct *d = &one->distinct[i], *e = &result.distinct[i];

		ck_assert_mem_eq(&d->first, &e->first, sizeof(d->first));
		ck_assert_str_eq(d->finding.text, e->finding.text);
		ck_assert_str_eq(d->finding.step, e->finding.step);
		ck_assert_uint_eq(d->cases, e->cases);
		ck_assert_uint_eq(d->within, e->within);
		ck_assert_uint_eq(d->reach, e->reach);
		ck_assert_int_eq(d->crash, e->crash);
	}
}

static void alike_from_three(const char *scenario, const char *like)
{
	struct result one;

	patient.opt.jobs = 1;
	explore(scenario, 2, like);
	one = result;
	patient.opt.jobs = 3;
	explore(scenario, 2, like);
	same_as(&one);
	end();
	result_free(&one);
}

START_TEST(workers_make_no_difference)
{
	patient_close(&patient);
	patient_open(&patient, "v4");
	alike_from_three("order0/batch2/batching", NULL);
}
END_TEST

/* Of freed memory, where nothing comes of it, by two faults: in any build without a sanitizer. */
START_TEST(a_pure_read_is_seen_on_protected_pages)
{
	const struct distinct *d;

	patient_close(&patient);
	patient_open(&patient, "entry-second_failure_reads");
	ck_assert_int_eq(explore("order1", 2, NULL), 0);
	ck_assert_uint_eq(result.guarded, 0);
	end();
	guard = true;
	ck_assert_int_eq(explore("order1", 2, NULL), 1);
	ck_assert_uint_gt(result.guarded, 0);
	ck_assert_uint_lt(result.guarded, result.nr_cases / 2);
	ck_assert_uint_eq(result.nr_distinct, 1);
	d = &result.distinct[0];
	ck_assert_int_eq(d->finding.letter, 'U');
	ck_assert(d->guard_only);
	ck_assert_uint_eq(d->reach, REACH_PAIR);
	ck_assert_uint_eq(sum_of_outcomes(&result), result.nr_cases);
	end();
	alike_from_three("order1", NULL);
}
END_TEST

/* What is seen on plain pages is not told again, and nobody is accused. */
START_TEST(protected_pages_show_no_more_than_there_is)
{
	struct result one;

	ck_assert_int_eq(explore("order1/stale/objcg1/batching", 2, NULL), 0);
	end();
	guard = true;
	ck_assert_int_eq(explore("order1/stale/objcg1/batching", 2, NULL), 0);
	ck_assert_uint_gt(result.guarded, 0);
	end();
	patient_close(&patient);
	patient_open(&patient, "v4");
	guard = false;
	explore("order1/batching", 2, NULL);
	one = result;
	guard = true;
	explore("order1/batching", 2, NULL);
	same_as(&one);
	end();
	result_free(&one);
}
END_TEST

static const struct subject_desc *core;
static struct subject_desc deadly;

static bool store_dies_of_two(struct folio *folio)
{
	bool stored = core->store(folio);

	if (!stored && fault_fired() == 2 && fault_phase_now() == PHASE_RESTORE)
		raise(SIGABRT);
	return stored;
}

static bool store_dies_of_one(struct folio *folio)
{
	bool stored = core->store(folio);

	if (!stored && fault_fired() == 1 && fault_phase_now() == PHASE_STORE)
		raise(SIGABRT);
	return stored;
}

static void make_deadly(bool (*store)(struct folio *folio))
{
	core = patient.subject.desc;
	deadly = *core;
	deadly.store = store;
	patient.subject.desc = &deadly;
}

#define MALLOC_TWICE "order1:zpool/zpool_malloc@0=ENOMEM+zpool/zpool_malloc@restore.0=ENOMEM"

/*
 * First faults: two pages, two errors. In the second store as many again, each
 * of which kills its worker; whoever goes on behind it leaves out nothing.
 */
START_TEST(a_death_costs_one_pair)
{
	make_deadly(store_dies_of_two);
	ck_assert_int_eq(explore("order1", 2, MALLOC_TWICE), 1);
	ck_assert_uint_eq(result.nr[0], 4);
	ck_assert_uint_eq(result.nr[1], 4 * 4);
	ck_assert_uint_eq(result.held, 4);
	ck_assert_uint_eq(result.broken, 4 * 4);
	ck_assert_uint_eq(result.nr_distinct, 1);
	ck_assert(result.distinct[0].crash);
	ck_assert_uint_eq(result.distinct[0].cases, 4 * 4);
	ck_assert_uint_eq(result.distinct[0].reach, REACH_PAIR);
	ck_assert_str_eq(result.distinct[0].finding.text, "the worker was killed by SIGABRT");
	ck_assert(result.exhausted);
	end();
	alike_from_three("order1", MALLOC_TWICE);
	alike_from_three("order0/late", NULL);
}
END_TEST

/* Kept in a file and read again, it is what it was, deaths and all. */
START_TEST(what_died_comes_back)
{
	struct result *back, one;
	json_t *json;

	make_deadly(store_dies_of_two);
	ck_assert_int_eq(explore("order1", 2, MALLOC_TWICE), 1);
	one = result;
	json = result_to_json(&one);
	back = result_from_json(json);
	ck_assert_ptr_nonnull(back);
	result = *back;
	same_as(&one);
	ck_assert_uint_eq(back->depth, 2);
	ck_assert_uint_eq(back->nr_cases, one.nr_cases);
	ck_assert_int_eq(back->exhausted, one.exhausted);
	ck_assert_int_eq(result_code(back), result_code(&one));
	json_decref(json);
	result_forget(back);
	result_free(&one);
}
END_TEST

static bool store_dies_at_once(struct folio *folio)
{
	bool stored = core->store(folio);

	if (!stored && fault_fired() == 2)
		raise(SIGABRT);
	return stored;
}

/*
 * As pairs_counted_by_hand(); but who goes on behind a death does not know that
 * nothing more would be hit, and tries what persists as well.
 */
START_TEST(what_died_is_taken_for_the_same_as_nothing)
{
	make_deadly(store_dies_at_once);
	ck_assert_int_eq(explore("order1", 2, BULK_AND_NODE), 1);
	ck_assert_uint_eq(result.nr[0], 2);
	ck_assert_uint_eq(result.nr[1], 2 * 2 * 2);
	ck_assert_uint_eq(result.broken, 2 * 2 * 2);
	ck_assert_uint_eq(result.held, 2);
	end();
	alike_from_three("order1", BULK_AND_NODE);
}
END_TEST

/* Nothing comes after a first fault that kills, and the others go on. */
START_TEST(a_death_of_a_first_fault_has_no_pairs)
{
	make_deadly(store_dies_of_one);
	ck_assert_int_eq(explore("order1", 2, MALLOC_TWICE), 1);
	ck_assert_uint_eq(result.nr[0], 4);
	ck_assert_uint_eq(result.nr[1], 0);
	ck_assert_uint_eq(result.broken, 4);
	ck_assert_uint_eq(result.distinct[0].reach, REACH_ONCE);
	end();
	alike_from_three("order0", NULL);
}
END_TEST

static bool store_dies(struct folio *folio)
{
	if (fault_phase_now() == PHASE_STORE)
		raise(SIGABRT);
	return core->store(folio);
}

START_TEST(a_death_without_a_fault_is_told_once)
{
	make_deadly(store_dies);
	patient.opt.jobs = 3;
	ck_assert_int_eq(explore("order0", 2, NULL), 1);
	ck_assert_uint_eq(result.nr_cases, 0);
	ck_assert_uint_eq(result.nr_distinct, 1);
	ck_assert_uint_eq(result.distinct[0].cases, 1);
	ck_assert_uint_eq(result.distinct[0].reach, REACH_NO_FAULT);
	end();
}
END_TEST

Suite *suite_pairs(void)
{
	Suite *s = suite_create("pairs");
	TCase *tc = tcase_create("count");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 240);
	tcase_add_test(tc, pairs_counted_by_hand);
	tcase_add_test(tc, the_second_store_fails_too);
	tcase_add_test(tc, through_the_fallback_to_the_next_batch);
	tcase_add_test(tc, first_faults_are_those_of_the_matrix);
	tcase_add_test(tc, three_faults);
	tcase_add_test(tc, all_pairs_hold_in_core);
	tcase_add_test(tc, too_many_are_not_begun);
	tcase_add_loop_test(tc, ids_of_pairs_come_back, 0, 3);
	suite_add_tcase(s, tc);

	tc = tcase_create("workers");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 240);
	tcase_add_test(tc, workers_make_no_difference);
	/* A sanitizer sees the read at once, and has no protected pages. */
	if (!built_with_asan()) {
		tcase_add_test(tc, a_pure_read_is_seen_on_protected_pages);
		tcase_add_test(tc, protected_pages_show_no_more_than_there_is);
	}
	tcase_add_test(tc, a_death_costs_one_pair);
	tcase_add_test(tc, what_died_comes_back);
	tcase_add_test(tc, what_died_is_taken_for_the_same_as_nothing);
	tcase_add_test(tc, a_death_of_a_first_fault_has_no_pairs);
	tcase_add_test(tc, a_death_without_a_fault_is_told_once);
	suite_add_tcase(s, tc);
	return s;
}
