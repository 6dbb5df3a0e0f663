/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * I/O to swap that is put together before it is submitted. A file that
 * includes this calls __swap_writepage() with a context.
 */
#ifndef _LINUX_SWAP_OPS_H
#define _LINUX_SWAP_OPS_H

#include <linux/swap.h>

struct swap_iocb;

/**
 * struct swap_io_ctx - what is to be submitted; empty at first
 * @sio: the folios
 * @sis: the swap file that they all go to
 */
struct swap_io_ctx {
	struct swap_iocb *sio;
	struct swap_info_struct *sis;
};

#endif
