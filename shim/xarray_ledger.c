// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which xarrays there are, and what the oracle may ask of them. Nobody says
 * when an xarray ends: it is gone when the memory it lies in was freed, which
 * the slab allocator tells, or serves another purpose, which its magic tells.
 */
#include <string.h>

#include "shim/mm/swap.h"

#include "shim/boot.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/slab.h"
#include "shim/xarray.h"

/**
 * struct tree - an xarray that was initialised
 * @slab: in a slab object; false for one in static memory, which stays
 */
struct tree {
	struct xarray *xa;
	int swap_type;
	bool slab;
};
static struct tree *trees __world;
static unsigned int nr_trees __world, max_trees __world;

int xarray_swapon_type __world = -1;

void xarray_swapon_begin(int type)
{
	xarray_swapon_type = type;
}

void xarray_swapon_end(void)
{
	xarray_swapon_type = -1;
}

/* A tree that was overwritten is as lost to its owner as one that was freed. */
static bool tree_lives(const struct tree *tree)
{
	if (tree->slab && !slab_is_live(tree->xa))
		return false;
	return tree->xa->xa_magic == xa_magic(tree->xa);
}

/* @xa is initialised a second time, or is in the memory of one that is gone. */
static void forget_tree(const struct xarray *xa)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < nr_trees; i++)
		if (trees[i].xa != xa)
			trees[kept++] = trees[i];
	nr_trees = kept;
}

static void more_trees(void)
{
	unsigned int max = max_trees ? 2 * max_trees : 16;
	struct tree *more = arena_alloc(max * sizeof(*more));

	if (!more)
		world_end_now(WORLD_BUG, "no arena memory to keep track of xarrays");
	if (max_trees) {
		memcpy(more, trees, nr_trees * sizeof(*more));
		arena_free(trees, max_trees * sizeof(*trees));
	}
	trees = more;
	max_trees = max;
}

void xa_register(struct xarray *xa)
{
	struct ledger_object object;

	xa->xa_magic = xa_magic(xa);
	forget_tree(xa);
	if (nr_trees == max_trees)
		more_trees();
	trees[nr_trees++] = (struct tree){
		.xa = xa,
		.swap_type = xa->xa_swap_type,
		.slab = ledger_object(xa, &object),
	};
}

/* The first live tree of @type from *@index on, *@index past it; NULL: none. */
static struct xarray *next_tree(int type, unsigned int *index)
{
	while (*index < nr_trees) {
		const struct tree *tree = &trees[(*index)++];

		if (tree->swap_type == type && tree_lives(tree))
			return tree->xa;
	}
	return NULL;
}

unsigned int ledger_nr_trees(int type)
{
	unsigned int nr = 0, i = 0;

	while (next_tree(type, &i))
		nr++;
	return nr;
}

/* The last tree takes what is past it: all, where a subject has only one. */
static struct xarray *tree_of(int type, unsigned long offset)
{
	struct xarray *tree, *last = NULL;
	unsigned int i = 0;

	for (unsigned long n = offset >> SWAP_ADDRESS_SPACE_SHIFT;; n--) {
		tree = next_tree(type, &i);
		if (!tree)
			return last;
		if (!n)
			return tree;
		last = tree;
	}
}

void *ledger_tree_load(int type, unsigned long offset)
{
	struct xarray *tree = tree_of(type, offset);

	return tree ? xa_peek(tree, offset) : NULL;
}

bool ledger_tree_needs_node(int type, unsigned long offset)
{
	struct xarray *tree = tree_of(type, offset);

	return tree && xa_needs_node(tree, offset);
}

void *xa_next(const struct xarray *xa, unsigned long *at, unsigned long max)
{
	unsigned long index = *at;

	while (index <= max && index <= xa_max_index(xa)) {
		void *entry = xa->xa_head;
		unsigned int shift = 0;

		while (xa_is_node(entry)) {
			const struct xa_node *node = xa_to_node(entry);
			unsigned int offset = index >> node->shift & XA_CHUNK_MASK;

			shift = node->shift;
			for (; !node->slots[offset] && offset < XA_CHUNK_MASK; offset++)
				index = ((index >> shift) + 1) << shift;
			entry = node->slots[offset];
		}
		if (entry && index <= max) {
			*at = index;
			return entry;
		}
		/* Nothing up to the end of that node; past the last index: 0. */
		index = ((index >> shift) + 1) << shift;
		if (!index)
			break;
	}
	return NULL;
}

/* No further than a node's count: most nodes are nearly empty, or were. */
static bool for_each_below(void *entry, unsigned long index,
			   bool (*fn)(unsigned long offset, void *entry, void *arg), void *arg)
{
	const struct xa_node *node;
	unsigned int left;

	if (!xa_is_node(entry))
		return !entry || fn(index, entry, arg);
	node = xa_to_node(entry);
	left = node->count;
	for (unsigned long i = 0; left && i < XA_CHUNK_SIZE; i++) {
		if (!node->slots[i])
			continue;
		left--;
		if (!for_each_below(node->slots[i], index + (i << node->shift), fn, arg))
			return false;
	}
	return true;
}

void ledger_for_each_slot(int type, bool (*fn)(unsigned long offset, void *entry, void *arg),
			  void *arg)
{
	struct xarray *tree;
	unsigned int i = 0;

	while ((tree = next_tree(type, &i)))
		if (!for_each_below(tree->xa_head, 0, fn, arg))
			return;
}

bool xarray_holds(const void *entry, int *type, unsigned long *offset)
{
	for (unsigned int i = 0; i < nr_trees; i++) {
		unsigned long index = 0;
		void *now;

		if (trees[i].swap_type < 0 || !tree_lives(&trees[i]))
			continue;
		while ((now = xa_next(trees[i].xa, &index, ~0UL))) {
			if (now == entry) {
				*type = trees[i].swap_type;
				*offset = index;
				return true;
			}
			if (!++index)
				break;
		}
	}
	return false;
}

static bool count_slot(unsigned long offset, void *entry, void *arg)
{
	++*(unsigned long *)arg;
	return true;
}

unsigned long ledger_tree_count(int type)
{
	unsigned long nr = 0;

	ledger_for_each_slot(type, count_slot, &nr);
	return nr;
}

static unsigned long nodes_below(const void *entry)
{
	const struct xa_node *node;
	unsigned long nr = 1;
	unsigned int seen = 0;

	if (!xa_is_node(entry))
		return 0;
	node = xa_to_node(entry);
	for (unsigned int i = 0; node->shift && seen < node->count; i++) {
		if (!node->slots[i])
			continue;
		nr += nodes_below(node->slots[i]);
		seen++;
	}
	return nr;
}

void ledger_nodes(unsigned long *allocated, unsigned long *reachable)
{
	*allocated = xa_nr_nodes;
	*reachable = 0;
	for (unsigned int i = 0; i < nr_trees; i++)
		if (tree_lives(&trees[i]))
			*reachable += nodes_below(trees[i].xa->xa_head);
}
