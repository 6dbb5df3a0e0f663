/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/page-flags.h>
#include <linux/types.h>

/* Everything inline here is faithful. */
static inline unsigned int folio_order(const struct folio *folio)
{
	return folio->order;
}

static inline long folio_nr_pages(const struct folio *folio)
{
	return 1L << folio->order;
}

static inline size_t folio_size(const struct folio *folio)
{
	return PAGE_SIZE << folio->order;
}

static inline int folio_nid(const struct folio *folio)
{
	return folio->nid;
}

static inline int page_to_nid(const struct page *page)
{
	return page->nid;
}

static inline unsigned long folio_page_idx(const struct folio *folio, const struct page *page)
{
	return page - &folio->page;
}

/* There is no highmem, so each page always has an address. */
static inline void *page_address(const struct page *page)
{
	return page->virtual;
}

static inline void *folio_address(const struct folio *folio)
{
	return folio->virtual;
}

/* A folio that is written to again is none that reclaim gets next. */
static inline bool folio_mark_dirty(struct folio *folio)
{
	bool newly = !folio_test_dirty(folio);

	folio_clear_reclaim(folio);
	folio_set_dirty(folio);
	return newly;
}

void folio_get(struct folio *folio);
void folio_put(struct folio *folio);

unsigned long totalram_pages(void);

/* The page of a slab object: good for page_to_nid(). In slab.c. */
struct page *virt_to_page(const void *addr);
/* Linear memory, as against highmem or vmalloc: fit for sg_init_one(). */
bool virt_addr_valid(const void *addr);

#endif
