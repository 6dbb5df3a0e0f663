// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How the objects of a pool share its pages, as far as anyone can tell: the
 * number of pages, and whether an object lies over the edge of one. The bytes
 * are elsewhere (zobject.c).
 */
#include <linux/gfp.h>
#include <linux/mm_types.h>

#include "shim/shim.h"
#include "shim/zobject.h"

/**
 * struct zspage - pages that are taken and given back together
 * @room: in the list of those with room, number @list
 * @inuse: objects in it
 * @chunks: free ones, of a page with buddies
 * @used: bit map of the slots
 */
struct zspage {
	struct hlist_node room;
	unsigned int list;
	unsigned int inuse;
	unsigned int chunks;
	unsigned long used[];
};

static struct zspage *first_with_room(struct zpool *pool, unsigned int list)
{
	struct hlist_node *node = pool->room[list].first;

	return node ? hlist_entry(node, struct zspage, room) : NULL;
}

static void list_room(struct zpool *pool, struct zspage *page, unsigned int list)
{
	page->list = list;
	hlist_add_head(&page->room, &pool->room[list]);
}

/* ---- zsmalloc ---------------------------------------------------------- */

#define ZS_MIN_SIZE	32u
#define ZS_CLASS_STEP	16u
#define ZS_HANDLE_SIZE	8u
#define ZS_MAX_CHAIN	8u	/* CONFIG_ZSMALLOC_CHAIN_SIZE */
#define ZS_CLASSES	((PAGE_SIZE - ZS_MIN_SIZE) / ZS_CLASS_STEP + 1)

/* A size class: @objects of @size bytes in each chain of @pages pages. */
struct zs_class {
	unsigned short index, size, pages, objects;
};

static struct zs_class zs_classes[ZS_CLASSES] __outside;

static void zs_shape(struct zs_class *class, unsigned int size)
{
	unsigned int pages, waste, least = PAGE_SIZE;

	class->size = size;
	for (pages = 1; pages <= ZS_MAX_CHAIN; pages++) {
		waste = pages * PAGE_SIZE % size;
		if (waste < least) {
			least = waste;
			class->pages = pages;
		}
	}
	class->objects = class->pages * PAGE_SIZE / size;
}

/* From the largest down: a class of the same shape as the next one is merged into it. */
static void zs_classes_init(void)
{
	struct zs_class *class, *next;
	unsigned int i;

	for (i = ZS_CLASSES; i--;) {
		class = &zs_classes[i];
		next = i + 1 < ZS_CLASSES ? &zs_classes[zs_classes[i + 1].index] : NULL;
		class->index = i;
		zs_shape(class, ZS_MIN_SIZE + i * ZS_CLASS_STEP);
		if (next && next->pages == class->pages && next->objects == class->objects)
			*class = *next;
	}
}

static const struct zs_class *zs_class_of(unsigned int length)
{
	unsigned int size = length + ZS_HANDLE_SIZE, index = 0;

	if (!zs_classes[0].size)
		zs_classes_init();
	if (size > ZS_MIN_SIZE)
		index = (size - ZS_MIN_SIZE + ZS_CLASS_STEP - 1) / ZS_CLASS_STEP;
	return &zs_classes[index < ZS_CLASSES ? index : ZS_CLASSES - 1];
}

static size_t zs_page_size(const struct zs_class *class)
{
	return sizeof(struct zspage) + (class->objects + 63) / 64 * sizeof(unsigned long);
}

static unsigned int take_slot(struct zspage *page)
{
	unsigned int word = 0, bit;

	while (!~page->used[word])
		word++;
	bit = __builtin_ctzl(~page->used[word]);
	page->used[word] |= 1ul << bit;
	return word * 64 + bit;
}

/*
 * Narrowed: the chain used last is taken, where the kernel takes the fullest
 * one; nothing is compacted. No subject can see which.
 */
static void zs_place(struct zpool *pool, struct zobject *obj)
{
	const struct zs_class *class = zs_class_of(obj->length);
	struct zspage *page = first_with_room(pool, class->index);

	if (!page) {
		page = arena_alloc(zs_page_size(class));
		list_room(pool, page, class->index);
		pool->pages += class->pages;
	}
	obj->page = page;
	obj->slot = take_slot(page);
	obj->offset = obj->slot * class->size % PAGE_SIZE;
	obj->straddles = obj->offset + class->size > PAGE_SIZE;
	/* The handle comes first, where an object has its pages not to itself. */
	if (class->objects > 1)
		obj->offset += ZS_HANDLE_SIZE;
	if (++page->inuse == class->objects)
		hlist_del(&page->room);
}

