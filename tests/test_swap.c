// SPDX-License-Identifier: GPL-2.0-or-later
/* Swap files and their slots. */
#include <check.h>

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/spinlock.h>
#include <linux/swapops.h>

#include "swap.h"

#include "shim/boot.h"
#include "shim/ledger.h"
#include "tests/complaints.h"
#include "tests/fake_zswap.h"

START_TEST(swapon_answers)
{
	fake_boot(SUBJECT_LOAD_INT);
	ck_assert_int_eq(world_swapon(0, 100), -EBUSY);
	ck_assert_int_eq(world_swapon(-1, 100), -EINVAL);
	ck_assert_int_eq(world_swapon(MAX_SWAPFILES, 100), -EINVAL);
	ck_assert_int_eq(world_swapon(2, 0), -EINVAL);
	fake.swapon_error = -ENOMEM;
	ck_assert_int_eq(world_swapon(2, 100), -ENOMEM);
	ck_assert_ptr_null(get_swap_device(swp_entry(2, 1)));
}
END_TEST

START_TEST(swapoff_reads_everything_back)
{
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	fake_put_zswap(16);
	fake_put_file(17);
	world_swap_alloc(0, 17, 1);
	folio = fake_folio(1024, 6);
	ck_assert_int_eq(world_writepage(folio), WORLD_STORED);
	world_swapoff(0);
	ck_assert_uint_eq(fake.swapoffs, 1);
	ck_assert_uint_eq(fake.loads, 2);
	ck_assert_uint_eq(fake.invalidated, 66);
	ck_assert_int_eq(ledger_folio_refs(folio), 1);
	folio_put(folio);
	ck_assert_uint_eq(ledger_nr_folios(), 0);
	no_complaint();
	ck_assert_int_eq(world_swapon(0, 64), 0);
	ck_assert_ptr_null(ledger_swap_file(0, 17));
}
END_TEST

START_TEST(swapoff_waits_for_nobody)
{
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 2);
	world_swapoff(0);
	one_complaint('K', "swapoff waits for a locked folio", "offset 16");
	ck_assert(!folio_test_swapcache(folio));
	ck_assert_uint_eq(fake.swapoffs, 1);

	fake_boot(SUBJECT_LOAD_INT);
	get_swap_device(swp_entry(0, 16));
	world_swapoff(0);
	one_complaint('R', "swapoff waits for a user of the device", "1 references of swap file 0");
}
END_TEST

START_TEST(device_references)
{
	struct swap_info_struct *si;

	fake_boot(SUBJECT_LOAD_INT);
	ck_assert_ptr_null(get_swap_device(swp_entry(2, 16)));
	ck_assert_ptr_null(get_swap_device(swp_entry(MAX_SWAPFILES, 16)));
	ck_assert_ptr_null(get_swap_device(swp_entry(0, FAKE_SLOTS)));
	si = get_swap_device(swp_entry(1, FAKE_SLOTS - 1));
	ck_assert_ptr_nonnull(si);
	ck_assert_int_eq(ledger_swap_device_refs(1), 1);
	ck_assert_int_eq(ledger_swap_device_refs(0), 0);
	put_swap_device(si);
	ck_assert_int_eq(ledger_swap_device_refs(1), 0);
	no_complaint();
	put_swap_device(si);
	one_complaint('R', "swap device put too often", "swap file 1");
}
END_TEST

START_TEST(totalram)
{
	const struct world_config small = {
		.cpus_possible = 1, .cpus_online = 1, .totalram_pages = 1000,
	};

	ck_assert_int_eq(world_boot(NULL, NULL), 0);
	ck_assert_uint_eq(totalram_pages(), 1UL << 18);
	world_set_totalram(77);
	ck_assert_uint_eq(totalram_pages(), 77);
	ck_assert_int_eq(world_boot(&small, NULL), 0);
	ck_assert_uint_eq(totalram_pages(), 1000);
}
END_TEST

START_TEST(last_user_frees_the_slot)
{
	fake_boot(SUBJECT_LOAD_INT);
	world_swap_alloc(1, 300, 2);
	world_swap_alloc(1, 301, 1);
	world_swap_free(1, 300, 2);
	ck_assert_uint_eq(fake.invalidated, 1);
	ck_assert_uint_eq(fake.last_invalidated, swp_entry(1, 300).val);
	world_swap_free(1, 300, 2);
	ck_assert_uint_eq(fake.invalidated, 2);
	ck_assert_uint_eq(fake.last_invalidated, swp_entry(1, 301).val);
	world_swap_free(1, 300, 2);
	world_swap_free(1, FAKE_SLOTS, 1);
	ck_assert_uint_eq(fake.invalidated, 2);
}
END_TEST

