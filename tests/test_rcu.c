// SPDX-License-Identifier: GPL-2.0-or-later
/* RCU: read-side sections, grace periods, callbacks and lists. */
#include <check.h>

#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "shim/boot.h"
#include "shim/context.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/world.h"
#include "tests/complaints.h"

struct thing {
	int nr;
	struct list_head list;
	struct rcu_head rcu;
};

static int called[8], nr_called;

static void setup(void)
{
	world_boot(NULL, NULL);
	nr_called = 0;
}

static void thing_done(struct rcu_head *head)
{
	struct thing *t = container_of(head, struct thing, rcu);

	ck_assert(!context_can_sleep());
	called[nr_called++] = t->nr;
}

START_TEST(read_side_sections_nest)
{
	ck_assert(!rcu_read_lock_held());
	rcu_read_lock();
	rcu_read_lock();
	rcu_read_unlock();
	ck_assert(rcu_read_lock_held());
	rcu_read_unlock();
	ck_assert(!rcu_read_lock_held());
	no_complaint();
	rcu_read_unlock();
	one_complaint('K', "rcu-unbalanced", NULL);
	ck_assert(!rcu_read_lock_held());
}
END_TEST

START_TEST(callbacks_wait_for_a_grace_period)
{
	struct thing t[3] = { { .nr = 1 }, { .nr = 2 }, { .nr = 3 } };

	rcu_read_lock();
	for (int i = 0; i < 3; i++)
		call_rcu(&t[i].rcu, thing_done);
	ck_assert_uint_eq(ledger_rcu_pending(), 3);
	/* A reader is there: nothing happens. */
	world_rcu_barrier();
	ck_assert_int_eq(nr_called, 0);
	rcu_read_unlock();
	ck_assert_int_eq(nr_called, 0);
	world_rcu_barrier();
	ck_assert_int_eq(nr_called, 3);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(called[i], i + 1);
	ck_assert_uint_eq(ledger_rcu_pending(), 0);
	world_rcu_barrier();
	ck_assert_int_eq(nr_called, 3);
	no_complaint();
}
END_TEST

static struct thing again;

static void thing_again(struct rcu_head *head)
{
	if (nr_called++ < 2)
		call_rcu(head, thing_again);
}

START_TEST(synchronize_runs_what_was_queued_before)
{
	call_rcu(&again.rcu, thing_again);
	synchronize_rcu();
	ck_assert_int_eq(nr_called, 1);
	ck_assert_uint_eq(ledger_rcu_pending(), 1);
	world_rcu_barrier();
	ck_assert_int_eq(nr_called, 3);
	ck_assert_uint_eq(ledger_rcu_pending(), 0);
	no_complaint();
}
END_TEST

START_TEST(synchronize_in_a_read_side_section)
{
	call_rcu(&again.rcu, thing_done);
	rcu_read_lock();
	synchronize_rcu();
	one_complaint('K', "rcu-self-deadlock", NULL);
	ck_assert_int_eq(nr_called, 0);
	rcu_read_unlock();
	synchronize_rcu();
	ck_assert_int_eq(nr_called, 1);
	one_complaint('K', "rcu-self-deadlock", NULL);
}
END_TEST

START_TEST(synchronize_under_a_spinlock)
{
	spinlock_t lock;

	spin_lock_init(&lock);
	spin_lock(&lock);
	synchronize_rcu();
	one_complaint('K', "sleep-in-atomic", "synchronize_rcu may sleep");
	spin_unlock(&lock);
}
END_TEST

static void thing_sleeps(struct rcu_head *head)
{
	synchronize_rcu();
}

static void thing_leaves_locked(struct rcu_head *head)
{
	rcu_read_lock();
}

START_TEST(callbacks_are_softirqs)
{
	call_rcu(&again.rcu, thing_sleeps);
	world_rcu_barrier();
	one_complaint('K', "sleep-in-atomic", "preemption disabled");
	setup();
	call_rcu(&again.rcu, thing_leaves_locked);
	world_rcu_barrier();
	one_complaint('K', "unbalanced-return", "an RCU callback returned");
	ck_assert(context_can_sleep());
}
END_TEST

START_TEST(kfree_after_a_grace_period)
{
	struct thing *t = kzalloc(sizeof(*t), GFP_KERNEL), *none = NULL;
	unsigned long live;
	void *p = kzalloc(100, GFP_KERNEL);

	live = ledger_kmalloc_live();
	kfree_rcu(t, rcu);
	kfree_rcu(none, rcu);
	kvfree_rcu_mightsleep(p);
	ck_assert_uint_eq(ledger_rcu_pending(), 2);
	ck_assert_uint_eq(ledger_kmalloc_live(), live);
	synchronize_rcu();
	ck_assert_uint_eq(ledger_rcu_pending(), 0);
	ck_assert_uint_eq(ledger_kmalloc_live(), 0);
	no_complaint();
	rcu_read_lock();
	kfree_rcu_mightsleep(NULL);
	one_complaint('K', "sleep-in-atomic", "kvfree_rcu_mightsleep");
	rcu_read_unlock();
}
END_TEST

START_TEST(freed_with_a_callback_pending)
{
	struct thing *t = kzalloc(sizeof(*t), GFP_KERNEL);

	call_rcu(&t->rcu, thing_done);
	kfree(t);
	world_rcu_barrier();
	one_complaint('U', "rcu-freed-pending", NULL);
	ck_assert_int_eq(nr_called, 0);
}
END_TEST

