// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zsmalloc as kernels call it without zpool, and objects read and written by
 * calls instead of mappings. Pages and handles are test_zpool*.c's.
 */
#include <linux/err.h>
#include <linux/scatterlist.h>
#include <linux/zsmalloc.h>

#include <crypto/scatterwalk.h>

#include "shim/context.h"
#include "shim/ledger.h"
#include "tests/complained.h"
#include "tests/zpool_help.h"

static char bytes[PAGE_SIZE], copy[PAGE_SIZE];

static struct zs_pool *boot(void)
{
	struct zs_pool *pool;

	world_boot(NULL, NULL);
	for (unsigned int i = 0; i < sizeof(bytes); i++)
		bytes[i] = i * 7 + i / 256;
	pool = zs_create_pool("zswap0");
	ck_assert_ptr_nonnull(pool);
	return pool;
}

static unsigned long write_new(struct zs_pool *pool, size_t size)
{
	unsigned long handle = zs_malloc(pool, size, GFP_ZSWAP, 0);

	ck_assert(!IS_ERR_VALUE(handle));
	zs_obj_write(pool, handle, bytes, size);
	return handle;
}

/* Each length finds itself over the edge of a page sooner or later. */
START_TEST(what_was_written_is_read)
{
	struct zs_pool *pool = boot();
	unsigned int copied = 0, pieces = 0;

	for (size_t size = 1; size <= PAGE_SIZE; size += 45) {
		for (int i = 0; i < 4; i++) {
			unsigned long handle = write_new(pool, size);
			struct scatterlist sg[2];
			const char *p;

			p = zs_obj_read_begin(pool, handle, size, copy);
			ck_assert_mem_eq(p, bytes, size);
			copied += p == copy;
			zs_obj_read_end(pool, handle, size, (void *)p);
			zs_obj_read_sg_begin(pool, handle, sg, size);
			pieces += !sg_is_last(sg);
			ck_assert_uint_eq(sg->length + (sg_is_last(sg) ? 0 : sg[1].length), size);
			memset(copy, 0, size);
			memcpy_from_sglist(copy, sg, 0, size);
			ck_assert_mem_eq(copy, bytes, size);
			zs_obj_read_sg_end(pool, handle);
		}
	}
	ck_assert_uint_gt(copied, 0);
	ck_assert_uint_eq(copied, pieces);
	no_complaint();
}
END_TEST

START_TEST(errors_are_in_the_handle)
{
	struct zs_pool *pool = boot();
	unsigned long handle;

	ck_assert_int_eq((long)zs_malloc(pool, 0, GFP_ZSWAP, 0), -EINVAL);
	ck_assert_int_eq((long)zs_malloc(pool, PAGE_SIZE + 1, GFP_ZSWAP, 0), -ENOSPC);
	plan(FP_ZS_MALLOC, -ENOMEM, 1);
	handle = zs_malloc(pool, 100, GFP_ZSWAP, 0);
	ck_assert_int_eq((long)zs_malloc(pool, 100, GFP_ZSWAP, 0), -ENOMEM);
	fault_plan_set(NULL, 0);
	zs_free(pool, 0);
	zs_free(pool, -ENOMEM);
	zs_free(pool, handle);
	ck_assert_uint_eq(ledger_nr_handles(), 0);
	no_complaint();
	zs_free(pool, handle);
	one_complaint('U', "zpool-stale-handle", "zs_free()");
}
END_TEST

START_TEST(pools_come_and_go)
{
	struct zs_pool *pool = boot();

	plan(FP_ZS_CREATE_POOL, -ENOMEM, 0);
	ck_assert_ptr_null(zs_create_pool("zswap1"));
	fault_plan_set(NULL, 0);
	ck_assert_uint_eq(ledger_nr_zpools(), 1);
	zs_free(pool, write_new(pool, 40));
	zs_destroy_pool(pool);
	ck_assert_uint_eq(ledger_nr_zpools(), 0);
	no_complaint();
}
END_TEST

/* A store is told that the pool is full; a worker only where there is room to be made. */
static u64 worker_saw;
static void work(void *arg)
{
	worker_saw = zs_get_total_pages(arg);
}

