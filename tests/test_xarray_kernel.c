// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The shim's xarray against a kernel's own (tests/xarray), step by step: what
 * is returned, what is there, how many nodes it takes, also where there is no
 * memory for one. ZFAULT_XARRAY names the kernel's; tests/linux has one made.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include <check.h>

#include <linux/xarray.h>

#include "tests/xarray/ops.h"
#include "tests/xarray_help.h"

#define STEPS	200000u

static const struct kernel_xarray *kernel;
static uint32_t lcg;
static unsigned long most_nodes, refused;

static unsigned int dice(unsigned int n)
{
	lcg = lcg * 1664525 + 1013904223;
	return (lcg >> 8) % n;
}

/* The first leaf, a tree of zswap's in the middle of a file, and far away. */
static unsigned long some_index(void)
{
	switch (dice(8)) {
	case 0:
		return dice(3);
	case 1:
		return 1ul << dice(64);
	case 2:
		return (1ul << dice(40)) + dice(3) - 1;
	case 3:
		return dice(100000);
	default:
		return 16384 + dice(700);
	}
}

/* Some node of the next operation is not to be had, by one's count or the other's. */
static void plan(bool nowait)
{
	unsigned int nth = dice(4);
	bool both = dice(2);
	uint8_t point = both ? FP_XA_NODE : FP_XA_NODE_ATOMIC;

	plan_one((struct fault){ .point = point, .phase = PHASE_STORE, .error = -ENOMEM,
				 .nth = fault_hits(point, PHASE_STORE) + nth });
	/* Who may not wait is refused at once. */
	kernel->refuse(nth, both || nowait);
}

static void same(void *ours, void *theirs)
{
	ck_assert_int_eq(xa_err(ours), kernel->error(theirs));
	if (xa_err(ours))
		refused++;
	else
		ck_assert_ptr_eq(ours, theirs);
}

static void step(bool faulty)
{
	unsigned long index = some_index();
	void *thing = dice(5) ? &things[dice(64)] : xa_mk_value(dice(100));
	bool nowait = dice(2);
	gfp_t gfp = nowait ? GFP_NOWAIT : GFP_KERNEL;
	void *old;

	if (faulty && !dice(3))
		plan(nowait);
	switch (dice(7)) {
	case 0:
	case 1:
	case 2:
		same(xa_store(&tree, index, thing, gfp), kernel->store(index, thing, nowait));
		break;
	case 3:
		old = dice(2) ? kernel->load(index) : things;
		same(xa_cmpxchg(&tree, index, old, thing, gfp),
		     kernel->cmpxchg(index, old, thing, nowait));
		break;
	case 4:
		old = kernel->load(index);
		same(xa_cmpxchg(&tree, index, old, NULL, gfp),
		     kernel->cmpxchg(index, old, NULL, nowait));
		break;
	case 5:
		same(xa_store(&tree, index, NULL, gfp), kernel->store(index, NULL, nowait));
		break;
	case 6:
		same(xa_erase(&tree, index), kernel->erase(index));
		break;
	}
	fault_plan_set(NULL, 0);
	kernel->refuse(-1, false);
	ck_assert_ptr_eq(xa_load(&tree, index), kernel->load(index));
}

static void compare(bool faulty)
{
	fresh();
	fault_phase(PHASE_STORE);
	for (unsigned int s = 0; s < STEPS; s++) {
		/* Now and then from nothing, or a tree would only grow. */
		if (!dice(300)) {
			xa_destroy(&tree);
			kernel->destroy();
		}
		step(faulty);
		ck_assert_int_eq(xa_empty(&tree), kernel->empty());
		ck_assert_msg(nodes() == kernel->nodes(), "step %u: %lu nodes, a kernel has %lu", s,
			      nodes(), kernel->nodes());
		if (most_nodes < nodes())
			most_nodes = nodes();
	}
	/* That there was something to compare. */
	ck_assert_uint_gt(most_nodes, 200);
	ck_assert(faulty ? refused > 1000 : !refused);
	xa_destroy(&tree);
	kernel->destroy();
	ck_assert_uint_eq(kernel->nodes(), 0);
	no_complaint();
}

/* Whether there is one is a matter of what could be downloaded: said, not silent. */
static bool find_kernel(void)
{
	const char *path = getenv("ZFAULT_XARRAY");
	void *dl = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;

	if (!path)
		puts("SKIP xarray_kernel: ZFAULT_XARRAY names no kernel's xarray");
	fflush(stdout);
	ck_assert_msg(!path || dl, "%s", path ? dlerror() : "");
	kernel = dl ? dlsym(dl, "kernel_xarray") : NULL;
	ck_assert(!dl || kernel);
	return kernel;
}

START_TEST(as_a_kernels)
{
	if (!find_kernel())
		return;
	lcg = 1;
	compare(false);
}
END_TEST

START_TEST(as_a_kernels_without_memory)
{
	if (!find_kernel())
		return;
	lcg = 2;
	compare(true);
}
END_TEST

Suite *suite_xarray_kernel(void);
Suite *suite_xarray_kernel(void)
{
	Suite *s = suite_create("xarray_kernel");
	TCase *t = tcase_create("kernel");

	tcase_add_test(t, as_a_kernels);
	tcase_add_test(t, as_a_kernels_without_memory);
	suite_add_tcase(s, t);
	return s;
}
