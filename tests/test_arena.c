// SPDX-License-Identifier: GPL-2.0-or-later
/* The arena: what it hands out, and that going back forgets everything else. */
#include <check.h>
#include <string.h>
#include <sys/resource.h>

#include "shim/boot.h"
#include "shim/shim.h"
#include "shim/slab.h"
#include "shim/world.h"

#define SIZES	10

static const size_t sizes[SIZES] = { 1, 8, 16, 17, 576, 2048, 2049, 4096, 4097, 100000 };

static void boot(void)
{
	ck_assert_int_eq(world_boot(NULL, NULL), 0);
}

START_TEST(pieces_are_zeroed_aligned_and_apart)
{
	char *p[SIZES];

	boot();
	for (int i = 0; i < SIZES; i++) {
		p[i] = arena_alloc(sizes[i]);
		ck_assert_uint_eq((uintptr_t)p[i] % 16, 0);
		ck_assert_uint_eq(raw_differs(p[i], 0, sizes[i]), sizes[i]);
		ck_assert(arena_contains(p[i]) && arena_contains(p[i] + sizes[i] - 1));
		memset(p[i], i + 1, sizes[i]);
	}
	for (int i = 0; i < SIZES; i++)
		ck_assert_uint_eq(raw_differs(p[i], i + 1, sizes[i]), sizes[i]);
}
END_TEST

START_TEST(freed_pieces_come_back_zeroed)
{
	char *p, *q;

	boot();
	for (int i = 0; i < SIZES; i++) {
		p = arena_alloc(sizes[i]);
		memset(p, 0xff, sizes[i]);
		arena_free(p, sizes[i]);
		q = arena_alloc(sizes[i]);
		ck_assert_ptr_eq(p, q);
		ck_assert_ptr_ne(p, arena_alloc(sizes[i]));
		ck_assert_uint_eq(raw_differs(q, 0, sizes[i]), sizes[i]);
	}
	arena_free(NULL, 16);
}
END_TEST

START_TEST(a_piece_grows_within_its_class)
{
	char *p, *q;

	boot();
	p = arena_alloc(33);
	arena_free(p, 33);
	q = arena_alloc(48);
	ck_assert_ptr_eq(p, q);
	memset(q, 1, 48);
}
END_TEST

START_TEST(only_its_own_addresses_are_contained)
{
	static const char constant[16];
	char local;
	char *p;

	boot();
	p = arena_alloc(16);
	ck_assert(arena_contains(p));
	ck_assert(!arena_contains(&local));
	ck_assert(!arena_contains(constant));
	ck_assert(!arena_contains(NULL));
	ck_assert(!arena_contains(p + (1ul << 30)));
}
END_TEST

START_TEST(pages_know_where_they_are)
{
	struct page *page;
	char *at;

	boot();
	page = arena_pages(3, 1);
	at = page->virtual;
	for (int i = 0; i < 3; i++) {
		ck_assert_ptr_eq(arena_page(at + i * PAGE_SIZE + 5), page + i);
		ck_assert_ptr_eq(page[i].virtual, at + i * PAGE_SIZE);
		ck_assert_int_eq(page[i].nid, 1);
		ck_assert_ptr_null(page[i].slab);
	}
	ck_assert_ptr_null(arena_page(at + 3 * PAGE_SIZE));
	ck_assert_ptr_null(arena_pages(1u << 20, 0));
}
END_TEST

START_TEST(restore_gives_back_the_exact_bytes)
{
	static char want[SIZES][100000];
	struct page *page;
	char *p[SIZES], *late;

	boot();
	page = arena_pages(1, 1);
	page->private = 5;
	for (int i = 0; i < SIZES; i++) {
		p[i] = arena_alloc(sizes[i]);
		for (size_t j = 0; j < sizes[i]; j++)
			want[i][j] = p[i][j] = j * 7 + i;
	}
	ck_assert_int_eq(world_snapshot(), 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < SIZES; i++)
			memset(p[i], 0xee, sizes[i]);
		arena_free(p[4], sizes[4]);
		page->private = 6;
		late = arena_alloc(5000);
		memset(late, 0xdd, 5000);
		ck_assert(arena_contains(late));
		world_restore();
		ck_assert(!arena_contains(late));
		ck_assert_uint_eq(page->private, 5);
		for (int i = 0; i < SIZES; i++)
			ck_assert_int_eq(memcmp(p[i], want[i], sizes[i]), 0);
	}
}
END_TEST

