// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries: where they come from, and what has to be undone with them. */
#include "zswap_internal.h"

#include <linux/memcontrol.h>
#include <linux/topology.h>

struct kmem_cache *zswap_entry_cache;

/* All pages, as the rest of the kernel reads it: in debugfs and in meminfo. */
atomic_long_t zswap_stored_pages = ATOMIC_LONG_INIT(0);

/*
 * Entries belong on the node of their folio, whose shrinker will look for
 * them there. The bulk allocator only knows the local node, and is all or
 * nothing: where it fails some of the entries may still be had one by one.
 *
 * Return: true with @nr entries, or false with none. Their fields are not
 * initialised.
 */
bool zswap_entries_cache_alloc(struct zswap_entry *entries[], unsigned int nr, int nid)
{
	unsigned int i;

	if (nr > 1 && nid == numa_node_id() &&
	    kmem_cache_alloc_bulk(zswap_entry_cache, GFP_KERNEL, nr, (void **)entries))
		return true;

	for (i = 0; i < nr; i++) {
		entries[i] = kmem_cache_alloc_node(zswap_entry_cache, GFP_KERNEL, nid);
		if (!entries[i])
			goto fail;
	}
	return true;

fail:
	while (i--)
		zswap_entry_cache_free(entries[i]);
	return false;
}

void zswap_entry_cache_free(struct zswap_entry *entry)
{
	kmem_cache_free(zswap_entry_cache, entry);
}

/*
 * For an entry that was published and is now out of its tree: gives back
 * what zswap_store_page() took for it, in the opposite order.
 */
void zswap_entry_free(struct zswap_entry *entry)
{
	zswap_lru_del(entry);
	zpool_free(entry->pool->zpool, entry->handle);
	zswap_pool_put(entry->pool);
	if (entry->objcg) {
		obj_cgroup_uncharge_zswap(entry->objcg, entry->length);
		obj_cgroup_put(entry->objcg);
	}
	zswap_entry_cache_free(entry);
	atomic_long_dec(&zswap_stored_pages);
}
