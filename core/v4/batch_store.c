// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The store of large folios as version 4 of the compress-batching series had
 * it (posted in November 2024, not merged). It stands beside zswap_store()
 * and takes a batch of folios, whose pages it puts together in sub-batches
 * for the compressor: one of them may hold pages of several folios, and a
 * folio of more than SWAP_CRYPTO_BATCH_SIZE pages is spread over several.
 *
 * A port, kept as it was posted: its functions, the order of what they do,
 * and what they leave undone. Whatever zfault has to say about it is said of
 * the posted code, so nothing here is to be corrected.
 */
#include "../zswap_internal.h"

#include <linux/bug.h>
#include <linux/memcontrol.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/pagevec.h>
#include <linux/string.h>
#include <linux/vmstat.h>

/**
 * struct zswap_batch_store_sub_batch - pages that are compressed together
 * @pages: they need not be of one folio
 * @dsts: where each is compressed to, in the context of the CPU
 * @dlens: room there; then what it has become
 * @comp_errors: what the compressor said of each
 * @folio_ids: index of its folio in the batch, and so in errors[]
 * @swpentries: its swap slot
 * @objcgs: its folio's; or NULL
 * @entries: its entry; NULL once that is freed by zswap_batch_cleanup()
 * @nr_pages: how many there are
 * @pool: one that can batch
 */
struct zswap_batch_store_sub_batch {
	struct page *pages[SWAP_CRYPTO_BATCH_SIZE];
	u8 *dsts[SWAP_CRYPTO_BATCH_SIZE];
	unsigned int dlens[SWAP_CRYPTO_BATCH_SIZE];
	int comp_errors[SWAP_CRYPTO_BATCH_SIZE];
	u8 folio_ids[SWAP_CRYPTO_BATCH_SIZE];
	swp_entry_t swpentries[SWAP_CRYPTO_BATCH_SIZE];
	struct obj_cgroup *objcgs[SWAP_CRYPTO_BATCH_SIZE];
	struct zswap_entry *entries[SWAP_CRYPTO_BATCH_SIZE];
	u8 nr_pages;
	struct zswap_pool *pool;
};

bool zswap_can_batch(void)
{
	struct zswap_pool *pool;
	bool ret;

	pool = zswap_pool_current_get();
	if (!pool)
		return false;

	ret = pool->can_batch;
	zswap_pool_put(pool);
	return ret;
}

/* What is in the tree at a refused folio's slots, stale or just stored. */
static void zswap_delete_stored_entries(struct folio *folio)
{
	unsigned int type = swp_type(folio->swap);
	pgoff_t offset = swp_offset(folio->swap);
	struct zswap_entry *entry;
	struct xarray *tree;
	long index;

	for (index = 0; index < folio_nr_pages(folio); index++) {
		tree = swap_zswap_tree(swp_entry(type, offset + index));
		entry = xa_erase(tree, offset + index);
		if (entry)
			zswap_entry_free(entry);
	}
}

static __always_inline void zswap_batch_reset(struct zswap_batch_store_sub_batch *sb)
{
	sb->nr_pages = 0;
}

/*
 * The first page of a folio that fails takes along all the folio's pages in
 * the sub-batch, and its entry in errors[] keeps later steps off the folio.
 */
static void zswap_batch_cleanup(struct zswap_batch_store_sub_batch *sb, int *errors,
				u8 error_folio_id)
{
	u8 i;

	if (errors[error_folio_id])
		return;

	for (i = 0; i < sb->nr_pages; i++) {
		if (sb->folio_ids[i] != error_folio_id || !sb->entries[i])
			continue;

		if (!IS_ERR_VALUE(sb->entries[i]->handle))
			zpool_free(sb->pool->zpool, sb->entries[i]->handle);
		zswap_entry_cache_free(sb->entries[i]);
		sb->entries[i] = NULL;
	}

	errors[error_folio_id] = -EINVAL;
}

static bool zswap_store_entry(swp_entry_t page_swpentry, struct zswap_entry *entry)
{
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

	return true;
}

