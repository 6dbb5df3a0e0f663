// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages into a pool. Only here is it known whether the compressor takes one
 * page or a batch.
 */
#include "zswap_internal.h"

#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/string.h>

u64 zswap_reject_compress_fail;
u64 zswap_reject_compress_poor;
u64 zswap_reject_alloc_fail;

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
