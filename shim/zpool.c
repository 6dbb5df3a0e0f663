// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * <linux/zpool.h>: pools, handles, mappings.
 *
 * A handle is the number of a record and the record's generation, so that
 * one that was freed is told from its successor for ever. The bytes of an
 * object are a slab object, which brings poison, red zones and a quarantine.
 * While no mapping is open they are closed to ASan.
 */
#include <string.h>

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/zpool.h>

#include "shim/boot.h"
#include "shim/context.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/slab.h"
#include "shim/zpool.h"

/* As many pages as no machine has, and few enough to be multiplied. */
#define ZPOOL_FULL_PAGES	(1ull << 32)

/* Top to bottom: a mark that no pointer, error or poison has, generation, record. */
#define HANDLE_MARK	0x7a70ul
#define HANDLE_SHIFT	48
#define GENERATION_BITS	24
#define INDEX_BITS	24

#define POOL_CHUNK	16u
#define RECORD_CHUNKS	16u
#define RECORDS_FIRST	128u	/* in the first chunk; each next one has twice as many */

#define MEM_STEP	512u
#define MEM_CACHES	(PAGE_SIZE / MEM_STEP)

static struct zpool **pools __world;
static unsigned int nr_pools __world;		/* ever created */
static unsigned int nr_live_pools __world;

static struct zobject *records[RECORD_CHUNKS] __world;
static unsigned int nr_records __world;
static struct list_head free_records __world = LIST_HEAD_INIT(free_records);
static struct list_head live_objects __world = LIST_HEAD_INIT(live_objects);
static unsigned long nr_live __world;
static unsigned long live_bytes __world;

static struct kmem_cache *mem_caches[MEM_CACHES] __world;
/* The object mapped last, while it is mapped and its driver maps one at a time. */
static struct zobject *mapped_one __world;
/* Mappings that were granted on a handle that is none: on this memory. */
static char *stray_mem __world;
static unsigned int stray_maps __world;

/* ---- records and bytes ------------------------------------------------- */

static struct zobject *record_at(unsigned int index)
{
	unsigned int chunk = 31 - __builtin_clz(index / RECORDS_FIRST + 1);

	return &records[chunk][index - RECORDS_FIRST * ((1u << chunk) - 1)];
}

static struct zobject *record_new(void)
{
	unsigned int chunk = 31 - __builtin_clz(nr_records / RECORDS_FIRST + 1);
	struct zobject *obj;

	if (chunk == RECORD_CHUNKS)
		world_end_now(WORLD_BUG, "too many zpool objects at a time");
	if (!records[chunk])
		records[chunk] = arena_alloc((RECORDS_FIRST << chunk) * sizeof(*obj));
	obj = record_at(nr_records);
	obj->index = nr_records++;
	return obj;
}

static struct zobject *record_take(void)
{
	struct zobject *obj;

	if (list_empty(&free_records))
		return record_new();
	obj = list_first_entry(&free_records, struct zobject, link);
	list_del(&obj->link);
	return obj;
}

static unsigned long handle_of(const struct zobject *obj)
{
	return HANDLE_MARK << HANDLE_SHIFT |
	       (unsigned long)(obj->generation & ((1u << GENERATION_BITS) - 1)) << INDEX_BITS |
	       obj->index;
}

static char *mem_alloc(unsigned int length)
{
	struct kmem_cache **cache = &mem_caches[(length - 1) / MEM_STEP];

	if (!*cache)
		*cache = slab_cache_create("zpool", ((length - 1) / MEM_STEP + 1) * MEM_STEP, 8,
					   SLAB_ZPOOL);
	return slab_alloc(*cache, length, NUMA_NO_NODE, false);
}

/* Under MSan what was written stays written, so this is not memory_close(). */
static void mem_close(const struct zobject *obj)
{
#ifdef SHIM_ASAN
	ASAN_POISON_MEMORY_REGION(obj->mem, obj->length);
#endif
}

static void check_live(const struct zpool *pool, const char *what)
{
	if (!pool->live)
		complain('U', "zpool-destroyed", "%s() on %s pool %u, which is destroyed", what,
			 pool->driver->type, pool->index);
}

/* The live object of a handle, or NULL with a complaint. @what: the caller. */
static struct zobject *lookup(struct zpool *pool, unsigned long handle, const char *what)
{
	unsigned int index = handle & ((1u << INDEX_BITS) - 1);
	struct zobject *obj;

