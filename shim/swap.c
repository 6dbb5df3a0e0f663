// SPDX-License-Identifier: GPL-2.0-or-later
/* Swap files: their slots, who uses them, and swapon and swapoff. */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/swapops.h>

#include "boot.h"
#include "ledger.h"
#include "shim.h"
#include "swap_internal.h"
#include "world.h"
#include "xarray.h"

#define DEFAULT_TOTALRAM	(1UL << (30 - PAGE_SHIFT))

static struct swap_info_struct *swap_info[MAX_SWAPFILES] __world;
static unsigned long totalram __world;

void swap_boot(unsigned long totalram_pages)
{
	world_set_totalram(totalram_pages);
}

void world_set_totalram(unsigned long pages)
{
	totalram = pages ? pages : DEFAULT_TOTALRAM;
}

/* Faithful. */
unsigned long totalram_pages(void)
{
	shim_call();
	return totalram;
}

struct swap_info_struct *swap_type_info(unsigned int type)
{
	return type < MAX_SWAPFILES ? swap_info[type] : NULL;
}

struct swap_slot *swap_entry_slot(swp_entry_t entry)
{
	return swap_slot(swap_type_info(swp_type(entry)), swp_offset(entry));
}

/* Faithful. */
struct swap_info_struct *get_swap_device(swp_entry_t entry)
{
	struct swap_info_struct *si = swap_type_info(swp_type(entry));

	shim_call();
	if (!si || swp_offset(entry) >= si->nr_pages)
		return NULL;
	si->users++;
	return si;
}

/* Faithful. */
void put_swap_device(struct swap_info_struct *si)
{
	shim_call();
	if (si->users)
		si->users--;
	else
		complain('R', "swap device put too often",
			 "put_swap_device() of swap file %d, which nobody holds", si->type);
}

/* ---- slots ------------------------------------------------------------- */

static struct swap_slot *slot_make(struct swap_info_struct *si, unsigned long offset)
{
	struct swap_slot **chunk;

	if (!si || !offset || offset >= si->nr_pages)
		return NULL;
	chunk = &si->chunks[offset >> SWAP_CHUNK_SHIFT];
	if (!*chunk)
		*chunk = arena_alloc(SWAP_CHUNK * sizeof(**chunk));
	return swap_slot(si, offset);
}

void world_swap_alloc(int type, unsigned long offset, unsigned long nr)
{
	struct swap_info_struct *si = swap_type_info(type);
	struct swap_slot *slot;

	for (; nr--; offset++) {
		slot = slot_make(si, offset);
		if (slot)
			slot->count++;
	}
}

void swap_slot_release(struct swap_slot *slot, swp_entry_t entry)
{
	slot->generation++;
	if (shim_subject)
		shim_subject->invalidate(entry.val);
}

/* The cache gives up a folio that no process can fault on any more. */
static void swap_cache_trim(struct folio *folio)
{
	if (folio_test_locked(folio) || !swap_cache_unused(folio))
		return;
	swap_cache_del(folio);
	folio_release(folio);
}

/*
 * First the processes' counts, then each folio of the range once: a large
 * folio leaves the cache when its last slot is unused, and a locked one keeps
 * its slots until its owner is done with them.
 */
void world_swap_free(int type, unsigned long offset, unsigned long nr)
{
	struct swap_info_struct *si = swap_type_info(type);
	unsigned long end = offset + nr;
	struct folio *last = NULL;
	unsigned long i;

	for (i = offset; i < end; i++) {
		struct swap_slot *slot = swap_slot(si, i);

		if (!slot || !slot->count || --slot->count)
			continue;
		if (!slot->folio)
			swap_slot_release(slot, swp_entry(type, i));
	}
	for (i = offset; i < end; i++) {
		struct swap_slot *slot = swap_slot(si, i);

		if (!slot || !slot->folio || slot->folio == last)
			continue;
		last = slot->folio;
		swap_cache_trim(last);
	}
}

/* ---- swapon, swapoff --------------------------------------------------- */

