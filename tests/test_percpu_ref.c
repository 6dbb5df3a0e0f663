// SPDX-License-Identifier: GPL-2.0-or-later
/* percpu_ref: when it releases, where, and what must not be done to it. */
#include <check.h>

#include <linux/errno.h>
#include <linux/percpu-refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "shim/boot.h"
#include "shim/context.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/world.h"
#include "tests/complaints.h"

static struct percpu_ref ref;
static int released;
static unsigned int released_under;
static struct percpu_ref *released_ref;

static void release(struct percpu_ref *r)
{
	released++;
	released_under = context_now->spinlocks;
	released_ref = r;
	ck_assert(rcu_read_lock_held());
}

static void setup_flags(unsigned int flags)
{
	world_boot(NULL, NULL);
	memset(&ref, 0, sizeof(ref));
	released = 0;
	released_ref = NULL;
	ck_assert_int_eq(percpu_ref_init(&ref, release, flags, GFP_KERNEL), 0);
}

static void setup(void)
{
	setup_flags(PERCPU_REF_ALLOW_REINIT);
}

static long count(void)
{
	struct ledger_ref out;

	ck_assert(ledger_ref(0, &out));
	ck_assert_ptr_eq(out.ref, &ref);
	return out.count;
}

START_TEST(alive_it_counts_and_releases_nothing)
{
	ck_assert_int_eq(count(), 1);
	percpu_ref_get(&ref);
	ck_assert(percpu_ref_tryget(&ref));
	ck_assert(percpu_ref_tryget_live(&ref));
	percpu_ref_get_many(&ref, 4);
	ck_assert_int_eq(count(), 8);
	percpu_ref_put_many(&ref, 4);
	for (int i = 0; i < 3; i++)
		percpu_ref_put(&ref);
	ck_assert_int_eq(count(), 1);
	ck_assert(!percpu_ref_is_zero(&ref));
	ck_assert(!percpu_ref_is_dying(&ref));
	world_rcu_barrier();
	ck_assert_int_eq(released, 0);
	no_complaint();
}
END_TEST

START_TEST(base_reference_is_not_for_put)
{
	percpu_ref_put(&ref);
	one_complaint('R', "percpu_ref-underflow", "beside the base one");
	ck_assert_int_eq(count(), 1);
	ck_assert_int_eq(released, 0);
}
END_TEST

START_TEST(kill_alone_releases_from_the_rcu_callback)
{
	percpu_ref_kill(&ref);
	ck_assert(percpu_ref_is_dying(&ref));
	ck_assert_int_eq(released, 0);
	/* Nobody can tell yet that it is zero. */
	ck_assert(!percpu_ref_is_zero(&ref));
	ck_assert_uint_eq(ledger_rcu_pending(), 1);
	world_rcu_barrier();
	ck_assert_int_eq(released, 1);
	ck_assert_ptr_eq(released_ref, &ref);
	ck_assert(percpu_ref_is_zero(&ref));
	percpu_ref_exit(&ref);
	ck_assert(percpu_ref_is_zero(&ref));
	ck_assert_uint_eq(ledger_nr_refs(), 0);
	no_complaint();
}
END_TEST

START_TEST(puts_before_the_grace_period_only_count)
{
	percpu_ref_get_many(&ref, 2);
	percpu_ref_kill(&ref);
	percpu_ref_put(&ref);
	percpu_ref_put(&ref);
	ck_assert_int_eq(count(), 0);
	ck_assert_int_eq(released, 0);
	synchronize_rcu();
	ck_assert_int_eq(released, 1);
	no_complaint();
}
END_TEST

START_TEST(last_put_releases_in_the_putters_context)
{
	spinlock_t lock;

	spin_lock_init(&lock);
	percpu_ref_get_many(&ref, 2);
	percpu_ref_kill(&ref);
	world_rcu_barrier();
	ck_assert_int_eq(released, 0);
	ck_assert_int_eq(count(), 2);
	percpu_ref_put(&ref);
	ck_assert_int_eq(released, 0);
	spin_lock(&lock);
	percpu_ref_put(&ref);
	spin_unlock(&lock);
	ck_assert_int_eq(released, 1);
	ck_assert_uint_eq(released_under, 1);
	world_rcu_barrier();
	ck_assert_int_eq(released, 1);
	no_complaint();
}
END_TEST

