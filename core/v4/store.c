// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The store of the subject v4 for pools that cannot batch: that of 6.13-rc,
 * on which its series stands. Each page is allocated, compressed and
 * published before the next one is looked at; what is charged and counted, is
 * for the whole folio, when all of its pages are in.
 *
 * Ported, not mended; see batch_store.c.
 */
#include "../zswap_internal.h"

#include <linux/bug.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include <linux/vmstat.h>

u64 zswap_reject_compress_fail;
u64 zswap_reject_compress_poor;
u64 zswap_reject_alloc_fail;
u64 zswap_reject_kmemcache_fail;

/* Also on a pool that can batch one page takes one request, the first. */
static bool zswap_compress_page(struct page *page, struct zswap_entry *entry,
				struct zswap_pool *pool)
{
	struct crypto_acomp_ctx *acomp_ctx;
	struct scatterlist input, output;
	int comp_ret, alloc_ret = 0;
	struct acomp_req *req;
	unsigned long handle;
	unsigned int dlen;
	void *dst;
	gfp_t gfp;

	acomp_ctx = acomp_ctx_get_cpu_lock(pool);
	req = acomp_ctx->reqs[0];

	sg_init_table(&input, 1);
	sg_set_page(&input, page, PAGE_SIZE, 0);
	sg_init_one(&output, acomp_ctx->buffers[0], PAGE_SIZE * 2);
	acomp_request_set_params(req, &input, &output, PAGE_SIZE, PAGE_SIZE);
	comp_ret = crypto_wait_req(crypto_acomp_compress(req), &acomp_ctx->wait);
	dlen = req->dlen;
	if (comp_ret)
		goto unlock;

	gfp = __GFP_NORETRY | __GFP_NOWARN | __GFP_KSWAPD_RECLAIM;
	if (zpool_malloc_support_movable(pool->zpool))
		gfp |= __GFP_HIGHMEM | __GFP_MOVABLE;
	alloc_ret = zpool_malloc(pool->zpool, dlen, gfp, &handle);
	if (alloc_ret)
		goto unlock;

	dst = zpool_map_handle(pool->zpool, handle, ZPOOL_MM_WO);
	memcpy(dst, acomp_ctx->buffers[0], dlen);
	zpool_unmap_handle(pool->zpool, handle);

	entry->handle = handle;
	entry->length = dlen;

unlock:
	if (comp_ret == -ENOSPC || alloc_ret == -ENOSPC)
		zswap_reject_compress_poor++;
	else if (comp_ret)
		zswap_reject_compress_fail++;
	else if (alloc_ret)
		zswap_reject_alloc_fail++;

	acomp_ctx_put_unlock(acomp_ctx);
	return !comp_ret && !alloc_ret;
}

/* Return: how long the page has become; negative: it is not stored. */
static ssize_t zswap_store_page(struct page *page, struct obj_cgroup *objcg,
				struct zswap_pool *pool)
{
	swp_entry_t page_swpentry = page_swap_entry(page);
	struct zswap_entry *entry, *old;

	if (!zswap_entries_cache_alloc(&entry, 1, page_to_nid(page))) {
		zswap_reject_kmemcache_fail++;
		return -EINVAL;
	}

	if (!zswap_compress_page(page, entry, pool))
		goto compress_failed;

	old = xa_store(swap_zswap_tree(page_swpentry), swp_offset(page_swpentry),
		       entry, GFP_KERNEL);
	if (xa_is_err(old)) {
		int err = xa_err(old);

		WARN_ONCE(err != -ENOMEM, "unexpected xarray error: %d\n", err);
		zswap_reject_alloc_fail++;
		goto store_failed;
	}

	/* Of an earlier store of this page, which was dirtied since. */
	if (old)
		zswap_entry_free(old);

	zswap_pool_get(pool);
	if (objcg)
		obj_cgroup_get(objcg);

	/* Complete before it is on the LRU, where writeback comes from. */
	entry->pool = pool;
	entry->swpentry = page_swpentry;
	entry->objcg = objcg;
	entry->referenced = true;
	if (entry->length) {
		INIT_LIST_HEAD(&entry->lru);
		zswap_lru_add(entry);
	}
	return entry->length;

store_failed:
	zpool_free(pool->zpool, entry->handle);
compress_failed:
	zswap_entry_cache_free(entry);
	return -EINVAL;
}

bool zswap_store(struct folio *folio)
{
	long nr_pages = folio_nr_pages(folio);
	swp_entry_t swp = folio->swap;
	struct obj_cgroup *objcg;
	struct mem_cgroup *memcg;
	struct zswap_pool *pool;
	size_t compressed_bytes = 0;
	bool ret = false;
	long index;

	VM_WARN_ON_ONCE(!folio_test_locked(folio));
	VM_WARN_ON_ONCE(!folio_test_swapcache(folio));

	if (!zswap_enabled)
		goto check_old;

	objcg = get_obj_cgroup_from_folio(folio);
	if (objcg && !obj_cgroup_may_zswap(objcg)) {
		memcg = get_mem_cgroup_from_objcg(objcg);
		if (shrink_memcg(memcg)) {
			mem_cgroup_put(memcg);
			goto put_objcg;
		}
		mem_cgroup_put(memcg);
	}

	if (zswap_check_limits())
		goto put_objcg;

	pool = zswap_pool_current_get();
	if (!pool)
		goto put_objcg;

	if (objcg) {
		memcg = get_mem_cgroup_from_objcg(objcg);
		if (memcg_list_lru_alloc(memcg, &zswap_list_lru, GFP_KERNEL)) {
			mem_cgroup_put(memcg);
			goto put_pool;
		}
		mem_cgroup_put(memcg);
	}

	for (index = 0; index < nr_pages; index++) {
		ssize_t bytes = zswap_store_page(folio_page(folio, index), objcg, pool);

		if (bytes < 0)
			goto put_pool;
		compressed_bytes += bytes;
	}

	if (objcg) {
		obj_cgroup_charge_zswap(objcg, compressed_bytes);
		count_objcg_events(objcg, ZSWPOUT, nr_pages);
	}
	atomic_long_add(nr_pages, &zswap_stored_pages);
	count_vm_events(ZSWPOUT, nr_pages);

	ret = true;

put_pool:
	zswap_pool_put(pool);
put_objcg:
	obj_cgroup_put(objcg);
	if (!ret && zswap_pool_reached_full)
		queue_work(shrink_wq, &zswap_shrink_work);
check_old:
	/* Or writeback would later put older bytes over those in the swap file. */
	if (!ret) {
		unsigned int type = swp_type(swp);
		pgoff_t offset = swp_offset(swp);

		for (index = 0; index < nr_pages; index++)
			zswap_invalidate(swp_entry(type, offset + index));
	}

	return ret;
}
