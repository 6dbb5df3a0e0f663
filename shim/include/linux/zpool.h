/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressed storage up to 6.17: zsmalloc, zbud and z3fold behind one
 * interface. Handles are opaque numbers; see shim/zpool.c. Some arguments
 * came and went; how many a subject's file gives was counted.
 */
#ifndef _ZPOOL_H_
#define _ZPOOL_H_

#include <linux/gfp.h>
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

/* In place of mappings; see zs_obj_read_begin() and its like. */
void *zpool_obj_read_begin(struct zpool *pool, unsigned long handle, void *local_copy);
void zpool_obj_read_end(struct zpool *pool, unsigned long handle, void *handle_mem);
void zpool_obj_write(struct zpool *pool, unsigned long handle, void *handle_mem, size_t mem_len);

#if ZFAULT_ARGS_zpool_create_pool == 2
#define zpool_create_pool(type, name) zpool_create_pool((type), (name), GFP_KERNEL)
#endif
#if ZFAULT_ARGS_zpool_malloc == 5
#define zpool_malloc(pool, size, gfp, handle, nid) \
	((void)(nid), zpool_malloc((pool), (size), (gfp), (handle)))
#endif

#endif
