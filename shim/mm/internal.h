/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef __MM_INTERNAL_H
#define __MM_INTERNAL_H

#include <linux/mm.h>
#include <linux/pagemap.h>

/* How often reclaim comes back empty-handed before it gives up. */
#define MAX_RECLAIM_RETRIES	16

#endif
