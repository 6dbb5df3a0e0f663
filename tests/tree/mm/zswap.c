// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A zswap that stores nothing, for tests of how subjects are built from a
 * kernel tree. It is compiled by what is asked of it in comments, too, which
 * a probe must not believe: atomic_t zswap_stored_pages; zpool_malloc(1, 2)
 */
#include <linux/module.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <linux/mempolicy.h>
#include <linux/zpool.h>
#include <linux/zsmalloc.h>
#include <linux/zswap.h>

#include "swap.h"
#include "internal.h"

#ifdef CONFIG_ZSWAP_MADE
#include <linux/made.h>
#endif

atomic_long_t zswap_stored_pages = ATOMIC_LONG_INIT(0);
static bool enabled = true;
module_param_named(enabled, enabled, bool, 0644);

static struct zpool *made_pool(void)
{
	return zpool_create_pool("zsmalloc", "made");
}

static int made_object(struct zpool *pool, unsigned long *handle)
{
	return zpool_malloc(pool, min(10, (20)), GFP_NOWAIT,
			    handle, NUMA_NO_NODE);
}

/* The forms of 6.18 and a little later, which nobody here calls. */
static __maybe_unused bool made_read(struct zs_pool *pool, unsigned long handle, void *buffer)
{
	void *obj = zs_obj_read_begin(pool, handle, buffer);

	zs_obj_read_end(pool, handle, obj);
	return obj == buffer;
}

static __maybe_unused struct folio *made_cached(swp_entry_t entry, struct mempolicy *mpol)
{
	struct folio *folio;
	bool allocated;

	folio = __read_swap_cache_async(entry, GFP_KERNEL, mpol, NO_INTERLEAVE_INDEX, &allocated);
	if (!folio)
		folio = swap_cache_alloc_folio(entry, GFP_KERNEL, mpol,
					       NO_INTERLEAVE_INDEX, &allocated);
	return folio;
}

bool zswap_store(struct folio *folio)
{
#ifdef CONFIG_ZSWAP_MADE
	if (made_posted(folio))
		return false;
#endif
#ifdef CONFIG_ZSWAP_UNDECLARED
	if (made_undeclared(folio))
		return false;
#endif
#ifdef CONFIG_ZSWAP_UNDEFINED
	{
		extern bool made_undefined(struct folio *folio);

		if (made_undefined(folio))
			return false;
	}
#endif
	return false;
}

int zswap_load(struct folio *folio)
{
	return -ENOENT;
}

void zswap_invalidate(swp_entry_t swp)
{
}

int zswap_swapon(int type, unsigned long nr_pages)
{
	return 0;
}

void zswap_swapoff(int type)
{
}

bool zswap_is_enabled(void)
{
	return enabled;
}

bool zswap_never_enabled(void)
{
	return !enabled;
}

unsigned long zswap_total_pages(void)
{
	return 0;
}

void zswap_lruvec_state_init(struct lruvec *lruvec)
{
}

void zswap_folio_swapin(struct folio *folio)
{
}

void zswap_memcg_offline_cleanup(struct mem_cgroup *memcg)
{
}

static int __init made_init(void)
{
	struct zpool *pool = made_pool();
	unsigned long handle;

	if (!pool)
		return -ENOMEM;
	if (!made_object(pool, &handle))
		zpool_free(pool, handle);
	zpool_destroy_pool(pool);
	return 0;
}
late_initcall(made_init);
