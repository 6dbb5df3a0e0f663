// SPDX-License-Identifier: GPL-2.0-or-later
/* Which blocks did a case run? Also of one that dies. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults/edges.h"
#include "faults/run.h"

/* What a subject calls. */
struct block {
	uintptr_t pc, flags;
};
void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);
void __sanitizer_cov_trace_pc_guard(uint32_t *guard);
void __sanitizer_cov_pcs_init(const struct block *start, const struct block *stop);

#define NR	70	/* more than one word of a set */

static uint32_t guards[EDGES_MAX + 2];
static struct block blocks[EDGES_MAX + 2];
static struct edges *e;

static void load(unsigned int nr)
{
	/* As each of its object files does. */
	for (int i = 0; i < 2; i++) {
		__sanitizer_cov_trace_pc_guard_init(guards, guards + nr);
		__sanitizer_cov_pcs_init(blocks, blocks + nr);
	}
}

static void setup(void)
{
	e = mmap(NULL, sizeof(*e), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(e, MAP_FAILED);
	load(NR);
}

/* A case that runs these blocks, each as often as it is named. */
static unsigned int play(const int *run)
{
	edges_begin(e);
	for (; *run >= 0; run++)
		__sanitizer_cov_trace_pc_guard(&guards[*run]);
	return edges_end(e);
}
#define PLAY(...)	play((const int[]){ __VA_ARGS__, -1 })

START_TEST(cases_of_the_same_blocks_share_a_set)
{
	ck_assert_uint_eq(edges_nr(), NR);
	ck_assert_uint_eq(PLAY(0, 3, 69), 1);
	ck_assert_uint_eq(PLAY(0, 3), 2);
	ck_assert_uint_eq(PLAY(69, 3, 0, 3), 1);
	ck_assert_uint_eq(e->nr_sets, 2);
	ck_assert_uint_eq(e->total[3], 4);
	ck_assert_uint_eq(e->total[69], 2);
	ck_assert_uint_eq(e->total[1], 0);
}
END_TEST

START_TEST(nothing_is_counted_in_between)
{
	PLAY(1);
	__sanitizer_cov_trace_pc_guard(&guards[2]);
	ck_assert_uint_eq(PLAY(1), 1);
	edges_begin(NULL);
	__sanitizer_cov_trace_pc_guard(&guards[2]);
	ck_assert_uint_eq(PLAY(1), 1);
	ck_assert_uint_eq(e->total[2], 0);
	/* Nor is a case that ran nothing of the subject one of an empty set. */
	edges_begin(e);
	ck_assert_uint_eq(edges_end(e), 0);
}
END_TEST

START_TEST(a_case_that_dies_has_counted_what_it_ran)
{
	int status;
	pid_t pid;

	PLAY(1);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		edges_begin(e);
		__sanitizer_cov_trace_pc_guard(&guards[5]);
		abort();
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert_uint_eq(edges_end(e), 2);
	ck_assert_uint_eq(e->sets[1][0], 1u << 5);
	ck_assert_uint_eq(e->total[5], 1);
	ck_assert_uint_eq(e->total[1], 1);
}
END_TEST

START_TEST(blocks_beyond_the_room_are_left_out)
{
	load(EDGES_MAX + 2);
	ck_assert_uint_eq(edges_nr(), EDGES_MAX);
	ck_assert_uint_eq(PLAY(EDGES_MAX + 1), 0);
	ck_assert_uint_eq(e->total[0], 0);
	ck_assert_uint_eq(PLAY(EDGES_MAX - 1, EDGES_MAX), 1);
}
END_TEST

START_TEST(a_set_too_many_is_told)
{
	const struct result r = { .edges = e, .name = "order0" };
	FILE *out = fopen("/dev/null", "w");

	for (unsigned int i = 0; i < EDGES_SETS; i++) {
		edges_begin(e);
		for (int bit = 0; bit < 13; bit++) {
			if ((i + 1) >> bit & 1)
				__sanitizer_cov_trace_pc_guard(&guards[bit]);
		}
		ck_assert_uint_eq(edges_end(e), i + 1);
	}
	ck_assert(edges_print(out, &r));
	ck_assert_uint_eq(PLAY(60), 0);
	ck_assert(!edges_print(out, &r));
	fclose(out);
}
END_TEST

Suite *suite_edges(void)
{
	Suite *s = suite_create("edges");
	TCase *tc = tcase_create("blocks");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, cases_of_the_same_blocks_share_a_set);
	tcase_add_test(tc, nothing_is_counted_in_between);
	tcase_add_test(tc, a_case_that_dies_has_counted_what_it_ran);
	tcase_add_test(tc, blocks_beyond_the_room_are_left_out);
	tcase_add_test(tc, a_set_too_many_is_told);
	suite_add_tcase(s, tc);
	return s;
}
