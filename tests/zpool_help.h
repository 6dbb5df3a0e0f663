/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of compressed storage do all the time. */
#ifndef TESTS_ZPOOL_HELP_H
#define TESTS_ZPOOL_HELP_H

#include <string.h>

#include <check.h>

#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/zpool.h>

#include "shim/fault.h"
#include "shim/world.h"

#define GFP_ZSWAP	(__GFP_NORETRY | __GFP_NOWARN | __GFP_KSWAPD_RECLAIM)

static const char *const types[] = { "zsmalloc", "zbud", "z3fold" };
#define NR_TYPES	3

static inline void setup(void)
{
	world_boot(NULL, NULL);
}

static inline struct zpool *pool_of(const char *type)
{
	struct zpool *pool = zpool_create_pool(type, "test", GFP_KERNEL);

	ck_assert_msg(pool, "no pool of type %s", type);
	return pool;
}

static inline unsigned long alloc(struct zpool *pool, size_t size)
{
	unsigned long handle = 0;

	ck_assert_int_eq(zpool_malloc(pool, size, GFP_ZSWAP, &handle), 0);
	return handle;
}

static inline void put(struct zpool *pool, unsigned long handle, const void *bytes, size_t n)
{
	memcpy(zpool_map_handle(pool, handle, ZPOOL_MM_WO), bytes, n);
	zpool_unmap_handle(pool, handle);
}

static inline bool holds(struct zpool *pool, unsigned long handle, const void *bytes, size_t n)
{
	bool same = !memcmp(zpool_map_handle(pool, handle, ZPOOL_MM_RO), bytes, n);

	zpool_unmap_handle(pool, handle);
	return same;
}

static inline void plan(uint8_t point, int error, uint32_t nth)
{
	const struct fault f = {
		.point = point,
		.phase = PHASE_STORE,
		.error = error,
		.nth = nth,
	};

	fault_reset();
	fault_phase(PHASE_STORE);
	ck_assert_int_eq(fault_plan_set(&f, 1), 0);
}

static inline void expect_pages(struct zpool *pool, unsigned long pages)
{
	ck_assert_uint_eq(zpool_get_total_pages(pool), pages);
}

#endif
