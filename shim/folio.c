// SPDX-License-Identifier: GPL-2.0-or-later
/* Folios: their life, references and lock. */
#include <string.h>

#include <linux/mm.h>
#include <linux/pagemap.h>

#include "boot.h"
#include "context.h"
#include "ledger.h"
#include "memcg.h"
#include "shim.h"
#include "swap_internal.h"

/* Fresh page contents: a kernel does not zero them either. */
#define FRESH_BYTE	0x5a

/*
 * Freed order-0 folios rest here before their memory is used again, so that
 * a put too many meets a count of zero. Only those: a subject is given no
 * reference to a larger one.
 */
#define RESTING		8
static struct folio *resting[RESTING] __world;
static unsigned int resting_next __world;

static unsigned long nr_folios __world;

static void folio_init(struct folio *folio, unsigned int order, int nid)
{
	struct page *page = &folio->page;
	unsigned long i;

	for (i = 0; i < 1UL << order; i++, page++) {
		page->head = &folio->page;
		page->nid = nid;
	}
	folio->order = order;
	if (order)
		folio_set_head(folio);
	folio_set_swapbacked(folio);
	folio->_refcount = 1;
}

struct folio *folio_create(unsigned int order, int nid)
{
	struct folio *folio = arena_alloc(sizeof(struct page) << order);

	folio_init(folio, order, nid);
	nr_folios++;
	return folio;
}

void folio_make_contents(struct folio *folio)
{
	folio->virtual = memset(arena_take(PAGE_SIZE), FRESH_BYTE, PAGE_SIZE);
	folio_set_own_contents(folio);
}

static void folio_free_contents(struct folio *folio)
{
	if (folio_test_own_contents(folio))
		arena_free(folio->virtual, PAGE_SIZE);
	folio_clear_own_contents(folio);
}

void folio_set_contents(struct folio *folio, const void *const *pages)
{
	long i;

	folio_free_contents(folio);
	for (i = 0; i < folio_nr_pages(folio); i++)
		folio_page(folio, i)->virtual = (void *)pages[i];
}

static void folio_rest(struct folio *folio)
{
	struct folio **place = &resting[resting_next++ % RESTING];

	arena_free(*place, sizeof(struct page));
	*place = folio;
	folio->virtual = LIST_POISON1;
	folio->flags = 0;
}

void folio_release(struct folio *folio)
{
	unsigned int order = folio->order;

	if (folio->_refcount)
		return;
	if (folio_test_locked(folio))
		complain('K', "folio freed while locked",
			 "the last reference of a locked folio was put");
	memcg_folio_uncharge(folio);
	folio_free_contents(folio);
	nr_folios--;
	if (order)
		arena_free(folio, sizeof(struct page) << order);
	else
		folio_rest(folio);
}

static bool folio_alive(const struct folio *folio, const char *what)
{
	if (likely(folio->_refcount > 0))
		return true;
	complain('U', "folio used after it was freed", "%s() of a freed folio", what);
	return false;
}

/* Faithful. */
void folio_get(struct folio *folio)
{
	shim_call();
	if (folio_alive(folio, "folio_get"))
		folio->_refcount++;
}

/*
 * A folio marked for reclaim goes to the tail of the inactive list when its
 * writeback ends, where reclaim comes by next. Here that is at once, when
 * nobody but the swap cache holds it any longer.
 */
static bool folio_rotated(const struct folio *folio)
{
	return folio_test_reclaim(folio) && folio_test_swapcache(folio) &&
	       !folio_test_dirty(folio) && !folio_test_locked(folio) &&
	       folio->_refcount == folio_cache_refs(folio);
}

/* Faithful, and reclaims a folio that was written back; see folio_rotated(). */
void folio_put(struct folio *folio)
{
	shim_call();
	if (folio->_refcount <= folio_cache_refs(folio)) {
		complain('R', "folio reference put too often",
			 "folio_put() with %d references left, %ld of them the swap cache's",
			 folio->_refcount, folio_cache_refs(folio));
		return;
	}
	folio->_refcount--;
	if (folio_rotated(folio))
		swap_cache_del(folio);
	folio_release(folio);
}

/* Faithful. */
bool folio_trylock(struct folio *folio)
{
	shim_call();
	if (!folio_alive(folio, "folio_trylock") || folio_test_locked(folio))
		return false;
	folio_set_locked(folio);
	return true;
}

/* Faithful. */
void folio_lock(struct folio *folio)
{
	shim_call();
	context_might_sleep("folio_lock");
	if (!folio_alive(folio, "folio_lock"))
		return;
	if (folio_test_locked(folio)) {
		complain('K', "folio locked twice",
			 "folio_lock() of a folio that is locked already");
		world_end_now(WORLD_BUG, "deadlock: folio_lock() of a locked folio");
	}
	folio_set_locked(folio);
}

/* Faithful. */
void folio_unlock(struct folio *folio)
{
	shim_call();
	if (!folio_alive(folio, "folio_unlock"))
		return;
	if (!folio_test_locked(folio))
		complain('K', "folio unlocked twice",
			 "folio_unlock() of a folio that is not locked");
	folio_clear_locked(folio);
}

unsigned long ledger_nr_folios(void)
{
	return nr_folios;
}

long ledger_folio_refs(const struct folio *folio)
{
	return folio->_refcount;
}

bool ledger_folio_locked(const struct folio *folio)
{
	return folio_test_locked(folio);
}
