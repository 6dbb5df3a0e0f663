// SPDX-License-Identifier: GPL-2.0-or-later
/* What is remembered of compressions: never another result than zlib's. */
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include <linux/mm_types.h>

#include "shim/deflate.h"
#include "shim/ledger.h"
#include "shim/world.h"
#include "tests/page_kinds.h"

#define NR	PAGE_KINDS

static unsigned char pages[NR][PAGE_SIZE] __attribute__((aligned(4096)));
static unsigned char first[NR][PAGE_SIZE], second[PAGE_SIZE], back[PAGE_SIZE];
static unsigned int length[NR];

static void setup(void)
{
	world_memo(true);
	world_memo_clear();
	for (int k = 0; k < NR; k++)
		page_fill(pages[k], k);
}

static void teardown(void)
{
	world_pages_register(pages, 0);
	world_memo(true);
	world_memo_clear();
}

static unsigned long kept(void)
{
	unsigned long results, bytes;

	world_memo_stats(&results, &bytes);
	ck_assert_int_eq(!results, !bytes);
	return results;
}

static void compress_all(enum deflate_kind kind)
{
	for (int k = 0; k < NR; k++) {
		length[k] = deflate_compress(kind, pages[k], PAGE_SIZE, first[k], PAGE_SIZE);
		ck_assert_uint_gt(length[k], 0);
	}
}

/* The results of first[] once more, from pages anywhere. */
static void compress_again(enum deflate_kind kind, const unsigned char (*from)[PAGE_SIZE])
{
	for (int k = 0; k < NR; k++) {
		ck_assert_uint_eq(deflate_compress(kind, from[k], PAGE_SIZE, second, PAGE_SIZE),
				  length[k]);
		ck_assert_mem_eq(second, first[k], length[k]);
	}
}

START_TEST(remembered_by_bytes)
{
	static unsigned char copy[NR][PAGE_SIZE];

	memcpy(copy, pages, sizeof(pages));
	compress_all(DEFLATE_GENERIC);
	ck_assert_uint_eq(kept(), NR);
	compress_again(DEFLATE_GENERIC, copy);
	ck_assert_uint_eq(kept(), NR);
	/* A page that differs in one byte is another page. */
	for (int k = 0; k < NR; k++) {
		copy[k][k * 100] ^= 1;
		deflate_compress(DEFLATE_GENERIC, copy[k], PAGE_SIZE, second, PAGE_SIZE);
		ck_assert_uint_eq(kept(), NR + 1 + k);
	}
}
END_TEST

START_TEST(remembered_by_address)
{
	world_pages_register(pages, NR);
	compress_all(DEFLATE_GENERIC);
	ck_assert_uint_eq(kept(), NR);
	compress_again(DEFLATE_GENERIC, pages);
	compress_all(DEFLATE_IAA);
	compress_again(DEFLATE_IAA, pages);
	ck_assert_uint_eq(kept(), 2 * NR);
	world_memo_clear();
	ck_assert_uint_eq(kept(), 0);
	compress_again(DEFLATE_IAA, pages);
	ck_assert_uint_eq(kept(), NR);
}
END_TEST

/* Two pages of one hash: where a word cancels its key, its neighbour does not count. */
START_TEST(a_collision_is_not_believed)
{
	const uint64_t cancels = -0x9e3779b97f4a7c15ull;

	memcpy(pages[0], &cancels, 8);
	memcpy(pages[1], pages[0], PAGE_SIZE);
	memset(pages[1] + 8, 0x77, 8);
	compress_all(DEFLATE_GENERIC);
	ck_assert_mem_ne(first[0], first[1], length[0]);
	for (int k = 0; k < 2; k++) {
		deflate_expand(DEFLATE_GENERIC, first[k], length[k], back, PAGE_SIZE);
		ck_assert_mem_eq(back, pages[k], PAGE_SIZE);
	}
}
END_TEST

/* It is the address that counts there: bytes changed against the rule are not seen. */
START_TEST(registered_pages_are_believed)
{
	world_pages_register(pages, NR);
	compress_all(DEFLATE_GENERIC);
	pages[3][0] ^= 1;
	compress_again(DEFLATE_GENERIC, pages);
	/* Registered anew, or not any more, they are. */
	world_pages_register(pages[2], 2);
	ck_assert(deflate_compress(DEFLATE_GENERIC, pages[3], PAGE_SIZE, second, PAGE_SIZE) !=
		  length[3] || memcmp(second, first[3], length[3]));
	pages[3][0] ^= 1;
	world_pages_register(pages[2], 0);
	compress_again(DEFLATE_GENERIC, pages);
}
END_TEST

