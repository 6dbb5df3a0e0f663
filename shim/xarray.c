// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The xarray: a radix tree with 64 slots a node, which is as tall as its
 * highest index needs. What zswap depends on, and what is kept here, is when
 * a store needs memory and what a store that got none leaves behind.
 *
 *  - No node is needed to store at index 0 of an empty array, where the entry
 *    is the head itself, or wherever the leaf exists, occupied slot or not.
 *  - A node is first allocated under the lock, without waiting. If that fails
 *    the lock is dropped, one node is allocated with the caller's gfp, and the
 *    store starts again from the head with it. If this fails too, the store
 *    is refused with -ENOMEM. With a gfp that may not wait it does fail:
 *    nothing is reclaimed in between.
 *  - A node is linked as soon as it is there, and a refused store unlinks
 *    nothing. An array that it made taller stays so: the new top has one
 *    child. A path it began stays and ends in a node without any child, which
 *    its parent counts. So xa_empty() of an array without entries is false
 *    then. A later store below that node uses it, and erasing the last entry
 *    below it frees it; erasing what is not there, or an entry elsewhere, does
 *    not. Whoever frees such an array without xa_destroy() leaks the nodes.
 *  - Erasing frees nodes that became empty, upwards. Only if that ends at the
 *    top node, tops whose one child is at slot 0 are taken off, down to an
 *    entry at index 0 that is the head again.
 *
 * Nodes are freed at once: no reader is ever in the middle of a walk.
 */
#include <linux/swapops.h>
#include <linux/xarray.h>

#include "shim/context.h"
#include "shim/fault.h"
#include "shim/shim.h"
#include "shim/slab.h"
#include "shim/xarray.h"

unsigned long xa_nr_nodes __world;

static uint64_t fault_swp(const struct xarray *xa, unsigned long index)
{
	return xa->xa_swap_type < 0 ? FAULT_NO_SWP : swp_entry(xa->xa_swap_type, index).val;
}

/* ---- nodes ------------------------------------------------------------- */

/**
 * struct xa_op - a store under way
 * @old: what has to be at @index for @entry to be stored, with @cmpxchg
 * @spare: allocated outside the lock, used for the next node that is needed
 * @retry: an allocation under the lock failed
 * @failed: so did the one outside it
 */
struct xa_op {
	struct xarray *xa;
	unsigned long index;
	void *entry;
	void *old;
	bool cmpxchg;
	struct xa_node *spare;
	bool retry;
	bool failed;
};

static struct xa_node *node_new(void)
{
	struct xa_node *node = arena_alloc(sizeof(*node));

	if (node)
		xa_nr_nodes++;
	return node;
}

static void node_free(struct xa_node *node)
{
	xa_nr_nodes--;
	arena_free(node, sizeof(*node));
}

/*
 * Each node needed is one hit of both points. FP_XA_NODE stands for both
 * allocations failing, so there is no retry where it fires under the lock.
 */
static struct xa_node *node_alloc(struct xa_op *op, unsigned int shift)
{
	uint64_t swp = fault_swp(op->xa, op->index);
	struct xa_node *node = op->spare;

	op->spare = NULL;
	if (!node) {
		op->retry = fault_hit_at(FP_XA_NODE_ATOMIC, swp, false);
		if (op->retry)
			return NULL;
		if (!fault_hit_at(FP_XA_NODE, swp, false))
			node = node_new();
	}
	if (node)
		node->shift = shift;
	else
		op->failed = true;
	return node;
}

static void xa_lock(void)
{
	context_now->spinlocks++;
}

static void xa_unlock(void)
{
	context_now->spinlocks--;
}

/*
 * After an attempt: true if it is worth another one. Called locked, and stays
 * so where gfp forbids to wait: that allocation then finds no more memory than
 * the one before, as nothing was reclaimed and GFP_ATOMIC's reserves have an
 * end too.
 */
static bool node_nomem(struct xa_op *op, gfp_t gfp)
{
	bool may_wait = gfpflags_allow_blocking(gfp);

	if (!op->retry) {
		/* The attempt before this one was overtaken by another task. */
		if (op->spare)
			node_free(op->spare);
		return false;
	}
	op->retry = false;
	if (may_wait)
		xa_unlock();
	if (!fault_hit_at(FP_XA_NODE, fault_swp(op->xa, op->index), false) && may_wait)
		op->spare = node_new();
	if (may_wait)
		xa_lock();
	op->failed = !op->spare;
	return op->spare;
}

