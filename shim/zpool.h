/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressed storage from the inside: zpool.c keeps the handles, zspage.c
 * says how objects share pages, that is how many pages a pool has.
 */
#ifndef SHIM_ZPOOL_H
#define SHIM_ZPOOL_H

#include <linux/list.h>
#include <linux/types.h>

struct zpool;
struct zspage;

/* Lists of pages with room: zsmalloc's size classes, the others' free chunks. */
#define ZPOOL_ROOM_LISTS	256

/**
 * struct zobject - an allocation, and the record behind its handle
 * @link: in the list of live objects in creation order, or of free records
 * @generation: of the handle; a freed object's handle has an older one
 * @index: of this record
 * @mem: its bytes, a slab object with the slab's red zones
 * @page, @slot: where it lies in the driver's pages
 * @straddles: over the edge of a page, so that its mapping is not linear
 * @maps: mappings open
 */
struct zobject {
	struct list_head link;
	struct zpool *pool;
	char *mem;
	struct zspage *page;
	u32 generation;
	u32 index;
	u16 length;
	u16 slot;
	u16 maps;
	bool live;
	bool straddles;
};

/**
 * struct zpool_driver - one way of storing
 * @max: larger objects are refused with -ENOSPC
 * @zsmalloc: movable and takes __GFP_HIGHMEM, which the others refuse with
 *	-EINVAL; leaves its error in the handle, and has nothing to free there
 * @place: find room, set @page, @slot and @straddles, count the pages
 * @remove: undo that
 */
struct zpool_driver {
	const char *type;
	unsigned int max;
	bool zsmalloc, sleep_mapped;
	void (*place)(struct zpool *pool, struct zobject *obj);
	void (*remove)(struct zpool *pool, struct zobject *obj);
};

/**
 * struct zpool - a pool
 * @index: how many pools were created before it
 * @pages: what zpool_get_total_pages() says
 * @room: pages that are not full, the one used last first
 *
 * Destroyed pools are kept, so that a late use is recognised.
 */
struct zpool {
	const struct zpool_driver *driver;
	unsigned int index;
	bool live;
	unsigned long objects;
	u64 pages;
	struct hlist_head room[ZPOOL_ROOM_LISTS];
};

/* zspage.c */
extern const struct zpool_driver zpool_drivers[];
extern const unsigned int zpool_nr_drivers;

#endif
