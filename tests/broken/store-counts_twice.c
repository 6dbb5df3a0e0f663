// SPDX-License-Identifier: GPL-2.0-or-later
/* A page that could not be compressed is counted as a failed allocation too. */
#include "../../core/zswap_internal.h"

#define zswap_compress(folio, start, nr, entries, pool)		\
	((zswap_compress)(folio, start, nr, entries, pool) ||	\
	 (zswap_reject_alloc_fail++, false))

#include "../../core/store.c"
