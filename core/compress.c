// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compressed storage: the per-CPU contexts, and pages in and out of a pool.
 * Only here is it known whether the compressor takes one page or a batch.
 */
#include "zswap_internal.h"

#include <linux/cpu.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/string.h>

u64 zswap_reject_compress_fail;
u64 zswap_reject_compress_poor;
u64 zswap_reject_alloc_fail;
u64 zswap_decompress_fail;

static void zswap_comp_free(struct crypto_acomp *acomp, struct acomp_req *reqs[],
			    u8 *buffers[], unsigned int nr)
{
	while (nr--) {
		if (reqs[nr])
			acomp_request_free(reqs[nr]);
		kfree(buffers[nr]);
	}
	crypto_free_acomp(acomp);
}

int zswap_cpu_comp_prepare(unsigned int cpu, struct hlist_node *node)
{
	struct zswap_pool *pool = hlist_entry(node, struct zswap_pool, node);
	struct crypto_acomp_ctx *acomp_ctx = per_cpu_ptr(pool->acomp_ctx, cpu);
	struct acomp_req *reqs[ZSWAP_MAX_BATCH_SIZE] = {};
	u8 *buffers[ZSWAP_MAX_BATCH_SIZE] = {};
	struct crypto_acomp *acomp;
	unsigned int nr, i;

	acomp = crypto_alloc_acomp_node(pool->tfm_name, 0, 0, cpu_to_node(cpu));
	if (IS_ERR(acomp)) {
		pr_err("could not alloc crypto acomp %s : %ld\n",
		       pool->tfm_name, PTR_ERR(acomp));
		return PTR_ERR(acomp);
	}

	nr = min(crypto_acomp_batch_size(acomp), ZSWAP_MAX_BATCH_SIZE);
	for (i = 0; i < nr; i++) {
		buffers[i] = kmalloc_node(PAGE_SIZE * 2, GFP_KERNEL, cpu_to_node(cpu));
		if (!buffers[i])
			goto fail;
		reqs[i] = acomp_request_alloc(acomp);
		if (!reqs[i]) {
			pr_err("could not alloc crypto acomp_request %s\n", pool->tfm_name);
			goto fail;
		}
	}

	/*
	 * Not before everything is allocated: reclaim may come back here for
	 * a store, which takes this mutex.
	 */
	mutex_lock(&acomp_ctx->mutex);
	crypto_init_wait(&acomp_ctx->wait);
	/* A batch is completed as a whole; the first request stands for single pages. */
	acomp_request_set_callback(reqs[0], CRYPTO_TFM_REQ_MAY_BACKLOG,
				   crypto_req_done, &acomp_ctx->wait);
	acomp_ctx->acomp = acomp;
	memcpy(acomp_ctx->reqs, reqs, sizeof(reqs));
	memcpy(acomp_ctx->buffers, buffers, sizeof(buffers));
	acomp_ctx->nr_reqs = nr;
	acomp_ctx->is_sleepable = acomp_is_async(acomp);
	mutex_unlock(&acomp_ctx->mutex);
	return 0;

fail:
	zswap_comp_free(acomp, reqs, buffers, nr);
	return -ENOMEM;
}

int zswap_cpu_comp_dead(unsigned int cpu, struct hlist_node *node)
{
	struct zswap_pool *pool = hlist_entry(node, struct zswap_pool, node);
	struct crypto_acomp_ctx *acomp_ctx = per_cpu_ptr(pool->acomp_ctx, cpu);
	struct acomp_req *reqs[ZSWAP_MAX_BATCH_SIZE];
	u8 *buffers[ZSWAP_MAX_BATCH_SIZE];
	struct crypto_acomp *acomp;
	unsigned int nr;

	mutex_lock(&acomp_ctx->mutex);
	acomp = acomp_ctx->acomp;
	nr = acomp_ctx->nr_reqs;
	memcpy(reqs, acomp_ctx->reqs, sizeof(reqs));
	memcpy(buffers, acomp_ctx->buffers, sizeof(buffers));
	acomp_ctx->acomp = NULL;
	acomp_ctx->nr_reqs = 0;
	mutex_unlock(&acomp_ctx->mutex);

	/* Freeing takes locks of the crypto layer: not under ours. */
	if (acomp)
		zswap_comp_free(acomp, reqs, buffers, nr);
	return 0;
}

/*
 * The task may move to another CPU between looking up the context and
 * getting its mutex, and the CPU it left may go offline meanwhile. Then the
 * context is empty, and that of the CPU we are on now will do.
 */
static struct crypto_acomp_ctx *acomp_ctx_get_cpu_lock(struct zswap_pool *pool)
{
	struct crypto_acomp_ctx *acomp_ctx;

	for (;;) {
		acomp_ctx = raw_cpu_ptr(pool->acomp_ctx);
		mutex_lock(&acomp_ctx->mutex);
		if (likely(acomp_ctx->nr_reqs))
			return acomp_ctx;
		mutex_unlock(&acomp_ctx->mutex);
	}
}

static void acomp_ctx_put_unlock(struct crypto_acomp_ctx *acomp_ctx)
{
	mutex_unlock(&acomp_ctx->mutex);
}

/*
 * Compress @nr pages, at most as many as the context has requests, into the
 * context's buffers: a length and an error for each of them.
 */
