// SPDX-License-Identifier: GPL-2.0-or-later
/* core, correct as it is, with batches of one page. */
#include "../../core/zswap_internal.h"

#undef ZSWAP_MAX_BATCH_SIZE
#define ZSWAP_MAX_BATCH_SIZE	1U

#include "../../core/acomp_ctx.c"
#include "../../core/compress.c"
#include "../../core/store.c"
