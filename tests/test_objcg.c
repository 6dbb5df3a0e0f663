// SPDX-License-Identifier: GPL-2.0-or-later
/* Object cgroups: references, charges, limits; and the vm events. */
#include <check.h>

#include <linux/errno.h>
#include <linux/memcontrol.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/vmstat.h>

#include "shim/fault.h"
#include "tests/complained.h"
#include "tests/memcg_seen.h"

/* ---- objcg references -------------------------------------------------- */

START_TEST(objcg_refs_are_counted)
{
	struct mem_cgroup *memcg;
	struct obj_cgroup *objcg;

	boot();
	memcg = world_memcg_create(NULL);
	objcg = objcg_of(memcg);
	ck_assert_ptr_nonnull(objcg);
	ck_assert_int_eq(seen_objcg(objcg).refs, 1);
	ck_assert_ptr_eq(seen_objcg(objcg).memcg, memcg);
	obj_cgroup_get(objcg);
	ck_assert_int_eq(seen_objcg(objcg).refs, 2);
	obj_cgroup_put(objcg);
	obj_cgroup_put(objcg);
	ck_assert_int_eq(seen_objcg(objcg).refs, 0);
	obj_cgroup_put(NULL);
	no_complaint();
	obj_cgroup_put(objcg);
	ck_assert_uint_eq(complained('R', "objcg-put"), 1);
	ck_assert_int_eq(seen_objcg(objcg).refs, 0);
}
END_TEST

START_TEST(objcg_outlives_its_memcg)
{
	struct mem_cgroup *parent, *memcg;
	struct obj_cgroup *objcg;

	boot();
	parent = world_memcg_create(NULL);
	memcg = world_memcg_create(parent);
	objcg = objcg_of(memcg);
	world_memcg_rmdir(memcg);
	ck_assert_uint_eq(ledger_nr_memcgs(), 2);
	ck_assert_ptr_eq(seen_objcg(objcg).memcg, parent);
	world_memcg_rmdir(parent);
	ck_assert_ptr_eq(seen_objcg(objcg).memcg, world_memcg_root());
	ck_assert_uint_eq(ledger_nr_memcgs(), 1);
	obj_cgroup_get(objcg);
	obj_cgroup_put(objcg);
	ck_assert_uint_eq(ledger_nr_objcgs(), 1);
	obj_cgroup_put(objcg);
	ck_assert_uint_eq(ledger_nr_objcgs(), 0);
	no_complaint();
	obj_cgroup_get(objcg);
	ck_assert_uint_eq(complained('U', "objcg-released"), 1);
	obj_cgroup_put(objcg);
	ck_assert_uint_eq(complained('R', "objcg-put"), 1);
}
END_TEST

START_TEST(folio_of_a_dead_memcg_finds_the_ancestors_objcg)
{
	struct mem_cgroup *parent, *memcg;
	struct obj_cgroup *objcg, *of_parent;
	struct folio folio;

	boot();
	ck_assert_ptr_null(objcg_of(NULL));
	parent = world_memcg_create(NULL);
	memcg = world_memcg_create(parent);
	folio = folio_of(memcg);
	world_memcg_rmdir(memcg);
	objcg = get_obj_cgroup_from_folio(&folio);
	of_parent = objcg_of(parent);
	ck_assert_ptr_eq(objcg, of_parent);
	obj_cgroup_put(objcg);
	obj_cgroup_put(of_parent);
	world_memcg_rmdir(parent);
	ck_assert_ptr_null(get_obj_cgroup_from_folio(&folio));
	memcg_folio_uncharge(&folio);
	ck_assert_uint_eq(ledger_nr_memcgs(), 1);
	no_complaint();
}
END_TEST

