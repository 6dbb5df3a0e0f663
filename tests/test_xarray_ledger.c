// SPDX-License-Identifier: GPL-2.0-or-later
/* Which xarrays there are, what is in them, and memory that is none. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <check.h>

#include <linux/slab.h>
#include <linux/swapops.h>
#include <linux/xarray.h>

#include "shim/xarray.h"
#include "tests/xarray_help.h"

static struct xarray *swapon(int type, unsigned int nr)
{
	struct xarray *trees = kvcalloc(nr, sizeof(*trees), GFP_KERNEL);

	ck_assert_ptr_nonnull(trees);
	xarray_swapon_begin(type);
	for (unsigned int i = 0; i < nr; i++)
		xa_init(&trees[i]);
	xarray_swapon_end();
	return trees;
}

static bool collect(unsigned long offset, void *entry, void *arg)
{
	unsigned long **next = arg;

	*(*next)++ = offset;
	return offset != 20000;
}

START_TEST(trees_of_swap_files)
{
	unsigned long seen[8] = { 0 }, *next = seen;
	struct xarray *one, *two;

	fresh();
	one = swapon(0, 2);
	two = swapon(3, 1);
	ck_assert_uint_eq(ledger_nr_trees(0), 2);
	ck_assert_uint_eq(ledger_nr_trees(1), 0);
	ck_assert_uint_eq(ledger_nr_trees(3), 1);
	xa_store(&one[1], 20000, things, GFP_KERNEL);
	xa_store(&one[1], 20001, things, GFP_KERNEL);
	xa_store(&one[0], 17, things + 1, GFP_KERNEL);
	xa_store(two, 17, things + 2, GFP_KERNEL);
	xa_store(&tree, 17, things + 3, GFP_KERNEL);
	ck_assert_ptr_eq(ledger_tree_load(0, 17), things + 1);
	ck_assert_ptr_eq(ledger_tree_load(0, 20000), things);
	ck_assert_ptr_null(ledger_tree_load(0, 20002));
	ck_assert_ptr_null(ledger_tree_load(1, 17));
	ck_assert_ptr_eq(ledger_tree_load(3, 17), things + 2);
	ck_assert_uint_eq(ledger_tree_count(0), 3);
	ck_assert_uint_eq(ledger_tree_count(3), 1);
	ck_assert(!ledger_tree_needs_node(0, 20005) && ledger_tree_needs_node(0, 20100));
	ck_assert(!ledger_tree_needs_node(0, 63) && ledger_tree_needs_node(0, 64));
	ck_assert(!ledger_tree_needs_node(1, 63));
	ledger_for_each_slot(0, collect, &next);
	ck_assert(next == seen + 2 && seen[0] == 17 && seen[1] == 20000);
	ck_assert_uint_eq(nodes(), 3 + 1 + 1 + 1);
}
END_TEST

START_TEST(hits_tell_the_slot)
{
	struct fault_hit h[8];
	struct xarray *trees;

	fresh();
	trees = swapon(5, 2);
	fault_record(h, 8);
	xa_store(&trees[1], 16384, things, GFP_KERNEL);
	fault_record(NULL, 0);
	ck_assert_uint_eq(fault_recorded(), 7);
	for (int i = 0; i < 7; i++)
		ck_assert_uint_eq(h[i].swp, swp_entry(5, 16384).val);
	ck_assert_uint_eq(h[0].swp, (uint64_t)5 << 58 | 16384);
}
END_TEST

START_TEST(a_tree_ends_with_its_memory)
{
	unsigned long allocated, reachable;
	struct xarray *trees;

	fresh();
	trees = swapon(0, 2);
	xa_store(&trees[0], 5, things, GFP_KERNEL);
	xa_store(&trees[1], 17000, things, GFP_KERNEL);
	ck_assert_uint_eq(nodes(), 4);
	xa_erase(&trees[1], 17000);
	kvfree(trees);
	ck_assert_uint_eq(ledger_nr_trees(0), 0);
	ck_assert_ptr_null(ledger_tree_load(0, 5));
	ledger_nodes(&allocated, &reachable);
	ck_assert_uint_eq(allocated, 1);
	ck_assert_uint_eq(reachable, 0);
	/* The next ones are found, whatever memory they got. */
	for (int i = 0; i < 100; i++) {
		trees = swapon(0, 2);
		ck_assert_uint_eq(ledger_nr_trees(0), 2);
		xa_store(&trees[0], i, things, GFP_KERNEL);
		ck_assert_ptr_eq(ledger_tree_load(0, i), things);
		xa_erase(&trees[0], i);
		kvfree(trees);
	}
	ck_assert_uint_eq(ledger_nr_trees(0), 0);
}
END_TEST

