/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressed storage from the inside: zobject.c keeps pools and handles,
 * zobject_mem.c the bytes, zspage.c says how objects share pages, that is how many pages a pool has;
 * zpool.c and zsmalloc.c are the kernel's ways in.
 */
#ifndef SHIM_ZOBJECT_H
#define SHIM_ZOBJECT_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/zpool.h>

struct zpool;
struct zspage;

/* Lists of pages with room: zsmalloc's size classes, the others' free chunks. */
#define ZPOOL_ROOM_LISTS	256

/**
 * struct zobject - an allocation, and the record behind its handle
 * @link: in the list of live objects in creation order, or of free records
 * @generation: of the handle; a freed object's handle has an older one
 * @index: of this record
 * @mem: its bytes: a slab object with the slab's red zones, or if it is only
 *	ever mapped through the area, plain memory as soon as it needs some,
 *	whatever that holds while @unwritten
 * @known: in place of @mem: the same bytes, remembered by the compressor
 * @page, @slot: where it lies in the driver's pages
 * @offset: of its bytes in the page that they begin in
 * @straddles: over the edge of a page, so that its mapping is not linear
 * @maps: mappings open, of the kind @atomic; one of them @writes,
 *	or there is one that @writes_only
 */
struct zobject {
	struct list_head link;
	struct zpool *pool;
	char *mem;
	const char *known;
	struct zspage *page;
	u32 generation;
	u32 index;
	u16 length;
	u16 slot;
	u16 offset;
	u16 maps;
	bool live;
	bool atomic;
	bool writes, writes_only;
	bool unwritten;
	bool straddles;
};

/**
 * struct zpool_driver - one way of storing
 * @max: larger objects are refused with -ENOSPC
 * @zsmalloc: movable and takes __GFP_HIGHMEM, which the others refuse with
 *	-EINVAL; leaves its error in the handle, and has nothing to free there
 * @place: find room, set @page, @slot, @offset and @straddles, count the pages
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

/* ---- zobject.c --------------------------------------------------------- */

struct zpool *zpool_new(const struct zpool_driver *driver);
/* It is destroyed; complaints about what is still there. */
void zpool_end(struct zpool *pool);
/* A complaint (U) where @what uses a pool that is destroyed. */
void zpool_check_live(const struct zpool *pool, const char *what);

/* What the whole pool takes, or if it is to look @full more than any limit. */
u64 zpool_pages(const struct zpool *pool, bool full);

/* NULL: there is no memory. */
struct zobject *zobject_new(struct zpool *pool, size_t size);
unsigned long zobject_handle(const struct zobject *obj);
/* The live object of a handle, or NULL with a complaint. @what: the caller. */
struct zobject *zobject_of(struct zpool *pool, unsigned long handle, const char *what);
void zobject_release(struct zobject *obj);

/* @atomic: until it is unmapped, nothing may sleep. */
void *zobject_map(struct zobject *obj, bool atomic, enum zpool_mapmode mode);
void zobject_unmap(struct zobject *obj);
void *zobject_map_stray(bool atomic);
bool zobject_unmap_stray(bool atomic);
void zobject_write(struct zobject *obj, const void *from, size_t len);

/* ---- zobject_mem.c ----------------------------------------------------- */

/* For so many bytes as @obj is long, as its driver keeps them. False: there is no memory. */
bool zobject_mem_alloc(struct zobject *obj);
void zobject_mem_free(const struct zobject *obj);
/* What @obj holds, to be read while it is mapped. */
const char *zobject_mem_bytes(struct zobject *obj);
/* Its first @length bytes are those @from there now. */
void zobject_mem_put(struct zobject *obj, const void *from, unsigned int length);
/* Who does not write all of it finds what a slab object would have there. */
void zobject_mem_poison(struct zobject *obj);
/* Its bytes are in @obj->mem, which is returned, until it is shut. */
char *zobject_mem_open(struct zobject *obj);
void zobject_mem_shut(struct zobject *obj);
/* To ASan alone, until memory_open(). */
void zobject_mem_close(const char *p, size_t size);
/* Memory of no object, as a driver's own. NULL: there is none. */
char *zobject_mem_slab(unsigned int length);

/* ---- zspage.c ---------------------------------------------------------- */

extern const struct zpool_driver zpool_drivers[];
extern const unsigned int zpool_nr_drivers;

#endif
