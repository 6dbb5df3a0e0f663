// SPDX-License-Identifier: GPL-2.0-or-later
/* The events of /proc/vmstat. */
#include <linux/vmstat.h>

#include "ledger.h"
#include "shim.h"

static unsigned long vm_events[NR_VM_EVENT_ITEMS] __world;

/* faithful: the kernel keeps one counter a CPU and shows their sum */
void count_vm_events(enum vm_event_item item, long delta)
{
	shim_call();
	vm_events[item] += delta;
}

unsigned long ledger_vm_event(enum ledger_event event)
{
	static const enum vm_event_item item[LEDGER_NR_EVENTS] = {
		[LEDGER_ZSWPIN] = ZSWPIN,
		[LEDGER_ZSWPOUT] = ZSWPOUT,
		[LEDGER_ZSWPWB] = ZSWPWB,
	};

	return vm_events[item[event]];
}
