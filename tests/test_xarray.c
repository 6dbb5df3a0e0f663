// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The xarray: contents against a plain array, nodes against a model that
 * knows only which nodes a kernel's tree would have.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include <linux/slab.h>
#include <linux/swapops.h>
#include <linux/xarray.h>

#include "shim/context.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/world.h"
#include "shim/xarray.h"

static struct xarray tree;
static int things[64];

static void fresh(void)
{
	world_boot(NULL, NULL);
	fault_plan_set(NULL, 0);
	fault_reset();
	xa_init(&tree);
}

static unsigned long nodes(void)
{
	unsigned long allocated, reachable;

	ledger_nodes(&allocated, &reachable);
	ck_assert_uint_eq(allocated, reachable);
	return allocated;
}

static unsigned int complaints(char letter)
{
	unsigned int kept, total, nr = 0;
	const struct complaint *c = ledger_complaints(&kept, &total);

	for (unsigned int i = 0; i < kept; i++)
		nr += c[i].letter == letter;
	return nr;
}

static void plan_one(struct fault f)
{
	ck_assert_int_eq(fault_plan_set(&f, 1), 0);
}

/* ---- entries ----------------------------------------------------------- */

START_TEST(errors_and_values)
{
	for (int e = 1; e <= MAX_ERRNO; e++) {
		ck_assert(xa_is_err(XA_ERROR(-e)));
		ck_assert_int_eq(xa_err(XA_ERROR(-e)), -e);
	}
	ck_assert(!xa_is_err(NULL) && !xa_err(NULL));
	ck_assert(!xa_is_err(&tree) && !xa_err(&tree));
	ck_assert(!xa_is_err(xa_mk_internal(257)));
	ck_assert(xa_is_value(xa_mk_value(5)) && !xa_is_value(&tree) && !xa_is_value(XA_ERROR(-1)));
	ck_assert_uint_eq(xa_to_value(xa_mk_value(~0UL >> 1)), ~0UL >> 1);
	ck_assert(!xa_is_err(xa_mk_value(~0UL >> 1)));
}
END_TEST

START_TEST(values_are_entries)
{
	fresh();
	for (unsigned long i = 0; i < 200; i++)
		ck_assert_ptr_null(xa_store(&tree, i, xa_mk_value(i * 3), GFP_KERNEL));
	for (unsigned long i = 0; i < 200; i++)
		ck_assert_uint_eq(xa_to_value(xa_load(&tree, i)), i * 3);
}
END_TEST

START_TEST(no_internal_entry_is_stored)
{
	fresh();
	ck_assert_int_eq(xa_err(xa_store(&tree, 1, XA_ERROR(-EIO), GFP_KERNEL)), -EINVAL);
	ck_assert_uint_eq(complaints('W'), 1);
	ck_assert(xa_empty(&tree));
}
END_TEST

/* ---- nodes ------------------------------------------------------------- */

/* Hits of both node points for a store at @index, and the nodes it left. */
static void store_needs(unsigned long index, unsigned int nr)
{
	unsigned long before = nodes();

	fault_reset();
	ck_assert_msg(xa_needs_node(&tree, index) == (nr > 0), "needs_node at %lu", index);
	ck_assert(!xa_is_err(xa_store(&tree, index, things, GFP_KERNEL)));
	ck_assert_msg(fault_hits(FP_XA_NODE, PHASE_NR) == nr, "%lu needs %lu nodes, not %u",
		      index, fault_hits(FP_XA_NODE, PHASE_NR), nr);
	ck_assert_uint_eq(fault_hits(FP_XA_NODE_ATOMIC, PHASE_NR), nr);
	ck_assert_uint_eq(fault_hits(FP_XA_STORE, PHASE_NR), 1);
	ck_assert_uint_eq(nodes() - before, nr);
	ck_assert(!xa_needs_node(&tree, index));
}

