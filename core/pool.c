// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pools: a compressor and an allocator that belong together. The first of
 * zswap_pools is the current one; the others only live for their entries.
 */
#include "zswap_internal.h"

#include <linux/cpu.h>
#include <linux/jump_label.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

/* Read under RCU, changed under zswap_pools_lock. */
LIST_HEAD(zswap_pools);
DEFINE_SPINLOCK(zswap_pools_lock);

/* Names of zpools have to differ. */
static atomic_t zswap_pools_count = ATOMIC_INIT(0);

/* There is, or was, a pool to be current: false only until the first one. */
bool zswap_has_pool;

static DEFINE_STATIC_KEY_MAYBE(CONFIG_ZSWAP_DEFAULT_ON, zswap_ever_enabled);

bool zswap_never_enabled(void)
{
	return !static_branch_maybe(CONFIG_ZSWAP_DEFAULT_ON, &zswap_ever_enabled);
}

#define zswap_pool_debug(msg, p)				\
	pr_debug("%s pool %s/%s\n", msg, (p)->tfm_name,		\
		 zpool_get_type((p)->zpool))

static void __zswap_pool_empty(struct percpu_ref *ref);

/*
 * The pool comes with one reference, which is that of the current pool: the
 * caller has to make it current, or to kill the reference.
 */
struct zswap_pool *zswap_pool_create(char *type, char *compressor)
{
	struct zswap_pool *pool;
	char name[38];	/* "zswap", a number, the end */
	int cpu;

	/* Either parameter may have been cleared when the first pool failed. */
	if (!zswap_has_pool && (!strcmp(type, ZSWAP_PARAM_UNSET) ||
				!strcmp(compressor, ZSWAP_PARAM_UNSET)))
		return NULL;

	pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return NULL;

	snprintf(name, sizeof(name), "zswap%x", atomic_inc_return(&zswap_pools_count));
	pool->zpool = zpool_create_pool(type, name, __GFP_NORETRY | __GFP_NOWARN |
					__GFP_KSWAPD_RECLAIM);
	if (!pool->zpool) {
		pr_err("%s zpool not available\n", type);
		goto error;
	}

	strscpy(pool->tfm_name, compressor, sizeof(pool->tfm_name));

	pool->acomp_ctx = alloc_percpu(*pool->acomp_ctx);
	if (!pool->acomp_ctx) {
		pr_err("percpu alloc failed\n");
		goto error;
	}

	/* For the CPUs that are not up yet too: a store may race with their coming. */
	for_each_possible_cpu(cpu)
		mutex_init(&per_cpu_ptr(pool->acomp_ctx, cpu)->mutex);

	if (cpuhp_state_add_instance(CPUHP_MM_ZSWP_POOL_PREPARE, &pool->node))
		goto error;

	if (percpu_ref_init(&pool->ref, __zswap_pool_empty,
			    PERCPU_REF_ALLOW_REINIT, GFP_KERNEL))
		goto ref_fail;
	INIT_LIST_HEAD(&pool->list);

	zswap_pool_debug("created", pool);
	static_branch_enable(&zswap_ever_enabled);
	return pool;

ref_fail:
	cpuhp_state_remove_instance(CPUHP_MM_ZSWP_POOL_PREPARE, &pool->node);
error:
	if (pool->acomp_ctx)
		free_percpu(pool->acomp_ctx);
	if (pool->zpool)
		zpool_destroy_pool(pool->zpool);
	kfree(pool);
	return NULL;
}

/* Fall back to a default that exists; clear the parameter when none does. */
static bool zswap_compressor_fallback(void)
{
	if (crypto_has_acomp(zswap_compressor, 0, 0))
		return true;

	if (strcmp(zswap_compressor, CONFIG_ZSWAP_COMPRESSOR_DEFAULT)) {
		pr_err("compressor %s not available, using default %s\n",
		       zswap_compressor, CONFIG_ZSWAP_COMPRESSOR_DEFAULT);
		param_free_charp(&zswap_compressor);
		zswap_compressor = CONFIG_ZSWAP_COMPRESSOR_DEFAULT;
		if (crypto_has_acomp(zswap_compressor, 0, 0))
			return true;
	}

	pr_err("default compressor %s not available\n", zswap_compressor);
	param_free_charp(&zswap_compressor);
	zswap_compressor = ZSWAP_PARAM_UNSET;
	return false;
}

