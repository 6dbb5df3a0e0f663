// SPDX-License-Identifier: GPL-2.0-or-later
/* A failed bulk allocation refuses the folio: nothing falls back to single entries. */
#include <linux/slab.h>

#define kmem_cache_alloc_bulk(cache, gfp, nr, entries)			\
	((kmem_cache_alloc_bulk)(cache, gfp, nr, entries) ? nr : ({ return false; 0; }))

#include "../../core/entry.c"
