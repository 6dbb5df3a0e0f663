/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VM_EVENT_ITEM_H_INCLUDED
#define VM_EVENT_ITEM_H_INCLUDED

enum vm_event_item {
	ZSWPIN,
	ZSWPOUT,
	ZSWPWB,
	NR_VM_EVENT_ITEMS
};

#endif
