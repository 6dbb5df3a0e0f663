// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing folios out, as reclaim does, and longer histories of slots. */
#include <check.h>

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/swapops.h>

#include "swap.h"

#include "shim/ledger.h"
#include "tests/complaints.h"
#include "tests/fake_zswap.h"

START_TEST(stored)
{
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 4);
	ck_assert_int_eq(world_writepage(folio), WORLD_STORED);
	ck_assert_uint_eq(fake.stores, 1);
	ck_assert(fake.saw_memalloc && !fake.saw_dirty);
	ck_assert(!(current->flags & PF_MEMALLOC));
	ck_assert(!folio_test_locked(folio) && !folio_test_dirty(folio));
	ck_assert_int_eq(ledger_folio_refs(folio), 17);
	ck_assert_uint_eq(ledger_swap_writes(0), 0);
	ck_assert_ptr_null(ledger_swap_file(0, 16));
	world_folio_drop(folio);
	ck_assert_uint_eq(ledger_nr_folios(), 0);
	ck_assert_uint_eq(fake.invalidated, 0);
	no_complaint();
}
END_TEST

START_TEST(written)
{
	struct folio *folio;
	long i;

	fake_boot(SUBJECT_LOAD_INT);
	fake.refuse = true;
	folio = fake_folio(256, 4);
	ck_assert_int_eq(world_writepage(folio), WORLD_WRITTEN);
	ck_assert(!folio_test_locked(folio) && !folio_test_dirty(folio));
	ck_assert_uint_eq(ledger_swap_writes(0), 16);
	ck_assert_uint_eq(ledger_swap_writes(1), 0);
	for (i = 0; i < 16; i++)
		ck_assert_ptr_eq(ledger_swap_file(0, 256 + i), fake_contents[i]);
	ck_assert_ptr_null(ledger_swap_file(0, 255));
	ck_assert_ptr_null(ledger_swap_file(1, 256));
	world_folio_drop(folio);
	for (i = 0; i < 16; i++)
		fake_read_is(256 + i, fake_contents[i], READ_SWAP_FILE);
	ck_assert_uint_eq(fake.swapins, 16);
	no_complaint();
}
END_TEST

START_TEST(kept)
{
	struct mem_cgroup *memcg;
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	fake.refuse = true;
	memcg = world_memcg_create(NULL);
	world_memcg_set_zswap_writeback(memcg, false);
	world_swap_alloc(0, 16, 2);
	folio = world_folio(1, 0, memcg, 0, 16, fake_contents);
	ck_assert_int_eq(world_writepage(folio), WORLD_KEPT);
	ck_assert(!folio_test_locked(folio) && folio_test_dirty(folio));
	ck_assert_uint_eq(ledger_swap_writes(0), 0);
	fake_read_is(17, fake_contents[1], READ_SWAP_CACHE);
	world_folio_drop(folio);
	ck_assert_ptr_eq(ledger_swap_cache(0, 17), folio);
	fake_read_is(17, fake_contents[1], READ_SWAP_CACHE);
	fake.refuse = false;
	folio_get(folio);
	world_folio_lock(folio);
	ck_assert_int_eq(world_writepage(folio), WORLD_STORED);
	world_folio_drop(folio);
	fake_read_is(17, fake_contents[1], READ_ZSWAP);
	no_complaint();
}
END_TEST

START_TEST(not_asked)
{
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 2);
	world_swap_free(0, 16, 4);
	ck_assert_int_eq(world_writepage(folio), WORLD_NOT_ASKED);
	ck_assert_uint_eq(fake.stores, 0);
	ck_assert_uint_eq(fake.invalidated, 4);
	ck_assert(!folio_test_swapcache(folio) && !folio_test_locked(folio));
	ck_assert(folio_test_dirty(folio));
	world_folio_drop(folio);
	ck_assert_uint_eq(ledger_nr_folios(), 0);

	folio = fake_folio(16, 2);
	world_swap_free(0, 16, 3);
	ck_assert_int_eq(world_writepage(folio), WORLD_STORED);
	no_complaint();
}
END_TEST

START_TEST(dropped_only_when_nobody_needs_it)
{
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 0);
	ck_assert_int_eq(world_writepage(folio), WORLD_STORED);
	folio_get(folio);
	world_folio_drop(folio);
	ck_assert_ptr_eq(ledger_swap_cache(0, 16), folio);
	ck_assert_int_eq(ledger_folio_refs(folio), 2);
	world_folio_drop(folio);
	ck_assert_uint_eq(ledger_nr_folios(), 0);
	ck_assert_uint_eq(fake.invalidated, 0);
}
END_TEST