/* Whatever is asked of one that is gone, it is noticed and nothing is counted. */
START_TEST(nothing_works_on_the_released)
{
	struct mem_cgroup *memcg;
	struct obj_cgroup *objcg;

	boot();
	memcg = world_memcg_create(NULL);
	objcg = objcg_of(memcg);
	world_memcg_rmdir(memcg);
	obj_cgroup_put(objcg);
	no_complaint();
	obj_cgroup_charge_zswap(objcg, 1);
	ck_assert_uint_eq(complained('U', "objcg-released"), 1);
	obj_cgroup_uncharge_zswap(objcg, 1);
	ck_assert_uint_eq(complained('U', "objcg-released"), 2);
	ck_assert(!obj_cgroup_may_zswap(objcg));
	ck_assert_uint_eq(complained('U', "objcg-released"), 3);
	count_objcg_event(objcg, ZSWPIN);
	ck_assert_uint_eq(complained('U', "objcg-released"), 4);
	mem_cgroup_put(get_mem_cgroup_from_objcg(objcg));
	ck_assert_uint_eq(complained('U', "objcg-released"), 5);
	rcu_read_lock();
	obj_cgroup_memcg(objcg);
	rcu_read_unlock();
	ck_assert_uint_eq(complained('U', "objcg-released"), 6);
	ck_assert_int_eq(seen(world_memcg_root()).zswap_b, 0);
	ck_assert_uint_eq(seen(world_memcg_root()).zswpin, 0);
}
END_TEST

START_TEST(memcg_of_objcg)
{
	struct mem_cgroup *parent, *memcg;
	struct obj_cgroup *objcg;

	boot();
	parent = world_memcg_create(NULL);
	memcg = world_memcg_create(parent);
	objcg = objcg_of(memcg);
	ck_assert_ptr_eq(get_mem_cgroup_from_objcg(objcg), memcg);
	ck_assert_int_eq(seen(memcg).refs, 1);
	mem_cgroup_put(memcg);
	world_memcg_rmdir(memcg);
	ck_assert_ptr_eq(get_mem_cgroup_from_objcg(objcg), parent);
	ck_assert_int_eq(seen(parent).refs, 1);
	mem_cgroup_put(parent);
	rcu_read_lock();
	ck_assert_ptr_eq(obj_cgroup_memcg(objcg), parent);
	rcu_read_unlock();
	no_complaint();
	obj_cgroup_memcg(objcg);
	ck_assert_uint_eq(complained('K', NULL), 1);
}
END_TEST

/* ---- charges ----------------------------------------------------------- */

START_TEST(charge_is_hierarchical_and_one_page_a_call)
{
	struct mem_cgroup *parent, *memcg, *other;
	struct obj_cgroup *objcg;

	boot();
	parent = world_memcg_create(NULL);
	memcg = world_memcg_create(parent);
	other = world_memcg_create(NULL);
	objcg = objcg_of(memcg);
	obj_cgroup_charge_zswap(objcg, 1000);
	obj_cgroup_charge_zswap(objcg, 234);
	ck_assert_int_eq(seen_objcg(objcg).charged, 1234);
	ck_assert_uint_eq(memcg_page_state(memcg, MEMCG_ZSWAP_B), 1234);
	ck_assert_uint_eq(memcg_page_state(memcg, MEMCG_ZSWAPPED), 2);
	ck_assert_int_eq(seen(parent).zswap_b, 1234);
	ck_assert_int_eq(seen(parent).zswapped, 2);
	ck_assert_int_eq(seen(world_memcg_root()).zswap_b, 1234);
	ck_assert_int_eq(seen(other).zswap_b, 0);
	obj_cgroup_uncharge_zswap(objcg, 1000);
	ck_assert_int_eq(seen(memcg).zswap_b, 234);
	ck_assert_int_eq(seen(world_memcg_root()).zswapped, 1);
	obj_cgroup_uncharge_zswap(objcg, 234);
	ck_assert_int_eq(seen(parent).zswap_b, 0);
	obj_cgroup_put(objcg);
	no_complaint();
}
END_TEST

START_TEST(uncharge_after_death_is_the_parents)
{
	struct mem_cgroup *parent, *memcg;
	struct obj_cgroup *objcg;

	boot();
	parent = world_memcg_create(NULL);
	memcg = world_memcg_create(parent);
	mem_cgroup_tryget(memcg);
	objcg = objcg_of(memcg);
	obj_cgroup_charge_zswap(objcg, 100);
	world_memcg_rmdir(memcg);
	ck_assert_int_eq(seen(parent).zswap_b, 100);
	obj_cgroup_charge_zswap(objcg, 50);
	ck_assert_int_eq(seen(memcg).zswap_b, 100);
	ck_assert_int_eq(seen(parent).zswap_b, 150);
	obj_cgroup_uncharge_zswap(objcg, 100);
	obj_cgroup_uncharge_zswap(objcg, 50);
	ck_assert_int_eq(seen(parent).zswap_b, 0);
	ck_assert_int_eq(seen(parent).zswapped, 0);
	ck_assert_int_eq(seen(world_memcg_root()).zswap_b, 0);
	count_objcg_event(objcg, ZSWPWB);
	ck_assert_uint_eq(seen(parent).zswpwb, 1);
	obj_cgroup_put(objcg);
	mem_cgroup_put(memcg);
	no_complaint();
}
END_TEST

