// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing folios out to swap and reading them back: what page_io.c is to mm. */
#include <string.h>

#include <linux/errno.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/pagevec.h>
#include <linux/sched.h>
#include <linux/swap_ops.h>
#include <linux/swapops.h>
#include <linux/writeback.h>

#include "swap.h"

#include "boot.h"
#include "context.h"
#include "deflate.h"
#include "ledger.h"
#include "memcg.h"
#include "shim.h"
#include "swap_internal.h"
#include "world.h"

/* ---- the swap file ----------------------------------------------------- */

/*
 * Contents that never change are remembered by address, and so are bytes that
 * are the same. Others are copied, as the folio takes its own with it.
 */
static void slot_write(struct swap_slot *slot, const void *bytes, bool copy)
{
	const void *same = copy ? deflate_registered(bytes) : NULL;

	if (same) {
		bytes = same;
		copy = false;
	}
	if (slot->file_own && !copy)
		arena_free((void *)slot->file, PAGE_SIZE);
	if (copy && !slot->file_own)
		slot->file = arena_take(PAGE_SIZE);
	if (copy)
		memcpy((void *)slot->file, bytes, PAGE_SIZE);
	else
		slot->file = bytes;
	slot->file_own = copy;
	slot->file_generation = slot->generation;
}

static void swap_file_write(struct folio *folio)
{
	struct swap_info_struct *si = swap_type_info(swp_type(folio->swap));
	unsigned long offset = swp_offset(folio->swap);
	long i, nr = folio_nr_pages(folio);

	for (i = 0; i < nr; i++)
		slot_write(swap_slot(si, offset + i), folio_page(folio, i)->virtual,
			   folio_test_own_contents(folio));
	si->writes += nr;
}

/* What an earlier user of the slot left is read like anything else. */
static void swap_file_read(struct folio *folio)
{
	const struct swap_slot *slot = swap_entry_slot(folio->swap);

	if (!slot->file || slot->file_generation != slot->generation)
		complain('C', "swap file read where nothing was written",
			 "slot %lu of swap file %u was read without a write since it was allocated",
			 swp_offset(folio->swap), swp_type(folio->swap));
	if (slot->file && !slot->file_own)
		folio_set_contents(folio, &slot->file);
	else if (slot->file)
		memcpy(folio->virtual, slot->file, PAGE_SIZE);
}

/* A folio that can be written: in the swap cache, whose slots say where. */
static bool may_write(struct folio *folio)
{
	shim_call();
	context_might_sleep("__swap_writepage");
	if (context_now->noio)
		complain('K', "swap file written in reclaim without I/O",
			 "slot %lu is written to the swap file by a reclaim without __GFP_IO, whose caller may be the disk's driver",
			 swp_offset(folio->swap));
	if (!folio_test_swapcache(folio)) {
		complain('K', "folio is not in the swap cache",
			 "__swap_writepage() of a folio that is not in the swap cache");
		return false;
	}
	if (!folio_test_locked(folio))
		complain('K', "swap file written without the folio's lock",
			 "__swap_writepage() of slot %lu, whose folio is not locked",
			 swp_offset(folio->swap));
	if (!folio_test_uptodate(folio))
		complain('C', "swap file written from a folio without data",
			 "__swap_writepage() of slot %lu, whose folio is not uptodate",
			 swp_offset(folio->swap));
	return true;
}

/*
 * Narrowed: the write is complete when this returns, and never fails. So the
 * folio is not under writeback for anyone to see; what the end of writeback
 * does to one marked for reclaim is done by folio_put().
 */
void __swap_writepage(struct folio *folio, struct writeback_control *wbc)
{
	bool locked = folio_test_locked(folio);

	if (!may_write(folio))
		return;
	swap_file_write(folio);
	if (locked)
		folio_unlock(folio);
}

/**
 * struct swap_iocb - folios that are written together
 * @folios: with a reference each, in place of their writeback flag
 */
struct swap_iocb {
	struct folio *folios[SWAP_CLUSTER_MAX];
	unsigned int nr;
};

/* Narrowed as __swap_writepage() is: all writes are complete when this returns. */
void swap_write_submit(struct swap_io_ctx *ctx)
{
	struct swap_iocb *sio = ctx->sio;

	shim_call();
	context_might_sleep("swap_write_submit");
	ctx->sio = NULL;
	ctx->sis = NULL;
	if (!sio)
		return;
	for (unsigned int i = 0; i < sio->nr; i++) {
		swap_file_write(sio->folios[i]);
		folio_put(sio->folios[i]);
	}
	arena_free(sio, sizeof(*sio));
}

/* Faithful: nothing is written before the context is submitted, full, or used for another file. */
void swap_writepage_ctx(struct swap_io_ctx *ctx, struct folio *folio)
{
	bool locked = folio_test_locked(folio);
	struct swap_info_struct *sis;

	if (!may_write(folio))
		return;
	sis = swap_type_info(swp_type(folio->swap));
	if (ctx->sis != sis)
		swap_write_submit(ctx);
	if (!ctx->sio)
		ctx->sio = arena_alloc(sizeof(*ctx->sio));
	ctx->sis = sis;
	folio_get(folio);
	ctx->sio->folios[ctx->sio->nr++] = folio;
	if (locked)
		folio_unlock(folio);
	if (ctx->sio->nr == SWAP_CLUSTER_MAX)
		swap_write_submit(ctx);
}

