// SPDX-License-Identifier: GPL-2.0-or-later
/* Allocations that fail: at the hit that was planned, and wholly. */
#include "tests/slab_help.h"

static void *alloc_plain(void)
{
	return kmem_cache_alloc(cache, GFP_KERNEL);
}

static void *alloc_bulk(void)
{
	void *p[3];

	return kmem_cache_alloc_bulk(cache, GFP_KERNEL, 3, p) ? p[2] : NULL;
}

static void *alloc_kzalloc(void)
{
	return kzalloc(10, GFP_KERNEL);
}

static void *alloc_kmalloc_node(void)
{
	return kmalloc_node(10, GFP_KERNEL, 1);
}

static void *alloc_kvcalloc(void)
{
	return kvcalloc(10, 10, GFP_KERNEL);
}

static void *alloc_cache(void)
{
	return KMEM_CACHE(widget, 0);
}

START_TEST(faults_strike_at_their_hit)
{
	static const struct {
		void *(*fn)(void);
		enum fault_point point;
	} calls[] = {
		{ take, FP_KMEM_CACHE_ALLOC_NODE },
		{ alloc_plain, FP_KMEM_CACHE_ALLOC_NODE },
		{ alloc_bulk, FP_KMEM_CACHE_ALLOC_BULK },
		{ alloc_cache, FP_KMEM_CACHE_CREATE },
		{ alloc_kzalloc, FP_KMALLOC },
		{ alloc_kmalloc_node, FP_KMALLOC },
		{ alloc_kvcalloc, FP_KVCALLOC },
	};

	for (unsigned int i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		for (unsigned int nth = 0; nth < 3; nth++) {
			boot();
			plan(calls[i].point, nth);
			for (unsigned int hit = 0; hit < 3; hit++)
				ck_assert_int_eq(!calls[i].fn(), hit == nth);
			ck_assert_uint_eq(fault_hits(calls[i].point, PHASE_STORE), 3);
			plan_nothing();
		}
	}
}
END_TEST

START_TEST(bulk_is_all_or_nothing)
{
	void *p[70];

	boot();
	ck_assert_int_eq(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 70, p), 70);
	ck_assert_uint_eq(live(cache), 70);
	for (int i = 0; i < 70; i++)
		ck_filled(p[i], POISON_ALLOC, 8);
	kmem_cache_free_bulk(cache, 70, p);
	ck_assert_uint_eq(live(cache), 0);
	no_complaint();

	plan(FP_KMEM_CACHE_ALLOC_BULK, 0);
	ck_assert_int_eq(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 70, p), 0);
	ck_assert_uint_eq(live(cache), 0);
	plan_nothing();
}
END_TEST

/* The arena's last page is gone: all of a bulk is undone. */
START_TEST(bulk_is_undone_when_memory_runs_out)
{
	unsigned int nr = 1u << 17;
	void *p[64];

	boot();
	take();
	while (nr) {
		if (!arena_pages(nr, 0))
			nr /= 2;
	}
	ck_assert_int_eq(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 64, p), 0);
	ck_assert_uint_eq(live(cache), 1);
	no_complaint();
	ck_assert_int_eq(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 8, p), 8);
}
END_TEST

Suite *suite_slab_faults(void);
Suite *suite_slab_faults(void)
{
	Suite *s = suite_create("slab_faults");
	TCase *tc = tcase_create("slab_faults");

	tcase_add_test(tc, faults_strike_at_their_hit);
	tcase_add_test(tc, bulk_is_all_or_nothing);
	tcase_add_test(tc, bulk_is_undone_when_memory_runs_out);
	suite_add_tcase(s, tc);
	return s;
}
