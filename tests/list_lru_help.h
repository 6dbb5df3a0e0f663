/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of list_lru.c share. */
#ifndef TESTS_LIST_LRU_HELP_H
#define TESTS_LIST_LRU_HELP_H

#include <stdio.h>

#include <check.h>

#include <linux/gfp.h>
#include <linux/list_lru.h>

#include "shim/ledger.h"
#include "shim/world.h"

#define NR_ITEMS	8

static inline void items_init(struct list_head *items)
{
	for (int i = 0; i < NR_ITEMS; i++)
		INIT_LIST_HEAD(&items[i]);
}

static inline void list_lru_boot(struct list_lru *lru, struct list_head *items)
{
	ck_assert_int_eq(world_boot(NULL, NULL), 0);
	items_init(items);
	ck_assert_int_eq(list_lru_init_memcg(lru, NULL), 0);
}

static inline struct mem_cgroup *memcg_with_lists(struct list_lru *lru,
						  struct mem_cgroup *parent)
{
	struct mem_cgroup *memcg = world_memcg_create(parent);

	ck_assert_int_eq(memcg_list_lru_alloc(memcg, lru, GFP_KERNEL), 0);
	return memcg;
}

struct lru_text {
	const struct list_head *items;
	char text[256];
	size_t len;
};

static inline bool lru_add_text(const struct ledger_lru_item *item, void *arg)
{
	struct lru_text *t = arg;
	struct ledger_memcg memcg;
	unsigned int i = 0;

	t->len += snprintf(t->text + t->len, sizeof(t->text) - t->len, "%s%d:%c",
			   t->len ? " " : "", item->nid,
			   (char)('a' + ((const struct list_head *)item->item - t->items)));
	while (item->memcg && ledger_memcg(i, &memcg) && memcg.memcg != item->memcg)
		i++;
	if (i)
		t->len += snprintf(t->text + t->len, sizeof(t->text) - t->len, "@%u", i);
	return true;
}

/*
 * Everything on list_lrus as the ledger enumerates it: "0:a 1:b@2" is the
 * first item on node 0's root list, the second on node 1's of memcg 2.
 */
static inline const char *lru_shows(const struct list_head *items)
{
	static struct lru_text t;

	t = (struct lru_text) { .items = items };
	ledger_for_each_lru_item(lru_add_text, &t);
	return t.text;
}

#endif
