// SPDX-License-Identifier: GPL-2.0-or-later
/* libfiu decides: a user's own records, alone and beside a plan's. */
#include <errno.h>

#include <check.h>
#include <fiu.h>
#include <fiu-control.h>

#include "shim/fault.h"
#include "tests/fault_help.h"

/* A user's own record. Disabled first, as libfiu leaks a name it replaces. */
static void user_enable(const char *name, void *failinfo, unsigned int flags)
{
	fiu_disable(name);
	ck_assert_int_eq(fiu_enable(name, 1, failinfo, flags), 0);
}

START_TEST(users_fiu_enable_decides_at_every_point)
{
	fresh();
	fault_arm_all(true);
	for (int i = 0; i < FP_NR; i++) {
		const char *name = fault_points[i].name;

		ck_assert_int_eq(fault_hit(i), 0);
		user_enable(name, NULL, 0);
		for (int j = 0; j < FP_NR; j++)
			ck_assert_msg(fault_hit(j) == (i == j ? fault_points[i].errors[0] : 0),
				      "%s enabled, %s hit", name, fault_points[j].name);
		fault_arm_all(true);
		ck_assert_msg(fault_hit(i), "%s lost by arming again", name);
		ck_assert_int_eq(fiu_disable(name), 0);
		ck_assert_int_eq(fault_hit(i), 0);
	}
	ck_assert_uint_eq(fault_injected(), 2 * FP_NR);
	ck_assert_uint_eq(fault_fired(), 0);
	fault_arm_all(false);
}
END_TEST

START_TEST(users_record_waits_for_arm_all)
{
	fresh();
	user_enable("slab/kmalloc", NULL, 0);
	ck_assert_int_eq(fault_hit(FP_KMALLOC), 0);
	fault_arm_all(true);
	ck_assert_int_eq(fault_hit(FP_KMALLOC), -ENOMEM);
	fault_arm_all(false);
	ck_assert_int_eq(fault_hit(FP_KMALLOC), 0);
	ck_assert_int_eq(fiu_disable("slab/kmalloc"), 0);
}
END_TEST

START_TEST(wildcards_and_onetime_are_the_users)
{
	fresh();
	/* The plan's record of the name must not hide the wildcard. */
	plan_one((struct fault){ .point = FP_ZPOOL_MALLOC, .phase = PHASE_STORE, .error = -ENOMEM });
	fault_plan_set(NULL, 0);
	fault_arm_all(true);
	user_enable("zpool/*", NULL, 0);
	ck_assert_int_eq(fault_hit(FP_ZPOOL_MALLOC), -ENOMEM);
	ck_assert_int_eq(fault_hit(FP_ZPOOL_CREATE_POOL), -ENOMEM);
	ck_assert_int_eq(fault_hit(FP_XA_STORE), 0);
	/* Nor one of a plan that comes and goes meanwhile. */
	plan_one((struct fault){ .point = FP_ZPOOL_MALLOC, .phase = PHASE_STORE, .error = -ENOSPC });
	ck_assert_int_eq(fault_hit(FP_ZPOOL_MALLOC), 0);
	fault_phase(PHASE_STORE);
	ck_assert_int_eq(fault_hit(FP_ZPOOL_MALLOC), -ENOSPC);
	fault_plan_set(NULL, 0);
	ck_assert_int_eq(fault_hit(FP_ZPOOL_MALLOC), -ENOMEM);
	fiu_disable("zpool/*");
	ck_assert_int_eq(fault_hit(FP_ZPOOL_MALLOC), 0);

	user_enable("slab/kmalloc", NULL, FIU_ONETIME);
	ck_assert_uint_eq(failing_hits(FP_KMALLOC, 4, -ENOMEM), 1);
	fiu_disable("slab/kmalloc");
	fault_arm_all(false);
}
END_TEST

static int user_error(long failinfo)
{
	int error;

	user_enable("zpool/zpool_malloc", (void *)failinfo, 0);
	error = fault_hit(FP_ZPOOL_MALLOC);
	fiu_disable("zpool/zpool_malloc");
	return error;
}

START_TEST(failinfo_chooses_a_legal_error)
{
	fresh();
	fault_arm_all(true);
	ck_assert_int_eq(user_error(ENOSPC), -ENOSPC);
	ck_assert_int_eq(user_error(-ENOSPC), -ENOSPC);
	ck_assert_int_eq(user_error(ENOMEM), -ENOMEM);
	ck_assert_int_eq(user_error(0), -ENOMEM);
	ck_assert_int_eq(user_error(EIO), -ENOMEM);
	/* Equal to -ENOSPC in the low 32 bits only. */
	ck_assert_int_eq(user_error(-(1L << 40) - ENOSPC), -ENOMEM);
	ck_assert_int_eq(user_error(INT64_MIN), -ENOMEM);
	fault_arm_all(false);
}
END_TEST