START_TEST(freed_twice_through_rcu)
{
	struct thing *t = kzalloc(sizeof(*t), GFP_KERNEL);

	kfree_rcu(t, rcu);
	kfree_rcu(t, rcu);
	world_rcu_barrier();
	one_complaint('U', "rcu-freed-pending", NULL);
}
END_TEST

START_TEST(pointers)
{
	spinlock_t lock;
	int one = 1, two = 2, *p = NULL;

	spin_lock_init(&lock);
	rcu_assign_pointer(p, &one);
	rcu_read_lock();
	ck_assert_ptr_eq(rcu_dereference(p), &one);
	rcu_read_unlock();
	ck_assert_ptr_eq(rcu_access_pointer(p), &one);
	spin_lock(&lock);
	ck_assert_ptr_eq(rcu_dereference_check(p, lockdep_is_held(&lock)), &one);
	ck_assert_ptr_eq(rcu_replace_pointer(p, &two, lockdep_is_held(&lock)), &one);
	spin_unlock(&lock);
	ck_assert_ptr_eq(p, &two);
	no_complaint();
	ck_assert_ptr_eq(rcu_dereference(p), &two);
	one_complaint('K', "rcu-suspicious", "rcu_dereference(p)");
	setup();
	ck_assert_ptr_eq(rcu_replace_pointer(p, &one, lockdep_is_held(&lock)), &two);
	one_complaint('K', "rcu-suspicious", "rcu_dereference_protected(");
}
END_TEST

static int sum(struct list_head *head)
{
	struct thing *t;
	int digits = 0;

	list_for_each_entry_rcu(t, head, list)
		digits = 10 * digits + t->nr;
	return digits;
}

START_TEST(lists)
{
	struct thing a = { .nr = 1 }, b = { .nr = 2 }, c = { .nr = 3 };
	LIST_HEAD(head);

	rcu_read_lock();
	ck_assert_ptr_null(list_first_or_null_rcu(&head, struct thing, list));
	ck_assert_int_eq(sum(&head), 0);
	list_add_rcu(&b.list, &head);
	list_add_rcu(&a.list, &head);
	list_add_tail_rcu(&c.list, &head);
	ck_assert_ptr_eq(list_first_or_null_rcu(&head, struct thing, list), &a);
	ck_assert_int_eq(sum(&head), 123);
	list_del_rcu(&b.list);
	ck_assert_int_eq(sum(&head), 13);
	/* A reader that stood on it finds the rest of the list. */
	ck_assert_ptr_eq(b.list.next, &c.list);
	ck_assert_ptr_eq(b.list.prev, LIST_POISON2);
	list_del_rcu(&a.list);
	list_del_rcu(&c.list);
	ck_assert(list_empty(&head));
	rcu_read_unlock();
	no_complaint();
}
END_TEST

START_TEST(walks_are_checked)
{
	spinlock_t lock;
	struct thing *t;
	LIST_HEAD(head);

	spin_lock_init(&lock);
	spin_lock(&lock);
	sum(&head);
	spin_unlock(&lock);
	list_for_each_entry_rcu(t, &head, list, true)
		ck_abort();
	no_complaint();
	sum(&head);
	one_complaint('K', "rcu-suspicious", "list_for_each_entry_rcu()");
}
END_TEST

START_TEST(callbacks_are_forgotten_with_the_world)
{
	ck_assert_int_eq(world_snapshot(), 0);
	call_rcu(&again.rcu, thing_done);
	world_restore();
	ck_assert_uint_eq(ledger_rcu_pending(), 0);
	world_rcu_barrier();
	ck_assert_int_eq(nr_called, 0);
}
END_TEST

static void requeue_for_ever(struct rcu_head *head)
{
	call_rcu(head, requeue_for_ever);
}

static void barrier_call(void *arg)
{
	world_rcu_barrier();
}

START_TEST(a_budget_ends_callbacks_that_never_end)
{
	call_rcu(&again.rcu, requeue_for_ever);
	world_set_budget(1000);
	ck_assert_int_eq(world_call(barrier_call, NULL), WORLD_OVERRUN);
	world_set_budget(0);
}
END_TEST

Suite *suite_rcu(void)
{
	Suite *s = suite_create("rcu");
	TCase *tc = tcase_create("rcu");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, read_side_sections_nest);
	tcase_add_test(tc, callbacks_wait_for_a_grace_period);
	tcase_add_test(tc, synchronize_runs_what_was_queued_before);
	tcase_add_test(tc, synchronize_in_a_read_side_section);
	tcase_add_test(tc, synchronize_under_a_spinlock);
	tcase_add_test(tc, callbacks_are_softirqs);
	tcase_add_test(tc, kfree_after_a_grace_period);
	tcase_add_test(tc, freed_with_a_callback_pending);
	tcase_add_test(tc, freed_twice_through_rcu);
	tcase_add_test(tc, pointers);
	tcase_add_test(tc, lists);
	tcase_add_test(tc, walks_are_checked);
	tcase_add_test(tc, callbacks_are_forgotten_with_the_world);
	tcase_add_test(tc, a_budget_ends_callbacks_that_never_end);
	suite_add_tcase(s, tc);
	return s;
}