	check_live(pool, what);
	if (handle >> HANDLE_SHIFT != HANDLE_MARK || index >= nr_records) {
		complain('U', "zpool-no-handle", "%s() of a number that is no handle", what);
		return NULL;
	}
	obj = record_at(index);
	if (!obj->live || handle_of(obj) != handle) {
		complain('U', "zpool-stale-handle", "%s() of handle %u, which is freed", what, index);
		return NULL;
	}
	if (obj->pool != pool) {
		complain('U', "zpool-other-pool", "%s() on pool %u of handle %u, which is pool %u's",
			 what, pool->index, index, obj->pool->index);
		return NULL;
	}
	return obj;
}

/* ---- pools ------------------------------------------------------------- */

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

static void pool_remember(struct zpool *pool)
{
	struct zpool **more;

	if (nr_pools % POOL_CHUNK == 0) {
		more = arena_alloc((nr_pools + POOL_CHUNK) * sizeof(*pools));
		if (nr_pools) {
			memcpy(more, pools, nr_pools * sizeof(*pools));
			arena_free(pools, nr_pools * sizeof(*pools));
		}
		pools = more;
	}
	pool->index = nr_pools;
	pools[nr_pools++] = pool;
	nr_live_pools++;
}

/* narrowed: the name is not kept; it shows nowhere but in zsmalloc's statistics */
struct zpool *zpool_create_pool(const char *type, const char *name, gfp_t gfp)
{
	const struct zpool_driver *driver = driver_by_type(type);
	struct zpool *pool;

	shim_call();
	context_might_sleep("zpool_create_pool");
	context_might_alloc(gfp, "zpool_create_pool");
	if (!driver || fault_hit(FP_ZPOOL_CREATE_POOL))
		return NULL;
	pool = arena_alloc(sizeof(*pool));
	pool->driver = driver;
	pool->live = true;
	pool_remember(pool);
	return pool;
}

static void unmap_all(struct zobject *obj)
{
	for (; obj->maps; obj->maps--)
		if (!obj->pool->driver->sleep_mapped)
			context_map_end();
	if (mapped_one == obj)
		mapped_one = NULL;
}

static void object_free(struct zobject *obj)
{
	unmap_all(obj);
	obj->pool->driver->remove(obj->pool, obj);
	obj->pool->objects--;
	obj->live = false;
	obj->generation++;
	nr_live--;
	live_bytes -= obj->length;
	list_move(&obj->link, &free_records);
	slab_free(NULL, SLAB_ZPOOL, obj->mem, "zpool_free");
}

/* The kernel leaves their memory behind; here they are told once and are gone. */
static void pool_drain(struct zpool *pool)
{
	struct zobject *obj, *next;
	unsigned int mapped = 0;

	list_for_each_entry_safe(obj, next, &live_objects, link) {
		if (obj->pool != pool)
			continue;
		mapped += obj->maps;
		object_free(obj);
	}
	if (mapped)
		complain('K', "zpool-destroyed-mapped", "%s pool %u destroyed with %u mappings open",
			 pool->driver->type, pool->index, mapped);
}

/* faithful, with complaints about what is still there */
void zpool_destroy_pool(struct zpool *pool)
{
	shim_call();
	context_might_sleep("zpool_destroy_pool");
	if (!pool->live) {
		complain('U', "zpool-destroyed-twice", "%s pool %u destroyed twice",
			 pool->driver->type, pool->index);
		return;
	}
	if (pool->objects) {
		complain('L', "zpool-destroyed-in-use", "%s pool %u destroyed with %lu live handles",
			 pool->driver->type, pool->index, pool->objects);
		pool_drain(pool);
	}
	pool->live = false;
	nr_live_pools--;
}

/* faithful */
const char *zpool_get_type(struct zpool *pool)
{
	shim_call();
	check_live(pool, "zpool_get_type");
	return pool->driver->type;
}

/* faithful */
bool zpool_malloc_support_movable(struct zpool *pool)
{
	shim_call();
	check_live(pool, "zpool_malloc_support_movable");
	return pool->driver->zsmalloc;
}

/* faithful */
bool zpool_can_sleep_mapped(struct zpool *pool)
{
	shim_call();
	check_live(pool, "zpool_can_sleep_mapped");
	return pool->driver->sleep_mapped;
}

