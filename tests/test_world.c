// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine: boot, snapshot, guarded calls. */
#include <check.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include <linux/bug.h>
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/printk.h>

#include "faults/symbols.h"
#include "shim/boot.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/world.h"

#if defined(__SANITIZE_ADDRESS__)
#define SIGNALS_END_CALLS 0
#elif defined(__has_feature)
#define SIGNALS_END_CALLS !__has_feature(address_sanitizer)
#else
#define SIGNALS_END_CALLS 1
#endif

static int in_world __world = 7;
static int *in_arena __world;
static int outside __outside;

/* ---- a subject made by hand -------------------------------------------- */

static struct {
	int restored[4];
	int counter;
	int also_restored;
} data __outside;

static int state_in_initcall __outside;
static bool debugfs_in_initcall __outside;
static int (*initcall_does)(void) __outside;

static int initcall(void)
{
	state_in_initcall = system_state;
	debugfs_in_initcall = debugfs_initialized();
	data.counter++;
	data.also_restored = 1;
	return initcall_does ? initcall_does() : 0;
}

static void lruvec_state_init(struct lruvec *lruvec)
{
}

static const initcall_t initcalls[] = { initcall };
static const struct subject_desc desc = {
	.lruvec_state_init = lruvec_state_init,
	.initcalls_start = initcalls,
	.initcalls_stop = initcalls + 1,
};

static struct subject_range ranges[] = {
	{ 0, sizeof(data.restored) },
	{ sizeof(data.restored) + sizeof(int), sizeof(int) },
};
static char pristine[sizeof(data)] __outside;
static const struct subject subject = {
	.desc = &desc,
	.data = &data,
	.data_size = sizeof(data),
	.pristine = pristine,
	.ranges = ranges,
	.nr_ranges = 2,
};

static void setup(void)
{
	memset(&data, 0, sizeof(data));
	initcall_does = NULL;
	ck_assert_int_eq(world_boot(NULL, NULL), 0);
}

/* ---- boot and snapshot ------------------------------------------------- */

START_TEST(boot_forgets_everything)
{
	in_world = 8;
	outside = 8;
	complain('K', "key", "something");
	printk("something\n");
	world_set_budget(1);
	shim_calls = 5;
	ck_assert_int_eq(world_boot(NULL, NULL), 0);
	ck_assert_int_eq(in_world, 7);
	ck_assert_int_eq(outside, 8);
	ck_assert_uint_eq(world_calls(), 0);
	shim_call();
	shim_call();

	unsigned int kept, total;

	ledger_complaints(&kept, &total);
	ck_assert_uint_eq(total, 0);
	ck_assert_ptr_null(world_printk_line(0));
	ck_assert_int_eq(system_state, SYSTEM_RUNNING);
}
END_TEST

START_TEST(restore_goes_back)
{
	in_world = 1;
	in_arena = arena_alloc(sizeof(*in_arena));
	*in_arena = 1;
	outside = 1;
	shim_call();
	ck_assert_int_eq(world_snapshot(), 0);
	for (int i = 0; i < 3; i++) {
		in_world = 2;
		*in_arena = 2;
		outside = 2;
		in_arena = NULL;
		complain('K', "key", "something");
		printk("something\n");
		shim_calls = 9;
		world_restore();
		ck_assert_int_eq(in_world, 1);
		ck_assert_ptr_nonnull(in_arena);
		ck_assert_int_eq(*in_arena, 1);
		ck_assert_int_eq(outside, 2);
		ck_assert_uint_eq(world_calls(), 0);
		ck_assert_ptr_null(world_printk_line(0));

		unsigned int kept, total;

		ledger_complaints(&kept, &total);
		ck_assert_uint_eq(total, 0);
	}
}
END_TEST

START_TEST(a_subject_boots_pristine)
{
	for (int i = 1; i <= 2; i++) {
		data.restored[3] = 5;
		data.also_restored = 5;
		ck_assert_int_eq(world_boot(NULL, &subject), 0);
		ck_assert_int_eq(data.restored[3], 0);
		ck_assert_int_eq(data.also_restored, 1);
		/* Between the ranges, where gcov would count: not touched. */
		ck_assert_int_eq(data.counter, i);
	}
	ck_assert_int_eq(state_in_initcall, SYSTEM_BOOTING);
	ck_assert(debugfs_in_initcall);
	ck_assert_int_eq(system_state, SYSTEM_RUNNING);
	ck_assert_ptr_eq(shim_subject, &desc);
}
END_TEST

START_TEST(restore_covers_the_subject)
{
	world_boot(NULL, &subject);
	data.restored[0] = 3;
	ck_assert_int_eq(world_snapshot(), 0);
	data.restored[0] = 4;
	data.also_restored = 4;
	data.counter = 4;
	world_restore();
	ck_assert_int_eq(data.restored[0], 3);
	ck_assert_int_eq(data.also_restored, 1);
	ck_assert_int_eq(data.counter, 4);
}
END_TEST

