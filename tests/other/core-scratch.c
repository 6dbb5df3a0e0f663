// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * core, whose compression needs memory that upstream's does not. Where there is
 * none the store is refused, and counted as one that could not allocate.
 */
#include "../../core/zswap_internal.h"

static bool compress_with_scratch(struct folio *folio, long start, unsigned int nr_pages,
				  struct zswap_entry *entries[], struct zswap_pool *pool)
{
	void *scratch = kmalloc(PAGE_SIZE, GFP_KERNEL);
	bool ret;

	if (!scratch) {
		zswap_reject_alloc_fail++;
		return false;
	}
	ret = zswap_compress(folio, start, nr_pages, entries, pool);
	kfree(scratch);
	return ret;
}

#define zswap_compress	compress_with_scratch
#include "../../core/store.c"
#undef zswap_compress

#include "../../core/acomp_ctx.c"
#include "../../core/compress.c"
