// SPDX-License-Identifier: GPL-2.0-or-later
/* Walks along a list_lru, under both contracts of the callback's lock. */
#include <check.h>

#include <linux/list_lru.h>
#include <linux/memcontrol.h>
#include <linux/shrinker.h>
#include <linux/spinlock.h>

#include "shim/context.h"
#include "shim/ledger.h"
#include "tests/complained.h"
#include "tests/list_lru_help.h"

static struct list_head items[NR_ITEMS];
static struct list_lru lru;

enum contract { UNLOCKS, RELOCKS, NR_CONTRACTS };

/**
 * struct script - what the callback answers, call by call
 * @answers: the last one is repeated
 * @offered: the items it was called with
 * @died: removed by the first call that drops the lock
 */
struct script {
	const enum lru_status *answers;
	unsigned int nr_answers;
	char offered[64];
	unsigned int calls;
	struct mem_cgroup *died;
};

static bool drops_lock(enum lru_status status)
{
	return status == LRU_RETRY || status == LRU_REMOVED_RETRY || status == LRU_STOP;
}

static enum lru_status answer(struct list_head *item, struct list_lru_one *l,
			      struct script *s)
{
	unsigned int i = s->calls < s->nr_answers ? s->calls : s->nr_answers - 1;
	enum lru_status status = s->answers[i];

	ck_assert(lockdep_is_held(&l->lock));
	s->offered[s->calls++] = 'a' + (item - items);
	if (status == LRU_REMOVED || status == LRU_REMOVED_RETRY)
		list_lru_isolate(l, item);
	if (drops_lock(status)) {
		spin_unlock(&l->lock);
		if (s->died)
			world_memcg_rmdir(s->died);
		s->died = NULL;
	}
	return status;
}

static enum lru_status unlocks(struct list_head *item, struct list_lru_one *l, void *arg)
{
	return answer(item, l, arg);
}

static enum lru_status relocks(struct list_head *item, struct list_lru_one *l,
			       spinlock_t *lock, void *arg)
{
	enum lru_status status;

	ck_assert_ptr_eq(lock, &l->lock);
	status = answer(item, l, arg);
	if (drops_lock(status))
		spin_lock(lock);
	return status;
}

static unsigned long walk(enum contract contract, struct mem_cgroup *memcg,
			  struct script *s, unsigned long *nr_to_walk)
{
	unsigned long isolated;

	if (contract == UNLOCKS)
		isolated = list_lru_walk_one(&lru, 0, memcg, unlocks, s, nr_to_walk);
	else
		isolated = shim_list_lru_walk(&lru, 0, memcg, NULL, relocks, s, nr_to_walk);
	ck_assert_uint_eq(context_now->spinlocks, 0);
	return isolated;
}

/* A fresh machine with items a, b, c on a list. */
static struct mem_cgroup *boot_abc(void)
{
	struct mem_cgroup *memcg;

	list_lru_boot(&lru, items);
	memcg = memcg_with_lists(&lru, NULL);
	for (int i = 0; i < 3; i++)
		list_lru_add(&lru, &items[i], 0, memcg);
	return memcg;
}

struct walk_case {
	enum lru_status answers[4];
	unsigned int nr_answers;
	unsigned long nr, left, isolated;
	const char *offered, *list;
};

static const struct walk_case cases[] = {
	/* Every item once, in order, then the end. */
	{ { LRU_SKIP }, 1, 10, 7, 0, "abc", "0:a@1 0:b@1 0:c@1" },
	/* No more than asked for; none is none. */
	{ { LRU_SKIP }, 1, 2, 0, 0, "ab", "0:a@1 0:b@1 0:c@1" },
	{ { LRU_SKIP }, 1, 0, 0, 0, "", "0:a@1 0:b@1 0:c@1" },
	/* Rotated ones come last, and again while there is a number left. */
	{ { LRU_ROTATE, LRU_SKIP }, 2, 3, 0, 0, "abc", "0:b@1 0:c@1 0:a@1" },
	{ { LRU_ROTATE }, 1, 5, 0, 0, "abcab", "0:c@1 0:a@1 0:b@1" },
	/* Removed ones are counted. */
	{ { LRU_REMOVED, LRU_SKIP }, 2, 10, 7, 1, "abc", "0:b@1 0:c@1" },
	{ { LRU_REMOVED }, 1, 10, 7, 3, "abc", "" },
	{ { LRU_SKIP, LRU_REMOVED_RETRY, LRU_SKIP }, 3, 10, 6, 1, "abac", "0:a@1 0:c@1" },
	/* A retry begins at the head, and each call is counted down. */
	{ { LRU_SKIP, LRU_RETRY, LRU_SKIP }, 3, 10, 5, 0, "ababc", "0:a@1 0:b@1 0:c@1" },
	{ { LRU_RETRY }, 1, 4, 0, 0, "aaaa", "0:a@1 0:b@1 0:c@1" },
	/* The end, whatever number is left. */
	{ { LRU_SKIP, LRU_STOP }, 2, 10, 8, 0, "ab", "0:a@1 0:b@1 0:c@1" },
	{ { LRU_REMOVED, LRU_STOP }, 2, 10, 8, 1, "ab", "0:b@1 0:c@1" },
};
#define NR_CASES	(sizeof(cases) / sizeof(cases[0]))

