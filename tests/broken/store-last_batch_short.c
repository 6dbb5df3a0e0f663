// SPDX-License-Identifier: GPL-2.0-or-later
/* A large folio's last batch is one page short, and the store says that all is in. */
#include "../../core/zswap_internal.h"

#undef min_t
#define min_t(type, left, most)	((left) > (most) ? (most) : (left) - (nr_pages > 2))

#include "../../core/store.c"
