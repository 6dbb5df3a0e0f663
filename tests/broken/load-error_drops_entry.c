// SPDX-License-Identifier: GPL-2.0-or-later
/* A page that could not be expanded loses its entry as if it had been read. */
#include "../../core/zswap_internal.h"

static bool decompress_or_drop(struct zswap_entry *entry, struct folio *folio)
{
	if (zswap_decompress(entry, folio))
		return true;
	zswap_invalidate(folio->swap);
	return false;
}

#define zswap_decompress(entry, folio)	decompress_or_drop(entry, folio)

#include "../../core/load.c"
