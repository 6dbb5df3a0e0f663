// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle by planted bugs: each invariant names the bug that was planted
 * for it before any other does, and with that invariant left out the bug
 * lives, or is named later or as something else.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "faults/cmd.h"
#include "faults/story.h"
#include "subjects.h"

/**
 * struct planted - a subject of tests/broken/, and what the oracle says of it
 * @says: the letters that name its cases, the first case's first
 * @step: after which the first finding was seen
 * @off, @off_step: the same without the invariant @says[0]; "": the bug lives
 */
static const struct planted {
	const char *name, *scenario;
	const char *says, *step;
	const char *off, *off_step;
} bugs[] = {
	{ "store-erase_one_short", "order3/stale", "S", "store", "C", "load slot 7" },
	{ "store-last_batch_short", "order3", "D", "store", "C", "load slot 7" },
	{ "entry-no_fallback", "order3", "D", "store", "N", "store" },
	{ "store-does_not_wait", "order3/alone", "D", "store", "N", "store" },
	{ "store-erase_one_more", "order0", "B", "store", "C", "read all" },
	{ "writeback-forgets_swap1", "order3/alone/swap1", "C", "writeback", "", "" },
	{ "shrinker-ignores_nowb", "order2/objcg1/nowb", "C", "writeback", "", "" },
	{ "load-error_drops_entry", "order3", "CB", "load slot 0", "B", "read all" },
	{ "store-leaks_entries", "order3", "L", "store", "", "" },
	{ "entry-fallback_loses_one", "order3", "L", "store", "", "" },
	{ "acomp_ctx-leaks_buffers", "order0/alone/switched", "L", "teardown", "", "" },
	{ "store-keeps_pool_ref", "order3", "R", "store", "T", "store again" },
	{ "store-counts_batches", "order4", "A", "store", "", "" },
	{ "setup-forgets_shrinker", "order0/boot", "L", "boot", "T", "boot" },
	{ "pool-no_second_try", "order0/boot", "T", "set up again", "", "" },
	{ "entry-misses_charge", "order3/objcg1", "A", "load slot 0", "T", "store again" },
	{ "store-counts_twice", "order3", "N", "store", "", "" },
	{ "compress-highmem_for_all", "order1/switched", "N", "put right", "", "" },
	{ "store-not_counted", "order0", "N", "store", "", "" },
	{ "decompress-not_counted", "order3", "N", "load slot 0", "", "" },
	{ "store-ignores_lru_alloc", "order3/objcg1", "P", "store", "", "" },
	{ "lru-first_node", "order3/objcg1/node1", "P", "setup", "", "" },
	{ "compress-frees_twice", "order3", "U", "store", "", "" },
	{ "store-writes_freed", "order0", "U", "store", "", "" },
	{ "load-frees_before_erase", "order3", "U", "load slot 0", "", "" },
	{ "load-rounds_trees_down", "order3/tree1", "U", "setup", "W", "setup" },
	{ "writeback-no_recheck", "order3/reused", "U", "writeback", "", "" },
	{ "writeback-keeps_lock", "order3", "K", "writeback", "", "" },
	{ "shrinker-writes_in_noio", "order4", "K", "writeback", "", "" },
	{ "store-sleeps_in_rcu", "order3/alone", "K", "setup", "", "" },
	{ "store-warns", "order3", "W", "store", "", "" },
	{ "store-bug", "order3", "W", "store", "", "" },
	{ "compress-retries_forever", "order3", "H", "store", "", "" },
	{ "store-gives_up", "order3", "T", "store again", "", "" },
	{ "shrinker-first_node", "order3", "T", "writeback", "", "" },
};

#define NR_BUGS	(sizeof(bugs) / sizeof(bugs[0]))

/**
 * struct said - what is kept of a result
 * @letters: of its first findings, each once, in the order of the cases
 * @step: of the first; @crash: it ended the worker
 */
struct said {
	char letters[16], step[FINDING_STEP];
	bool crash;
	unsigned long nr_cases, judged;
	uint32_t checked;
};

static void keep(const struct result *r, void *arg)
{
	struct said *said = arg;
	size_t nr = 0;

	ck_assert_str_eq(r->error, "");
	memset(said, 0, sizeof(*said));
	said->nr_cases = r->nr_cases;
	said->judged = r->nr_cases - r->not_judged;
	said->checked = r->checked;
	for (unsigned int i = 0; i < r->nr_distinct; i++) {
		if (!strchr(said->letters, r->distinct[i].finding.letter))
			said->letters[nr++] = r->distinct[i].finding.letter;
	}
	if (!r->nr_distinct)
		return;
	memcpy(said->step, r->distinct[0].finding.step, FINDING_STEP);
	said->crash = r->distinct[0].crash;
}

static void check_said(const struct said *said, const char *says, const char *step)
{
	/* The run without a fault may be what a sanitizer has ended. */
	ck_assert(said->nr_cases || said->crash);
	ck_assert_str_eq(said->letters, says);
	if (!said->crash)
		ck_assert_str_eq(said->step, step);
	/* Lives: every case was looked at, and nothing found. */
	if (!*says)
		ck_assert_uint_eq(said->judged, said->nr_cases);
}

START_TEST(planted_bug)
{
	const struct planted *bug = &bugs[_i];
	const uint32_t bit = invariant_bit(bug->says[0]);
	struct patient p;
	struct said said;

	patient_open(&p, bug->name);
	ck_assert_int_eq(patient_run(&p, bug->scenario, keep, &said), 1);
	check_said(&said, bug->says, bug->step);
	ck_assert(said.checked & bit || said.crash);

	/* A sanitizer ends the worker, and nobody can leave it out. */
	if (said.crash) {
		ck_assert(built_with_asan() && bug->says[0] == 'U');
	} else {
		oracle_disable(bit);
		patient_run(&p, bug->scenario, keep, &said);
		check_said(&said, bug->off, bug->off_step);
		ck_assert_uint_eq(said.checked & bit, 0);
	}
	patient_close(&p);
}
END_TEST

START_TEST(each_invariant_has_its_bug)
{
	for (unsigned int i = 0; i < nr_invariants; i++) {
		unsigned int nr = 0;

		for (unsigned int k = 0; k < NR_BUGS; k++)
			nr += bugs[k].says[0] == invariants[i].letter;
		ck_assert_msg(nr, "no bug is planted for %c, %s", invariants[i].letter,
			      invariants[i].name);
	}
}
END_TEST

Suite *suite_oracle(void)
{
	Suite *s = suite_create("oracle");
	TCase *tc = tcase_create("planted bugs");

	tcase_add_loop_test(tc, planted_bug, 0, NR_BUGS);
	tcase_add_test(tc, each_invariant_has_its_bug);
	suite_add_tcase(s, tc);
	return s;
}
