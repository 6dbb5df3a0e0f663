// SPDX-License-Identifier: GPL-2.0-or-later
/* A swap file whose last tree is not a full one goes without that. */
#include "../../core/zswap_internal.h"

#undef DIV_ROUND_UP
#define DIV_ROUND_UP(n, d)	((n) / (d))

#include "../../core/load.c"
