// SPDX-License-Identifier: GPL-2.0-or-later
/* Folios: layout, references, lock. */
#include <check.h>

#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pagevec.h>
#include <linux/swap.h>
#include <linux/swapops.h>

#include "swap.h"

#include "shim/ledger.h"
#include "shim/world.h"
#include "tests/complaints.h"

#define MAX_PAGES	512

static char bytes[PAGE_SIZE];
static const void *contents[MAX_PAGES];

static void boot(void)
{
	int i;

	ck_assert_int_eq(world_boot(NULL, NULL), 0);
	ck_assert_int_eq(world_swapon(0, 2048), 0);
	for (i = 0; i < MAX_PAGES; i++)
		contents[i] = bytes + i;
}

static struct folio *folio_at(unsigned long offset, unsigned int order)
{
	world_swap_alloc(0, offset, 1UL << order);
	return world_folio(order, 1, NULL, 0, offset, contents);
}

/* An order-0 folio that nobody caches, with one reference; unlocked. */
static struct folio *folio_alone(unsigned long offset)
{
	struct folio *folio = folio_at(offset, 0);

	delete_from_swap_cache(folio);
	folio_unlock(folio);
	return folio;
}

static void check_page(struct folio *folio, unsigned long offset, long i)
{
	struct page *page = folio_page(folio, i);

	ck_assert_ptr_eq(page_folio(page), folio);
	ck_assert_ptr_eq(page_address(page), contents[i]);
	ck_assert_uint_eq(folio_page_idx(folio, page), i);
	ck_assert_int_eq(page_to_nid(page), 1);
	ck_assert_uint_eq(page_swap_entry(page).val, swp_entry(0, offset + i).val);
	ck_assert_ptr_eq(ledger_swap_cache(0, offset + i), folio);
}

START_TEST(layout_of_every_order)
{
	unsigned int order;
	long i;

	boot();
	for (order = 0; order <= 9; order++) {
		unsigned long offset = 1UL << (order ? order : 10);
		struct folio *folio = folio_at(offset, order);

		ck_assert_ptr_nonnull(folio);
		ck_assert_int_eq(folio_nr_pages(folio), 1L << order);
		ck_assert_uint_eq(folio_size(folio), PAGE_SIZE << order);
		ck_assert_int_eq(folio_nid(folio), 1);
		ck_assert(folio_test_large(folio) == (order > 0));
		ck_assert(folio_test_locked(folio) && folio_test_dirty(folio));
		ck_assert(folio_test_uptodate(folio) && folio_test_swapcache(folio));
		ck_assert_int_eq(ledger_folio_refs(folio), (1L << order) + 1);
		for (i = 0; i < 1L << order; i++)
			check_page(folio, offset, i);
	}
	ck_assert_uint_eq(ledger_nr_folios(), 10);
	no_complaint();
}
END_TEST

START_TEST(no_folio_on_wrong_slots)
{
	boot();
	world_swap_alloc(0, 16, 15);
	ck_assert_ptr_null(world_folio(4, 0, NULL, 0, 16, contents));
	world_swap_alloc(0, 31, 1);
	ck_assert_ptr_null(world_folio(3, 0, NULL, 0, 20, contents));
	ck_assert_ptr_null(world_folio(0, 0, NULL, 1, 16, contents));
	ck_assert_ptr_null(world_folio(0, 0, NULL, 0, 2048, contents));
	ck_assert_ptr_nonnull(world_folio(0, 0, NULL, 0, 31, contents));
	ck_assert_ptr_null(world_folio(4, 0, NULL, 0, 16, contents));
	ck_assert_ptr_nonnull(world_folio(3, 0, NULL, 0, 16, contents));
	ck_assert_uint_eq(ledger_nr_folios(), 2);
}
END_TEST

START_TEST(put_frees_at_zero)
{
	struct folio *folio;

	boot();
	folio = folio_alone(16);
	folio_get(folio);
	ck_assert_int_eq(ledger_folio_refs(folio), 2);
	folio_put(folio);
	ck_assert_uint_eq(ledger_nr_folios(), 1);
	folio_put(folio);
	ck_assert_uint_eq(ledger_nr_folios(), 0);
	no_complaint();
}
END_TEST