START_TEST(statuses)
{
	for (unsigned int i = 0; i < NR_CASES * NR_CONTRACTS; i++) {
		const struct walk_case *c = &cases[i % NR_CASES];
		struct script s = { .answers = c->answers, .nr_answers = c->nr_answers };
		struct mem_cgroup *memcg = boot_abc();
		unsigned long nr = c->nr;

		ck_assert_uint_eq(walk(i / NR_CASES, memcg, &s, &nr), c->isolated);
		ck_assert_str_eq(s.offered, c->offered);
		ck_assert_uint_eq(nr, c->left);
		ck_assert_str_eq(lru_shows(items), c->list);
		ck_assert_uint_eq(list_lru_count_node(&lru, 0), 3 - c->isolated);
		ck_assert_uint_eq(ledger_nr_lru_items(), 3 - c->isolated);
		no_complaint();
	}
}
END_TEST

static enum lru_status takes_away(struct list_head *item, struct list_lru_one *l, void *arg)
{
	list_lru_isolate_move(l, item, arg);
	return LRU_REMOVED;
}

START_TEST(isolated_items_can_be_kept)
{
	LIST_HEAD(kept);
	struct mem_cgroup *memcg = boot_abc();
	unsigned long nr = 2;

	ck_assert_uint_eq(list_lru_walk_one(&lru, 0, memcg, takes_away, &kept, &nr), 2);
	ck_assert_ptr_eq(kept.next, &items[1]);
	ck_assert_ptr_eq(kept.next->next, &items[0]);
	ck_assert_str_eq(lru_shows(items), "0:c@1");
	no_complaint();
}
END_TEST

/* As zswap does it: the item is deleted while the lock is dropped. */
static enum lru_status deletes(struct list_head *item, struct list_lru_one *l, void *arg)
{
	spin_unlock(&l->lock);
	list_lru_del(&lru, item, 0, arg);
	return LRU_REMOVED_RETRY;
}

START_TEST(deleted_by_the_callback)
{
	struct mem_cgroup *memcg = boot_abc();
	unsigned long nr = 2;

	ck_assert_uint_eq(list_lru_walk_one(&lru, 0, memcg, deletes, memcg, &nr), 2);
	ck_assert_str_eq(lru_shows(items), "0:c@1");
	ck_assert_uint_eq(ledger_nr_lru_items(), 1);
	ck_assert_uint_eq(list_lru_count_one(&lru, 0, memcg), 1);
	no_complaint();
}
END_TEST

START_TEST(other_lists_are_left_alone)
{
	static const enum lru_status skip = LRU_SKIP;

	for (enum contract c = 0; c < NR_CONTRACTS; c++) {
		struct script s = { .answers = &skip, .nr_answers = 1 };
		unsigned long nr = 10;

		boot_abc();
		list_lru_add(&lru, &items[3], 0, NULL);
		list_lru_add(&lru, &items[4], 1, NULL);
		walk(c, NULL, &s, &nr);
		ck_assert_str_eq(s.offered, "d");
		/* No list: nothing to walk, nothing to complain about. */
		walk(c, world_memcg_create(NULL), &s, &nr);
		ck_assert_uint_eq(nr, 9);
		no_complaint();
	}
}
END_TEST

START_TEST(memcg_dies_during_the_walk)
{
	static const enum lru_status answers[] = { LRU_RETRY, LRU_SKIP };

	for (enum contract c = 0; c < NR_CONTRACTS; c++) {
		struct mem_cgroup *memcg = boot_abc();
		struct script s = { .answers = answers, .nr_answers = 2, .died = memcg };
		unsigned long nr = 10;

		mem_cgroup_tryget(memcg);
		ck_assert_uint_eq(walk(c, memcg, &s, &nr), 0);
		ck_assert_str_eq(s.offered, "a");
		ck_assert_str_eq(lru_shows(items), "0:a 0:b 0:c");
		nr = 10;
		ck_assert_uint_eq(walk(c, memcg, &s, &nr), 0);
		ck_assert_uint_eq(nr, 10);
		no_complaint();
	}
}
END_TEST

