// SPDX-License-Identifier: GPL-2.0-or-later
/* A failed batch counts the pages that grew, and asks entries that it has just freed. */
#include "../../core/zswap_internal.h"

#define zswap_entry_cache_free(entry)				\
	do {							\
		struct zswap_entry *freed = (entry);		\
								\
		(zswap_entry_cache_free)(freed);		\
		if (READ_ONCE(freed->length) > PAGE_SIZE)	\
			zswap_reject_compress_poor++;		\
	} while (0)

#include "../../core/store.c"
