// SPDX-License-Identifier: GPL-2.0-or-later
/* The fault space: what is enumerated, by a count worked out by hand. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "faults/space.h"
#include "subjects.h"

#define ONCE_AND_PERSISTENT	2

static struct patient patient;
static struct story story;
static struct space space;
static char why[400];

/* The tests of a case share a subject; each forks and opens its own space. */
static void setup(void)
{
	patient_open(&patient, "core");
}

static void teardown(void)
{
	patient_close(&patient);
}

static void open_space(const char *scenario)
{
	struct scenario s = scenario_named(scenario);

	ck_assert_msg(!story_open(&story, &s, &patient.subject, &patient.pages, false,
				  why, sizeof(why)), "%s", why);
	ck_assert_msg(!space_open(&space, &story, why, sizeof(why)), "%s", why);
	ck_assert_int_eq(space.baseline.outcome, HELD);
}

static void close_space(void)
{
	space_close(&space);
	story_close(&story);
}

static unsigned long store_cases(int point)
{
	unsigned long n = 0;

	for (unsigned long i = 0; i < space.nr_cases; i++) {
		const struct fault *f = &space.cases[i].faults[0].fault;

		n += f->phase == PHASE_STORE && (point < 0 || f->point == point);
	}
	return n;
}

/*
 * Order 1: two pages, one batch. The store asks once whether the pool is
 * full, allocates both entries in bulk, compresses each page and allocates an
 * object for it, and publishes it in a leaf that its neighbours have made.
 * acomp_compress and zpool_malloc have two errors, the others one.
 */
START_TEST(order1_counted_by_hand)
{
	const unsigned long full = 1 * 1, bulk = 1 * 1, compress = 2 * 2, object = 2 * 2,
			    publish = 2 * 1;

	open_space("order1");
	ck_assert_uint_eq(store_cases(FP_ZPOOL_GET_TOTAL_PAGES), full * ONCE_AND_PERSISTENT);
	ck_assert_uint_eq(store_cases(FP_KMEM_CACHE_ALLOC_BULK), bulk * ONCE_AND_PERSISTENT);
	ck_assert_uint_eq(store_cases(FP_ACOMP_COMPRESS), compress * ONCE_AND_PERSISTENT);
	ck_assert_uint_eq(store_cases(FP_ZPOOL_MALLOC), object * ONCE_AND_PERSISTENT);
	ck_assert_uint_eq(store_cases(FP_XA_STORE), publish * ONCE_AND_PERSISTENT);
	/* (1 + 1 + 4 + 4 + 2) * 2 = 24 */
	ck_assert_uint_eq(store_cases(-1), 24);
	close_space();
}
END_TEST

/* And with an objcg: its limit is asked and its LRU lists are made, once. */
START_TEST(order1_with_objcg_counted_by_hand)
{
	const unsigned long limit = 1 * 1, lists = 1 * 1;

	open_space("order1/objcg1");
	ck_assert_uint_eq(store_cases(FP_OBJ_CGROUP_MAY_ZSWAP), limit * ONCE_AND_PERSISTENT);
	ck_assert_uint_eq(store_cases(FP_MEMCG_LIST_LRU_ALLOC), lists * ONCE_AND_PERSISTENT);
	/* 24 + (1 + 1) * 2 = 28 */
	ck_assert_uint_eq(store_cases(-1), 28);
	close_space();
}
END_TEST

/*
 * Alone in an empty tree at an index over 63: a root node and a leaf are
 * missing. Each of the two is a first attempt and what became of it after a
 * retry: 2 * (1 + 1) hits of one error.
 */
START_TEST(order1_alone_counted_by_hand)
{
	open_space("order1/alone");
	ck_assert_uint_eq(store_cases(FP_XA_NODE), 2 * ONCE_AND_PERSISTENT);
	ck_assert_uint_eq(store_cases(FP_XA_NODE_ATOMIC), 2 * ONCE_AND_PERSISTENT);
	/* 24 + 2 * (1 + 1) * 2 = 32 */
	ck_assert_uint_eq(store_cases(-1), 32);
	close_space();
}
END_TEST

