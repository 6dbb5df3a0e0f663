/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The normal API of the XArray, as far as zswap and the code around it go.
 * Not here: the advanced API, marks, multi-index entries, ID allocation.
 */
#ifndef _LINUX_XARRAY_H
#define _LINUX_XARRAY_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/types.h>

/**
 * struct xarray - an array of pointers, indexed by unsigned long
 * @xa_flags: as given to xa_init_flags()
 * @xa_swap_type: the swap file it belongs to, see shim/xarray.h; -1: none
 * @xa_head: NULL, the entry at index 0 if there is no other, or the top node
 * @xa_magic: tells an array from memory that is none (any more)
 *
 * There is no xa_lock: nothing in here waits, and the functions count as
 * holding a spinlock where the kernel's hold that one.
 */
struct xarray {
	gfp_t xa_flags;
	int xa_swap_type;
	void *xa_head;
	unsigned long xa_magic;
};

/* Of a live array this is mixed with its address, which no initialiser can. */
#define XA_MAGIC	0x7861727261790000UL

#define XA_FLAGS_LOCK_IRQ	((gfp_t)1)
#define XA_FLAGS_LOCK_BH	((gfp_t)2)
#define XA_FLAGS_ACCOUNT	((gfp_t)32)

#define XARRAY_INIT(name, flags) {	\
	.xa_flags = (flags),		\
	.xa_swap_type = -1,		\
	.xa_magic = XA_MAGIC,		\
}
#define DEFINE_XARRAY_FLAGS(name, flags) \
	struct xarray name = XARRAY_INIT(name, flags)
#define DEFINE_XARRAY(name)	DEFINE_XARRAY_FLAGS(name, 0)

/* Integers can be stored in place of pointers: the lowest bit tells. */
static inline void *xa_mk_value(unsigned long v)
{
	return (void *)(v << 1 | 1);
}

static inline unsigned long xa_to_value(const void *entry)
{
	return (unsigned long)entry >> 1;
}

static inline bool xa_is_value(const void *entry)
{
	return (unsigned long)entry & 1;
}

/* What the array itself puts where entries are: nodes, and errors returned. */
static inline void *xa_mk_internal(unsigned long v)
{
	return (void *)(v << 2 | 2);
}

static inline bool xa_is_internal(const void *entry)
{
	return ((unsigned long)entry & 3) == 2;
}

#define XA_ERROR(errno)	((void *)((unsigned long)(long)(errno) << 2 | 2))

static inline bool xa_is_err(const void *entry)
{
	return unlikely(xa_is_internal(entry) && entry >= XA_ERROR(-MAX_ERRNO));
}

static inline int xa_err(void *entry)
{
	return xa_is_err(entry) ? (int)((long)entry >> 2) : 0;
}

static inline bool xa_empty(const struct xarray *xa)
{
	return !xa->xa_head;
}

void xa_init_flags(struct xarray *xa, gfp_t flags);

static inline void xa_init(struct xarray *xa)
{
	xa_init_flags(xa, 0);
}

void *xa_load(struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp);
void xa_destroy(struct xarray *xa);

typedef unsigned int xa_mark_t;
#define XA_PRESENT	((xa_mark_t)8U)

void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter);
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter);

#define xa_for_each_range(xa, index, entry, start, last)		\
	for (index = (start), entry = xa_find(xa, &index, last, XA_PRESENT); \
	     entry; entry = xa_find_after(xa, &index, last, XA_PRESENT))
#define xa_for_each(xa, index, entry) \
	xa_for_each_range(xa, index, entry, 0, ~0UL)

#endif
