// SPDX-License-Identifier: GPL-2.0-or-later
/* Compressed storage: drivers, sizes, contents, pages counted by hand. */
#include <linux/errno.h>

#include "shim/ledger.h"
#include "shim/slab.h"
#include "tests/complained.h"
#include "tests/zpool_help.h"

START_TEST(drivers_by_name)
{
	for (int i = 0; i < NR_TYPES; i++) {
		struct zpool *pool = pool_of(types[i]);

		ck_assert(zpool_has_pool((char *)types[i]));
		ck_assert_str_eq(zpool_get_type(pool), types[i]);
		ck_assert_int_eq(zpool_malloc_support_movable(pool), i == 0);
		ck_assert_int_eq(zpool_can_sleep_mapped(pool), i != 0);
		ck_assert_uint_eq(ledger_nr_zpools(), 1);
		zpool_destroy_pool(pool);
		ck_assert_uint_eq(ledger_nr_zpools(), 0);
	}
	ck_assert(!zpool_has_pool((char *)"zblock"));
	ck_assert_ptr_null(zpool_create_pool("zblock", "test", GFP_KERNEL));
	no_complaint();
}
END_TEST

START_TEST(creation_can_fail)
{
	plan(FP_ZPOOL_CREATE_POOL, -ENOMEM, 1);
	pool_of("zsmalloc");
	ck_assert_ptr_null(zpool_create_pool("zsmalloc", "test", GFP_KERNEL));
	pool_of("zsmalloc");
	ck_assert_uint_eq(ledger_nr_zpools(), 2);
	fault_plan_set(NULL, 0);
}
END_TEST

/* More pools than the shim has room for at first. */
START_TEST(many_pools)
{
	struct zpool *pool[40];
	unsigned long handle[40];

	for (int i = 0; i < 40; i++) {
		pool[i] = pool_of(types[i % NR_TYPES]);
		handle[i] = alloc(pool[i], 100 + i);
	}
	ck_assert_uint_eq(ledger_nr_zpools(), 40);
	for (int i = 0; i < 40; i++) {
		zpool_free(pool[i], handle[i]);
		zpool_destroy_pool(pool[i]);
	}
	ck_assert_uint_eq(ledger_nr_zpools(), 0);
	no_complaint();
}
END_TEST

START_TEST(sizes)
{
	static const size_t max[NR_TYPES] = { PAGE_SIZE, PAGE_SIZE - 128, PAGE_SIZE };

	for (int i = 0; i < NR_TYPES; i++) {
		struct zpool *pool = pool_of(types[i]);
		unsigned long handle = 4711;

		ck_assert_int_eq(zpool_malloc(pool, 0, GFP_ZSWAP, &handle), -EINVAL);
		ck_assert_uint_eq(handle, i ? 4711 : (unsigned long)-EINVAL);
		ck_assert_int_eq(zpool_malloc(pool, max[i] + 1, GFP_ZSWAP, &handle), -ENOSPC);
		ck_assert_uint_eq(handle, i ? 4711 : (unsigned long)-ENOSPC);
		ck_assert_uint_eq(ledger_nr_handles(), 0);
		ck_assert_uint_eq(zpool_get_total_pages(pool), 0);
		zpool_free(pool, alloc(pool, max[i]));
		zpool_free(pool, alloc(pool, 1));
	}
	no_complaint();
}
END_TEST

START_TEST(highmem_is_for_zsmalloc)
{
	unsigned long handle;

	for (int i = 0; i < NR_TYPES; i++)
		ck_assert_int_eq(zpool_malloc(pool_of(types[i]), 100,
					      GFP_ZSWAP | __GFP_HIGHMEM | __GFP_MOVABLE, &handle),
				 i ? -EINVAL : 0);
}
END_TEST

