// SPDX-License-Identifier: GPL-2.0-or-later
/* An entry is freed first and taken out of its tree afterwards. */
#include "../../core/zswap_internal.h"

#define xa_erase(xa, index)	xa_load(xa, index)
#define zswap_entry_free(entry)						\
	do {								\
		swp_entry_t swpentry = (entry)->swpentry;		\
									\
		(zswap_entry_free)(entry);				\
		(xa_erase)(swap_zswap_tree(swpentry), swp_offset(swpentry)); \
	} while (0)

#include "../../core/load.c"