/* One page: its entry is allocated by itself. (1 + 1 + 2 + 2 + 1) * 2 = 14 */
START_TEST(order0_counted_by_hand)
{
	open_space("order0");
	ck_assert_uint_eq(store_cases(FP_KMEM_CACHE_ALLOC_NODE), 1 * ONCE_AND_PERSISTENT);
	ck_assert_uint_eq(store_cases(FP_KMEM_CACHE_ALLOC_BULK), 0);
	ck_assert_uint_eq(store_cases(-1), 14);
	close_space();
}
END_TEST

START_TEST(every_hit_has_its_cases)
{
	unsigned long n = 0;

	open_space("order3/objcg1/batching");
	for (unsigned long i = 0; i < space.trail.nr; i++) {
		const struct fault_hit *h = &space.trail.hits[i];

		if (h->phase <= PHASE_SETUP || h->phase >= PHASE_RESTORE)
			continue;
		for (const int *e = fault_points[h->point].errors; *e; e++) {
			for (int persistent = 0; persistent <= 1; persistent++, n++) {
				const struct case_fault *f = &space.cases[n].faults[0];

				ck_assert_uint_lt(n, space.nr_cases);
				ck_assert_uint_eq(space.cases[n].nr_faults, 1);
				ck_assert_uint_eq(f->fault.point, h->point);
				ck_assert_uint_eq(f->fault.phase, h->phase);
				ck_assert_uint_eq(f->fault.nth, h->nth);
				ck_assert_int_eq(f->fault.error, *e);
				ck_assert_int_eq(f->fault.persistent, persistent);
				ck_assert_int_eq(f->beyond, h->beyond);
			}
		}
	}
	ck_assert_uint_eq(n, space.nr_cases);
	close_space();
}
END_TEST

/* The profile goes on to the end, also where nothing is made to fail. */
START_TEST(the_second_store_is_seen_and_spared)
{
	bool seen = false;

	open_space("order1");
	for (unsigned long i = 0; i < space.trail.nr; i++)
		seen |= space.trail.hits[i].phase == PHASE_RESTORE;
	ck_assert(seen);
	for (unsigned long i = 0; i < space.nr_cases; i++) {
		ck_assert_int_gt(space.cases[i].faults[0].fault.phase, PHASE_SETUP);
		ck_assert_int_lt(space.cases[i].faults[0].fault.phase, PHASE_RESTORE);
	}
	close_space();
}
END_TEST

/*
 * Set up with one page a request: the pool, and for each of two CPUs a
 * buffer; a transform and a request each; two swap files. Each other
 * call once: (1 + 3 + 2 + 2 + 2 + 9) * 2 = 38
 */
START_TEST(a_boot_counted_by_hand)
{
	unsigned int times[FP_NR] = { 0 };

	open_space("order0/boot");
	for (unsigned long i = 0; i < space.nr_cases; i++) {
		ck_assert_int_eq(space.cases[i].faults[0].fault.phase, PHASE_BOOT);
		times[space.cases[i].faults[0].fault.point]++;
	}
	ck_assert_uint_eq(times[FP_KMEM_CACHE_CREATE], 1 * ONCE_AND_PERSISTENT);
	ck_assert_uint_eq(times[FP_KMALLOC], 3 * ONCE_AND_PERSISTENT);
	ck_assert_uint_eq(times[FP_CRYPTO_ALLOC_ACOMP_NODE], 2 * ONCE_AND_PERSISTENT);
	ck_assert_uint_eq(times[FP_ACOMP_REQUEST_ALLOC], 2 * ONCE_AND_PERSISTENT);
	ck_assert_uint_eq(times[FP_KVCALLOC], 2 * ONCE_AND_PERSISTENT);
	ck_assert_uint_eq(space.nr_cases, 38);
	close_space();
}
END_TEST

/* Kernels have different calls for one thing, and core has one of them. */
static bool seen_role(const bool *seen, const char *role)
{
	for (unsigned int p = 0; p < FP_NR; p++) {
		if (seen[p] && !strcmp(fault_points[p].role, role))
			return true;
	}
	return false;
}