START_TEST(plan_after_the_users_own_records)
{
	fresh();
	plan_one((struct fault){ .point = FP_KMALLOC, .phase = PHASE_SETUP, .error = -ENOMEM });
	fault_plan_set(NULL, 0);
	/* Enabled before arming, in place of the plan's record. */
	user_enable("slab/kmalloc", NULL, 0);
	fault_arm_all(true);
	ck_assert_int_eq(fault_hit(FP_KMALLOC), -ENOMEM);
	fiu_disable("slab/kmalloc");
	fault_arm_all(false);
	fault_reset();
	plan_one((struct fault){ .point = FP_KMALLOC, .phase = PHASE_SETUP, .nth = 1, .error = -ENOMEM });
	ck_assert_uint_eq(failing_hits(FP_KMALLOC, 4, -ENOMEM), 1 << 1);
}
END_TEST

START_TEST(plan_takes_a_name_back)
{
	struct fault f = { .point = FP_KMALLOC, .phase = PHASE_SETUP, .nth = 1, .error = -ENOMEM };

	fresh();
	fault_arm_all(true);
	plan_one(f);
	user_enable("slab/kmalloc", NULL, 0);
	plan_one(f);
	ck_assert_uint_eq(failing_hits(FP_KMALLOC, 4, -ENOMEM), 1 << 1);
	ck_assert_uint_eq(fault_fired(), 1);
	fault_plan_set(NULL, 0);
	ck_assert_int_eq(fiu_disable("slab/kmalloc"), -1);
	fault_arm_all(false);
}
END_TEST

static unsigned int asked;

static int count_asked(const char *name, int *failnum, void **failinfo, unsigned int *flags)
{
	asked++;
	return 0;
}

static void replace_by_counter(const char *name)
{
	fiu_disable(name);
	ck_assert_int_eq(fiu_enable_external(name, 1, NULL, 0, count_asked), 0);
}

/* Replaces the plan's records too, which is what makes them countable. */
static void count_all(void)
{
	asked = 0;
	for (int i = 0; i < FP_NR; i++)
		replace_by_counter(fault_points[i].name);
}

START_TEST(unarmed_points_never_reach_libfiu)
{
	struct fault f[] = {
		{ .point = FP_KMALLOC, .phase = PHASE_STORE, .error = -ENOMEM },
		{ .point = FP_XA_NODE, .phase = PHASE_LOAD, .error = -ENOMEM },
	};

	fresh();
	count_all();
	for (int p = 0; p < PHASE_NR; p++) {
		fault_phase(p);
		for (int i = 0; i < FP_NR; i++)
			fault_hit(i);
	}
	ck_assert_uint_eq(asked, 0);

	ck_assert_int_eq(fault_plan_set(f, 2), 0);
	count_all();
	fault_reset();
	for (int p = 0; p < PHASE_NR; p++) {
		fault_phase(p);
		for (int i = 0; i < FP_NR; i++)
			fault_hit(i);
	}
	ck_assert_uint_eq(asked, 2);

	fault_plan_set(NULL, 0);
	for (int i = 0; i < FP_NR; i++)
		fault_hit(i);
	ck_assert_uint_eq(asked, 2);

	fault_arm_all(true);
	asked = 0;
	for (int i = 0; i < FP_NR; i++)
		fault_hit(i);
	ck_assert_uint_eq(asked, FP_NR);
	for (int i = 0; i < FP_NR; i++)
		fiu_disable(fault_points[i].name);
	fault_arm_all(false);
}
END_TEST

Suite *suite_fault_libfiu(void)
{
	Suite *s = suite_create("fault_libfiu");
	TCase *t = tcase_create("libfiu");

	tcase_add_test(t, users_fiu_enable_decides_at_every_point);
	tcase_add_test(t, users_record_waits_for_arm_all);
	tcase_add_test(t, wildcards_and_onetime_are_the_users);
	tcase_add_test(t, failinfo_chooses_a_legal_error);
	tcase_add_test(t, plan_after_the_users_own_records);
	tcase_add_test(t, plan_takes_a_name_back);
	tcase_add_test(t, unarmed_points_never_reach_libfiu);
	suite_add_tcase(s, t);
	return s;
}
