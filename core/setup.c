// SPDX-License-Identifier: GPL-2.0-or-later
/* Setting zswap up: at boot when it is enabled, otherwise when it first is. */
#include "zswap_internal.h"

#include <linux/cpu.h>
#include <linux/init.h>
#include <linux/shrinker.h>

/*
 * Return: 0, also without a pool: then zswap waits, disabled, for parameters
 * that make one. After an error it can never be enabled.
 */
int zswap_setup(void)
{
	struct zswap_pool *pool;

	zswap_entry_cache = KMEM_CACHE(zswap_entry, 0);
	if (!zswap_entry_cache) {
		pr_err("entry cache creation failed\n");
		goto cache_fail;
	}

	if (cpuhp_setup_state_multi(CPUHP_MM_ZSWP_POOL_PREPARE, "mm/zswap_pool:prepare",
				    zswap_cpu_comp_prepare, zswap_cpu_comp_dead))
		goto hp_fail;

	shrink_wq = alloc_workqueue("zswap-shrink", WQ_UNBOUND | WQ_MEM_RECLAIM, 1);
	if (!shrink_wq)
		goto shrink_wq_fail;

	zswap_shrinker = zswap_alloc_shrinker();
	if (!zswap_shrinker)
		goto shrinker_fail;
	if (list_lru_init_memcg(&zswap_list_lru, zswap_shrinker))
		goto lru_fail;
	shrinker_register(zswap_shrinker);

	INIT_WORK(&zswap_shrink_work, shrink_worker);

	pool = __zswap_pool_create_fallback();
	if (pool) {
		pr_info("loaded using pool %s/%s\n", pool->tfm_name,
			zpool_get_type(pool->zpool));
		list_add(&pool->list, &zswap_pools);
		zswap_has_pool = true;
	} else {
		pr_err("pool creation failed\n");
		zswap_enabled = false;
	}

	if (zswap_debugfs_init())
		pr_warn("debugfs initialization failed\n");
	zswap_init_state = ZSWAP_INIT_SUCCEED;
	return 0;

lru_fail:
	shrinker_free(zswap_shrinker);
shrinker_fail:
	destroy_workqueue(shrink_wq);
shrink_wq_fail:
	cpuhp_remove_multi_state(CPUHP_MM_ZSWP_POOL_PREPARE);
hp_fail:
	kmem_cache_destroy(zswap_entry_cache);
cache_fail:
	/* There is nobody to unload it: it stays, and stays off. */
	zswap_init_state = ZSWAP_INIT_FAILED;
	zswap_enabled = false;
	return -ENOMEM;
}

static int __init zswap_init(void)
{
	if (!zswap_enabled)
		return 0;
	return zswap_setup();
}
/* Late, because the compressors have to be there. */
late_initcall(zswap_init);

MODULE_DESCRIPTION("Compressed cache for swap pages");
MODULE_LICENSE("GPL");