START_TEST(put_too_often)
{
	struct folio *folio;

	boot();
	folio = folio_at(16, 2);
	folio_unlock(folio);
	folio_put(folio);
	no_complaint();
	folio_put(folio);
	one_complaint('R', "folio reference put too often", NULL);
	ck_assert_int_eq(ledger_folio_refs(folio), 4);
	ck_assert_ptr_eq(ledger_swap_cache(0, 19), folio);
}
END_TEST

START_TEST(put_after_free)
{
	struct folio *folio;

	boot();
	folio = folio_alone(16);
	folio_put(folio);
	no_complaint();
	folio_put(folio);
	one_complaint('R', "folio reference put too often", "0 references left");
	ck_assert_uint_eq(ledger_nr_folios(), 0);
}
END_TEST

static void get_it(void *folio)
{
	folio_get(folio);
}

static void lock_it(void *folio)
{
	folio_lock(folio);
}

static void trylock_it(void *folio)
{
	ck_assert(!folio_trylock(folio));
}

static void unlock_it(void *folio)
{
	folio_unlock(folio);
}

START_TEST(use_after_free)
{
	static const struct {
		void (*fn)(void *folio);
		const char *says;
	} use[] = {
		{ get_it, "folio_get()" },
		{ lock_it, "folio_lock()" },
		{ trylock_it, "folio_trylock()" },
		{ unlock_it, "folio_unlock()" },
	};
	unsigned int i;

	for (i = 0; i < 4; i++) {
		struct folio *folio;

		boot();
		folio = folio_alone(16);
		folio_put(folio);
		use[i].fn(folio);
		one_complaint('U', "folio used after it was freed", use[i].says);
		ck_assert_int_eq(ledger_folio_refs(folio), 0);
		ck_assert(!ledger_folio_locked(folio));
	}
}
END_TEST

START_TEST(many_folios_come_and_go)
{
	struct folio *last = NULL;
	int i;

	boot();
	for (i = 0; i < 100; i++) {
		struct folio *folio = folio_alone(16 + i);

		ck_assert_ptr_ne(folio, last);
		folio_put(folio);
		last = folio;
	}
	ck_assert_uint_eq(ledger_nr_folios(), 0);
	no_complaint();
}
END_TEST

START_TEST(freed_while_locked)
{
	struct folio *folio;

	boot();
	folio = folio_alone(16);
	folio_lock(folio);
	folio_put(folio);
	one_complaint('K', "folio freed while locked", NULL);
	ck_assert(!ledger_folio_locked(folio));
	ck_assert_uint_eq(ledger_nr_folios(), 0);
}
END_TEST

START_TEST(lock_and_unlock)
{
	struct folio *folio;

	boot();
	folio = folio_at(16, 0);
	ck_assert(ledger_folio_locked(folio));
	ck_assert(!folio_trylock(folio));
	folio_unlock(folio);
	ck_assert(!ledger_folio_locked(folio));
	ck_assert(folio_trylock(folio));
	folio_unlock(folio);
	no_complaint();
	folio_unlock(folio);
	one_complaint('K', "folio unlocked twice", NULL);
}
END_TEST

START_TEST(lock_twice_ends_the_case)
{
	struct folio *folio;

	boot();
	folio = folio_at(16, 0);
	ck_assert_int_eq(world_call(lock_it, folio), WORLD_BUG);
	one_complaint('K', "folio locked twice", NULL);
	folio_unlock(folio);
	ck_assert_int_eq(world_call(lock_it, folio), WORLD_RETURNED);
}
END_TEST

