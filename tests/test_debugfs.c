// SPDX-License-Identifier: GPL-2.0-or-later
/* The debugfs registry, and what the ledger reads of it. */
#include <check.h>

#include <linux/bug.h>
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/slab.h>

#include "shim/boot.h"
#include "shim/context.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/world.h"

static u64 big __world = 1ull << 40;
static u32 small __world = 3;
static bool flag __world = true;
static atomic_t atomic __world = { 9 };
static int getter_error __world;

static int get_sum(void *data, u64 *val)
{
	/* A getter of a subject calls the kernel too. */
	kfree(kmalloc(8, GFP_KERNEL));
	*val = *(u32 *)data + big;
	return getter_error;
}
DEFINE_DEBUGFS_ATTRIBUTE(sum_fops, get_sum, NULL, "%llu\n");

static int get_bug(void *data, u64 *val)
{
	BUG();
}
DEFINE_DEBUGFS_ATTRIBUTE(bug_fops, get_bug, NULL, "%llu\n");

static void setup(void)
{
	fault_reset();
	ck_assert_int_eq(world_boot(NULL, NULL), 0);
	debugfs_boot();
}

static void teardown(void)
{
	fault_plan_set(NULL, 0);
}

static uint64_t counter(const char *name)
{
	uint64_t value = 0;

	ck_assert_msg(ledger_counter(name, &value), "%s", name);
	return value;
}

static void check_gone(const char *name)
{
	uint64_t value = 0;

	ck_assert_msg(!ledger_counter(name, &value), "%s", name);
}

START_TEST(numbers_by_name)
{
	struct dentry *dir = debugfs_create_dir("dir", NULL);

	ck_assert(!IS_ERR_OR_NULL(dir));
	debugfs_create_u64("big", 0444, dir, &big);
	debugfs_create_u32("small", 0444, dir, &small);
	debugfs_create_bool("flag", 0444, NULL, &flag);
	debugfs_create_atomic_t("atomic", 0444, dir, &atomic);
	ck_assert(!IS_ERR(debugfs_create_file("sum", 0444, dir, &small, &sum_fops)));
	ck_assert(!IS_ERR(debugfs_create_file("blank", 0444, dir, NULL, NULL)));
	ck_assert_uint_eq(counter("big"), 1ull << 40);
	ck_assert_uint_eq(counter("small"), 3);
	ck_assert_uint_eq(counter("flag"), 1);
	ck_assert_uint_eq(counter("atomic"), 9);
	ck_assert_uint_eq(counter("sum"), (1ull << 40) + 3);
	check_gone("dir");
	check_gone("blank");
	check_gone("bi");

	/* Read when asked for, not when created. */
	big = 7;
	atomic.counter = 10;
	ck_assert_uint_eq(counter("big"), 7);
	ck_assert_uint_eq(counter("atomic"), 10);
	ck_assert_uint_eq(counter("sum"), 10);
	getter_error = -EIO;
	check_gone("sum");
}
END_TEST

START_TEST(names_in_order_of_creation)
{
	struct dentry *dir = debugfs_create_dir("dir", NULL);

	ck_assert_ptr_null(ledger_counter_name(0));
	debugfs_create_u64("zulu", 0444, dir, &big);
	debugfs_create_file("blank", 0444, dir, NULL, NULL);
	debugfs_create_u64("alpha", 0444, dir, &big);
	ck_assert_str_eq(ledger_counter_name(0), "zulu");
	ck_assert_str_eq(ledger_counter_name(1), "alpha");
	ck_assert_ptr_null(ledger_counter_name(2));
}
END_TEST

