// SPDX-License-Identifier: GPL-2.0-or-later
/* The swap cache: which folio holds the newest bytes of a swap slot. */
#include <linux/err.h>
#include <linux/mempolicy.h>
#include <linux/swapops.h>
#include <linux/topology.h>

#include "swap.h"

#include "context.h"
#include "fault.h"
#include "ledger.h"
#include "shim.h"
#include "swap_internal.h"

static struct mempolicy local_policy __world = { .mode = MPOL_LOCAL };

bool swap_cache_can_add(swp_entry_t entry, unsigned int order)
{
	struct swap_info_struct *si = swap_type_info(swp_type(entry));
	struct swap_slot *slot;
	long i;

	for_each_swap_slot(slot, i, si, swp_offset(entry), 1L << order)
		if (!slot || !slot->count || slot->folio)
			return false;
	return true;
}

void swap_cache_add(struct folio *folio, swp_entry_t entry)
{
	struct swap_info_struct *si = swap_type_info(swp_type(entry));
	long i, nr = folio_nr_pages(folio);
	struct swap_slot *slot;

	for_each_swap_slot(slot, i, si, swp_offset(entry), nr)
		slot->folio = folio;
	folio_set_swapcache(folio);
	folio->swap = entry;
	folio->_refcount += nr;
}

void swap_cache_del(struct folio *folio)
{
	unsigned int type = swp_type(folio->swap);
	unsigned long first = swp_offset(folio->swap);
	struct swap_info_struct *si = swap_type_info(type);
	long i, nr = folio_nr_pages(folio);
	struct swap_slot *slot;

	folio_clear_swapcache(folio);
	folio->swap.val = 0;
	folio->_refcount -= nr;
	for_each_swap_slot(slot, i, si, first, nr)
		slot->folio = NULL;
	for_each_swap_slot(slot, i, si, first, nr)
		if (!slot->count)
			swap_slot_release(slot, swp_entry(type, first + i));
}

bool swap_cache_unused(const struct folio *folio)
{
	struct swap_info_struct *si = swap_type_info(swp_type(folio->swap));
	struct swap_slot *slot;
	long i;

	for_each_swap_slot(slot, i, si, swp_offset(folio->swap), folio_nr_pages(folio))
		if (slot->count)
			return false;
	return true;
}

struct folio *swap_cache_new(swp_entry_t entry)
{
	struct folio *folio = folio_create(0, numa_node_id());

	folio_make_contents(folio);
	folio_set_locked(folio);
	swap_cache_add(folio, entry);
	return folio;
}

/*
 * Narrowed: the new folio is charged to nobody and is on no LRU, and its node
 * is the current CPU's whatever @mpol says. @skip_if_exists tells what to do
 * while another task is between claiming the slot and filling the cache, and
 * no task is ever seen there.
 */
struct folio *__read_swap_cache_async(swp_entry_t entry, gfp_t gfp_mask,
				      struct mempolicy *mpol, pgoff_t ilx,
				      bool *new_page_allocated, bool skip_if_exists)
{
	struct swap_slot *slot = swap_entry_slot(entry);

	shim_call();
	context_might_alloc(gfp_mask, "__read_swap_cache_async");
	*new_page_allocated = false;
	if (!slot)
		return NULL;
	if (slot->folio) {
		folio_get(slot->folio);
		return slot->folio;
	}
	if (!slot->count)
		return NULL;
	if (fault_hit_at(FP_READ_SWAP_CACHE_ASYNC, entry.val, false))
		return NULL;
	*new_page_allocated = true;
	return swap_cache_new(entry);
}

/*
 * Narrowed: as __read_swap_cache_async(), and for folios of one page whatever
 * @orders says, as zswap asks for no others. Faithful in its errors; the caller holds
 * the swap file, or the slot could go with it.
 */
struct folio *swap_cache_alloc_folio(swp_entry_t entry, gfp_t gfp_mask, unsigned long orders,
				     struct vm_fault *vmf, struct mempolicy *mpol, pgoff_t ilx)
{
	struct swap_slot *slot = swap_entry_slot(entry);
	int err;

	shim_call();
	context_might_alloc(gfp_mask, "swap_cache_alloc_folio");
	if (!slot || (!slot->folio && !slot->count))
		return ERR_PTR(-ENOENT);
	if (slot->folio)
		return ERR_PTR(-EEXIST);
	err = fault_hit_at(FP_SWAP_CACHE_ALLOC_FOLIO, entry.val, false);
	return err ? ERR_PTR(err) : swap_cache_new(entry);
}

static void cache_delete(struct folio *folio, const char *what)
{
	shim_call();
	if (!folio_test_locked(folio))
		complain('K', "swap cache changed without the folio's lock",
			 "%s() of a folio that is not locked", what);
	if (folio_test_swapcache(folio))
		swap_cache_del(folio);
	else
		complain('K', "folio is not in the swap cache",
			 "%s() of a folio that is not in the swap cache", what);
}

/* Faithful. The caller keeps its reference and the lock. */
void delete_from_swap_cache(struct folio *folio)
{
	cache_delete(folio, "delete_from_swap_cache");
}

/* Faithful: the same under its later name. */
void swap_cache_del_folio(struct folio *folio)
{
	cache_delete(folio, "swap_cache_del_folio");
}

/* Narrowed: every task has the same policy, to allocate on its CPU's node. */
struct mempolicy *get_task_policy(struct task_struct *p)
{
	shim_call();
	return &local_policy;
}

void swap_note_compressed(u64 swp, const char *alg, bool failed)
{
	struct swap_slot *slot = NULL;

	if (swp != FAULT_NO_SWP)
		slot = swap_entry_slot((swp_entry_t){ .val = swp });
	if (!slot)
		return;
	slot->compressed_by = alg;
	slot->compress_failed = failed;
}

const char *ledger_compressed_by(int type, unsigned long offset)
{
	struct swap_slot *slot = swap_entry_slot(swp_entry(type, offset));

	return slot ? slot->compressed_by : NULL;
}

bool ledger_compress_failed(int type, unsigned long offset)
{
	struct swap_slot *slot = swap_entry_slot(swp_entry(type, offset));

	return slot && slot->compress_failed;
}

struct folio *ledger_swap_cache(int type, unsigned long offset)
{
	struct swap_slot *slot = swap_entry_slot(swp_entry(type, offset));

	return slot ? slot->folio : NULL;
}
