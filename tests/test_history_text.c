// SPDX-License-Identifier: GPL-2.0-or-later
/* What a history looks like, and what is no history. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "faults/history.h"

static struct history history;
static char why[400];

static int parse(const char *text)
{
	why[0] = '\0';
	return history_parse_text(text, "F", &history, why, sizeof(why));
}

START_TEST(a_step_a_line)
{
	static const char *const lines[] = {
		"store slot=0",
		"store slot=12 order=2 cg=1 node=1 pages=40 keep=yes : zpool/zpool_malloc@3=ENOMEM!",
		"free slot=3 nr=16",
		"set enabled=N",
		"set compressor=deflate-iaa : slab/kmalloc@0=ENOMEM xarray/node@1=ENOMEM!",
		"limit cg=2 max=none",
		"limit cg=2 max=4",
		"writeback cg=1 allowed=no",
		"mkcg cg=2 parent=1",
		"work",
		"swapoff file=1",
	};
	char text[200], back[HISTORY_LINE];

	for (unsigned int i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(text, sizeof(text), "zfault history\n%s\n", lines[i]);
		ck_assert_msg(!parse(text), "%s", why);
		ck_assert_uint_eq(history.nr, 1);
		history_step_format(&history.steps[0], back, sizeof(back));
		ck_assert_str_eq(back, lines[i]);
	}
}
END_TEST

/* As it is copied from a report, and commented upon. */
START_TEST(blanks_and_comments)
{
	ck_assert_msg(!parse("# found by a colleague\n\n       zfault history, wide\r\n"
			     "       store  slot=500\tpages=3   # far out\n"
			     "  \n\tload slot=500 : crypto/acomp_decompress@0=EINVAL"), "%s", why);
	ck_assert(history.wide);
	ck_assert_uint_eq(history.nr, 2);
	ck_assert_int_eq(history.steps[0].arg[HARG_PAGES], 3);
	ck_assert_uint_eq(history.steps[1].nr_faults, 1);
}
END_TEST

static const struct {
	const char *text, *says;
} bad[] = {
	{ "", "F: a history without a step; it begins with a line 'zfault history'" },
	{ "zfault history\n# nothing\n",
	  "F: a history without a step; it begins with a line 'zfault history'" },
	{ "store slot=1\n",
	  "F:1: the first line of a history is 'zfault history' or 'zfault history, wide'" },
	{ "zfault history\n\nstoer slot=1\n", "F:3: unknown step 'stoer', did you mean 'store'?" },
	{ "zfault history\nstore slot=1 oder=2\n",
	  "F:2: store has no 'oder=2'; it takes slot=, order=, cg=, node=, pages=, keep=" },
	{ "zfault history\nwork slot=1\n", "F:2: work has no 'slot=1'; it takes nothing" },
	{ "zfault history\nstore slot\n", "F:2: 'slot' is no NAME=VALUE" },
	{ "zfault history\nstore slot=\n", "F:2: slot takes a number from 0 to 543, not ''" },
	{ "zfault history\nstore slot=-1\n", "F:2: slot takes a number from 0 to 543, not '-1'" },
	{ "zfault history\nstore slot=0x1\n", "F:2: slot takes a number from 0 to 543, not '0x1'" },
	{ "zfault history\nstore slot=1 order=10\n", "F:2: order takes a number from 0 to 9, not '10'" },
	{ "zfault history\nstore slot=1 keep=maybe\n", "F:2: keep takes one of no, yes, not 'maybe'" },
	{ "zfault history\nstore slot=1 slot=2\n", "F:2: 'slot=2': said twice" },
	{ "zfault history\nstore order=2\n", "F:2: store needs slot=" },
	{ "zfault history\nset\n", "F:2: set needs PARAMETER=" },
	{ "zfault history\nset enabled=2\n", "F:2: 'enabled=2': the values of that parameter here are Y, N" },
	{ "zfault history\nset pool=x\n",
	  "F:2: unknown parameter 'pool=x'; known are enabled, compressor, zpool, max_pool_percent, accept_threshold_percent and shrinker_enabled" },
	{ "zfault history\nstore slot=70\n",
	  "F:2: slot=70: this history has slots 0 to 63; one that begins with 'zfault history, wide' has more" },
	{ "zfault history\nstore slot=1 :\n", "F:2: ':' with no fault behind it" },
	{ "zfault history\nstore slot=1 : zpool_malloc\n",
	  "F:2: malformed fault 'zpool_malloc', expected POINT@HIT=ERROR" },
	{ "zfault history\nstore slot=1 : zpool/zpol_malloc@0=ENOMEM\n",
	  "F:2: unknown fault point 'zpool/zpol_malloc', did you mean 'zpool/zpool_malloc'?" },
	{ "zfault history\nstore slot=1 : zpool/zpool_malloc@0=EIO\n",
	  "F:2: zpool/zpool_malloc cannot fail with 'EIO', only with ENOMEM, ENOSPC" },
	{ "zfault history\nstore slot=1 : zpool/zpool_malloc@load.0=ENOMEM\n",
	  "F:2: 'zpool/zpool_malloc@load.0=ENOMEM': in a history POINT@N is the N-th hit in the step, from 0" },
	{ "zfault history\nload slot=1 : xarray/node@0=ENOMEM xarray/node@1=ENOMEM xarray/node@2=ENOMEM\n",
	  "F:2: a step holds at most 2 faults" },
};

START_TEST(bad_input)
{
	ck_assert_int_eq(parse(bad[_i].text), -1);
	ck_assert_str_eq(why, bad[_i].says);
}
END_TEST

START_TEST(too_long)
{
	static char text[64 << 10] = "zfault history\n";

	for (unsigned int i = 0; i < HISTORY_STEPS; i++)
		strcat(text, "work\n");
	ck_assert_msg(!parse(text), "%s", why);
	strcat(text, "work\n");
	ck_assert_int_eq(parse(text), -1);
	ck_assert_str_eq(why, "F:402: a history has at most 400 steps");
}
END_TEST

Suite *suite_history_text(void)
{
	Suite *s = suite_create("history_text");
	TCase *tc = tcase_create("text");

	tcase_add_test(tc, a_step_a_line);
	tcase_add_test(tc, blanks_and_comments);
	tcase_add_loop_test(tc, bad_input, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, too_long);
	suite_add_tcase(s, tc);
	return s;
}