/* What the matrix never makes fail is not tested, whatever the grids say. */
START_TEST(every_point_is_made_to_fail_somewhere)
{
	bool seen[FP_NR] = { false };

	for (unsigned int i = 0; i < scenario_list_nr; i++) {
		/* The points of a folio do not depend on its size. */
		if (!strncmp(scenario_list[i], "order9", 6))
			continue;
		open_space(scenario_list[i]);
		for (unsigned long k = 0; k < space.nr_cases; k++)
			seen[space.cases[k].faults[0].fault.point] = true;
		close_space();
	}
	for (unsigned int p = 0; p < FP_NR; p++)
		ck_assert_msg(seen_role(seen, fault_points[p].role),
			      "no scenario of the list makes %s fail", fault_points[p].name);
}
END_TEST

/* Points that are hit once a page have each slot once, and all of them. */
START_TEST(each_slot_has_its_hit)
{
	static const uint8_t points[] = { FP_ACOMP_COMPRESS, FP_ZPOOL_MALLOC, FP_XA_STORE };
	unsigned int times[16];

	open_space("order4/batching");
	for (size_t p = 0; p < sizeof(points); p++) {
		memset(times, 0, sizeof(times));
		for (unsigned long i = 0; i < space.trail.nr; i++) {
			if (space.trail.hits[i].phase != PHASE_STORE || space.trail.hits[i].point != points[p])
				continue;
			ck_assert_int_ge(space.trail.names[i].slot, 0);
			ck_assert_int_lt(space.trail.names[i].slot, 16);
			ck_assert(!space.trail.names[i].again);
			times[space.trail.names[i].slot]++;
		}
		for (unsigned int slot = 0; slot < 16; slot++)
			ck_assert_uint_eq(times[slot], 1);
	}
	close_space();
}
END_TEST

START_TEST(a_second_hit_of_a_slot_is_named_by_hit)
{
	char id[CASE_ID];
	unsigned int first = 0, again = 0;

	open_space("order1/alone");
	for (unsigned long i = 0; i < space.nr_cases; i++) {
		const struct case_fault *f = &space.cases[i].faults[0];

		if (f->fault.phase != PHASE_STORE || f->fault.point != FP_XA_NODE ||
		    f->fault.persistent)
			continue;
		ck_assert_int_eq(f->slot, 0);
		case_format(&space.cases[i], id, sizeof(id));
		if (f->again)
			ck_assert_str_eq(id, "order1/alone:xarray/node@store.1=ENOMEM");
		else
			ck_assert_str_eq(id, "order1/alone:xarray/node@0=ENOMEM");
		*(f->again ? &again : &first) += 1;
	}
	ck_assert_uint_eq(first, 1);
	ck_assert_uint_eq(again, 1);
	close_space();
}
END_TEST

START_TEST(twice_the_same)
{
	struct space other;

	open_space("order2/stale/objcg1");
	ck_assert_int_eq(space_open(&other, &story, why, sizeof(why)), 0);
	ck_assert_uint_eq(other.trail.nr, space.trail.nr);
	ck_assert_uint_eq(other.nr_cases, space.nr_cases);
	for (unsigned long i = 0; i < space.nr_cases; i++)
		ck_assert_mem_eq(&other.cases[i].faults, &space.cases[i].faults,
				 sizeof(space.cases[i].faults));
	space_close(&other);
	close_space();
}
END_TEST

/* ---- names of hits ----------------------------------------------------- */

static struct zcase parsed(const char *id)
{
	struct zcase c;

	ck_assert_msg(!case_parse(id, &c, why, sizeof(why)), "%s", why);
	return c;
}

static void unresolved(const char *id, const char *expected)
{
	struct zcase c = parsed(id);

	ck_assert_int_eq(space_resolve(&space, &c, why, sizeof(why)), -1);
	ck_assert_str_eq(why, expected);
}

