// SPDX-License-Identifier: GPL-2.0-or-later
/* Spinlocks and mutexes: each rule kept and broken. */
#include <check.h>

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "shim/boot.h"
#include "shim/context.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/world.h"
#include "tests/complaints.h"

static spinlock_t a, b, c;
static struct mutex m, n;

static void setup(void)
{
	world_boot(NULL, NULL);
	spin_lock_init(&a);
	spin_lock_init(&b);
	spin_lock_init(&c);
	mutex_init(&m);
	mutex_init(&n);
}

static unsigned int spinlocks_held(void)
{
	return context_now->spinlocks;
}

START_TEST(spinlocks_lock)
{
	unsigned long flags;

	spin_lock(&a);
	ck_assert(spin_is_locked(&a));
	ck_assert(lockdep_is_held(&a));
	assert_spin_locked(&a);
	lockdep_assert_held(&a);
	spin_unlock(&a);
	ck_assert(!spin_is_locked(&a));

	spin_lock_bh(&a);
	spin_lock_irq(&b);
	spin_lock_irqsave(&c, flags);
	ck_assert_uint_eq(spinlocks_held(), 3);
	ck_assert_uint_eq(context_now->nr_held, 3);
	/* In any order. */
	spin_unlock_irq(&b);
	spin_unlock_bh(&a);
	ck_assert(lockdep_is_held(&c));
	spin_unlock_irqrestore(&c, flags);
	ck_assert_uint_eq(spinlocks_held(), 0);
	ck_assert_uint_eq(context_now->nr_held, 0);
	no_complaint();
}
END_TEST

START_TEST(trying)
{
	ck_assert(spin_trylock(&a));
	ck_assert(!spin_trylock(&a));
	ck_assert_uint_eq(spinlocks_held(), 1);
	ck_assert(mutex_trylock(&m));
	ck_assert(!mutex_trylock(&m));
	ck_assert(mutex_is_locked(&m));
	mutex_unlock(&m);
	spin_unlock(&a);
	no_complaint();
}
END_TEST

START_TEST(mutexes_lock)
{
	mutex_lock(&m);
	mutex_lock(&n);
	ck_assert(mutex_is_locked(&m));
	ck_assert_uint_eq(context_now->mutexes, 2);
	spin_lock(&a);
	spin_unlock(&a);
	mutex_unlock(&m);
	ck_assert(!mutex_is_locked(&m));
	mutex_unlock(&n);
	ck_assert_uint_eq(context_now->mutexes, 0);
	no_complaint();
}
END_TEST

START_TEST(mutex_under_spinlock)
{
	spin_lock(&a);
	mutex_lock(&m);
	one_complaint('K', "sleep-in-atomic", "mutex_lock may sleep");
}
END_TEST

static void spin_twice(void *arg)
{
	spin_lock(&a);
	spin_lock(&b);
	spin_lock(&a);
}

static void mutex_twice(void *arg)
{
	mutex_lock(&m);
	mutex_lock(&m);
}

START_TEST(recursion_ends_the_case)
{
	ck_assert_int_eq(world_call(spin_twice, NULL), WORLD_BUG);
	one_complaint('K', "lock-recursion", "spin_lock() of &a");
	setup();
	ck_assert_int_eq(world_call(mutex_twice, NULL), WORLD_BUG);
	one_complaint('K', "lock-recursion", "mutex_lock() of &m");
}
END_TEST

static void take_m(void *arg)
{
	mutex_lock(&m);
}

static void hold_m(void *arg)
{
	mutex_lock(&m);
	world_other_task(arg, NULL);
	mutex_unlock(&m);
}

static void leave_a(void *arg)
{
	spin_lock(&a);
}

static void after_leave_a(void *arg)
{
	world_other_task(leave_a, NULL);
	complain_reset();
	spin_lock(&a);
}

START_TEST(a_lock_that_is_never_given_back)
{
	ck_assert_int_eq(world_call(hold_m, take_m), WORLD_BUG);
	one_complaint('K', "deadlock", "mutex_lock() of &m");
	setup();
	ck_assert_int_eq(world_call(after_leave_a, NULL), WORLD_BUG);
	one_complaint('K', "deadlock", "spin_lock() of &a");
}
END_TEST

static void take_n(void *arg)
{
	ck_assert(!mutex_trylock(&m));
	mutex_lock(&n);
	mutex_unlock(&n);
}

static void unlock_m(void *arg)
{
	mutex_unlock(&m);
}

START_TEST(another_task_and_a_held_mutex)
{
	ck_assert_int_eq(world_call(hold_m, take_n), WORLD_RETURNED);
	no_complaint();
	ck_assert_int_eq(world_call(hold_m, unlock_m), WORLD_RETURNED);
	one_complaint('K', "unlock-by-other", "mutex_unlock() of &m");
	/* ... and it was not carried out. */
	ck_assert(!mutex_is_locked(&m));
	ck_assert_uint_eq(context_now->mutexes, 0);
}
END_TEST

START_TEST(unlock_of_what_is_not_held)
{
	spin_unlock(&a);
	one_complaint('K', "unlock-not-held", "spin_unlock() of &a");
	ck_assert_uint_eq(spinlocks_held(), 0);
	setup();
	mutex_unlock(&m);
	one_complaint('K', "unlock-not-held", "mutex_unlock() of &m");
	setup();
	spin_lock_bh(&a);
	spin_unlock_bh(&a);
	spin_unlock_bh(&a);
	one_complaint('K', "unlock-not-held", NULL);
}
END_TEST

