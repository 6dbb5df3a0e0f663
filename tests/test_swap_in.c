// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading folios back, as page faults do. */
#include <check.h>

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/swapops.h>

#include "swap.h"

#include "shim/ledger.h"
#include "tests/complaints.h"
#include "tests/fake_zswap.h"

#define CONTRACTS	2
static const enum subject_load contracts[CONTRACTS] = { SUBJECT_LOAD_BOOL, SUBJECT_LOAD_INT };

/* ---- reading ----------------------------------------------------------- */

START_TEST(read_from_each_place)
{
	unsigned int c;

	for (c = 0; c < CONTRACTS; c++) {
		fake_boot(contracts[c]);
		fake_put_zswap(16);
		fake_put_file(17);
		fake_read_is(16, fake_contents[0], READ_ZSWAP);
		ck_assert(folio_test_dirty(ledger_swap_cache(0, 16)));
		ck_assert_uint_eq(fake.swapins, 0);
		fake_read_is(17, fake_contents[0], READ_SWAP_FILE);
		ck_assert(!folio_test_dirty(ledger_swap_cache(0, 17)));
		ck_assert_uint_eq(fake.swapins, 1);
		fake_read_is(16, fake_contents[0], READ_SWAP_CACHE);
		fake_read_is(17, fake_contents[0], READ_SWAP_CACHE);
		ck_assert_uint_eq(fake.loads, 2);
		ck_assert(!ledger_folio_locked(ledger_swap_cache(0, 16)));
		ck_assert_int_eq(ledger_folio_refs(ledger_swap_cache(0, 16)), 1);
		no_complaint();
	}
}
END_TEST

START_TEST(read_of_no_slot)
{
	struct world_read read;

	fake_boot(SUBJECT_LOAD_INT);
	read = world_swapin(0, 16);
	ck_assert_int_eq(read.error, -ENOENT);
	ck_assert_ptr_null(read.page);
	read = world_swapin(5, 16);
	ck_assert_int_eq(read.error, -ENOENT);
	fake_put_zswap(16);
	world_swap_free(0, 16, 1);
	read = world_swapin(0, 16);
	ck_assert_int_eq(read.error, -ENOENT);
}
END_TEST

static void read_fails(unsigned long offset, int from)
{
	struct world_read read = world_swapin(0, offset);

	ck_assert_int_eq(read.error, -EIO);
	ck_assert_int_eq(read.from, from);
	ck_assert_ptr_null(read.page);
}

/* The folio without data is met by everyone until reclaim takes it. */
START_TEST(read_error)
{
	unsigned int c;

	for (c = 0; c < CONTRACTS; c++) {
		fake_boot(contracts[c]);
		fake_put_zswap(16);
		if (contracts[c] == SUBJECT_LOAD_INT)
			fake.load_error = -EIO;
		fake.load_no_data = true;
		read_fails(16, READ_ZSWAP);
		read_fails(16, READ_SWAP_CACHE);
		fake.load_error = 0;
		fake.load_no_data = false;
		read_fails(16, READ_SWAP_CACHE);
		ck_assert_int_eq(world_swapin_reclaim(0, 16), WORLD_NOT_ASKED);
		fake_read_is(16, fake_contents[0], READ_ZSWAP);
		no_complaint();
	}
}
END_TEST

static void broken_load(bool *flaw, char letter, const char *key)
{
	*flaw = true;
	fake_put_zswap(16);
	world_swapin(0, 16);
	one_complaint(letter, key, NULL);
	ck_assert(!ledger_folio_locked(ledger_swap_cache(0, 16)));
}

START_TEST(load_breaks_its_contract)
{
	unsigned int c;

	for (c = 0; c < CONTRACTS; c++) {
		fake_boot(contracts[c]);
		broken_load(&fake.load_keeps_clean, 'C', "loaded folio is clean");
		fake_boot(contracts[c]);
		broken_load(&fake.load_wrong_lock, 'K', "folio lock wrong after zswap_load()");
	}
	fake_boot(SUBJECT_LOAD_INT);
	broken_load(&fake.load_no_data, 'K', "loaded folio is not uptodate");
	fake_boot(SUBJECT_LOAD_INT);
	fake.load_error = -EIO;
	broken_load(&fake.load_marks_failed, 'K', "folio uptodate without a load");
}
END_TEST

START_TEST(load_misses_and_breaks_its_contract)
{
	unsigned int c;

	for (c = 0; c < CONTRACTS; c++) {
		fake_boot(contracts[c]);
		fake_put_file(16);
		fake.load_marks_missing = true;
		world_swapin(0, 16);
		one_complaint('K', "folio uptodate without a load", "slot 16");

		fake_boot(contracts[c]);
		fake_put_file(16);
		fake.load_wrong_lock = true;
		world_swapin(0, 16);
		one_complaint('K', "folio lock wrong after zswap_load()",
			      "with the folio unlocked");
		ck_assert(!ledger_folio_locked(ledger_swap_cache(0, 16)));
	}
}
END_TEST

START_TEST(load_leaves_the_entry)
{
	fake_boot(SUBJECT_LOAD_INT);
	fake_put_zswap(16);
	fake_put_zswap(17);
	xa_store(&fake.tree[0], 17, &fake, GFP_KERNEL);
	world_swapin(0, 16);
	no_complaint();
	world_swapin(0, 17);
	one_complaint('C', "entry still there after zswap_load()", "slot 17");
}
END_TEST

Suite *suite_swap_in(void)
{
	Suite *suite = suite_create("swap_in");
	TCase *tc = tcase_create("in");

	tcase_add_test(tc, read_from_each_place);
	tcase_add_test(tc, read_of_no_slot);
	tcase_add_test(tc, read_error);
	tcase_add_test(tc, load_breaks_its_contract);
	tcase_add_test(tc, load_misses_and_breaks_its_contract);
	tcase_add_test(tc, load_leaves_the_entry);
	suite_add_tcase(suite, tc);
	return suite;
}
