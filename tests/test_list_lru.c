// SPDX-License-Identifier: GPL-2.0-or-later
/* list_lru: which list, in which order, what a walk does, what is noticed. */
#include <check.h>

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/list_lru.h>
#include <linux/memcontrol.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "shim/fault.h"
#include "shim/ledger.h"
#include "tests/complained.h"
#include "tests/list_lru_help.h"

static struct list_head items[NR_ITEMS];
static struct list_lru lru;

static void boot_lru(void)
{
	list_lru_boot(&lru, items);
}

/* ---- add, delete, count ------------------------------------------------ */

START_TEST(add_is_at_the_tail_and_once)
{
	boot_lru();
	ck_assert(list_lru_add(&lru, &items[1], 0, NULL));
	ck_assert(list_lru_add(&lru, &items[0], 0, NULL));
	ck_assert(!list_lru_add(&lru, &items[1], 0, NULL));
	ck_assert(!list_lru_add(&lru, &items[1], 1, NULL));
	ck_assert_str_eq(lru_shows(items), "0:b 0:a");
	ck_assert_uint_eq(list_lru_count_one(&lru, 0, NULL), 2);
	no_complaint();
}
END_TEST

START_TEST(del_is_once)
{
	boot_lru();
	list_lru_add(&lru, &items[0], 1, NULL);
	list_lru_add(&lru, &items[1], 1, NULL);
	ck_assert(list_lru_del(&lru, &items[0], 1, NULL));
	ck_assert(list_empty(&items[0]));
	ck_assert(!list_lru_del(&lru, &items[0], 1, NULL));
	ck_assert_str_eq(lru_shows(items), "1:b");
	ck_assert_uint_eq(ledger_nr_lru_items(), 1);
	ck_assert(list_lru_add(&lru, &items[0], 1, NULL));
	ck_assert_str_eq(lru_shows(items), "1:b 1:a");
	no_complaint();
}
END_TEST

START_TEST(lists_are_by_node_and_memcg)
{
	struct mem_cgroup *one, *two;

	boot_lru();
	one = memcg_with_lists(&lru, NULL);
	two = memcg_with_lists(&lru, NULL);
	list_lru_add(&lru, &items[0], 1, two);
	list_lru_add(&lru, &items[1], 1, one);
	list_lru_add(&lru, &items[2], 0, two);
	list_lru_add(&lru, &items[3], 1, world_memcg_root());
	list_lru_add(&lru, &items[4], 1, NULL);
	/* By node, then in creation order; the root's have no name. */
	ck_assert_str_eq(lru_shows(items), "0:c@2 1:d 1:e 1:b@1 1:a@2");
	ck_assert_uint_eq(list_lru_count_one(&lru, 1, one), 1);
	ck_assert_uint_eq(list_lru_count_one(&lru, 0, one), 0);
	ck_assert_uint_eq(list_lru_count_one(&lru, 1, NULL), 2);
	ck_assert_uint_eq(list_lru_count_node(&lru, 1), 4);
	ck_assert_uint_eq(list_lru_count_node(&lru, 0), 1);
	ck_assert_uint_eq(ledger_nr_lru_items(), 5);
	no_complaint();
}
END_TEST

START_TEST(two_list_lrus_keep_apart)
{
	static struct list_lru other;
	struct mem_cgroup *memcg;

	boot_lru();
	ck_assert_int_eq(list_lru_init_memcg(&other, NULL), 0);
	memcg = memcg_with_lists(&lru, NULL);
	ck_assert_int_eq(memcg_list_lru_alloc(memcg, &other, GFP_KERNEL), 0);
	list_lru_add(&other, &items[0], 0, memcg);
	list_lru_add(&lru, &items[1], 0, memcg);
	ck_assert_uint_eq(list_lru_count_one(&lru, 0, memcg), 1);
	ck_assert_str_eq(lru_shows(items), "0:b@1 0:a@1");
	list_lru_destroy(&other);
	ck_assert_str_eq(lru_shows(items), "0:b@1");
	list_lru_destroy(&other);
	no_complaint();
}
END_TEST

START_TEST(unaware_lists_know_no_memcg)
{
	static struct list_lru plain;
	struct mem_cgroup *memcg;

	boot_lru();
	ck_assert_int_eq(list_lru_init(&plain), 0);
	memcg = world_memcg_create(NULL);
	list_lru_add(&plain, &items[0], 1, memcg);
	ck_assert_uint_eq(list_lru_count_one(&plain, 1, NULL), 1);
	ck_assert_str_eq(lru_shows(items), "1:a");
	fault_reset();
	ck_assert_int_eq(memcg_list_lru_alloc(memcg, &plain, GFP_KERNEL), 0);
	ck_assert_uint_eq(fault_hits(FP_MEMCG_LIST_LRU_ALLOC, PHASE_NR), 0);
	no_complaint();
}
END_TEST