static void zs_remove(struct zpool *pool, struct zobject *obj)
{
	const struct zs_class *class = zs_class_of(obj->length);
	struct zspage *page = obj->page;

	page->used[obj->slot / 64] &= ~(1ul << obj->slot % 64);
	if (page->inuse-- == class->objects)
		list_room(pool, page, class->index);
	if (page->inuse)
		return;
	hlist_del(&page->room);
	pool->pages -= class->pages;
	arena_free(page, zs_page_size(class));
}

/* ---- zbud, z3fold ------------------------------------------------------ */

#define CHUNK		64u
#define ZBUD_CHUNKS	63u	/* what a header of one chunk leaves of a page */
#define Z3FOLD_CHUNKS	62u	/* a header of two chunks */

/* A page that one object fills has no header and no room. */
static unsigned int chunks_of(unsigned int length, unsigned int chunks)
{
	unsigned int n = (length + CHUNK - 1) / CHUNK;

	return n < chunks ? n : chunks;
}

static void buddy_list_room(struct zpool *pool, struct zspage *page, unsigned int buddies)
{
	if (page->chunks && page->inuse < buddies)
		list_room(pool, page, page->chunks);
	else
		page->list = 0;
}

static void buddy_unlist(struct zspage *page)
{
	if (page->list)
		hlist_del(&page->room);
}

/* The page with the least room that suffices. */
static void buddy_place(struct zpool *pool, struct zobject *obj, unsigned int chunks,
			unsigned int buddies)
{
	unsigned int need = chunks_of(obj->length, chunks), list;
	struct zspage *page = NULL;

	for (list = need; list < chunks && !page; list++)
		page = first_with_room(pool, list);
	if (!page) {
		page = arena_alloc(sizeof(*page));
		page->chunks = chunks;
		pool->pages++;
	}
	buddy_unlist(page);
	obj->page = page;
	page->chunks -= need;
	page->inuse++;
	buddy_list_room(pool, page, buddies);
}

static void buddy_remove(struct zpool *pool, struct zobject *obj, unsigned int chunks,
			 unsigned int buddies)
{
	struct zspage *page = obj->page;

	buddy_unlist(page);
	page->chunks += chunks_of(obj->length, chunks);
	if (--page->inuse) {
		buddy_list_room(pool, page, buddies);
		return;
	}
	pool->pages--;
	arena_free(page, sizeof(*page));
}

/* faithful */
static void zbud_place(struct zpool *pool, struct zobject *obj)
{
	buddy_place(pool, obj, ZBUD_CHUNKS, 2);
}

static void zbud_remove(struct zpool *pool, struct zobject *obj)
{
	buddy_remove(pool, obj, ZBUD_CHUNKS, 2);
}

/*
 * Narrowed: three objects share a page whenever their chunks add up, where
 * the kernel also needs the gap in one piece.
 */
static void z3fold_place(struct zpool *pool, struct zobject *obj)
{
	buddy_place(pool, obj, Z3FOLD_CHUNKS, 3);
}

static void z3fold_remove(struct zpool *pool, struct zobject *obj)
{
	buddy_remove(pool, obj, Z3FOLD_CHUNKS, 3);
}

const struct zpool_driver zpool_drivers[] = {
	{
		.type = "zsmalloc",
		.max = PAGE_SIZE,
		.zsmalloc = true,
		.place = zs_place,
		.remove = zs_remove,
	}, {
		.type = "zbud",
		.max = (ZBUD_CHUNKS - 1) * CHUNK,
		.sleep_mapped = true,
		.place = zbud_place,
		.remove = zbud_remove,
	}, {
		.type = "z3fold",
		.max = PAGE_SIZE,
		.sleep_mapped = true,
		.place = z3fold_place,
		.remove = z3fold_remove,
	},
};
const unsigned int zpool_nr_drivers = sizeof(zpool_drivers) / sizeof(zpool_drivers[0]);
