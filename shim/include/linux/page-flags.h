/* SPDX-License-Identifier: GPL-2.0-or-later */
/* State of a folio, kept in the flags of its head page. */
#ifndef _LINUX_PAGE_FLAGS_H
#define _LINUX_PAGE_FLAGS_H

#include <linux/mm_types.h>
#include <linux/types.h>

/*
 * PG_own_contents is the shim's own: the bytes were allocated together with
 * the folio and go with it, where else they belong to the scenario.
 */
enum pageflags {
	PG_locked,
	PG_uptodate,
	PG_dirty,
	PG_head,
	PG_swapcache,
	PG_swapbacked,
	PG_reclaim,
	PG_own_contents,
};

#define FOLIO_FLAG(lname, bit)						\
static inline bool folio_test_##lname(const struct folio *folio)	\
{									\
	return folio->flags & (1UL << (bit));				\
}									\
static inline void folio_set_##lname(struct folio *folio)		\
{									\
	folio->flags |= 1UL << (bit);					\
}									\
static inline void folio_clear_##lname(struct folio *folio)		\
{									\
	folio->flags &= ~(1UL << (bit));				\
}

/* Faithful. There is one task at a time, so no bit needs an atomic. */
FOLIO_FLAG(locked, PG_locked)
FOLIO_FLAG(uptodate, PG_uptodate)
FOLIO_FLAG(dirty, PG_dirty)
FOLIO_FLAG(head, PG_head)
FOLIO_FLAG(swapcache, PG_swapcache)
FOLIO_FLAG(swapbacked, PG_swapbacked)
FOLIO_FLAG(reclaim, PG_reclaim)
FOLIO_FLAG(own_contents, PG_own_contents)

#undef FOLIO_FLAG

/* Faithful. */
static inline bool folio_test_large(const struct folio *folio)
{
	return folio_test_head(folio);
}

/* Faithful. */
static inline void folio_mark_uptodate(struct folio *folio)
{
	folio_set_uptodate(folio);
}

/* Faithful, both. */
static inline struct folio *page_folio(const struct page *page)
{
	return (struct folio *)page->head;
}

static inline struct page *folio_page(struct folio *folio, unsigned long n)
{
	return &folio->page + n;
}

#endif
