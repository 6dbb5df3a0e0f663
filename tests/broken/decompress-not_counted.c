// SPDX-License-Identifier: GPL-2.0-or-later
/* A failed decompression is not counted: its counter is another one's. */
#include "../../core/zswap_internal.h"

u64 zswap_decompress_fail;

#define zswap_decompress_fail	not_zswap_decompress_fail
#include "../../core/decompress.c"
