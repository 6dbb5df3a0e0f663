// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guard mode's page protection, and what a fault in slab memory means.
 *
 * A protection that the system refuses (it keeps a limited number of
 * mappings) leaves the object as it would be without guard mode: poisoned.
 */
#include <stdio.h>
#include <sys/mman.h>

#include "shim.h"
#include "slab.h"
#include "world.h"

/* How far behind or before a poison value a member's address may be. */
#define POISON_REACH	65536ul

static bool no_more __world;

void guard_protect(void *p, size_t size)
{
	mprotect(p, size, PROT_NONE);
}

void guard_freed(const struct slab *slab)
{
	if (!no_more)
		guard_protect(slab->base, slab_bytes(slab));
}

void world_guard_no_more(void)
{
	no_more = true;
}

/* What has to be protected of it: none of it where the two are the same. */
static char *protected_from(const struct slab *slab)
{
	return slab->object[0].state == OBJECT_FREE ? slab->base : slab->base + slab_bytes(slab);
}

/* A call for all that lie next to each other. */
void guard_reinstate(const struct page *map, unsigned long pages)
{
	char *from = NULL, *end = NULL;
	const struct slab *slab;

	for (unsigned long i = 0; i < pages; i += slab ? slab->nr_pages : 1) {
		slab = map[i].slab;
		if (!slab)
			continue;
		if (protected_from(slab) != end) {
			if (end != from)
				guard_protect(from, end - from);
			from = protected_from(slab);
		}
		end = slab->base + ((size_t)slab->nr_pages << PAGE_SHIFT);
	}
	if (end != from)
		guard_protect(from, end - from);
}

static const char *describe_poison(uintptr_t value)
{
	static const struct {
		uintptr_t value;
		const char *text;
	} known[] = {
		{ POISON_FREE * 0x0101010101010101ul, "a pointer read from freed memory was followed" },
		{ POISON_ALLOC * 0x0101010101010101ul, "a pointer read from uninitialised memory was followed" },
		{ POISON_RED * 0x0101010101010101ul, "a pointer read from outside of an object was followed" },
		{ (uintptr_t)LIST_POISON1, "a list was followed from an item deleted from it" },
	};

	for (unsigned int i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (value - known[i].value + POISON_REACH < 2 * POISON_REACH)
			return known[i].text;
	}
	return NULL;
}

bool slab_fault_describe(const void *addr, char *buf, size_t size)
{
	const char *poison = describe_poison((uintptr_t)addr), *p = addr;
	const struct slab_object *obj = slab_object_at(addr);
	const char *name, *freed;

	if (poison) {
		snprintf(buf, size, "%s", poison);
		return true;
	}
	if (!obj)
		return false;
	name = slab_of(addr)->cache->name;
	freed = obj->state == OBJECT_FREE ? "freed " : "";
	if (p < obj->start)
		snprintf(buf, size, "read or write %zu bytes before a %s%s (%u bytes)",
			 (size_t)(obj->start - p), freed, name, obj->size);
	else if (p >= obj->start + obj->size)
		snprintf(buf, size, "read or write %zu bytes past a %s%s (%u bytes)",
			 (size_t)(p - obj->start - obj->size), freed, name, obj->size);
	else if (obj->state == OBJECT_FREE)
		snprintf(buf, size, "read or write %zu bytes into a freed %s (%u bytes)",
			 (size_t)(p - obj->start), name, obj->size);
	else
		return false;
	return true;
}