/* ---- growing ----------------------------------------------------------- */

/* New tops, until the highest index they can hold is enough. */
static bool grow_up(struct xa_op *op)
{
	struct xarray *xa = op->xa;

	while (xa->xa_head && op->index > xa_max_index(xa)) {
		void *head = xa->xa_head;
		struct xa_node *child = xa_is_node(head) ? xa_to_node(head) : NULL;
		struct xa_node *node = node_alloc(op, child ? child->shift + XA_CHUNK_SHIFT : 0);

		if (!node)
			return false;
		node->count = 1;
		node->slots[0] = head;
		if (child)
			child->parent = node;
		xa->xa_head = xa_mk_node(node);
	}
	return true;
}

/* The shift of the top node that the array has or, if empty, should have. */
static unsigned int top_shift(const struct xarray *xa, unsigned long index)
{
	unsigned int shift = 0;

	if (xa_is_node(xa->xa_head))
		return xa_to_node(xa->xa_head)->shift;
	while (index >> shift >= XA_CHUNK_SIZE)
		shift += XA_CHUNK_SHIFT;
	return shift;
}

/* The missing nodes on the way down. The slot, and in @leaf its node. */
static void **grow_down(struct xa_op *op, struct xa_node **leaf)
{
	void **slot = &op->xa->xa_head;
	struct xa_node *node = NULL, *child;
	unsigned int offset = 0;

	*leaf = NULL;
	if (!op->index && !xa_is_node(*slot))
		return slot;
	for (int shift = top_shift(op->xa, op->index); shift >= 0; shift -= XA_CHUNK_SHIFT) {
		if (!*slot) {
			child = node_alloc(op, shift);
			if (!child)
				return NULL;
			child->parent = node;
			child->offset = offset;
			*slot = xa_mk_node(child);
			if (node)
				node->count++;
		}
		node = xa_to_node(*slot);
		offset = op->index >> shift & XA_CHUNK_MASK;
		slot = &node->slots[offset];
	}
	*leaf = node;
	return slot;
}

/* ---- shrinking --------------------------------------------------------- */

static void shrink(struct xarray *xa)
{
	while (xa_is_node(xa->xa_head)) {
		struct xa_node *top = xa_to_node(xa->xa_head);
		void *only = top->slots[0];

		if (top->count != 1 || !only)
			break;
		xa->xa_head = only;
		if (xa_is_node(only))
			xa_to_node(only)->parent = NULL;
		node_free(top);
	}
}

/* @node has one entry less. */
static void node_less(struct xarray *xa, struct xa_node *node)
{
	node->count--;
	while (!node->count) {
		struct xa_node *parent = node->parent;

		if (!parent) {
			xa->xa_head = NULL;
			node_free(node);
			return;
		}
		parent->slots[node->offset] = NULL;
		parent->count--;
		node_free(node);
		node = parent;
	}
	if (!node->parent)
		shrink(xa);
}

/* ---- the kernel's functions -------------------------------------------- */

/* Of what is freed, or was never an array, as well: it is told apart here. */
static __raw unsigned long magic_of(const struct xarray *xa)
{
	return xa->xa_magic;
}

static bool usable(struct xarray *xa, const char *what)
{
	unsigned long magic = magic_of(xa);

	if (likely(magic == xa_magic(xa)))
		return true;
	if (magic == XA_MAGIC) {
		xa_register(xa);
		return true;
	}
	complain('U', "xarray-magic", "%s() on memory that holds no initialised xarray", what);
	return false;
}

/* faithful */
void xa_init_flags(struct xarray *xa, gfp_t flags)
{
	shim_call();
	*xa = (struct xarray)XARRAY_INIT(*xa, flags);
	xa->xa_swap_type = xarray_swapon_type;
	xa_register(xa);
}

/* faithful */
void *xa_load(struct xarray *xa, unsigned long index)
{
	shim_call();
	return usable(xa, "xa_load") ? xa_peek(xa, index) : NULL;
}

