// SPDX-License-Identifier: GPL-2.0-or-later
/* Writeback: a page leaves zswap for the swap file. */
#include "zswap_internal.h"

#include <linux/memcontrol.h>
#include <linux/mempolicy.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/vmstat.h>
#include <linux/writeback.h>

/*
 * The swap-out that a store cut short is taken up again: a folio in the swap
 * cache, the bytes expanded into it, and a write.
 *
 * @entry may be freed at any time until its slot is pinned by a folio in the
 * swap cache, hence @swpentry, which the caller read while it was safe.
 *
 * Return: 0; -EEXIST when the slot is in the swap cache already; another
 * error otherwise. After an error the entry, if it still exists, is as before.
 */
int zswap_writeback_entry(struct zswap_entry *entry, swp_entry_t swpentry)
{
	struct xarray *tree = swap_zswap_tree(swpentry);
	pgoff_t offset = swp_offset(swpentry);
	struct writeback_control wbc = {
		.sync_mode = WB_SYNC_NONE,
	};
	struct swap_info_struct *si;
	bool folio_was_allocated;
	struct mempolicy *mpol;
	struct folio *folio;
	int ret;

	si = get_swap_device(swpentry);
	if (!si)
		return -EEXIST;
	mpol = get_task_policy(current);
	folio = __read_swap_cache_async(swpentry, GFP_KERNEL, mpol,
					NO_INTERLEAVE_INDEX, &folio_was_allocated, true);
	put_swap_device(si);
	if (!folio)
		return -ENOMEM;

	/* Somebody is reading it right now, so it is not cold at all. */
	if (!folio_was_allocated) {
		folio_put(folio);
		return -EEXIST;
	}

	/*
	 * The locked folio keeps everybody else away from the slot. But it may
	 * have been freed and used again before: what is in the tree must be
	 * the entry we came for, or it must not even be looked into.
	 */
	if (entry != xa_load(tree, offset)) {
		ret = -ENOMEM;
		goto fail;
	}

	if (!zswap_decompress(entry, folio)) {
		ret = -EIO;
		goto fail;
	}

	xa_erase(tree, offset);

	count_vm_event(ZSWPWB);
	if (entry->objcg)
		count_objcg_events(entry->objcg, ZSWPWB, 1);

	zswap_entry_free(entry);

	folio_mark_uptodate(folio);
	/* Nobody wants it: to be reclaimed as soon as it is written. */
	folio_set_reclaim(folio);
	__swap_writepage(folio, &wbc);
	folio_put(folio);
	return 0;

fail:
	delete_from_swap_cache(folio);
	folio_unlock(folio);
	folio_put(folio);
	return ret;
}
