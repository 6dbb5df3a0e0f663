// SPDX-License-Identifier: GPL-2.0-or-later
/* The order in which locks are taken. */
#include <check.h>

#include <linux/mutex.h>
#include <linux/rcupdate.h>
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
static DEFINE_SPINLOCK(static_spin);

static void setup(void)
{
	world_boot(NULL, NULL);
	spin_lock_init(&a);
	spin_lock_init(&b);
	spin_lock_init(&c);
	mutex_init(&m);
	mutex_init(&n);
}

static void under(spinlock_t *outer, spinlock_t *inner)
{
	spin_lock(outer);
	spin_lock(inner);
	spin_unlock(inner);
	spin_unlock(outer);
}

START_TEST(order_kept)
{
	for (int i = 0; i < 3; i++) {
		under(&a, &b);
		under(&b, &c);
		under(&a, &c);
	}
	/* What only tries cannot wait, and one under nothing orders nothing. */
	spin_lock(&c);
	ck_assert(spin_trylock(&a));
	spin_unlock(&a);
	spin_unlock(&c);
	spin_lock(&b);
	spin_unlock(&b);
	no_complaint();
}
END_TEST

START_TEST(order_inverted)
{
	under(&a, &b);
	under(&b, &a);
	one_complaint('K', "lock-order", "takes &a under &b, and before that &b under &a");
	/* Said once. */
	under(&b, &a);
	one_complaint('K', "lock-order", NULL);
}
END_TEST

START_TEST(order_inverted_through_a_third)
{
	under(&a, &b);
	under(&b, &c);
	no_complaint();
	under(&c, &a);
	one_complaint('K', "lock-order", "takes &a under &c");
}
END_TEST

/* The edges arrive in the other order: b to c is there when a reaches b. */
START_TEST(order_inverted_through_a_third_later)
{
	under(&b, &c);
	under(&a, &b);
	under(&c, &a);
	one_complaint('K', "lock-order", "takes &a under &c");
}
END_TEST

START_TEST(order_of_a_tried_lock)
{
	ck_assert(spin_trylock(&a));
	spin_lock(&b);
	spin_unlock(&b);
	spin_unlock(&a);
	under(&b, &a);
	one_complaint('K', "lock-order", "takes &a under &b");
}
END_TEST

START_TEST(order_of_mutexes_and_spinlocks)
{
	mutex_lock(&m);
	mutex_lock(&n);
	mutex_unlock(&m);
	spin_lock(&a);
	spin_unlock(&a);
	mutex_lock(&m);
	one_complaint('K', "lock-order", "takes &m under &n");
}
END_TEST

/* All locks of one place in the source are one class, and have no order. */
START_TEST(order_of_one_class)
{
	spinlock_t l[4];

	for (int i = 0; i < 4; i++)
		spin_lock_init(&l[i]);
	under(&l[0], &l[1]);
	under(&l[1], &l[0]);
	under(&l[2], &a);
	no_complaint();
	under(&a, &l[3]);
	one_complaint('K', "lock-order", "takes &l[i] under &a");
}
END_TEST

/* A static lock is a class of its own, whatever others are called. */
START_TEST(order_of_static_locks)
{
	static DEFINE_SPINLOCK(lock);
	spinlock_t *outer = &lock;

	{
		static DEFINE_SPINLOCK(lock);

		under(outer, &lock);
		no_complaint();
		under(&lock, outer);
		one_complaint('K', "lock-order", "takes lock under lock");
	}
}
END_TEST

START_TEST(order_is_forgotten_with_the_world)
{
	/* The number a static lock had in another world is another's here. */
	spin_lock(&static_spin);
	spin_unlock(&static_spin);
	setup();
	under(&a, &b);
	under(&b, &static_spin);
	no_complaint();
	setup();
	ck_assert_int_eq(world_snapshot(), 0);
	under(&a, &b);
	world_restore();
	under(&b, &a);
	no_complaint();
	world_restore();
	under(&a, &b);
	no_complaint();
}
END_TEST

#define FOUR(x) x(0) x(1) x(2) x(3)
#define INIT(i) spin_lock_init(&l[k++]);

/* More classes than the table holds: those beyond it are not followed. */
START_TEST(order_of_too_many_classes)
{
	spinlock_t l[40];
	int k = 0;

	FOUR(INIT) FOUR(INIT) FOUR(INIT) FOUR(INIT) FOUR(INIT)
	FOUR(INIT) FOUR(INIT) FOUR(INIT) FOUR(INIT) FOUR(INIT)
	ck_assert_int_eq(k, 40);
	for (int i = 0; i < 39; i++)
		under(&l[i], &l[i + 1]);
	no_complaint();
	under(&l[38], &l[0]);
	no_complaint();
	under(&l[31], &l[0]);
	one_complaint('K', "lock-order", NULL);
}
END_TEST

static void take_a(struct rcu_head *head)
{
	spin_lock(&a);
	spin_unlock(&a);
}

static void softirq_takes_a(void)
{
	static struct rcu_head head;

	call_rcu(&head, take_a);
	world_rcu_barrier();
}

START_TEST(what_a_softirq_takes_is_taken_without_softirqs)
{
	softirq_takes_a();
	spin_lock_bh(&a);
	spin_unlock_bh(&a);
	spin_lock(&b);
	spin_unlock(&b);
	no_complaint();
	spin_lock(&a);
	spin_unlock(&a);
	one_complaint('K', "lock-softirq", "&a is taken with softirqs on, and a softirq takes it as well");
	/* Said once. */
	spin_lock(&a);
	spin_unlock(&a);
	softirq_takes_a();
	one_complaint('K', "lock-softirq", NULL);
}
END_TEST

START_TEST(the_same_the_other_way_round)
{
	spin_lock(&a);
	spin_unlock(&a);
	no_complaint();
	softirq_takes_a();
	one_complaint('K', "lock-softirq", NULL);
}
END_TEST

START_TEST(softirqs_are_turned_on_again)
{
	struct ledger_context now;

	spin_lock_bh(&a);
	ledger_context(&now);
	ck_assert_uint_eq(now.preempt, 1);
	ck_assert_uint_eq(now.spinlocks, 1);
	ck_assert(!context_can_sleep());
	spin_unlock_bh(&a);
	ck_assert(context_can_sleep());
	/* Locked in one way, and unlocked in the other. */
	spin_lock_bh(&a);
	spin_unlock(&a);
	ck_assert(!context_can_sleep());
	no_complaint();
	setup();
	spin_lock(&a);
	spin_unlock_bh(&a);
	one_complaint('K', "bh-unbalanced", NULL);
}
END_TEST

Suite *suite_lock_order(void)
{
	Suite *suite = suite_create("lock_order");
	TCase *tc = tcase_create("order");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, order_kept);
	tcase_add_test(tc, order_inverted);
	tcase_add_test(tc, order_inverted_through_a_third);
	tcase_add_test(tc, order_inverted_through_a_third_later);
	tcase_add_test(tc, order_of_a_tried_lock);
	tcase_add_test(tc, order_of_mutexes_and_spinlocks);
	tcase_add_test(tc, order_of_one_class);
	tcase_add_test(tc, order_of_static_locks);
	tcase_add_test(tc, order_is_forgotten_with_the_world);
	tcase_add_test(tc, order_of_too_many_classes);
	tcase_add_test(tc, what_a_softirq_takes_is_taken_without_softirqs);
	tcase_add_test(tc, the_same_the_other_way_round);
	tcase_add_test(tc, softirqs_are_turned_on_again);
	suite_add_tcase(suite, tc);
	return suite;
}