/*
 * A slot of @xa changes. Only a swap file's trees are told of: an array of
 * nobody else's business may be emptied after what it holds was freed.
 */
static void *put(struct xarray *xa, void **slot, void *entry)
{
	void *old = *slot;

	*slot = entry;
	if (xa->xa_swap_type >= 0) {
		slab_held(old, -1);
		slab_held(entry, 1);
	}
	return old;
}

static void *erase(struct xarray *xa, unsigned long index)
{
	struct xa_node *leaf;
	void **slot = xa_walk(xa, index, &leaf), *old;

	if (!slot || !*slot)
		return NULL;
	old = put(xa, slot, NULL);
	if (leaf)
		node_less(xa, leaf);
	return old;
}

/* faithful: never fails and never allocates */
void *xa_erase(struct xarray *xa, unsigned long index)
{
	shim_call();
	return usable(xa, "xa_erase") ? erase(xa, index) : NULL;
}

/* One try under the lock: what was there, unless memory was missing. */
static void *attempt(struct xa_op *op)
{
	struct xa_node *leaf;
	void **slot, *now;

	if (op->cmpxchg) {
		now = xa_peek(op->xa, op->index);
		if (now != op->old)
			return now;
	}
	slot = grow_up(op) ? grow_down(op, &leaf) : NULL;
	if (!slot)
		return NULL;
	now = put(op->xa, slot, op->entry);
	if (leaf && !now)
		leaf->count++;
	return now;
}

static void *store(struct xa_op *op, gfp_t gfp)
{
	bool beyond = !xa_needs_node(op->xa, op->index);
	int error = fault_hit_at(FP_XA_STORE, fault_swp(op->xa, op->index), beyond);
	void *old;

	if (error)
		return XA_ERROR(error);
	xa_lock();
	do {
		old = attempt(op);
	} while (node_nomem(op, gfp));
	xa_unlock();
	return op->failed ? XA_ERROR(-ENOMEM) : old;
}

/*
 * Narrowed: one index an entry, and no node may be stored as an entry, which
 * the kernel lets pass to its own ruin. Sleeping where that is forbidden is a
 * complaint whenever gfp allows it, whether or not this store had to.
 */
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	struct xa_op op = { .xa = xa, .index = index, .entry = entry };

	shim_call();
	if (!usable(xa, "xa_store") || WARN_ON_ONCE(xa_is_internal(entry)))
		return XA_ERROR(-EINVAL);
	if (!entry)
		return erase(xa, index);
	context_might_alloc(gfp, "xa_store");
	return store(&op, gfp);
}

/*
 * Narrowed as xa_store(). A fault point is hit only where the old entry is
 * the expected one, as nothing is stored otherwise.
 */
void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp)
{
	struct xa_op op = {
		.xa = xa, .index = index, .entry = entry, .old = old, .cmpxchg = true,
	};
	void *now;

	shim_call();
	if (!usable(xa, "xa_cmpxchg") || WARN_ON_ONCE(xa_is_internal(entry)))
		return XA_ERROR(-EINVAL);
	context_might_alloc(gfp, "xa_cmpxchg");
	now = xa_peek(xa, index);
	if (now != old)
		return now;
	return entry ? store(&op, gfp) : erase(xa, index);
}

static void free_below(struct xa_node *node)
{
	for (unsigned int i = 0; node->count; i++) {
		if (!node->slots[i])
			continue;
		if (xa_is_node(node->slots[i]))
			free_below(xa_to_node(node->slots[i]));
		node->count--;
	}
	node_free(node);
}

/* faithful */
void xa_destroy(struct xarray *xa)
{
	shim_call();
	if (!usable(xa, "xa_destroy"))
		return;
	if (xa_is_node(xa->xa_head))
		free_below(xa_to_node(xa->xa_head));
	xa->xa_head = NULL;
}

/* narrowed: no marks, so XA_PRESENT is the only filter there is */
void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
{
	shim_call();
	return usable(xa, "xa_find") ? xa_next(xa, index, max) : NULL;
}

/* narrowed as xa_find() */
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
{
	unsigned long next = *index + 1;
	void *entry;

	shim_call();
	if (!next || !usable(xa, "xa_find_after"))
		return NULL;
	entry = xa_next(xa, &next, max);
	if (entry)
		*index = next;
	return entry;
}