START_TEST(without_memory_cgroups_all_is_the_roots)
{
	struct world_config config = {
		.cpus_possible = 1, .cpus_online = 1, .memcg_disabled = true,
	};

	world_boot(&config, NULL);
	items_init(items);
	ck_assert_int_eq(list_lru_init_memcg(&lru, NULL), 0);
	list_lru_add(&lru, &items[0], 1, NULL);
	ck_assert_str_eq(lru_shows(items), "1:a");
	ck_assert_ptr_null(ledger_lru_owner(NULL));
	no_complaint();
}
END_TEST

START_TEST(objects_know_their_node)
{
	struct list_head *item;

	boot_lru();
	item = kmalloc_node(sizeof(*item), GFP_KERNEL, 1);
	INIT_LIST_HEAD(item);
	ck_assert(list_lru_add_obj(&lru, item));
	ck_assert(!list_lru_add_obj(&lru, item));
	ck_assert_uint_eq(list_lru_count_one(&lru, 1, NULL), 1);
	ck_assert(list_lru_del_obj(&lru, item));
	ck_assert_uint_eq(list_lru_count_node(&lru, 1), 0);
	kfree(item);
	no_complaint();
}
END_TEST

/* ---- memcg_list_lru_alloc ---------------------------------------------- */

START_TEST(alloc_can_fail_the_first_time_only)
{
	const struct fault fault = {
		.point = FP_MEMCG_LIST_LRU_ALLOC, .phase = PHASE_STORE, .error = -ENOMEM,
	};
	struct mem_cgroup *parent, *memcg;
	struct fault_hit hits[8];

	boot_lru();
	parent = world_memcg_create(NULL);
	memcg = world_memcg_create(parent);
	fault_reset();
	fault_record(hits, 8);
	fault_phase(PHASE_STORE);
	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
	ck_assert_int_eq(memcg_list_lru_alloc(memcg, &lru, GFP_KERNEL), -ENOMEM);
	ck_assert_int_eq(memcg_list_lru_alloc(memcg, &lru, GFP_KERNEL), 0);
	ck_assert_int_eq(memcg_list_lru_alloc(memcg, &lru, GFP_KERNEL), 0);
	/* The parent's came with it; the root's always were there. */
	ck_assert_int_eq(memcg_list_lru_alloc(parent, &lru, GFP_KERNEL), 0);
	ck_assert_int_eq(memcg_list_lru_alloc(world_memcg_root(), &lru, GFP_KERNEL), 0);
	ck_assert_uint_eq(fault_recorded(), 5);
	fault_record(NULL, 0);
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(hits[i].point, FP_MEMCG_LIST_LRU_ALLOC);
		ck_assert_int_eq(hits[i].beyond, i >= 2);
	}
	fault_plan_set(NULL, 0);
	list_lru_add(&lru, &items[0], 0, parent);
	ck_assert_str_eq(lru_shows(items), "0:a@1");
	no_complaint();
}
END_TEST

START_TEST(alloc_fails_beyond_contract_when_told_to)
{
	const struct fault fault = {
		.point = FP_MEMCG_LIST_LRU_ALLOC, .phase = PHASE_STORE, .error = -ENOMEM,
	};
	struct mem_cgroup *memcg;

	boot_lru();
	memcg = memcg_with_lists(&lru, NULL);
	fault_reset();
	fault_phase(PHASE_STORE);
	fault_plan_set(&fault, 1);
	ck_assert_int_eq(memcg_list_lru_alloc(memcg, &lru, GFP_KERNEL), -ENOMEM);
	fault_plan_set(NULL, 0);
}
END_TEST

START_TEST(destroyed_lists_are_gone)
{
	struct mem_cgroup *memcg;
	struct fault_hit hit;

	boot_lru();
	memcg = memcg_with_lists(&lru, NULL);
	list_lru_destroy(&lru);
	ck_assert_int_eq(list_lru_init_memcg(&lru, NULL), 0);
	fault_reset();
	fault_record(&hit, 1);
	ck_assert_int_eq(memcg_list_lru_alloc(memcg, &lru, GFP_KERNEL), 0);
	fault_record(NULL, 0);
	ck_assert(!hit.beyond);
	no_complaint();
}
END_TEST

START_TEST(what_sleeps_says_so)
{
	static struct list_lru other;
	struct mem_cgroup *memcg;

	boot_lru();
	memcg = memcg_with_lists(&lru, NULL);
	rcu_read_lock();
	memcg_list_lru_alloc(memcg, &lru, GFP_NOWAIT);
	no_complaint();
	memcg_list_lru_alloc(memcg, &lru, GFP_KERNEL);
	ck_assert_uint_eq(complained('K', NULL), 1);
	list_lru_init_memcg(&other, NULL);
	ck_assert_uint_eq(complained('K', NULL), 2);
	rcu_read_unlock();
}
END_TEST

