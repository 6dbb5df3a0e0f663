// SPDX-License-Identifier: GPL-2.0-or-later
/* A batch without memory for its entries is refused without being counted. */
#include "../../core/zswap_internal.h"

#define zswap_entries_cache_alloc(entries, nr, nid)		\
	((zswap_entries_cache_alloc)(entries, nr, nid) ||	\
	 (zswap_reject_kmemcache_fail--, false))

#include "../../core/store.c"
