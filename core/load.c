// SPDX-License-Identifier: GPL-2.0-or-later
/* Load and invalidate, and the trees of a swap file. */
#include "zswap_internal.h"

#include <linux/bug.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <linux/vmstat.h>

struct xarray *zswap_trees[MAX_SWAPFILES];
static unsigned int nr_zswap_trees[MAX_SWAPFILES];

/**
 * zswap_load() - read a folio that is in the swap cache
 * @folio: locked, of order 0
 *
 * Return: 0, with the folio uptodate, dirty and unlocked: the swap cache is
 * the owner now and the entry is gone. -ENOENT: zswap has nothing, the folio
 * is still locked. -EIO: what zswap has could not be expanded, -EINVAL: the
 * folio is large; in both cases unlocked and not uptodate, which the caller
 * turns into an error of the faulting task.
 */
int zswap_load(struct folio *folio)
{
	struct xarray *tree = swap_zswap_tree(folio->swap);
	pgoff_t offset = swp_offset(folio->swap);
	struct zswap_entry *entry;

	VM_WARN_ON_ONCE(!folio_test_locked(folio));
	VM_WARN_ON_ONCE(!folio_test_swapcache(folio));

	if (zswap_never_enabled())
		return -ENOENT;

	/* Only a part of it may be in zswap. */
	if (WARN_ON_ONCE(folio_test_large(folio))) {
		folio_unlock(folio);
		return -EINVAL;
	}

	entry = xa_load(tree, offset);
	if (!entry)
		return -ENOENT;

	if (!zswap_decompress(entry, folio)) {
		folio_unlock(folio);
		return -EIO;
	}

	folio_mark_uptodate(folio);

	count_vm_event(ZSWPIN);
	if (entry->objcg)
		count_objcg_events(entry->objcg, ZSWPIN, 1);

	/* Two copies in memory are one too many. Dirty, for it has no other. */
	folio_mark_dirty(folio);
	xa_erase(tree, offset);
	zswap_entry_free(entry);

	folio_unlock(folio);
	return 0;
}

/* The slot's life keeps others away: it is locked in the swap cache, or being freed. */
void zswap_invalidate(swp_entry_t swp)
{
	struct zswap_entry *entry;

	entry = xa_erase(swap_zswap_tree(swp), swp_offset(swp));
	if (entry)
		zswap_entry_free(entry);
}

int zswap_swapon(int type, unsigned long nr_pages)
{
	struct xarray *trees;
	unsigned int nr, i;

	nr = DIV_ROUND_UP(nr_pages, SWAP_ADDRESS_SPACE_PAGES);
	trees = kvcalloc(nr, sizeof(*trees), GFP_KERNEL);
	if (!trees) {
		pr_err("alloc failed, zswap disabled for swap type %d\n", type);
		return -ENOMEM;
	}

	for (i = 0; i < nr; i++)
		xa_init(trees + i);

	nr_zswap_trees[type] = nr;
	zswap_trees[type] = trees;
	return 0;
}

void zswap_swapoff(int type)
{
	struct xarray *trees = zswap_trees[type];
	unsigned long first;
	unsigned int i;

	if (!trees)
		return;

	/*
	 * try_to_unuse() has read everything back. But an xa_store() that found
	 * no memory halfway down leaves the nodes it has linked, where no
	 * xa_erase() takes them off: such a tree is not xa_empty(), though it
	 * holds no entry, and its nodes would leak.
	 */
	for (i = 0; i < nr_zswap_trees[type]; i++) {
		first = 0;
		WARN_ON_ONCE(xa_find(trees + i, &first, ULONG_MAX, XA_PRESENT));
		xa_destroy(trees + i);
	}

	kvfree(trees);
	nr_zswap_trees[type] = 0;
	zswap_trees[type] = NULL;
}
