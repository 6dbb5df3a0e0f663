// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The slab allocator by planted bugs: each kind is committed and has to be
 * named. Stray accesses are made with raw_fill(), which no sanitizer sees, so
 * that these are tests of the shim's own detection in every build.
 */
#include <linux/mm.h>

#include "tests/slab_help.h"

START_TEST(a_stale_write_is_seen_on_reuse)
{
	void *p;

	boot();
	p = take();
	kmem_cache_free(cache, p);
	raw_fill((char *)p + 8, 0, 1);
	for (unsigned int n = 0; n < 100000 && !nr_complaints(); n++)
		kmem_cache_free(cache, take());
	last_complaint(1, 'U', "write after free");
}
END_TEST

START_TEST(a_stale_write_is_seen_by_the_ledger)
{
	void *p, *q;

	boot();
	for (size_t at = 0; at < WIDGET; at++) {
		p = take();
		q = take();
		kmem_cache_free(cache, p);
		kmem_cache_free(cache, q);
		ck_assert_uint_eq(ledger_check_poison(), 0);
		raw_fill((char *)p + at, 0, 1);
		ck_assert_uint_eq(ledger_check_poison(), 1);
		/* Told once. */
		ck_assert_uint_eq(ledger_check_poison(), 0);
		ck_assert_uint_eq(ledger_check_poison_all(), 0);
	}
	ck_assert_uint_eq(nr_complaints(), WIDGET);
}
END_TEST

START_TEST(an_old_stale_write_is_seen_at_the_end)
{
	void *first, *p[2000];

	boot();
	first = take();
	for (int i = 0; i < 2000; i++)
		p[i] = take();
	kmem_cache_free(cache, first);
	for (int i = 0; i < 2000; i++)
		kmem_cache_free(cache, p[i]);
	raw_fill(first, 0, 1);
	ck_assert_uint_eq(ledger_check_poison(), 0);
	ck_assert_uint_eq(ledger_check_poison_all(), 1);
	last_complaint(1, 'U', "write after free");
}
END_TEST

START_TEST(double_free)
{
	void *p;

	boot();
	p = take();
	take();
	kmem_cache_free(cache, p);
	kmem_cache_free(cache, p);
	last_complaint(1, 'U', "double free");
	ck_assert_uint_eq(live(cache), 1);
	p = kmalloc(50, GFP_KERNEL);
	kfree(p);
	kfree(p);
	last_complaint(2, 'U', "double free");
	p = kvzalloc(50, GFP_KERNEL);
	kvfree(p);
	kvfree(p);
	last_complaint(3, 'U', "double free");
	ck_assert_uint_eq(ledger_kmalloc_live(), 0);
}
END_TEST

START_TEST(wrong_cache)
{
	struct kmem_cache *other;
	void *p;

	boot();
	other = kmem_cache_create("other", WIDGET, 8, 0, NULL);
	p = take();
	kmem_cache_free(other, p);
	last_complaint(1, 'U', "wrong cache");
	/* Back where it came from: no leak is blamed on top of it. */
	ck_assert_uint_eq(live(cache), 0);
	ck_assert_uint_eq(live(other), 0);
	kmem_cache_free(cache, kmalloc(WIDGET, GFP_KERNEL));
	last_complaint(2, 'U', "wrong cache");
	ck_assert_uint_eq(ledger_kmalloc_live(), 0);
}
END_TEST

START_TEST(interior_free)
{
	char *p;

	boot();
	p = take();
	kmem_cache_free(cache, p + 8);
	last_complaint(1, 'U', "free of an interior pointer");
	ck_assert_uint_eq(live(cache), 1);
	kmem_cache_free(cache, p);
	last_complaint(1, 'U', "free of an interior pointer");
}
END_TEST

