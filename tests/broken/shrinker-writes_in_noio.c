// SPDX-License-Identifier: GPL-2.0-or-later
/* Reclaim for an allocation without __GFP_IO writes entries back like any other. */
#include <linux/gfp.h>

#define gfp_has_io_fs(gfp)	true

#include "../../core/shrinker.c"
