// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The slab allocator. Its first purpose is to be caught: whoever frees
 * twice, frees what it must not, writes where it must not or goes on using
 * what it freed meets a complaint (U), in a build without sanitizers too.
 *
 *  - an object has red zones around it and is poisoned when it is allocated
 *    and when it is freed;
 *  - a freed object waits in a quarantine, so that a stale pointer does not
 *    point at somebody else's object soon;
 *  - every allocation has a generation of its own;
 *  - slabs are never given back, so any address can be judged for ever.
 *
 * In guard mode each object has pages of its own, ends where they end, is
 * protected when freed and never reused. A protected page lies behind those whose
 * size the caller chose; behind a cache's there is none, as one that is protected
 * and opened again for each of a case's entries would take longer than the case.
 */
#include <linux/bug.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include <string.h>

#include "boot.h"
#include "context.h"
#include "fault.h"
#include "ledger.h"
#include "shim.h"
#include "slab.h"
#include "xarray.h"

#define QUARANTINE_OBJECTS	4096u
#define QUARANTINE_BYTES	(1u << 20)
#define QUARANTINE_MIN		16u

/* Slabs up to this size: no offset in one times a stride has more than 32 bits. */
#define MULTIPLIED_BYTES	(1u << 16)

struct list_head slab_caches __world;
static uint64_t generation __world;
/* What virtual addresses outside of the arena get for a page. */
static struct page nowhere __world;

void slab_boot(void)
{
	INIT_LIST_HEAD(&slab_caches);
	kmalloc_boot();
	percpu_boot();
}

/* ---- caches ------------------------------------------------------------ */

static unsigned int round_up_to(unsigned int n, unsigned int align)
{
	return (n + align - 1) & ~(align - 1);
}

/* At least one object a slab, and at most a quarter of it wasted. */
static void cache_layout(struct kmem_cache *cache)
{
	unsigned int bytes, used, nr;

	cache->first = round_up_to(SLAB_RED, cache->align);
	cache->stride = round_up_to(cache->size + 2 * SLAB_RED, cache->align);
	for (cache->slab_pages = 1;; cache->slab_pages++) {
		bytes = cache->slab_pages * PAGE_SIZE;
		if (bytes < cache->first + cache->stride)
			continue;
		nr = (bytes - cache->first) / cache->stride;
		used = cache->first + nr * cache->stride;
		if (bytes - used <= bytes / 4)
			break;
	}
	cache->slab_objects = nr;
}

static void cache_layout_guarded(struct kmem_cache *cache)
{
	cache->guard_pages = cache->kind != SLAB_CACHE;
	cache->slab_pages = round_up_to(cache->size, PAGE_SIZE) / PAGE_SIZE + cache->guard_pages;
	cache->slab_objects = 1;
	cache->first = 0;
	cache->stride = cache->slab_pages * PAGE_SIZE;
}

struct kmem_cache *slab_cache_create(const char *name, unsigned int size, unsigned int align,
				     enum slab_kind kind)
{
	struct kmem_cache *cache = arena_alloc(sizeof(*cache));

	strncpy(cache->name, name, SLAB_NAME - 1);
	cache->size = size;
	cache->align = align < sizeof(void *) ? sizeof(void *) : align;
	cache->kind = kind;
	if (arena_guarded())
		cache_layout_guarded(cache);
	else
		cache_layout(cache);
	if (cache->slab_pages * PAGE_SIZE <= MULTIPLIED_BYTES)
		cache->per_stride = ((1ull << 32) + cache->stride - 1) / cache->stride;
	cache->quarantine = QUARANTINE_BYTES / cache->stride;
	if (cache->quarantine > QUARANTINE_OBJECTS)
		cache->quarantine = QUARANTINE_OBJECTS;
	if (cache->quarantine < QUARANTINE_MIN)
		cache->quarantine = QUARANTINE_MIN;
	INIT_LIST_HEAD(&cache->live);
	for (unsigned int nid = 0; nid < SLAB_NODES; nid++)
		INIT_LIST_HEAD(&cache->node[nid].freed);
	list_add_tail(&cache->link, &slab_caches);
	return cache;
}

/*
 * narrowed: every flag is ignored, there is no merging of caches, and a
 * constructor is not run.
 */
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     slab_flags_t flags, void (*ctor)(void *))
{
	shim_call();
	context_might_sleep("kmem_cache_create");
	WARN_ON(ctor);
	if (fault_hit(FP_KMEM_CACHE_CREATE))
		return NULL;
	return slab_cache_create(name, size, align, SLAB_CACHE);
}

/* faithful: NULL is fine; a cache with live objects is reported and is gone all the same. */
void kmem_cache_destroy(struct kmem_cache *cache)
{
	shim_call();
	if (!cache)
		return;
	context_might_sleep("kmem_cache_destroy");
	if (cache->destroyed) {
		complain('U', "cache destroyed twice", "kmem_cache_destroy() of %s, destroyed before",
			 cache->name);
		return;
	}
	if (cache->nr_live)
		complain('L', "objects left in a destroyed cache",
			 "kmem_cache_destroy() of %s with %lu live objects", cache->name,
			 cache->nr_live);
	cache->destroyed = true;
	list_del(&cache->link);
}

