// SPDX-License-Identifier: GPL-2.0-or-later
/* What is said: complaints, WARN, the kernel's log. */
#include <check.h>
#include <string.h>

#include <linux/bug.h>
#include <linux/printk.h>

#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/world.h"

static void setup(void)
{
	ck_assert_int_eq(world_boot(NULL, NULL), 0);
}

START_TEST(complaints_are_bounded_and_counted)
{
	const struct complaint *c;
	unsigned int kept, total;

	for (int i = 0; i < 100; i++)
		complain('K', "key", "number %d", i);
	c = ledger_complaints(&kept, &total);
	ck_assert_uint_eq(total, 100);
	ck_assert_uint_eq(kept, 16);
	ck_assert_str_eq(c[0].text, "number 0");
	ck_assert_str_eq(c[15].text, "number 15");
	/* What is said a hundred times hides nothing else. */
	complain('K', "another key", "a surprise");
	complain('U', "key", "another letter");
	complain('K', "key", "number 100");
	c = ledger_complaints(&kept, &total);
	ck_assert_uint_eq(total, 103);
	ck_assert_uint_eq(kept, 18);
	ck_assert_str_eq(c[16].text, "a surprise");
	ck_assert_str_eq(c[17].text, "another letter");
}
END_TEST

static bool warn(bool cond)
{
	return WARN_ON(cond);
}

START_TEST(a_warn_is_a_complaint_unless_expected)
{
	const struct complaint *c;
	unsigned int kept, total;

	ck_assert(!warn(false));
	c = ledger_complaints(&kept, &total);
	ck_assert_uint_eq(total, 0);
	ck_assert(warn(true));
	ledger_complaints(&kept, &total);
	ck_assert_uint_eq(total, 1);
	ck_assert_int_eq(c->letter, 'W');
	ck_assert_str_eq(c->key, "WARN_ON(cond)");
	ck_assert_ptr_nonnull(strstr(c->text, "WARN_ON(cond) in warn(), line "));
	world_expect_warn(true);
	ck_assert(warn(true));
	world_expect_warn(false);
	ledger_complaints(&kept, &total);
	ck_assert_uint_eq(total, 1);
	warn(true);
	ledger_complaints(&kept, &total);
	ck_assert_uint_eq(total, 2);
}
END_TEST

START_TEST(the_log_keeps_its_last_lines)
{
	ck_assert_ptr_null(world_printk_line(0));
	for (int i = 0; i < 20; i++)
		pr_err("line %d\n", i);
	ck_assert_str_eq(world_printk_line(0), "line 19");
	ck_assert_str_eq(world_printk_line(15), "line 4");
	ck_assert_ptr_null(world_printk_line(16));
	for (int i = 0; i < 20; i++)
		pr_alert_ratelimited("burst %d\n", i);
	ck_assert_str_eq(world_printk_line(0), "burst 9");
	ck_assert_str_eq(world_printk_line(10), "line 19");
}
END_TEST

Suite *suite_complain(void);
Suite *suite_complain(void)
{
	Suite *s = suite_create("complain");
	TCase *tc = tcase_create("complain");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, complaints_are_bounded_and_counted);
	tcase_add_test(tc, a_warn_is_a_complaint_unless_expected);
	tcase_add_test(tc, the_log_keeps_its_last_lines);
	suite_add_tcase(s, tc);
	return s;
}
