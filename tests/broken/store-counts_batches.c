// SPDX-License-Identifier: GPL-2.0-or-later
/* ZSWPOUT counts the batches that went in before the one that failed. */
#include "../../core/zswap_internal.h"

#include <linux/vmstat.h>

#define zswap_compress(folio, start, nr, entries, pool)		\
	((zswap_compress)(folio, start, nr, entries, pool) ||	\
	 (count_vm_events(ZSWPOUT, start), false))

#include "../../core/store.c"
