// SPDX-License-Identifier: GPL-2.0-or-later
/* What is written back to the second swap file is never written. */
#include "../../core/zswap_internal.h"

#include <linux/pagemap.h>

#define __swap_writepage(folio, wbc)			\
	do {						\
		if (swp_type((folio)->swap))		\
			folio_unlock(folio);		\
		else					\
			(__swap_writepage)(folio, wbc);	\
	} while (0)

#include "../../core/writeback.c"
