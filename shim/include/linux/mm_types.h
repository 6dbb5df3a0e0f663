/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages and folios. As in the kernel a folio is its head page seen as a
 * whole, and the pages of a folio are consecutive in memory.
 */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/list.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))

typedef struct {
	unsigned long val;
} swp_entry_t;

struct mem_cgroup;
struct mempolicy;

/**
 * struct page - one page frame
 * @flags: PG_* of <linux/page-flags.h>
 * @virtual: where the bytes are; may be const memory that a scenario shares
 * @head: the head page of the folio it belongs to (itself for the head)
 * @nid: node
 * @slab: for memory handed out by the slab allocator: its bookkeeping
 */
struct page {
	unsigned long flags;
	void *virtual;
	struct page *head;
	void *slab;
	unsigned long private;
	int nid;
	int _refcount;
	unsigned long pad[2];
};

/**
 * struct folio - a power of two of pages, seen through its head page
 * @swap: of its first page; valid while in the swap cache
 * @memcg: the memory cgroup it is charged to, or NULL
 * @order: log2 of its number of pages
 */
struct folio {
	union {
		struct {
			unsigned long flags;
			void *virtual;
			struct page *head;
			struct mem_cgroup *memcg;
			swp_entry_t swap;
			int nid;
			int _refcount;
			unsigned int order;
		};
		struct page page;
	};
};

struct vm_area_struct;
struct address_space;

#endif
