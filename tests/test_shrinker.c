// SPDX-License-Identifier: GPL-2.0-or-later
/* Shrinkers, and what reclaim asks of them. */
#include <check.h>

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/memcontrol.h>
#include <linux/sched.h>
#include <linux/shrinker.h>

#include "shim/fault.h"
#include "shim/world.h"
#include "tests/complaints.h"

/* A cache of @left objects that remembers how it was asked. */
static struct cache {
	unsigned long left, count_says, scan_says;
	unsigned long counts, scans, scanned, last;
	struct shrink_control sc;
	bool memalloc;
} cache;

static unsigned long count(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct cache *c = shrinker->private_data;

	c->counts++;
	c->sc = *sc;
	return c->count_says ? c->count_says : c->left;
}

static unsigned long scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct cache *c = shrinker->private_data;
	unsigned long freed = sc->nr_to_scan < c->left ? sc->nr_to_scan : c->left;

	c->scans++;
	c->scanned += sc->nr_to_scan;
	c->last = sc->nr_to_scan;
	c->memalloc = current->flags & PF_MEMALLOC;
	ck_assert_uint_eq(sc->nr_scanned, sc->nr_to_scan);
	if (c->scan_says)
		return c->scan_says;
	c->left -= freed;
	return freed;
}

static struct shrinker *make(unsigned int flags, unsigned long left)
{
	struct shrinker *shrinker = shrinker_alloc(flags, "test-%d", 1);

	ck_assert_ptr_nonnull(shrinker);
	cache = (struct cache) { .left = left };
	shrinker->count_objects = count;
	shrinker->scan_objects = scan;
	shrinker->private_data = &cache;
	return shrinker;
}

static struct shrinker *make_registered(unsigned int flags, unsigned long left)
{
	struct shrinker *shrinker = make(flags, left);

	shrinker_register(shrinker);
	return shrinker;
}

#define AWARE	(SHRINKER_NUMA_AWARE | SHRINKER_MEMCG_AWARE)

START_TEST(alloc_is_a_fault_point)
{
	const struct fault fault = {
		.point = FP_SHRINKER_ALLOC, .phase = PHASE_SETUP, .error = -ENOMEM, .nth = 1,
	};

	world_boot(NULL, NULL);
	fault_reset();
	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
	ck_assert_ptr_nonnull(shrinker_alloc(0, "first"));
	ck_assert_ptr_null(shrinker_alloc(0, "second"));
	ck_assert_ptr_nonnull(shrinker_alloc(0, "third"));
	fault_plan_set(NULL, 0);
	no_complaint();
}
END_TEST

START_TEST(alloc_fills_in_what_the_core_keeps)
{
	struct shrinker *shrinker;

	world_boot(NULL, NULL);
	shrinker = shrinker_alloc(AWARE, "test");
	ck_assert_int_eq(shrinker->seeks, DEFAULT_SEEKS);
	ck_assert_int_eq(shrinker->batch, 0);
	ck_assert_uint_eq(shrinker->flags, AWARE | SHRINKER_ALLOCATED);
	shrinker_register(shrinker);
	ck_assert(shrinker->flags & SHRINKER_REGISTERED);
}
END_TEST

START_TEST(reclaim_counts_then_scans)
{
	struct mem_cgroup *memcg;

	world_boot(NULL, NULL);
	make_registered(AWARE, 100);
	memcg = world_memcg_create(NULL);
	ck_assert_uint_eq(world_shrink(memcg, 1, 16), 16);
	ck_assert_uint_eq(cache.counts, 1);
	ck_assert_uint_eq(cache.scans, 1);
	ck_assert_uint_eq(cache.scanned, 16);
	ck_assert_ptr_eq(cache.sc.memcg, memcg);
	ck_assert_int_eq(cache.sc.nid, 1);
	ck_assert_uint_eq(cache.sc.gfp_mask, GFP_KERNEL);
	ck_assert(cache.memalloc);
	ck_assert(!(current->flags & PF_MEMALLOC));
	no_complaint();
}
END_TEST

START_TEST(only_a_registered_one_is_called)
{
	struct shrinker *shrinker;

	world_boot(NULL, NULL);
	shrinker = make(AWARE, 100);
	ck_assert_uint_eq(world_shrink(NULL, 0, 16), 0);
	shrinker_register(shrinker);
	ck_assert_uint_eq(world_shrink(NULL, 0, 16), 16);
	shrinker_free(shrinker);
	ck_assert_uint_eq(world_shrink(NULL, 0, 16), 0);
	ck_assert_uint_eq(cache.counts, 1);
	shrinker_free(NULL);
	no_complaint();
}
END_TEST

START_TEST(empty_and_stop)
{
	world_boot(NULL, NULL);
	make_registered(AWARE, 0);
	ck_assert_uint_eq(world_shrink(NULL, 0, 16), 0);
	cache.count_says = SHRINK_EMPTY;
	ck_assert_uint_eq(world_shrink(NULL, 0, 16), 0);
	ck_assert_uint_eq(cache.scans, 0);
	cache.count_says = 1000;
	cache.scan_says = SHRINK_STOP;
	ck_assert_uint_eq(world_shrink(NULL, 0, 1000), 0);
	ck_assert_uint_eq(cache.scans, 1);
}
END_TEST

