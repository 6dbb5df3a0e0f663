// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What core does where no scenario comes: parameters that name nothing, a
 * swap file or a folio that zswap never saw, a slot that changes hands while
 * its page is written back.
 */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "faults/pages.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/world.h"
#include "subjects.h"

#define SLOTS	(1ul << 14)
#define OFFSET	1024ul

static struct patient patient;
static int error;

static void setup(void)
{
	patient_open(&patient, "core");
}

static void teardown(void)
{
	fault_observe(NULL, NULL);
	fault_plan_set(NULL, 0);
	patient_close(&patient);
}

static void boot(const char *first, const char *second)
{
	const char *const params[] = { first, second, NULL };
	const struct world_config config = { .params = params };

	ck_assert_int_eq(world_boot(&config, &patient.subject), 0);
	ck_assert_int_eq(world_swapon(0, SLOTS), 0);
}

/* Through here all that may enter core goes, and nobody complains. */
static void call(void (*fn)(void *arg), void *arg)
{
	unsigned int kept, total;

	ck_assert_int_eq(world_call(fn, arg), WORLD_RETURNED);
	ledger_complaints(&kept, &total);
	ck_assert_uint_eq(total, 0);
}

static void do_set(void *arg)
{
	const char *const *words = arg;

	error = world_param_set(words[0], words[1]);
}

static int set(const char *name, const char *value)
{
	const char *words[] = { name, value };

	call(do_set, words);
	return error;
}

static void ck_param(const char *name, const char *value)
{
	char buf[64];

	ck_assert_int_ge(world_param_get(name, buf, sizeof(buf)), 0);
	buf[strcspn(buf, "\n")] = '\0';
	ck_assert_str_eq(buf, value);
}

struct store {
	unsigned long offset;
	enum world_stored stored;
};

static void do_store(void *arg)
{
	struct store *st = arg;
	struct folio *folio = world_folio(0, 0, NULL, 0, st->offset,
					  (const void *const *)patient.pages.real);

	st->stored = world_writepage(folio);
	world_folio_drop(folio);
}

static enum world_stored store_at(unsigned long offset)
{
	struct store st = { .offset = offset };

	world_swap_alloc(0, offset, 1);
	call(do_store, &st);
	return st.stored;
}

static enum world_stored store(void)
{
	return store_at(OFFSET);
}

/* ---- parameters -------------------------------------------------------- */

START_TEST(what_a_parameter_names_has_to_exist)
{
	boot("enabled=1", NULL);
	ck_assert_int_eq(set("compressor", "none"), -ENOENT);
	ck_assert_int_eq(set("zpool", "none"), -ENOENT);
	ck_param("compressor", "deflate");
	ck_param("zpool", "zsmalloc");
	ck_assert_int_eq(store(), WORLD_STORED);
}
END_TEST

START_TEST(a_boot_parameter_that_names_nothing_is_replaced)
{
	boot("compressor=none", "enabled=1");
	ck_param("compressor", "deflate");
	ck_assert_int_eq(store(), WORLD_STORED);

	boot("zpool=none", "enabled=1");
	ck_param("zpool", "zsmalloc");
	ck_assert_int_eq(store(), WORLD_STORED);
}
END_TEST

/* Pools of one compressor are told apart by their zpool. */
START_TEST(a_pool_is_found_again_by_both_names)
{
	boot("enabled=1", NULL);
	ck_assert_int_eq(store(), WORLD_STORED);
	ck_assert_int_eq(set("zpool", "zbud"), 0);
	ck_assert_int_eq(set("zpool", "z3fold"), 0);
	ck_assert_int_eq(set("zpool", "zsmalloc"), 0);
	ck_assert_int_eq(set("compressor", "deflate-iaa"), 0);
	ck_assert_int_eq(set("zpool", "zbud"), 0);
}
END_TEST