START_TEST(the_pool_looks_full)
{
	const struct fault full = {
		.point = FP_ZS_GET_TOTAL_PAGES, .phase = PHASE_STORE, .error = -ENOSPC,
		.persistent = true,
	};
	struct zs_pool *pool = boot();
	unsigned long handle;

	ck_assert_uint_eq(zs_get_total_pages(pool), 0);
	handle = write_new(pool, PAGE_SIZE);
	ck_assert_uint_eq(zs_get_total_pages(pool), 1);
	fault_reset();
	fault_phase(PHASE_STORE);
	ck_assert_int_eq(fault_plan_set(&full, 1), 0);
	ck_assert_uint_gt(zs_get_total_pages(pool), 1000000);
	world_other_task(work, pool);
	ck_assert_uint_gt(worker_saw, 1000000);
	zs_free(pool, handle);
	ck_assert_uint_gt(zs_get_total_pages(pool), 1000000);
	world_other_task(work, pool);
	ck_assert_uint_eq(worker_saw, 0);
	fault_plan_set(NULL, 0);
}
END_TEST

/* Between begin and end a task may sleep, and must not return. */
START_TEST(a_read_may_sleep_and_has_an_end)
{
	struct zs_pool *pool = boot();
	unsigned long handle = write_new(pool, 100);
	struct ledger_context c;
	void *p = zs_obj_read_begin(pool, handle, 100, copy);

	ck_assert(context_can_sleep());
	ledger_context(&c);
	ck_assert_uint_eq(c.mappings, 1);
	zs_obj_read_end(pool, handle, 100, p);
	ledger_context(&c);
	ck_assert_uint_eq(c.mappings, 0);
	no_complaint();
	zs_obj_read_end(pool, handle, 100, p);
	one_complaint('K', "zpool-not-mapped", NULL);
}
END_TEST

START_TEST(more_than_there_is)
{
	struct zs_pool *pool = boot();
	unsigned long handle = write_new(pool, 100);

	zs_obj_write(pool, handle, bytes, 101);
	one_complaint('U', "zpool-write-beyond", "101 bytes");
	pool = boot();
	zs_obj_read_begin(pool, write_new(pool, 40), 41, copy);
	ck_assert_uint_eq(complained('U', "zsmalloc-read-beyond"), 1);
}
END_TEST

/* What is none still gives bytes, and can be ended. */
START_TEST(no_handle)
{
	struct zs_pool *pool = boot();
	unsigned long handle = write_new(pool, 100);
	struct scatterlist sg[2];
	struct ledger_context c;

	zs_free(pool, handle);
	memset(zs_obj_read_begin(pool, handle, 100, copy), 0, 100);
	zs_obj_read_end(pool, handle, 100, copy);
	zs_obj_read_sg_begin(pool, handle, sg, 100);
	memcpy_from_sglist(copy, sg, 0, 100);
	zs_obj_read_sg_end(pool, handle);
	zs_obj_write(pool, handle, bytes, 100);
	ck_assert_uint_eq(complained('U', "zpool-stale-handle"), 3);
	ledger_context(&c);
	ck_assert_uint_eq(c.mappings, 0);
}
END_TEST

/* The same calls as of 6.15 to 6.17. */
START_TEST(behind_zpool)
{
	struct zpool *pool;
	unsigned long handle;
	void *p;

	world_boot(NULL, NULL);
	pool = pool_of("zsmalloc");
	handle = alloc(pool, 3000);
	zpool_obj_write(pool, handle, bytes, 3000);
	p = zpool_obj_read_begin(pool, handle, copy);
	ck_assert_mem_eq(p, bytes, 3000);
	ck_assert(context_can_sleep());
	zpool_obj_read_end(pool, handle, p);
	no_complaint();
}
END_TEST

Suite *suite_zsmalloc(void);
Suite *suite_zsmalloc(void)
{
	Suite *s = suite_create("zsmalloc");
	TCase *tc = tcase_create("zsmalloc");

	tcase_add_test(tc, what_was_written_is_read);
	tcase_add_test(tc, errors_are_in_the_handle);
	tcase_add_test(tc, pools_come_and_go);
	tcase_add_test(tc, the_pool_looks_full);
	tcase_add_test(tc, a_read_may_sleep_and_has_an_end);
	tcase_add_test(tc, more_than_there_is);
	tcase_add_test(tc, no_handle);
	tcase_add_test(tc, behind_zpool);
	suite_add_tcase(s, tc);
	return s;
}
