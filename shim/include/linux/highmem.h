/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reaching the bytes of a page. There is no high memory, so as in a kernel
 * without CONFIG_HIGHMEM an address is all that a mapping is.
 */
#ifndef _LINUX_HIGHMEM_H
#define _LINUX_HIGHMEM_H

#include <linux/mm_types.h>

/* faithful without CONFIG_HIGHMEM */
static inline void *kmap_local_page(struct page *page)
{
	return page->virtual;
}

/* faithful without CONFIG_HIGHMEM */
static inline void *kmap_local_folio(struct folio *folio, size_t offset)
{
	struct page *page = &folio->page + offset / PAGE_SIZE;

	return (char *)page->virtual + offset % PAGE_SIZE;
}

/* stub: without CONFIG_HIGHMEM there is nothing to undo */
#define kunmap_local(addr)	((void)(addr))

/* stub: the machine's data caches are coherent */
static inline void flush_dcache_folio(struct folio *folio)
{
}

/* faithful */
static inline void memcpy_to_folio(struct folio *folio, size_t offset,
				   const char *from, size_t len)
{
	size_t n;

	for (; len; offset += n, from += n, len -= n) {
		n = PAGE_SIZE - offset % PAGE_SIZE;
		if (n > len)
			n = len;
		__builtin_memcpy(kmap_local_folio(folio, offset), from, n);
	}
	flush_dcache_folio(folio);
}

#endif
