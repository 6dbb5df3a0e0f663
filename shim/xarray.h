/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shim's own view of its xarrays: what makes a tree one of a swap file,
 * and what xarray.c (the kernel's functions) and xarray_ledger.c (which trees
 * there are, and what is in them) share.
 */
#ifndef SHIM_XARRAY_H
#define SHIM_XARRAY_H

#include <linux/xarray.h>

/**
 * xarray_swapon_begin() - the subject's zswap_swapon(@type) is called next
 *
 * Trees initialised until xarray_swapon_end() are those of this swap file, in
 * that order: for the ledger, and for the slot that a fault point tells.
 */
void xarray_swapon_begin(int type);
void xarray_swapon_end(void);

extern int xarray_swapon_type;		/* -1: none */
extern unsigned long xa_nr_nodes;	/* allocated */

#define XA_CHUNK_SHIFT	6
#define XA_CHUNK_SIZE	(1UL << XA_CHUNK_SHIFT)
#define XA_CHUNK_MASK	(XA_CHUNK_SIZE - 1)

/**
 * struct xa_node - one level of a tree
 * @parent: NULL for the top
 * @shift: bits of the index below this level; 0: a leaf
 * @offset: its slot in the parent
 * @count: slots in use
 */
struct xa_node {
	struct xa_node *parent;
	unsigned char shift, offset, count;
	void *slots[XA_CHUNK_SIZE];
};

static inline bool xa_is_node(const void *entry)
{
	return xa_is_internal(entry);
}

static inline struct xa_node *xa_to_node(const void *entry)
{
	return (struct xa_node *)((unsigned long)entry - 2);
}

static inline void *xa_mk_node(const struct xa_node *node)
{
	return (void *)((unsigned long)node | 2);
}

/* The highest index for which the tree is tall enough. */
static inline unsigned long xa_max_index(const struct xarray *xa)
{
	return xa_is_node(xa->xa_head) ? (XA_CHUNK_SIZE << xa_to_node(xa->xa_head)->shift) - 1 : 0;
}

/*
 * The slot that the way to @index ends at, in @node (NULL: in the head); NULL
 * where the tree is not tall enough.
 */
static inline void **xa_walk(struct xarray *xa, unsigned long index, struct xa_node **node)
{
	void **slot = &xa->xa_head;

	*node = NULL;
	if (index > xa_max_index(xa))
		return NULL;
	while (xa_is_node(*slot)) {
		*node = xa_to_node(*slot);
		slot = &(*node)->slots[index >> (*node)->shift & XA_CHUNK_MASK];
	}
	return slot;
}

static inline void *xa_peek(struct xarray *xa, unsigned long index)
{
	struct xa_node *node;
	void **slot = xa_walk(xa, index, &node);

	return slot ? *slot : NULL;
}

/* Does a store at @index allocate? */
static inline bool xa_needs_node(struct xarray *xa, unsigned long index)
{
	struct xa_node *node;

	return !xa_walk(xa, index, &node) || (node && node->shift);
}

/* The first entry in *@index..@max, and where; NULL: none. */
void *xa_next(const struct xarray *xa, unsigned long *index, unsigned long max);

static inline unsigned long xa_magic(const struct xarray *xa)
{
	return XA_MAGIC ^ (unsigned long)xa;
}

/* Does a tree of a swap file have @entry in a slot? The first, and whose. */
bool xarray_holds(const void *entry, int *type, unsigned long *offset);

/* A tree is there that was not before: known until its memory is freed. */
void xa_register(struct xarray *xa);

#endif
