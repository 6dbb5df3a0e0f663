// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bytes of compressed storage's objects.
 *
 * Where a driver hands out its own memory they are a slab object, which brings
 * poison, red zones and a quarantine; while no mapping is open they are closed to
 * ASan. Where the CPU maps through an area nobody else has an address of them: they
 * are plain memory of the arena, or if the compressor remembers them, where it does,
 * which spares every store and every snapshot a copy.
 */
#include <string.h>

#include <linux/mm.h>
#include <linux/numa.h>

#include "shim/deflate.h"
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
	obj->known = obj->mem = NULL;
	obj->unwritten = !obj->pool->driver->sleep_mapped;
	if (obj->unwritten)
		return true;
	obj->mem = zobject_mem_slab(obj->length);
	if (obj->mem)
		zobject_mem_close(obj->mem, obj->length);
	return obj->mem;
}

void zobject_mem_free(const struct zobject *obj)
{
	if (obj->pool->driver->sleep_mapped)
		slab_free(NULL, SLAB_ZPOOL, obj->mem, "zpool_free");
	else
		arena_free(obj->mem, obj->length);
}

char *zobject_mem_open(struct zobject *obj)
{
	if (!obj->mem)
		obj->mem = arena_take(obj->length);
	memory_open(obj->mem, obj->length);
	if (obj->known)
		memcpy(obj->mem, obj->known, obj->length);
	obj->known = NULL;
	return obj->mem;
}

void zobject_mem_shut(struct zobject *obj)
{
	if (obj->mem)
		zobject_mem_close(obj->mem, obj->length);
}

const char *zobject_mem_bytes(struct zobject *obj)
{
	return obj->known ? obj->known : zobject_mem_open(obj);
}

void zobject_mem_put(struct zobject *obj, const void *from, unsigned int length)
{
	const void *known = NULL;

	if (length < obj->length)
		zobject_mem_poison(obj);
	else if (!obj->pool->driver->sleep_mapped)
		known = deflate_known(from, length);
	if (!known)
		memcpy(zobject_mem_open(obj), from, length);
	obj->known = known;
	obj->unwritten = false;
	if (!obj->maps)
		zobject_mem_shut(obj);
}

void zobject_mem_poison(struct zobject *obj)
{
	if (!obj->unwritten)
		return;
	raw_fill(zobject_mem_open(obj), POISON_ALLOC, obj->length);
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
