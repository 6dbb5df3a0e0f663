// SPDX-License-Identifier: GPL-2.0-or-later
/* The tree is stored to as if nobody could wait, so that nothing is reclaimed for a node. */
#include <linux/xarray.h>

#define xa_store(xa, index, entry, gfp)	xa_store(xa, index, entry, GFP_NOWAIT)

#include "../../core/store.c"