/* ---- writing a folio out ----------------------------------------------- */

struct folio *world_folio(unsigned int order, int nid, struct mem_cgroup *memcg,
			  int type, unsigned long offset, const void *const *pages)
{
	swp_entry_t entry = swp_entry(type, offset);
	struct folio *folio;

	if (offset & ((1UL << order) - 1) || !swap_cache_can_add(entry, order))
		return NULL;
	folio = folio_create(order, nid);
	folio_set_contents(folio, pages);
	memcg_folio_charge(folio, memcg);
	swap_cache_add(folio, entry);
	folio_set_locked(folio);
	folio_mark_uptodate(folio);
	folio_mark_dirty(folio);
	return folio;
}

void world_folio_redirty(struct folio *folio, const void *const *pages)
{
	folio_set_contents(folio, pages);
	folio_mark_dirty(folio);
}

void world_folio_lock(struct folio *folio)
{
	folio_lock(folio);
}

static void (*before_store)(void *arg) __outside;
static void *before_store_arg __outside;

void world_before_store(void (*fn)(void *arg), void *arg)
{
	before_store = fn;
	before_store_arg = arg;
}

static void tell_before_store(void)
{
	void (*fn)(void *arg) = before_store;

	before_store = NULL;
	if (fn)
		fn(before_store_arg);
}

static bool zswap_batches(void)
{
	const struct subject_desc *subject = shim_subject;

	return subject && subject->batch_store && subject->can_batch && subject->can_batch();
}

static void zswap_stores_batch(struct folio *const *folios, unsigned int nr, int errors[])
{
	struct folio_batch batch;

	folio_batch_init(&batch);
	for (unsigned int i = 0; i < nr; i++)
		folio_batch_add(&batch, folios[i]);
	tell_before_store();
	shim_subject->batch_store(&batch, errors);
}

/* A large folio is a batch of one, whose error is set beforehand: as the v4 series calls it. */
static bool zswap_stores(struct folio *folio)
{
	int error = -1;

	if (!shim_subject)
		return false;
	if (folio_test_large(folio) && zswap_batches()) {
		zswap_stores_batch(&folio, 1, &error);
		return !error;
	}
	tell_before_store();
	return shim_subject->store(folio);
}

/* Every process is done with the pages, so there is nothing to write. */
static bool folio_free_swap(struct folio *folio)
{
	if (!folio_test_swapcache(folio) || !swap_cache_unused(folio))
		return false;
	swap_cache_del(folio);
	folio_mark_dirty(folio);
	return true;
}

static enum world_stored write_out(struct folio *folio, bool stored)
{
	if (stored) {
		folio_unlock(folio);
		return WORLD_STORED;
	}
	if (!mem_cgroup_zswap_writeback_enabled(folio_memcg(folio))) {
		folio_mark_dirty(folio);
		folio_unlock(folio);
		return WORLD_KEPT;
	}
	__swap_writepage(folio, NULL);
	return WORLD_WRITTEN;
}

/* Narrowed: no zero map, which takes the pages that zswap never sees. */
static enum world_stored swap_writepage(struct folio *folio)
{
	if (folio_free_swap(folio)) {
		folio_unlock(folio);
		return WORLD_NOT_ASKED;
	}
	return write_out(folio, zswap_stores(folio));
}

void world_writepage_batch(struct folio *const *folios, unsigned int nr, int error,
			   enum world_stored *stored)
{
	unsigned int memalloc = current->flags & PF_MEMALLOC;
	int errors[PAGEVEC_SIZE];

	if (!zswap_batches()) {
		for (unsigned int i = 0; i < nr; i++)
			stored[i] = world_writepage(folios[i]);
		return;
	}
	current->flags |= PF_MEMALLOC;
	for (unsigned int i = 0; i < nr; i++) {
		folio_clear_dirty(folios[i]);
		errors[i] = error;
	}
	zswap_stores_batch(folios, nr, errors);
	for (unsigned int i = 0; i < nr; i++)
		stored[i] = write_out(folios[i], !errors[i]);
	current->flags = (current->flags & ~PF_MEMALLOC) | memalloc;
}

/* Reclaim cleans a folio before it writes it: zswap_store() sees it clean. */
enum world_stored world_writepage(struct folio *folio)
{
	unsigned int memalloc = current->flags & PF_MEMALLOC;
	enum world_stored stored;

	current->flags |= PF_MEMALLOC;
	folio_clear_dirty(folio);
	stored = swap_writepage(folio);
	current->flags = (current->flags & ~PF_MEMALLOC) | memalloc;
	return stored;
}

void world_folio_drop(struct folio *folio)
{
	bool clean = folio_test_swapcache(folio) && !folio_test_dirty(folio) &&
		     !folio_test_locked(folio);

	if (clean && folio->_refcount == folio_cache_refs(folio) + 1)
		swap_cache_del(folio);
	folio_put(folio);
}