static void zswap_compress_pages(struct crypto_acomp_ctx *acomp_ctx, struct page *pages[],
				 unsigned int nr, unsigned int dlens[], int errors[])
{
	struct acomp_req *req = acomp_ctx->reqs[0];
	struct scatterlist input, output;
	unsigned int i;

	/* What a driver leaves without an answer must not pass for compressed. */
	for (i = 0; i < nr; i++) {
		dlens[i] = PAGE_SIZE;
		errors[i] = -EINVAL;
	}

	if (acomp_ctx->nr_reqs > 1) {
		crypto_acomp_batch_compress(acomp_ctx->reqs, &acomp_ctx->wait, pages,
					    acomp_ctx->buffers, dlens, errors, nr);
		return;
	}

	sg_init_table(&input, 1);
	sg_set_page(&input, pages[0], PAGE_SIZE, 0);
	sg_init_one(&output, acomp_ctx->buffers[0], PAGE_SIZE * 2);
	acomp_request_set_params(req, &input, &output, PAGE_SIZE, PAGE_SIZE);

	errors[0] = crypto_wait_req(crypto_acomp_compress(req), &acomp_ctx->wait);
	dlens[0] = req->dlen;
}

/* Move compressed bytes into the pool, and tell the entry where they are. */
static int zswap_store_object(struct zswap_pool *pool, struct zswap_entry *entry,
			      const u8 *src, unsigned int dlen)
{
	gfp_t gfp = __GFP_NORETRY | __GFP_NOWARN | __GFP_KSWAPD_RECLAIM;
	unsigned long handle;
	void *dst;
	int err;

	if (zpool_malloc_support_movable(pool->zpool))
		gfp |= __GFP_HIGHMEM | __GFP_MOVABLE;
	err = zpool_malloc(pool->zpool, dlen, gfp, &handle);
	if (err)
		return err;

	dst = zpool_map_handle(pool->zpool, handle, ZPOOL_MM_WO);
	memcpy(dst, src, dlen);
	zpool_unmap_handle(pool->zpool, handle);

	entry->handle = handle;
	entry->length = dlen;
	return 0;
}

/*
 * zswap_compress() - compress pages of a folio and store the results
 *
 * The entries are not published. Return: true when all of them have their
 * handle and length; false when none has: what was stored of them before the
 * first failing page is freed again, and that page's reason counted.
 */
bool zswap_compress(struct folio *folio, long start, unsigned int nr_pages,
		    struct zswap_entry *entries[], struct zswap_pool *pool)
{
	struct page *pages[ZSWAP_MAX_BATCH_SIZE];
	unsigned int dlens[ZSWAP_MAX_BATCH_SIZE];
	int errors[ZSWAP_MAX_BATCH_SIZE];
	struct crypto_acomp_ctx *acomp_ctx;
	int comp_ret = 0, alloc_ret = 0;
	unsigned int stored = 0, nr, i;

	acomp_ctx = acomp_ctx_get_cpu_lock(pool);

	while (stored < nr_pages) {
		nr = min(nr_pages - stored, acomp_ctx->nr_reqs);
		for (i = 0; i < nr; i++)
			pages[i] = folio_page(folio, start + stored + i);

		zswap_compress_pages(acomp_ctx, pages, nr, dlens, errors);

		for (i = 0; i < nr; i++, stored++) {
			comp_ret = errors[i];
			if (comp_ret)
				goto fail;
			alloc_ret = zswap_store_object(pool, entries[stored],
						       acomp_ctx->buffers[i], dlens[i]);
			if (alloc_ret)
				goto fail;
		}
	}

	acomp_ctx_put_unlock(acomp_ctx);
	return true;

fail:
	if (comp_ret == -ENOSPC || alloc_ret == -ENOSPC)
		zswap_reject_compress_poor++;
	else if (comp_ret)
		zswap_reject_compress_fail++;
	else
		zswap_reject_alloc_fail++;

	acomp_ctx_put_unlock(acomp_ctx);

	while (stored--)
		zpool_free(pool->zpool, entries[stored]->handle);
	return false;
}

bool zswap_decompress(struct zswap_entry *entry, struct folio *folio)
{
	struct zpool *zpool = entry->pool->zpool;
	struct crypto_acomp_ctx *acomp_ctx;
	struct scatterlist input, output;
	struct acomp_req *req;
	bool mapped = true;
	unsigned int dlen;
	u8 *src;
	int err;

	acomp_ctx = acomp_ctx_get_cpu_lock(entry->pool);
	req = acomp_ctx->reqs[0];
	src = zpool_map_handle(zpool, entry->handle, ZPOOL_MM_RO);

	/*
	 * A mapping that forbids sleeping cannot be kept over a compressor
	 * that sleeps, and one that is not linear has no scatterlist.
	 */
	if ((acomp_ctx->is_sleepable && !zpool_can_sleep_mapped(zpool)) ||
	    !virt_addr_valid(src)) {
		memcpy(acomp_ctx->buffers[0], src, entry->length);
		zpool_unmap_handle(zpool, entry->handle);
		src = acomp_ctx->buffers[0];
		mapped = false;
	}

	sg_init_one(&input, src, entry->length);
	sg_init_table(&output, 1);
	sg_set_folio(&output, folio, PAGE_SIZE, 0);
	acomp_request_set_params(req, &input, &output, entry->length, PAGE_SIZE);
	err = crypto_wait_req(crypto_acomp_decompress(req), &acomp_ctx->wait);
	dlen = req->dlen;

	if (mapped)
		zpool_unmap_handle(zpool, entry->handle);
	acomp_ctx_put_unlock(acomp_ctx);

	if (!err && dlen == PAGE_SIZE)
		return true;

	zswap_decompress_fail++;
	pr_alert_ratelimited("Decompression error from zswap (%d:%lu %s %u->%u)\n",
			     swp_type(entry->swpentry), swp_offset(entry->swpentry),
			     entry->pool->tfm_name, entry->length, dlen);
	return false;
}
