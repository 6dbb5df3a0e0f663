// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the fallback of a failed bulk allocation fails as well, the entry before
 * the one that failed is forgotten: no single fault shows it.
 */
#include <linux/slab.h>
#include <linux/types.h>

static bool fell_back;

#define kmem_cache_alloc_bulk(cache, gfp, nr, entries)				\
	(!(fell_back = !(kmem_cache_alloc_bulk)(cache, gfp, nr, entries)))
#define kmem_cache_alloc_node(cache, gfp, nid) ({				\
	void *entry_ = (kmem_cache_alloc_node)(cache, gfp, nid);		\
	if (!entry_ && fell_back && i)						\
		i--;								\
	entry_;									\
})

#include "../../core/entry.c"
