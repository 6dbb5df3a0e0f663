/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressed storage as of 6.12: zsmalloc, zbud and z3fold behind one
 * interface. Handles are opaque numbers; see shim/zpool.c.
 */
#ifndef _ZPOOL_H_
#define _ZPOOL_H_

#include <linux/types.h>

struct zpool;

/**
 * enum zpool_mapmode - what the caller will do with a mapping
 * @ZPOOL_MM_RO: what it writes may be lost
 * @ZPOOL_MM_WO: what was there may not be seen
 */
enum zpool_mapmode {
	ZPOOL_MM_RW,
	ZPOOL_MM_RO,
	ZPOOL_MM_WO,
	ZPOOL_MM_DEFAULT = ZPOOL_MM_RW
};

bool zpool_has_pool(char *type);
struct zpool *zpool_create_pool(const char *type, const char *name, gfp_t gfp);
const char *zpool_get_type(struct zpool *pool);
void zpool_destroy_pool(struct zpool *pool);
bool zpool_malloc_support_movable(struct zpool *pool);
int zpool_malloc(struct zpool *pool, size_t size, gfp_t gfp, unsigned long *handle);
void zpool_free(struct zpool *pool, unsigned long handle);
void *zpool_map_handle(struct zpool *pool, unsigned long handle, enum zpool_mapmode mode);
void zpool_unmap_handle(struct zpool *pool, unsigned long handle);
u64 zpool_get_total_pages(struct zpool *pool);
bool zpool_can_sleep_mapped(struct zpool *pool);

#endif
