// SPDX-License-Identifier: GPL-2.0-or-later
/* The rollback forgets the last slot of the folio. */
#include "../../core/zswap_internal.h"

#define zswap_invalidate(swp)				\
	do {						\
		if (index + 1 < nr_pages)		\
			(zswap_invalidate)(swp);	\
	} while (0)

#include "../../core/store.c"