START_TEST(batched)
{
	static const struct {
		bool can;
		unsigned int order;
		int error;
		unsigned int batches, stores;
		enum world_stored stored;
	} row[] = {
		{ true, 2, 0, 1, 0, WORLD_STORED },
		{ true, 2, -EINVAL, 1, 0, WORLD_WRITTEN },
		{ true, 2, 1, 1, 0, WORLD_WRITTEN },
		{ true, 0, 0, 0, 1, WORLD_STORED },
		{ false, 2, 0, 0, 1, WORLD_STORED },
	};
	unsigned int i;

	for (i = 0; i < 5; i++) {
		fake_boot(SUBJECT_LOAD_INT);
		fake.can_batch = row[i].can;
		fake.batch_error = row[i].error;
		ck_assert_int_eq(world_writepage(fake_folio(16, row[i].order)), row[i].stored);
		ck_assert_uint_eq(fake.batches, row[i].batches);
		ck_assert_int_eq(fake.saw_error, row[i].batches ? -1 : 0);
		ck_assert_uint_eq(fake.stores, row[i].stores);
		no_complaint();
	}
}
END_TEST

/* Each folio of a batch has its own end; without batches each has its own store. */
START_TEST(batched_together)
{
	enum world_stored stored[3];
	struct folio *folios[3];

	for (int can = 0; can <= 1; can++) {
		fake_boot(SUBJECT_LOAD_INT);
		fake.can_batch = can;
		fake.batch_error = -EINVAL;
		fake.batch_fails_at = 1;
		for (int i = 0; i < 3; i++)
			folios[i] = fake_folio(16 + 4 * i, i);
		world_writepage_batch(folios, 3, -1, stored);
		ck_assert_uint_eq(fake.batches, can);
		ck_assert_uint_eq(fake.stores, can ? 0 : 3);
		ck_assert_int_eq(stored[0], WORLD_STORED);
		ck_assert_int_eq(stored[1], can ? WORLD_WRITTEN : WORLD_STORED);
		ck_assert_int_eq(stored[2], WORLD_STORED);
		ck_assert_uint_eq(ledger_swap_writes(0), can ? 2 : 0);
		for (int i = 0; i < 3; i++)
			ck_assert(!folio_test_locked(folios[i]) && !folio_test_dirty(folios[i]));
		ck_assert(!(current->flags & PF_MEMALLOC));
		no_complaint();
	}
	ck_assert_uint_eq(fake.batched, 3);
	ck_assert_int_eq(fake.saw_error, -1);
}
END_TEST

/* What a batch that does nothing leaves is what was there before. */
START_TEST(errors_left_over)
{
	enum world_stored stored;
	struct folio *folio;

	for (int error = -1; error <= 0; error++) {
		fake_boot(SUBJECT_LOAD_INT);
		fake.can_batch = true;
		fake.batch_error = 1;
		folio = fake_folio(16, 0);
		world_writepage_batch(&folio, 1, error, &stored);
		ck_assert_int_eq(fake.saw_error, error);
		ck_assert_int_eq(stored, error ? WORLD_WRITTEN : WORLD_STORED);
	}
}
END_TEST

static void withdraw_batching(void *arg)
{
	(*(unsigned int *)arg)++;
	fake.can_batch = false;
}

/* Between the question and the store, or before a store without a question. */
START_TEST(right_before_the_store)
{
	unsigned int times = 0;

	for (int can = 0; can <= 1; can++) {
		fake_boot(SUBJECT_LOAD_INT);
		fake.can_batch = can;
		world_before_store(withdraw_batching, &times);
		ck_assert_int_eq(world_writepage(fake_folio(16, 2)), WORLD_STORED);
		ck_assert_uint_eq(times, can + 1);
		ck_assert_uint_eq(fake.batches, can);
		/* Once. */
		ck_assert_int_eq(world_writepage(fake_folio(32, 2)), WORLD_STORED);
		ck_assert_uint_eq(times, can + 1);
	}
}
END_TEST

/* ---- histories --------------------------------------------------------- */

START_TEST(reclaim_what_was_read)
{
	fake_boot(SUBJECT_LOAD_INT);
	ck_assert_int_eq(world_swapin_reclaim(0, 16), WORLD_NOT_ASKED);
	fake_put_zswap(16);
	fake_put_file(17);
	fake_read_is(16, fake_contents[0], READ_ZSWAP);
	fake_read_is(17, fake_contents[0], READ_SWAP_FILE);
	ck_assert_int_eq(world_swapin_reclaim(0, 16), WORLD_STORED);
	ck_assert_int_eq(world_swapin_reclaim(0, 17), WORLD_NOT_ASKED);
	ck_assert_ptr_null(ledger_swap_cache(0, 16));
	ck_assert_ptr_null(ledger_swap_cache(0, 17));
	ck_assert_uint_eq(ledger_nr_folios(), 0);
	fake_read_is(16, fake_contents[0], READ_ZSWAP);
	fake_read_is(17, fake_contents[0], READ_SWAP_FILE);
	no_complaint();
}
END_TEST