/* ---- where an address is ----------------------------------------------- */

/* narrowed: only the arena has pages; they know their node and their slab. */
struct page *virt_to_page(const void *p)
{
	struct page *page = arena_page(p);
	struct slab_object *obj;

	shim_call();
	if (!page) {
		complain('U', "virt_to_page of no memory",
			 "virt_to_page() of an address that the kernel has no memory at");
		return &nowhere;
	}
	obj = slab_object_at(p);
	if (obj && obj->state == OBJECT_FREE && slab_object_holds(obj, p))
		complain('U', "virt_to_page of a freed object",
			 "virt_to_page() of a freed %s (%u bytes)", slab_of(p)->cache->name,
			 obj->size);
	return page;
}

/* ---- objects ----------------------------------------------------------- */

static struct slab *slab_grow(struct kmem_cache *cache, int nid)
{
	struct page *page = arena_pages(cache->slab_pages, nid);
	struct slab *slab;
	size_t size = (size_t)cache->slab_pages << PAGE_SHIFT;

	if (!page)
		return NULL;
	slab = arena_alloc(sizeof(*slab) + cache->slab_objects * sizeof(slab->object[0]));
	slab->cache = cache;
	slab->base = page->virtual;
	slab->nr_pages = cache->slab_pages;
	slab->nr = cache->slab_objects;
	slab->nid = nid;
	for (unsigned int i = 0; i < slab->nr_pages; i++)
		page[i].slab = slab;
	for (unsigned int i = 0; i < slab->nr; i++)
		slab->object[i].start = slab->base + cache->first + i * cache->stride;
	raw_fill(slab->base, POISON_RED, size);
	memory_close(slab->base, size);
	if (cache->guard_pages)
		guard_protect(slab->base + slab_bytes(slab), size - slab_bytes(slab));
	return slab;
}

static struct slab_object *object_fresh(struct kmem_cache *cache, int nid)
{
	struct slab_node *node = &cache->node[nid];

	if (!node->fresh || node->fresh->used == node->fresh->nr)
		node->fresh = slab_grow(cache, nid);
	return node->fresh ? &node->fresh->object[node->fresh->used++] : NULL;
}

static struct slab_object *object_reused(struct kmem_cache *cache, int nid)
{
	struct slab_node *node = &cache->node[nid];
	struct slab_object *obj;

	if (list_empty(&node->freed))
		return NULL;
	obj = list_first_entry(&node->freed, struct slab_object, link);
	list_del(&obj->link);
	node->nr_freed--;
	slab_check_freed(obj);
	return obj;
}

static struct slab_object *object_take(struct kmem_cache *cache, int nid)
{
	struct slab_object *obj = NULL;

	if (cache->node[nid].nr_freed >= cache->quarantine)
		obj = object_reused(cache, nid);
	if (!obj)
		obj = object_fresh(cache, nid);
	if (!obj)
		obj = object_reused(cache, nid);
	return obj;
}

/* As far right as its alignment allows. */
static void object_align_to_guard(const struct slab *slab, struct slab_object *obj)
{
	unsigned int align = slab->cache->kind == SLAB_CACHE ? slab->cache->align : SLAB_RED;

	obj->start = slab->base + slab_bytes(slab) - round_up_to(obj->size, align);
}

static void object_fill(const struct slab *slab, struct slab_object *obj, bool zero)
{
	char *end = obj->start + obj->size;
	unsigned int red = slab_red_after(slab, obj);

	memory_open(obj->start, obj->size);
	raw_fill(obj->start, POISON_ALLOC, obj->size);
	if (zero)
		memset(obj->start, 0, obj->size);
	else
		memory_uninitialised(obj->start, obj->size);
	raw_fill(end, POISON_RED, red);
	memory_close(end, red);
}

void *slab_alloc(struct kmem_cache *cache, size_t size, int nid, bool zero)
{
	struct slab_object *obj;
	struct slab *slab;

	if (nid < 0 || nid >= SLAB_NODES)
		nid = numa_node_id();
	obj = object_take(cache, nid);
	if (!obj)
		return NULL;
	slab = slab_of(obj->start);
	obj->size = size;
	obj->held = 0;
	obj->state = OBJECT_LIVE;
	obj->generation = ++generation;
	if (arena_guarded())
		object_align_to_guard(slab, obj);
	object_fill(slab, obj, zero);
	list_add_tail(&obj->link, &cache->live);
	cache->nr_live++;
	cache->live_bytes += size;
	return obj->start;
}

