/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a posted series adds: declared here, defined in ../../made.c. */
#ifndef _LINUX_MADE_H
#define _LINUX_MADE_H

#include <linux/mm_types.h>

bool made_posted(struct folio *folio);

#endif