START_TEST(offset_0_is_the_header)
{
	fake_boot(SUBJECT_LOAD_INT);
	world_swap_alloc(0, 0, 2);
	ck_assert_ptr_null(world_folio(0, 0, NULL, 0, 0, fake_contents));
	ck_assert_ptr_nonnull(world_folio(0, 0, NULL, 0, 1, fake_contents));
}
END_TEST

START_TEST(free_drops_an_unlocked_folio)
{
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 0);
	folio_unlock(folio);
	world_swap_free(0, 16, 1);
	ck_assert(!folio_test_swapcache(folio));
	ck_assert_ptr_null(ledger_swap_cache(0, 16));
	ck_assert_int_eq(ledger_folio_refs(folio), 1);
	ck_assert_uint_eq(fake.invalidated, 1);
	world_folio_drop(folio);
	ck_assert_uint_eq(ledger_nr_folios(), 0);
}
END_TEST

START_TEST(locked_folio_keeps_its_slot)
{
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 0);
	world_swap_free(0, 16, 1);
	ck_assert_ptr_eq(ledger_swap_cache(0, 16), folio);
	ck_assert_uint_eq(fake.invalidated, 0);
	delete_from_swap_cache(folio);
	ck_assert_uint_eq(fake.invalidated, 1);
	ck_assert_ptr_null(ledger_swap_cache(0, 16));
}
END_TEST

START_TEST(large_folio_keeps_all_its_slots)
{
	struct folio *folio;

	fake_boot(SUBJECT_LOAD_INT);
	folio = fake_folio(16, 2);
	folio_unlock(folio);
	world_swap_free(0, 16, 3);
	ck_assert_ptr_eq(ledger_swap_cache(0, 16), folio);
	ck_assert_uint_eq(fake.invalidated, 0);
	world_swap_free(0, 19, 1);
	ck_assert_ptr_null(ledger_swap_cache(0, 16));
	ck_assert_uint_eq(fake.invalidated, 4);
	ck_assert_int_eq(ledger_folio_refs(folio), 1);
}
END_TEST

/* What a slot's last user wrote is not its next user's. */
START_TEST(generations)
{
	fake_boot(SUBJECT_LOAD_INT);
	fake_put_file(16);
	ck_assert_ptr_eq(ledger_swap_file(0, 16), fake_contents[0]);
	world_swap_free(0, 16, 1);
	ck_assert_ptr_null(ledger_swap_file(0, 16));
	world_swap_alloc(0, 16, 1);
	ck_assert_ptr_null(ledger_swap_file(0, 16));
	no_complaint();
	fake_read_is(16, fake_contents[0], READ_SWAP_FILE);
	one_complaint('C', "swap file read where nothing was written", "slot 16 of swap file 0");
}
END_TEST

START_TEST(never_written_slot_reads_as_nothing)
{
	struct world_read read;

	fake_boot(SUBJECT_LOAD_INT);
	world_swap_alloc(0, 16, 1);
	read = world_swapin(0, 16);
	ck_assert_int_eq(read.error, 0);
	ck_assert_int_eq(read.from, READ_SWAP_FILE);
	one_complaint('C', "swap file read where nothing was written", NULL);
}
END_TEST

Suite *suite_swap(void)
{
	Suite *suite = suite_create("swap");
	TCase *tc = tcase_create("swap files");

	tcase_add_test(tc, swapon_answers);
	tcase_add_test(tc, swapoff_reads_everything_back);
	tcase_add_test(tc, swapoff_waits_for_nobody);
	tcase_add_test(tc, device_references);
	tcase_add_test(tc, totalram);
	tcase_add_test(tc, last_user_frees_the_slot);
	tcase_add_test(tc, offset_0_is_the_header);
	tcase_add_test(tc, free_drops_an_unlocked_folio);
	tcase_add_test(tc, locked_folio_keeps_its_slot);
	tcase_add_test(tc, large_folio_keeps_all_its_slots);
	tcase_add_test(tc, generations);
	tcase_add_test(tc, never_written_slot_reads_as_nothing);
	suite_add_tcase(suite, tc);
	return suite;
}
