/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_WRITEBACK_H
#define _LINUX_WRITEBACK_H

#include <linux/types.h>

enum writeback_sync_modes {
	WB_SYNC_NONE,
	WB_SYNC_ALL,
};

/* The shim's swap files complete a write before it returns, whatever is asked. */
struct writeback_control {
	long nr_to_write;
	enum writeback_sync_modes sync_mode;
};

#endif
