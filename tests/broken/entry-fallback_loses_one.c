// SPDX-License-Identifier: GPL-2.0-or-later
/* After a failed bulk allocation one of the single entries is allocated twice. */
#include <linux/slab.h>

#define kmem_cache_alloc_node(cache, gfp, nid)				\
	(nr > 1 && !i ? (kmem_cache_alloc_node)(cache, gfp, nid) : NULL,	\
	 (kmem_cache_alloc_node)(cache, gfp, nid))

#include "../../core/entry.c"
