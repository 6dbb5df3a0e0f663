// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * core, which asks for the limits again before each batch of a folio, and stores
 * it whole or not at all.
 */
#include "../../core/zswap_internal.h"

static bool is_at_a_limit(struct folio *folio)
{
	struct obj_cgroup *objcg = get_obj_cgroup_from_folio(folio);
	bool ret = zswap_check_limits() || (objcg && !obj_cgroup_may_zswap(objcg));

	obj_cgroup_put(objcg);
	return ret;
}

static bool compress_below_limits(struct folio *folio, long start, unsigned int nr_pages,
				  struct zswap_entry *entries[], struct zswap_pool *pool)
{
	if (start && is_at_a_limit(folio))
		return false;
	return zswap_compress(folio, start, nr_pages, entries, pool);
}

#define zswap_compress	compress_below_limits
#include "../../core/store.c"
#undef zswap_compress

#include "../../core/acomp_ctx.c"
#include "../../core/compress.c"