/* Without a pool a parameter that exists is kept, for the other one to be mended. */
START_TEST(without_a_pool_a_parameter_is_kept)
{
	const struct fault fault = {
		.point = FP_ZPOOL_CREATE_POOL, .phase = PHASE_SETUP, .persistent = true,
		.error = fault_points[FP_ZPOOL_CREATE_POOL].errors[0],
	};

	fault_reset();
	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
	boot("enabled=1", NULL);
	ck_assert_int_eq(set("compressor", "deflate-iaa"), 0);
	ck_param("compressor", "deflate-iaa");
	fault_plan_set(NULL, 0);
	ck_assert_int_eq(set("zpool", "zbud"), 0);
	ck_assert_int_eq(set("enabled", "1"), 0);
	ck_assert_int_eq(store(), WORLD_STORED);
}
END_TEST

/* ---- what zswap never saw ---------------------------------------------- */

static void do_read(void *arg)
{
	*(struct world_read *)arg = world_swapin(0, OFFSET);
}

START_TEST(before_it_is_ever_enabled_nothing_is_looked_up)
{
	struct world_read read;

	boot("enabled=0", NULL);
	ck_assert_int_eq(store(), WORLD_WRITTEN);
	call(do_read, &read);
	ck_assert_int_eq(read.error, 0);
	ck_assert_int_eq(read.from, READ_SWAP_FILE);
}
END_TEST

/* A caller that asks zswap alone: the swap side looks before it does. */
static void do_load(void *arg)
{
	error = patient.subject.desc->load(arg);
}

static struct folio *folio_of(unsigned int order)
{
	struct folio *folio;

	world_swap_alloc(0, OFFSET, 1u << order);
	folio = world_folio(order, 0, NULL, 0, OFFSET, (const void *const *)patient.pages.real);
	ck_assert_ptr_nonnull(folio);
	return folio;
}

START_TEST(a_load_of_what_was_never_stored_finds_nothing)
{
	boot("enabled=0", NULL);
	call(do_load, folio_of(0));
	ck_assert_int_eq(error, -ENOENT);
}
END_TEST

/* A part of it might be in zswap, and the rest on the disk. */
START_TEST(a_large_folio_is_not_loaded)
{
	boot("enabled=1", NULL);
	world_expect_warn(true);
	call(do_load, folio_of(1));
	world_expect_warn(false);
	ck_assert_int_eq(error, -EINVAL);
}
END_TEST

static void do_strange_calls(void *arg)
{
	patient.subject.desc->swapoff(1);
	patient.subject.desc->folio_swapin(NULL);
}

START_TEST(an_unknown_swap_file_and_no_folio)
{
	boot("enabled=1", NULL);
	call(do_strange_calls, NULL);
	ck_assert_int_eq(store(), WORLD_STORED);
}
END_TEST

static void do_shrink(void *arg)
{
	*(unsigned long *)arg = world_shrink(NULL, 0, 1) + world_scan(NULL, 0, 1);
}

START_TEST(a_shrinker_that_is_off_offers_nothing)
{
	unsigned long freed = 1;

	boot("enabled=1", "shrinker_enabled=0");
	ck_assert_int_eq(store(), WORLD_STORED);
	call(do_shrink, &freed);
	ck_assert_uint_eq(freed, 0);
}
END_TEST

/* Twice, as each entry is given a second chance. */
static void do_shrink_noio(void *arg)
{
	*(unsigned long *)arg = world_shrink_noio(NULL, 0, 1) + world_shrink_noio(NULL, 0, 1);
}

static void do_shrink_twice(void *arg)
{
	*(unsigned long *)arg = world_shrink(NULL, 0, 1) + world_shrink(NULL, 0, 1);
}

/* A block device in need of memory must not come to wait for itself. */
START_TEST(reclaim_without_io_writes_nothing_back)
{
	/* Without cgroups what is counted are whole pages of the pool. */
	const struct world_config config = { .memcg_disabled = true };
	unsigned long freed = 1;

	ck_assert_int_eq(world_boot(&config, &patient.subject), 0);
	ck_assert_int_eq(world_swapon(0, SLOTS), 0);
	ck_assert_int_eq(store(), WORLD_STORED);
	call(do_shrink_noio, &freed);
	ck_assert_uint_eq(freed, 0);
	ck_assert_ptr_null(ledger_swap_file(0, OFFSET));
	call(do_shrink_twice, &freed);
	ck_assert_uint_eq(freed, 1);
	ck_assert_ptr_nonnull(ledger_swap_file(0, OFFSET));
}
END_TEST