/* The folio's own page goes with it; the file has a copy. */
START_TEST(file_outlives_the_folio)
{
	const void *file;

	fake_boot(SUBJECT_LOAD_INT);
	fake_put_zswap(16);
	fake_read_is(16, fake_contents[0], READ_ZSWAP);
	fake.refuse = true;
	ck_assert_int_eq(world_swapin_reclaim(0, 16), WORLD_WRITTEN);
	ck_assert_uint_eq(ledger_nr_folios(), 0);
	file = ledger_swap_file(0, 16);
	ck_assert_ptr_ne(file, fake_contents[0]);
	ck_assert_mem_eq(file, fake_contents[0], PAGE_SIZE);
	fake_read_is(16, fake_contents[0], READ_SWAP_FILE);
	world_folio_redirty(ledger_swap_cache(0, 16), fake_contents + 9);
	ck_assert_int_eq(world_swapin_reclaim(0, 16), WORLD_WRITTEN);
	ck_assert_ptr_eq(ledger_swap_file(0, 16), fake_contents[9]);
	fake_read_is(16, fake_contents[9], READ_SWAP_FILE);
	folio_mark_dirty(ledger_swap_cache(0, 16));
	ck_assert_int_eq(world_swapin_reclaim(0, 16), WORLD_WRITTEN);
	/* What was read from the file did not change and is nobody's own. */
	ck_assert_ptr_eq(ledger_swap_file(0, 16), fake_contents[9]);
	fake_read_is(16, fake_contents[9], READ_SWAP_FILE);
	no_complaint();
}
END_TEST

/* No copy is made of bytes that the scenario has for good. */
START_TEST(file_knows_the_bytes)
{
	fake_boot(SUBJECT_LOAD_INT);
	world_pages_register(fake_contents[0], 1);
	ck_assert_uint_gt(ledger_compressed_len("deflate", fake_contents[0]), 0);
	fake_put_zswap(16);
	fake_read_is(16, fake_contents[0], READ_ZSWAP);
	fake.refuse = true;
	ck_assert_int_eq(world_swapin_reclaim(0, 16), WORLD_WRITTEN);
	ck_assert_ptr_eq(ledger_swap_file(0, 16), fake_contents[0]);
	ck_assert_ptr_eq(world_swapin(0, 16).page, fake_contents[0]);
	world_pages_register(fake_contents[0], 0);
	no_complaint();
}
END_TEST

START_TEST(redirtied_and_refused)
{
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 1);
	ck_assert_int_eq(world_writepage(folio), WORLD_STORED);
	world_folio_redirty(folio, fake_contents + 4);
	ck_assert(folio_test_dirty(folio));
	fake_read_is(17, fake_contents[5], READ_SWAP_CACHE);
	fake.refuse = true;
	world_folio_lock(folio);
	ck_assert_int_eq(world_writepage(folio), WORLD_WRITTEN);
	world_folio_drop(folio);
	fake_read_is(16, fake_contents[4], READ_SWAP_FILE);
	fake_read_is(17, fake_contents[5], READ_SWAP_FILE);
	no_complaint();
}
END_TEST

/* A zswap that forgets to invalidate is read before the newer file. */
START_TEST(stale_entry_is_seen)
{
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 0);
	ck_assert_int_eq(world_writepage(folio), WORLD_STORED);
	world_folio_redirty(folio, fake_contents + 4);
	fake.refuse = true;
	world_folio_lock(folio);
	ck_assert_int_eq(world_writepage(folio), WORLD_WRITTEN);
	fake.here[16] = true;
	world_folio_drop(folio);
	ck_assert_ptr_eq(ledger_swap_file(0, 16), fake_contents[4]);
	ck_assert_int_eq(world_swapin(0, 16).from, READ_ZSWAP);
}
END_TEST

START_TEST(large_out_small_in)
{
	struct folio *folio;
	long i;

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(512, 6);
	ck_assert_int_eq(world_writepage(folio), WORLD_STORED);
	world_folio_drop(folio);
	for (i = 0; i < 64; i++)
		fake_read_is(512 + i, fake_contents[i], READ_ZSWAP);
	ck_assert_uint_eq(ledger_nr_folios(), 64);
	ck_assert_ptr_null(world_folio(6, 0, NULL, 0, 512, fake_contents));
	for (i = 0; i < 64; i++)
		ck_assert_int_eq(world_swapin_reclaim(0, 512 + i), WORLD_STORED);
	ck_assert_ptr_nonnull(world_folio(6, 0, NULL, 0, 512, fake_contents));
	ck_assert_uint_eq(ledger_nr_folios(), 1);
	no_complaint();
}
END_TEST

Suite *suite_swap_io(void)
{
	Suite *suite = suite_create("swap_io");
	TCase *tc = tcase_create("out");

	tcase_add_test(tc, stored);
	tcase_add_test(tc, written);
	tcase_add_test(tc, kept);
	tcase_add_test(tc, not_asked);
	tcase_add_test(tc, dropped_only_when_nobody_needs_it);
	tcase_add_test(tc, batched);
	tcase_add_test(tc, batched_together);
	tcase_add_test(tc, errors_left_over);
	tcase_add_test(tc, right_before_the_store);
	suite_add_tcase(suite, tc);

	tc = tcase_create("histories");
	tcase_add_test(tc, reclaim_what_was_read);
	tcase_add_test(tc, file_outlives_the_folio);
	tcase_add_test(tc, file_knows_the_bytes);
	tcase_add_test(tc, redirtied_and_refused);
	tcase_add_test(tc, stale_entry_is_seen);
	tcase_add_test(tc, large_out_small_in);
	suite_add_tcase(suite, tc);
	return suite;
}
