/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shim's memory from the inside: pages of the arena, slabs on top of
 * them, objects in the slabs. Only the files that implement it, world.c's
 * signal handler, xarrays and lists, which hold objects and follow no freed
 * one, and the tests include this.
 */
#ifndef SHIM_SLAB_H
#define SHIM_SLAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/list.h>
#include <linux/mm_types.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SHIM_ASAN 1
#endif
#if __has_feature(memory_sanitizer)
#define SHIM_MSAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SHIM_ASAN 1
#endif

#ifdef SHIM_ASAN
#include <sanitizer/asan_interface.h>
#endif
#ifdef SHIM_MSAN
#include <sanitizer/msan_interface.h>
#endif

/* For what has to look at poisoned bytes: a sanitizer would report the look. */
#ifdef __clang__
#define __raw __attribute__((__noinline__, no_sanitize("address", "memory")))
#else
#define __raw __attribute__((__noinline__, no_sanitize_address))
#endif

/*
 * What memory is filled with. Eight bytes of either poison are no canonical
 * x86-64 address, so following one faults; neither is a valid handle, a
 * valid bool, or the other one.
 */
#define POISON_ALLOC	0x5a	/* allocated, not written yet */
#define POISON_FREE	0x6b
#define POISON_RED	0xbb

/* Eight bytes of anything, anywhere. */
typedef uint64_t __attribute__((may_alias, aligned(1))) raw_word_t;

/* ---- arena.c ----------------------------------------------------------- */

void raw_fill(void *p, unsigned char byte, size_t size);
/* Index of the first byte that differs from @byte; @size when none does. */
size_t raw_differs(const void *p, unsigned char byte, size_t size);

/*
 * arena_pages() - consecutive pages on one node; contents undefined
 *
 * They stay taken until the world is restored. NULL: the arena is full.
 */
struct page *arena_pages(unsigned int nr, int nid);
/* Its first page, a struct page for each page, and how many are taken. */
extern char *arena_base;
extern struct page *arena_map;
extern unsigned long arena_used;

/* NULL: not in the arena, or a page that nobody took. */
static inline struct page *arena_page(const void *p)
{
	unsigned long index = ((uintptr_t)p - (uintptr_t)arena_base) >> PAGE_SHIFT;

	return index < arena_used ? &arena_map[index] : NULL;
}

bool arena_guarded(void);

/* ---- slab.c ------------------------------------------------------------ */

#define SLAB_NODES	2
#define SLAB_RED	8u	/* bytes of red zone before an object, at least as many after */
#define SLAB_RED_AFTER	64u	/* and never more than this */

enum slab_state { OBJECT_NEW, OBJECT_LIVE, OBJECT_FREE };

/**
 * struct slab_object - what the allocator knows of an object
 * @link: in the live list of its cache, or in the quarantine of its node
 * @generation: of its last allocation; all allocations are counted together
 * @start: its first byte
 * @size: as asked for
 * @held: slots of swap files' trees that it was put into and not taken out of;
 *	those of a tree that is gone still count
 *
 * Kept apart from the object's bytes: no stray write reaches it, and it can
 * be read while the object's page is protected.
 */
struct slab_object {
	struct list_head link;
	uint64_t generation;
	char *start;
	uint32_t size;
	uint16_t held;
	uint8_t state;
};

/**
 * struct slab - consecutive pages that hold the objects of one cache
 * @used: objects handed out at least once; those behind are untouched
 */
struct slab {
	struct kmem_cache *cache;
	char *base;
	unsigned int nr_pages;
	unsigned int nr, used;
	int nid;
	struct slab_object object[];
};

/* What it was allocated as, and so what may free it. */
enum slab_kind { SLAB_CACHE, SLAB_KMALLOC, SLAB_PERCPU, SLAB_ZPOOL };

/**
 * struct slab_node - a cache's memory on one node
 * @fresh: the slab that still has untouched objects, or NULL
 * @freed: quarantine, oldest first; reused only from its full length on
 */
struct slab_node {
	struct slab *fresh;
	struct list_head freed;
	unsigned long nr_freed;
};

#define SLAB_NAME	32

/**
 * struct kmem_cache - a cache
 * @link: in the list of all caches, in creation order
 * @live: live objects in ascending generation
 * @live_bytes: their sizes as asked for
 * @stride: from one object of a slab to the next; @first: offset of the first
 * @per_stride: 2^32 / @stride, for slabs so small that multiplying by it is as
 *	good as dividing by that, and quicker; 0: it is not
 * @guard_pages: protected ones at the end of each slab
 * @quarantine: freed objects of a node that wait before one is reused
 * @destroyed: kept so that a late use of it or of its objects is recognised
 */