START_TEST(allocations_after_restore_repeat)
{
	void *first[SIZES * 4], *p;

	boot();
	for (int i = 0; i < SIZES; i++)
		arena_free(arena_alloc(sizes[i]), sizes[i]);
	ck_assert_int_eq(world_snapshot(), 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < SIZES * 4; i++) {
			p = arena_alloc(sizes[i % SIZES]);
			ck_assert_uint_eq(raw_differs(p, 0, sizes[i % SIZES]), sizes[i % SIZES]);
			memset(p, round + 1, sizes[i % SIZES]);
			if (!round)
				first[i] = p;
			ck_assert_ptr_eq(p, first[i]);
		}
		world_restore();
	}
}
END_TEST

START_TEST(boot_starts_over)
{
	void *first;

	boot();
	first = arena_alloc(100);
	memset(first, 1, 100);
	boot();
	ck_assert_ptr_eq(arena_alloc(100), first);
}
END_TEST

START_TEST(a_snapshot_can_be_taken_again)
{
	char *p, *q;

	boot();
	p = arena_alloc(16);
	*p = 1;
	ck_assert_int_eq(world_snapshot(), 0);
	q = arena_alloc(300000);
	*p = *q = 2;
	ck_assert_int_eq(world_snapshot(), 0);
	*p = *q = 3;
	world_restore();
	ck_assert_int_eq(*p, 2);
	ck_assert_int_eq(*q, 2);
}
END_TEST

#ifndef SHIM_MSAN	/* which needs memory of its own to go on */
START_TEST(no_memory_for_a_snapshot_is_told)
{
	struct rlimit all, none;
	int ret;

	boot();
	arena_alloc(64ul << 20);
	ck_assert_int_eq(getrlimit(RLIMIT_AS, &all), 0);
	none = (struct rlimit){ .rlim_cur = 0, .rlim_max = all.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &none), 0);
	ret = world_snapshot();
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &all), 0);
	ck_assert_int_eq(ret, -1);
	ck_assert_int_eq(world_snapshot(), 0);
}
END_TEST
#endif

static void use_it_up(void *arg)
{
	while (arena_pages(1024, 0))
		;
	for (;;)
		arena_alloc(PAGE_SIZE);
}

static void ask_too_much(void *arg)
{
	arena_alloc(2ul << 30);
}

START_TEST(an_arena_used_up_ends_the_case)
{
	char *p;

	boot();
	p = arena_alloc(16);
	*p = 1;
	ck_assert_int_eq(world_snapshot(), 0);
	for (int round = 0; round < 2; round++) {
		*p = 2;
		ck_assert_int_eq(world_call(round ? use_it_up : ask_too_much, NULL), WORLD_BUG);
		world_restore();
		ck_assert_int_eq(*p, 1);
		ck_assert_ptr_nonnull(arena_alloc(16));
	}
}
END_TEST

/* Every length and offset around the words that they work in. */
START_TEST(raw_functions_touch_what_they_must)
{
	unsigned char from[80], to[80];

	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = i + 1;
	for (size_t at = 0; at < 9; at++) {
		for (size_t n = 0; n < 64; n++) {
			memset(to, 0, sizeof(to));
			raw_copy(to + at, from, n);
			ck_assert_int_eq(memcmp(to + at, from, n), 0);
			ck_assert_uint_eq(raw_differs(to + at + n, 0, sizeof(to) - at - n),
					  sizeof(to) - at - n);
			raw_fill(to + at, 0x42, n);
			ck_assert_uint_eq(raw_differs(to + at, 0x42, n), n);
			ck_assert_uint_eq(raw_differs(to, 0, at), at);
			ck_assert_int_eq(to[at + n], 0);
			for (size_t bad = 0; bad < n; bad++) {
				to[at + bad] ^= 1;
				ck_assert_uint_eq(raw_differs(to + at, 0x42, n), bad);
				to[at + bad] ^= 1;
			}
		}
	}
}
END_TEST

Suite *suite_arena(void);
Suite *suite_arena(void)
{
	Suite *s = suite_create("arena");
	TCase *tc = tcase_create("arena");

	tcase_add_test(tc, pieces_are_zeroed_aligned_and_apart);
	tcase_add_test(tc, freed_pieces_come_back_zeroed);
	tcase_add_test(tc, a_piece_grows_within_its_class);
	tcase_add_test(tc, only_its_own_addresses_are_contained);
	tcase_add_test(tc, pages_know_where_they_are);
	tcase_add_test(tc, restore_gives_back_the_exact_bytes);
	tcase_add_test(tc, allocations_after_restore_repeat);
	tcase_add_test(tc, boot_starts_over);
	tcase_add_test(tc, a_snapshot_can_be_taken_again);
#ifndef SHIM_MSAN
	tcase_add_test(tc, no_memory_for_a_snapshot_is_told);
#endif
	tcase_add_test(tc, an_arena_used_up_ends_the_case);
	tcase_add_test(tc, raw_functions_touch_what_they_must);
	suite_add_tcase(s, tc);
	return s;
}