/* ---- counters of no invariant ------------------------------------------ */

static void ck_counter(const char *name, uint64_t expected)
{
	uint64_t value;

	ck_assert_msg(ledger_counter(name, &value), "%s", name);
	ck_assert_msg(value == expected, "%s is %llu", name, (unsigned long long)value);
}

START_TEST(a_page_that_cannot_be_expanded_is_counted)
{
	const struct fault fault = {
		.point = FP_ACOMP_DECOMPRESS, .phase = PHASE_SETUP,
		.error = fault_points[FP_ACOMP_DECOMPRESS].errors[0],
	};
	struct world_read read;

	boot("enabled=1", NULL);
	ck_assert_int_eq(store(), WORLD_STORED);
	ck_counter("decompress_fail", 0);
	fault_reset();
	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
	call(do_read, &read);
	ck_assert_int_eq(read.error, -EIO);
	ck_counter("decompress_fail", 1);
}
END_TEST

START_TEST(a_full_pool_is_counted)
{
	boot("enabled=1", "max_pool_percent=0");
	ck_counter("pool_limit_hit", 0);
	ck_assert_int_eq(store(), WORLD_WRITTEN);
	ck_counter("pool_limit_hit", 1);
}
END_TEST

/* It takes pages again when it is below the threshold, and not as soon as it is no longer full. */
START_TEST(a_pool_that_was_full_waits_for_its_threshold)
{
	unsigned long pages;

	boot("enabled=1", "max_pool_percent=20");
	ck_assert_int_eq(store(), WORLD_STORED);
	pages = ledger_pool_pages();
	world_set_totalram(5 * pages);
	ck_assert_int_eq(store_at(OFFSET + 1), WORLD_WRITTEN);
	ck_counter("pool_limit_hit", 1);

	world_set_totalram(10 * pages);
	ck_assert_int_eq(set("accept_threshold_percent", "0"), 0);
	ck_assert_int_eq(store_at(OFFSET + 2), WORLD_WRITTEN);
	ck_counter("pool_limit_hit", 1);
	ck_assert_int_eq(set("accept_threshold_percent", "90"), 0);
	ck_assert_int_eq(store_at(OFFSET + 3), WORLD_STORED);
}
END_TEST

/* ---- a slot changes hands ---------------------------------------------- */

static void free_and_use_again(void *arg)
{
	world_swap_free(0, OFFSET, 1);
	world_swap_alloc(0, OFFSET, 1);
}

static void on_hit(const struct fault_hit *hit, void *arg)
{
	if (hit->point == FP_READ_SWAP_CACHE_ASYNC)
		ck_assert(world_other_task(free_and_use_again, NULL));
}

/* Twice: the first time round each entry is given its second chance. */
static void do_write_back(void *arg)
{
	world_scan(NULL, 0, 1);
	world_scan(NULL, 0, 1);
}

START_TEST(an_entry_that_is_gone_is_not_written_back)
{
	struct world_read read;

	boot("enabled=1", "shrinker_enabled=1");
	ck_assert_int_eq(store(), WORLD_STORED);
	fault_observe(on_hit, NULL);
	call(do_write_back, NULL);
	fault_observe(NULL, NULL);
	ck_counter("reject_reclaim_fail", 1);
	ck_assert_ptr_null(ledger_swap_cache(0, OFFSET));
	/* The slot works for its new owner: nothing holds its folio, or a lock of it. */
	ck_assert_int_eq(store(), WORLD_STORED);
	call(do_read, &read);
	ck_assert_int_eq(read.error, 0);
	ck_assert_int_eq(read.from, READ_ZSWAP);
}
END_TEST

/* ---- cgroups go -------------------------------------------------------- */

static struct mem_cgroup *cgroups[3];

static struct ledger_memcg ledger_of(const struct mem_cgroup *memcg)
{
	struct ledger_memcg l = { .memcg = NULL };

	for (unsigned int i = 0; ledger_memcg(i, &l); i++) {
		if (l.memcg == memcg)
			break;
	}
	ck_assert_ptr_eq(l.memcg, memcg);
	return l;
}