struct kmem_cache {
	struct list_head link;
	struct list_head live;
	unsigned long nr_live, live_bytes;
	struct slab_node node[SLAB_NODES];
	unsigned int size, align;
	unsigned int stride, first;
	uint64_t per_stride;
	unsigned int slab_pages, slab_objects, guard_pages;
	unsigned int quarantine;
	uint8_t kind;
	bool destroyed;
	char name[SLAB_NAME];
};

extern struct list_head slab_caches;

struct kmem_cache *slab_cache_create(const char *name, unsigned int size, unsigned int align,
				     enum slab_kind kind);
/* Null bytes or poison; NULL when the arena is full. No fault point. */
void *slab_alloc(struct kmem_cache *cache, size_t size, int nid, bool zero);
/* @cache: that it must be of, or NULL: any of @kind (kmalloc frees slab objects too). */
void slab_free(const struct kmem_cache *cache, enum slab_kind kind, const void *p,
	       const char *func);

/* A tree of a swap file has @p, which may be anything, in a slot more or less. */
void slab_held(const void *p, int by);

/* Without what is protected at its end. */
static inline size_t slab_bytes(const struct slab *slab)
{
	return (size_t)(slab->nr_pages - slab->cache->guard_pages) << PAGE_SHIFT;
}

/* The slab of an address. */
static inline struct slab *slab_of(const void *p)
{
	struct page *page = arena_page(p);

	return page ? page->slab : NULL;
}

/*
 * The object whose place in its slab the address is in. Before the first one
 * the offset wraps, to more than there are.
 */
static inline struct slab_object *slab_object_at(const void *p)
{
	struct slab *slab = slab_of(p);
	const struct kmem_cache *cache;
	uint32_t offset, index;

	if (!slab)
		return NULL;
	cache = slab->cache;
	offset = (const char *)p - slab->base - cache->first;
	index = cache->per_stride ? offset * cache->per_stride >> 32 : offset / cache->stride;
	return index < slab->used ? &slab->object[index] : NULL;
}

/* Inside the bytes that were asked for. */
static inline bool slab_object_holds(const struct slab_object *obj, const void *p)
{
	return (const char *)p >= obj->start && (const char *)p < obj->start + obj->size;
}

/* An object that is allocated, or one that was. False: it is none. */
static inline bool slab_is_live(const void *p)
{
	const struct slab_object *obj = slab_object_at(p);

	return obj && slab_object_holds(obj, p) && obj->state == OBJECT_LIVE;
}

static inline bool slab_is_freed(const void *p)
{
	const struct slab_object *obj = slab_object_at(p);

	return obj && slab_object_holds(obj, p) && obj->state != OBJECT_LIVE;
}

/* ---- slab_check.c ------------------------------------------------------ */

unsigned int slab_red_before(const struct slab *slab, const struct slab_object *obj);
unsigned int slab_red_after(const struct slab *slab, const struct slab_object *obj);
/* Complain (U) of stray writes and make them good; returns how many. */
unsigned int slab_check_red(const struct slab_object *obj);
unsigned int slab_check_freed(const struct slab_object *obj);

/* ---- guard.c ----------------------------------------------------------- */

/* Nobody may touch these pages, the shim included. */
void guard_protect(void *p, size_t size);
/* ... an object of this one that was freed, unless world_guard_no_more() was called. */
void guard_freed(const struct slab *slab);
/* Protect again what a snapshot had protected: of all slabs in these pages. */
void guard_reinstate(const struct page *map, unsigned long pages);

/**
 * slab_fault_describe() - what a faulting address says about the bug
 * @addr: the address, or the value of a register
 * @buf: gets one sentence without addresses
 *
 * A poisoned pointer is not canonical, so x86-64 answers its use with a
 * general protection fault, which gives no address (si_addr is NULL, si_code
 * SI_KERNEL). The caller then asks for each register of the ucontext until
 * one is described.
 *
 * Return: false, with @buf untouched, when there is nothing to say.
 */
bool slab_fault_describe(const void *addr, char *buf, size_t size);

/* ---- kmalloc.c, percpu.c ------------------------------------------------- */

void kmalloc_boot(void);
void percpu_boot(void);

/* ---- what a sanitizer is told ------------------------------------------ */

/* Nobody but a __raw function may touch it. */
static inline void memory_close(const void *p, size_t size)
{
#ifdef SHIM_ASAN
	ASAN_POISON_MEMORY_REGION(p, size);
#endif
#ifdef SHIM_MSAN
	__msan_poison(p, size);
#endif
}

static inline void memory_open(const void *p, size_t size)
{
#ifdef SHIM_ASAN
	ASAN_UNPOISON_MEMORY_REGION(p, size);
#endif
}

/* Allocated and not initialised: reading it before writing it is an error. */
static inline void memory_uninitialised(const void *p, size_t size)
{
#ifdef SHIM_MSAN
	__msan_allocated_memory(p, size);
#endif
}

#endif