static spinlock_t pools_lock;

static void release_locks(struct percpu_ref *r)
{
	spin_lock_bh(&pools_lock);
	released++;
	spin_unlock_bh(&pools_lock);
}

static void put_under_pools_lock(void *arg)
{
	struct percpu_ref *r = arg;

	percpu_ref_get(r);
	percpu_ref_kill(r);
	world_rcu_barrier();
	spin_lock(&pools_lock);
	percpu_ref_put(r);
	spin_unlock(&pools_lock);
}

/* What a put under the wrong lock leads to. */
START_TEST(last_put_under_the_lock_that_release_takes)
{
	struct percpu_ref r;

	spin_lock_init(&pools_lock);
	ck_assert_int_eq(percpu_ref_init(&r, release_locks, 0, GFP_KERNEL), 0);
	ck_assert_int_eq(world_call(put_under_pools_lock, &r), WORLD_BUG);
	one_complaint('K', "lock-recursion", "&pools_lock");
}
END_TEST

START_TEST(tryget_of_a_killed_one)
{
	percpu_ref_get(&ref);
	percpu_ref_kill(&ref);
	ck_assert(percpu_ref_tryget(&ref));
	ck_assert(!percpu_ref_tryget_live(&ref));
	world_rcu_barrier();
	ck_assert(percpu_ref_tryget(&ref));
	ck_assert(!percpu_ref_tryget_live(&ref));
	percpu_ref_put_many(&ref, 3);
	ck_assert_int_eq(released, 1);
	ck_assert(!percpu_ref_tryget(&ref));
	ck_assert_int_eq(count(), 0);
	no_complaint();
	/* Before the grace period has passed, zero is not known to be zero. */
	setup();
	percpu_ref_kill(&ref);
	ck_assert(percpu_ref_tryget(&ref));
	world_rcu_barrier();
	ck_assert_int_eq(released, 0);
	percpu_ref_put(&ref);
	ck_assert_int_eq(released, 1);
	no_complaint();
}
END_TEST

START_TEST(resurrected_it_is_as_before)
{
	for (int grace = 0; grace < 2; grace++) {
		percpu_ref_get(&ref);
		percpu_ref_kill(&ref);
		if (grace)
			world_rcu_barrier();
		percpu_ref_resurrect(&ref);
		ck_assert_uint_eq(ledger_rcu_pending(), 0);
		ck_assert(!percpu_ref_is_dying(&ref));
		ck_assert_int_eq(count(), 2);
		ck_assert(percpu_ref_tryget_live(&ref));
		percpu_ref_put_many(&ref, 2);
		world_rcu_barrier();
	}
	ck_assert_int_eq(released, 0);
	/* ... and a kill is noticed after a grace period again. */
	percpu_ref_kill(&ref);
	ck_assert_int_eq(released, 0);
	world_rcu_barrier();
	ck_assert_int_eq(released, 1);
	no_complaint();
}
END_TEST

START_TEST(resurrect_may_wait_for_the_grace_period)
{
	spinlock_t lock;

	spin_lock_init(&lock);
	percpu_ref_get(&ref);
	percpu_ref_kill(&ref);
	world_rcu_barrier();
	spin_lock(&lock);
	percpu_ref_resurrect(&ref);
	spin_unlock(&lock);
	no_complaint();
	percpu_ref_kill(&ref);
	spin_lock(&lock);
	percpu_ref_resurrect(&ref);
	spin_unlock(&lock);
	one_complaint('K', "sleep-in-atomic", NULL);
}
END_TEST

START_TEST(resurrect_without_allow_reinit)
{
	setup_flags(0);
	percpu_ref_get(&ref);
	percpu_ref_kill(&ref);
	percpu_ref_resurrect(&ref);
	one_complaint('R', "percpu_ref-no-reinit", NULL);
	/* It stays atomic: a kill that reaches zero releases at once. */
	percpu_ref_put(&ref);
	percpu_ref_kill(&ref);
	ck_assert_int_eq(released, 1);
	ck_assert_uint_eq(ledger_rcu_pending(), 0);
}
END_TEST

