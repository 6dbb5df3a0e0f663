// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The xarray's contents against a plain array, and its nodes against a model
 * that knows only the indices.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include <linux/xarray.h>

#include "tests/xarray_help.h"

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

/* An assertion that holds is a message to the test's parent, and there are millions. */
static void same_entry(unsigned long index, const void *entry, int i)
{
	if (i >= NR_INDICES || index != model.index[i] || entry != model.entry[i])
		ck_abort_msg("index %lu holds %p; the model's number %d is another", index, entry, i);
}

static void check_contents(void)
{
	unsigned long index;
	void *entry;
	int i = 0;

	xa_for_each(&tree, index, entry) {
		while (i < NR_INDICES && !model.entry[i])
			i++;
		same_entry(index, entry, i++);
	}
	for (; i < NR_INDICES; i++)
		same_entry(model.index[i], NULL, i);
	for (i = 0; i < NR_INDICES; i++)
		same_entry(model.index[i], xa_load(&tree, model.index[i]), i);
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

Suite *suite_xarray_model(void)
{
	Suite *s = suite_create("xarray_model");
	TCase *t = tcase_create("model");

	tcase_add_test(t, like_a_plain_array);
	tcase_add_test(t, like_a_plain_array_without_memory);
	suite_add_tcase(s, t);
	return s;
}
