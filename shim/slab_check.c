// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stray writes: into freed objects and red zones. And what the oracle may
 * ask of the slab.
 *
 * A stray write is looked for at three times. When an object is freed, in its
 * red zones; when a freed one is reused, in all of it. After each step of a
 * case ledger_check_poison() looks at what changed hands last: in each cache
 * the newest freed objects, and next to the newest live ones, up to a fixed
 * amount, so that a step costs the same whatever the case has piled up
 * before. At the end of a case ledger_check_poison_all() leaves nothing out.
 * What was found is made good, so each stray write is told once.
 */
#include "ledger.h"
#include "shim.h"
#include "slab.h"

/* A step's share of a cache: bytes freed on a node, and live objects. */
#define STEP_FREED	4096
#define STEP_LIVE	32

unsigned int slab_red_before(const struct slab *slab, const struct slab_object *obj)
{
	size_t room = obj->start - slab->base;

	return room < SLAB_RED ? room : SLAB_RED;
}

unsigned int slab_red_after(const struct slab *slab, const struct slab_object *obj)
{
	char *end = obj->start + slab->cache->stride - SLAB_RED;
	size_t room;

	if (arena_guarded())
		end = slab->base + slab_bytes(slab);
	room = end - (obj->start + obj->size);
	return room < SLAB_RED_AFTER ? room : SLAB_RED_AFTER;
}

unsigned int slab_check_red(const struct slab_object *obj)
{
	const struct slab *slab = slab_of(obj->start);
	unsigned int before = slab_red_before(slab, obj), after = slab_red_after(slab, obj);
	char *end = obj->start + obj->size;
	unsigned int found = 0;
	size_t at;

	if (raw_differs(obj->start - before, POISON_RED, before) < before) {
		complain('U', "write before an object", "bytes before a %s (%u bytes) were written",
			 slab->cache->name, obj->size);
		raw_fill(obj->start - before, POISON_RED, before);
		found++;
	}
	at = raw_differs(end, POISON_RED, after);
	if (at < after) {
		complain('U', "write past an object", "byte %zu of a %s (%u bytes) was written",
			 obj->size + at, slab->cache->name, obj->size);
		raw_fill(end, POISON_RED, after);
		found++;
	}
	return found;
}

unsigned int slab_check_freed(const struct slab_object *obj)
{
	size_t at = raw_differs(obj->start, POISON_FREE, obj->size);

	if (at == obj->size)
		return 0;
	complain('U', "write after free", "byte %zu of a freed %s (%u bytes) was written", at,
		 slab_of(obj->start)->cache->name, obj->size);
	raw_fill(obj->start, POISON_FREE, obj->size);
	return 1;
}

/* A look at the words on either side of it: an overflow seldom leaps over them. */
static __raw bool red_intact(const struct slab_object *obj)
{
	const uint64_t red = POISON_RED * 0x0101010101010101ull;

	return *(const raw_word_t *)(obj->start - SLAB_RED) == red &&
	       *(const raw_word_t *)(obj->start + obj->size) == red;
}

/* Newest first: from the back of the quarantine, and of the live list. */
static unsigned int check_freed_lately(const struct list_head *head)
{
	unsigned int found = 0;
	int left = STEP_FREED;

	for (struct list_head *pos = head->prev; pos != head && left > 0; pos = pos->prev) {
		const struct slab_object *obj = list_entry(pos, struct slab_object, link);

		found += slab_check_freed(obj);
		left -= obj->size;
	}
	return found;
}

static unsigned int check_live_lately(const struct list_head *head)
{
	unsigned int found = 0, left = STEP_LIVE;

	for (struct list_head *pos = head->prev; pos != head && left; pos = pos->prev, left--) {
		const struct slab_object *obj = list_entry(pos, struct slab_object, link);

		if (arena_guarded() || !red_intact(obj))
			found += slab_check_red(obj);
	}
	return found;
}

unsigned int ledger_check_poison(void)
{
	struct kmem_cache *cache;
	unsigned int found = 0;

	list_for_each_entry(cache, &slab_caches, link) {
		for (unsigned int nid = 0; nid < SLAB_NODES; nid++)
			found += check_freed_lately(&cache->node[nid].freed);
		found += check_live_lately(&cache->live);
	}
	return found;
}

static unsigned int check_list(const struct list_head *head, bool freed)
{
	const struct slab_object *obj;
	unsigned int found = 0;

	list_for_each_entry(obj, head, link) {
		if (freed)
			found += slab_check_freed(obj);
		found += slab_check_red(obj);
	}
	return found;
}

unsigned int ledger_check_poison_all(void)
{
	struct kmem_cache *cache;
	unsigned int found = 0;

	list_for_each_entry(cache, &slab_caches, link) {
		for (unsigned int nid = 0; nid < SLAB_NODES; nid++)
			found += check_list(&cache->node[nid].freed, true);
		found += check_list(&cache->live, false);
	}
	return found;
}

/* ---- ledger ------------------------------------------------------------ */

unsigned int ledger_nr_caches(void)
{
	struct list_head *pos;
	unsigned int nr = 0;

	list_for_each(pos, &slab_caches)
		nr++;
	return nr;
}

bool ledger_cache(unsigned int index, struct ledger_cache *out)
{
	struct kmem_cache *cache;

	list_for_each_entry(cache, &slab_caches, link) {
		if (index--)
			continue;
		*out = (struct ledger_cache){
			.cache = cache,
			.name = cache->name,
			.subject = cache->kind == SLAB_CACHE,
			.size = cache->size,
			.live = cache->nr_live,
		};
		return true;
	}
	return false;
}

unsigned long ledger_cache_live(const struct kmem_cache *known)
{
	const struct kmem_cache *cache;

	list_for_each_entry(cache, &slab_caches, link) {
		if (cache == known)
			return cache->nr_live;
	}
	return 0;
}

static void describe(const struct slab_object *obj, struct ledger_object *out)
{
	const struct slab *slab = slab_of(obj->start);

	*out = (struct ledger_object){
		.start = obj->start,
		.cache = slab->cache,
		.cache_name = slab->cache->name,
		.size = obj->size,
		.nid = slab->nid,
		.live = obj->state == OBJECT_LIVE,
		.generation = obj->generation,
	};
}

bool ledger_object(const void *p, struct ledger_object *out)
{
	const struct slab_object *obj = slab_object_at(p);

	if (!obj || !slab_object_holds(obj, p))
		return false;
	describe(obj, out);
	return true;
}

void ledger_for_each_object(const struct kmem_cache *cache,
			    bool (*fn)(const struct ledger_object *, void *), void *arg)
{
	struct ledger_object out;
	struct slab_object *obj;

	list_for_each_entry(obj, &cache->live, link) {
		describe(obj, &out);
		if (!fn(&out, arg))
			return;
	}
}

static void live(enum slab_kind kind, unsigned long *objects, unsigned long *bytes)
{
	struct kmem_cache *cache;

	*objects = *bytes = 0;
	list_for_each_entry(cache, &slab_caches, link) {
		if (cache->kind == kind) {
			*objects += cache->nr_live;
			*bytes += cache->live_bytes;
		}
	}
}

unsigned long ledger_kmalloc_live(void)
{
	unsigned long objects, bytes;

	live(SLAB_KMALLOC, &objects, &bytes);
	return bytes;
}

unsigned long ledger_percpu_live(void)
{
	unsigned long objects, bytes;

	live(SLAB_PERCPU, &objects, &bytes);
	return objects;
}
