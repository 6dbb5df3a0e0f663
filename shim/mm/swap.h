/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mm's own view of the swap cache and of writing to swap; as of 6.12 to 6.17. */
#ifndef _MM_SWAP_H
#define _MM_SWAP_H

#include <linux/swap.h>
#include <linux/swapops.h>

struct mempolicy;
struct writeback_control;

/* One address space, and so one of zswap's trees, for each 64 MiB. */
#define SWAP_ADDRESS_SPACE_SHIFT	14
#define SWAP_ADDRESS_SPACE_PAGES	(1 << SWAP_ADDRESS_SPACE_SHIFT)
#define SWAP_ADDRESS_SPACE_MASK		(SWAP_ADDRESS_SPACE_PAGES - 1)

void __swap_writepage(struct folio *folio, struct writeback_control *wbc);

struct folio *__read_swap_cache_async(swp_entry_t entry, gfp_t gfp_mask,
				      struct mempolicy *mpol, pgoff_t ilx,
				      bool *new_page_allocated, bool skip_if_exists);
void delete_from_swap_cache(struct folio *folio);

#endif