static void object_retire(struct slab *slab, struct slab_object *obj)
{
	struct kmem_cache *cache = slab->cache;

	slab_check_red(obj);
	list_del(&obj->link);
	cache->nr_live--;
	cache->live_bytes -= obj->size;
	obj->state = OBJECT_FREE;
	raw_fill(obj->start, POISON_FREE, obj->size);
	memory_close(obj->start, obj->size);
	if (arena_guarded()) {
		guard_freed(slab);
		return;
	}
	list_add_tail(&obj->link, &cache->node[slab->nid].freed);
	cache->node[slab->nid].nr_freed++;
}

/* May @func free an object of @own, given through @cache? If not, it does all the same. */
static void check_cache(const struct kmem_cache *cache, const struct kmem_cache *own,
			enum slab_kind kind, const char *func)
{
	/* kfree() takes an object of a cache, too. */
	bool same = kind <= SLAB_KMALLOC ? own->kind <= SLAB_KMALLOC : own->kind == kind;

	if (cache ? cache != own : !same)
		complain('U', "wrong cache", "%s() of a %s, given as a %s", func, own->name,
			 cache ? cache->name : kind == SLAB_PERCPU ? "per-CPU area" : "kmalloc object");
	if (own->destroyed)
		complain('U', "free into a destroyed cache", "%s() of a %s, whose cache is destroyed",
			 func, own->name);
}

void slab_held(const void *p, int by)
{
	struct slab_object *obj = slab_object_at(p);

	/* What was freed in a slot was complained of, and may be another by now. */
	if (obj && p == obj->start && obj->state == OBJECT_LIVE && (by > 0 || obj->held))
		obj->held += by;
}

/* The trees are only searched where the count, which may be too high, says so. */
static void check_held(const struct slab_object *obj, const char *func)
{
	unsigned long offset;
	int type;

	if (obj->held && xarray_holds(obj->start, &type, &offset))
		complain('U', "freed while a tree holds it",
			 "%s() of a %s that swap file %d still holds in its tree, at offset %lu",
			 func, slab_of(obj->start)->cache->name, type, offset);
}

void slab_free(const struct kmem_cache *cache, enum slab_kind kind, const void *p,
	       const char *func)
{
	struct slab_object *obj = slab_object_at(p);
	struct slab *slab = slab_of(p);

	if (!obj || (!slab_object_holds(obj, p) && p != obj->start)) {
		complain('U', "free of no object", "%s() of an address where no object is", func);
		return;
	}
	if (p != obj->start) {
		complain('U', "free of an interior pointer", "%s() of a pointer %zu bytes into a %s (%u bytes)",
			 func, (size_t)((const char *)p - obj->start), slab->cache->name, obj->size);
		return;
	}
	if (obj->state == OBJECT_FREE) {
		complain('U', "double free", "%s() of a %s (%u bytes) that is free already", func,
			 slab->cache->name, obj->size);
		return;
	}
	check_cache(cache, slab->cache, kind, func);
	check_held(obj, func);
	object_retire(slab, obj);
}

/* ---- the kernel's functions -------------------------------------------- */

static void *cache_alloc(struct kmem_cache *cache, gfp_t gfp, int nid)
{
	if (cache->destroyed) {
		complain('U', "allocation from a destroyed cache", "allocation of a %s, whose cache is destroyed",
			 cache->name);
		return NULL;
	}
	return slab_alloc(cache, cache->size, nid, gfp & __GFP_ZERO);
}

/* narrowed: another node's memory is never used instead; __GFP_NOFAIL fails too. */
void *kmem_cache_alloc_node(struct kmem_cache *cache, gfp_t gfp, int nid)
{
	shim_call();
	context_might_alloc(gfp, "kmem_cache_alloc_node");
	if (fault_hit(FP_KMEM_CACHE_ALLOC_NODE))
		return NULL;
	return cache_alloc(cache, gfp, nid);
}

/* faithful: all or nothing; answers how many. */
int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t gfp, size_t nr, void **p)
{
	size_t i;

	shim_call();
	context_might_alloc(gfp, "kmem_cache_alloc_bulk");
	if (!nr || fault_hit(FP_KMEM_CACHE_ALLOC_BULK))
		return 0;
	for (i = 0; i < nr; i++) {
		p[i] = cache_alloc(cache, gfp, NUMA_NO_NODE);
		if (!p[i])
			goto undo;
	}
	return nr;

undo:
	while (i--)
		slab_free(cache, SLAB_CACHE, p[i], "kmem_cache_alloc_bulk");
	return 0;
}

/* faithful: with complaints where the kernel corrupts itself. */
void kmem_cache_free(struct kmem_cache *cache, void *p)
{
	shim_call();
	slab_free(cache, SLAB_CACHE, p, "kmem_cache_free");
}

/* faithful: with complaints; without a cache each object's own is used. */
void kmem_cache_free_bulk(struct kmem_cache *cache, size_t nr, void **p)
{
	shim_call();
	for (size_t i = 0; i < nr; i++)
		slab_free(cache, SLAB_CACHE, p[i], "kmem_cache_free_bulk");
}