/* faithful: whole pages, used or not */
u64 zpool_get_total_pages(struct zpool *pool)
{
	shim_call();
	check_live(pool, "zpool_get_total_pages");
	if (fault_hit(FP_ZPOOL_GET_TOTAL_PAGES))
		return ZPOOL_FULL_PAGES;
	return pool->pages;
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

static struct zobject *object_new(struct zpool *pool, size_t size)
{
	char *mem = mem_alloc(size);
	struct zobject *obj;

	if (!mem)
		return NULL;
	obj = record_take();
	obj->pool = pool;
	obj->mem = mem;
	obj->length = size;
	obj->live = true;
	obj->straddles = false;
	pool->driver->place(pool, obj);
	pool->objects++;
	list_add_tail(&obj->link, &live_objects);
	nr_live++;
	live_bytes += size;
	mem_close(obj);
	return obj;
}

/* faithful: also that zsmalloc leaves the error in @handle, the others nothing */
int zpool_malloc(struct zpool *pool, size_t size, gfp_t gfp, unsigned long *handle)
{
	struct zobject *obj = NULL;
	int err;

	shim_call();
	context_might_alloc(gfp, "zpool_malloc");
	check_live(pool, "zpool_malloc");
	err = malloc_refused(pool->driver, size, gfp);
	if (!err) {
		obj = object_new(pool, size);
		err = obj ? 0 : -ENOMEM;
	}
	if (obj)
		*handle = handle_of(obj);
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
	obj = lookup(pool, handle, "zpool_free");
	if (!obj)
		return;
	if (obj->maps)
		complain('K', "zpool-freed-mapped", "handle %u freed while it is mapped", obj->index);
	object_free(obj);
}

/* ---- mappings ---------------------------------------------------------- */

/* A wild handle still maps something, or the case would end before its step does. */
static void *map_stray(struct zpool *pool)
{
	if (!stray_mem)
		stray_mem = mem_alloc(PAGE_SIZE);
	if (!pool->driver->sleep_mapped)
		context_map_begin();
	stray_maps++;
	return stray_mem;
}

static bool unmap_stray(struct zpool *pool)
{
	if (!stray_maps)
		return false;
	stray_maps--;
	if (!pool->driver->sleep_mapped)
		context_map_end();
	return true;
}

/*
 * Faithful: a driver that does not say sleep_mapped uses an area that each
 * CPU has one of. Narrowed: the mode is a promise that is not held to. What
 * stands for a mapping of high memory or of several pages is an object that
 * lies over the edge of a page: virt_addr_valid() is false for it.
 */
void *zpool_map_handle(struct zpool *pool, unsigned long handle, enum zpool_mapmode mode)
{
	struct zobject *obj;

	shim_call();
	obj = lookup(pool, handle, "zpool_map_handle");
	if (!obj)
		return map_stray(pool);
	if (!pool->driver->sleep_mapped) {
		if (context_now->mappings)
			complain('K', "zpool-nested-mapping",
				 "handle %u mapped while the CPU's mapping area is in use", obj->index);
		context_map_begin();
		mapped_one = obj;
	}
	obj->maps++;
	memory_open(obj->mem, obj->length);
	return obj->mem;
}

/* faithful, with complaints */
void zpool_unmap_handle(struct zpool *pool, unsigned long handle)
{
	struct zobject *obj;

	shim_call();
	if (unmap_stray(pool))
		return;
	obj = lookup(pool, handle, "zpool_unmap_handle");
	if (!obj)
		return;
	if (!obj->maps) {
		complain('K', "zpool-not-mapped", "handle %u unmapped and not mapped", obj->index);
		return;
	}
	slab_check_red(slab_object_at(obj->mem));
	if (!pool->driver->sleep_mapped)
		context_map_end();
	if (--obj->maps)
		return;
	if (mapped_one == obj)
		mapped_one = NULL;
	mem_close(obj);
}

/*
 * Narrowed: all of the arena is linear memory but what stands for a mapping
 * that is not; a per-CPU area is in the kernel sometimes vmalloc memory.
 */
bool virt_addr_valid(const void *p)
{
	const struct zobject *obj = mapped_one;

	shim_call();
	if (obj && obj->straddles && (const char *)p >= obj->mem &&
	    (const char *)p < obj->mem + obj->length)
		return false;
	return arena_contains(p);
}

/* ---- ledger ------------------------------------------------------------ */

unsigned int ledger_nr_zpools(void)
{
	return nr_live_pools;
}

unsigned long ledger_pool_pages(void)
{
	unsigned long pages = 0;

	for (unsigned int i = 0; i < nr_pools; i++)
		pages += pools[i]->live ? pools[i]->pages : 0;
	return pages;
}

unsigned long ledger_nr_handles(void)
{
	return nr_live;
}

unsigned long ledger_handle_bytes(void)
{
	return live_bytes;
}

void ledger_for_each_handle(bool (*fn)(const struct ledger_handle *, void *), void *arg)
{
	struct zobject *obj;

	list_for_each_entry(obj, &live_objects, link) {
		struct ledger_handle h = {
			.handle = handle_of(obj),
			.pool = obj->pool->index,
			.length = obj->length,
			.mapped = obj->maps,
		};

		if (!fn(&h, arg))
			return;
	}
}