START_TEST(initialised_again_loses_the_nodes)
{
	unsigned long allocated, reachable;
	struct xarray *trees;

	fresh();
	trees = swapon(0, 1);
	xa_store(trees, 64, things, GFP_KERNEL);
	xarray_swapon_begin(0);
	xa_init(trees);
	xarray_swapon_end();
	ck_assert_uint_eq(ledger_nr_trees(0), 1);
	ledger_nodes(&allocated, &reachable);
	ck_assert_uint_eq(allocated, 2);
	ck_assert_uint_eq(reachable, 0);
	ck_assert(xa_empty(trees));
}
END_TEST

START_TEST(overwritten_loses_the_nodes)
{
	unsigned long allocated, reachable;
	struct xarray *trees;

	fresh();
	trees = swapon(0, 2);
	xa_store(&trees[0], 5, things, GFP_KERNEL);
	xa_store(&trees[1], 16384, things, GFP_KERNEL);
	memset(&trees[0], 0, sizeof(*trees));
	ck_assert_uint_eq(ledger_nr_trees(0), 1);
	ledger_nodes(&allocated, &reachable);
	ck_assert_uint_eq(allocated, 4);
	ck_assert_uint_eq(reachable, 3);
}
END_TEST

START_TEST(memory_that_is_no_tree)
{
	struct xarray zero, copy;
	unsigned long index = 0;

	fresh();
	memset(&zero, 0, sizeof(zero));
	ck_assert_int_eq(xa_err(xa_store(&zero, 1, things, GFP_KERNEL)), -EINVAL);
	ck_assert_ptr_null(xa_load(&zero, 1));
	ck_assert_ptr_null(xa_erase(&zero, 1));
	ck_assert_ptr_null(xa_find(&zero, &index, 10, XA_PRESENT));
	xa_destroy(&zero);
	ck_assert_uint_eq(complained('U', NULL), 5);
	xa_store(&tree, 1, things, GFP_KERNEL);
	copy = tree;
	ck_assert_ptr_null(xa_load(&copy, 1));
	ck_assert_uint_eq(complained('U', NULL), 6);
	ck_assert_ptr_eq(xa_load(&tree, 1), things);
	ck_assert_uint_eq(complained('U', NULL), 6);
}
END_TEST

#if !defined(__SANITIZE_ADDRESS__)
START_TEST(a_freed_tree_is_noticed)
{
	struct xarray *trees;

	fresh();
	trees = swapon(0, 1);
	kvfree(trees);
	ck_assert_ptr_null(xa_load(trees, 1));
	ck_assert_uint_eq(complained('U', NULL), 1);
}
END_TEST
#endif

static DEFINE_XARRAY(in_data);

START_TEST(a_tree_in_static_memory)
{
	fresh();
	ck_assert_ptr_null(xa_load(&in_data, 3));
	xa_store(&in_data, 3, things, GFP_KERNEL);
	ck_assert_ptr_eq(xa_load(&in_data, 3), things);
	ck_assert_uint_eq(nodes(), 1);
	xa_destroy(&in_data);
	ck_assert_uint_eq(nodes(), 0);
	ck_assert_uint_eq(complained('U', NULL), 0);
}
END_TEST

/* ---- what is freed while a tree holds it ------------------------------- */

static struct xarray *trees;
static struct kmem_cache *cache;
static void *object;

static void fresh_object(void)
{
	fresh();
	trees = swapon(1, 2);
	cache = kmem_cache_create("zswap_entry", 104, 8, 0, NULL);
	object = kmem_cache_alloc_node(cache, GFP_KERNEL, 0);
}

static void free_object(const char *says)
{
	kmem_cache_free(cache, object);
	if (says)
		one_complaint('U', "freed while a tree holds it", says);
	else
		no_complaint();
}

START_TEST(freed_while_a_tree_holds_it)
{
	static const unsigned long at[] = { 0, 63, 64, 16383, 16384, 17000 };

	for (int i = 0; i < 6; i++) {
		char says[80];

		fresh_object();
		xa_store(&trees[at[i] >= 16384], at[i], object, GFP_KERNEL);
		snprintf(says, sizeof(says), "swap file 1 still holds in its tree, at offset %lu", at[i]);
		free_object(says);
		/* Gone on with: it is free, and its slot can be emptied. */
		ck_assert_ptr_eq(xa_erase(&trees[at[i] >= 16384], at[i]), object);
		object = kmem_cache_alloc_node(cache, GFP_KERNEL, 0);
		kmem_cache_free(cache, object);
		one_complaint('U', "freed while a tree holds it", NULL);
	}
}
END_TEST