START_TEST(allocation_can_fail)
{
	static const int errors[] = { -ENOMEM, -ENOSPC };

	for (int i = 0; i < NR_TYPES; i++) {
		struct zpool *pool = pool_of(types[i]);

		for (int e = 0; e < 2; e++) {
			unsigned long handle = 4711, live = ledger_nr_handles();

			plan(FP_ZPOOL_MALLOC, errors[e], 1);
			alloc(pool, 100);
			ck_assert_int_eq(zpool_malloc(pool, 100, GFP_ZSWAP, &handle), errors[e]);
			ck_assert_uint_eq(handle, i ? 4711 : (unsigned long)errors[e]);
			alloc(pool, 100);
			ck_assert_uint_eq(ledger_nr_handles(), live + 2);
			ck_assert_uint_eq(fault_fired(), 1);
		}
	}
	fault_plan_set(NULL, 0);
	no_complaint();
}
END_TEST

/* What is no request at all is no hit either. */
START_TEST(refused_sizes_are_no_hits)
{
	struct zpool *pool = pool_of("zsmalloc");
	unsigned long handle;

	fault_reset();
	fault_phase(PHASE_STORE);
	zpool_malloc(pool, 0, GFP_ZSWAP, &handle);
	zpool_malloc(pool, PAGE_SIZE + 1, GFP_ZSWAP, &handle);
	ck_assert_uint_eq(fault_hits(FP_ZPOOL_MALLOC, PHASE_STORE), 0);
	alloc(pool, 1);
	ck_assert_uint_eq(fault_hits(FP_ZPOOL_MALLOC, PHASE_STORE), 1);
}
END_TEST

START_TEST(contents_stay)
{
	static unsigned char bytes[PAGE_SIZE];
	static unsigned long handle[NR_TYPES][97];

	for (unsigned int i = 0; i < PAGE_SIZE; i++)
		bytes[i] = i * 7 + i / 256;
	for (int t = 0; t < NR_TYPES; t++) {
		struct zpool *pool = pool_of(types[t]);

		for (int i = 0; i < 97; i++) {
			handle[t][i] = alloc(pool, 1 + i * 41);
			put(pool, handle[t][i], bytes + i, 1 + i * 41 - (i > 55 ? i : 0));
		}
		for (int i = 0; i < 97; i += 2)
			zpool_free(pool, handle[t][i]);
		for (int i = 1; i < 97; i += 2)
			ck_assert(holds(pool, handle[t][i], bytes + i, 1 + i * 41 - (i > 55 ? i : 0)));
	}
	no_complaint();
}
END_TEST

#ifndef SHIM_MSAN
START_TEST(fresh_objects_are_poison)
{
	static unsigned char poison[PAGE_SIZE];
	struct zpool *pool = pool_of("zsmalloc");
	unsigned long handle;

	memset(poison, POISON_ALLOC, PAGE_SIZE);
	for (int i = 1; i <= 3000; i++) {
		handle = alloc(pool, i);
		ck_assert(holds(pool, handle, poison, i));
		put(pool, handle, types, 1);
		zpool_free(pool, handle);
	}
	no_complaint();
}
END_TEST
#endif

/* ---- pages ------------------------------------------------------------- */

/* 108 bytes with the header: class 112, 256 of them fill seven pages exactly. */
START_TEST(pages_of_zsmalloc)
{
	static unsigned long handle[600];
	struct zpool *pool = pool_of("zsmalloc");
	unsigned long big;

	expect_pages(pool, 0);
	for (int i = 0; i < 600; i++) {
		handle[i] = alloc(pool, 97 + i % 8);
		expect_pages(pool, i < 256 ? 7 : i < 512 ? 14 : 21);
	}
	big = alloc(pool, PAGE_SIZE);
	expect_pages(pool, 22);
	zpool_free(pool, big);
	for (int i = 599; i >= 512; i--)
		zpool_free(pool, handle[i]);
	expect_pages(pool, 14);
	for (int i = 0; i < 255; i++)
		zpool_free(pool, handle[i]);
	expect_pages(pool, 14);
	zpool_free(pool, handle[255]);
	expect_pages(pool, 7);
	for (int i = 256; i < 512; i++)
		zpool_free(pool, handle[i]);
	expect_pages(pool, 0);
	no_complaint();
}
END_TEST