START_TEST(memcg_is_pinned)
{
	struct ledger_memcg memcg;
	struct mem_cgroup *owner;
	struct folio *folio;

	boot();
	owner = world_memcg_create(NULL);
	world_swap_alloc(0, 16, 2);
	ck_assert(ledger_memcg(1, &memcg));
	ck_assert_int_eq(memcg.refs, 0);
	folio = world_folio(1, 0, owner, 0, 16, contents);
	ck_assert(ledger_memcg(1, &memcg));
	ck_assert_int_eq(memcg.refs, 1);
	delete_from_swap_cache(folio);
	folio_unlock(folio);
	folio_put(folio);
	ck_assert(ledger_memcg(1, &memcg));
	ck_assert_int_eq(memcg.refs, 0);
}
END_TEST

START_TEST(dirty_again_is_not_for_reclaim)
{
	struct folio *folio;

	boot();
	folio = folio_at(16, 0);
	folio_clear_dirty(folio);
	folio_set_reclaim(folio);
	ck_assert(folio_mark_dirty(folio));
	ck_assert(!folio_test_reclaim(folio));
	ck_assert(!folio_mark_dirty(folio));
}
END_TEST

START_TEST(restore_brings_folios_back)
{
	struct folio *folio;

	boot();
	folio = folio_at(16, 3);
	ck_assert_int_eq(world_snapshot(), 0);
	world_folio_redirty(folio, contents + 8);
	folio_unlock(folio);
	world_swap_free(0, 16, 8);
	folio_put(folio);
	ck_assert_uint_eq(ledger_nr_folios(), 0);
	world_restore();
	ck_assert_uint_eq(ledger_nr_folios(), 1);
	ck_assert(folio_test_locked(folio));
	ck_assert_ptr_eq(ledger_swap_cache(0, 23), folio);
	ck_assert_ptr_eq(page_address(folio_page(folio, 7)), contents[7]);
}
END_TEST

START_TEST(batches)
{
	struct folio_batch batch;
	struct folio folio = { .order = 0 };
	int i;

	folio_batch_init(&batch);
	ck_assert_uint_eq(folio_batch_count(&batch), 0);
	ck_assert_uint_eq(folio_batch_space(&batch), PAGEVEC_SIZE);
	for (i = 1; i <= PAGEVEC_SIZE; i++)
		ck_assert_uint_eq(folio_batch_add(&batch, &folio), PAGEVEC_SIZE - i);
	ck_assert_uint_eq(folio_batch_count(&batch), PAGEVEC_SIZE);
	ck_assert_ptr_eq(batch.folios[PAGEVEC_SIZE - 1], &folio);
}
END_TEST

START_TEST(entries)
{
	static const unsigned int types[] = { 0, 1, MAX_SWAPFILES - 1 };
	static const unsigned long offsets[] = { 0, 1, 16383, 16384, 1UL << 20, SWP_OFFSET_MASK };
	unsigned int t, o;

	for (t = 0; t < 3; t++) {
		for (o = 0; o < 6; o++) {
			swp_entry_t entry = swp_entry(types[t], offsets[o]);

			ck_assert_uint_eq(swp_type(entry), types[t]);
			ck_assert_uint_eq(swp_offset(entry), offsets[o]);
		}
	}
}
END_TEST

Suite *suite_folio(void)
{
	Suite *suite = suite_create("folio");
	TCase *tc = tcase_create("folio");

	tcase_add_test(tc, layout_of_every_order);
	tcase_add_test(tc, no_folio_on_wrong_slots);
	tcase_add_test(tc, put_frees_at_zero);
	tcase_add_test(tc, put_too_often);
	tcase_add_test(tc, put_after_free);
	tcase_add_test(tc, use_after_free);
	tcase_add_test(tc, many_folios_come_and_go);
	tcase_add_test(tc, freed_while_locked);
	tcase_add_test(tc, lock_and_unlock);
	tcase_add_test(tc, lock_twice_ends_the_case);
	tcase_add_test(tc, memcg_is_pinned);
	tcase_add_test(tc, dirty_again_is_not_for_reclaim);
	tcase_add_test(tc, restore_brings_folios_back);
	tcase_add_test(tc, batches);
	tcase_add_test(tc, entries);
	suite_add_tcase(suite, tc);
	return suite;
}