START_TEST(reinit_is_for_zero)
{
	percpu_ref_kill(&ref);
	world_rcu_barrier();
	percpu_ref_reinit(&ref);
	ck_assert_int_eq(count(), 1);
	ck_assert(!percpu_ref_is_dying(&ref));
	no_complaint();
	percpu_ref_get(&ref);
	percpu_ref_kill(&ref);
	world_rcu_barrier();
	percpu_ref_reinit(&ref);
	one_complaint('R', "percpu_ref-reinit-busy", NULL);
	ck_assert_int_eq(released, 1);
}
END_TEST

START_TEST(killed_or_resurrected_twice)
{
	percpu_ref_resurrect(&ref);
	one_complaint('R', "percpu_ref-resurrect-live", NULL);
	ck_assert_int_eq(count(), 1);
	setup();
	percpu_ref_get(&ref);
	percpu_ref_kill(&ref);
	percpu_ref_kill(&ref);
	one_complaint('R', "percpu_ref-double-kill", NULL);
	ck_assert_int_eq(count(), 1);
	world_rcu_barrier();
	ck_assert_int_eq(released, 0);
}
END_TEST

START_TEST(a_put_too_many)
{
	percpu_ref_kill(&ref);
	percpu_ref_put(&ref);
	one_complaint('R', "percpu_ref-underflow", NULL);
	world_rcu_barrier();
	ck_assert_int_eq(released, 1);
	setup();
	percpu_ref_kill(&ref);
	world_rcu_barrier();
	percpu_ref_put(&ref);
	one_complaint('R', "percpu_ref-underflow", NULL);
	ck_assert_int_eq(released, 1);
}
END_TEST

START_TEST(get_of_zero)
{
	percpu_ref_kill(&ref);
	world_rcu_barrier();
	percpu_ref_get(&ref);
	one_complaint('R', "percpu_ref-get-zero", NULL);
	ck_assert_int_eq(count(), 0);
}
END_TEST

START_TEST(used_after_exit)
{
	percpu_ref_exit(&ref);
	percpu_ref_exit(&ref);
	no_complaint();
	percpu_ref_get(&ref);
	one_complaint('U', "percpu_ref-exited", "percpu_ref_get()");
	setup();
	percpu_ref_exit(&ref);
	ck_assert(!percpu_ref_tryget(&ref));
	one_complaint('U', "percpu_ref-exited", "percpu_ref_tryget()");
}
END_TEST

START_TEST(not_initialised)
{
	struct percpu_ref other = { 0 };

	percpu_ref_exit(&other);
	no_complaint();
	percpu_ref_put(&other);
	one_complaint('R', "percpu_ref-uninitialised", "percpu_ref_put()");
	setup();
	memset(&other, 0x6b, sizeof(other));
	percpu_ref_kill(&other);
	one_complaint('U', "percpu_ref-overwritten", "percpu_ref_kill()");
	setup();
	/* A copy is no reference count either. */
	other = ref;
	percpu_ref_get(&other);
	one_complaint('U', "percpu_ref-overwritten", "percpu_ref_get()");
}
END_TEST

START_TEST(exited_too_early)
{
	percpu_ref_get(&ref);
	percpu_ref_exit(&ref);
	one_complaint('R', "percpu_ref-exit-busy", "with 1 references");
	setup();
	percpu_ref_kill(&ref);
	percpu_ref_exit(&ref);
	one_complaint('U', "percpu_ref-exit-switching", NULL);
	world_rcu_barrier();
	ck_assert_int_eq(released, 0);
	one_complaint('U', "percpu_ref-exit-switching", NULL);
}
END_TEST

START_TEST(freed_before_the_grace_period)
{
	struct percpu_ref *r = kzalloc(sizeof(*r), GFP_KERNEL);

	ck_assert_int_eq(percpu_ref_init(r, release, 0, GFP_KERNEL), 0);
	percpu_ref_kill(r);
	kfree(r);
	world_rcu_barrier();
	one_complaint('U', "percpu_ref-freed", NULL);
	ck_assert_int_eq(released, 0);
}
END_TEST

static void release_exits(struct percpu_ref *r)
{
	released++;
	percpu_ref_exit(r);
	kfree(r);
}

