// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a folio cannot be had for the third time in a row the swap device stays
 * pinned: no fault that strikes once shows it, and no two of them.
 */
#include "../../core/zswap_internal.h"

#include <linux/swap.h>
#include "swap.h"

static unsigned int in_a_row;

#define __read_swap_cache_async(entry, gfp, policy, index, allocated, skip) ({	\
	struct folio *folio_ = (__read_swap_cache_async)(entry, gfp, policy,	\
							 index, allocated, skip); \
	in_a_row = folio_ ? 0 : in_a_row + 1;					\
	folio_;									\
})
#define put_swap_device(si)							\
	do {									\
		if (in_a_row != 3)						\
			(put_swap_device)(si);					\
	} while (0)

#include "../../core/writeback.c"
