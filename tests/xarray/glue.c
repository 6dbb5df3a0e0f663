// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled with a kernel's own header, and linked to its lib/xarray.c. */
#include <linux/xarray.h>

#include "kernel.h"
#include "ops.h"

void *calloc(size_t nr, size_t size);
void free(void *p);

static DEFINE_XARRAY(array);
struct kmem_cache *radix_tree_node_cachep;

/* ---- memory ------------------------------------------------------------ */

/**
 * struct memory - who gets some
 * @fail_in: first tries to come before the one that fails; -1: none fails
 * @again: the last try failed, so that this one is its second, with the
 *	caller's gfp and outside of the lock where that can wait
 */
static struct {
	unsigned long nodes;
	int fail_in;
	bool both, again;
} memory = { .fail_in = -1 };

static bool is_refused(void)
{
	bool again = memory.again;

	memory.again = false;
	if (again)
		return memory.both;
	if (memory.fail_in < 0 || memory.fail_in--)
		return false;
	memory.again = true;
	return true;
}

void *kmem_cache_alloc_lru(struct kmem_cache *cache, struct list_lru *lru, gfp_t gfp)
{
	struct xa_node *node;

	if (is_refused())
		return NULL;
	memory.nodes++;
	node = calloc(1, sizeof(*node));
	INIT_LIST_HEAD(&node->private_list);
	return node;
}

void kmem_cache_free(struct kmem_cache *cache, void *p)
{
	memory.nodes--;
	free(p);
}

/* What a node leaves the cache in is what it is found in again. */
void radix_tree_node_rcu_free(struct rcu_head *head)
{
	kmem_cache_free(NULL, container_of(head, struct xa_node, rcu_head));
}

/* ---- the array --------------------------------------------------------- */

static void *load(unsigned long index)
{
	return xa_load(&array, index);
}

static void *store(unsigned long index, void *entry, bool nowait)
{
	return xa_store(&array, index, entry, nowait ? GFP_NOWAIT : GFP_KERNEL);
}

static void *cmpxchg(unsigned long index, void *old, void *entry, bool nowait)
{
	return xa_cmpxchg(&array, index, old, entry, nowait ? GFP_NOWAIT : GFP_KERNEL);
}

static void *erase(unsigned long index)
{
	return xa_erase(&array, index);
}

static bool empty(void)
{
	return xa_empty(&array);
}

static void destroy(void)
{
	xa_destroy(&array);
}

static int error(void *entry)
{
	return xa_err(entry);
}

static unsigned long nodes(void)
{
	return memory.nodes;
}

static void refuse(int nth, bool both)
{
	memory.fail_in = nth;
	memory.both = both;
	memory.again = false;
}

extern const struct kernel_xarray kernel_xarray;
__attribute__((visibility("default"))) const struct kernel_xarray kernel_xarray = {
	.load = load,
	.store = store,
	.cmpxchg = cmpxchg,
	.erase = erase,
	.empty = empty,
	.destroy = destroy,
	.error = error,
	.nodes = nodes,
	.refuse = refuse,
};