static struct swap_info_struct *swap_info_create(int type, unsigned long nr_pages)
{
	struct swap_info_struct *si = arena_alloc(sizeof(*si));

	si->type = type;
	si->nr_pages = nr_pages;
	si->nr_chunks = (nr_pages + SWAP_CHUNK - 1) >> SWAP_CHUNK_SHIFT;
	si->chunks = arena_alloc(si->nr_chunks * sizeof(*si->chunks));
	return si;
}

static void chunk_free(struct swap_slot *chunk)
{
	unsigned long i;

	for (i = 0; i < SWAP_CHUNK; i++)
		if (chunk[i].file_own)
			arena_free((void *)chunk[i].file, PAGE_SIZE);
	arena_free(chunk, SWAP_CHUNK * sizeof(*chunk));
}

static void swap_info_free(struct swap_info_struct *si)
{
	unsigned long c;

	for (c = 0; c < si->nr_chunks; c++)
		if (si->chunks[c])
			chunk_free(si->chunks[c]);
	arena_free(si->chunks, si->nr_chunks * sizeof(*si->chunks));
	arena_free(si, sizeof(*si));
}

int world_swapon(int type, unsigned long nr_pages)
{
	struct swap_info_struct *si;
	int ret = 0;

	if (type < 0 || type >= MAX_SWAPFILES || !nr_pages)
		return -EINVAL;
	if (swap_info[type])
		return -EBUSY;
	si = swap_info_create(type, nr_pages);
	xarray_swapon_begin(type);
	if (shim_subject)
		ret = shim_subject->swapon(type, nr_pages);
	xarray_swapon_end();
	if (ret)
		swap_info_free(si);
	else
		swap_info[type] = si;
	return ret;
}

/*
 * A slot whose page does not come back is freed all the same, as the kernel
 * does: the process is left with an entry that kills it on access.
 */
static void slot_unuse(struct swap_info_struct *si, unsigned long offset)
{
	struct swap_slot *slot = swap_slot(si, offset);
	unsigned long first = offset, nr = 1;

	if (slot->count && !slot->folio)
		world_swapin(si->type, offset);
	if (slot->folio) {
		first = swp_offset(slot->folio->swap);
		nr = folio_nr_pages(slot->folio);
	}
	do
		world_swap_free(si->type, first, nr);
	while (slot->count);
	if (slot->folio) {
		complain('K', "swapoff waits for a locked folio",
			 "at swapoff the folio at offset %lu is still locked", first);
		swap_cache_del(slot->folio);
	}
}

static void try_to_unuse(struct swap_info_struct *si)
{
	for (unsigned long c = 0; c < si->nr_chunks; c++) {
		const struct swap_slot *slot = si->chunks[c];

		for (unsigned long i = 0; slot && i < SWAP_CHUNK; i++, slot++)
			if (slot->count || slot->folio)
				slot_unuse(si, (c << SWAP_CHUNK_SHIFT) + i);
	}
}

void world_swapoff(int type)
{
	struct swap_info_struct *si = swap_type_info(type);

	if (!si)
		return;
	try_to_unuse(si);
	if (si->users)
		complain('R', "swapoff waits for a user of the device",
			 "at swapoff %ld references of swap file %d are held", si->users, type);
	if (shim_subject)
		shim_subject->swapoff(type);
	swap_info[type] = NULL;
	swap_info_free(si);
}

/* ---- ledger ------------------------------------------------------------ */

const void *ledger_swap_file(int type, unsigned long offset)
{
	const struct swap_slot *slot = swap_slot(swap_type_info(type), offset);

	return slot && slot->file_generation == slot->generation ? slot->file : NULL;
}

unsigned long ledger_swap_writes(int type)
{
	const struct swap_info_struct *si = swap_type_info(type);

	return si ? si->writes : 0;
}

long ledger_swap_device_refs(int type)
{
	const struct swap_info_struct *si = swap_type_info(type);

	return si ? si->users : 0;
}