START_TEST(a_slot_becomes_a_hit)
{
	struct zcase c, by_hit;

	open_space("order1/stale");
	c = parsed("order1/stale:xarray/xa_store@1=ENOMEM");
	ck_assert_int_eq(space_resolve(&space, &c, why, sizeof(why)), 0);
	ck_assert_uint_eq(c.faults[0].fault.nth, 1);
	ck_assert(c.faults[0].beyond);

	by_hit = parsed("order1/stale:xarray/xa_store@store.1=ENOMEM");
	ck_assert_int_eq(space_resolve(&space, &by_hit, why, sizeof(why)), 0);
	ck_assert_int_eq(by_hit.faults[0].slot, 1);
	ck_assert_mem_eq(&by_hit.faults[0].fault, &c.faults[0].fault, sizeof(struct fault));

	c = parsed("order1/stale");
	ck_assert_int_eq(space_resolve(&space, &c, why, sizeof(why)), 0);
	close_space();
}
END_TEST

START_TEST(what_is_not_hit_is_said)
{
	open_space("order1");
	unresolved("order1:zpool/zpool_malloc@2=ENOMEM",
		   "zpool/zpool_malloc is not hit at slot 2 of folio 0 of this scenario");
	unresolved("order1:xarray/xa_store@store.7=ENOMEM",
		   "xarray/xa_store has no hit 7 in phase store of this scenario");
	unresolved("order1:shrinker/shrinker_alloc@store.0=ENOMEM",
		   "shrinker/shrinker_alloc is never hit in phase store of this scenario");
	unresolved("order1:shrinker/shrinker_alloc@0=ENOMEM",
		   "shrinker/shrinker_alloc is never hit in phase store of this scenario");
	unresolved("order1:slab/kmem_cache_create@setup.0=ENOMEM",
		   "slab/kmem_cache_create is never hit in phase setup of this scenario");
	unresolved("order1:zpool/zpool_malloc@1.0=ENOMEM",
		   "the scenario stores 1 folio, so there is no folio 1");
	unresolved("order1:zpool/zpool_malloc@restore.0=ENOMEM+zpool/zpool_malloc@recover.0=ENOMEM",
		   "in phase recover nothing is made to fail: it tells whether zswap recovers");
	/* The second fault is looked up only where it names a slot. */
	unresolved("order1:zpool/zpool_malloc@0=ENOMEM+zpool/zpool_malloc@9=ENOMEM",
		   "zpool/zpool_malloc is not hit at slot 9 of folio 0 of this scenario");
	close_space();
}
END_TEST

/* Whatever the error, and however the hit is called. */
START_TEST(a_hit_fails_once)
{
	struct zcase c;

	open_space("order1");
	unresolved("order1:zpool/zpool_malloc@1=ENOMEM+zpool/zpool_malloc@1=ENOMEM",
		   "faults 1 and 2 of the id are the same hit of zpool/zpool_malloc");
	unresolved("order1:zpool/zpool_malloc@1=ENOMEM+zpool/zpool_malloc@1=ENOSPC!",
		   "faults 1 and 2 of the id are the same hit of zpool/zpool_malloc");
	unresolved("order1:xarray/xa_store@1=ENOMEM+zpool/zpool_malloc@1=ENOMEM"
		   "+zpool/zpool_malloc@store.1=ENOMEM",
		   "faults 2 and 3 of the id are the same hit of zpool/zpool_malloc");
	/* Also where the run without a fault has no such hit. */
	unresolved("order1:slab/kmem_cache_alloc_bulk@store.0=ENOMEM"
		   "+slab/kmem_cache_alloc_node@store.1=ENOMEM"
		   "+slab/kmem_cache_alloc_node@store.1=ENOMEM!",
		   "faults 2 and 3 of the id are the same hit of slab/kmem_cache_alloc_node");
	c = parsed("order1:zpool/zpool_malloc@0=ENOMEM+zpool/zpool_malloc@1=ENOMEM"
		   "+zpool/zpool_malloc@load.0=ENOMEM");
	ck_assert_int_eq(space_resolve(&space, &c, why, sizeof(why)), 0);
	close_space();
}
END_TEST

