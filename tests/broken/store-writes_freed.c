// SPDX-License-Identifier: GPL-2.0-or-later
/* A failed batch clears the length of an entry that it has just freed. */
#include "../../core/zswap_internal.h"

#define zswap_entry_cache_free(entry)				\
	do {							\
		struct zswap_entry *freed = (entry);		\
								\
		(zswap_entry_cache_free)(freed);		\
		WRITE_ONCE(freed->length, 0);			\
	} while (0)

#include "../../core/store.c"
