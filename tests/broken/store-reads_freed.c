// SPDX-License-Identifier: GPL-2.0-or-later
/* A failed batch looks once more at an entry that it has just freed. */
#include "../../core/zswap_internal.h"

#define zswap_entry_cache_free(entry)				\
	do {							\
		struct zswap_entry *freed = (entry);		\
								\
		(zswap_entry_cache_free)(freed);		\
		(void)READ_ONCE(freed->length);			\
	} while (0)

#include "../../core/store.c"