static bool zswap_zpool_fallback(void)
{
	if (zpool_has_pool(zswap_zpool_type))
		return true;

	if (strcmp(zswap_zpool_type, CONFIG_ZSWAP_ZPOOL_DEFAULT)) {
		pr_err("zpool %s not available, using default %s\n",
		       zswap_zpool_type, CONFIG_ZSWAP_ZPOOL_DEFAULT);
		param_free_charp(&zswap_zpool_type);
		zswap_zpool_type = CONFIG_ZSWAP_ZPOOL_DEFAULT;
		if (zpool_has_pool(zswap_zpool_type))
			return true;
	}

	pr_err("default zpool %s not available\n", zswap_zpool_type);
	param_free_charp(&zswap_zpool_type);
	zswap_zpool_type = ZSWAP_PARAM_UNSET;
	return false;
}

struct zswap_pool *__zswap_pool_create_fallback(void)
{
	bool has_comp = zswap_compressor_fallback();
	bool has_zpool = zswap_zpool_fallback();

	if (!has_comp || !has_zpool)
		return NULL;

	return zswap_pool_create(zswap_zpool_type, zswap_compressor);
}

static void zswap_pool_destroy(struct zswap_pool *pool)
{
	zswap_pool_debug("destroying", pool);

	cpuhp_state_remove_instance(CPUHP_MM_ZSWP_POOL_PREPARE, &pool->node);
	free_percpu(pool->acomp_ctx);
	zpool_destroy_pool(pool->zpool);
	kfree(pool);
}

static void __zswap_pool_release(struct work_struct *work)
{
	struct zswap_pool *pool = container_of(work, typeof(*pool), release_work);

	/* A reader of zswap_pools may still be looking at it. */
	synchronize_rcu();

	WARN_ON(!percpu_ref_is_zero(&pool->ref));
	percpu_ref_exit(&pool->ref);
	zswap_pool_destroy(pool);
}

/*
 * The last reference is gone. Whoever put it may hold locks and be unable to
 * sleep, so all that is done here is to take the pool out of sight.
 */
static void __zswap_pool_empty(struct percpu_ref *ref)
{
	struct zswap_pool *pool = container_of(ref, typeof(*pool), ref);

	spin_lock_bh(&zswap_pools_lock);

	WARN_ON(pool == zswap_pool_current());

	list_del_rcu(&pool->list);
	INIT_WORK(&pool->release_work, __zswap_pool_release);
	schedule_work(&pool->release_work);

	spin_unlock_bh(&zswap_pools_lock);
}

static bool __must_check zswap_pool_tryget(struct zswap_pool *pool)
{
	return pool && percpu_ref_tryget(&pool->ref);
}

/* The caller has a reference already. */
void zswap_pool_get(struct zswap_pool *pool)
{
	percpu_ref_get(&pool->ref);
}

void zswap_pool_put(struct zswap_pool *pool)
{
	percpu_ref_put(&pool->ref);
}

static struct zswap_pool *__zswap_pool_current(void)
{
	struct zswap_pool *pool;

	pool = list_first_or_null_rcu(&zswap_pools, typeof(*pool), list);
	WARN_ONCE(!pool && zswap_has_pool,
		  "%s: no page storage pool!\n", __func__);
	return pool;
}

struct zswap_pool *zswap_pool_current(void)
{
	assert_spin_locked(&zswap_pools_lock);

	return __zswap_pool_current();
}

struct zswap_pool *zswap_pool_current_get(void)
{
	struct zswap_pool *pool;

	rcu_read_lock();
	pool = __zswap_pool_current();
	if (!zswap_pool_tryget(pool))
		pool = NULL;
	rcu_read_unlock();

	return pool;
}

struct zswap_pool *zswap_pool_find_get(char *type, char *compressor)
{
	struct zswap_pool *pool;

	assert_spin_locked(&zswap_pools_lock);

	list_for_each_entry_rcu(pool, &zswap_pools, list) {
		if (strcmp(pool->tfm_name, compressor))
			continue;
		if (strcmp(zpool_get_type(pool->zpool), type))
			continue;
		/* Without references it is on its way out: as good as gone. */
		if (!zswap_pool_tryget(pool))
			continue;
		return pool;
	}

	return NULL;
}