START_TEST(nodes_of_a_store_in_an_empty_tree)
{
	static const struct { unsigned long index; unsigned int nr; } need[] = {
		{ 0, 0 }, { 1, 1 }, { 5, 1 }, { 63, 1 }, { 64, 2 }, { 4095, 2 }, { 4096, 3 },
		{ 16384, 3 }, { 262143, 3 }, { 262144, 4 }, { 1 << 20, 4 }, { ~0UL, 11 },
	};

	for (unsigned int i = 0; i < sizeof(need) / sizeof(*need); i++) {
		fresh();
		store_needs(need[i].index, need[i].nr);
		store_needs(need[i].index, 0);
		ck_assert_ptr_eq(xa_erase(&tree, need[i].index), things);
		ck_assert_uint_eq(nodes(), 0);
		ck_assert(xa_empty(&tree));
	}
}
END_TEST

START_TEST(nodes_by_hand)
{
	fresh();
	store_needs(0, 0);		/* the head */
	store_needs(3, 1);		/* a leaf takes the head in */
	store_needs(63, 0);
	store_needs(64, 2);		/* a top, a second leaf */
	store_needs(200, 1);
	store_needs(5000, 3);		/* a top, 64 slots below it, a leaf */
	store_needs(4096, 1);
	ck_assert_uint_eq(nodes(), 8);
	xa_erase(&tree, 5000);
	ck_assert_uint_eq(nodes(), 7);
	xa_erase(&tree, 4096);		/* back to two levels */
	ck_assert_uint_eq(nodes(), 4);
	xa_erase(&tree, 200);
	xa_erase(&tree, 64);		/* back to one */
	ck_assert_uint_eq(nodes(), 1);
	xa_erase(&tree, 3);
	xa_erase(&tree, 63);		/* back to the head */
	ck_assert_uint_eq(nodes(), 0);
	ck_assert(!xa_empty(&tree));
	ck_assert_ptr_eq(xa_load(&tree, 0), things);
	xa_erase(&tree, 0);
	ck_assert(xa_empty(&tree));
}
END_TEST

START_TEST(beyond_where_no_node_is_needed)
{
	struct fault_hit h[16];
	unsigned int nr;

	fresh();
	fault_record(h, 16);
	xa_store(&tree, 0, things, GFP_KERNEL);	/* the head */
	xa_store(&tree, 0, things, GFP_KERNEL);	/* again */
	xa_store(&tree, 2, things, GFP_KERNEL);	/* a leaf is missing */
	xa_store(&tree, 9, things, GFP_KERNEL);	/* the leaf is there */
	xa_store(&tree, 9, NULL, GFP_KERNEL);	/* an erasure */
	xa_cmpxchg(&tree, 2, things, NULL, GFP_KERNEL);
	xa_cmpxchg(&tree, 8, things, things + 1, GFP_KERNEL);	/* not stored */
	nr = fault_recorded();
	fault_record(NULL, 0);
	ck_assert_uint_eq(nr, 6);
	ck_assert(h[0].point == FP_XA_STORE && h[0].beyond && h[0].swp == FAULT_NO_SWP);
	ck_assert(h[1].point == FP_XA_STORE && h[1].beyond);
	ck_assert(h[2].point == FP_XA_STORE && !h[2].beyond && !h[2].atomic);
	ck_assert(h[3].point == FP_XA_NODE_ATOMIC && !h[3].beyond && h[3].atomic);
	ck_assert(h[4].point == FP_XA_NODE && !h[4].beyond);
	ck_assert(h[5].point == FP_XA_STORE && h[5].beyond);
}
END_TEST

/* ---- refused stores ---------------------------------------------------- */

