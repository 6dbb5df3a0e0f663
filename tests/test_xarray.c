// SPDX-License-Identifier: GPL-2.0-or-later
/* The xarray: entries, the nodes of a store, and stores that are refused. */
#include <errno.h>

#include <check.h>

#include <linux/xarray.h>

#include "shim/context.h"
#include "shim/xarray.h"
#include "tests/xarray_help.h"

/* ---- entries ----------------------------------------------------------- */

START_TEST(errors_and_values)
{
	for (int e = 1; e <= MAX_ERRNO; e++) {
		ck_assert(xa_is_err(XA_ERROR(-e)));
		ck_assert_int_eq(xa_err(XA_ERROR(-e)), -e);
	}
	ck_assert(!xa_is_err(NULL) && !xa_err(NULL));
	ck_assert(!xa_is_err(&tree) && !xa_err(&tree));
	ck_assert(!xa_is_err(xa_mk_internal(257)));
	ck_assert(xa_is_value(xa_mk_value(5)) && !xa_is_value(&tree) && !xa_is_value(XA_ERROR(-1)));
	ck_assert_uint_eq(xa_to_value(xa_mk_value(~0UL >> 1)), ~0UL >> 1);
	ck_assert(!xa_is_err(xa_mk_value(~0UL >> 1)));
}
END_TEST

START_TEST(values_are_entries)
{
	fresh();
	for (unsigned long i = 0; i < 200; i++)
		ck_assert_ptr_null(xa_store(&tree, i, xa_mk_value(i * 3), GFP_KERNEL));
	for (unsigned long i = 0; i < 200; i++)
		ck_assert_uint_eq(xa_to_value(xa_load(&tree, i)), i * 3);
}
END_TEST

START_TEST(no_internal_entry_is_stored)
{
	fresh();
	ck_assert_int_eq(xa_err(xa_store(&tree, 1, XA_ERROR(-EIO), GFP_KERNEL)), -EINVAL);
	ck_assert_uint_eq(complained('W', NULL), 1);
	ck_assert(xa_empty(&tree));
}
END_TEST

/* ---- nodes ------------------------------------------------------------- */

/* Hits of both node points for a store at @index, and the nodes it left. */
static void store_needs(unsigned long index, unsigned int nr)
{
	unsigned long before = nodes();

	fault_reset();
	ck_assert_msg(xa_needs_node(&tree, index) == (nr > 0), "needs_node at %lu", index);
	ck_assert(!xa_is_err(xa_store(&tree, index, things, GFP_KERNEL)));
	ck_assert_msg(fault_hits(FP_XA_NODE, PHASE_NR) == nr, "%lu needs %lu nodes, not %u",
		      index, fault_hits(FP_XA_NODE, PHASE_NR), nr);
	ck_assert_uint_eq(fault_hits(FP_XA_NODE_ATOMIC, PHASE_NR), nr);
	ck_assert_uint_eq(fault_hits(FP_XA_STORE, PHASE_NR), 1);
	ck_assert_uint_eq(nodes() - before, nr);
	ck_assert(!xa_needs_node(&tree, index));
}

START_TEST(nodes_of_a_store_in_an_empty_tree)
{
	static const struct { unsigned long index; unsigned int nr; } need[] = {
		{ 0, 0 }, { 1, 1 }, { 5, 1 }, { 63, 1 }, { 64, 2 }, { 4095, 2 }, { 4096, 3 },
		{ 16384, 3 }, { 262143, 3 }, { 262144, 4 }, { 1 << 20, 4 }, { ~0UL, 11 },
	};

	for (unsigned int i = 0; i < sizeof(need) / sizeof(*need); i++) {
		fresh();
		store_needs(need[i].index, need[i].nr);
		store_needs(need[i].index, 0);
		ck_assert_ptr_eq(xa_erase(&tree, need[i].index), things);
		ck_assert_uint_eq(nodes(), 0);
		ck_assert(xa_empty(&tree));
	}
}
END_TEST

START_TEST(nodes_by_hand)
{
	fresh();
	store_needs(0, 0);		/* the head */
	store_needs(3, 1);		/* a leaf takes the head in */
	store_needs(63, 0);
	store_needs(64, 2);		/* a top, a second leaf */
	store_needs(200, 1);
	store_needs(5000, 3);		/* a top, 64 slots below it, a leaf */
	store_needs(4096, 1);
	ck_assert_uint_eq(nodes(), 8);
	xa_erase(&tree, 5000);
	ck_assert_uint_eq(nodes(), 7);
	xa_erase(&tree, 4096);		/* back to two levels */
	ck_assert_uint_eq(nodes(), 4);
	xa_erase(&tree, 200);
	xa_erase(&tree, 64);		/* back to one */
	ck_assert_uint_eq(nodes(), 1);
	xa_erase(&tree, 3);
	xa_erase(&tree, 63);		/* back to the head */
	ck_assert_uint_eq(nodes(), 0);
	ck_assert(!xa_empty(&tree));
	ck_assert_ptr_eq(xa_load(&tree, 0), things);
	xa_erase(&tree, 0);
	ck_assert(xa_empty(&tree));
}
END_TEST