START_TEST(batches_and_the_most_that_is_scanned)
{
	struct shrinker *shrinker;

	world_boot(NULL, NULL);
	shrinker = make_registered(AWARE, 1000);
	ck_assert_uint_eq(world_shrink(NULL, 0, 300), 300);
	ck_assert_uint_eq(cache.scans, 3);
	ck_assert_uint_eq(cache.last, 300 - 2 * 128);
	shrinker->batch = 10;
	ck_assert_uint_eq(world_shrink(NULL, 0, 25), 25);
	ck_assert_uint_eq(cache.scans, 3 + 3);
	ck_assert_uint_eq(cache.last, 5);
	/* Twice what was counted, whatever is asked for. */
	cache.scanned = 0;
	cache.count_says = 7;
	ck_assert_uint_eq(world_shrink(NULL, 0, 1000), 14);
	ck_assert_uint_eq(cache.scanned, 14);
}
END_TEST

START_TEST(unaware_shrinkers)
{
	struct mem_cgroup *memcg;

	world_boot(NULL, NULL);
	make_registered(0, 100);
	memcg = world_memcg_create(NULL);
	ck_assert_uint_eq(world_shrink(memcg, 1, 16), 0);
	ck_assert_uint_eq(world_shrink(NULL, 1, 16), 16);
	ck_assert_int_eq(cache.sc.nid, 0);
	ck_assert_ptr_eq(cache.sc.memcg, world_memcg_root());
}
END_TEST

START_TEST(nothing_is_reclaimed_from_the_dying)
{
	struct mem_cgroup *memcg;

	world_boot(NULL, NULL);
	make_registered(AWARE, 100);
	memcg = world_memcg_create(NULL);
	mem_cgroup_tryget(memcg);
	world_memcg_rmdir(memcg);
	ck_assert_uint_eq(world_shrink(memcg, 0, 16), 0);
	ck_assert_uint_eq(cache.counts, 0);
}
END_TEST

START_TEST(without_memory_cgroups_none_is_aware)
{
	struct world_config config = {
		.cpus_possible = 1, .cpus_online = 1, .memcg_disabled = true,
	};
	struct shrinker *shrinker;

	world_boot(&config, NULL);
	shrinker = make_registered(AWARE, 100);
	ck_assert(!(shrinker->flags & SHRINKER_MEMCG_AWARE));
	ck_assert_uint_eq(world_shrink(NULL, 1, 16), 16);
	ck_assert_ptr_null(cache.sc.memcg);
	ck_assert_int_eq(cache.sc.nid, 1);
	world_shrink(world_memcg_root(), 0, 16);
	ck_assert_ptr_null(cache.sc.memcg);
	no_complaint();
}
END_TEST

START_TEST(registered_twice)
{
	struct shrinker *shrinker;

	world_boot(NULL, NULL);
	shrinker = make_registered(AWARE, 100);
	no_complaint();
	shrinker_register(shrinker);
	one_complaint('U', "shrinker-registered-twice", NULL);
	ck_assert_uint_eq(world_shrink(NULL, 0, 16), 16);
	ck_assert_uint_eq(cache.counts, 1);
}
END_TEST

START_TEST(freed_twice)
{
	struct shrinker *shrinker;

	world_boot(NULL, NULL);
	shrinker = make_registered(AWARE, 100);
	shrinker_free(shrinker);
	no_complaint();
	shrinker_free(shrinker);
	one_complaint('U', "shrinker-freed-twice", NULL);
}
END_TEST

START_TEST(registered_after_free)
{
	struct shrinker *shrinker;

	world_boot(NULL, NULL);
	shrinker = make(AWARE, 100);
	shrinker_free(shrinker);
	shrinker_register(shrinker);
	one_complaint('U', "shrinker-not-allocated", NULL);
	ck_assert_uint_eq(world_shrink(NULL, 0, 16), 0);
}
END_TEST

static void shrink(void *arg)
{
	world_shrink(NULL, 0, 16);
}

static unsigned long scan_nothing(struct shrinker *shrinker, struct shrink_control *sc)
{
	sc->nr_scanned = 0;
	return 0;
}

START_TEST(a_scan_without_progress_meets_the_budget)
{
	struct shrinker *shrinker;

	world_boot(NULL, NULL);
	shrinker = make_registered(AWARE, 100);
	shrinker->scan_objects = scan_nothing;
	world_set_budget(10000);
	ck_assert_int_eq(world_call(shrink, NULL), WORLD_OVERRUN);
}
END_TEST

Suite *suite_shrinker(void)
{
	Suite *s = suite_create("shrinker");
	TCase *tc = tcase_create("shrinker");

	tcase_add_test(tc, alloc_is_a_fault_point);
	tcase_add_test(tc, alloc_fills_in_what_the_core_keeps);
	tcase_add_test(tc, reclaim_counts_then_scans);
	tcase_add_test(tc, only_a_registered_one_is_called);
	tcase_add_test(tc, empty_and_stop);
	tcase_add_test(tc, batches_and_the_most_that_is_scanned);
	tcase_add_test(tc, unaware_shrinkers);
	tcase_add_test(tc, nothing_is_reclaimed_from_the_dying);
	tcase_add_test(tc, without_memory_cgroups_none_is_aware);
	tcase_add_test(tc, registered_twice);
	tcase_add_test(tc, freed_twice);
	tcase_add_test(tc, registered_after_free);
	tcase_add_test(tc, a_scan_without_progress_meets_the_budget);
	suite_add_tcase(s, tc);
	return s;
}