/* Sizes that share a class with the next, a huge one, the smallest. */
START_TEST(classes_of_zsmalloc)
{
	static const struct {
		size_t size;
		unsigned int objects, pages;
	} class[] = {
		{ 1, 128, 1 },		/* 32 */
		{ 24, 128, 1 },		/* 32 */
		{ 25, 256, 3 },		/* 48 */
		{ 120, 32, 1 },		/* 128 */
		{ 2040, 2, 1 },		/* 2048 */
		{ 3000, 4, 3 },		/* 3072 */
		{ 3265, 6, 5 },		/* 3280, merged into 3408 */
		{ 3800, 1, 1 },		/* huge */
		{ 4096, 1, 1 },
	};

	for (int c = 0; c < 9; c++) {
		struct zpool *pool = pool_of("zsmalloc");

		for (unsigned int i = 0; i < class[c].objects; i++) {
			alloc(pool, class[c].size);
			expect_pages(pool, class[c].pages);
		}
		alloc(pool, class[c].size);
		expect_pages(pool, 2 * class[c].pages);
	}
}
END_TEST

/* Sizes of one class share its pages, others do not. */
START_TEST(classes_are_merged)
{
	struct zpool *pool = pool_of("zsmalloc");

	alloc(pool, 2000);
	alloc(pool, 2040);		/* two of 2048 */
	expect_pages(pool, 1);
	alloc(pool, 1200);
	expect_pages(pool, 1 + 3);	/* ten of 1216 in three pages */
}
END_TEST

START_TEST(pages_of_zbud)
{
	struct zpool *pool = pool_of("zbud");
	unsigned long a, b, c;

	a = alloc(pool, 1985);		/* 32 chunks of 63 */
	expect_pages(pool, 1);
	b = alloc(pool, 1985);
	expect_pages(pool, 2);
	c = alloc(pool, 1984);		/* 31: beside one of them */
	expect_pages(pool, 2);
	alloc(pool, 1984);
	expect_pages(pool, 2);
	alloc(pool, 1);			/* two a page at most */
	expect_pages(pool, 3);
	zpool_free(pool, a);
	zpool_free(pool, b);
	expect_pages(pool, 3);
	zpool_free(pool, c);
	expect_pages(pool, 2);
	for (int i = 0; i < 2; i++) {
		c = alloc(pool, 1984);	/* what was freed is room again */
		expect_pages(pool, 2);
		zpool_free(pool, c);
	}
	alloc(pool, 3968);		/* beside the one byte */
	expect_pages(pool, 2);
	for (int i = 0; i < 5; i++)	/* one beside the 1984, the others two a page */
		alloc(pool, 64);
	expect_pages(pool, 4);
	no_complaint();
}
END_TEST

START_TEST(pages_of_z3fold)
{
	struct zpool *pool = pool_of("z3fold");
	unsigned long a[4];

	for (int i = 0; i < 3; i++) {
		a[i] = alloc(pool, 1280);	/* 20 chunks of 62 */
		expect_pages(pool, 1);
	}
	a[3] = alloc(pool, 1);			/* three a page at most */
	expect_pages(pool, 2);
	alloc(pool, PAGE_SIZE);			/* alone */
	expect_pages(pool, 3);
	zpool_free(pool, a[3]);
	expect_pages(pool, 2);
	alloc(pool, 1281);
	expect_pages(pool, 3);
	for (int i = 0; i < 3; i++)
		zpool_free(pool, a[i]);
	expect_pages(pool, 2);
	alloc(pool, 1344);		/* 21 chunks, three are one too many */
	expect_pages(pool, 2);
	alloc(pool, 1344);
	expect_pages(pool, 3);
	no_complaint();
}
END_TEST

