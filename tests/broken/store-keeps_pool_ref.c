// SPDX-License-Identifier: GPL-2.0-or-later
/* A refused store keeps its reference on the pool. */
#include "../../core/zswap_internal.h"

#define zswap_pool_put(pool)			\
	do {					\
		if (ret)			\
			(zswap_pool_put)(pool);	\
	} while (0)

#include "../../core/store.c"
