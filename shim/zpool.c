// SPDX-License-Identifier: GPL-2.0-or-later
/* <linux/zpool.h>: a pool of any of the drivers, as kernels up to 6.17 use it. */
#include <string.h>

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/zpool.h>

#include "shim/context.h"
#include "shim/fault.h"
#include "shim/shim.h"
#include "shim/zobject.h"

static const struct zpool_driver *driver_by_type(const char *type)
{
	unsigned int i;

	for (i = 0; i < zpool_nr_drivers; i++)
		if (!strcmp(zpool_drivers[i].type, type))
			return &zpool_drivers[i];
	return NULL;
}

/* faithful: may load a module, and so may sleep */
bool zpool_has_pool(char *type)
{
	shim_call();
	context_might_sleep("zpool_has_pool");
	return driver_by_type(type);
}

/* narrowed: the name is not kept; it shows nowhere but in zsmalloc's statistics */
struct zpool *zpool_create_pool(const char *type, const char *name, gfp_t gfp)
{
	const struct zpool_driver *driver = driver_by_type(type);

	shim_call();
	context_might_sleep("zpool_create_pool");
	context_might_alloc(gfp, "zpool_create_pool");
	if (!driver || fault_hit(FP_ZPOOL_CREATE_POOL))
		return NULL;
	return zpool_new(driver);
}

/* faithful, with complaints about what is still there */
void zpool_destroy_pool(struct zpool *pool)
{
	shim_call();
	context_might_sleep("zpool_destroy_pool");
	zpool_end(pool);
}

/* faithful */
const char *zpool_get_type(struct zpool *pool)
{
	shim_call();
	zpool_check_live(pool, "zpool_get_type");
	return pool->driver->type;
}

/* faithful */
bool zpool_malloc_support_movable(struct zpool *pool)
{
	shim_call();
	zpool_check_live(pool, "zpool_malloc_support_movable");
	return pool->driver->zsmalloc;
}

/* faithful */
bool zpool_can_sleep_mapped(struct zpool *pool)
{
	shim_call();
	zpool_check_live(pool, "zpool_can_sleep_mapped");
	return pool->driver->sleep_mapped;
}

/* faithful: whole pages, used or not */
u64 zpool_get_total_pages(struct zpool *pool)
{
	shim_call();
	zpool_check_live(pool, "zpool_get_total_pages");
	return zpool_pages(pool, fault_hit(FP_ZPOOL_GET_TOTAL_PAGES));
}

/* ---- objects ----------------------------------------------------------- */

static int malloc_refused(const struct zpool_driver *driver, size_t size, gfp_t gfp)
{
	if (!size || (gfp & __GFP_HIGHMEM && !driver->zsmalloc))
		return -EINVAL;
	if (size > driver->max)
		return -ENOSPC;
	return fault_hit(FP_ZPOOL_MALLOC);
}

/* faithful: also that zsmalloc leaves the error in @handle, the others nothing */
int zpool_malloc(struct zpool *pool, size_t size, gfp_t gfp, unsigned long *handle)
{
	struct zobject *obj = NULL;
	int err;

	shim_call();
	context_might_alloc(gfp, "zpool_malloc");
	zpool_check_live(pool, "zpool_malloc");
	err = malloc_refused(pool->driver, size, gfp);
	if (!err) {
		obj = zobject_new(pool, size);
		err = obj ? 0 : -ENOMEM;
	}
	if (obj)
		*handle = zobject_handle(obj);
	else if (pool->driver->zsmalloc)
		*handle = err;
	return err;
}

/* faithful: zsmalloc takes no handle and an error for nothing to do */
void zpool_free(struct zpool *pool, unsigned long handle)
{
	struct zobject *obj;

	shim_call();
	if (pool->driver->zsmalloc && (!handle || IS_ERR_VALUE(handle)))
		return;
	obj = zobject_of(pool, handle, "zpool_free");
	if (obj)
		zobject_release(obj);
}

/* ---- mappings ---------------------------------------------------------- */

/*
 * Faithful: a driver that does not say sleep_mapped uses an area that each
 * CPU has one of, which is gone with the mapping; there a write by
 * ZPOOL_MM_RO is told. Narrowed: what stands for a mapping of high memory or
 * of several pages is an object that lies over the edge of a page, for which
 * virt_addr_valid() is false.
 */
void *zpool_map_handle(struct zpool *pool, unsigned long handle, enum zpool_mapmode mode)
{
	bool atomic = !pool->driver->sleep_mapped;
	struct zobject *obj;

	shim_call();
	obj = zobject_of(pool, handle, "zpool_map_handle");
	return obj ? zobject_map(obj, atomic, mode) : zobject_map_stray(atomic);
}

/* faithful, with complaints */
void zpool_unmap_handle(struct zpool *pool, unsigned long handle)
{
	struct zobject *obj;

	shim_call();
	if (zobject_unmap_stray(!pool->driver->sleep_mapped))
		return;
	obj = zobject_of(pool, handle, "zpool_unmap_handle");
	if (obj)
		zobject_unmap(obj);
}