START_TEST(uncharging_too_much)
{
	static const struct { size_t charge, uncharge; int calls; } cases[] = {
		{ 100, 101, 1 },	/* too many bytes */
		{ 100, 50, 3 },		/* too many bytes, in the end */
		{ 100, 10, 2 },		/* too many pages */
	};

	for (unsigned int i = 0; i < 3; i++) {
		struct obj_cgroup *objcg;

		boot();
		objcg = objcg_of(world_memcg_create(NULL));
		obj_cgroup_charge_zswap(objcg, cases[i].charge);
		for (int n = 0; n < cases[i].calls; n++)
			obj_cgroup_uncharge_zswap(objcg, cases[i].uncharge);
		ck_assert_uint_ge(complained('A', "charge: uncharged too much"), 1);
	}
	/* What went below nothing reads as nothing. */
	ck_assert_uint_eq(memcg_page_state(world_memcg_root(), MEMCG_ZSWAPPED), 0);
	ck_assert_int_eq(seen(world_memcg_root()).zswapped, -1);
}
END_TEST

START_TEST(released_while_charged)
{
	struct mem_cgroup *memcg;
	struct obj_cgroup *objcg;

	boot();
	memcg = world_memcg_create(NULL);
	objcg = objcg_of(memcg);
	obj_cgroup_charge_zswap(objcg, 100);
	obj_cgroup_put(objcg);
	no_complaint();
	world_memcg_rmdir(memcg);
	one_complaint('A', "charge: left at release", "100 bytes, 1 pages");

	boot();
	memcg = world_memcg_create(NULL);
	objcg = objcg_of(memcg);
	obj_cgroup_charge_zswap(objcg, 100);
	obj_cgroup_uncharge_zswap(objcg, 40);
	world_memcg_rmdir(memcg);
	no_complaint();
	obj_cgroup_put(objcg);
	one_complaint('A', "charge: left at release", "60 bytes, 0 pages");
}
END_TEST

START_TEST(charging_needs_memalloc)
{
	struct obj_cgroup *objcg;

	boot();
	objcg = objcg_of(world_memcg_create(NULL));
	obj_cgroup_charge_zswap(objcg, 1);
	no_complaint();
	current->flags &= ~PF_MEMALLOC;
	obj_cgroup_uncharge_zswap(objcg, 1);
	no_complaint();
	obj_cgroup_charge_zswap(objcg, 1);
	ck_assert_uint_eq(complained('W', NULL), 1);
	ck_assert_int_eq(seen_objcg(objcg).charged, 1);
}
END_TEST

START_TEST(events_are_the_memcgs_own)
{
	struct mem_cgroup *parent, *memcg;
	struct obj_cgroup *objcg;

	boot();
	parent = world_memcg_create(NULL);
	memcg = world_memcg_create(parent);
	objcg = objcg_of(memcg);
	count_objcg_events(objcg, ZSWPOUT, 16);
	count_objcg_event(objcg, ZSWPIN);
	ck_assert_uint_eq(seen(memcg).zswpout, 16);
	ck_assert_uint_eq(seen(memcg).zswpin, 1);
	ck_assert_uint_eq(seen(memcg).zswpwb, 0);
	ck_assert_uint_eq(seen(parent).zswpout, 0);
	ck_assert_uint_eq(ledger_vm_event(LEDGER_ZSWPOUT), 0);
	count_vm_events(ZSWPOUT, 16);
	count_vm_event(ZSWPWB);
	ck_assert_uint_eq(ledger_vm_event(LEDGER_ZSWPOUT), 16);
	ck_assert_uint_eq(ledger_vm_event(LEDGER_ZSWPWB), 1);
	ck_assert_uint_eq(ledger_vm_event(LEDGER_ZSWPIN), 0);
	boot();
	ck_assert_uint_eq(ledger_vm_event(LEDGER_ZSWPOUT), 0);
}
END_TEST

/* ---- limits ------------------------------------------------------------ */

