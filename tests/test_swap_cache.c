// SPDX-License-Identifier: GPL-2.0-or-later
/* The swap cache, and writing back from zswap as zswap_writeback_entry() does. */
#include <check.h>

#include <linux/err.h>
#include <linux/mempolicy.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/swap_ops.h>
#include <linux/swapops.h>
#include <linux/writeback.h>

#include "swap.h"

#include "shim/boot.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "tests/complaints.h"
#include "tests/fake_zswap.h"

static struct folio *get_folio(unsigned long offset, bool *allocated)
{
	return __read_swap_cache_async(swp_entry(0, offset), GFP_KERNEL, get_task_policy(current),
				       NO_INTERLEAVE_INDEX, allocated, true);
}

START_TEST(writeback_ends_in_the_file)
{
	struct writeback_control wbc = { .sync_mode = WB_SYNC_NONE };
	struct folio *folio;
	bool allocated;

	fake_boot(SUBJECT_LOAD_INT);
	fake_put_zswap(16);
	folio = get_folio(16, &allocated);
	ck_assert(allocated && folio_test_locked(folio) && folio_test_swapcache(folio));
	ck_assert(!folio_test_uptodate(folio) && !folio_test_dirty(folio));
	ck_assert_int_eq(ledger_folio_refs(folio), 2);
	memset(page_address(&folio->page), 0x42, PAGE_SIZE);
	fake.here[16] = false;
	folio_mark_uptodate(folio);
	folio_set_reclaim(folio);
	__swap_writepage(folio, &wbc);
	ck_assert(!ledger_folio_locked(folio));
	ck_assert_ptr_eq(ledger_swap_cache(0, 16), folio);
	folio_put(folio);
	ck_assert_ptr_null(ledger_swap_cache(0, 16));
	ck_assert_uint_eq(ledger_nr_folios(), 0);
	ck_assert_uint_eq(ledger_swap_writes(0), 1);
	ck_assert_uint_eq(fake.invalidated, 0);
	fake_read_is(16, ledger_swap_file(0, 16), READ_SWAP_FILE);
	ck_assert_int_eq(((const char *)ledger_swap_file(0, 16))[4095], 0x42);
	no_complaint();
}
END_TEST

/* Reclaim gets a folio that was written back only if nobody else wants it. */
START_TEST(writeback_leaves_a_wanted_folio)
{
	struct folio *held, *dirty;
	bool allocated;

	fake_boot(SUBJECT_LOAD_INT);
	world_swap_alloc(0, 16, 2);
	held = get_folio(16, &allocated);
	folio_mark_uptodate(held);
	folio_set_reclaim(held);
	folio_get(held);
	__swap_writepage(held, NULL);
	folio_put(held);
	ck_assert_ptr_eq(ledger_swap_cache(0, 16), held);
	folio_put(held);
	ck_assert_ptr_null(ledger_swap_cache(0, 16));

	dirty = get_folio(17, &allocated);
	folio_mark_uptodate(dirty);
	folio_mark_dirty(dirty);
	folio_set_reclaim(dirty);
	__swap_writepage(dirty, NULL);
	folio_put(dirty);
	ck_assert_ptr_eq(ledger_swap_cache(0, 17), dirty);
	no_complaint();
}
END_TEST

START_TEST(writeback_given_up)
{
	struct folio *folio;
	bool allocated;

	fake_boot(SUBJECT_LOAD_INT);
	fake_put_zswap(16);
	folio = get_folio(16, &allocated);
	delete_from_swap_cache(folio);
	ck_assert_int_eq(ledger_folio_refs(folio), 1);
	ck_assert_uint_eq(folio->swap.val, 0);
	folio_unlock(folio);
	folio_put(folio);
	ck_assert_uint_eq(ledger_nr_folios(), 0);
	fake_read_is(16, fake_contents[0], READ_ZSWAP);
	no_complaint();
}
END_TEST

START_TEST(writeback_meets_a_cached_folio)
{
	struct folio *folio;
	bool allocated = true;

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 1);
	ck_assert_ptr_eq(get_folio(17, &allocated), folio);
	ck_assert(!allocated);
	ck_assert_int_eq(ledger_folio_refs(folio), 4);
	folio_put(folio);
	ck_assert_int_eq(ledger_folio_refs(folio), 3);
	no_complaint();
}
END_TEST

START_TEST(writeback_finds_no_slot_or_no_memory)
{
	const struct fault fault = {
		.point = FP_READ_SWAP_CACHE_ASYNC, .phase = PHASE_WRITEBACK, .error = -ENOMEM,
	};
	bool allocated = true;

	fake_boot(SUBJECT_LOAD_INT);
	ck_assert_ptr_null(get_folio(16, &allocated));
	ck_assert(!allocated);
	world_swap_alloc(0, 16, 2);
	world_swap_free(0, 16, 1);
	ck_assert_ptr_null(get_folio(16, &allocated));

	fake_put_zswap(20);
	fault_reset();
	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
	fault_phase(PHASE_WRITEBACK);
	fake_read_is(20, fake_contents[0], READ_ZSWAP);
	ck_assert_uint_eq(fault_fired(), 0);
	ck_assert_ptr_null(get_folio(17, &allocated));
	ck_assert(!allocated);
	ck_assert_uint_eq(fault_fired(), 1);
	ck_assert_ptr_nonnull(get_folio(17, &allocated));
	fault_plan_set(NULL, 0);
	no_complaint();
}
END_TEST

static struct folio *alloc_folio(unsigned long offset)
{
	return swap_cache_alloc_folio(swp_entry(0, offset), GFP_KERNEL, 1, NULL,
				      get_task_policy(current), NO_INTERLEAVE_INDEX);
}

