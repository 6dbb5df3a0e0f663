// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The store. One path for every folio, in steps of up to ZSWAP_MAX_BATCH_SIZE
 * pages; a single page is the batch of size one.
 *
 * Who undoes what: an entry that is in the tree belongs to the loop at the
 * end of zswap_store(), and to nobody else. An entry that is not belongs to
 * the function that fails.
 */
#include "zswap_internal.h"

#include <linux/bug.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/vmstat.h>

u64 zswap_reject_kmemcache_fail;

/* Put a compressed page's entry into the tree, in place of a stale one. */
static bool zswap_store_page(struct page *page, struct zswap_entry *entry,
			     struct obj_cgroup *objcg, struct zswap_pool *pool)
{
	swp_entry_t page_swpentry = page_swap_entry(page);
	struct zswap_entry *old;

	old = xa_store(swap_zswap_tree(page_swpentry), swp_offset(page_swpentry),
		       entry, GFP_KERNEL);
	if (xa_is_err(old)) {
		int err = xa_err(old);

		WARN_ONCE(err != -ENOMEM, "unexpected xarray error: %d\n", err);
		zswap_reject_alloc_fail++;
		return false;
	}

	/* Of an earlier store of this page, which was dirtied since. */
	if (old)
		zswap_entry_free(old);

	/* From here on zswap_entry_free() undoes all of this. */
	zswap_pool_get(pool);
	if (objcg) {
		obj_cgroup_get(objcg);
		obj_cgroup_charge_zswap(objcg, entry->length);
	}
	atomic_long_inc(&zswap_stored_pages);

	/*
	 * The entry can be found while it is still incomplete, but by nobody:
	 * the folio lock keeps loads, stores and invalidations of the slot
	 * away, and writeback comes by the LRU, where it goes last.
	 */
	entry->pool = pool;
	entry->swpentry = page_swpentry;
	entry->objcg = objcg;
	entry->referenced = true;
	INIT_LIST_HEAD(&entry->lru);
	zswap_lru_add(entry);
	return true;
}

/* Pages @start to @start + @nr_pages - 1; on failure some of them are in the tree. */
static bool zswap_store_pages(struct folio *folio, long start, unsigned int nr_pages,
			      struct obj_cgroup *objcg, struct zswap_pool *pool)
{
	struct zswap_entry *entries[ZSWAP_MAX_BATCH_SIZE];
	unsigned int i = 0, unpublished;

	if (!zswap_entries_cache_alloc(entries, nr_pages, folio_nid(folio))) {
		zswap_reject_kmemcache_fail++;
		return false;
	}

	if (!zswap_compress(folio, start, nr_pages, entries, pool))
		goto compress_failed;

	for (i = 0; i < nr_pages; i++) {
		if (!zswap_store_page(folio_page(folio, start + i), entries[i], objcg, pool))
			goto store_failed;
	}
	return true;

store_failed:
	for (unpublished = i; unpublished < nr_pages; unpublished++)
		zpool_free(pool->zpool, entries[unpublished]->handle);
compress_failed:
	for (unpublished = i; unpublished < nr_pages; unpublished++)
		zswap_entry_cache_free(entries[unpublished]);
	return false;
}

/* May the cgroup have another page? If not, one of its own may make room. */
static bool zswap_objcg_may_store(struct obj_cgroup *objcg)
{
	struct mem_cgroup *memcg;
	int err;

	if (obj_cgroup_may_zswap(objcg))
		return true;

	memcg = get_mem_cgroup_from_objcg(objcg);
	err = shrink_memcg(memcg);
	mem_cgroup_put(memcg);
	return !err;
}

/* So that adding to the LRU cannot fail any more. */
static bool zswap_objcg_lru_alloc(struct obj_cgroup *objcg)
{
	struct mem_cgroup *memcg;
	int err;

	memcg = get_mem_cgroup_from_objcg(objcg);
	err = memcg_list_lru_alloc(memcg, &zswap_list_lru, GFP_KERNEL);
	mem_cgroup_put(memcg);
	return !err;
}

bool zswap_store(struct folio *folio)
{
	long nr_pages = folio_nr_pages(folio);
	swp_entry_t swp = folio->swap;
	struct obj_cgroup *objcg;
	struct zswap_pool *pool;
	bool ret = false;
	long index;

	VM_WARN_ON_ONCE(!folio_test_locked(folio));
	VM_WARN_ON_ONCE(!folio_test_swapcache(folio));

	if (!zswap_enabled)
		goto check_old;

	objcg = get_obj_cgroup_from_folio(folio);
	if (objcg && !zswap_objcg_may_store(objcg))
		goto put_objcg;

	if (zswap_check_limits())
		goto put_objcg;

	pool = zswap_pool_current_get();
	if (!pool)
		goto put_objcg;

	if (objcg && !zswap_objcg_lru_alloc(objcg))
		goto put_pool;

	for (index = 0; index < nr_pages; index += ZSWAP_MAX_BATCH_SIZE) {
		unsigned int nr = min_t(long, nr_pages - index, ZSWAP_MAX_BATCH_SIZE);

		if (!zswap_store_pages(folio, index, nr, objcg, pool))
			goto put_pool;
	}

	if (objcg)
		count_objcg_events(objcg, ZSWPOUT, nr_pages);
	count_vm_events(ZSWPOUT, nr_pages);

	ret = true;

put_pool:
	zswap_pool_put(pool);
put_objcg:
	obj_cgroup_put(objcg);
	if (!ret && zswap_pool_reached_full)
		queue_work(shrink_wq, &zswap_shrink_work);
check_old:
	/*
	 * The folio now goes to the swap file. An entry left at any of its
	 * slots, be it of this store or an earlier one, would later be written
	 * over it.
	 */
	if (!ret) {
		unsigned int type = swp_type(swp);
		pgoff_t offset = swp_offset(swp);

		for (index = 0; index < nr_pages; index++)
			zswap_invalidate(swp_entry(type, offset + index));
	}

	return ret;
}