/* ---- reading a slot back ----------------------------------------------- */

enum loaded { LOADED, LOAD_MISSED, LOAD_FAILED };

static enum loaded loaded_from(int ret)
{
	if (shim_subject->load_returns == SUBJECT_LOAD_BOOL)
		return ret ? LOADED : LOAD_MISSED;
	if (ret == -ENOENT)
		return LOAD_MISSED;
	return ret ? LOAD_FAILED : LOADED;
}

/* Who unlocks the folio: zswap itself once it has the page, if it answers int. */
static void load_check_lock(struct folio *folio, enum loaded loaded)
{
	bool keeps = loaded == LOAD_MISSED || shim_subject->load_returns == SUBJECT_LOAD_BOOL;

	if (folio_test_locked(folio) == keeps)
		return;
	complain('K', "folio lock wrong after zswap_load()",
		 "zswap_load() of slot %lu returned with the folio %s, its caller wants it %s",
		 swp_offset(folio->swap), keeps ? "unlocked" : "locked",
		 keeps ? "locked" : "unlocked");
	if (keeps)
		folio_set_locked(folio);
	else
		folio_clear_locked(folio);
}

/*
 * The swap cache owns the data from now on: the entry is gone and the folio
 * dirty, or reclaim would drop the only copy.
 */
static void load_check_owner(struct folio *folio)
{
	int type = swp_type(folio->swap);
	unsigned long offset = swp_offset(folio->swap);

	if (!folio_test_dirty(folio))
		complain('C', "loaded folio is clean",
			 "zswap_load() of slot %lu left the folio clean", offset);
	if (ledger_tree_load(type, offset))
		complain('C', "entry still there after zswap_load()",
			 "zswap_load() of slot %lu left its entry in the tree", offset);
}

/* An answer of true without data is how the bool reports an I/O error. */
static void load_check_data(struct folio *folio, enum loaded loaded)
{
	bool uptodate = folio_test_uptodate(folio);

	if (uptodate && loaded != LOADED)
		complain('K', "folio uptodate without a load",
			 "zswap_load() of slot %lu gave no page and marked the folio uptodate",
			 swp_offset(folio->swap));
	if (!uptodate && loaded == LOADED && shim_subject->load_returns == SUBJECT_LOAD_INT)
		complain('K', "loaded folio is not uptodate",
			 "zswap_load() of slot %lu succeeded and the folio is not uptodate",
			 swp_offset(folio->swap));
	if (uptodate && loaded == LOADED)
		load_check_owner(folio);
}

static enum loaded zswap_loads(struct folio *folio)
{
	enum loaded loaded;

	if (!shim_subject)
		return LOAD_MISSED;
	loaded = loaded_from(shim_subject->load(folio));
	load_check_lock(folio, loaded);
	load_check_data(folio, loaded);
	return loaded;
}

/* swap_read_folio(): the folio is unlocked when it returns. */
static bool swap_read_folio(struct folio *folio)
{
	enum loaded loaded = zswap_loads(folio);

	if (loaded == LOAD_MISSED) {
		if (shim_subject)
			shim_subject->folio_swapin(folio);
		swap_file_read(folio);
		folio_mark_uptodate(folio);
	}
	if (folio_test_locked(folio))
		folio_unlock(folio);
	return loaded != LOAD_MISSED;
}

static struct world_read read_of(struct folio *folio, unsigned long offset, int from)
{
	struct world_read read = { .error = -EIO, .from = from };

	if (!folio_test_uptodate(folio))
		return read;
	read.error = 0;
	read.page = folio_page(folio, offset - swp_offset(folio->swap))->virtual;
	return read;
}

/*
 * A folio that could not be read stays in the cache without data, and every
 * later fault on the slot meets it, until reclaim takes it out.
 */
struct world_read world_swapin(int type, unsigned long offset)
{
	struct swap_slot *slot = swap_entry_slot(swp_entry(type, offset));
	struct world_read read = { .error = -ENOENT };
	struct folio *folio;

	if (slot && slot->folio) {
		folio_lock(slot->folio);
		folio_unlock(slot->folio);
		return read_of(slot->folio, offset, READ_SWAP_CACHE);
	}
	if (!slot || !slot->count)
		return read;
	folio = swap_cache_new(swp_entry(type, offset));
	read = read_of(folio, offset, swap_read_folio(folio) ? READ_ZSWAP : READ_SWAP_FILE);
	folio_put(folio);
	return read;
}

enum world_stored world_swapin_reclaim(int type, unsigned long offset)
{
	struct folio *folio = ledger_swap_cache(type, offset);
	enum world_stored stored = WORLD_NOT_ASKED;

	if (!folio || folio_test_large(folio))
		return stored;
	folio_get(folio);
	folio_lock(folio);
	if (folio_test_dirty(folio))
		stored = world_writepage(folio);
	else
		folio_unlock(folio);
	world_folio_drop(folio);
	return stored;
}
