// SPDX-License-Identifier: GPL-2.0-or-later
/* The slab allocator and the kmalloc family as they are meant to be used. */
#include <linux/mm.h>
#include <linux/smp.h>

#include "tests/slab_help.h"

/* ---- correct use ------------------------------------------------------- */

START_TEST(correct_use_is_never_accused)
{
	void *p[200];

	boot();
	for (int round = 0; round < 60; round++) {
		for (int i = 0; i < 200; i++) {
			p[i] = i % 3 ? kmem_cache_alloc_node(cache, GFP_KERNEL, i & 1)
				     : kmalloc(1 + i * 37, GFP_KERNEL);
			memset(p[i], i, i % 3 ? WIDGET : 1 + i * 37);
		}
		ck_assert_uint_eq(ledger_check_poison(), 0);
		for (int i = 199; i >= 0; i--) {
			if (i % 3)
				kmem_cache_free(cache, p[i]);
			else
				kfree(p[i]);
		}
		ck_assert_uint_eq(ledger_check_poison(), 0);
	}
	ck_assert_uint_eq(ledger_check_poison_all(), 0);
	kmem_cache_destroy(cache);
	no_complaint();
}
END_TEST

START_TEST(objects_are_poisoned_not_zeroed)
{
	void *p;

	boot();
	p = take();
	ck_filled(p, POISON_ALLOC, WIDGET);
	memset(p, 0, WIDGET);
	kmem_cache_free(cache, p);
	ck_filled(p, POISON_FREE, WIDGET);
	p = kmem_cache_zalloc(cache, GFP_KERNEL);
	ck_filled(p, 0, WIDGET);
}
END_TEST

START_TEST(poison_is_no_pointer)
{
	boot();
	for (unsigned int i = 0; i < 2; i++) {
		uint64_t word = (i ? POISON_FREE : POISON_ALLOC) * 0x0101010101010101ull;
		uint64_t top = word >> 47;

		ck_assert(top != 0 && top != 0x1ffff);
		ck_assert(!arena_contains((void *)word));
	}
}
END_TEST

START_TEST(kmalloc_serves_every_size)
{
	unsigned long bytes = 0;
	unsigned char *p;

	boot();
	for (size_t size = 1; size <= 4ul << 20; size += 1 + size / 3) {
		p = kmalloc(size, GFP_KERNEL);
		ck_assert_ptr_nonnull(p);
		ck_assert_uint_eq((uintptr_t)p % 8, 0);
		if (!(size & (size - 1)))
			ck_assert_uint_eq((uintptr_t)p % (size < 64 ? size : 64), 0);
		memset(p, 0xff, size);
		bytes += size;
		ck_assert_uint_eq(ledger_kmalloc_live(), bytes);
	}
	ck_assert_ptr_null(kmalloc((4ul << 20) + 1, GFP_KERNEL));
	ck_assert_ptr_null(kcalloc(1ul << 33, 1ul << 33, GFP_KERNEL));
	ck_assert_ptr_null(kmalloc_array(1ul << 33, 1ul << 33, GFP_KERNEL));
	ck_assert_ptr_null(kvcalloc(1ul << 33, 1ul << 33, GFP_KERNEL));
	ck_assert_uint_eq(ledger_check_poison_all(), 0);
	no_complaint();
}
END_TEST

START_TEST(zeroing_members_of_the_family_zero)
{
	void *p[4];

	boot();
	/* Once around, so that what is zeroed was something else before. */
	for (int round = 0; round < 2; round++) {
		p[0] = kzalloc(100, GFP_KERNEL);
		p[1] = kcalloc(10, 10, GFP_KERNEL);
		p[2] = kvzalloc(100, GFP_KERNEL);
		p[3] = kvcalloc(10, 10, GFP_KERNEL);
		for (int i = 0; i < 4; i++) {
			ck_filled(p[i], 0, 100);
			memset(p[i], 0xff, 100);
			if (i < 2)
				kfree(p[i]);
			else
				kvfree(p[i]);
		}
	}
	ck_assert_uint_eq(ledger_kmalloc_live(), 0);
	no_complaint();
}
END_TEST

