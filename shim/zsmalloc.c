// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * <linux/zsmalloc.h>: zsmalloc without zpool before it, as kernels from 6.18
 * on use it; and the reads and writes of objects that zpool passed on to it
 * before that.
 *
 * A struct zs_pool is a struct zpool of the driver zsmalloc.
 */
#include <string.h>

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/zpool.h>
#include <linux/zsmalloc.h>

#include "shim/context.h"
#include "shim/fault.h"
#include "shim/shim.h"
#include "shim/zobject.h"

static struct zpool *zpool_of(struct zs_pool *pool)
{
	return (struct zpool *)pool;
}

static const struct zpool_driver *zsmalloc(void)
{
	const struct zpool_driver *driver = zpool_drivers;

	while (!driver->zsmalloc)
		driver++;
	return driver;
}

/* narrowed: the name is not kept; it shows nowhere but in zsmalloc's statistics */
struct zs_pool *zs_create_pool(const char *name)
{
	shim_call();
	context_might_sleep("zs_create_pool");
	if (fault_hit(FP_ZS_CREATE_POOL))
		return NULL;
	return (struct zs_pool *)zpool_new(zsmalloc());
}

/* faithful, with complaints about what is still there */
void zs_destroy_pool(struct zs_pool *pool)
{
	shim_call();
	context_might_sleep("zs_destroy_pool");
	zpool_end(zpool_of(pool));
}

/* faithful: whole pages, used or not */
unsigned long zs_get_total_pages(struct zs_pool *pool)
{
	shim_call();
	zpool_check_live(zpool_of(pool), "zs_get_total_pages");
	return zpool_pages(zpool_of(pool), fault_hit(FP_ZS_GET_TOTAL_PAGES));
}

/* Narrowed: a pool's pages are of no node. Faithful in the errors it returns. */
unsigned long zs_malloc(struct zs_pool *pool, size_t size, gfp_t gfp, const int nid)
{
	struct zobject *obj;
	int err;

	shim_call();
	context_might_alloc(gfp, "zs_malloc");
	zpool_check_live(zpool_of(pool), "zs_malloc");
	if (!size)
		return -EINVAL;
	if (size > zpool_of(pool)->driver->max)
		return -ENOSPC;
	err = fault_hit(FP_ZS_MALLOC);
	if (err)
		return err;
	obj = zobject_new(zpool_of(pool), size);
	return obj ? zobject_handle(obj) : (unsigned long)-ENOMEM;
}

/* faithful: no handle and an error are nothing to do */
void zs_free(struct zs_pool *pool, unsigned long handle)
{
	struct zobject *obj;

	shim_call();
	if (!handle || IS_ERR_VALUE(handle))
		return;
	obj = zobject_of(zpool_of(pool), handle, "zs_free");
	if (obj)
		zobject_release(obj);
}

/* ---- reads and writes -------------------------------------------------- */

static void check_length(const struct zobject *obj, size_t len, const char *what)
{
	if (len > obj->length)
		complain('U', "zsmalloc-read-beyond", "%s() of %zu bytes of handle %u, which has %u",
			 what, len, obj->index, obj->length);
}

/* What lies over the edge of a page is copied, and the copy can be short. */
static void *read_begin(struct zpool *pool, unsigned long handle, size_t len, void *local_copy,
			const char *what)
{
	struct zobject *obj = zobject_of(pool, handle, what);
	char *mem;

	if (!obj)
		return zobject_map_stray(false);
	if (!len)
		len = obj->length;
	check_length(obj, len, what);
	mem = zobject_map(obj, false, ZPOOL_MM_RO);
	if (obj->offset + len <= PAGE_SIZE)
		return mem;
	memcpy(local_copy, mem, len < obj->length ? len : obj->length);
	return local_copy;
}

static void read_end(struct zpool *pool, unsigned long handle, const char *what)
{
	struct zobject *obj;

	if (zobject_unmap_stray(false))
		return;
	obj = zobject_of(pool, handle, what);
	if (obj)
		zobject_unmap(obj);
}

static void write(struct zpool *pool, unsigned long handle, const void *from, size_t len,
		  const char *what)
{
	struct zobject *obj = zobject_of(pool, handle, what);

	if (obj)
		zobject_write(obj, from, len);
}

/* Faithful: the task may sleep until the end of the read. @mem_len 0: all of it. */
void *zs_obj_read_begin_len(struct zs_pool *pool, unsigned long handle, size_t mem_len,
			    void *local_copy)
{
	shim_call();
	return read_begin(zpool_of(pool), handle, mem_len, local_copy, "zs_obj_read_begin");
}

/* faithful, with complaints */
void zs_obj_read_end_len(struct zs_pool *pool, unsigned long handle, size_t mem_len,
			 void *handle_mem)
{
	shim_call();
	read_end(zpool_of(pool), handle, "zs_obj_read_end");
}

/* faithful, with complaints */
void zs_obj_write(struct zs_pool *pool, unsigned long handle, void *handle_mem, size_t mem_len)
{
	shim_call();
	write(zpool_of(pool), handle, handle_mem, mem_len, "zs_obj_write");
}

/*
 * Faithful: one entry, or two where the object lies over the edge of a page.
 * Narrowed: the entries are of linear memory and have no page.
 */
void zs_obj_read_sg_begin(struct zs_pool *pool, unsigned long handle, struct scatterlist *sg,
			  size_t mem_len)
{
	struct zobject *obj;
	size_t first;
	char *mem;

	shim_call();
	obj = zobject_of(zpool_of(pool), handle, "zs_obj_read_sg_begin");
	if (!obj) {
		sg_init_one(sg, zobject_map_stray(false), mem_len);
		return;
	}
	check_length(obj, mem_len, "zs_obj_read_sg_begin");
	mem = zobject_map(obj, false, ZPOOL_MM_RO);
	first = obj->offset + mem_len <= PAGE_SIZE ? mem_len : PAGE_SIZE - obj->offset;
	sg_init_table(sg, first < mem_len ? 2 : 1);
	sg_set_buf(sg, mem, first);
	if (first < mem_len)
		sg_set_buf(sg_next(sg), mem + first, mem_len - first);
}

/* faithful, with complaints */
void zs_obj_read_sg_end(struct zs_pool *pool, unsigned long handle)
{
	shim_call();
	read_end(zpool_of(pool), handle, "zs_obj_read_sg_end");
}

/* ---- the same behind zpool --------------------------------------------- */

/* Faithful for zsmalloc, which kernels that have this call are left with. */
void *zpool_obj_read_begin(struct zpool *pool, unsigned long handle, void *local_copy)
{
	shim_call();
	return read_begin(pool, handle, 0, local_copy, "zpool_obj_read_begin");
}

/* faithful, with complaints */
void zpool_obj_read_end(struct zpool *pool, unsigned long handle, void *handle_mem)
{
	shim_call();
	read_end(pool, handle, "zpool_obj_read_end");
}

/* faithful, with complaints */
void zpool_obj_write(struct zpool *pool, unsigned long handle, void *handle_mem, size_t mem_len)
{
	shim_call();
	write(pool, handle, handle_mem, mem_len, "zpool_obj_write");
}
