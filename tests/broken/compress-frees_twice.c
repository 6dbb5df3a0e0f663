// SPDX-License-Identifier: GPL-2.0-or-later
/* A failed batch frees the object of its first page twice. */
#include <linux/zpool.h>

#define zpool_free(pool, handle)			\
	do {						\
		(zpool_free)(pool, handle);		\
		if (!stored)				\
			(zpool_free)(pool, handle);	\
	} while (0)

#include "../../core/compress.c"
