/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scatterlists: an entry is a piece of a page (or of a folio, whose pages
 * need not be contiguous in the shim) or of a linear buffer. Narrowed: tables
 * are not chained, and a buffer's entry has no page.
 */
#ifndef _LINUX_SCATTERLIST_H
#define _LINUX_SCATTERLIST_H

#include <linux/bug.h>
#include <linux/mm_types.h>
#include <linux/types.h>

#define SG_END			0x02UL
#define SG_PAGE_LINK_MASK	0x03UL

/**
 * struct scatterlist - one piece of memory
 * @page_link: the page, SG_END in its low bits
 * @buf: the linear buffer instead, of sg_init_one()
 */
struct scatterlist {
	unsigned long page_link;
	unsigned int offset;
	unsigned int length;
	void *buf;
};

void sg_init_table(struct scatterlist *sgl, unsigned int nents);
void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int buflen);

/* faithful */
static inline bool sg_is_last(struct scatterlist *sg)
{
	return sg->page_link & SG_END;
}

/* faithful but for chains */
static inline struct scatterlist *sg_next(struct scatterlist *sg)
{
	return sg_is_last(sg) ? NULL : sg + 1;
}

/* narrowed: NULL for a buffer's entry */
static inline struct page *sg_page(struct scatterlist *sg)
{
	return (struct page *)(sg->page_link & ~SG_PAGE_LINK_MASK);
}

/* faithful */
static inline void sg_set_page(struct scatterlist *sg, struct page *page,
			       unsigned int len, unsigned int offset)
{
	BUG_ON((unsigned long)page & SG_PAGE_LINK_MASK);
	sg->page_link = (sg->page_link & SG_END) | (unsigned long)page;
	sg->buf = NULL;
	sg->offset = offset;
	sg->length = len;
}

/* narrowed: without asking whether the buffer is linear memory */
static inline void sg_set_buf(struct scatterlist *sg, const void *buf, unsigned int len)
{
	sg->page_link &= SG_END;
	sg->buf = (void *)buf;
	sg->offset = 0;
	sg->length = len;
}

/* faithful */
static inline void sg_set_folio(struct scatterlist *sg, struct folio *folio,
				size_t len, size_t offset)
{
	WARN_ON_ONCE(len > UINT32_MAX);
	WARN_ON_ONCE(offset > UINT32_MAX);
	sg_set_page(sg, &folio->page, len, offset);
}

#endif
