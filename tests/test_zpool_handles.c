// SPDX-License-Identifier: GPL-2.0-or-later
/* Compressed storage: handles, mappings, stray writes, what is left behind. */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "shim/context.h"
#include "shim/deflate.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/slab.h"
#include "tests/complained.h"
#include "tests/zpool_help.h"

START_TEST(handles_are_no_pointers_errors_or_poison)
{
	struct zpool *pool = pool_of("zsmalloc");

	for (int i = 0; i < 5000; i++) {
		unsigned long handle = alloc(pool, 40);

		ck_assert_uint_ne(handle, 0);
		ck_assert(!IS_ERR_VALUE(handle));
		ck_assert(!arena_contains((void *)handle));
		ck_assert_uint_ne(handle >> 56, POISON_ALLOC);
		ck_assert_uint_ne(handle >> 56, POISON_FREE);
		ck_assert_uint_ne(handle >> 56, POISON_RED);
	}
}
END_TEST

START_TEST(handles_are_not_used_again)
{
	static unsigned long seen[3000];
	struct zpool *pool = pool_of("zsmalloc");
	unsigned int same = 0;

	for (int i = 0; i < 3000; i++) {
		seen[i] = alloc(pool, 40);
		for (int j = 0; j < i; j++)
			same += seen[i] == seen[j];
		zpool_free(pool, seen[i]);
	}
	ck_assert_uint_eq(same, 0);
	no_complaint();
}
END_TEST

/* Each on a machine of its own: what one leaves behind is another's business. */
static void complains(char letter, const char *key, unsigned long (*make)(struct zpool *),
		      void (*use)(struct zpool *, unsigned long))
{
	for (int i = 0; i < NR_TYPES; i++) {
		struct zpool *pool;
		unsigned long handle;

		setup();
		pool = pool_of(types[i]);
		handle = make(pool);
		no_complaint();
		use(pool, handle);
		ck_assert_msg(complained(letter, key) == 1, "%s: no complaint %s", types[i], key);
		one_complaint(letter, key, NULL);
		ck_assert(context_can_sleep());
	}
}

static unsigned long make_freed(struct zpool *pool)
{
	unsigned long handle = alloc(pool, 100);

	zpool_free(pool, handle);
	alloc(pool, 100);
	return handle;
}

/* What a free record's next handle will be. */
static unsigned long make_future(struct zpool *pool)
{
	unsigned long handle = alloc(pool, 100);

	zpool_free(pool, handle);
	return handle + (1ul << 24);
}

static unsigned long make_poison(struct zpool *pool)
{
	alloc(pool, 100);
	return POISON_ALLOC * 0x0101010101010101ul;
}

static unsigned long make_unknown(struct zpool *pool)
{
	return alloc(pool, 100) + 1;
}

static unsigned long make_other_pool(struct zpool *pool)
{
	return alloc(pool_of("zsmalloc"), 100);
}

static unsigned long make_live(struct zpool *pool)
{
	return alloc(pool, 100);
}

static unsigned long make_mapped(struct zpool *pool)
{
	unsigned long handle = alloc(pool, 100);

	zpool_map_handle(pool, handle, ZPOOL_MM_RW);
	return handle;
}

/* Mapping what is no object still gives memory, and can be undone. */
static void use_map(struct zpool *pool, unsigned long handle)
{
	char *p = zpool_map_handle(pool, handle, ZPOOL_MM_RW);

	memset(p, 1, PAGE_SIZE);
	ck_assert_int_eq(context_can_sleep(), zpool_can_sleep_mapped(pool));
	zpool_unmap_handle(pool, handle);
}

static void use_destroyed(struct zpool *pool, unsigned long handle)
{
	zpool_free(pool, handle);
	zpool_destroy_pool(pool);
	no_complaint();
	zpool_get_total_pages(pool);
}

static void use_destroyed_twice(struct zpool *pool, unsigned long handle)
{
	zpool_free(pool, handle);
	zpool_destroy_pool(pool);
	no_complaint();
	zpool_destroy_pool(pool);
}

START_TEST(wild_handles)
{
	complains('U', "zpool-stale-handle", make_freed, zpool_free);
	complains('U', "zpool-stale-handle", make_freed, use_map);
	complains('U', "zpool-stale-handle", make_freed, zpool_unmap_handle);
	complains('U', "zpool-stale-handle", make_future, zpool_free);
	complains('U', "zpool-no-handle", make_poison, zpool_free);
	complains('U', "zpool-no-handle", make_poison, use_map);
	complains('U', "zpool-no-handle", make_unknown, zpool_free);
	complains('U', "zpool-other-pool", make_other_pool, zpool_free);
	complains('U', "zpool-other-pool", make_other_pool, use_map);
	complains('U', "zpool-destroyed", make_live, use_destroyed);
	complains('U', "zpool-destroyed-twice", make_live, use_destroyed_twice);
}
END_TEST