static void do_store_in_first(void *arg)
{
	struct folio *folio = world_folio(0, 0, cgroups[0], 0, OFFSET,
					  (const void *const *)patient.pages.real);

	*(enum world_stored *)arg = world_writepage(folio);
	world_folio_drop(folio);
}

/* With or without a third behind them. */
static void remove_some(void *arg)
{
	if (*(bool *)arg)
		world_memcg_rmdir(cgroups[2]);
	world_memcg_rmdir(cgroups[1]);
	world_memcg_rmdir(cgroups[0]);
}

static void on_write_back(const struct fault_hit *hit, void *arg)
{
	bool *all = arg;

	if (hit->point != FP_READ_SWAP_CACHE_ASYNC || !ledger_of(cgroups[0]).online)
		return;
	/* The worker is at the first: a reference of its own, and the cursor's. */
	ck_assert_uint_eq(ledger_of(cgroups[0]).refs, 2);
	ck_assert(world_other_task(remove_some, all));
	/* The second is its folio's alone, and the cursor stands on the third. */
	ck_assert_uint_eq(ledger_of(cgroups[0]).refs, 1);
	ck_assert_uint_eq(ledger_of(cgroups[1]).refs, 1);
	ck_assert(!ledger_of(cgroups[1]).online);
	if (!*all)
		ck_assert_uint_eq(ledger_of(cgroups[2]).refs, 1);
}

static void do_work_for(void *arg)
{
	ck_assert_int_eq(world_writepage(arg), WORLD_WRITTEN);
	world_run_work();
}

/*
 * Whoever is told that a cgroup goes is told once: what comes behind it may
 * have gone before, and be there still for the sake of a folio.
 */
START_TEST(the_round_passes_over_all_cgroups_that_are_gone)
{
	enum world_stored stored;
	struct folio *folio;
	bool all = _i;

	boot("enabled=1", NULL);
	for (int i = 0; i < 3; i++)
		cgroups[i] = world_memcg_create(NULL);
	world_swap_alloc(0, 2 * OFFSET, 1);
	folio = world_folio(0, 0, cgroups[1], 0, 2 * OFFSET, (const void *const *)patient.pages.real);
	world_swap_alloc(0, OFFSET, 1);
	call(do_store_in_first, &stored);
	ck_assert_int_eq(stored, WORLD_STORED);

	/* The pool is over its limit: whoever stores now has the worker called. */
	ck_assert_int_eq(set("max_pool_percent", "0"), 0);
	fault_observe(on_write_back, &all);
	call(do_work_for, folio);
	fault_observe(NULL, NULL);
	ck_assert(!ledger_of(cgroups[1]).online);
	ck_assert_ptr_nonnull(ledger_swap_file(0, OFFSET));
	world_folio_drop(folio);
	ck_assert_uint_eq(ledger_nr_memcgs(), all ? 1 : 2);
}
END_TEST

Suite *suite_core_paths(void)
{
	Suite *s = suite_create("core_paths");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_a_parameter_names_has_to_exist);
	tcase_add_test(tc, a_boot_parameter_that_names_nothing_is_replaced);
	tcase_add_test(tc, a_pool_is_found_again_by_both_names);
	tcase_add_test(tc, without_a_pool_a_parameter_is_kept);
	tcase_add_test(tc, before_it_is_ever_enabled_nothing_is_looked_up);
	tcase_add_test(tc, a_load_of_what_was_never_stored_finds_nothing);
	tcase_add_test(tc, a_large_folio_is_not_loaded);
	tcase_add_test(tc, an_unknown_swap_file_and_no_folio);
	tcase_add_test(tc, a_shrinker_that_is_off_offers_nothing);
	tcase_add_test(tc, reclaim_without_io_writes_nothing_back);
	tcase_add_test(tc, a_page_that_cannot_be_expanded_is_counted);
	tcase_add_test(tc, a_full_pool_is_counted);
	tcase_add_test(tc, a_pool_that_was_full_waits_for_its_threshold);
	tcase_add_test(tc, an_entry_that_is_gone_is_not_written_back);
	tcase_add_loop_test(tc, the_round_passes_over_all_cgroups_that_are_gone, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}