START_TEST(asserting_what_is_not_held)
{
	assert_spin_locked(&a);
	one_complaint('K', "lock-not-held", "assert_spin_locked(): the task does not hold &a");
	setup();
	lockdep_assert_held(&m);
	one_complaint('K', "lock-not-held", "lockdep_assert_held(): the task does not hold &m");
}
END_TEST

START_TEST(a_lock_that_is_none)
{
	memset(&a, 0, sizeof(a));
	spin_lock(&a);
	one_complaint('K', "lock-uninitialised", "spin_lock()");
	ck_assert_uint_eq(spinlocks_held(), 0);
	setup();
	memset(&m, 0x6b, sizeof(m));
	mutex_lock(&m);
	one_complaint('U', "lock-overwritten", "mutex_lock()");
	setup();
	memset(&m, 0x6b, sizeof(m));
	mutex_unlock(&m);
	one_complaint('U', "lock-overwritten", "mutex_unlock()");
	setup();
	memset(&a, 0, sizeof(a));
	ck_assert(!spin_trylock(&a));
	one_complaint('K', "lock-uninitialised", "spin_trylock()");
}
END_TEST

START_TEST(initialised_again)
{
	mutex_init(&m);
	mutex_lock(&m);
	mutex_unlock(&m);
	mutex_init(&m);
	no_complaint();
	mutex_lock(&m);
	mutex_init(&m);
	one_complaint('K', "init-held", "&m is initialised");
	/* The holder's unlock is still one. */
	mutex_unlock(&m);
	one_complaint('K', "init-held", NULL);
	setup();
	spin_lock(&a);
	spin_lock_init(&a);
	one_complaint('K', "init-held", "&a is initialised");
}
END_TEST

static void reinit_m(void *arg)
{
	mutex_init(&m);
}

START_TEST(initialised_while_a_suspended_task_holds_it)
{
	world_call(hold_m, reinit_m);
	one_complaint('K', "init-held", "&m is initialised");
}
END_TEST

static DEFINE_SPINLOCK(static_spin);
static DEFINE_MUTEX(static_mutex);

START_TEST(static_locks)
{
	mutex_lock(&static_mutex);
	spin_lock(&static_spin);
	ck_assert(lockdep_is_held(&static_spin));
	spin_unlock(&static_spin);
	mutex_unlock(&static_mutex);
	no_complaint();
	spin_unlock(&static_spin);
	one_complaint('K', "unlock-not-held", "of static_spin");
}
END_TEST

START_TEST(too_many_locks)
{
	spinlock_t l[CONTEXT_LOCKS + 1];

	for (int i = 0; i <= CONTEXT_LOCKS; i++)
		spin_lock_init(&l[i]);
	for (int i = 0; i < CONTEXT_LOCKS; i++)
		spin_lock(&l[i]);
	no_complaint();
	spin_lock(&l[CONTEXT_LOCKS]);
	one_complaint('K', "lock-depth", NULL);
	for (int i = 0; i <= CONTEXT_LOCKS; i++)
		spin_unlock(&l[i]);
	ck_assert_uint_eq(spinlocks_held(), 0);
	ck_assert_uint_eq(context_now->nr_held, 0);
	one_complaint('K', "lock-depth", NULL);
}
END_TEST

static void take_another(void *arg)
{
	static struct mutex other;

	(*(unsigned int *)arg)++;
	mutex_init(&other);
	mutex_lock(&other);
	mutex_unlock(&other);
}

/* Told where the task could be kept waiting with nothing in its hands. */
START_TEST(a_watcher_of_mutexes)
{
	struct mutex a, b;
	struct spinlock spin;
	unsigned int times = 0;

	mutex_init(&a);
	mutex_init(&b);
	spin_lock_init(&spin);
	world_on_mutex(take_another, &times);
	mutex_lock(&a);
	ck_assert_uint_eq(times, 1);
	mutex_lock(&b);
	ck_assert_uint_eq(times, 1);
	mutex_unlock(&b);
	mutex_unlock(&a);
	ck_assert(mutex_trylock(&a));
	mutex_unlock(&a);
	ck_assert_uint_eq(times, 1);
	mutex_lock(&b);
	mutex_unlock(&b);
	ck_assert_uint_eq(times, 2);
	world_on_mutex(NULL, NULL);
	mutex_lock(&b);
	mutex_unlock(&b);
	ck_assert_uint_eq(times, 2);
}
END_TEST

Suite *suite_lock(void)
{
	Suite *s = suite_create("lock");
	TCase *tc = tcase_create("lock");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, spinlocks_lock);
	tcase_add_test(tc, trying);
	tcase_add_test(tc, mutexes_lock);
	tcase_add_test(tc, a_watcher_of_mutexes);
	tcase_add_test(tc, mutex_under_spinlock);
	tcase_add_test(tc, recursion_ends_the_case);
	tcase_add_test(tc, a_lock_that_is_never_given_back);
	tcase_add_test(tc, another_task_and_a_held_mutex);
	tcase_add_test(tc, unlock_of_what_is_not_held);
	tcase_add_test(tc, asserting_what_is_not_held);
	tcase_add_test(tc, a_lock_that_is_none);
	tcase_add_test(tc, initialised_again);
	tcase_add_test(tc, initialised_while_a_suspended_task_holds_it);
	tcase_add_test(tc, static_locks);
	tcase_add_test(tc, too_many_locks);
	suite_add_tcase(s, tc);
	return s;
}
