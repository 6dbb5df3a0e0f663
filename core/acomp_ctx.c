// SPDX-License-Identifier: GPL-2.0-or-later
/* What each CPU compresses with, and how it comes and goes with the CPU. */
#include "zswap_internal.h"

#include <linux/cpu.h>
#include <linux/string.h>

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
struct crypto_acomp_ctx *acomp_ctx_get_cpu_lock(struct zswap_pool *pool)
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

void acomp_ctx_put_unlock(struct crypto_acomp_ctx *acomp_ctx)
{
	mutex_unlock(&acomp_ctx->mutex);
}
