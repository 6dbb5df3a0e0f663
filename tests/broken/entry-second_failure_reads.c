// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the fallback of a failed bulk allocation fails as well, what was allocated
 * by then is looked at once more when it is freed: no single fault shows it, and
 * no plain page.
 */
#include "../../core/zswap_internal.h"

static bool fell_back, undoes;

#define kmem_cache_alloc_bulk(cache, gfp, nr, entries)				\
	(undoes = false, !(fell_back = !(kmem_cache_alloc_bulk)(cache, gfp, nr, entries)))
#define kmem_cache_alloc_node(cache, gfp, nid) ({				\
	void *entry_ = (kmem_cache_alloc_node)(cache, gfp, nid);		\
	undoes |= !entry_ && fell_back;						\
	entry_;									\
})
#define kmem_cache_free(cache, entry) ({					\
	struct zswap_entry *freed_ = (entry);					\
	(kmem_cache_free)(cache, freed_);					\
	if (undoes)								\
		(void)READ_ONCE(freed_->length);				\
})

#include "../../core/entry.c"
