// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The subject v4, by hand: it stores what it is given and gives it back, and
 * its interface is the posted one. That it is not right where something fails
 * is what its matrix is for.
 */
#include <check.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <linux/pagevec.h>

#include "faults/pages.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/world.h"
#include "complaints.h"
#include "subjects.h"

#define TREE_SLOTS	(1ul << 14)
#define SLOTS		TREE_SLOTS
#define OFFSET		1024ul
#define FOLIO_SLOTS	64ul	/* each folio at a multiple of it */
#define MAX_FOLIOS	6
#define NOT_SET		(-1)	/* as callers preset a folio's error */

static struct patient patient;

static void setup(void)
{
	patient_open(&patient, "v4");
}

static void teardown(void)
{
	fault_plan_set(NULL, 0);
	patient_close(&patient);
}

/* ---- a machine --------------------------------------------------------- */

static void boot(const char *compressor, unsigned int online)
{
	const char *const command_line[] = { compressor, "zpool=zsmalloc", "enabled=1", NULL };
	const struct world_config config = {
		.cpus_possible = 2, .cpus_online = online, .params = command_line,
	};

	ck_assert_int_eq(world_boot(&config, &patient.subject), 0);
	ck_assert_int_eq(world_swapon(0, SLOTS), 0);
}

static void call(void (*fn)(void *arg), void *arg)
{
	ck_assert_int_eq(world_call(fn, arg), WORLD_RETURNED);
	no_complaint();
}

static void do_can_batch(void *arg)
{
	*(bool *)arg = patient.subject.desc->can_batch();
}

static bool can_batch(void)
{
	bool can = false;

	call(do_can_batch, &can);
	return can;
}

static void do_cpu_up(void *arg)
{
	*(int *)arg = world_cpu_up(1);
}

static int cpu_up(void)
{
	int error = 0;

	call(do_cpu_up, &error);
	return error;
}

/* ---- batches ----------------------------------------------------------- */

/**
 * struct folios - a batch, with what it holds
 * @order: of each of its @nr folios
 * @poor: the folio whose last page does not compress; -1: none
 */
struct folios {
	unsigned int nr;
	unsigned int order[MAX_FOLIOS];
	int poor;
	struct folio *folio[MAX_FOLIOS];
	const void *pages[MAX_FOLIOS][FOLIO_SLOTS];
	int errors[MAX_FOLIOS];
};

static unsigned int nr_pages(const struct folios *f, unsigned int i)
{
	return 1u << f->order[i];
}

static unsigned long offset_of(unsigned int i)
{
	return OFFSET + i * FOLIO_SLOTS;
}

static void make_folios(struct folios *f)
{
	unsigned int k = 0;

	for (unsigned int i = 0; i < f->nr; i++) {
		for (unsigned int p = 0; p < nr_pages(f, i); p++)
			f->pages[i][p] = patient.pages.real[k++ % patient.pages.nr];
		if (f->poor == (int)i)
			f->pages[i][nr_pages(f, i) - 1] = pages_incompressible(0);
		world_swap_alloc(0, offset_of(i), nr_pages(f, i));
		f->folio[i] = world_folio(f->order[i], 0, NULL, 0, offset_of(i), f->pages[i]);
		ck_assert_ptr_nonnull(f->folio[i]);
		f->errors[i] = NOT_SET;
	}
}

static void do_batch_store(void *arg)
{
	struct folios *f = arg;
	struct folio_batch batch;

	folio_batch_init(&batch);
	for (unsigned int i = 0; i < f->nr; i++) {
		folio_clear_dirty(f->folio[i]);
		folio_batch_add(&batch, f->folio[i]);
	}
	patient.subject.desc->batch_store(&batch, f->errors);
}

/* What is stored is reclaimed, and so has to come from zswap. */
static void drop_folio(struct folios *f, unsigned int i)
{
	folio_unlock(f->folio[i]);
	world_folio_drop(f->folio[i]);
}

struct slot {
	unsigned long offset;
	struct world_read read;
};

static void do_read(void *arg)
{
	struct slot *slot = arg;

	slot->read = world_swapin(0, slot->offset);
}