START_TEST(a_second_snapshot_midway)
{
	unsigned int kept, total;

	world_boot(NULL, &subject);
	in_world = 1;
	data.restored[0] = 1;
	ck_assert_int_eq(world_snapshot(), 0);
	in_world = 2;
	in_arena = arena_alloc(sizeof(*in_arena));
	*in_arena = 2;
	data.restored[0] = 2;
	shim_calls = 20;
	complain('R', "key", "as of then");
	ck_assert_int_eq(world_snapshot_midway(), 0);
	for (int i = 0; i < 3; i++) {
		const struct complaint *c;

		in_world = 3;
		in_arena = NULL;
		data.restored[0] = 3;
		complain('K', "key", "something");
		shim_calls = 30;
		world_restore_midway();
		ck_assert_ptr_nonnull(in_arena);
		ck_assert_int_eq(in_world, 2);
		ck_assert_int_eq(*in_arena, 2);
		*in_arena = 3;
		ck_assert_int_eq(data.restored[0], 2);
		ck_assert_uint_eq(world_calls(), 20);
		c = ledger_complaints(&kept, &total);
		ck_assert_uint_eq(kept, 1);
		ck_assert_uint_eq(total, 1);
		ck_assert_str_eq(c->text, "as of then");
		world_restore();
		ledger_complaints(&kept, &total);
		ck_assert_uint_eq(total, 0);
		complain('K', "key", "of another case");
		ck_assert_int_eq(in_world, 1);
		ck_assert_int_eq(data.restored[0], 1);
		ck_assert_uint_eq(world_calls(), 0);
	}
}
END_TEST

/* It was of another beginning. */
START_TEST(a_new_snapshot_ends_the_one_midway)
{
	ck_assert_int_eq(world_snapshot(), 0);
	ck_assert_int_eq(world_snapshot_midway(), 0);
	ck_assert_int_eq(world_snapshot(), 0);
	world_restore_midway();
}
END_TEST

static int fails(void)
{
	return -12;
}

static int bugs(void)
{
	BUG();
}

START_TEST(a_failing_initcall_is_told)
{
	initcall_does = fails;
	ck_assert_int_eq(world_boot(NULL, &subject), -1);
	ck_assert_int_eq(system_state, SYSTEM_RUNNING);
	initcall_does = bugs;
	ck_assert_int_eq(world_boot(NULL, &subject), -1);
	ck_assert_int_eq(system_state, SYSTEM_RUNNING);
	initcall_does = NULL;
	ck_assert_int_eq(world_boot(NULL, &subject), 0);
}
END_TEST

/* ---- guarded calls ----------------------------------------------------- */

static void set_outside(void *arg)
{
	outside = *(int *)arg;
}

static void do_bug(void *arg)
{
	int *p = arg;

	BUG_ON(!*p);
	outside = -1;
}

static void do_calls(void *arg)
{
	for (unsigned long n = *(unsigned long *)arg; n; n--)
		shim_call();
}

START_TEST(a_call_returns)
{
	int arg = 42;

	ck_assert_int_eq(world_call(set_outside, &arg), WORLD_RETURNED);
	ck_assert_int_eq(outside, 42);
}
END_TEST

START_TEST(a_bug_ends_the_call)
{
	const struct complaint *c;
	unsigned int kept, total;
	void *frames[4];
	int zero = 0, one = 1;

	outside = 0;
	ck_assert_int_eq(world_call(do_bug, &zero), WORLD_BUG);
	ck_assert_int_eq(outside, 0);
	ck_assert_ptr_nonnull(strstr(world_end_text(), "BUG_ON(!*p) in do_bug()"));
	ck_assert_int_eq(world_end_frames(frames, 4), 4);
	c = ledger_complaints(&kept, &total);
	ck_assert_uint_eq(total, 1);
	ck_assert_int_eq(c->letter, 'W');
	ck_assert_str_eq(c->key, "BUG_ON(!*p)");
	ck_assert_uint_gt(c->nr_frames, 1);
	ck_assert_int_eq(world_call(do_bug, &one), WORLD_RETURNED);
	ck_assert_int_eq(outside, -1);
}
END_TEST

static void do_nested(void *arg)
{
	outside = 1;
	world_call(do_bug, arg);
	outside = 2;
}

START_TEST(an_inner_call_is_part_of_the_outer)
{
	int zero = 0, one = 1;

	ck_assert_int_eq(world_call(do_nested, &zero), WORLD_BUG);
	ck_assert_int_eq(outside, 1);
	ck_assert_int_eq(world_call(do_nested, &one), WORLD_RETURNED);
	ck_assert_int_eq(outside, 2);
}
END_TEST