START_TEST(nothing_can_be_freed)
{
	boot();
	kfree(NULL);
	kvfree(NULL);
	ck_assert_ptr_eq(kmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	kfree(ZERO_SIZE_PTR);
	kvfree(ZERO_SIZE_PTR);
	kmem_cache_destroy(NULL);
	kmem_cache_free_bulk(cache, 0, NULL);
	no_complaint();
}
END_TEST

START_TEST(kfree_takes_an_object_of_a_cache)
{
	boot();
	kfree(take());
	no_complaint();
	ck_assert_uint_eq(live(cache), 0);
}
END_TEST

START_TEST(an_object_is_on_its_node)
{
	struct ledger_object obj;
	void *p;

	boot();
	for (int nid = 0; nid < 2; nid++) {
		p = kmem_cache_alloc_node(cache, GFP_KERNEL, nid);
		ck_assert_int_eq(virt_to_page(p)->nid, nid);
		ck_assert(ledger_object(p, &obj) && obj.nid == nid);
		p = kmalloc_node(2 * PAGE_SIZE, GFP_KERNEL, nid);
		ck_assert_int_eq(virt_to_page(p)->nid, nid);
		ck_assert_int_eq(virt_to_page((char *)p + 2 * PAGE_SIZE - 1)->nid, nid);
		shim_cpu = nid;
		p = kmem_cache_alloc(cache, GFP_KERNEL);
		ck_assert_int_eq(virt_to_page(p)->nid, nid);
	}
	shim_cpu = 0;
	/* Also when it comes back from the quarantine. */
	for (int i = 0; i < 20000; i++) {
		p = kmem_cache_alloc_node(cache, GFP_KERNEL, i & 1);
		ck_assert_int_eq(virt_to_page(p)->nid, i & 1);
		kmem_cache_free(cache, p);
	}
	no_complaint();
}
END_TEST

/* ---- ledger ------------------------------------------------------------ */

START_TEST(the_ledger_knows_an_object)
{
	struct ledger_object obj, again;
	char *p, local;

	boot();
	p = take();
	ck_assert(ledger_object(p, &obj));
	ck_assert_ptr_eq(obj.start, p);
	ck_assert_ptr_eq(obj.cache, cache);
	ck_assert_str_eq(obj.cache_name, "widget");
	ck_assert_uint_eq(obj.size, WIDGET);
	ck_assert(obj.live);
	ck_assert(ledger_object(p + WIDGET - 1, &again));
	ck_assert_ptr_eq(again.start, p);
	ck_assert(!ledger_object(p - 1, &again));
	ck_assert(!ledger_object(p + WIDGET, &again));
	ck_assert(!ledger_object(&local, &again));
	ck_assert(!ledger_object(NULL, &again));
	kmem_cache_free(cache, p);
	ck_assert(ledger_object(p, &again));
	ck_assert(!again.live);
	ck_assert_uint_eq(again.generation, obj.generation);
}
END_TEST

START_TEST(the_ledger_lists_caches)
{
	struct kmem_cache *second;
	struct ledger_cache out;
	unsigned int nr;

	boot();
	nr = ledger_nr_caches();
	ck_assert(ledger_cache(nr - 1, &out));
	ck_assert_ptr_eq(out.cache, cache);
	ck_assert(out.subject);
	ck_assert_uint_eq(out.size, WIDGET);
	ck_assert_uint_eq(out.live, 0);
	ck_assert(!ledger_cache(nr, &out));
	ck_assert(ledger_cache(0, &out));
	ck_assert(!out.subject);
	second = kmem_cache_create("second", 24, 8, 0, NULL);
	ck_assert_uint_eq(ledger_nr_caches(), nr + 1);
	take();
	ck_assert_uint_eq(live(cache), 1);
	ck_assert_uint_eq(live(second), 0);
	kmem_cache_destroy(second);
	ck_assert_uint_eq(ledger_nr_caches(), nr);
}
END_TEST

struct walk {
	uint64_t last;
	unsigned int nr, stop;
};

static bool ascending(const struct ledger_object *obj, void *arg)
{
	struct walk *walk = arg;

	ck_assert_uint_gt(obj->generation, walk->last);
	ck_assert(obj->live);
	walk->last = obj->generation;
	return ++walk->nr != walk->stop;
}

START_TEST(objects_are_walked_by_generation)
{
	struct walk walk = { 0 }, some = { .stop = 7 };
	void *p[100];

	boot();
	for (int i = 0; i < 100; i++)
		p[i] = kmem_cache_alloc_node(cache, GFP_KERNEL, i & 1);
	for (int i = 0; i < 100; i += 3) {
		kmem_cache_free(cache, p[i]);
		p[i] = take();
	}
	ledger_for_each_object(cache, ascending, &walk);
	ck_assert_uint_eq(walk.nr, 100);
	ledger_for_each_object(cache, ascending, &some);
	ck_assert_uint_eq(some.nr, 7);
}
END_TEST

/* ---- quarantine -------------------------------------------------------- */

START_TEST(quarantine_delays_reuse)
{
	struct ledger_object before, after;
	void *p, *q;
	unsigned int n;

	boot();
	p = take();
	ck_assert(ledger_object(p, &before));
	kmem_cache_free(cache, p);
	for (n = 0; n < 100000; n++) {
		q = take();
		if (q == p)
			break;
		kmem_cache_free(cache, q);
	}
	ck_assert_uint_ge(n, 1000);
	ck_assert_uint_lt(n, 100000);
	ck_assert(ledger_object(q, &after));
	ck_assert_uint_gt(after.generation, before.generation);
	ck_filled(q, POISON_ALLOC, WIDGET);
	no_complaint();
}
END_TEST

/* ---- snapshot ---------------------------------------------------------- */

START_TEST(restore_forgets_what_came_later)
{
	void *old, *freed, *p[50], *first[50];
	struct ledger_object obj;
	unsigned long bytes;

	boot();
	old = take();
	memset(old, 7, WIDGET);
	freed = take();
	kmem_cache_free(cache, freed);
	bytes = ledger_kmalloc_live();
	ck_assert_int_eq(world_snapshot(), 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 50; i++) {
			p[i] = i & 1 ? take() : kmalloc(i * 100 + 1, GFP_KERNEL);
			if (!round)
				first[i] = p[i];
			ck_assert_ptr_eq(p[i], first[i]);
			memset(p[i], 1, i & 1 ? WIDGET : i * 100 + 1);
		}
		raw_fill(freed, 0, 8);
		memset(old, 8, WIDGET);
		kmem_cache_free(cache, old);
		for (int i = 0; i < 50; i++)
			kfree(p[i]);
		world_restore();
		ck_assert_uint_eq(live(cache), 1);
		ck_assert_uint_eq(ledger_kmalloc_live(), bytes);
		ck_assert(ledger_object(old, &obj) && obj.live);
		ck_filled(old, 7, WIDGET);
		/* Instrumented: the shadow came back, too. */
		memset(old, 7, WIDGET);
		ck_assert(ledger_object(freed, &obj) && !obj.live);
		ck_assert_uint_eq(ledger_check_poison_all(), 0);
		no_complaint();
	}
}
END_TEST

