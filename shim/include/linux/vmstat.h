/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_VMSTAT_H
#define _LINUX_VMSTAT_H

#include <linux/vm_event_item.h>

/**
 * count_vm_events() - add to a counter of /proc/vmstat
 */
void count_vm_events(enum vm_event_item item, long delta);

static inline void count_vm_event(enum vm_event_item item)
{
	count_vm_events(item, 1);
}

#endif