START_TEST(release_may_free_it)
{
	struct percpu_ref *r = kzalloc(sizeof(*r), GFP_KERNEL);

	ck_assert_int_eq(percpu_ref_init(r, release_exits, 0, GFP_KERNEL), 0);
	percpu_ref_get(r);
	percpu_ref_kill(r);
	world_rcu_barrier();
	percpu_ref_put(r);
	ck_assert_int_eq(released, 1);
	ck_assert_uint_eq(ledger_nr_refs(), 1);
	no_complaint();
}
END_TEST

static void release_sleeps(struct percpu_ref *r)
{
	context_might_sleep("release");
}

START_TEST(release_must_not_sleep)
{
	struct percpu_ref r;

	ck_assert_int_eq(percpu_ref_init(&r, release_sleeps, 0, GFP_KERNEL), 0);
	percpu_ref_get(&r);
	percpu_ref_kill(&r);
	world_rcu_barrier();
	percpu_ref_put(&r);
	one_complaint('K', "sleep-in-atomic", "release may sleep");
}
END_TEST

START_TEST(the_ledger_lists_them_in_order)
{
	struct percpu_ref other[2];
	struct ledger_ref out;

	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(percpu_ref_init(&other[i], release, 0, GFP_KERNEL), 0);
	ck_assert_uint_eq(ledger_nr_refs(), 3);
	percpu_ref_kill(&other[0]);
	ck_assert(ledger_ref(1, &out));
	ck_assert_ptr_eq(out.ref, &other[0]);
	ck_assert(out.dying && !out.released);
	ck_assert_int_eq(out.count, 0);
	world_rcu_barrier();
	ck_assert(ledger_ref(1, &out));
	ck_assert(out.released);
	percpu_ref_exit(&other[0]);
	ck_assert(ledger_ref(1, &out));
	ck_assert_ptr_eq(out.ref, &other[1]);
	ck_assert(!ledger_ref(2, &out));
}
END_TEST

START_TEST(no_memory)
{
	const struct fault fault = {
		.point = FP_PERCPU_REF_INIT, .phase = PHASE_SETUP, .nth = 0, .error = -ENOMEM,
	};
	struct percpu_ref other;

	fault_reset();
	fault_phase(PHASE_SETUP);
	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
	ck_assert_int_eq(percpu_ref_init(&other, release, 0, GFP_KERNEL), -ENOMEM);
	ck_assert_uint_eq(fault_fired(), 1);
	fault_plan_set(NULL, 0);
	ck_assert_uint_eq(ledger_nr_refs(), 1);
	no_complaint();
	rcu_read_lock();
	ck_assert_int_eq(percpu_ref_init(&other, release, 0, GFP_KERNEL), 0);
	one_complaint('K', "sleep-in-atomic", "percpu_ref_init");
	rcu_read_unlock();
}
END_TEST

Suite *suite_percpu_ref(void)
{
	Suite *s = suite_create("percpu_ref");
	TCase *tc = tcase_create("releases");
	TCase *rules = tcase_create("rules");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, alive_it_counts_and_releases_nothing);
	tcase_add_test(tc, kill_alone_releases_from_the_rcu_callback);
	tcase_add_test(tc, puts_before_the_grace_period_only_count);
	tcase_add_test(tc, last_put_releases_in_the_putters_context);
	tcase_add_test(tc, last_put_under_the_lock_that_release_takes);
	tcase_add_test(tc, tryget_of_a_killed_one);
	tcase_add_test(tc, resurrected_it_is_as_before);
	tcase_add_test(tc, release_may_free_it);
	tcase_add_test(tc, the_ledger_lists_them_in_order);
	tcase_add_test(tc, no_memory);
	suite_add_tcase(s, tc);

	tcase_add_checked_fixture(rules, setup, NULL);
	tcase_add_test(rules, base_reference_is_not_for_put);
	tcase_add_test(rules, resurrect_may_wait_for_the_grace_period);
	tcase_add_test(rules, resurrect_without_allow_reinit);
	tcase_add_test(rules, reinit_is_for_zero);
	tcase_add_test(rules, killed_or_resurrected_twice);
	tcase_add_test(rules, a_put_too_many);
	tcase_add_test(rules, get_of_zero);
	tcase_add_test(rules, used_after_exit);
	tcase_add_test(rules, not_initialised);
	tcase_add_test(rules, exited_too_early);
	tcase_add_test(rules, freed_before_the_grace_period);
	tcase_add_test(rules, release_must_not_sleep);
	suite_add_tcase(s, rules);
	return s;
}