/* Is it reported when instrumented code reads it? */
static bool closed(const char *p)
{
#if defined(SHIM_ASAN)
	return __asan_address_is_poisoned(p);
#elif defined(SHIM_MSAN)
	return __msan_test_shadow(p, 1) == 0;
#else
	return false;
#endif
}

/* ASan minds the outside of objects, MSan what nobody wrote. */
START_TEST(sanitizers_are_told)
{
	bool outside = false, unwritten = false;
	char *p, *freed;

#ifdef SHIM_ASAN
	outside = true;
#endif
#ifdef SHIM_MSAN
	unwritten = true;
#endif
	boot();
	freed = take();
	p = take();
	ck_assert_int_eq(closed(p), unwritten);
	ck_assert_int_eq(closed(p - 1), outside || unwritten);
	ck_assert_int_eq(closed(p + WIDGET), outside || unwritten);
	kmem_cache_free(cache, freed);
	memset(p, 0, WIDGET);
	ck_assert_int_eq(world_snapshot(), 0);
	for (int round = 0; round < 2; round++) {
		ck_assert_int_eq(closed(freed + 8), outside || unwritten);
		ck_assert(!closed(p) && !closed(p + WIDGET - 1));
		kmem_cache_free(cache, p);
		ck_assert_int_eq(closed(p), outside || unwritten);
		ck_assert(!closed(kzalloc(1, GFP_KERNEL)));
		world_restore();
	}
}
END_TEST

Suite *suite_slab(void);
Suite *suite_slab(void)
{
	Suite *s = suite_create("slab");
	TCase *tc = tcase_create("slab");

	tcase_add_test(tc, correct_use_is_never_accused);
	tcase_add_test(tc, objects_are_poisoned_not_zeroed);
	tcase_add_test(tc, poison_is_no_pointer);
	tcase_add_test(tc, kmalloc_serves_every_size);
	tcase_add_test(tc, zeroing_members_of_the_family_zero);
	tcase_add_test(tc, nothing_can_be_freed);
	tcase_add_test(tc, kfree_takes_an_object_of_a_cache);
	tcase_add_test(tc, an_object_is_on_its_node);
	tcase_add_test(tc, the_ledger_knows_an_object);
	tcase_add_test(tc, the_ledger_lists_caches);
	tcase_add_test(tc, objects_are_walked_by_generation);
	tcase_add_test(tc, quarantine_delays_reuse);
	tcase_add_test(tc, restore_forgets_what_came_later);
	tcase_add_test(tc, sanitizers_are_told);
	suite_add_tcase(s, tc);
	return s;
}
