// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bytes of compressed storage's objects.
 *
 * Where a driver hands out its own memory they are a slab object, which brings
 * poison, red zones and a quarantine; while no mapping is open they are closed to
 * ASan. Where the CPU maps through an area nobody else has an address of them, and
 * they are plain memory of the arena.
 */
#include <linux/mm.h>
#include <linux/numa.h>

#include "shim/shim.h"
#include "shim/slab.h"
#include "shim/zobject.h"

#define MEM_STEP	512u
#define MEM_CACHES	(PAGE_SIZE / MEM_STEP)

static struct kmem_cache *caches[MEM_CACHES] __world;

char *zobject_mem_slab(unsigned int length)
{
	struct kmem_cache **cache = &caches[(length - 1) / MEM_STEP];

	if (!*cache)
		*cache = slab_cache_create("zpool", ((length - 1) / MEM_STEP + 1) * MEM_STEP, 8,
					   SLAB_ZPOOL);
	return slab_alloc(*cache, length, NUMA_NO_NODE, false);
}

bool zobject_mem_alloc(struct zobject *obj)
{
	bool slab = obj->pool->driver->sleep_mapped;

	obj->mem = slab ? zobject_mem_slab(obj->length) : arena_take(obj->length);
	obj->unwritten = !slab;
	return obj->mem;
}

void zobject_mem_free(const struct zobject *obj)
{
	if (obj->pool->driver->sleep_mapped)
		slab_free(NULL, SLAB_ZPOOL, obj->mem, "zpool_free");
	else
		arena_free(obj->mem, obj->length);
}

void zobject_mem_poison(struct zobject *obj)
{
	if (!obj->unwritten)
		return;
	raw_fill(obj->mem, POISON_ALLOC, obj->length);
	memory_uninitialised(obj->mem, obj->length);
	obj->unwritten = false;
}

/* Under MSan what was written stays written, so this is not memory_close(). */
void zobject_mem_close(const char *p, size_t size)
{
#ifdef SHIM_ASAN
	ASAN_POISON_MEMORY_REGION(p, size);
#endif
}