START_TEST(xa_store_fails_and_nothing_changed)
{
	fresh();
	xa_store(&tree, 70, things, GFP_KERNEL);
	fault_phase(PHASE_STORE);
	for (unsigned long i = 68; i < 75; i++) {
		plan_one((struct fault){ .point = FP_XA_STORE, .phase = PHASE_STORE, .error = -ENOMEM,
					 .nth = fault_hits(FP_XA_STORE, PHASE_STORE) });
		ck_assert_int_eq(xa_err(xa_store(&tree, i, things + 1, GFP_KERNEL)), -ENOMEM);
		ck_assert_ptr_eq(xa_load(&tree, i), i == 70 ? things : NULL);
	}
	ck_assert_uint_eq(nodes(), 2);
	ck_assert_uint_eq(fault_hits(FP_XA_NODE, PHASE_STORE), 0);
}
END_TEST

START_TEST(a_failed_atomic_allocation_is_benign)
{
	static const gfp_t gfp[] = { GFP_KERNEL, GFP_NOWAIT };

	for (int g = 0; g < 2; g++) {
		fresh();
		fault_phase(PHASE_STORE);
		plan_one((struct fault){ .point = FP_XA_NODE_ATOMIC, .phase = PHASE_STORE,
					 .persistent = true, .error = -ENOMEM });
		ck_assert_ptr_null(xa_store(&tree, 1 << 20, things, gfp[g]));
		ck_assert_uint_eq(fault_hits(FP_XA_NODE_ATOMIC, PHASE_STORE), 4);
		ck_assert_uint_eq(fault_hits(FP_XA_NODE, PHASE_STORE), 4);
		ck_assert_uint_eq(fault_injected(), 4);
		ck_assert_ptr_eq(xa_load(&tree, 1 << 20), things);
		ck_assert_uint_eq(nodes(), 4);
		ck_assert_uint_eq(complaints('K'), 0);
		ck_assert(context_can_sleep());
	}
}
END_TEST

/* What is left when node @nth of four is missing, and that it goes away. */
static void refused_in_empty(unsigned int nth, bool retried)
{
	struct fault f[] = {
		{ .point = FP_XA_NODE, .phase = PHASE_STORE, .nth = nth, .error = -ENOMEM },
		{ .point = FP_XA_NODE_ATOMIC, .phase = PHASE_STORE, .nth = nth, .error = -ENOMEM },
	};

	fresh();
	fault_phase(PHASE_STORE);
	ck_assert_int_eq(fault_plan_set(f, retried ? 2 : 1), 0);
	ck_assert_int_eq(xa_err(xa_store(&tree, 1 << 20, things, GFP_KERNEL)), -ENOMEM);
	ck_assert_uint_eq(fault_fired(), retried ? 2 : 1);
	ck_assert_ptr_null(xa_load(&tree, 1 << 20));
	ck_assert_uint_eq(nodes(), nth);
	ck_assert(xa_empty(&tree) == !nth);
	ck_assert(context_can_sleep());
	/* Erasing what is not there does not find the empty nodes. */
	ck_assert_ptr_null(xa_erase(&tree, 1 << 20));
	ck_assert_uint_eq(nodes(), nth);
	/* A store below them does, and its erasure takes them along. */
	store_needs(1 << 20, 4 - nth);
	xa_erase(&tree, 1 << 20);
	ck_assert_uint_eq(nodes(), 0);
	ck_assert(xa_empty(&tree));
}

START_TEST(a_refused_store_leaves_the_nodes_it_got)
{
	for (unsigned int nth = 0; nth < 4; nth++) {
		refused_in_empty(nth, false);
		refused_in_empty(nth, true);
	}
}
END_TEST

START_TEST(a_refused_store_leaves_the_tree_taller)
{
	fresh();
	xa_store(&tree, 0, things, GFP_KERNEL);
	xa_store(&tree, 1, things, GFP_KERNEL);
	fault_phase(PHASE_STORE);
	/* Two new tops, and then no node on the way down. */
	plan_one((struct fault){ .point = FP_XA_NODE, .phase = PHASE_STORE, .nth = 2, .error = -ENOMEM });
	ck_assert_int_eq(xa_err(xa_store(&tree, 5000, things, GFP_KERNEL)), -ENOMEM);
	ck_assert_uint_eq(nodes(), 3);
	ck_assert_ptr_eq(xa_load(&tree, 1), things);
	/* The leaf stays in use and is not the top: nothing shrinks. */
	xa_erase(&tree, 1);
	ck_assert_uint_eq(nodes(), 3);
	xa_erase(&tree, 0);
	ck_assert_uint_eq(nodes(), 0);
}
END_TEST