/* zs_free() of an error or of nothing does nothing; the others dereference it. */
START_TEST(freeing_an_error)
{
	for (int i = 0; i < NR_TYPES; i++) {
		struct zpool *pool = pool_of(types[i]);

		zpool_free(pool, 0);
		zpool_free(pool, (unsigned long)-EINVAL);
		ck_assert_uint_eq(complained('U', "zpool-no-handle"), 2 * i);
	}
}
END_TEST

/* ---- mappings ---------------------------------------------------------- */

START_TEST(mappings_out_of_turn)
{
	complains('K', "zpool-not-mapped", make_live, zpool_unmap_handle);
	complains('K', "zpool-freed-mapped", make_mapped, zpool_free);
}
END_TEST

START_TEST(one_mapping_at_a_time)
{
	for (int i = 0; i < NR_TYPES; i++) {
		struct zpool *pool = pool_of(types[i]);
		unsigned long a = alloc(pool, 100), b = alloc(pool, 100);

		zpool_map_handle(pool, a, ZPOOL_MM_RO);
		ck_assert_int_eq(context_can_sleep(), i != 0);
		zpool_map_handle(pool, b, ZPOOL_MM_RO);
		zpool_unmap_handle(pool, b);
		zpool_unmap_handle(pool, a);
		ck_assert(context_can_sleep());
		if (!i)
			one_complaint('K', "zpool-nested-mapping", NULL);
	}
	one_complaint('K', "zpool-nested-mapping", NULL);
}
END_TEST

START_TEST(sleeping_while_mapped)
{
	struct zpool *pool = pool_of("zsmalloc");
	struct zpool *other = pool_of("zbud");
	unsigned long a = alloc(pool, 100), b;

	zpool_map_handle(pool, a, ZPOOL_MM_RO);
	ck_assert_int_eq(zpool_malloc(pool, 100, GFP_ZSWAP, &b), 0);
	no_complaint();
	ck_assert_int_eq(zpool_malloc(pool, 100, GFP_KERNEL, &b), 0);
	ck_assert_uint_eq(complained('K', NULL), 1);
	zpool_destroy_pool(other);
	ck_assert_uint_eq(complained('K', NULL), 2);
	ck_assert(zpool_has_pool((char *)"zbud"));
	ck_assert_uint_eq(complained('K', NULL), 3);
	zpool_unmap_handle(pool, a);
}
END_TEST

/*
 * 3000 bytes and zsmalloc's header: class 3072, four in three pages, of which
 * the second and the third lie over an edge.
 */
START_TEST(straddling_mappings_are_not_linear)
{
	static const bool linear[] = { true, false, false, true };
	struct zpool *pool = pool_of("zsmalloc");
	struct scatterlist sg;
	unsigned long handle[4];
	char *p;

	for (int i = 0; i < 4; i++) {
		handle[i] = alloc(pool, 3000);
		p = zpool_map_handle(pool, handle[i], ZPOOL_MM_RO);
		ck_assert_int_eq(virt_addr_valid(p), linear[i]);
		ck_assert_int_eq(virt_addr_valid(p + 2999), linear[i]);
		sg_init_one(&sg, p, 3000);
		ck_assert_uint_eq(complained('U', "sg-not-linear"), i < 3 ? i : 2);
		zpool_unmap_handle(pool, handle[i]);
		ck_assert(virt_addr_valid(p));
	}
	for (int i = 1; i < 3; i++) {	/* the place that was freed is taken again */
		zpool_free(pool, handle[i]);
		handle[i] = alloc(pool, 3000);
		p = zpool_map_handle(pool, handle[i], ZPOOL_MM_RO);
		ck_assert_int_eq(virt_addr_valid(p), linear[i]);
		zpool_unmap_handle(pool, handle[i]);
	}
	ck_assert(!virt_addr_valid(NULL));
	ck_assert(!virt_addr_valid(&sg));
}
END_TEST

/* ---- stray writes ------------------------------------------------------ */

/* Past the sanitizers, which would see these themselves. */
static void stray(char *p, long at)
{
	raw_fill(p + at, 0xee, 1);
}

