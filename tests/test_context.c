// SPDX-License-Identifier: GPL-2.0-or-later
/* Tasks: what they hold, and what must not sleep while they hold it. */
#include <string.h>

#include <check.h>

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#include "shim/boot.h"
#include "shim/context.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/world.h"
#include "tests/complaints.h"

static void setup(void)
{
	world_boot(NULL, NULL);
}

static spinlock_t lock;

static void spin_on(void)
{
	spin_lock_init(&lock);
	spin_lock(&lock);
}

static void spin_off(void)
{
	spin_unlock(&lock);
}

/* Everything that makes a context atomic, on and off again. */
static const struct atomic_case {
	void (*on)(void);
	void (*off)(void);
	const char *reason;
} atomic_cases[] = {
	{ spin_on, spin_off, "a spinlock held (newest lock: &lock)" },
	{ rcu_read_lock, rcu_read_unlock, "RCU read lock" },
	{ preempt_disable, preempt_enable, "preemption disabled" },
	{ context_map_begin, context_map_end, "atomic mapping" },
};

START_TEST(may_sleep_when_nothing_is_held)
{
	struct mutex mutex;

	mutex_init(&mutex);
	mutex_lock(&mutex);
	ck_assert(context_can_sleep());
	context_might_sleep("test");
	context_might_alloc(GFP_KERNEL, "test");
	mutex_unlock(&mutex);
	no_complaint();
}
END_TEST

START_TEST(sleep_in_atomic)
{
	const struct atomic_case *c = &atomic_cases[_i];

	c->on();
	ck_assert(!context_can_sleep());
	context_might_alloc(GFP_ATOMIC, "test");
	context_might_alloc(GFP_NOWAIT, "test");
	no_complaint();
	context_might_sleep("test");
	one_complaint('K', "sleep-in-atomic", c->reason);
	c->off();
	ck_assert(context_can_sleep());
	context_might_sleep("test");
	one_complaint('K', "sleep-in-atomic", NULL);
}
END_TEST

START_TEST(alloc_in_atomic)
{
	const struct atomic_case *c = &atomic_cases[_i];

	c->on();
	context_might_alloc(GFP_NOIO, "kmalloc");
	one_complaint('K', "sleep-in-atomic", "kmalloc may sleep");
	c->off();
}
END_TEST

START_TEST(the_ledger_shows_what_is_held)
{
	struct ledger_context now;
	struct mutex mutex;

	mutex_init(&mutex);
	mutex_lock(&mutex);
	for (unsigned int i = 0; i < 4; i++)
		atomic_cases[i].on();
	rcu_read_lock();
	ledger_context(&now);
	ck_assert_uint_eq(now.mutexes, 1);
	ck_assert_uint_eq(now.spinlocks, 1);
	ck_assert_uint_eq(now.rcu_depth, 2);
	ck_assert_uint_eq(now.preempt, 1);
	ck_assert_uint_eq(now.mappings, 1);
	rcu_read_unlock();
	for (unsigned int i = 0; i < 4; i++)
		atomic_cases[i].off();
	mutex_unlock(&mutex);
	ledger_context(&now);
	ck_assert_uint_eq(now.mutexes + now.spinlocks + now.rcu_depth + now.preempt + now.mappings, 0);
	no_complaint();
}
END_TEST

START_TEST(closing_what_is_not_open)
{
	context_map_end();
	one_complaint('K', "unmap-unbalanced", NULL);
	setup();
	preempt_enable();
	one_complaint('K', "preempt-unbalanced", NULL);
	ck_assert(context_can_sleep());
}
END_TEST

static void count(void *arg)
{
	ck_assert(context_can_sleep());
	ck_assert_uint_eq(context_now->nr_held, 0);
	++*(int *)arg;
}

START_TEST(another_task_has_a_context_of_its_own)
{
	struct mutex mutex;
	int ran = 0;

	mutex_init(&mutex);
	mutex_lock(&mutex);
	ck_assert(world_other_task(count, &ran));
	ck_assert_int_eq(ran, 1);
	ck_assert(context_holds(&mutex));
	mutex_unlock(&mutex);
	no_complaint();
}
END_TEST

START_TEST(no_other_task_in_atomic_context)
{
	const struct atomic_case *c = &atomic_cases[_i];
	int ran = 0;

	c->on();
	ck_assert(!world_other_task(count, &ran));
	c->off();
	ck_assert_int_eq(ran, 0);
	ck_assert(world_other_task(count, &ran));
	no_complaint();
}
END_TEST

static void call_on(void *arg)
{
	const struct atomic_case *c = arg;

	c->on();
}

START_TEST(a_task_must_not_end_holding_something)
{
	world_other_task(call_on, (void *)&atomic_cases[_i]);
	one_complaint('K', "unbalanced-return", "the other task returned");
	/* It went with the task. */
	ck_assert(context_can_sleep());
}
END_TEST

static void move(void *arg)
{
	ck_assert_int_eq(world_run_on(*(unsigned int *)arg), 0);
}

