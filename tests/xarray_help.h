/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the xarray share. */
#ifndef TESTS_XARRAY_HELP_H
#define TESTS_XARRAY_HELP_H

#include <check.h>

#include <linux/xarray.h>

#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/world.h"
#include "tests/complained.h"

static struct xarray tree;
static int things[64];

/* A new machine on which nothing fails, and one tree. */
static inline void fresh(void)
{
	world_boot(NULL, NULL);
	fault_plan_set(NULL, 0);
	fault_reset();
	xa_init(&tree);
}

/* How many there are; none is lost. */
static inline unsigned long nodes(void)
{
	unsigned long allocated, reachable;

	ledger_nodes(&allocated, &reachable);
	ck_assert_uint_eq(allocated, reachable);
	return allocated;
}

static inline void plan_one(struct fault f)
{
	ck_assert_int_eq(fault_plan_set(&f, 1), 0);
}

#endif
