// SPDX-License-Identifier: GPL-2.0-or-later
/* No memory for an object: asked again until there is some. */
#include <linux/zpool.h>

#define zpool_malloc(pool, size, gfp, handle) ({			\
	int error;							\
									\
	while ((error = (zpool_malloc)(pool, size, gfp, handle)) == -ENOMEM)	\
		;							\
	error;								\
})

#include "../../core/compress.c"
