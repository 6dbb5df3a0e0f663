/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Slab caches and the kmalloc family; see shim/slab.c for what they catch. */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/gfp.h>
#include <linux/numa.h>
#include <linux/overflow.h>
#include <linux/types.h>

struct kmem_cache;
struct page;

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     slab_flags_t flags, void (*ctor)(void *));
void kmem_cache_destroy(struct kmem_cache *cache);

#define KMEM_CACHE(__struct, __flags) \
	kmem_cache_create(#__struct, sizeof(struct __struct), \
			  __alignof__(struct __struct), (__flags), NULL)

void *kmem_cache_alloc_node(struct kmem_cache *cache, gfp_t gfp, int nid);
int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t gfp, size_t nr, void **p);
void kmem_cache_free(struct kmem_cache *cache, void *p);
void kmem_cache_free_bulk(struct kmem_cache *cache, size_t nr, void **p);

/* All inlines of this file are faithful as far as what they call is. */
static inline void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	return kmem_cache_alloc_node(cache, gfp, NUMA_NO_NODE);
}

static inline void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp)
{
	return kmem_cache_alloc(cache, gfp | __GFP_ZERO);
}

/* What an allocation of no bytes gets: not NULL, and fine to free. */
#define ZERO_SIZE_PTR	((void *)16)

void *kmalloc_node(size_t size, gfp_t gfp, int nid);
void *kvmalloc_node(size_t size, gfp_t gfp, int nid);
void kfree(const void *p);
void kvfree(const void *p);

static inline void *kmalloc(size_t size, gfp_t gfp)
{
	return kmalloc_node(size, gfp, NUMA_NO_NODE);
}

static inline void *kzalloc(size_t size, gfp_t gfp)
{
	return kmalloc(size, gfp | __GFP_ZERO);
}

static inline void *kzalloc_node(size_t size, gfp_t gfp, int nid)
{
	return kmalloc_node(size, gfp | __GFP_ZERO, nid);
}

static inline void *kmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	return kmalloc(array_size(n, size), gfp);
}

static inline void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kzalloc(array_size(n, size), gfp);
}

static inline void *kcalloc_node(size_t n, size_t size, gfp_t gfp, int nid)
{
	return kzalloc_node(array_size(n, size), gfp, nid);
}

static inline void *kvmalloc(size_t size, gfp_t gfp)
{
	return kvmalloc_node(size, gfp, NUMA_NO_NODE);
}

static inline void *kvzalloc(size_t size, gfp_t gfp)
{
	return kvmalloc(size, gfp | __GFP_ZERO);
}

static inline void *kvcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kvzalloc(array_size(n, size), gfp);
}

/* By the object that they are for; GFP_KERNEL where no gfp is given. */
#define __shim_gfp(unused, gfp, ...)	(gfp)
#define shim_gfp(gfp...)		__shim_gfp(, ##gfp, GFP_KERNEL)
#define kzalloc_obj(obj, gfp...) \
	((__typeof__(obj) *)kzalloc(sizeof(obj), shim_gfp(gfp)))
#define kvzalloc_objs(obj, nr, gfp...) \
	((__typeof__(obj) *)kvcalloc((nr), sizeof(obj), shim_gfp(gfp)))

#endif