static void check_reads_back(const struct folios *f, unsigned int i)
{
	for (unsigned int p = 0; p < nr_pages(f, i); p++) {
		struct slot slot = { .offset = offset_of(i) + p };

		call(do_read, &slot);
		ck_assert_int_eq(slot.read.error, 0);
		ck_assert_int_eq(slot.read.from, READ_ZSWAP);
		ck_assert_mem_eq(slot.read.page, f->pages[i][p], WORLD_PAGE_SIZE);
	}
}

static bool has_entries(const struct folios *f, unsigned int i)
{
	unsigned int nr = 0;

	for (unsigned int p = 0; p < nr_pages(f, i); p++)
		nr += ledger_tree_load(0, offset_of(i) + p) != NULL;
	ck_assert(!nr || nr == nr_pages(f, i));
	return nr;
}

static void check_stored(struct folios *f)
{
	for (unsigned int i = 0; i < f->nr; i++) {
		ck_assert_int_eq(f->errors[i], 0);
		ck_assert(has_entries(f, i));
		drop_folio(f, i);
	}
	for (unsigned int i = 0; i < f->nr; i++)
		check_reads_back(f, i);
	ck_assert_uint_eq(ledger_tree_count(0), 0);
}

/* ---- stores ------------------------------------------------------------ */

START_TEST(a_folio_is_read_back)
{
	for (unsigned int order = 0; order <= 6; order++) {
		struct folios f = { .nr = 1, .order = { order }, .poor = -1 };

		boot("compressor=deflate-iaa", 2);
		make_folios(&f);
		call(do_batch_store, &f);
		check_stored(&f);
	}
}
END_TEST

/* Four full sub-batches; three hold pages of several folios, two of three of them. */
START_TEST(folios_of_mixed_orders_are_read_back)
{
	struct folios f = { .nr = 6, .order = { 0, 3, 1, 4, 0, 2 }, .poor = -1 };

	boot("compressor=deflate-iaa", 2);
	make_folios(&f);
	call(do_batch_store, &f);
	check_stored(&f);
}
END_TEST

START_TEST(a_pool_that_cannot_batch_stores_them_one_by_one)
{
	struct folios f = { .nr = 3, .order = { 2, 0, 3 }, .poor = -1 };

	boot("compressor=deflate", 2);
	make_folios(&f);
	call(do_batch_store, &f);
	check_stored(&f);
}
END_TEST

static void do_writepage(void *arg)
{
	struct folios *f = arg;

	for (unsigned int i = 0; i < f->nr; i++)
		ck_assert_int_eq(world_writepage(f->folio[i]), WORLD_STORED);
}

/* swap_writepage() takes the batch for large folios, and the other way for a page. */
START_TEST(swap_writepage_stores_either_way)
{
	struct folios f = { .nr = 2, .order = { 4, 0 }, .poor = -1 };

	boot("compressor=deflate-iaa", 2);
	make_folios(&f);
	call(do_writepage, &f);
	for (unsigned int i = 0; i < f.nr; i++) {
		ck_assert(has_entries(&f, i));
		world_folio_drop(f.folio[i]);
		check_reads_back(&f, i);
	}
}
END_TEST

/* ---- errors[] ---------------------------------------------------------- */

/* All three share a sub-batch, in which a page of the second does not compress. */
START_TEST(each_folio_has_an_error_of_its_own)
{
	struct folios f = { .nr = 3, .order = { 1, 1, 2 }, .poor = 1 };
	uint64_t rejects;

	boot("compressor=deflate-iaa", 2);
	make_folios(&f);
	call(do_batch_store, &f);
	ck_assert_int_eq(f.errors[0], 0);
	ck_assert_int_eq(f.errors[1], -EINVAL);
	ck_assert_int_eq(f.errors[2], 0);
	ck_assert(!has_entries(&f, 1));
	ck_assert(ledger_counter("reject_compress_poor", &rejects));
	ck_assert_uint_eq(rejects, 1);
	for (unsigned int i = 0; i < f.nr; i += 2) {
		drop_folio(&f, i);
		check_reads_back(&f, i);
	}
}
END_TEST

static void redirty(struct folios *f)
{
	for (unsigned int i = 0; i < f->nr; i++) {
		folio_unlock(f->folio[i]);
		world_folio_redirty(f->folio[i], f->pages[i]);
		world_folio_lock(f->folio[i]);
		f->errors[i] = NOT_SET;
	}
}

