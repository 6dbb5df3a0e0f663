/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_HUGE_MM_H
#define _LINUX_HUGE_MM_H

enum mthp_stat_item {
	MTHP_STAT_ZSWPOUT,
};

/* Stub: nothing reads these statistics, neither zswap nor the ledger. */
static inline void count_mthp_stat(int order, enum mthp_stat_item item)
{
}

#endif
