/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zsmalloc as of 6.18 and later; see shim/zsmalloc.c. Handles are opaque numbers or errors. */
#ifndef _ZS_MALLOC_H_
#define _ZS_MALLOC_H_

#include <linux/types.h>

struct scatterlist;
struct zs_pool;

struct zs_pool *zs_create_pool(const char *name);
void zs_destroy_pool(struct zs_pool *pool);
unsigned long zs_get_total_pages(struct zs_pool *pool);

/* An error is IS_ERR_VALUE(). */
unsigned long zs_malloc(struct zs_pool *pool, size_t size, gfp_t gfp, const int nid);
void zs_free(struct zs_pool *pool, unsigned long handle);

/**
 * zs_obj_read_begin() - reach the bytes of an object
 * @mem_len: how many; kernels up to 6.19 or so do not say
 * @local_copy: room for them, for where they are in no one piece
 *
 * Return: @local_copy, or the bytes in their place, which stay there until
 * zs_obj_read_end(). In between the task may sleep.
 */
void *zs_obj_read_begin_len(struct zs_pool *pool, unsigned long handle, size_t mem_len,
			    void *local_copy);
void zs_obj_read_end_len(struct zs_pool *pool, unsigned long handle, size_t mem_len,
			 void *handle_mem);

#if ZFAULT_ARGS_zs_obj_read_begin == 3
#define zs_obj_read_begin(pool, handle, local_copy) \
	zs_obj_read_begin_len((pool), (handle), 0, (local_copy))
#else
#define zs_obj_read_begin zs_obj_read_begin_len
#endif

#if ZFAULT_ARGS_zs_obj_read_end == 3
#define zs_obj_read_end(pool, handle, handle_mem) \
	zs_obj_read_end_len((pool), (handle), 0, (handle_mem))
#else
#define zs_obj_read_end zs_obj_read_end_len
#endif

/* The same as a scatterlist of one or two entries. */
void zs_obj_read_sg_begin(struct zs_pool *pool, unsigned long handle, struct scatterlist *sg,
			  size_t mem_len);
void zs_obj_read_sg_end(struct zs_pool *pool, unsigned long handle);

void zs_obj_write(struct zs_pool *pool, unsigned long handle, void *handle_mem, size_t mem_len);

#endif