/* Where a page's bytes are for good: as long as that is registered. */
START_TEST(registered_twin)
{
	static unsigned char copy[NR][PAGE_SIZE];

	memcpy(copy, pages, sizeof(pages));
	compress_all(DEFLATE_IAA);
	ck_assert_ptr_null(deflate_registered(copy[1]));
	world_pages_register(pages, NR);
	ck_assert_ptr_null(deflate_registered(copy[1]));
	/* The other half meets its compressor for the first time. */
	world_memo_clear();
	for (int k = 0; k < NR; k += 2)
		deflate_compress(DEFLATE_IAA, copy[k], PAGE_SIZE, second, PAGE_SIZE);
	compress_all(DEFLATE_IAA);
	for (int k = 0; k < NR; k++) {
		ck_assert_mem_eq(deflate_registered(copy[k]), pages[k], PAGE_SIZE);
		ck_assert_ptr_ne(deflate_registered(copy[k]), copy[k]);
		copy[k][k * 100] ^= 1;
		ck_assert_ptr_null(deflate_registered(copy[k]));
		copy[k][k * 100] ^= 1;
	}
	world_pages_register(pages, 0);
	ck_assert_ptr_null(deflate_registered(copy[1]));
}
END_TEST

/* Where a stream's bytes are: as long as the machine that stored them. */
START_TEST(known_streams)
{
	const unsigned char *known[NR];

	for (int k = 0; k < NR; k += 2) {
		compress_all(DEFLATE_IAA);
		known[k] = deflate_known(first[k], length[k]);
		if (NR - k > 8) {
			ck_assert_ptr_null(known[k]);
			deflate_compress(DEFLATE_IAA, pages[k], PAGE_SIZE, second, PAGE_SIZE);
			known[k] = deflate_known(first[k], length[k]);
		}
		ck_assert_ptr_nonnull(known[k]);
		ck_assert_ptr_null(deflate_known(first[k], length[k] - 1));
		first[k][length[k] / 2] ^= 1;
		ck_assert_ptr_null(deflate_known(first[k], length[k]));
		first[k][length[k] / 2] ^= 1;
	}
	world_memo_clear();
	compress_all(DEFLATE_GENERIC);
	compress_all(DEFLATE_IAA);
	for (int k = 0; k < NR; k += 2)
		ck_assert_mem_eq(known[k], first[k], length[k]);
}
END_TEST

/* Ranges in any order, with gaps; addresses between and inside pages. */
START_TEST(ranges)
{
	static const int at[] = { 30, 2, 10, 20, 5, 36, 14 };

	for (int i = 0; i < 7; i++)
		world_pages_register(pages[at[i]], 2);
	compress_all(DEFLATE_GENERIC);
	compress_again(DEFLATE_GENERIC, pages);
	for (int i = 0; i < 14; i++)	/* all are found by address */
		pages[at[i / 2] + i % 2][0] ^= 1;
	compress_again(DEFLATE_GENERIC, pages);
	memmove(pages[2] + 8, pages[0], PAGE_SIZE);
	ck_assert_uint_eq(deflate_compress(DEFLATE_GENERIC, pages[2] + 8, PAGE_SIZE, second,
					   PAGE_SIZE), length[0]);
	for (int i = 0; i < 7; i++)
		world_pages_register(pages[at[i]], 0);
}
END_TEST

START_TEST(expansions)
{
	compress_all(DEFLATE_GENERIC);
	for (int round = 0; round < 3; round++) {
		world_memo(round < 2);
		for (int k = 0; k < NR; k++) {
			memset(back, 0, PAGE_SIZE);
			ck_assert_uint_eq(deflate_expand(DEFLATE_GENERIC, first[k], length[k], back,
							 PAGE_SIZE), PAGE_SIZE);
			ck_assert_mem_eq(back, pages[k], PAGE_SIZE);
			ck_assert_uint_eq(deflate_expand(DEFLATE_GENERIC, first[k], length[k] - 1,
							 back, PAGE_SIZE), 0);
			ck_assert_uint_eq(deflate_expand(DEFLATE_GENERIC, first[k], length[k], back,
							 PAGE_SIZE - 1), 0);
		}
	}
	ck_assert_uint_eq(kept(), NR);
}
END_TEST

/* A stream that is not zlib's own way of writing a page is not its compression. */
START_TEST(foreign_streams)
{
	static unsigned char stored[PAGE_SIZE + 5] = { 1, 0, 0x10, 0xff, 0xef };

	memcpy(stored + 5, pages[1], PAGE_SIZE);
	for (int round = 0; round < 2; round++) {
		ck_assert_uint_eq(deflate_expand(DEFLATE_GENERIC, stored, sizeof(stored), back,
						 PAGE_SIZE), PAGE_SIZE);
		ck_assert_mem_eq(back, pages[1], PAGE_SIZE);
	}
	ck_assert_uint_eq(kept(), 1);
	length[1] = deflate_compress(DEFLATE_GENERIC, pages[1], PAGE_SIZE, second, PAGE_SIZE);
	ck_assert_uint_gt(length[1], 0);
	ck_assert_uint_lt(length[1], PAGE_SIZE / 2);
}
END_TEST