START_TEST(beyond_where_no_node_is_needed)
{
	struct fault_hit h[16];
	unsigned int nr;

	fresh();
	fault_record(h, 16);
	xa_store(&tree, 0, things, GFP_KERNEL);	/* the head */
	xa_store(&tree, 0, things, GFP_KERNEL);	/* again */
	xa_store(&tree, 2, things, GFP_KERNEL);	/* a leaf is missing */
	xa_store(&tree, 9, things, GFP_KERNEL);	/* the leaf is there */
	xa_store(&tree, 9, NULL, GFP_KERNEL);	/* an erasure */
	xa_cmpxchg(&tree, 2, things, NULL, GFP_KERNEL);
	xa_cmpxchg(&tree, 8, things, things + 1, GFP_KERNEL);	/* not stored */
	nr = fault_recorded();
	fault_record(NULL, 0);
	ck_assert_uint_eq(nr, 6);
	ck_assert(h[0].point == FP_XA_STORE && h[0].beyond && h[0].swp == FAULT_NO_SWP);
	ck_assert(h[1].point == FP_XA_STORE && h[1].beyond);
	ck_assert(h[2].point == FP_XA_STORE && !h[2].beyond && !h[2].atomic);
	ck_assert(h[3].point == FP_XA_NODE_ATOMIC && !h[3].beyond && h[3].atomic);
	ck_assert(h[4].point == FP_XA_NODE && !h[4].beyond);
	ck_assert(h[5].point == FP_XA_STORE && h[5].beyond);
}
END_TEST

/* ---- refused stores ---------------------------------------------------- */

START_TEST(xa_store_fails_and_nothing_changed)
{
	fresh();
	xa_store(&tree, 70, things, GFP_KERNEL);
	fault_phase(PHASE_STORE);
	for (unsigned long i = 68; i < 75; i++) {
		plan_one((struct fault){ .point = FP_XA_STORE, .phase = PHASE_STORE, .error = -ENOMEM,
					 .nth = fault_hits(FP_XA_STORE, PHASE_STORE) });
		ck_assert_int_eq(xa_err(xa_store(&tree, i, things + 1, GFP_KERNEL)), -ENOMEM);
		ck_assert_ptr_eq(xa_load(&tree, i), i == 70 ? things : NULL);
	}
	ck_assert_uint_eq(nodes(), 2);
	ck_assert_uint_eq(fault_hits(FP_XA_NODE, PHASE_STORE), 0);
}
END_TEST

START_TEST(a_failed_atomic_allocation_is_benign)
{
	static const gfp_t gfp[] = { GFP_KERNEL, GFP_NOIO };

	for (int g = 0; g < 2; g++) {
		fresh();
		fault_phase(PHASE_STORE);
		plan_one((struct fault){ .point = FP_XA_NODE_ATOMIC, .phase = PHASE_STORE,
					 .persistent = true, .error = -ENOMEM });
		ck_assert_ptr_null(xa_store(&tree, 1 << 20, things, gfp[g]));
		ck_assert_uint_eq(fault_hits(FP_XA_NODE_ATOMIC, PHASE_STORE), 4);
		ck_assert_uint_eq(fault_hits(FP_XA_NODE, PHASE_STORE), 4);
		ck_assert_uint_eq(fault_injected(), 4);
		ck_assert_ptr_eq(xa_load(&tree, 1 << 20), things);
		ck_assert_uint_eq(nodes(), 4);
		ck_assert_uint_eq(complained('K', NULL), 0);
		ck_assert(context_can_sleep());
	}
}
END_TEST

START_TEST(but_not_for_who_may_not_wait)
{
	static const gfp_t gfp[] = { GFP_NOWAIT, GFP_ATOMIC };

	for (int g = 0; g < 2; g++) {
		fresh();
		fault_phase(PHASE_STORE);
		plan_one((struct fault){ .point = FP_XA_NODE_ATOMIC, .phase = PHASE_STORE, .nth = 1,
					 .error = -ENOMEM });
		ck_assert_int_eq(xa_err(xa_store(&tree, 1 << 20, things, gfp[g])), -ENOMEM);
		ck_assert_uint_eq(fault_injected(), 1);
		/* The node before it was got, and this one is no hit less. */
		ck_assert_uint_eq(nodes(), 1);
		ck_assert_uint_eq(fault_hits(FP_XA_NODE_ATOMIC, PHASE_STORE), 2);
		ck_assert_uint_eq(fault_hits(FP_XA_NODE, PHASE_STORE), 2);
		ck_assert_ptr_null(xa_store(&tree, 1 << 20, things, gfp[g]));
		ck_assert_ptr_eq(xa_load(&tree, 1 << 20), things);
		ck_assert(context_can_sleep());
	}
}
END_TEST

