// SPDX-License-Identifier: GPL-2.0-or-later
/* Parameters make no pool where the set-up could not make the first one. */
#include "../../core/zswap_internal.h"

#define zswap_pool_create zswap_pool_try_create
#include "../../core/pool.c"
#undef zswap_pool_create

struct zswap_pool *zswap_pool_create(char *type, char *compressor)
{
	return zswap_has_pool ? zswap_pool_try_create(type, compressor) : NULL;
}
