/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_PAGEMAP_H
#define _LINUX_PAGEMAP_H

#include <linux/mm.h>

/*
 * folio_lock() may sleep. Nobody else runs while a task waits for the lock,
 * so waiting for a locked folio is a deadlock and ends the case.
 */
void folio_lock(struct folio *folio);
bool folio_trylock(struct folio *folio);
void folio_unlock(struct folio *folio);

#endif
