/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SWAP_H
#define _LINUX_SWAP_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/*
 * 1 << 5, less the types that stand for migration, device, poisoned and
 * marker entries in a distribution's kernel.
 */
#define MAX_SWAPFILES	23

#define SWAP_CLUSTER_MAX	32UL

/* Posted, not merged: pages that are compressed together. */
#define SWAP_CRYPTO_BATCH_SIZE	8UL

struct swap_info_struct;

/* Keeps a swap file from going away; NULL where @entry is in none. */
struct swap_info_struct *get_swap_device(swp_entry_t entry);
void put_swap_device(struct swap_info_struct *si);

/* Faithful: the pages of a folio have the slots from folio->swap on. */
static inline swp_entry_t page_swap_entry(struct page *page)
{
	struct folio *folio = page_folio(page);
	swp_entry_t entry = folio->swap;

	entry.val += folio_page_idx(folio, page);
	return entry;
}

#endif
