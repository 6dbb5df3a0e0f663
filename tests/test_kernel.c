// SPDX-License-Identifier: GPL-2.0-or-later
/* The small things that every file of a kernel uses. */
#include <check.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/jump_label.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "shim/context.h"
#include "shim/ledger.h"
#include "shim/world.h"

static void setup(void)
{
	ck_assert_int_eq(world_boot(NULL, NULL), 0);
}

START_TEST(strings)
{
	char buf[8], line[] = " \t two words \n", blank[] = " \n";

	ck_assert_int_eq(strscpy(buf, "1234567", sizeof(buf)), 7);
	ck_assert_str_eq(buf, "1234567");
	memset(buf, 'x', sizeof(buf));
	ck_assert_int_eq(strscpy(buf, "12345678", sizeof(buf)), -E2BIG);
	ck_assert_str_eq(buf, "1234567");
	ck_assert_int_eq(strscpy(buf, "", 1), 0);
	ck_assert_int_eq(strscpy(buf, "x", 0), -E2BIG);
	ck_assert_str_eq(strstrip(line), "two words");
	ck_assert_str_eq(strstrip(blank), "");
}
END_TEST

static DEFINE_STATIC_KEY_MAYBE(CONFIG_ZSWAP, key_on);
static DEFINE_STATIC_KEY_MAYBE(CONFIG_NO_SUCH_THING, key_off);

START_TEST(static_keys)
{
	ck_assert(IS_ENABLED(CONFIG_ZSWAP));
	ck_assert(!IS_ENABLED(CONFIG_NO_SUCH_THING));
	ck_assert(static_branch_maybe(CONFIG_ZSWAP, &key_on));
	ck_assert(!static_branch_maybe(CONFIG_NO_SUCH_THING, &key_off));
	static_branch_enable(&key_off);
	static_branch_enable(&key_off);
	ck_assert(static_branch_unlikely(&key_off));
	static_branch_disable(&key_off);
	ck_assert(!static_branch_unlikely(&key_off));
}
END_TEST

START_TEST(sums)
{
	ck_assert_int_eq(min(3, 2), 2);
	ck_assert_int_eq(max(3, 2), 3);
	ck_assert_int_eq(min3(3, 1, 2), 1);
	ck_assert_int_eq(clamp(9, 1, 4), 4);
	ck_assert_uint_eq(min_t(unsigned int, -1, 7), 7);
	ck_assert_int_eq(DIV_ROUND_UP(16385, 16384), 2);
	ck_assert_int_eq(round_up(17, 16), 32);
	ck_assert_int_eq(round_down(17, 16), 16);
	ck_assert_uint_eq(mult_frac(ULONG_MAX, 3ul, 3ul), ULONG_MAX);
	ck_assert_uint_eq(mult_frac(10ul, 3ul, 4ul), 7);
}
END_TEST

/* Sleeping functions say so: with a lock held each of them is a complaint. */
START_TEST(sleeping_functions_ask)
{
	unsigned int kept, total;

	cond_resched();
	schedule();
	static_branch_enable(&key_on);
	ledger_complaints(&kept, &total);
	ck_assert_uint_eq(total, 0);
	context_now->spinlocks++;
	cond_resched();
	schedule();
	static_branch_enable(&key_on);
	static_branch_disable(&key_on);
	static_branch_enable(&key_on);
	context_now->spinlocks--;
	ledger_complaints(&kept, &total);
	ck_assert_uint_eq(total, 5);
}
END_TEST

Suite *suite_kernel(void);
Suite *suite_kernel(void)
{
	Suite *s = suite_create("kernel");
	TCase *tc = tcase_create("kernel");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, strings);
	tcase_add_test(tc, static_keys);
	tcase_add_test(tc, sums);
	tcase_add_test(tc, sleeping_functions_ask);
	suite_add_tcase(s, tc);
	return s;
}