START_TEST(a_second_fault_may_hit_what_the_first_brings)
{
	struct zcase c;

	open_space("order1");
	/* The fallback of a failed bulk allocation allocates entry by entry. */
	c = parsed("order1:slab/kmem_cache_alloc_bulk@store.0=ENOMEM+"
		   "slab/kmem_cache_alloc_node@store.1=ENOMEM");
	ck_assert_int_eq(space_resolve(&space, &c, why, sizeof(why)), 0);
	ck_assert_uint_eq(c.faults[1].fault.nth, 1);
	/* There it has the slots that the fault-free run does not know. */
	ck_assert_int_eq(c.faults[1].slot, 1);
	c = parsed("order1:slab/kmem_cache_alloc_bulk@store.0=ENOMEM+"
		   "slab/kmem_cache_alloc_node@1=ENOMEM");
	ck_assert_int_eq(space_resolve(&space, &c, why, sizeof(why)), 0);
	ck_assert_uint_eq(c.faults[1].fault.nth, 1);
	close_space();
}
END_TEST

/*
 * A folio of two pages before one of four, stored one after the other: each
 * page has its folio's number and its own.
 */
START_TEST(hits_of_a_batch_have_their_folio)
{
	char id[CASE_ID];
	unsigned int nr = 0;

	open_space("order2/batch2/mixed");
	for (unsigned long i = 0; i < space.nr_cases; i++) {
		const struct case_fault *f = &space.cases[i].faults[0];
		struct zcase again;

		if (f->fault.phase != PHASE_STORE || f->fault.point != FP_ZPOOL_MALLOC ||
		    f->fault.persistent || f->fault.error != -ENOSPC)
			continue;
		ck_assert_int_eq(f->folio, nr >= 2);
		ck_assert_int_eq(f->slot, nr < 2 ? nr : nr - 2);
		case_format(&space.cases[i], id, sizeof(id));
		again = parsed(id);
		ck_assert_int_eq(space_resolve(&space, &again, why, sizeof(why)), 0);
		ck_assert_mem_eq(&again.faults, &space.cases[i].faults, sizeof(again.faults));
		nr++;
	}
	ck_assert_uint_eq(nr, 6);
	unresolved("order2/batch2/mixed:zpool/zpool_malloc@0.2=ENOMEM",
		   "zpool/zpool_malloc is not hit at slot 2 of folio 0 of this scenario");
	unresolved("order2/batch2/mixed:zpool/zpool_malloc@2.0=ENOMEM",
		   "the scenario stores 2 folios, so there is no folio 2");
	close_space();
}
END_TEST

Suite *suite_space(void)
{
	Suite *s = suite_create("space");
	TCase *tc = tcase_create("enumeration");

	tcase_add_unchecked_fixture(tc, setup, teardown);
	tcase_add_test(tc, order1_counted_by_hand);
	tcase_add_test(tc, order1_with_objcg_counted_by_hand);
	tcase_add_test(tc, order1_alone_counted_by_hand);
	tcase_add_test(tc, order0_counted_by_hand);
	tcase_add_test(tc, every_hit_has_its_cases);
	tcase_add_test(tc, the_second_store_is_seen_and_spared);
	tcase_add_test(tc, a_boot_counted_by_hand);
	tcase_add_test(tc, every_point_is_made_to_fail_somewhere);
	tcase_add_test(tc, each_slot_has_its_hit);
	tcase_add_test(tc, a_second_hit_of_a_slot_is_named_by_hit);
	tcase_add_test(tc, twice_the_same);
	suite_add_tcase(s, tc);

	tc = tcase_create("names");
	tcase_add_unchecked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_slot_becomes_a_hit);
	tcase_add_test(tc, what_is_not_hit_is_said);
	tcase_add_test(tc, hits_of_a_batch_have_their_folio);
	tcase_add_test(tc, a_hit_fails_once);
	tcase_add_test(tc, a_second_fault_may_hit_what_the_first_brings);
	suite_add_tcase(s, tc);
	return s;
}
