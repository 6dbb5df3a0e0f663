// SPDX-License-Identifier: GPL-2.0-or-later
/* Guard mode, and what is said of an address that faulted. */
#include <setjmp.h>
#include <signal.h>

#include "tests/slab_help.h"

static sigjmp_buf fault_env;
static char fault_text[128];

static void on_segv(int sig, siginfo_t *info, void *context)
{
	if (!slab_fault_describe(info->si_addr, fault_text, sizeof(fault_text)))
		strcpy(fault_text, "nothing to say");
	siglongjmp(fault_env, 1);
}

/* NULL: reading @p did not fault; otherwise what was said of it. */
static const char *fault_of(const void *p)
{
	struct sigaction sa = { .sa_sigaction = on_segv, .sa_flags = SA_SIGINFO | SA_NODEFER }, old;
	const char *said = NULL;
	char byte;

	sigaction(SIGSEGV, &sa, &old);
	if (!sigsetjmp(fault_env, 1))
		raw_copy(&byte, p, 1);
	else
		said = fault_text;
	sigaction(SIGSEGV, &old, NULL);
	return said;
}

static void boot_guarded(void)
{
	struct world_config config = { .cpus_possible = 2, .cpus_online = 2, .guard = true };

	ck_assert_int_eq(world_boot(&config, NULL), 0);
	cache = KMEM_CACHE(widget, 0);
}

START_TEST(guard_mode_catches_reads)
{
	char *p, *page;

	boot_guarded();
	p = take();
	page = kmalloc(PAGE_SIZE, GFP_KERNEL);
	memset(p, 1, WIDGET);
	memset(page, 1, PAGE_SIZE);
	ck_assert_ptr_null(fault_of(p));
	/* A cache's are of a size that no caller chose: there is no page behind them. */
	ck_assert_ptr_null(fault_of(p + WIDGET));
	ck_assert_str_eq(fault_of(page + PAGE_SIZE + 5),
			 "read or write 5 bytes past a kmalloc-4096 (4096 bytes)");
	kmem_cache_free(cache, p);
	ck_assert_str_eq(fault_of(p + 8), "read or write 8 bytes into a freed widget (88 bytes)");
	ck_assert_str_eq(fault_of(p - 8), "read or write 8 bytes before a freed widget (88 bytes)");
	kfree(page);
	ck_assert_str_eq(fault_of(page), "read or write 0 bytes into a freed kmalloc-4096 (4096 bytes)");
	kfree(page);
	last_complaint(1, 'U', "double free");
}
END_TEST

START_TEST(guard_mode_never_reuses)
{
	void *first, *p;

	boot_guarded();
	first = take();
	kmem_cache_free(cache, first);
	for (int i = 0; i < 6000; i++) {
		p = take();
		ck_assert_ptr_ne(p, first);
		kmem_cache_free(cache, p);
	}
	ck_assert_ptr_nonnull(fault_of(first));
	no_complaint();
}
END_TEST

START_TEST(guard_mode_survives_snapshots)
{
	char *old, *freed, *late, *end, *first = NULL;

	boot_guarded();
	end = (char *)kmalloc(WIDGET, GFP_KERNEL) + WIDGET;
	old = take();
	memset(old, 7, WIDGET);
	freed = take();
	kmem_cache_free(cache, freed);
	ck_assert_int_eq(world_snapshot(), 0);
	ck_assert_ptr_nonnull(fault_of(freed));
	for (int round = 0; round < 3; round++) {
		late = take();
		if (!round)
			first = late;
		ck_assert_ptr_eq(late, first);
		ck_assert_ptr_null(fault_of(late));
		kmem_cache_free(cache, late);
		kmem_cache_free(cache, old);
		ck_assert_ptr_nonnull(fault_of(late));
		ck_assert_ptr_nonnull(fault_of(old));
		world_restore();
		ck_assert_ptr_null(fault_of(old));
		ck_filled(old, 7, WIDGET);
		ck_assert_ptr_nonnull(fault_of(freed));
		ck_assert_ptr_nonnull(fault_of(end));
	}
	/* And a boot without guards opens everything. */
	boot();
	ck_assert_ptr_null(fault_of(old));
	ck_assert_ptr_null(fault_of(freed));
	ck_assert_ptr_null(fault_of(end));
}
END_TEST

START_TEST(guard_mode_ends_until_the_next_restore)
{
	char *p, *q;

	boot_guarded();
	p = take();
	q = take();
	ck_assert_int_eq(world_snapshot(), 0);
	kmem_cache_free(cache, p);
	world_guard_no_more();
	kmem_cache_free(cache, q);
	ck_assert_ptr_nonnull(fault_of(p));
	ck_assert_ptr_null(fault_of(q));
	/* It is freed all the same. */
	kmem_cache_free(cache, q);
	last_complaint(1, 'U', "double free");
	world_restore();
	kmem_cache_free(cache, q);
	ck_assert_ptr_nonnull(fault_of(q));
}
END_TEST

START_TEST(guard_mode_sees_small_overflows)
{
	char *p;

	boot_guarded();
	p = kmalloc(13, GFP_KERNEL);
	raw_fill(p + 13, 0, 1);
	kfree(p);
	last_complaint(1, 'U', "write past an object");
	p = take();
	raw_fill(p - 1, 0, 1);
	kmem_cache_free(cache, p);
	last_complaint(2, 'U', "write before an object");
}
END_TEST

START_TEST(poisoned_pointers_are_described)
{
	char text[128] = "untouched";
	char *p, *q;

	boot();
	p = kzalloc(8, GFP_KERNEL);
	ck_assert(!slab_fault_describe(p, text, sizeof(text)));
	ck_assert(!slab_fault_describe(NULL, text, sizeof(text)));
	ck_assert(!slab_fault_describe(text, text, sizeof(text)));
	ck_assert_str_eq(text, "untouched");
	memset(&q, POISON_ALLOC, sizeof(q));
	ck_assert(slab_fault_describe(q + 40, text, sizeof(text)));
	ck_assert_str_eq(text, "a pointer read from uninitialised memory was followed");
	memset(&q, POISON_FREE, sizeof(q));
	ck_assert(slab_fault_describe(q - 40, text, sizeof(text)));
	ck_assert_str_eq(text, "a pointer read from freed memory was followed");
	ck_assert(slab_fault_describe(LIST_POISON1, text, sizeof(text)));
	ck_assert_str_eq(text, "a list was followed from an item deleted from it");
}
END_TEST

Suite *suite_guard(void);
Suite *suite_guard(void)
{
	Suite *s = suite_create("guard");
	TCase *tc = tcase_create("guard");

	tcase_add_test(tc, guard_mode_catches_reads);
	tcase_add_test(tc, guard_mode_never_reuses);
	tcase_add_test(tc, guard_mode_survives_snapshots);
	tcase_add_test(tc, guard_mode_ends_until_the_next_restore);
	tcase_add_test(tc, guard_mode_sees_small_overflows);
	tcase_add_test(tc, poisoned_pointers_are_described);
	suite_add_tcase(s, tc);
	return s;
}