static void do_disable(void *arg)
{
	*(int *)arg = world_param_set("enabled", "0");
}

START_TEST(disabled_it_deletes_and_leaves_the_errors)
{
	struct folios f = { .nr = 2, .order = { 4, 1 }, .poor = -1 };
	int error;

	boot("compressor=deflate-iaa", 2);
	make_folios(&f);
	call(do_batch_store, &f);
	redirty(&f);
	call(do_disable, &error);
	ck_assert_int_eq(error, 0);
	call(do_batch_store, &f);
	for (unsigned int i = 0; i < f.nr; i++)
		ck_assert_int_eq(f.errors[i], NOT_SET);
	ck_assert_uint_eq(ledger_tree_count(0), 0);
	ck_assert_uint_eq(ledger_nr_handles(), 0);
}
END_TEST

/* ---- trees ------------------------------------------------------------- */

START_TEST(a_part_of_a_tree_is_one)
{
	static const struct {
		unsigned long slots;
		unsigned int trees;
	} row[] = {
		{ 1, 1 }, { TREE_SLOTS - 1, 1 }, { TREE_SLOTS, 1 }, { TREE_SLOTS + 1, 2 },
		{ 2 * TREE_SLOTS - 1, 2 }, { 2 * TREE_SLOTS, 2 }, { 2 * TREE_SLOTS + 1, 3 },
	};

	boot("compressor=deflate-iaa", 2);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ck_assert_int_eq(world_swapon(1, row[i].slots), 0);
		ck_assert_uint_eq(ledger_nr_trees(1), row[i].trees);
		world_swapoff(1);
		ck_assert_uint_eq(ledger_nr_trees(1), 0);
	}
	no_complaint();
}
END_TEST

/* ---- zswap_can_batch() ------------------------------------------------- */

START_TEST(can_batch_if_the_compressor_can)
{
	boot("compressor=deflate", 2);
	ck_assert(!can_batch());
	ck_assert_uint_eq(ledger_nr_requests(), 2);
	boot("compressor=deflate-iaa", 2);
	ck_assert(can_batch());
	ck_assert_uint_eq(ledger_nr_requests(), 2 * 8);
}
END_TEST

/* Wherever its callback fails, a CPU that stays down takes batching from all. */
START_TEST(a_cpu_that_fails_ends_batching)
{
	static const struct {
		uint8_t point;
		uint32_t nth;
	} row[] = {
		{ FP_CRYPTO_ALLOC_ACOMP_NODE, 0 },
		{ FP_KMALLOC, 0 }, { FP_KMALLOC, 7 },
		{ FP_ACOMP_REQUEST_ALLOC, 0 }, { FP_ACOMP_REQUEST_ALLOC, 7 },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct fault fault = {
			.point = row[i].point, .phase = PHASE_SETUP, .error = -ENOMEM, .nth = row[i].nth,
		};
		unsigned long kmalloc;

		boot("compressor=deflate-iaa", 1);
		ck_assert(can_batch());
		kmalloc = ledger_kmalloc_live();
		fault_reset();
		fault_phase(PHASE_SETUP);
		ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
		ck_assert_int_eq(cpu_up(), -ENOMEM);
		ck_assert_uint_eq(fault_fired(), 1);
		ck_assert(!can_batch());
		ck_assert_uint_eq(ledger_nr_requests(), 8);
		ck_assert_uint_eq(ledger_nr_tfms(), 1);
		ck_assert_uint_eq(ledger_kmalloc_live(), kmalloc);
		fault_plan_set(NULL, 0);
		ck_assert_int_eq(cpu_up(), 0);
		ck_assert(can_batch());
	}
}
END_TEST

Suite *suite_v4(void);

Suite *suite_v4(void)
{
	const TTest *const tests[] = {
		a_folio_is_read_back, folios_of_mixed_orders_are_read_back,
		a_pool_that_cannot_batch_stores_them_one_by_one, swap_writepage_stores_either_way,
		each_folio_has_an_error_of_its_own, disabled_it_deletes_and_leaves_the_errors,
		a_part_of_a_tree_is_one, can_batch_if_the_compressor_can, a_cpu_that_fails_ends_batching,
	};
	Suite *s = suite_create("v4");
	TCase *tc = tcase_create("v4");

	tcase_add_unchecked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	return s;
}
