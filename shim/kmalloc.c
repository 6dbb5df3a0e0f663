// SPDX-License-Identifier: GPL-2.0-or-later
/* The kmalloc family: a cache for each power of two. */
#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include <stdio.h>

#include "context.h"
#include "fault.h"
#include "shim.h"
#include "slab.h"

#define KMALLOC_MIN_SHIFT	3
#define KMALLOC_MAX_SHIFT	22
#define KMALLOC_ALIGN_MAX	64u
#define KMALLOC_CACHES		(KMALLOC_MAX_SHIFT - KMALLOC_MIN_SHIFT + 1)

static struct kmem_cache *kmalloc_caches[KMALLOC_CACHES] __world;

void kmalloc_boot(void)
{
	char name[SLAB_NAME];

	for (unsigned int i = 0; i < KMALLOC_CACHES; i++) {
		unsigned int size = 1u << (i + KMALLOC_MIN_SHIFT);

		snprintf(name, sizeof(name), "kmalloc-%u", size);
		kmalloc_caches[i] = slab_cache_create(name, size,
						      size < KMALLOC_ALIGN_MAX ? size : KMALLOC_ALIGN_MAX,
						      SLAB_KMALLOC);
	}
}

static struct kmem_cache *kmalloc_cache(size_t size)
{
	unsigned int i = 0;

	while (size > 1ul << (i + KMALLOC_MIN_SHIFT)) {
		if (++i == KMALLOC_CACHES)
			return NULL;
	}
	return kmalloc_caches[i];
}

static void *take(size_t size, gfp_t gfp, int nid)
{
	struct kmem_cache *cache = kmalloc_cache(size);

	if (!size)
		return ZERO_SIZE_PTR;
	return cache ? slab_alloc(cache, size, nid, gfp & __GFP_ZERO) : NULL;
}

/*
 * narrowed: aligned to 64 bytes at most (the kernel: to the size, when that
 * is a power of two); 4 MiB at most, without a warning.
 */
void *kmalloc_node(size_t size, gfp_t gfp, int nid)
{
	shim_call();
	context_might_alloc(gfp, "kmalloc");
	if (fault_hit(FP_KMALLOC))
		return NULL;
	return take(size, gfp, nid);
}

/* narrowed: as kmalloc_node(); never falls back to vmalloc. */
void *kvmalloc_node(size_t size, gfp_t gfp, int nid)
{
	shim_call();
	context_might_alloc(gfp, "kvmalloc");
	if (fault_hit(FP_KVCALLOC))
		return NULL;
	return take(size, gfp, nid);
}

/* faithful: also of an object of a kmem_cache. */
void kfree(const void *p)
{
	shim_call();
	if (p && p != ZERO_SIZE_PTR)
		slab_free(NULL, SLAB_KMALLOC, p, "kfree");
}

/* faithful: there is no vmalloc memory. */
void kvfree(const void *p)
{
	shim_call();
	if (p && p != ZERO_SIZE_PTR)
		slab_free(NULL, SLAB_KMALLOC, p, "kvfree");
}