START_TEST(destroy_frees_what_a_refused_store_left)
{
	fresh();
	for (unsigned long i = 0; i < 20000; i += 37)
		xa_store(&tree, i, things, GFP_KERNEL);
	fault_phase(PHASE_STORE);
	plan_one((struct fault){ .point = FP_XA_NODE, .phase = PHASE_STORE, .nth = 2, .error = -ENOMEM });
	ck_assert_int_eq(xa_err(xa_store(&tree, 1 << 30, things, GFP_KERNEL)), -ENOMEM);
	xa_destroy(&tree);
	ck_assert_uint_eq(nodes(), 0);
	ck_assert(xa_empty(&tree));
	store_needs(64, 2);
}
END_TEST

/* Another task stores while the lock is dropped: the walk starts again. */
static void store_meanwhile(const struct fault_hit *hit, void *arg)
{
	if (hit->point == FP_XA_NODE && !hit->atomic)
		xa_store(&tree, *(unsigned long *)arg, things + 1, GFP_KERNEL);
}

START_TEST(the_lock_is_dropped_for_the_retry)
{
	static unsigned long elsewhere[] = { 0, 4097, 1 << 20, 4096 };

	for (int i = 0; i < 4; i++) {
		fresh();
		fault_phase(PHASE_STORE);
		fault_observe(store_meanwhile, &elsewhere[i]);
		plan_one((struct fault){ .point = FP_XA_NODE_ATOMIC, .phase = PHASE_STORE, .error = -ENOMEM });
		ck_assert_ptr_eq(xa_store(&tree, 4096, things, GFP_KERNEL), i == 3 ? things + 1 : NULL);
		fault_observe(NULL, NULL);
		ck_assert_ptr_eq(xa_load(&tree, 4096), things);
		if (i < 3)
			ck_assert_ptr_eq(xa_erase(&tree, elsewhere[i]), things + 1);
		ck_assert_uint_eq(nodes(), 3);
		xa_erase(&tree, 4096);
		ck_assert_uint_eq(nodes(), 0);
	}
}
END_TEST

START_TEST(cmpxchg_compares_again_after_the_retry)
{
	unsigned long index = 4096;

	fresh();
	fault_phase(PHASE_STORE);
	fault_observe(store_meanwhile, &index);
	plan_one((struct fault){ .point = FP_XA_NODE_ATOMIC, .phase = PHASE_STORE, .error = -ENOMEM });
	ck_assert_ptr_eq(xa_cmpxchg(&tree, index, NULL, things, GFP_KERNEL), things + 1);
	fault_observe(NULL, NULL);
	ck_assert_ptr_eq(xa_load(&tree, index), things + 1);
	ck_assert_uint_eq(nodes(), 3);
	ck_assert_ptr_eq(xa_cmpxchg(&tree, index, things + 1, NULL, GFP_KERNEL), things + 1);
	ck_assert_uint_eq(nodes(), 0);
	ck_assert_ptr_null(xa_cmpxchg(&tree, index, NULL, NULL, GFP_KERNEL));
}
END_TEST

START_TEST(sleeping_under_a_lock_is_seen)
{
	fresh();
	context_now->spinlocks++;
	xa_store(&tree, 1, things, GFP_NOWAIT);
	xa_erase(&tree, 1);
	xa_store(&tree, 1, NULL, GFP_KERNEL);
	ck_assert_uint_eq(complaints('K'), 0);
	xa_store(&tree, 1, things, GFP_KERNEL);
	ck_assert_uint_eq(complaints('K'), 1);
	xa_cmpxchg(&tree, 1, NULL, NULL, GFP_KERNEL);
	ck_assert_uint_eq(complaints('K'), 2);
	context_now->spinlocks--;
}
END_TEST