START_TEST(alloc_for_the_dead_is_for_its_parent)
{
	struct mem_cgroup *parent, *memcg;

	boot_lru();
	parent = world_memcg_create(NULL);
	memcg = world_memcg_create(parent);
	mem_cgroup_tryget(memcg);
	world_memcg_rmdir(memcg);
	ck_assert_int_eq(memcg_list_lru_alloc(memcg, &lru, GFP_KERNEL), 0);
	list_lru_add(&lru, &items[0], 0, memcg);
	ck_assert_str_eq(lru_shows(items), "0:a@1");
	no_complaint();
}
END_TEST

START_TEST(init_is_a_fault_point)
{
	const struct fault fault = {
		.point = FP_LIST_LRU_INIT_MEMCG, .phase = PHASE_SETUP, .error = -ENOMEM,
	};
	static struct list_lru fresh;

	world_boot(NULL, NULL);
	fresh.node = NULL;
	fault_reset();
	fault_plan_set(&fault, 1);
	ck_assert_int_eq(list_lru_init_memcg(&fresh, NULL), -ENOMEM);
	list_lru_destroy(&fresh);
	ck_assert_int_eq(list_lru_init_memcg(&fresh, NULL), 0);
	fault_plan_set(NULL, 0);
	no_complaint();
}
END_TEST

/* ---- death ------------------------------------------------------------- */

START_TEST(items_of_the_dead_go_to_the_parent)
{
	struct mem_cgroup *parent, *memcg;

	boot_lru();
	parent = memcg_with_lists(&lru, NULL);
	memcg = memcg_with_lists(&lru, parent);
	mem_cgroup_tryget(memcg);
	mem_cgroup_tryget(parent);
	list_lru_add(&lru, &items[0], 1, memcg);
	list_lru_add(&lru, &items[1], 1, memcg);
	list_lru_add(&lru, &items[2], 1, parent);
	ck_assert_ptr_eq(ledger_lru_owner(memcg), memcg);
	world_memcg_rmdir(memcg);
	ck_assert_ptr_eq(ledger_lru_owner(memcg), parent);
	ck_assert_str_eq(lru_shows(items), "1:a@1 1:b@1 1:c@1");
	ck_assert_uint_eq(list_lru_count_one(&lru, 1, parent), 3);
	ck_assert_uint_eq(list_lru_count_one(&lru, 1, memcg), 0);
	ck_assert_uint_eq(list_lru_count_node(&lru, 1), 3);
	/* Late comers and leavers, with the dead one in hand. */
	ck_assert(list_lru_add(&lru, &items[3], 1, memcg));
	ck_assert(list_lru_del(&lru, &items[0], 1, memcg));
	ck_assert_str_eq(lru_shows(items), "1:b@1 1:c@1 1:d@1");
	world_memcg_rmdir(parent);
	ck_assert_ptr_null(ledger_lru_owner(memcg));
	ck_assert(list_lru_add(&lru, &items[0], 1, memcg));
	ck_assert_str_eq(lru_shows(items), "1:b 1:c 1:d 1:a");
	ck_assert_uint_eq(ledger_nr_lru_items(), 4);
	no_complaint();
}
END_TEST

START_TEST(owners)
{
	struct mem_cgroup *memcg;

	boot_lru();
	memcg = world_memcg_create(NULL);
	ck_assert_ptr_null(ledger_lru_owner(NULL));
	ck_assert_ptr_null(ledger_lru_owner(world_memcg_root()));
	ck_assert_ptr_eq(ledger_lru_owner(memcg), memcg);
}
END_TEST

Suite *suite_list_lru(void)
{
	Suite *s = suite_create("list_lru");
	TCase *lists = tcase_create("lists");
	TCase *alloc = tcase_create("alloc");
	TCase *death = tcase_create("death");

	tcase_add_test(lists, add_is_at_the_tail_and_once);
	tcase_add_test(lists, del_is_once);
	tcase_add_test(lists, lists_are_by_node_and_memcg);
	tcase_add_test(lists, two_list_lrus_keep_apart);
	tcase_add_test(lists, unaware_lists_know_no_memcg);
	tcase_add_test(lists, without_memory_cgroups_all_is_the_roots);
	tcase_add_test(lists, objects_know_their_node);
	suite_add_tcase(s, lists);
	tcase_add_test(alloc, alloc_can_fail_the_first_time_only);
	tcase_add_test(alloc, alloc_fails_beyond_contract_when_told_to);
	tcase_add_test(alloc, destroyed_lists_are_gone);
	tcase_add_test(alloc, what_sleeps_says_so);
	tcase_add_test(alloc, alloc_for_the_dead_is_for_its_parent);
	tcase_add_test(alloc, init_is_a_fault_point);
	suite_add_tcase(s, alloc);
	tcase_add_test(death, items_of_the_dead_go_to_the_parent);
	tcase_add_test(death, owners);
	suite_add_tcase(s, death);
	return s;
}