START_TEST(free_of_no_object)
{
	char *p, local;

	boot();
	p = take();
	kfree(&local);
	last_complaint(1, 'U', "free of no object");
	kfree(p + WIDGET);	/* red zone */
	last_complaint(2, 'U', "free of no object");
	kfree(p + 5 * PAGE_SIZE);
	last_complaint(3, 'U', "free of no object");
	kfree(arena_alloc(64));
	last_complaint(4, 'U', "free of no object");
	kmem_cache_free(cache, NULL);
	last_complaint(5, 'U', "free of no object");
	ck_assert_uint_eq(live(cache), 1);
}
END_TEST

START_TEST(overflow_is_seen_at_free_and_by_the_ledger)
{
	char *p;

	for (size_t size = 1; size < 9000; size += 1 + size / 5) {
		for (unsigned int by = 0; by < SLAB_RED; by++) {
			boot();
			p = kmalloc(size, GFP_KERNEL);
			raw_fill(p + size + by, 0, 1);
			ck_assert_uint_eq(ledger_check_poison(), 1);
			last_complaint(1, 'U', "write past an object");
			ck_assert_uint_eq(ledger_check_poison(), 0);
			raw_fill(p + size + by, 0, 1);
			kfree(p);
			last_complaint(2, 'U', "write past an object");
		}
	}
}
END_TEST

START_TEST(underflow_is_seen_at_free_and_by_the_ledger)
{
	char *p;

	for (int by = 1; by <= (int)SLAB_RED; by++) {
		boot();
		take();
		p = take();
		take();
		raw_fill(p - by, 0, 1);
		ck_assert_uint_eq(ledger_check_poison(), 1);
		last_complaint(1, 'U', "write before an object");
		ck_assert_uint_eq(ledger_check_poison(), 0);
		raw_fill(p - by, 0, 1);
		kmem_cache_free(cache, p);
		last_complaint(2, 'U', "write before an object");
	}
}
END_TEST

START_TEST(leak_at_destroy)
{
	void *p;

	boot();
	p = take();
	take();
	kmem_cache_free(cache, p);
	kmem_cache_destroy(cache);
	last_complaint(1, 'L', "objects left in a destroyed cache");
}
END_TEST

START_TEST(use_of_a_destroyed_cache)
{
	void *p;

	boot();
	p = take();
	kmem_cache_destroy(cache);
	ck_assert_ptr_null(take());
	last_complaint(2, 'U', "allocation from a destroyed cache");
	kmem_cache_free(cache, p);
	last_complaint(3, 'U', "free into a destroyed cache");
	kmem_cache_free(cache, p);
	last_complaint(4, 'U', "double free");
	kmem_cache_destroy(cache);
	last_complaint(5, 'U', "cache destroyed twice");
}
END_TEST

START_TEST(virt_to_page_of_what_has_none)
{
	char *p, local;

	boot();
	ck_assert_ptr_nonnull(virt_to_page(&local));
	last_complaint(1, 'U', "virt_to_page of no memory");
	p = take();
	virt_to_page(p + 20);
	last_complaint(1, 'U', "virt_to_page of no memory");
	kmem_cache_free(cache, p);
	virt_to_page(p + 20);
	last_complaint(2, 'U', "virt_to_page of a freed object");
}
END_TEST

Suite *suite_slab_bugs(void);
Suite *suite_slab_bugs(void)
{
	Suite *s = suite_create("slab_bugs");
	TCase *tc = tcase_create("slab_bugs");

	tcase_add_test(tc, a_stale_write_is_seen_on_reuse);
	tcase_add_test(tc, a_stale_write_is_seen_by_the_ledger);
	tcase_add_test(tc, an_old_stale_write_is_seen_at_the_end);
	tcase_add_test(tc, double_free);
	tcase_add_test(tc, wrong_cache);
	tcase_add_test(tc, interior_free);
	tcase_add_test(tc, free_of_no_object);
	tcase_add_test(tc, overflow_is_seen_at_free_and_by_the_ledger);
	tcase_add_test(tc, underflow_is_seen_at_free_and_by_the_ledger);
	tcase_add_test(tc, leak_at_destroy);
	tcase_add_test(tc, use_of_a_destroyed_cache);
	tcase_add_test(tc, virt_to_page_of_what_has_none);
	suite_add_tcase(s, tc);
	return s;
}