/* Publish the pages, and account for them: in one go for a run of the same objcg. */
static void zswap_batch_xarray_stats(struct zswap_batch_store_sub_batch *sb, int *errors)
{
	int nr_objcg_pages = 0, nr_pages = 0;
	struct obj_cgroup *objcg = NULL;
	size_t compressed_bytes = 0;
	u8 i;

	for (i = 0; i < sb->nr_pages; i++) {
		if (errors[sb->folio_ids[i]])
			continue;

		if (!zswap_store_entry(sb->swpentries[i], sb->entries[i])) {
			zswap_batch_cleanup(sb, errors, sb->folio_ids[i]);
			continue;
		}

		zswap_pool_get(sb->pool);
		if (sb->objcgs[i])
			obj_cgroup_get(sb->objcgs[i]);

		/* Complete before it is on the LRU, where writeback comes from. */
		sb->entries[i]->pool = sb->pool;
		sb->entries[i]->swpentry = sb->swpentries[i];
		sb->entries[i]->objcg = sb->objcgs[i];
		sb->entries[i]->referenced = true;
		if (sb->entries[i]->length) {
			INIT_LIST_HEAD(&sb->entries[i]->lru);
			zswap_lru_add(sb->entries[i]);
		}

		if (!objcg && sb->objcgs[i]) {
			objcg = sb->objcgs[i];
		} else if (objcg && sb->objcgs[i] && objcg != sb->objcgs[i]) {
			obj_cgroup_charge_zswap(objcg, compressed_bytes);
			count_objcg_events(objcg, ZSWPOUT, nr_objcg_pages);
			compressed_bytes = 0;
			nr_objcg_pages = 0;
			objcg = sb->objcgs[i];
		}

		if (sb->objcgs[i]) {
			compressed_bytes += sb->entries[i]->length;
			nr_objcg_pages++;
		}

		nr_pages++;
	}

	if (objcg) {
		obj_cgroup_charge_zswap(objcg, compressed_bytes);
		count_objcg_events(objcg, ZSWPOUT, nr_objcg_pages);
	}

	atomic_long_add(nr_pages, &zswap_stored_pages);
	count_vm_events(ZSWPOUT, nr_pages);
}

static void zswap_batch_zpool_store(struct zswap_batch_store_sub_batch *sb, int *errors)
{
	u8 i;

	for (i = 0; i < sb->nr_pages; i++) {
		struct zpool *zpool = sb->pool->zpool;
		unsigned long handle;
		gfp_t gfp;
		char *buf;
		int err;

		if (errors[sb->folio_ids[i]])
			continue;

		gfp = __GFP_NORETRY | __GFP_NOWARN | __GFP_KSWAPD_RECLAIM;
		if (zpool_malloc_support_movable(zpool))
			gfp |= __GFP_HIGHMEM | __GFP_MOVABLE;
		err = zpool_malloc(zpool, sb->dlens[i], gfp, &handle);
		if (err) {
			if (err == -ENOSPC)
				zswap_reject_compress_poor++;
			else
				zswap_reject_alloc_fail++;

			zswap_batch_cleanup(sb, errors, sb->folio_ids[i]);
			continue;
		}

		buf = zpool_map_handle(zpool, handle, ZPOOL_MM_WO);
		memcpy(buf, sb->dsts[i], sb->dlens[i]);
		zpool_unmap_handle(zpool, handle);

		sb->entries[i]->handle = handle;
		sb->entries[i]->length = sb->dlens[i];
	}
}

static void zswap_batch_proc_comp_errors(struct zswap_batch_store_sub_batch *sb,
					 int *errors)
{
	u8 i;

	for (i = 0; i < sb->nr_pages; i++) {
		if (!sb->comp_errors[i])
			continue;

		if (sb->comp_errors[i] == -ENOSPC)
			zswap_reject_compress_poor++;
		else
			zswap_reject_compress_fail++;

		if (!errors[sb->folio_ids[i]])
			zswap_batch_cleanup(sb, errors, sb->folio_ids[i]);
	}
}

/* A pool that can batch has all its requests on each CPU. */
static void zswap_batch_compress(struct zswap_batch_store_sub_batch *sb, int *errors)
{
	struct crypto_acomp_ctx *acomp_ctx = raw_cpu_ptr(sb->pool->acomp_ctx);
	u8 i;

	mutex_lock(&acomp_ctx->mutex);

	BUG_ON(acomp_ctx->nr_reqs != SWAP_CRYPTO_BATCH_SIZE);

	for (i = 0; i < sb->nr_pages; i++) {
		sb->dsts[i] = acomp_ctx->buffers[i];
		sb->dlens[i] = PAGE_SIZE;
	}

	crypto_acomp_batch_compress(acomp_ctx->reqs, &acomp_ctx->wait, sb->pages, sb->dsts,
				    sb->dlens, sb->comp_errors, sb->nr_pages);

	zswap_batch_proc_comp_errors(sb, errors);

	/* The buffers are ours only as long as the mutex is. */
	zswap_batch_zpool_store(sb, errors);

	mutex_unlock(&acomp_ctx->mutex);
}

static void zswap_batch_add_pages(struct zswap_batch_store_sub_batch *sb,
				  struct folio *folio, u8 folio_id,
				  struct obj_cgroup *objcg,
				  struct zswap_entry *entries[],
				  long start_idx, u8 nr)
{
	long index;

	for (index = start_idx; index < start_idx + nr; index++) {
		struct page *page = folio_page(folio, index);
		u8 i = sb->nr_pages;

		sb->pages[i] = page;
		sb->swpentries[i] = page_swap_entry(page);
		sb->folio_ids[i] = folio_id;
		sb->objcgs[i] = objcg;
		sb->entries[i] = entries[index - start_idx];
		sb->comp_errors[i] = 0;
		sb->nr_pages++;
	}
}

