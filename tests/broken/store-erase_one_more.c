// SPDX-License-Identifier: GPL-2.0-or-later
/* The rollback goes one slot too far, into the next folio. */
#include "../../core/zswap_internal.h"

#define zswap_invalidate(swp)						\
	do {								\
		(zswap_invalidate)(swp);				\
		if (index + 1 == nr_pages)				\
			(zswap_invalidate)(swp_entry(type, offset + nr_pages));	\
	} while (0)

#include "../../core/store.c"