static void unplug(void *arg)
{
	ck_assert_int_eq(world_cpu_down(*(unsigned int *)arg), 0);
}

START_TEST(a_task_comes_back_to_its_cpu)
{
	unsigned int cpu = 0;

	ck_assert_int_eq(world_run_on(1), 0);
	world_other_task(move, &cpu);
	ck_assert_int_eq(world_cpu(), 1);
	cpu = 1;
	world_other_task(unplug, &cpu);
	ck_assert_int_eq(world_cpu(), 0);
	no_complaint();
}
END_TEST

static void nest(void *arg)
{
	++*(int *)arg;
	world_other_task(nest, arg);
}

START_TEST(tasks_nest_to_a_limit)
{
	int ran = 0;

	ck_assert_int_eq(world_call(nest, &ran), WORLD_BUG);
	/* The first one and the seven above it. */
	ck_assert_int_eq(ran, 8);
}
END_TEST

/* Ended deep inside a task, the machine is as before once it is restored. */
START_TEST(an_early_end_is_undone_by_restore)
{
	struct context *before = context_now;
	int ran = 0;

	ck_assert_int_eq(world_snapshot(), 0);
	world_call(nest, &ran);
	ck_assert_ptr_ne(context_now, before);
	world_restore();
	ck_assert_ptr_eq(context_now, before);
	ck_assert(context_can_sleep());
}
END_TEST

static void wait(void *arg)
{
	wait_for_completion(arg);
}

START_TEST(completions)
{
	struct completion done;

	init_completion(&done);
	complete(&done);
	ck_assert_int_eq(world_call(wait, &done), WORLD_RETURNED);
	no_complaint();
	ck_assert_int_eq(world_call(wait, &done), WORLD_BUG);
	one_complaint('H', "completion-lost", NULL);
	setup();
	complete(&done);
	reinit_completion(&done);
	ck_assert_int_eq(world_call(wait, &done), WORLD_BUG);
	setup();
	complete(&done);
	preempt_disable();
	ck_assert_int_eq(world_call(wait, &done), WORLD_RETURNED);
	one_complaint('K', "sleep-in-atomic", "wait_for_completion");
}
END_TEST

START_TEST(atomics_count)
{
	atomic_t a = ATOMIC_INIT(3);
	atomic_long_t l = ATOMIC_LONG_INIT(1);
	int old = 4;
	long was = 7;

	atomic_inc(&a);
	ck_assert_int_eq(atomic_inc_return(&a), 5);
	ck_assert_int_eq(atomic_sub_return(2, &a), 3);
	ck_assert(!atomic_try_cmpxchg(&a, &old, 9));
	ck_assert_int_eq(old, 3);
	ck_assert(atomic_try_cmpxchg(&a, &old, 9));
	ck_assert_int_eq(old, 3);
	ck_assert_int_eq(atomic_cmpxchg(&a, 8, 1), 9);
	ck_assert_int_eq(atomic_cmpxchg(&a, 9, 1), 9);
	ck_assert(atomic_dec_and_test(&a));
	ck_assert(!atomic_inc_not_zero(&a));
	ck_assert(atomic_add_unless(&a, 2, 5));
	ck_assert_int_eq(atomic_xchg(&a, 6), 2);
	ck_assert_int_eq(atomic_read(&a), 6);

	ck_assert(!atomic_long_try_cmpxchg(&l, &was, 2));
	ck_assert_int_eq(was, 1);
	ck_assert(atomic_long_try_cmpxchg(&l, &was, __LONG_MAX__));
	/* It wraps, as in the kernel. */
	atomic_long_inc(&l);
	ck_assert(atomic_long_read(&l) == -__LONG_MAX__ - 1);
	atomic_long_set(&l, 1);
	atomic_long_dec(&l);
	ck_assert_int_eq(atomic_long_read(&l), 0);
}
END_TEST

Suite *suite_context(void)
{
	Suite *s = suite_create("context");
	TCase *tc = tcase_create("context");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, may_sleep_when_nothing_is_held);
	tcase_add_loop_test(tc, sleep_in_atomic, 0, 4);
	tcase_add_loop_test(tc, alloc_in_atomic, 0, 4);
	tcase_add_test(tc, the_ledger_shows_what_is_held);
	tcase_add_test(tc, closing_what_is_not_open);
	tcase_add_test(tc, another_task_has_a_context_of_its_own);
	tcase_add_loop_test(tc, no_other_task_in_atomic_context, 0, 4);
	tcase_add_loop_test(tc, a_task_must_not_end_holding_something, 0, 4);
	tcase_add_test(tc, a_task_comes_back_to_its_cpu);
	tcase_add_test(tc, tasks_nest_to_a_limit);
	tcase_add_test(tc, an_early_end_is_undone_by_restore);
	tcase_add_test(tc, completions);
	tcase_add_test(tc, atomics_count);
	suite_add_tcase(s, tc);
	return s;
}