START_TEST(overflow_is_seen_at_unmap)
{
	for (int size = 1; size < 4096; size += 157) {
		struct zpool *pool;
		unsigned long handle;
		char *p;

		setup();
		pool = pool_of("zsmalloc");
		handle = alloc(pool, size);
		p = zpool_map_handle(pool, handle, ZPOOL_MM_WO);
		stray(p, size - 1);
		no_complaint();
		stray(p, size);
		zpool_unmap_handle(pool, handle);
		one_complaint('U', "zpool-write-past", NULL);
	}
}
END_TEST

/* What was mapped is gone: nothing is read there, and what is written is lost. */
START_TEST(a_mapping_ends)
{
	struct zpool *pool = pool_of("zsmalloc");
	unsigned long handle = alloc(pool, 1000), other = alloc(pool, 1000);
	char *p = zpool_map_handle(pool, handle, ZPOOL_MM_WO);

	memset(p, 'a', 1000);
	zpool_unmap_handle(pool, handle);
	stray(p, 999);
	no_complaint();
	zpool_map_handle(pool, other, ZPOOL_MM_RO);
	one_complaint('U', "zpool-write-unmapped", NULL);
	zpool_unmap_handle(pool, other);
	p = zpool_map_handle(pool, handle, ZPOOL_MM_RO);
	ck_assert_int_eq(p[0], 'a');
	ck_assert_int_eq(p[999], 'a');
	zpool_unmap_handle(pool, handle);
}
END_TEST

START_TEST(who_reads_does_not_write)
{
	struct zpool *pool = pool_of("zsmalloc");
	unsigned long handle = alloc(pool, 1000);
	char *p = zpool_map_handle(pool, handle, ZPOOL_MM_RO);

	p[500]++;
	zpool_unmap_handle(pool, handle);
	one_complaint('U', "zpool-read-only", NULL);
}
END_TEST

/* What the compressor remembers is not stored once more, and not written to. */
START_TEST(remembered_bytes)
{
	struct zpool *pool = pool_of("zsmalloc");
	static unsigned char page[PAGE_SIZE], stream[PAGE_SIZE];
	unsigned long handle[64], used;
	unsigned int len;
	char *p;

	for (unsigned int i = 0, x = 1; i < PAGE_SIZE; i++, x = x * 1103515245 + 12345)
		page[i] = x >> 16 & 31;
	len = deflate_compress(DEFLATE_GENERIC, page, PAGE_SIZE, stream, PAGE_SIZE);
	ck_assert_uint_gt(len, 1000);
	for (int i = 0; i < 64; i++)
		handle[i] = alloc(pool, len);
	used = arena_used;
	for (int i = 0; i < 64; i++) {
		memcpy(zpool_map_handle(pool, handle[i], ZPOOL_MM_WO), stream, len);
		zpool_unmap_handle(pool, handle[i]);
	}
	/* The mapping's own area is new. */
	ck_assert_uint_le(arena_used, used + 4);
	p = zpool_map_handle(pool, handle[0], ZPOOL_MM_RW);
	ck_assert_mem_eq(p, stream, len);
	p[len - 1]++;
	zpool_unmap_handle(pool, handle[0]);
	p = zpool_map_handle(pool, handle[0], ZPOOL_MM_RO);
	ck_assert_mem_eq(p, stream, len - 1);
	ck_assert_int_eq((unsigned char)p[len - 1], (unsigned char)(stream[len - 1] + 1));
	zpool_unmap_handle(pool, handle[0]);
	ck_assert_mem_eq(zpool_map_handle(pool, handle[1], ZPOOL_MM_RO), stream, len);
	zpool_unmap_handle(pool, handle[1]);
	no_complaint();
}
END_TEST

START_TEST(stray_writes_are_seen_later)
{
	struct zpool *pool = pool_of("zbud");
	unsigned long handle = alloc(pool, 1000);
	char *p = zpool_map_handle(pool, handle, ZPOOL_MM_WO);

	zpool_unmap_handle(pool, handle);
	stray(p, 1000);
	ck_assert_uint_eq(ledger_check_poison(), 1);
	one_complaint('U', "write past an object", "1000");
	stray(p, -1);
	zpool_free(pool, handle);
	ck_assert_uint_eq(complained('U', "write before an object"), 1);
	stray(p, 500);
	ck_assert_uint_eq(ledger_check_poison(), 1);
	ck_assert_uint_eq(complained('U', "write after free"), 1);
}
END_TEST

/* The bytes are nobody's slab objects: not the subject's, and not to be kfree()d. */
START_TEST(objects_are_of_no_cache)
{
	unsigned long kmalloc = ledger_kmalloc_live();
	struct zpool *pool = pool_of("zsmalloc");
	unsigned long handle = alloc(pool, 1000);
	struct ledger_cache cache;

	for (unsigned int i = 0; ledger_cache(i, &cache); i++)
		ck_assert(!cache.subject);
	ck_assert_uint_eq(ledger_kmalloc_live(), kmalloc);
	no_complaint();
	kfree(zpool_map_handle(pool, handle, ZPOOL_MM_RW));
	one_complaint('U', "free of no object", "kfree");
}
END_TEST

