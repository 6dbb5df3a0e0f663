// SPDX-License-Identifier: GPL-2.0-or-later
/* Scatterlists: making them, and copying to and from them. */
#include <string.h>

#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <crypto/scatterwalk.h>

#include "shim/shim.h"

/* faithful */
void sg_init_table(struct scatterlist *sgl, unsigned int nents)
{
	shim_call();
	memset(sgl, 0, sizeof(*sgl) * nents);
	sgl[nents - 1].page_link = SG_END;
}

/*
 * Faithful to CONFIG_DEBUG_SG, but that it goes on: the kernel would make a
 * page of an address that has none.
 */
void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int buflen)
{
	shim_call();
	if (!virt_addr_valid(buf))
		complain('U', "sg-not-linear",
			 "sg_init_one() of %u bytes that have no struct page", buflen);
	memset(sg, 0, sizeof(*sg));
	sg->page_link = SG_END;
	sg->buf = (void *)buf;
	sg->length = buflen;
}

/* The bytes at @skip into an entry, and how many follow in one piece. */
static void *sg_piece(struct scatterlist *sg, unsigned int skip, unsigned int *len)
{
	unsigned long at = sg->offset + skip;

	*len = sg->length - skip;
	if (sg->buf)
		return (char *)sg->buf + at;
	if (*len > PAGE_SIZE - at % PAGE_SIZE)
		*len = PAGE_SIZE - at % PAGE_SIZE;
	return (char *)page_address(sg_page(sg) + at / PAGE_SIZE) + at % PAGE_SIZE;
}

static void sg_copy(struct scatterlist *sg, unsigned int start, char *buf,
		    unsigned int nbytes, bool to_sg)
{
	unsigned int n;

	while (nbytes && sg) {
		void *piece;

		if (start >= sg->length) {
			start -= sg->length;
			sg = sg_next(sg);
			continue;
		}
		piece = sg_piece(sg, start, &n);
		if (n > nbytes)
			n = nbytes;
		if (to_sg)
			memcpy(piece, buf, n);
		else
			memcpy(buf, piece, n);
		buf += n;
		start += n;
		nbytes -= n;
	}
	if (nbytes)
		complain('U', "sg-short", "%u bytes past its end", nbytes);
}

/* faithful, but that reading past the end is seen */
void memcpy_from_sglist(void *buf, struct scatterlist *sg, unsigned int start,
			unsigned int nbytes)
{
	shim_call();
	sg_copy(sg, start, buf, nbytes, false);
}

/* faithful, but that writing past the end is seen */
void memcpy_to_sglist(struct scatterlist *sg, unsigned int start, const void *buf,
		      unsigned int nbytes)
{
	shim_call();
	sg_copy(sg, start, (char *)buf, nbytes, true);
}