START_TEST(below_an_error_there_is_nothing)
{
	const struct fault fault = {
		.point = FP_DEBUGFS_CREATE_DIR, .phase = PHASE_STORE, .error = -ENOMEM,
	};
	struct dentry *dir, *below;

	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
	fault_phase(PHASE_STORE);
	dir = debugfs_create_dir("dir", NULL);
	ck_assert_int_eq(PTR_ERR(dir), -ENOMEM);
	debugfs_create_u64("big", 0444, dir, &big);
	debugfs_create_u32("small", 0444, dir, &small);
	debugfs_create_bool("flag", 0444, dir, &flag);
	debugfs_create_atomic_t("atomic", 0444, dir, &atomic);
	ck_assert_ptr_eq(debugfs_create_file("sum", 0444, dir, &small, &sum_fops), dir);
	below = debugfs_create_dir("below", dir);
	ck_assert_ptr_eq(below, dir);
	debugfs_remove(dir);
	ck_assert_ptr_null(ledger_counter_name(0));
	ck_assert(!IS_ERR_OR_NULL(debugfs_create_dir("dir", NULL)));
}
END_TEST

START_TEST(a_name_is_taken_once)
{
	struct dentry *dir = debugfs_create_dir("dir", NULL);

	ck_assert_int_eq(PTR_ERR(debugfs_create_dir("dir", NULL)), -EEXIST);
	ck_assert(!IS_ERR(debugfs_create_dir("dir", dir)));
}
END_TEST

START_TEST(remove_takes_all_below)
{
	struct dentry *dir = debugfs_create_dir("dir", NULL);
	struct dentry *below = debugfs_create_dir("below", dir);

	debugfs_create_u64("stays", 0444, NULL, &big);
	debugfs_create_u64("goes", 0444, dir, &big);
	debugfs_create_u64("deep", 0444, below, &big);
	debugfs_remove_recursive(NULL);
	ck_assert_str_eq(ledger_counter_name(2), "deep");
	debugfs_remove_recursive(dir);
	ck_assert_str_eq(ledger_counter_name(0), "stays");
	ck_assert_ptr_null(ledger_counter_name(1));
	ck_assert(!IS_ERR(debugfs_create_dir("dir", NULL)));
}
END_TEST

START_TEST(not_before_it_is_ready)
{
	ck_assert(debugfs_initialized());
	world_boot(NULL, NULL);
	ck_assert(!debugfs_initialized());
	ck_assert_int_eq(PTR_ERR(debugfs_create_dir("dir", NULL)), -ENOENT);
}
END_TEST

/* Reading leaves no trace: no call counted, no fault point hit. */
START_TEST(looking_changes_nothing)
{
	const struct fault fault = {
		.point = FP_KMALLOC, .phase = PHASE_STORE, .persistent = true, .error = -ENOMEM,
	};
	unsigned long calls;

	debugfs_create_file("sum", 0444, NULL, &small, &sum_fops);
	debugfs_create_file("bug", 0444, NULL, NULL, &bug_fops);
	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
	fault_phase(PHASE_STORE);
	calls = world_calls();
	counter("sum");
	ck_assert_uint_eq(world_calls(), calls);
	ck_assert_uint_eq(fault_hits(FP_KMALLOC, PHASE_STORE), 0);
	ck_assert_uint_eq(fault_fired(), 0);

	/* And one that goes wrong is contained. */
	check_gone("bug");
	ck_assert_ptr_null(kmalloc(8, GFP_KERNEL));
	ck_assert_uint_eq(fault_hits(FP_KMALLOC, PHASE_STORE), 1);
}
END_TEST

START_TEST(creating_sleeps)
{
	unsigned int kept, total;

	context_now->spinlocks++;
	debugfs_create_u64("big", 0444, NULL, &big);
	context_now->spinlocks--;
	ledger_complaints(&kept, &total);
	ck_assert_uint_eq(total, 1);
}
END_TEST

Suite *suite_debugfs(void);
Suite *suite_debugfs(void)
{
	Suite *s = suite_create("debugfs");
	TCase *tc = tcase_create("debugfs");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, numbers_by_name);
	tcase_add_test(tc, names_in_order_of_creation);
	tcase_add_test(tc, below_an_error_there_is_nothing);
	tcase_add_test(tc, a_name_is_taken_once);
	tcase_add_test(tc, remove_takes_all_below);
	tcase_add_test(tc, not_before_it_is_ready);
	tcase_add_test(tc, looking_changes_nothing);
	tcase_add_test(tc, creating_sleeps);
	suite_add_tcase(s, tc);
	return s;
}
