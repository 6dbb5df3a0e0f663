// SPDX-License-Identifier: GPL-2.0-or-later
/* High memory is asked for, whether the allocator can give some or not. */
#include <linux/zpool.h>

#define zpool_malloc_support_movable(pool)	true

#include "../../core/compress.c"
