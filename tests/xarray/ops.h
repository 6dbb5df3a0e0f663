/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel's own xarray behind functions that take no type of its. It is a
 * shared object that shows one symbol, kernel_xarray.
 */
#ifndef TESTS_XARRAY_OPS_H
#define TESTS_XARRAY_OPS_H

#include <stdbool.h>

/**
 * struct kernel_xarray - one array, empty at first
 * @store, @cmpxchg: with GFP_KERNEL, or GFP_NOWAIT
 * @error: of what they returned, 0: none
 * @nodes: allocated
 * @refuse: the @nth node that is allocated from now on, its second try as well or
 *	not; -1: none
 */
struct kernel_xarray {
	void *(*load)(unsigned long index);
	void *(*store)(unsigned long index, void *entry, bool nowait);
	void *(*cmpxchg)(unsigned long index, void *old, void *entry, bool nowait);
	void *(*erase)(unsigned long index);
	bool (*empty)(void);
	void (*destroy)(void);
	int (*error)(void *entry);
	unsigned long (*nodes)(void);
	void (*refuse)(int nth, bool both);
};

#endif