START_TEST(a_full_pool)
{
	struct zpool *pool = pool_of("zsmalloc");

	alloc(pool, 100);
	plan(FP_ZPOOL_GET_TOTAL_PAGES, -ENOSPC, 0);
	ck_assert_uint_gt(zpool_get_total_pages(pool), 1ull << 30);
	expect_pages(pool, 7);
	fault_plan_set(NULL, 0);
}
END_TEST

/* ---- over time ------------------------------------------------------- */

START_TEST(snapshot_and_restore)
{
	struct zpool *pool = pool_of("zsmalloc");
	unsigned long kept = alloc(pool, 2000), handle;

	put(pool, kept, "kept", 4);
	ck_assert_int_eq(world_snapshot(), 0);
	for (int i = 0; i < 50; i++) {
		put(pool, kept, "lost", 4);
		for (int j = 1; j < 40; j++)
			handle = alloc(pool, 100 * j);
		zpool_free(pool, kept);
		zpool_map_handle(pool, handle, ZPOOL_MM_RO);
		world_restore();
		ck_assert_uint_eq(ledger_nr_handles(), 1);
		expect_pages(pool, 1);
		ck_assert(holds(pool, kept, "kept", 4));
	}
	no_complaint();
}
END_TEST

/* A long random life: every object keeps its bytes, and nothing stays behind. */
START_TEST(random_life)
{
	static struct {
		unsigned long handle;
		unsigned int length, seed;
	} obj[200];
	static unsigned char bytes[PAGE_SIZE];
	struct zpool *pool[NR_TYPES];
	unsigned int x = 1, live = 0;

	for (int i = 0; i < NR_TYPES; i++)
		pool[i] = pool_of(types[i]);
	for (int round = 0; round < 20000; round++) {
		unsigned int k = (x = x * 1103515245 + 12345) / 65536 % 200;

		memset(bytes, obj[k].seed, PAGE_SIZE);
		if (obj[k].handle) {
			ck_assert(holds(pool[k % 3], obj[k].handle, bytes, obj[k].length));
			zpool_free(pool[k % 3], obj[k].handle);
			obj[k].handle = 0;
			live--;
		} else {
			obj[k].length = 1 + (x = x * 1103515245 + 12345) / 65536 % 3900;
			obj[k].seed = round;
			memset(bytes, round, PAGE_SIZE);
			obj[k].handle = alloc(pool[k % 3], obj[k].length);
			put(pool[k % 3], obj[k].handle, bytes, obj[k].length);
			live++;
		}
		ck_assert_uint_eq(ledger_nr_handles(), live);
	}
	for (int k = 0; k < 200; k++)
		if (obj[k].handle)
			zpool_free(pool[k % 3], obj[k].handle);
	for (int i = 0; i < NR_TYPES; i++) {
		expect_pages(pool[i], 0);
		zpool_destroy_pool(pool[i]);
	}
	ck_assert_uint_eq(ledger_handle_bytes(), 0);
	no_complaint();
}
END_TEST

Suite *suite_zpool(void);

Suite *suite_zpool(void)
{
	const TTest *const tests[] = {
		drivers_by_name, creation_can_fail, many_pools, sizes, highmem_is_for_zsmalloc,
		allocation_can_fail, refused_sizes_are_no_hits, contents_stay,
#ifndef SHIM_MSAN
		fresh_objects_are_poison,
#endif
		pages_of_zsmalloc, classes_of_zsmalloc, classes_are_merged, pages_of_zbud,
		pages_of_z3fold, a_full_pool, snapshot_and_restore, random_life,
	};
	Suite *s = suite_create("zpool");
	TCase *tc = tcase_create("zpool");

	tcase_add_checked_fixture(tc, setup, NULL);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	return s;
}