START_TEST(limit_is_checked_up_to_the_root)
{
	struct mem_cgroup *parent, *memcg;
	struct obj_cgroup *objcg;

	boot();
	parent = world_memcg_create(NULL);
	memcg = world_memcg_create(parent);
	objcg = objcg_of(memcg);
	ck_assert(obj_cgroup_may_zswap(objcg));
	world_memcg_set_zswap_max(world_memcg_root(), 0);
	ck_assert(obj_cgroup_may_zswap(objcg));
	world_memcg_set_zswap_max(parent, 0);
	ck_assert(!obj_cgroup_may_zswap(objcg));
	world_memcg_set_zswap_max(parent, 2);
	obj_cgroup_charge_zswap(objcg, 2 * PAGE_SIZE - 1);
	ck_assert(obj_cgroup_may_zswap(objcg));
	obj_cgroup_charge_zswap(objcg, 1);
	ck_assert(!obj_cgroup_may_zswap(objcg));
	world_memcg_set_zswap_max(parent, WORLD_ZSWAP_MAX);
	ck_assert(obj_cgroup_may_zswap(objcg));
	world_memcg_set_zswap_max(memcg, 1);
	ck_assert(!obj_cgroup_may_zswap(objcg));
	no_complaint();
}
END_TEST

START_TEST(limit_is_a_fault_point)
{
	const struct fault fault = {
		.point = FP_OBJ_CGROUP_MAY_ZSWAP, .phase = PHASE_STORE, .error = -ENOSPC, .nth = 1,
	};
	struct obj_cgroup *objcg;

	boot();
	fault_reset();
	fault_phase(PHASE_STORE);
	fault_plan_set(&fault, 1);
	objcg = objcg_of(world_memcg_create(NULL));
	ck_assert(obj_cgroup_may_zswap(objcg));
	ck_assert(!obj_cgroup_may_zswap(objcg));
	ck_assert(obj_cgroup_may_zswap(objcg));
	ck_assert_uint_eq(fault_hits(FP_OBJ_CGROUP_MAY_ZSWAP, PHASE_STORE), 3);
	fault_plan_set(NULL, 0);
}
END_TEST

START_TEST(exact_counters_may_sleep)
{
	struct mem_cgroup *memcg;
	struct obj_cgroup *objcg;
	DEFINE_SPINLOCK(lock);

	boot();
	memcg = world_memcg_create(NULL);
	objcg = objcg_of(memcg);
	spin_lock(&lock);
	obj_cgroup_may_zswap(objcg);
	no_complaint();
	world_memcg_set_zswap_max(memcg, 1);
	obj_cgroup_may_zswap(objcg);
	ck_assert_uint_eq(complained('K', NULL), 1);
	mem_cgroup_flush_stats(memcg);
	ck_assert_uint_eq(complained('K', NULL), 2);
	mem_cgroup_flush_stats_ratelimited(memcg);
	ck_assert_uint_eq(complained('K', NULL), 3);
	spin_unlock(&lock);
	mem_cgroup_flush_stats_ratelimited(memcg);
	ck_assert_uint_eq(complained('K', NULL), 3);
}
END_TEST

Suite *suite_objcg(void)
{
	Suite *s = suite_create("objcg");
	TCase *objcg = tcase_create("references");
	TCase *charge = tcase_create("charge");

	tcase_add_test(objcg, objcg_refs_are_counted);
	tcase_add_test(objcg, objcg_outlives_its_memcg);
	tcase_add_test(objcg, folio_of_a_dead_memcg_finds_the_ancestors_objcg);
	tcase_add_test(objcg, nothing_works_on_the_released);
	tcase_add_test(objcg, memcg_of_objcg);
	suite_add_tcase(s, objcg);
	tcase_add_test(charge, charge_is_hierarchical_and_one_page_a_call);
	tcase_add_test(charge, uncharge_after_death_is_the_parents);
	tcase_add_test(charge, uncharging_too_much);
	tcase_add_test(charge, released_while_charged);
	tcase_add_test(charge, charging_needs_memalloc);
	tcase_add_test(charge, events_are_the_memcgs_own);
	tcase_add_test(charge, limit_is_checked_up_to_the_root);
	tcase_add_test(charge, limit_is_a_fault_point);
	tcase_add_test(charge, exact_counters_may_sleep);
	suite_add_tcase(s, charge);
	return s;
}