/* As kernels from 7.2 on ask for a folio: each reason has an error of its own. */
START_TEST(writeback_is_told_why_there_is_no_folio)
{
	const struct fault fault = {
		.point = FP_SWAP_CACHE_ALLOC_FOLIO, .phase = PHASE_WRITEBACK, .error = -ENOMEM,
	};
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	ck_assert_int_eq(PTR_ERR(alloc_folio(16)), -ENOENT);
	fake_folio(16, 0);
	ck_assert_int_eq(PTR_ERR(alloc_folio(16)), -EEXIST);
	world_swap_alloc(0, 17, 1);
	fault_reset();
	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
	fault_phase(PHASE_WRITEBACK);
	ck_assert_int_eq(PTR_ERR(alloc_folio(17)), -ENOMEM);
	folio = alloc_folio(17);
	ck_assert(!IS_ERR(folio) && folio_test_locked(folio) && folio_test_swapcache(folio));
	fault_plan_set(NULL, 0);
	swap_cache_del_folio(folio);
	ck_assert_int_eq(ledger_folio_refs(folio), 1);
	no_complaint();
	swap_cache_del_folio(folio);
	one_complaint('K', "folio is not in the swap cache", "swap_cache_del_folio()");
}
END_TEST

static struct folio *written_to(struct swap_io_ctx *ctx, int type, unsigned long offset, char byte)
{
	const swp_entry_t entry = swp_entry(type, offset);
	struct folio *folio;

	world_swap_alloc(type, offset, 1);
	folio = swap_cache_alloc_folio(entry, GFP_KERNEL, 1, NULL, get_task_policy(current),
				       NO_INTERLEAVE_INDEX);
	memset(page_address(&folio->page), byte, PAGE_SIZE);
	folio_mark_uptodate(folio);
	folio_set_reclaim(folio);
	swap_writepage_ctx(ctx, folio);
	return folio;
}

/* As kernels from 7.3 on write: nothing is in the file before it was submitted. */
START_TEST(writeback_is_submitted)
{
	struct swap_io_ctx ctx = {};
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	swap_write_submit(&ctx);
	folio = written_to(&ctx, 0, 16, 0x42);
	ck_assert(!ledger_folio_locked(folio));
	ck_assert_uint_eq(ledger_swap_writes(0), 0);
	/* Another file's folio is none to put beside it. */
	folio_put(written_to(&ctx, 1, 16, 0x43));
	ck_assert_uint_eq(ledger_swap_writes(0), 1);
	ck_assert_uint_eq(ledger_swap_writes(1), 0);
	swap_write_submit(&ctx);
	ck_assert_uint_eq(ledger_swap_writes(1), 1);
	ck_assert_int_eq(((const char *)ledger_swap_file(1, 16))[4095], 0x43);
	folio_put(folio);
	ck_assert_uint_eq(ledger_nr_folios(), 0);
	for (unsigned int i = 0; i < SWAP_CLUSTER_MAX; i++)
		folio_put(written_to(&ctx, 0, 32 + i, i));
	ck_assert_uint_eq(ledger_swap_writes(0), 1 + SWAP_CLUSTER_MAX);
	ck_assert_ptr_null(ctx.sio);
	no_complaint();
}
END_TEST

START_TEST(writeback_may_not_be_atomic)
{
	static DEFINE_SPINLOCK(lock);
	unsigned int kept, total;
	bool allocated;

	fake_boot(SUBJECT_LOAD_INT);
	fake_put_zswap(16);
	spin_lock(&lock);
	get_folio(16, &allocated);
	spin_unlock(&lock);
	ck_assert_int_eq(ledger_complaints(&kept, &total)->letter, 'K');
	ck_assert_uint_eq(total, 1);
}
END_TEST

START_TEST(delete_rules)
{
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 0);
	folio_unlock(folio);
	delete_from_swap_cache(folio);
	one_complaint('K', "swap cache changed without the folio's lock", NULL);
	ck_assert_ptr_null(ledger_swap_cache(0, 16));

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 0);
	delete_from_swap_cache(folio);
	no_complaint();
	delete_from_swap_cache(folio);
	one_complaint('K', "folio is not in the swap cache", "delete_from_swap_cache()");
	ck_assert_int_eq(ledger_folio_refs(folio), 1);
}
END_TEST

START_TEST(write_rules)
{
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 0);
	folio_unlock(folio);
	__swap_writepage(folio, NULL);
	one_complaint('K', "swap file written without the folio's lock", "slot 16");

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 0);
	folio_clear_uptodate(folio);
	__swap_writepage(folio, NULL);
	one_complaint('C', "swap file written from a folio without data", "slot 16");

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 0);
	delete_from_swap_cache(folio);
	__swap_writepage(folio, NULL);
	one_complaint('K', "folio is not in the swap cache", "__swap_writepage()");
	ck_assert_uint_eq(ledger_swap_writes(0), 0);
}
END_TEST

Suite *suite_swap_cache(void)
{
	Suite *suite = suite_create("swap_cache");
	TCase *tc = tcase_create("swap cache");

	tcase_add_test(tc, writeback_ends_in_the_file);
	tcase_add_test(tc, writeback_leaves_a_wanted_folio);
	tcase_add_test(tc, writeback_given_up);
	tcase_add_test(tc, writeback_meets_a_cached_folio);
	tcase_add_test(tc, writeback_finds_no_slot_or_no_memory);
	tcase_add_test(tc, writeback_is_told_why_there_is_no_folio);
	tcase_add_test(tc, writeback_is_submitted);
	tcase_add_test(tc, writeback_may_not_be_atomic);
	tcase_add_test(tc, delete_rules);
	tcase_add_test(tc, write_rules);
	suite_add_tcase(suite, tc);
	return suite;
}
