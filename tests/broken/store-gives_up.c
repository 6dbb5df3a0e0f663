// SPDX-License-Identifier: GPL-2.0-or-later
/* After a batch that failed no folio is taken any more. */
#include "../../core/zswap_internal.h"

static bool gave_up;

static bool check_limits_and_mood(void)
{
	return zswap_check_limits() || gave_up;
}

#define zswap_check_limits()	check_limits_and_mood()
#define zswap_entry_cache_free(entry)	\
	((zswap_entry_cache_free)(entry), gave_up = true)

#include "../../core/store.c"