/* What is left when node @nth of four is missing, and that it goes away. */
static void refused_in_empty(unsigned int nth, bool retried)
{
	struct fault f[] = {
		{ .point = FP_XA_NODE, .phase = PHASE_STORE, .nth = nth, .error = -ENOMEM },
		{ .point = FP_XA_NODE_ATOMIC, .phase = PHASE_STORE, .nth = nth, .error = -ENOMEM },
	};

	fresh();
	fault_phase(PHASE_STORE);
	ck_assert_int_eq(fault_plan_set(f, retried ? 2 : 1), 0);
	ck_assert_int_eq(xa_err(xa_store(&tree, 1 << 20, things, GFP_KERNEL)), -ENOMEM);
	ck_assert_uint_eq(fault_fired(), retried ? 2 : 1);
	ck_assert_ptr_null(xa_load(&tree, 1 << 20));
	ck_assert_uint_eq(nodes(), nth);
	ck_assert(xa_empty(&tree) == !nth);
	ck_assert(context_can_sleep());
	/* Erasing what is not there does not find the empty nodes. */
	ck_assert_ptr_null(xa_erase(&tree, 1 << 20));
	ck_assert_uint_eq(nodes(), nth);
	/* A store below them does, and its erasure takes them along. */
	store_needs(1 << 20, 4 - nth);
	xa_erase(&tree, 1 << 20);
	ck_assert_uint_eq(nodes(), 0);
	ck_assert(xa_empty(&tree));
}

START_TEST(a_refused_store_leaves_the_nodes_it_got)
{
	for (unsigned int nth = 0; nth < 4; nth++) {
		refused_in_empty(nth, false);
		refused_in_empty(nth, true);
	}
}
END_TEST

START_TEST(a_refused_store_leaves_the_tree_taller)
{
	fresh();
	xa_store(&tree, 0, things, GFP_KERNEL);
	xa_store(&tree, 1, things, GFP_KERNEL);
	fault_phase(PHASE_STORE);
	/* Two new tops, and then no node on the way down. */
	plan_one((struct fault){ .point = FP_XA_NODE, .phase = PHASE_STORE, .nth = 2, .error = -ENOMEM });
	ck_assert_int_eq(xa_err(xa_store(&tree, 5000, things, GFP_KERNEL)), -ENOMEM);
	ck_assert_uint_eq(nodes(), 3);
	ck_assert_ptr_eq(xa_load(&tree, 1), things);
	/* The leaf stays in use and is not the top: nothing shrinks. */
	xa_erase(&tree, 1);
	ck_assert_uint_eq(nodes(), 3);
	xa_erase(&tree, 0);
	ck_assert_uint_eq(nodes(), 0);
}
END_TEST

START_TEST(destroy_frees_what_a_refused_store_left)
{
	fresh();
	for (unsigned long i = 0; i < 20000; i += 37)
		xa_store(&tree, i, things, GFP_KERNEL);
	fault_phase(PHASE_STORE);
	plan_one((struct fault){ .point = FP_XA_NODE, .phase = PHASE_STORE, .nth = 2, .error = -ENOMEM });
	ck_assert_int_eq(xa_err(xa_store(&tree, 1 << 30, things, GFP_KERNEL)), -ENOMEM);
	xa_destroy(&tree);
	ck_assert_uint_eq(nodes(), 0);
	ck_assert(xa_empty(&tree));
	store_needs(64, 2);
}
END_TEST

/* Another task stores while the lock is dropped: the walk starts again. */
static void store_meanwhile(const struct fault_hit *hit, void *arg)
{
	if (hit->point == FP_XA_NODE && !hit->atomic)
		xa_store(&tree, *(unsigned long *)arg, things + 1, GFP_KERNEL);
}