/* ---- against a model --------------------------------------------------- */

#define NR_INDICES	640
#define MAX_LEVELS	11

/*
 * The nodes a tree has, known from the indices alone. There is one for each
 * (shift, index >> shift >> 6) that holds an entry or was left by a refused
 * store; for a tree of which no store was refused just the occupied ones, up
 * to the lowest level that holds them all.
 */
static struct {
	unsigned long index[NR_INDICES];
	void *entry[NR_INDICES];
} model;

static int cmp_index(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

static void model_init(void)
{
	static const unsigned long around[] = { 4096, 16384, 262144, 1 << 20, 1 << 24 };
	unsigned int n = 0;

	memset(&model, 0, sizeof(model));
	for (unsigned long i = 0; i <= 300; i++)
		model.index[n++] = i;
	for (int a = 0; a < 5; a++)
		for (unsigned long i = 0; i < 40; i++)
			model.index[n++] = around[a] - 20 + i;
	for (unsigned long i = 1; n < NR_INDICES; i++)
		model.index[n++] = (1 << 20) + i * 7919;
	qsort(model.index, NR_INDICES, sizeof(*model.index), cmp_index);
	for (n = 1; n < NR_INDICES; n++)
		ck_assert_uint_lt(model.index[n - 1], model.index[n]);
}

static unsigned long model_nodes(void)
{
	unsigned long nr = 0, last[MAX_LEVELS], top = 0;
	unsigned int levels = 0;

	for (int i = 0; i < NR_INDICES; i++)
		if (model.entry[i])
			top = model.index[i];
	while (levels < MAX_LEVELS && top >> (6 * levels))
		levels++;
	memset(last, 0xff, sizeof(last));
	for (int i = 0; i < NR_INDICES; i++) {
		for (unsigned int l = 0; model.entry[i] && l < levels; l++) {
			unsigned long node = model.index[i] >> (6 * (l + 1));

			nr += node != last[l];
			last[l] = node;
		}
	}
	return nr;
}

static void check_contents(void)
{
	unsigned long index;
	void *entry;
	int i = 0;

	xa_for_each(&tree, index, entry) {
		while (i < NR_INDICES && !model.entry[i])
			i++;
		ck_assert(i < NR_INDICES);
		ck_assert_uint_eq(index, model.index[i]);
		ck_assert_ptr_eq(entry, model.entry[i++]);
	}
	while (i < NR_INDICES)
		ck_assert_ptr_null(model.entry[i++]);
	for (i = 0; i < NR_INDICES; i++)
		ck_assert_ptr_eq(xa_load(&tree, model.index[i]), model.entry[i]);
}

static uint32_t lcg;

static unsigned int dice(unsigned int n)
{
	lcg = lcg * 1664525 + 1013904223;
	return (lcg >> 8) % n;
}

/* One random operation; true if a store was refused. */
static bool model_step(bool faulty, int grow)
{
	unsigned int i = dice(3) ? dice(NR_INDICES) : dice(70);
	unsigned long index = model.index[i];
	void *thing = &things[dice(64)], *old = model.entry[i], *ret;
	bool refused = false;

	if (faulty && !dice(3))
		plan_one((struct fault){
			.point = dice(4) ? FP_XA_NODE : FP_XA_NODE_ATOMIC, .phase = PHASE_STORE,
			.nth = fault_hits(FP_XA_NODE, PHASE_STORE) + dice(3), .error = -ENOMEM });
	switch (dice(10) < grow ? 0 : 1 + dice(4)) {
	case 0:
		ret = xa_store(&tree, index, thing, dice(2) ? GFP_KERNEL : GFP_NOWAIT);
		refused = xa_is_err(ret);
		if (!refused)
			model.entry[i] = thing;
		break;
	case 1:
		ret = xa_cmpxchg(&tree, index, dice(2) ? old : things, thing, GFP_KERNEL);
		refused = xa_is_err(ret);
		/* It wrote if what it expected was there: see what is there now. */
		if (!refused && xa_load(&tree, index) == thing)
			model.entry[i] = thing;
		break;
	case 2:
		ret = xa_store(&tree, index, NULL, GFP_KERNEL);
		model.entry[i] = NULL;
		break;
	default:
		ret = xa_erase(&tree, index);
		model.entry[i] = NULL;
	}
	if (refused)
		ck_assert_int_eq(xa_err(ret), -ENOMEM);
	else
		ck_assert_ptr_eq(ret, old);
	fault_plan_set(NULL, 0);
	return refused;
}

static void model_run(bool faulty, unsigned int steps)
{
	unsigned int refused = 0;

	fresh();
	model_init();
	fault_phase(PHASE_STORE);
	for (unsigned int s = 0; s < steps; s++) {
		/* Fill and drain in turns, so that all heights are passed. */
		refused += model_step(faulty, s / 600 % 2 ? 1 : 7);
		if (s % 3 == 0 && !refused)
			ck_assert_uint_eq(nodes(), model_nodes());
		else if (s % 3 == 0)
			ck_assert_uint_ge(nodes(), model_nodes());
		if (s % 16 == 0)
			check_contents();
	}
	ck_assert(faulty == (refused > 20));
	for (int i = 0; i < NR_INDICES; i++)
		xa_erase(&tree, model.index[i]);
	if (!faulty)
		ck_assert(xa_empty(&tree));
	xa_destroy(&tree);
	ck_assert_uint_eq(nodes(), 0);
}

START_TEST(like_a_plain_array)
{
	lcg = 1;
	model_run(false, 12000);
}
END_TEST

START_TEST(like_a_plain_array_without_memory)
{
	lcg = 2;
	model_run(true, 12000);
}
END_TEST

/* ---- the ledger -------------------------------------------------------- */

static struct xarray *swapon(int type, unsigned int nr)
{
	struct xarray *trees = kvcalloc(nr, sizeof(*trees), GFP_KERNEL);

	ck_assert_ptr_nonnull(trees);
	xarray_swapon_begin(type);
	for (unsigned int i = 0; i < nr; i++)
		xa_init(&trees[i]);
	xarray_swapon_end();
	return trees;
}

static bool collect(unsigned long offset, void *entry, void *arg)
{
	unsigned long **next = arg;

	*(*next)++ = offset;
	return offset != 20000;
}

START_TEST(trees_of_swap_files)
{
	unsigned long seen[8] = { 0 }, *next = seen;
	struct xarray *one, *two;

	fresh();
	one = swapon(0, 2);
	two = swapon(3, 1);
	ck_assert_uint_eq(ledger_nr_trees(0), 2);
	ck_assert_uint_eq(ledger_nr_trees(1), 0);
	ck_assert_uint_eq(ledger_nr_trees(3), 1);
	xa_store(&one[1], 20000, things, GFP_KERNEL);
	xa_store(&one[1], 20001, things, GFP_KERNEL);
	xa_store(&one[0], 17, things + 1, GFP_KERNEL);
	xa_store(two, 17, things + 2, GFP_KERNEL);
	xa_store(&tree, 17, things + 3, GFP_KERNEL);
	ck_assert_ptr_eq(ledger_tree_load(0, 17), things + 1);
	ck_assert_ptr_eq(ledger_tree_load(0, 20000), things);
	ck_assert_ptr_null(ledger_tree_load(0, 20002));
	ck_assert_ptr_null(ledger_tree_load(1, 17));
	ck_assert_ptr_eq(ledger_tree_load(3, 17), things + 2);
	ck_assert_uint_eq(ledger_tree_count(0), 3);
	ck_assert_uint_eq(ledger_tree_count(3), 1);
	ck_assert(!ledger_tree_needs_node(0, 20005) && ledger_tree_needs_node(0, 20100));
	ck_assert(!ledger_tree_needs_node(0, 63) && ledger_tree_needs_node(0, 64));
	ck_assert(!ledger_tree_needs_node(1, 63));
	ledger_for_each_slot(0, collect, &next);
	ck_assert(next == seen + 2 && seen[0] == 17 && seen[1] == 20000);
	ck_assert_uint_eq(nodes(), 3 + 1 + 1 + 1);
}
END_TEST

START_TEST(hits_tell_the_slot)
{
	struct fault_hit h[8];
	struct xarray *trees;

	fresh();
	trees = swapon(5, 2);
	fault_record(h, 8);
	xa_store(&trees[1], 16384, things, GFP_KERNEL);
	fault_record(NULL, 0);
	ck_assert_uint_eq(fault_recorded(), 7);
	for (int i = 0; i < 7; i++)
		ck_assert_uint_eq(h[i].swp, swp_entry(5, 16384).val);
	ck_assert_uint_eq(h[0].swp, (uint64_t)5 << 58 | 16384);
}
END_TEST

START_TEST(a_tree_ends_with_its_memory)
{
	unsigned long allocated, reachable;
	struct xarray *trees;

	fresh();
	trees = swapon(0, 2);
	xa_store(&trees[0], 5, things, GFP_KERNEL);
	xa_store(&trees[1], 17000, things, GFP_KERNEL);
	ck_assert_uint_eq(nodes(), 4);
	xa_erase(&trees[1], 17000);
	kvfree(trees);
	ck_assert_uint_eq(ledger_nr_trees(0), 0);
	ck_assert_ptr_null(ledger_tree_load(0, 5));
	ledger_nodes(&allocated, &reachable);
	ck_assert_uint_eq(allocated, 1);
	ck_assert_uint_eq(reachable, 0);
	/* The next ones are found, whatever memory they got. */
	for (int i = 0; i < 100; i++) {
		trees = swapon(0, 2);
		ck_assert_uint_eq(ledger_nr_trees(0), 2);
		xa_store(&trees[0], i, things, GFP_KERNEL);
		ck_assert_ptr_eq(ledger_tree_load(0, i), things);
		xa_erase(&trees[0], i);
		kvfree(trees);
	}
	ck_assert_uint_eq(ledger_nr_trees(0), 0);
}
END_TEST

START_TEST(initialised_again_loses_the_nodes)
{
	unsigned long allocated, reachable;
	struct xarray *trees;

	fresh();
	trees = swapon(0, 1);
	xa_store(trees, 64, things, GFP_KERNEL);
	xa_init(trees);
	ledger_nodes(&allocated, &reachable);
	ck_assert_uint_eq(allocated, 2);
	ck_assert_uint_eq(reachable, 0);
	ck_assert(xa_empty(trees));
}
END_TEST

START_TEST(memory_that_is_no_tree)
{
	struct xarray zero, copy;
	unsigned long index = 0;

	fresh();
	memset(&zero, 0, sizeof(zero));
	ck_assert_int_eq(xa_err(xa_store(&zero, 1, things, GFP_KERNEL)), -EINVAL);
	ck_assert_ptr_null(xa_load(&zero, 1));
	ck_assert_ptr_null(xa_erase(&zero, 1));
	ck_assert_ptr_null(xa_find(&zero, &index, 10, XA_PRESENT));
	xa_destroy(&zero);
	ck_assert_uint_eq(complaints('U'), 5);
	xa_store(&tree, 1, things, GFP_KERNEL);
	copy = tree;
	ck_assert_ptr_null(xa_load(&copy, 1));
	ck_assert_uint_eq(complaints('U'), 6);
	ck_assert_ptr_eq(xa_load(&tree, 1), things);
	ck_assert_uint_eq(complaints('U'), 6);
}
END_TEST

#if !defined(__SANITIZE_ADDRESS__)
START_TEST(a_freed_tree_is_noticed)
{
	struct xarray *trees;

	fresh();
	trees = swapon(0, 1);
	kvfree(trees);
	ck_assert_ptr_null(xa_load(trees, 1));
	ck_assert_uint_eq(complaints('U'), 1);
}
END_TEST
#endif

static DEFINE_XARRAY(in_data);

START_TEST(a_tree_in_static_memory)
{
	fresh();
	ck_assert_ptr_null(xa_load(&in_data, 3));
	xa_store(&in_data, 3, things, GFP_KERNEL);
	ck_assert_ptr_eq(xa_load(&in_data, 3), things);
	ck_assert_uint_eq(nodes(), 1);
	xa_destroy(&in_data);
	ck_assert_uint_eq(nodes(), 0);
	ck_assert_uint_eq(complaints('U'), 0);
}
END_TEST

START_TEST(find_at_the_ends)
{
	unsigned long index = 0;

	fresh();
	ck_assert_ptr_null(xa_find(&tree, &index, ~0UL, XA_PRESENT));
	xa_store(&tree, ~0UL, things, GFP_KERNEL);
	ck_assert_ptr_null(xa_find(&tree, &index, ~0UL - 1, XA_PRESENT));
	ck_assert_uint_eq(index, 0);
	ck_assert_ptr_eq(xa_find(&tree, &index, ~0UL, XA_PRESENT), things);
	ck_assert_uint_eq(index, ~0UL);
	ck_assert_ptr_null(xa_find_after(&tree, &index, ~0UL, XA_PRESENT));
	xa_erase(&tree, ~0UL);
	xa_store(&tree, 0, things, GFP_KERNEL);
	index = 0;
	ck_assert_ptr_eq(xa_find(&tree, &index, 0, XA_PRESENT), things);
	ck_assert_ptr_null(xa_find_after(&tree, &index, ~0UL, XA_PRESENT));
}
END_TEST

Suite *suite_xarray(void)
{
	Suite *s = suite_create("xarray");
	TCase *t = tcase_create("entries");

	tcase_add_test(t, errors_and_values);
	tcase_add_test(t, values_are_entries);
	tcase_add_test(t, no_internal_entry_is_stored);
	tcase_add_test(t, find_at_the_ends);
	suite_add_tcase(s, t);
	t = tcase_create("nodes");
	tcase_add_test(t, nodes_of_a_store_in_an_empty_tree);
	tcase_add_test(t, nodes_by_hand);
	tcase_add_test(t, beyond_where_no_node_is_needed);
	suite_add_tcase(s, t);
	t = tcase_create("refused stores");
	tcase_add_test(t, xa_store_fails_and_nothing_changed);
	tcase_add_test(t, a_failed_atomic_allocation_is_benign);
	tcase_add_test(t, a_refused_store_leaves_the_nodes_it_got);
	tcase_add_test(t, a_refused_store_leaves_the_tree_taller);
	tcase_add_test(t, destroy_frees_what_a_refused_store_left);
	tcase_add_test(t, the_lock_is_dropped_for_the_retry);
	tcase_add_test(t, cmpxchg_compares_again_after_the_retry);
	tcase_add_test(t, sleeping_under_a_lock_is_seen);
	suite_add_tcase(s, t);
	t = tcase_create("model");
	tcase_set_timeout(t, 60);
	tcase_add_test(t, like_a_plain_array);
	tcase_add_test(t, like_a_plain_array_without_memory);
	suite_add_tcase(s, t);
	t = tcase_create("ledger");
	tcase_add_test(t, trees_of_swap_files);
	tcase_add_test(t, hits_tell_the_slot);
	tcase_add_test(t, a_tree_ends_with_its_memory);
	tcase_add_test(t, initialised_again_loses_the_nodes);
	tcase_add_test(t, memory_that_is_no_tree);
#if !defined(__SANITIZE_ADDRESS__)
	tcase_add_test(t, a_freed_tree_is_noticed);
#endif
	tcase_add_test(t, a_tree_in_static_memory);
	suite_add_tcase(s, t);
	return s;
}