/* Each way out of a slot. */
START_TEST(freed_after_it_left_the_tree)
{
	for (int way = 0; way < 7; way++) {
		fresh_object();
		xa_store(trees, 70, object, GFP_KERNEL);
		if (way == 0)
			xa_erase(trees, 70);
		else if (way == 1)
			xa_store(trees, 70, NULL, GFP_KERNEL);
		else if (way == 2)
			xa_store(trees, 70, things, GFP_KERNEL);
		else if (way == 3)
			xa_cmpxchg(trees, 70, object, NULL, GFP_KERNEL);
		else if (way == 4)
			xa_cmpxchg(trees, 70, object, things, GFP_KERNEL);
		else if (way == 5)
			xa_destroy(trees);
		else
			kvfree(trees);
		free_object(NULL);
	}
}
END_TEST

START_TEST(an_object_in_two_slots)
{
	fresh_object();
	xa_store(&trees[0], 70, object, GFP_KERNEL);
	xa_store(&trees[0], 70, object, GFP_KERNEL);
	xa_store(&trees[1], 16390, object, GFP_KERNEL);
	xa_erase(&trees[0], 70);
	free_object("offset 16390");
}
END_TEST

START_TEST(a_store_that_failed_holds_nothing)
{
	fresh_object();
	fault_phase(PHASE_STORE);
	plan_one((struct fault){ .point = FP_XA_STORE, .phase = PHASE_STORE, .error = -ENOMEM });
	ck_assert(xa_is_err(xa_store(trees, 70, object, GFP_KERNEL)));
	xa_store(trees, 71, things, GFP_KERNEL);
	ck_assert_ptr_eq(xa_cmpxchg(trees, 71, NULL, object, GFP_KERNEL), things);
	free_object(NULL);
}
END_TEST

/* An object given up by a tree that was destroyed is one again in the next. */
START_TEST(held_again)
{
	fresh_object();
	xa_store(trees, 70, object, GFP_KERNEL);
	xa_destroy(trees);
	xa_store(trees, 71, object, GFP_KERNEL);
	xa_erase(trees, 71);
	xa_store(trees, 72, object, GFP_KERNEL);
	free_object("offset 72");
}
END_TEST

/* Neither an interior pointer, nor a number, nor freed memory; nor another's array. */
START_TEST(what_is_no_object_is_nobodys)
{
	char *old;

	fresh_object();
	old = kmem_cache_alloc_node(cache, GFP_KERNEL, 0);
	kmem_cache_free(cache, old);
	xa_store(trees, 1, (char *)object + 8, GFP_KERNEL);
	xa_store(trees, 2, (char *)object - 8, GFP_KERNEL);
	xa_store(trees, 3, xa_mk_value(~0UL >> 1), GFP_KERNEL);
	xa_store(trees, 4, (void *)8, GFP_KERNEL);
	xa_store(trees, 5, old, GFP_KERNEL);
	xa_store(&tree, 6, object, GFP_KERNEL);
	for (unsigned long i = 1; i < 6; i++)
		xa_erase(trees, i);
	free_object(NULL);
}
END_TEST

Suite *suite_xarray_ledger(void)
{
	Suite *s = suite_create("xarray_ledger");
	TCase *t = tcase_create("ledger");

	tcase_add_test(t, trees_of_swap_files);
	tcase_add_test(t, hits_tell_the_slot);
	tcase_add_test(t, a_tree_ends_with_its_memory);
	tcase_add_test(t, initialised_again_loses_the_nodes);
	tcase_add_test(t, overwritten_loses_the_nodes);
	tcase_add_test(t, memory_that_is_no_tree);
#if !defined(__SANITIZE_ADDRESS__)
	tcase_add_test(t, a_freed_tree_is_noticed);
#endif
	tcase_add_test(t, a_tree_in_static_memory);
	suite_add_tcase(s, t);
	t = tcase_create("held");
	tcase_add_test(t, freed_while_a_tree_holds_it);
	tcase_add_test(t, freed_after_it_left_the_tree);
	tcase_add_test(t, an_object_in_two_slots);
	tcase_add_test(t, a_store_that_failed_holds_nothing);
	tcase_add_test(t, held_again);
	tcase_add_test(t, what_is_no_object_is_nobodys);
	suite_add_tcase(s, t);
	return s;
}
