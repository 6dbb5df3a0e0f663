/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mm/zswap.c includes it and uses nothing of it. */
#ifndef _LINUX_MEMPOOL_H
#define _LINUX_MEMPOOL_H
#endif