static int zswap_batch_alloc_entries(struct zswap_entry *entries[], int node_id, u8 nr)
{
	u8 i;

	for (i = 0; i < nr; i++) {
		if (!zswap_entries_cache_alloc(&entries[i], 1, node_id)) {
			zswap_reject_kmemcache_fail++;
			while (i--)
				zswap_entry_cache_free(entries[i]);
			return -EINVAL;
		}

		/* Tells zswap_batch_cleanup() that there is nothing to free yet. */
		entries[i]->handle = (unsigned long)ERR_PTR(-EINVAL);
	}

	return 0;
}

/*
 * Add a folio's pages to the sub-batch, which is processed as often as it is
 * full, and after the @last folio of the batch in any case.
 */
static bool zswap_batch_comp_folio(struct folio *folio, int *errors, u8 folio_id,
				   struct obj_cgroup *objcg,
				   struct zswap_batch_store_sub_batch *sub_batch,
				   bool last)
{
	long folio_start_idx = 0, nr_folio_pages = folio_nr_pages(folio);
	struct zswap_entry *entries[SWAP_CRYPTO_BATCH_SIZE];
	int node_id = folio_nid(folio);

	while (nr_folio_pages > 0) {
		u8 add_nr_pages;

		if (sub_batch->nr_pages == SWAP_CRYPTO_BATCH_SIZE) {
			zswap_batch_compress(sub_batch, errors);
			zswap_batch_xarray_stats(sub_batch, errors);
			zswap_batch_reset(sub_batch);
			if (errors[folio_id])
				goto ret_folio;
		}

		add_nr_pages = min3((long)SWAP_CRYPTO_BATCH_SIZE - (long)sub_batch->nr_pages,
				    nr_folio_pages, (long)SWAP_CRYPTO_BATCH_SIZE);

		if (zswap_batch_alloc_entries(entries, node_id, add_nr_pages)) {
			zswap_batch_reset(sub_batch);
			errors[folio_id] = -EINVAL;
			goto ret_folio;
		}

		zswap_batch_add_pages(sub_batch, folio, folio_id, objcg, entries,
				      folio_start_idx, add_nr_pages);

		nr_folio_pages -= add_nr_pages;
		folio_start_idx += add_nr_pages;
	}

	if (last && sub_batch->nr_pages) {
		zswap_batch_compress(sub_batch, errors);
		zswap_batch_xarray_stats(sub_batch, errors);
	}

ret_folio:
	return !errors[folio_id];
}

/**
 * zswap_batch_store() - store folios, each of them whole or not at all
 * @batch: the folios, of any order
 * @errors: one for each folio, set to something else than 0 by the caller;
 *	0 for a folio that is stored, otherwise an error
 *
 * For callers that asked zswap_can_batch() before. The current pool may be
 * another one by now, hence the way by zswap_store().
 */
void zswap_batch_store(struct folio_batch *batch, int *errors)
{
	struct zswap_batch_store_sub_batch sub_batch;
	struct zswap_pool *pool;
	u8 i;

	if (!zswap_enabled)
		goto check_old;

	pool = zswap_pool_current_get();
	if (!pool) {
		if (zswap_check_limits())
			queue_work(shrink_wq, &zswap_shrink_work);
		goto check_old;
	}

	if (!pool->can_batch) {
		for (i = 0; i < folio_batch_count(batch); i++)
			errors[i] = zswap_store(batch->folios[i]) ? 0 : -EINVAL;
		/* Held until here, so that it stays as it was found. */
		zswap_pool_put(pool);
		return;
	}

	zswap_batch_reset(&sub_batch);
	sub_batch.pool = pool;

	for (i = 0; i < folio_batch_count(batch); i++) {
		struct folio *folio = batch->folios[i];
		struct obj_cgroup *objcg;
		struct mem_cgroup *memcg;
		bool ret;

		VM_WARN_ON_ONCE(!folio_test_locked(folio));
		VM_WARN_ON_ONCE(!folio_test_swapcache(folio));

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

		if (objcg) {
			memcg = get_mem_cgroup_from_objcg(objcg);
			if (memcg_list_lru_alloc(memcg, &zswap_list_lru, GFP_KERNEL)) {
				mem_cgroup_put(memcg);
				goto put_objcg;
			}
			mem_cgroup_put(memcg);
		}

		/* Until zswap_batch_cleanup() says otherwise. */
		errors[i] = 0;
		ret = zswap_batch_comp_folio(folio, errors, i, objcg, &sub_batch,
					     i == folio_batch_count(batch) - 1);

put_objcg:
		obj_cgroup_put(objcg);
		if (!ret && zswap_pool_reached_full)
			queue_work(shrink_wq, &zswap_shrink_work);
	}

	zswap_pool_put(pool);

check_old:
	for (i = 0; i < folio_batch_count(batch); i++)
		if (errors[i])
			zswap_delete_stored_entries(batch->folios[i]);
}