START_TEST(the_budget_ends_the_call)
{
	unsigned long n = 100;

	world_set_budget(100);
	ck_assert_int_eq(world_call(do_calls, &n), WORLD_RETURNED);
	ck_assert_uint_eq(world_calls(), 100);
	n = 1;
	ck_assert_int_eq(world_call(do_calls, &n), WORLD_OVERRUN);
	ck_assert_str_ne(world_end_text(), "");

	/* A restore counts from 0 again and keeps the budget. */
	ck_assert_int_eq(world_snapshot(), 0);
	world_restore();
	n = 101;
	ck_assert_int_eq(world_call(do_calls, &n), WORLD_OVERRUN);
	world_set_budget(0);
	n = 1000000;
	ck_assert_int_eq(world_call(do_calls, &n), WORLD_RETURNED);
}
END_TEST

static const int null_line = __LINE__ + 3;
static void do_null(void *arg)
{
	*(volatile int *)arg = 1;
}

static void do_poison(void *arg)
{
	struct list_head *volatile pos = LIST_POISON1;

	*(struct list_head *volatile *)arg = pos->next;
}

static void do_ill(void *arg)
{
	raise(SIGILL);
}

static void recurse(void *arg)
{
	volatile char frame[4096];

	/* Always so, but the compiler does not know. */
	if (system_state == SYSTEM_RUNNING)
		recurse((void *)&frame);
	frame[0] = 1;
}

/* Many times: the signals must not stay blocked, nor their stack occupied. */
START_TEST(a_signal_ends_the_call)
{
	struct list_head *keep;

	if (!SIGNALS_END_CALLS)
		return;
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(world_call(do_null, NULL), WORLD_SIGNAL);
		ck_assert_str_eq(world_end_text(), "SIGSEGV: a NULL pointer");
		ck_assert_int_eq(world_call(do_ill, NULL), WORLD_SIGNAL);
		ck_assert_int_eq(world_call(recurse, NULL), WORLD_SIGNAL);
	}
	ck_assert_int_eq(world_call(do_poison, &keep), WORLD_SIGNAL);
	ck_assert_str_eq(world_end_text(),
			 "SIGSEGV: a list was followed from an item deleted from it");
}
END_TEST

/* As a call's do: whoever reads them looks for what is before an address. */
START_TEST(the_frames_of_a_signal_begin_where_it_came)
{
	struct symbol s[SYMBOLS_MAX];
	void *frame;

	if (!SIGNALS_END_CALLS)
		return;
	ck_assert_int_eq(world_call(do_null, NULL), WORLD_SIGNAL);
	ck_assert_int_eq(world_end_frames(&frame, 1), 1);
	symbols_find(frame, s, SYMBOLS_MAX);
	ck_assert_str_eq(s[0].function, "do_null");
	ck_assert_int_eq(s[0].line, null_line);
}
END_TEST

/* Not long enough to be ended, a call, and then for ever. */
static void spin(void *arg)
{
	volatile unsigned long *n = arg;
	clock_t start = clock();

	/* The watchdog counts the time of the loop, not that of asking for it. */
	while (clock() - start < 2 * CLOCKS_PER_SEC) {
		for (int i = 0; i < 1000000; i++)
			++*n;
	}
	shim_call();
	for (;;)
		++*n;
}

START_TEST(the_watchdog_ends_a_loop_that_calls_nothing)
{
	clock_t start = clock();
	unsigned long n = 0;

	ck_assert_int_eq(world_call(spin, &n), WORLD_WATCHDOG);
	ck_assert_int_ge(clock() - start, 4 * CLOCKS_PER_SEC);
	ck_assert_uint_gt(n, 1000);
	ck_assert_str_ne(world_end_text(), "");
	n = 1;
	ck_assert_int_eq(world_call(do_calls, &n), WORLD_RETURNED);
}
END_TEST

Suite *suite_world(void);
Suite *suite_world(void)
{
	Suite *s = suite_create("world");
	TCase *tc = tcase_create("world");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, boot_forgets_everything);
	tcase_add_test(tc, restore_goes_back);
	tcase_add_test(tc, a_subject_boots_pristine);
	tcase_add_test(tc, restore_covers_the_subject);
	tcase_add_test(tc, a_second_snapshot_midway);
	tcase_add_test_raise_signal(tc, a_new_snapshot_ends_the_one_midway, SIGABRT);
	tcase_add_test(tc, a_failing_initcall_is_told);
	tcase_add_test(tc, a_call_returns);
	tcase_add_test(tc, a_bug_ends_the_call);
	tcase_add_test(tc, an_inner_call_is_part_of_the_outer);
	tcase_add_test(tc, the_budget_ends_the_call);
	tcase_add_test(tc, a_signal_ends_the_call);
	tcase_add_test(tc, the_frames_of_a_signal_begin_where_it_came);
	tcase_add_test(tc, the_watchdog_ends_a_loop_that_calls_nothing);
	suite_add_tcase(s, tc);
	return s;
}
