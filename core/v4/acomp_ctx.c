// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The CPU contexts of the subject v4, as its series has them: a pool becomes
 * one that can batch when a CPU comes up and finds that the compressor can.
 *
 * Ported, not mended; see batch_store.c.
 */
#include "../zswap_internal.h"

#include <linux/build_bug.h>
#include <linux/cpu.h>

static void zswap_comp_free(struct crypto_acomp_ctx *acomp_ctx, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		acomp_request_free(acomp_ctx->reqs[i]);
		kfree(acomp_ctx->buffers[i]);
	}
}

int zswap_cpu_comp_prepare(unsigned int cpu, struct hlist_node *node)
{
	struct zswap_pool *pool = hlist_entry(node, struct zswap_pool, node);
	struct crypto_acomp_ctx *acomp_ctx = per_cpu_ptr(pool->acomp_ctx, cpu);
	unsigned int nr_reqs = 1, i;
	struct crypto_acomp *acomp;
	int ret = -ENOMEM;

	BUILD_BUG_ON(SWAP_CRYPTO_BATCH_SIZE > ARRAY_SIZE(acomp_ctx->reqs));

	mutex_init(&acomp_ctx->mutex);
	acomp_ctx->nr_reqs = 0;

	acomp = crypto_alloc_acomp_node(pool->tfm_name, 0, 0, cpu_to_node(cpu));
	if (IS_ERR(acomp)) {
		pr_err("could not alloc crypto acomp %s : %ld\n",
		       pool->tfm_name, PTR_ERR(acomp));
		ret = PTR_ERR(acomp);
		goto acomp_fail;
	}
	acomp_ctx->acomp = acomp;
	acomp_ctx->is_sleepable = acomp_is_async(acomp);

	pool->can_batch = acomp_has_async_batching(acomp);
	if (pool->can_batch)
		nr_reqs = SWAP_CRYPTO_BATCH_SIZE;

	for (i = 0; i < nr_reqs; i++) {
		acomp_ctx->buffers[i] = kmalloc_node(PAGE_SIZE * 2, GFP_KERNEL,
						     cpu_to_node(cpu));
		if (!acomp_ctx->buffers[i])
			goto buf_fail;

		acomp_ctx->reqs[i] = acomp_request_alloc(acomp);
		if (!acomp_ctx->reqs[i]) {
			pr_err("could not alloc crypto acomp_request %s\n", pool->tfm_name);
			goto req_fail;
		}
	}

	/* A batch is polled for: only single pages are waited for. */
	crypto_init_wait(&acomp_ctx->wait);
	acomp_request_set_callback(acomp_ctx->reqs[0], CRYPTO_TFM_REQ_MAY_BACKLOG,
				   crypto_req_done, &acomp_ctx->wait);

	acomp_ctx->nr_reqs = nr_reqs;
	return 0;

req_fail:
	kfree(acomp_ctx->buffers[i]);
buf_fail:
	zswap_comp_free(acomp_ctx, i);
	crypto_free_acomp(acomp);
acomp_fail:
	pool->can_batch = false;
	return ret;
}

int zswap_cpu_comp_dead(unsigned int cpu, struct hlist_node *node)
{
	struct zswap_pool *pool = hlist_entry(node, struct zswap_pool, node);
	struct crypto_acomp_ctx *acomp_ctx = per_cpu_ptr(pool->acomp_ctx, cpu);

	zswap_comp_free(acomp_ctx, acomp_ctx->nr_reqs);
	crypto_free_acomp(acomp_ctx->acomp);
	acomp_ctx->nr_reqs = 0;
	return 0;
}

struct crypto_acomp_ctx *acomp_ctx_get_cpu_lock(struct zswap_pool *pool)
{
	struct crypto_acomp_ctx *acomp_ctx = raw_cpu_ptr(pool->acomp_ctx);

	mutex_lock(&acomp_ctx->mutex);
	return acomp_ctx;
}

void acomp_ctx_put_unlock(struct crypto_acomp_ctx *acomp_ctx)
{
	mutex_unlock(&acomp_ctx->mutex);
}
