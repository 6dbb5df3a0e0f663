/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What folio.c, swap.c, swap_cache.c and swap_io.c share.
 *
 * The swap cache is not a tree of its own: each slot of a swap file knows the
 * folio that caches it. A slot is in use while a process counts on it or a
 * folio caches it, and is freed, and so invalidated in zswap, when the last
 * of both is gone.
 */
#ifndef SHIM_SWAP_INTERNAL_H
#define SHIM_SWAP_INTERNAL_H

#include <linux/mm.h>
#include <linux/swap.h>

/*
 * Slots come into being by the chunk, so that a swap file costs the slots it
 * uses: all of this is copied when the world is restored.
 */
#define SWAP_CHUNK_SHIFT	7
#define SWAP_CHUNK		(1UL << SWAP_CHUNK_SHIFT)

/**
 * struct swap_slot - one page of a swap file
 * @folio: caches it; one reference on the folio
 * @file: the bytes last written here, NULL: never
 * @generation: how often the slot was freed
 * @file_generation: @generation when @file was written
 * @count: processes that have it in their page tables (swap_map)
 * @file_own: @file is memory of the slot's own, not the scenario's
 * @compressed_by: the algorithm that was asked to compress its page last, and
 *	@compress_failed
 */
struct swap_slot {
	struct folio *folio;
	const void *file;
	const char *compressed_by;
	u16 generation;
	u16 file_generation;
	u8 count;
	bool file_own;
	bool compress_failed;
};

/**
 * struct swap_info_struct - a swap file
 * @users: get_swap_device() less put_swap_device()
 * @writes: pages written
 * @chunks: NULL where no slot was allocated yet
 */
struct swap_info_struct {
	int type;
	unsigned long nr_pages;
	unsigned long nr_chunks;
	long users;
	unsigned long writes;
	struct swap_slot **chunks;
};

/* NULL: no such swap file (swap.c). */
struct swap_info_struct *swap_type_info(unsigned int type);

/* NULL: outside of the file, or never allocated. */
static inline struct swap_slot *swap_slot(const struct swap_info_struct *si, unsigned long offset)
{
	struct swap_slot *chunk;

	if (!si || offset >= si->nr_pages)
		return NULL;
	chunk = si->chunks[offset >> SWAP_CHUNK_SHIFT];
	return chunk ? &chunk[offset & (SWAP_CHUNK - 1)] : NULL;
}

struct swap_slot *swap_entry_slot(swp_entry_t entry);

/*
 * The slots of @nr pages from @first on; they lie side by side in a chunk.
 * The body has to leave the loop at a slot that is NULL.
 */
#define for_each_swap_slot(slot, i, si, first, nr)				\
	for (i = 0, slot = swap_slot(si, first); i < (nr); i++,			\
	     slot = ((first) + i) & (SWAP_CHUNK - 1) ? slot + 1 : swap_slot(si, (first) + i))

/* Its last user is gone: swap_range_free() of one slot (swap.c). */
void swap_slot_release(struct swap_slot *slot, swp_entry_t entry);

/* How @alg did with a page on its way to @swp; FAULT_NO_SWP: with another. */
void swap_note_compressed(u64 swp, const char *alg, bool failed);

/* The slots are in use and none is cached; the callers of the next two ask. */
bool swap_cache_can_add(swp_entry_t entry, unsigned int order);
void swap_cache_add(struct folio *folio, swp_entry_t entry);
/* A new locked folio in the cache, one reference of it the caller's. */
struct folio *swap_cache_new(swp_entry_t entry);
/* Leave the slots; the cache's references go, the folio itself stays. */
void swap_cache_del(struct folio *folio);
/* No process counts on any slot of the folio any more. */
bool swap_cache_unused(const struct folio *folio);

/* The references that the swap cache holds: one a page (folio.c). */
static inline long folio_cache_refs(const struct folio *folio)
{
	return folio_test_swapcache(folio) ? folio_nr_pages(folio) : 0;
}

/* An unlocked folio with one reference and no contents. */
struct folio *folio_create(unsigned int order, int nid);
/* A page of its own for an order-0 folio, not zeroed. */
void folio_make_contents(struct folio *folio);
/* Contents of the scenario, in place of what the folio had. */
void folio_set_contents(struct folio *folio, const void *const *pages);
/* Free the folio if nobody has a reference. */
void folio_release(struct folio *folio);

#endif
