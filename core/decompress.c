// SPDX-License-Identifier: GPL-2.0-or-later
/* A page out of a pool. */
#include "zswap_internal.h"

#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/string.h>

u64 zswap_decompress_fail;

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