/* Where each object has a protected page behind it. */
START_TEST(guarded_machine)
{
	static const struct world_config config = {
		.cpus_possible = 2,
		.cpus_online = 2,
		.guard = true,
	};
	struct zpool *pool;

	ck_assert_int_eq(world_boot(&config, NULL), 0);
	pool = pool_of("zsmalloc");
	for (int size = 1; size <= 4096; size += 315) {
		unsigned long handle = alloc(pool, size);

		put(pool, handle, &config, size < 8 ? size : 8);
		ck_assert(holds(pool, handle, &config, size < 8 ? size : 8));
		zpool_free(pool, handle);
	}
	no_complaint();
}
END_TEST

/* ---- destruction, ledger, snapshot -------------------------------------- */

START_TEST(destroyed_in_use)
{
	struct zpool *pool = pool_of("zsmalloc"), *other = pool_of("zbud");
	unsigned long handle;

	alloc(other, 100);
	alloc(pool, 100);
	handle = alloc(pool, 100);
	zpool_destroy_pool(pool);
	one_complaint('L', "zpool-destroyed-in-use", "2 live handles");
	ck_assert_uint_eq(ledger_nr_handles(), 1);
	ck_assert_uint_eq(ledger_nr_zpools(), 1);
	zpool_free(pool, handle);
	ck_assert_uint_eq(complained('U', "zpool-destroyed"), 1);
}
END_TEST

START_TEST(destroyed_while_mapped)
{
	struct zpool *pool = pool_of("zsmalloc");

	make_mapped(pool);
	zpool_destroy_pool(pool);
	ck_assert_uint_eq(complained('L', "zpool-destroyed-in-use"), 1);
	ck_assert_uint_eq(complained('K', "zpool-destroyed-mapped"), 1);
	ck_assert(context_can_sleep());
}
END_TEST

struct seen {
	unsigned int nr, stop;
	struct ledger_handle h[8];
};

static bool see(const struct ledger_handle *h, void *arg)
{
	struct seen *seen = arg;

	seen->h[seen->nr++] = *h;
	return seen->nr < seen->stop;
}

START_TEST(ledger_in_creation_order)
{
	struct zpool *p0 = pool_of("zsmalloc"), *p1 = pool_of("zbud");
	unsigned long a = alloc(p0, 10), b = alloc(p1, 20), c = alloc(p0, 30), d;
	struct seen seen = { .stop = 8 }, two = { .stop = 2 };

	zpool_free(p1, b);
	d = alloc(p1, 40);
	zpool_map_handle(p0, c, ZPOOL_MM_RO);
	ledger_for_each_handle(see, &seen);
	ck_assert_uint_eq(seen.nr, 3);
	ck_assert_uint_eq(seen.h[0].handle, a);
	ck_assert_uint_eq(seen.h[1].handle, c);
	ck_assert_uint_eq(seen.h[2].handle, d);
	ck_assert(!seen.h[0].mapped && seen.h[1].mapped && !seen.h[2].mapped);
	ck_assert_uint_eq(seen.h[1].pool, 0);
	ck_assert_uint_eq(seen.h[2].pool, 1);
	ck_assert_uint_eq(seen.h[2].length, 40);
	ck_assert_uint_eq(ledger_nr_handles(), 3);
	ck_assert_uint_eq(ledger_handle_bytes(), 80);
	ledger_for_each_handle(see, &two);
	ck_assert_uint_eq(two.nr, 2);
	zpool_unmap_handle(p0, c);
	no_complaint();
}
END_TEST

Suite *suite_zpool_handles(void);

Suite *suite_zpool_handles(void)
{
	const TTest *const tests[] = {
		handles_are_no_pointers_errors_or_poison, handles_are_not_used_again,
		wild_handles, freeing_an_error, mappings_out_of_turn, one_mapping_at_a_time,
		sleeping_while_mapped, straddling_mappings_are_not_linear,
		overflow_is_seen_at_unmap, a_mapping_ends, who_reads_does_not_write,
		remembered_bytes, stray_writes_are_seen_later,
		objects_are_of_no_cache, guarded_machine, destroyed_in_use,
		destroyed_while_mapped, ledger_in_creation_order,
	};
	Suite *s = suite_create("zpool_handles");
	TCase *tc = tcase_create("zpool_handles");

	tcase_add_checked_fixture(tc, setup, NULL);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	return s;
}
