// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pools, handles, mappings: what <linux/zpool.h> (zpool.c) and
 * <linux/zsmalloc.h> (zsmalloc.c) have in common.
 *
 * A handle is the number of a record and the record's generation, so that
 * one that was freed is told from its successor for ever.
 * Where an object's bytes are is zobject_mem.c's business.
 */
#include <string.h>

#include <linux/mm.h>

#include "shim/boot.h"
#include "shim/context.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/slab.h"
#include "shim/zobject.h"

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

static struct zpool **pools __world;
static unsigned int nr_pools __world;		/* ever created */
static unsigned int nr_live_pools __world;

static struct zobject *records[RECORD_CHUNKS] __world;
static unsigned int nr_records __world;
static struct list_head free_records __world = LIST_HEAD_INIT(free_records);
static struct list_head live_objects __world = LIST_HEAD_INIT(live_objects);
static unsigned long nr_live __world;
static unsigned long live_bytes __world;

/* The object mapped last, while it is mapped and its driver maps one at a time. */
static struct zobject *mapped_one __world;
/* What it shows of the object, and how much of it is poison after the last one. */
static char *area __world;
static unsigned int area_used __world;
/* By two at a time, which was told: what is in it says nothing any more. */
static bool area_shared __world;
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

unsigned long zobject_handle(const struct zobject *obj)
{
	return HANDLE_MARK << HANDLE_SHIFT |
	       (unsigned long)(obj->generation & ((1u << GENERATION_BITS) - 1)) << INDEX_BITS |
	       obj->index;
}

void zpool_check_live(const struct zpool *pool, const char *what)
{
	if (!pool->live)
		complain('U', "zpool-destroyed", "%s() on %s pool %u, which is destroyed", what,
			 pool->driver->type, pool->index);
}

struct zobject *zobject_of(struct zpool *pool, unsigned long handle, const char *what)
{
	unsigned int index = handle & ((1u << INDEX_BITS) - 1);
	struct zobject *obj;