START_TEST(the_lock_is_dropped_for_the_retry)
{
	static unsigned long elsewhere[] = { 0, 4097, 1 << 20, 4096 };

	for (int i = 0; i < 4; i++) {
		fresh();
		fault_phase(PHASE_STORE);
		fault_observe(store_meanwhile, &elsewhere[i]);
		plan_one((struct fault){ .point = FP_XA_NODE_ATOMIC, .phase = PHASE_STORE, .error = -ENOMEM });
		ck_assert_ptr_eq(xa_store(&tree, 4096, things, GFP_KERNEL), i == 3 ? things + 1 : NULL);
		fault_observe(NULL, NULL);
		ck_assert_ptr_eq(xa_load(&tree, 4096), things);
		if (i < 3)
			ck_assert_ptr_eq(xa_erase(&tree, elsewhere[i]), things + 1);
		ck_assert_uint_eq(nodes(), 3);
		xa_erase(&tree, 4096);
		ck_assert_uint_eq(nodes(), 0);
	}
}
END_TEST

START_TEST(cmpxchg_compares_again_after_the_retry)
{
	unsigned long index = 4096;

	fresh();
	fault_phase(PHASE_STORE);
	fault_observe(store_meanwhile, &index);
	plan_one((struct fault){ .point = FP_XA_NODE_ATOMIC, .phase = PHASE_STORE, .error = -ENOMEM });
	ck_assert_ptr_eq(xa_cmpxchg(&tree, index, NULL, things, GFP_KERNEL), things + 1);
	fault_observe(NULL, NULL);
	ck_assert_ptr_eq(xa_load(&tree, index), things + 1);
	ck_assert_uint_eq(nodes(), 3);
	ck_assert_ptr_eq(xa_cmpxchg(&tree, index, things + 1, NULL, GFP_KERNEL), things + 1);
	ck_assert_uint_eq(nodes(), 0);
	ck_assert_ptr_null(xa_cmpxchg(&tree, index, NULL, NULL, GFP_KERNEL));
}
END_TEST

START_TEST(sleeping_under_a_lock_is_seen)
{
	fresh();
	context_now->spinlocks++;
	xa_store(&tree, 1, things, GFP_NOWAIT);
	xa_erase(&tree, 1);
	xa_store(&tree, 1, NULL, GFP_KERNEL);
	ck_assert_uint_eq(complained('K', NULL), 0);
	xa_store(&tree, 1, things, GFP_KERNEL);
	ck_assert_uint_eq(complained('K', NULL), 1);
	xa_cmpxchg(&tree, 1, NULL, NULL, GFP_KERNEL);
	ck_assert_uint_eq(complained('K', NULL), 2);
	context_now->spinlocks--;
}
END_TEST

START_TEST(find_at_the_ends)
{
	unsigned long index = 0;

	fresh();
	ck_assert_ptr_null(xa_find(&tree, &index, ~0UL, XA_PRESENT));
	xa_store(&tree, ~0UL, things, GFP_KERNEL);
	ck_assert_ptr_null(xa_find(&tree, &index, ~0UL - 1, XA_PRESENT));
	ck_assert_uint_eq(index, 0);
	ck_assert_ptr_eq(xa_find(&tree, &index, ~0UL, XA_PRESENT), things);
	ck_assert_uint_eq(index, ~0UL);
	ck_assert_ptr_null(xa_find_after(&tree, &index, ~0UL, XA_PRESENT));
	xa_erase(&tree, ~0UL);
	xa_store(&tree, 0, things, GFP_KERNEL);
	index = 0;
	ck_assert_ptr_eq(xa_find(&tree, &index, 0, XA_PRESENT), things);
	ck_assert_ptr_null(xa_find_after(&tree, &index, ~0UL, XA_PRESENT));
}
END_TEST

Suite *suite_xarray(void)
{
	Suite *s = suite_create("xarray");
	TCase *t = tcase_create("entries");

	tcase_add_test(t, errors_and_values);
	tcase_add_test(t, values_are_entries);
	tcase_add_test(t, no_internal_entry_is_stored);
	tcase_add_test(t, find_at_the_ends);
	suite_add_tcase(s, t);
	t = tcase_create("nodes");
	tcase_add_test(t, nodes_of_a_store_in_an_empty_tree);
	tcase_add_test(t, nodes_by_hand);
	tcase_add_test(t, beyond_where_no_node_is_needed);
	suite_add_tcase(s, t);
	t = tcase_create("refused stores");
	tcase_add_test(t, xa_store_fails_and_nothing_changed);
	tcase_add_test(t, a_failed_atomic_allocation_is_benign);
	tcase_add_test(t, but_not_for_who_may_not_wait);
	tcase_add_test(t, a_refused_store_leaves_the_nodes_it_got);
	tcase_add_test(t, a_refused_store_leaves_the_tree_taller);
	tcase_add_test(t, destroy_frees_what_a_refused_store_left);
	tcase_add_test(t, the_lock_is_dropped_for_the_retry);
	tcase_add_test(t, cmpxchg_compares_again_after_the_retry);
	tcase_add_test(t, sleeping_under_a_lock_is_seen);
	suite_add_tcase(s, t);
	return s;
}
