/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of core/ share: the data structures of zswap and the calls
 * between its parts, in the order of mm/zswap.c. Everything here is hidden
 * from the outside; what the rest of the kernel calls is in <linux/zswap.h>.
 */
#ifndef CORE_ZSWAP_INTERNAL_H
#define CORE_ZSWAP_INTERNAL_H

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/cpuhotplug.h>
#include <linux/crypto.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/list_lru.h>
#include <linux/mm_types.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <linux/zpool.h>
#include <linux/zswap.h>
#include <crypto/acompress.h>

#include "swap.h"

/* Pages that go through allocation, compression and publication together. */
#define ZSWAP_MAX_BATCH_SIZE	8U

#define ZSWAP_PARAM_UNSET	""

/*********************************
* statistics
**********************************/

/* Not protected: a lost increment is worth less than an atomic on each store. */
extern u64 zswap_pool_limit_hit;
extern u64 zswap_written_back_pages;
extern u64 zswap_reject_reclaim_fail;
extern u64 zswap_reject_compress_fail;
extern u64 zswap_reject_compress_poor;
extern u64 zswap_reject_alloc_fail;
extern u64 zswap_reject_kmemcache_fail;
extern u64 zswap_decompress_fail;

/*********************************
* tunables
**********************************/

extern bool zswap_enabled;
extern char *zswap_compressor;
extern char *zswap_zpool_type;
extern unsigned int zswap_max_pool_percent;
extern unsigned int zswap_accept_thr_percent;
extern bool zswap_shrinker_enabled;

/*********************************
* data structures
**********************************/

/**
 * struct crypto_acomp_ctx - what a CPU compresses with
 * @acomp: the transform; NULL while the CPU is offline
 * @reqs: one request for each page that the transform takes at a time
 * @buffers: where @reqs write to, two pages each, since a driver need not
 *	stop at the length it was given
 * @nr_reqs: of @reqs and @buffers in use; 0 while the CPU is offline
 * @wait: completion of whatever is in flight
 * @mutex: held from choosing the context to the last use of its buffers;
 *	CPU hotplug takes it to change the fields above
 * @is_sleepable: compressing may sleep, so not under an atomic mapping
 */
struct crypto_acomp_ctx {
	struct crypto_acomp *acomp;
	struct acomp_req *reqs[ZSWAP_MAX_BATCH_SIZE];
	u8 *buffers[ZSWAP_MAX_BATCH_SIZE];
	unsigned int nr_reqs;
	struct crypto_wait wait;
	struct mutex mutex;
	bool is_sleepable;
};

/**
 * struct zswap_pool - a compressor and an allocator, and who uses them
 * @ref: one for being current, one for each entry, one for each store at work
 * @list: on zswap_pools, the current one first
 * @release_work: destroys the pool once @ref is gone
 * @node: instance of the CPU hotplug state
 * @can_batch: v4's alone, which asks the pool before it stores
 */
struct zswap_pool {
	struct zpool *zpool;
	struct crypto_acomp_ctx __percpu *acomp_ctx;
	struct percpu_ref ref;
	struct list_head list;
	struct work_struct release_work;
	struct hlist_node node;
	char tfm_name[CRYPTO_MAX_ALG_NAME];
	bool can_batch;
};

/**
 * struct zswap_entry - one compressed page
 * @swpentry: its swap slot
 * @length: of the compressed bytes
 * @referenced: second chance; cleared by the first look of the shrinker
 * @pool: holds a reference on it
 * @handle: of the compressed bytes in @pool->zpool
 * @objcg: charged for it, with a reference; or NULL
 * @lru: on zswap_list_lru, from the moment it may be written back
 */
struct zswap_entry {
	swp_entry_t swpentry;
	unsigned int length;
	bool referenced;
	struct zswap_pool *pool;
	unsigned long handle;
	struct obj_cgroup *objcg;
	struct list_head lru;
};

enum zswap_init_type {
	ZSWAP_UNINIT,
	ZSWAP_INIT_SUCCEED,
	ZSWAP_INIT_FAILED
};

extern struct list_lru zswap_list_lru;
extern struct workqueue_struct *shrink_wq;
extern struct work_struct zswap_shrink_work;
extern struct shrinker *zswap_shrinker;
extern struct kmem_cache *zswap_entry_cache;
extern struct xarray *zswap_trees[MAX_SWAPFILES];
extern struct list_head zswap_pools;
extern enum zswap_init_type zswap_init_state;
extern struct mutex zswap_init_lock;
extern bool zswap_has_pool;
extern bool zswap_pool_reached_full;

static inline struct xarray *swap_zswap_tree(swp_entry_t swp)
{
	return &zswap_trees[swp_type(swp)][swp_offset(swp) >> SWAP_ADDRESS_SPACE_SHIFT];
}

/* setup.c: also run by the first enable= at run time */
int zswap_setup(void);

/* pool.c */
extern struct spinlock zswap_pools_lock;
struct zswap_pool *zswap_pool_create(char *type, char *compressor);
struct zswap_pool *__zswap_pool_create_fallback(void);
struct zswap_pool *zswap_pool_current(void);
struct zswap_pool *zswap_pool_current_get(void);
struct zswap_pool *zswap_pool_find_get(char *type, char *compressor);
void zswap_pool_get(struct zswap_pool *pool);
void zswap_pool_put(struct zswap_pool *pool);

/* limits.c */
unsigned long zswap_accept_thr_pages(void);
bool zswap_check_limits(void);

/* lru.c */
void zswap_lru_add(struct zswap_entry *entry);
void zswap_lru_del(struct zswap_entry *entry);

/* entry.c */
bool zswap_entries_cache_alloc(struct zswap_entry *entries[], unsigned int nr, int nid);
void zswap_entry_cache_free(struct zswap_entry *entry);
void zswap_entry_free(struct zswap_entry *entry);

/* acomp_ctx.c */
int zswap_cpu_comp_prepare(unsigned int cpu, struct hlist_node *node);
int zswap_cpu_comp_dead(unsigned int cpu, struct hlist_node *node);
struct crypto_acomp_ctx *acomp_ctx_get_cpu_lock(struct zswap_pool *pool);
void acomp_ctx_put_unlock(struct crypto_acomp_ctx *acomp_ctx);

/* compress.c */
bool zswap_compress(struct folio *folio, long start, unsigned int nr_pages,
		    struct zswap_entry *entries[], struct zswap_pool *pool);

/* decompress.c */
bool zswap_decompress(struct zswap_entry *entry, struct folio *folio);

/* writeback.c */
int zswap_writeback_entry(struct zswap_entry *entry, swp_entry_t swpentry);

/* shrinker.c */
struct shrinker *zswap_alloc_shrinker(void);
int shrink_memcg(struct mem_cgroup *memcg);
void shrink_worker(struct work_struct *w);

/* debugfs.c */
int zswap_debugfs_init(void);

#endif
