// SPDX-License-Identifier: GPL-2.0-or-later
/* What list_lru notices: wrong lists, wrong counts, freed and broken items. */
#include <check.h>

#include <linux/gfp.h>
#include <linux/list_lru.h>
#include <linux/memcontrol.h>
#include <linux/slab.h>

#include "shim/ledger.h"
#include "tests/complained.h"
#include "tests/list_lru_help.h"

static struct list_head items[NR_ITEMS];
static struct list_lru lru;

static void boot_lru(void)
{
	list_lru_boot(&lru, items);
}

START_TEST(add_without_lists)
{
	struct mem_cgroup *parent, *memcg;

	boot_lru();
	parent = memcg_with_lists(&lru, NULL);
	memcg = world_memcg_create(parent);
	ck_assert(list_lru_add(&lru, &items[0], 0, memcg));
	one_complaint('P', "list_lru-no-list", "list_lru_add()");
	ck_assert_str_eq(lru_shows(items), "0:a@1");
}
END_TEST

static enum lru_status must_not_be_called(struct list_head *item,
					  struct list_lru_one *list, void *arg)
{
	ck_abort_msg("called for nothing");
	return LRU_SKIP;
}

START_TEST(node_out_of_range)
{
	unsigned long nr_to_walk = 1;

	boot_lru();
	list_lru_add(&lru, &items[0], 2, NULL);
	one_complaint('P', "list_lru-node", "node 2");
	list_lru_del(&lru, &items[0], -1, NULL);
	ck_assert_uint_eq(complained('P', "list_lru-node"), 2);
	list_lru_count_one(&lru, 2, NULL);
	list_lru_count_node(&lru, 2);
	ck_assert_uint_eq(complained('P', "list_lru-node"), 4);
	list_lru_walk_one(&lru, 2, NULL, must_not_be_called, NULL, &nr_to_walk);
	ck_assert_uint_eq(complained('P', "list_lru-node"), 5);
	ck_assert_uint_eq(ledger_nr_lru_items(), 0);
}
END_TEST

/* Off the list it goes, but another list's count pays for it. */
START_TEST(delete_as_if_from_another_list)
{
	struct mem_cgroup *memcg;

	boot_lru();
	memcg = memcg_with_lists(&lru, NULL);
	for (int i = 0; i < 2; i++) {
		list_lru_add(&lru, &items[i], 0, memcg);
		list_lru_add(&lru, &items[2 + i], 1, memcg);
	}
	lru_shows(items);
	no_complaint();
	ck_assert(list_lru_del(&lru, &items[0], 1, memcg));
	ck_assert_str_eq(lru_shows(items), "0:b@1 1:c@1 1:d@1");
	ck_assert_uint_eq(complained('P', "list_lru-count"), 2);
	ck_assert_uint_eq(ledger_nr_lru_items(), 3);
	list_lru_del(&lru, &items[1], 0, NULL);
	lru_shows(items);
	ck_assert_uint_eq(complained('P', "list_lru-count"), 2 + 3);
	/* Below nothing reads as nothing. */
	ck_assert_uint_eq(list_lru_count_one(&lru, 0, NULL), 0);
}
END_TEST

START_TEST(delete_behind_the_lists_back)
{
	boot_lru();
	list_lru_add(&lru, &items[0], 0, NULL);
	list_del_init(&items[0]);
	ck_assert_str_eq(lru_shows(items), "");
	one_complaint('P', "list_lru-count", "0 items and counts 1");
}
END_TEST

START_TEST(garbage_is_not_followed)
{
	boot_lru();
	items[0].next = LIST_POISON1;
	items[0].prev = LIST_POISON2;
	ck_assert(!list_lru_add(&lru, &items[0], 0, NULL));
	no_complaint();
	ck_assert(!list_lru_del(&lru, &items[0], 0, NULL));
	one_complaint('U', "list_lru-links", "list_lru_del()");
	ck_assert_uint_eq(ledger_nr_lru_items(), 0);
	/* A list whose last item forgot it takes no other. */
	list_lru_add(&lru, &items[1], 0, NULL);
	items[1].next = &items[1];
	ck_assert(!list_lru_add(&lru, &items[2], 0, NULL));
	ck_assert_uint_eq(complained('U', "list_lru-links"), 2);
}
END_TEST

static bool stop_at_second(const struct ledger_lru_item *item, void *arg)
{
	return ++*(unsigned int *)arg < 2;
}

START_TEST(enumeration_ends_when_told_to)
{
	struct mem_cgroup *memcg;
	unsigned int seen;

	boot_lru();
	memcg = memcg_with_lists(&lru, NULL);
	for (int i = 0; i < 2; i++) {
		list_lru_add(&lru, &items[i], 0, NULL);
		list_lru_add(&lru, &items[2 + i], 0, memcg);
		list_lru_add(&lru, &items[4 + i], 1, NULL);
	}
	seen = 0;
	ledger_for_each_lru_item(stop_at_second, &seen);
	ck_assert_uint_eq(seen, 2);
	list_lru_del(&lru, &items[0], 0, NULL);
	list_lru_del(&lru, &items[1], 0, NULL);
	seen = 0;
	ledger_for_each_lru_item(stop_at_second, &seen);
	ck_assert_uint_eq(seen, 2);
	no_complaint();
}
END_TEST

START_TEST(enumeration_ends_at_broken_links)
{
	boot_lru();
	for (int i = 0; i < 3; i++)
		list_lru_add(&lru, &items[i], 0, NULL);
	items[1].next = &items[0];
	ck_assert_str_eq(lru_shows(items), "0:a 0:b");
	one_complaint('U', "list_lru-links", NULL);
	items[1].next = LIST_POISON1;
	ck_assert_str_eq(lru_shows(items), "0:a 0:b");
	ck_assert_uint_eq(complained('U', "list_lru-links"), 2);
}
END_TEST

START_TEST(freed_items_are_not_followed)
{
	unsigned long nr_to_walk = 10;
	struct list_head *item;

	boot_lru();
	item = kmalloc_node(sizeof(*item), GFP_KERNEL, 0);
	INIT_LIST_HEAD(item);
	list_lru_add(&lru, item, 0, NULL);
	list_lru_add(&lru, &items[0], 1, NULL);
	kfree(item);
	no_complaint();
	ck_assert_str_eq(lru_shows(items), "1:a");
	one_complaint('U', "list_lru-freed", NULL);
	ck_assert_uint_eq(list_lru_walk_one(&lru, 0, NULL, must_not_be_called, NULL, &nr_to_walk), 0);
	ck_assert_uint_eq(nr_to_walk, 10);
	ck_assert_uint_eq(complained('U', "list_lru-freed"), 2);
}
END_TEST

Suite *suite_list_lru_checks(void)
{
	Suite *s = suite_create("list_lru_checks");
	TCase *tc = tcase_create("checks");

	tcase_add_test(tc, add_without_lists);
	tcase_add_test(tc, node_out_of_range);
	tcase_add_test(tc, delete_as_if_from_another_list);
	tcase_add_test(tc, delete_behind_the_lists_back);
	tcase_add_test(tc, garbage_is_not_followed);
	tcase_add_test(tc, enumeration_ends_when_told_to);
	tcase_add_test(tc, enumeration_ends_at_broken_links);
	tcase_add_test(tc, freed_items_are_not_followed);
	suite_add_tcase(s, tc);
	return s;
}
