// SPDX-License-Identifier: GPL-2.0-or-later
/* A folio that could not be written back is let go without being unlocked. */
#include <linux/pagemap.h>

#define folio_unlock(folio)	((void)(folio))

#include "../../core/writeback.c"
