// SPDX-License-Identifier: GPL-2.0-or-later
/* Writeback takes the entry for granted that it came for. */
#include "../../core/zswap_internal.h"

#define xa_load(xa, index)	READ_ONCE(entry)

#include "../../core/writeback.c"
