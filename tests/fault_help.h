/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the fault points share. */
#ifndef TESTS_FAULT_HELP_H
#define TESTS_FAULT_HELP_H

#include <check.h>
#include <fiu.h>

#include "shim/fault.h"
#include "shim/world.h"

/* A new machine on which nothing fails. */
static inline void fresh(void)
{
	world_boot(NULL, NULL);
	fiu_init(0);
	fault_record(NULL, 0);
	fault_observe(NULL, NULL);
	fault_trace(false);
	fault_plan_set(NULL, 0);
	fault_arm_all(false);
	fault_reset();
}

/* Bit n: the n-th of @nr hits failed; an error other than @error fails. */
static inline unsigned int failing_hits(enum fault_point point, unsigned int nr, int error)
{
	unsigned int mask = 0;

	for (unsigned int i = 0; i < nr; i++) {
		int ret = fault_hit(point);

		ck_assert_msg(!ret || ret == error, "%s failed with %d, not %d",
			      fault_points[point].name, ret, error);
		if (ret)
			mask |= 1u << i;
	}
	return mask;
}

static inline void plan_one(struct fault f)
{
	ck_assert_int_eq(fault_plan_set(&f, 1), 0);
}

#endif