/* What one set of parameters made says nothing about the other. */
START_TEST(parameters_do_not_mix)
{
	compress_all(DEFLATE_GENERIC);
	for (int round = 0; round < 2; round++) {
		for (int k = 0; k < NR; k++) {
			ck_assert_uint_eq(deflate_expand(DEFLATE_GENERIC, first[k], length[k], back,
							 PAGE_SIZE), PAGE_SIZE);
			ck_assert_uint_eq(deflate_expand(DEFLATE_IAA, first[k], length[k], back,
							 PAGE_SIZE), 0);
			deflate_compress(DEFLATE_IAA, pages[k], PAGE_SIZE, second, PAGE_SIZE);
			ck_assert_mem_ne(second, first[k], 16);
		}
	}
}
END_TEST

START_TEST(nothing_is_remembered_when_off)
{
	world_memo(false);
	world_pages_register(pages, NR);
	compress_all(DEFLATE_GENERIC);
	compress_again(DEFLATE_GENERIC, pages);
	deflate_expand(DEFLATE_GENERIC, first[0], length[0], back, PAGE_SIZE);
	ck_assert_uint_eq(kept(), 0);
	/* Nor is what is remembered used. */
	world_memo(true);
	compress_all(DEFLATE_GENERIC);
	world_memo(false);
	memcpy(pages[3], pages[4], PAGE_SIZE);
	ck_assert_uint_eq(deflate_compress(DEFLATE_GENERIC, pages[3], PAGE_SIZE, second, PAGE_SIZE),
			  length[4]);
	ck_assert_mem_eq(second, first[4], length[4]);
}
END_TEST

START_TEST(odd_sizes)
{
	for (unsigned int n = 1; n < PAGE_SIZE; n += 97) {
		unsigned int len = deflate_compress(DEFLATE_GENERIC, pages[0], n, second, PAGE_SIZE);

		ck_assert_uint_gt(len, 0);
		ck_assert_uint_eq(deflate_expand(DEFLATE_GENERIC, second, len, back, PAGE_SIZE), n);
		ck_assert_mem_eq(back, pages[0], n);
	}
	ck_assert_uint_eq(kept(), 0);
}
END_TEST

START_TEST(too_little_room)
{
	compress_all(DEFLATE_GENERIC);
	memset(second, 0x11, PAGE_SIZE);
	ck_assert_uint_eq(deflate_compress(DEFLATE_GENERIC, pages[5], PAGE_SIZE, second,
					   length[5] - 1), 0);
	ck_assert_uint_eq(second[0], 0x11);
	ck_assert_uint_eq(deflate_compress(DEFLATE_GENERIC, pages[5], PAGE_SIZE, second, length[5]),
			  length[5]);
}
END_TEST

static void compress_many(unsigned int nr)
{
	static unsigned char page[PAGE_SIZE];

	for (unsigned int i = 0; i < nr; i++) {
		memcpy(page, &i, sizeof(i));
		ck_assert_uint_gt(deflate_compress(DEFLATE_IAA, page, PAGE_SIZE, second, PAGE_SIZE), 0);
	}
}

/* Full is full until the next machine, which begins with nothing. */
START_TEST(memory_is_bounded)
{
	unsigned long results, bytes;

	compress_many(20000);
	world_memo_stats(&results, &bytes);
	ck_assert_uint_le(bytes, 64ul << 20);
	ck_assert_uint_gt(bytes, 32ul << 20);
	ck_assert_uint_lt(results, 20000);
	world_memo_clear();
	compress_many(3);
	world_memo_stats(&results, &bytes);
	ck_assert_uint_eq(results, 0);
	world_boot(NULL, NULL);
	compress_many(3);
	world_memo_stats(&results, &bytes);
	ck_assert_uint_eq(results, 3);
	ck_assert_uint_lt(bytes, 4 * PAGE_SIZE + 1000);
}
END_TEST

Suite *suite_deflate(void);

Suite *suite_deflate(void)
{
	const TTest *const tests[] = {
		remembered_by_bytes, remembered_by_address, a_collision_is_not_believed,
		registered_pages_are_believed, registered_twin, known_streams, ranges,
		expansions, foreign_streams, parameters_do_not_mix, nothing_is_remembered_when_off,
		odd_sizes, too_little_room, memory_is_bounded,
	};
	Suite *s = suite_create("deflate");
	TCase *tc = tcase_create("deflate");

	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	return s;
}