	zpool_check_live(pool, what);
	if (handle >> HANDLE_SHIFT != HANDLE_MARK || index >= nr_records) {
		complain('U', "zpool-no-handle", "%s() of a number that is no handle", what);
		return NULL;
	}
	obj = record_at(index);
	if (!obj->live || zobject_handle(obj) != handle) {
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

static void map_begin(bool atomic)
{
	if (atomic)
		context_map_begin();
	else
		context_read_begin();
}

static void map_end(bool atomic)
{
	if (atomic)
		context_map_end();
	else
		context_read_end();
}

/* ---- pools ------------------------------------------------------------- */

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

struct zpool *zpool_new(const struct zpool_driver *driver)
{
	struct zpool *pool = arena_alloc(sizeof(*pool));

	pool->driver = driver;
	pool->live = true;
	pool_remember(pool);
	return pool;
}

/*
 * A kernel whose pools are at their limit without one object has a limit of
 * nothing: a store is refused, and the worker that is to make room has none
 * to make and ends. So it is told the truth, or it would go on for ever.
 */
u64 zpool_pages(const struct zpool *pool, bool full)
{
	if (full && (pool->objects || !context_is_other()))
		return ZPOOL_FULL_PAGES;
	return pool->pages;
}

static void unmap_all(struct zobject *obj)
{
	for (; obj->maps; obj->maps--)
		map_end(obj->atomic);
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
	zobject_mem_free(obj);
}

void zobject_release(struct zobject *obj)
{
	if (obj->maps)
		complain('K', "zpool-freed-mapped", "handle %u freed while it is mapped", obj->index);
	object_free(obj);
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

void zpool_end(struct zpool *pool)
{
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

/* ---- objects ----------------------------------------------------------- */

struct zobject *zobject_new(struct zpool *pool, size_t size)
{
	struct zobject *obj = record_take();

	obj->pool = pool;
	obj->length = size;
	if (!zobject_mem_alloc(obj)) {
		list_add(&obj->link, &free_records);
		return NULL;
	}
	obj->live = true;
	obj->straddles = false;
	pool->driver->place(pool, obj);
	pool->objects++;
	list_add_tail(&obj->link, &live_objects);
	nr_live++;
	live_bytes += size;
	return obj;
}

/* ---- mappings ---------------------------------------------------------- */

/* A wild handle still maps something, or the case would end before its step does. */
void *zobject_map_stray(bool atomic)
{
	if (!stray_mem)
		stray_mem = zobject_mem_slab(PAGE_SIZE);
	map_begin(atomic);
	stray_maps++;
	return stray_mem;
}

bool zobject_unmap_stray(bool atomic)
{
	if (!stray_maps)
		return false;
	stray_maps--;
	map_end(atomic);
	return true;
}

/*
 * The area that a CPU maps atomically through: what is in it is gone with the
 * mapping. One is enough, since a second mapping at the same time is told.
 */
#define AREA_RED	64

static bool is_all(const char *p, char byte, size_t size)
{
	return !size || (p[0] == byte && !memcmp(p, p + 1, size - 1));
}

static void open_area(struct zobject *obj, bool nested)
{
	if (!area)
		area = arena_alloc(PAGE_SIZE + AREA_RED);
	memory_open(area, PAGE_SIZE + AREA_RED);
	area_shared = nested;
	if (!nested && !is_all(area, POISON_FREE, area_used))
		complain('U', "zpool-write-unmapped", "memory was written to after zpool_unmap_handle()");
	/* Who only writes finds nothing there. */
	if (!obj->writes_only)
		memcpy(area, zobject_mem_bytes(obj), obj->length);
	memset(area + obj->length, POISON_RED, AREA_RED);
	zobject_mem_close(area + obj->length, AREA_RED);
}

static void close_area(struct zobject *obj)
{
	memory_open(area, obj->length + AREA_RED);
	if (!area_shared && !is_all(area + obj->length, POISON_RED, AREA_RED))
		complain('U', "zpool-write-past", "handle %u, of %u bytes, was written to behind them",
			 obj->index, obj->length);
	if (obj->writes) {
		zobject_mem_put(obj, area, obj->length);
	} else if (!area_shared && memcmp(zobject_mem_bytes(obj), area, obj->length)) {
		complain('U', "zpool-read-only", "handle %u was written to by a mapping that is for reading",
			 obj->index);
	}
	area_used = obj->length;
	memset(area, POISON_FREE, area_used);
	zobject_mem_close(area, obj->length);
}

void *zobject_map(struct zobject *obj, bool atomic, enum zpool_mapmode mode)
{
	bool nested = atomic && context_now->mappings;

	if (nested)
		complain('K', "zpool-nested-mapping",
			 "handle %u mapped while the CPU's mapping area is in use", obj->index);
	map_begin(atomic);
	if (atomic)
		mapped_one = obj;
	obj->atomic = atomic;
	if (mode != ZPOOL_MM_WO)
		zobject_mem_poison(obj);
	if (!atomic)
		zobject_mem_open(obj);
	if (!obj->maps++) {
		obj->writes = mode != ZPOOL_MM_RO;
		obj->writes_only = mode == ZPOOL_MM_WO;
		if (atomic)
			open_area(obj, nested);
	}
	return atomic ? area : obj->mem;
}

void zobject_unmap(struct zobject *obj)
{
	if (!obj->maps) {
		complain('K', "zpool-not-mapped", "handle %u unmapped and not mapped", obj->index);
		return;
	}
	if (obj->pool->driver->sleep_mapped)
		slab_check_red(slab_object_at(obj->mem));
	map_end(obj->atomic);
	if (--obj->maps)
		return;
	if (obj->atomic)
		close_area(obj);
	if (mapped_one == obj)
		mapped_one = NULL;
	zobject_mem_shut(obj);
}

/* A write that is one call has the object open for no longer. */
void zobject_write(struct zobject *obj, const void *from, size_t len)
{
	if (len > obj->length) {
		complain('U', "zpool-write-beyond", "%zu bytes written to handle %u, which has %u",
			 len, obj->index, obj->length);
		len = obj->length;
	}
	zobject_mem_put(obj, from, len);
}

/*
 * Narrowed: all of the arena is linear memory but what stands for a mapping
 * that is not; a per-CPU area is in the kernel sometimes vmalloc memory.
 */
bool virt_addr_valid(const void *p)
{
	const struct zobject *obj = mapped_one;

	shim_call();
	if (obj && obj->straddles && (const char *)p >= area && (const char *)p < area + obj->length)
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
			.handle = zobject_handle(obj),
			.pool = obj->pool->index,
			.length = obj->length,
			.mapped = obj->maps,
		};

		if (!fn(&h, arg))
			return;
	}
}
