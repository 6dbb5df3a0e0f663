/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mm's own view of the swap cache and of writing to swap. Several functions
 * changed over time: what a subject's file gives them was asked of the file
 * (shim/linux/probe), and says which of their forms it means.
 */
#ifndef _MM_SWAP_H
#define _MM_SWAP_H

#include <linux/swap.h>
#include <linux/swapops.h>

struct mempolicy;
struct swap_io_ctx;
struct vm_fault;
struct writeback_control;

/* One address space, and so one of zswap's trees, for each 64 MiB. */
#define SWAP_ADDRESS_SPACE_SHIFT	14
#define SWAP_ADDRESS_SPACE_PAGES	(1 << SWAP_ADDRESS_SPACE_SHIFT)
#define SWAP_ADDRESS_SPACE_MASK		(SWAP_ADDRESS_SPACE_PAGES - 1)

/* ---- writing ----------------------------------------------------------- */

/* In the context until it is submitted, or full. */
void swap_writepage_ctx(struct swap_io_ctx *ctx, struct folio *folio);
void swap_write_submit(struct swap_io_ctx *ctx);

#ifdef ZFAULT_SWAP_IO_CTX
#define __swap_writepage swap_writepage_ctx
#else
void __swap_writepage(struct folio *folio, struct writeback_control *wbc);
#endif

/* ---- the swap cache ---------------------------------------------------- */

/*
 * The folio that caches @entry with a reference, or a new one, locked, for
 * which *@allocated is true. NULL: the slot is free, or there is no memory.
 */
struct folio *__read_swap_cache_async(swp_entry_t entry, gfp_t gfp_mask,
				      struct mempolicy *mpol, pgoff_t ilx,
				      bool *allocated, bool skip_if_exists);

/* It lost its last argument, and for a while it had another name. */
static inline struct folio *__shim_read_swap_cache(swp_entry_t entry, gfp_t gfp,
						   struct mempolicy *mpol, pgoff_t ilx,
						   bool *allocated)
{
	return __read_swap_cache_async(entry, gfp, mpol, ilx, allocated, true);
}

#if ZFAULT_ARGS___read_swap_cache_async == 5
#define __read_swap_cache_async __shim_read_swap_cache
#endif

#ifdef ZFAULT_SWAP_CACHE_ALLOCATED
#define swap_cache_alloc_folio(entry, gfp, mpol, ilx, allocated, exists...) \
	__shim_read_swap_cache((entry), (gfp), (mpol), (ilx), (allocated))
#else
/*
 * A new folio, locked and in the cache, or an error: -EEXIST where there is
 * one, -ENOENT for a slot that is free, -ENOMEM. @orders: a bit for each that
 * would do; zswap wants one page.
 */
struct folio *swap_cache_alloc_folio(swp_entry_t entry, gfp_t gfp_mask, unsigned long orders,
				     struct vm_fault *vmf, struct mempolicy *mpol, pgoff_t ilx);
#endif

#if ZFAULT_ARGS_swap_cache_alloc_folio == 4
#define swap_cache_alloc_folio(entry, gfp, mpol, ilx) \
	swap_cache_alloc_folio((entry), (gfp), 1, NULL, (mpol), (ilx))
#endif

void delete_from_swap_cache(struct folio *folio);
void swap_cache_del_folio(struct folio *folio);

#endif