START_TEST(through_a_shrink_control)
{
	static const enum lru_status skip = LRU_SKIP;
	struct script s = { .answers = &skip, .nr_answers = 1 };
	struct shrink_control sc = { .nid = 0, .nr_to_scan = 2 };

	sc.memcg = boot_abc();
	ck_assert_uint_eq(list_lru_shrink_count(&lru, &sc), 3);
	ck_assert_uint_eq(list_lru_shrink_walk(&lru, &sc, unlocks, &s), 0);
	ck_assert_str_eq(s.offered, "ab");
	ck_assert_uint_eq(sc.nr_to_scan, 0);
	sc.nid = 1;
	ck_assert_uint_eq(list_lru_shrink_count(&lru, &sc), 0);
}
END_TEST

/* ---- contracts broken -------------------------------------------------- */

static enum lru_status keeps_lock(struct list_head *item, struct list_lru_one *l, void *arg)
{
	return LRU_RETRY;
}

static enum lru_status keeps_lock_and_stops(struct list_head *item,
					    struct list_lru_one *l, void *arg)
{
	return LRU_STOP;
}

static enum lru_status loses_lock(struct list_head *item, struct list_lru_one *l, void *arg)
{
	spin_unlock(&l->lock);
	return LRU_SKIP;
}

static enum lru_status does_not_relock(struct list_head *item, struct list_lru_one *l,
				       spinlock_t *lock, void *arg)
{
	spin_unlock(lock);
	return LRU_STOP;
}

static void walk_with(void *arg)
{
	list_lru_walk_unlocks *cb = arg;
	unsigned long nr = 1;

	list_lru_walk_one(&lru, 0, NULL, *cb, NULL, &nr);
}

static enum world_end end_of(list_lru_walk_unlocks cb)
{
	list_lru_boot(&lru, items);
	list_lru_add(&lru, &items[0], 0, NULL);
	return world_call(walk_with, &cb);
}

START_TEST(lock_rules_broken)
{
	unsigned long nr = 1;

	ck_assert_int_eq(end_of(keeps_lock), WORLD_BUG);
	one_complaint('K', "lock-recursion", NULL);

	ck_assert_int_eq(end_of(keeps_lock_and_stops), WORLD_RETURNED);
	ck_assert_uint_eq(context_now->spinlocks, 1);

	ck_assert_int_eq(end_of(loses_lock), WORLD_RETURNED);
	one_complaint('K', "unlock-not-held", NULL);

	list_lru_boot(&lru, items);
	list_lru_add(&lru, &items[0], 0, NULL);
	shim_list_lru_walk(&lru, 0, NULL, NULL, does_not_relock, NULL, &nr);
	ck_assert_uint_eq(complained('K', "lock-not-held"), 1);
}
END_TEST

static enum lru_status isolates_garbage(struct list_head *item, struct list_lru_one *l,
					void *arg)
{
	struct list_head garbage = { LIST_POISON1, LIST_POISON2 };
	LIST_HEAD(kept);

	list_lru_isolate(l, &garbage);
	list_lru_isolate_move(l, &garbage, &kept);
	ck_assert(list_empty(&kept));
	return LRU_SKIP;
}

START_TEST(garbage_isolated)
{
	ck_assert_int_eq(end_of(isolates_garbage), WORLD_RETURNED);
	ck_assert_uint_eq(complained('U', "list_lru-links"), 2);
	ck_assert_uint_eq(ledger_nr_lru_items(), 1);
}
END_TEST

static enum lru_status answers_nonsense(struct list_head *item, struct list_lru_one *l,
					void *arg)
{
	return (enum lru_status)99;
}

START_TEST(unknown_status)
{
	ck_assert_int_eq(end_of(answers_nonsense), WORLD_BUG);
}
END_TEST

Suite *suite_list_lru_walk(void)
{
	Suite *s = suite_create("list_lru_walk");
	TCase *tc = tcase_create("walk");

	tcase_add_test(tc, statuses);
	tcase_add_test(tc, isolated_items_can_be_kept);
	tcase_add_test(tc, deleted_by_the_callback);
	tcase_add_test(tc, other_lists_are_left_alone);
	tcase_add_test(tc, memcg_dies_during_the_walk);
	tcase_add_test(tc, through_a_shrink_control);
	tcase_add_test(tc, lock_rules_broken);
	tcase_add_test(tc, garbage_isolated);
	tcase_add_test(tc, unknown_status);
	suite_add_tcase(s, tc);
	return s;
}
