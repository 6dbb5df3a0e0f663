// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/made.h>
#include <linux/mm.h>

bool made_posted(struct folio *folio)
{
	return folio_nr_pages(folio) > 1;
}
