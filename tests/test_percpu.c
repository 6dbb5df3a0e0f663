// SPDX-License-Identifier: GPL-2.0-or-later
/* Per-CPU areas: one copy a possible CPU, and the ways to misuse them. */
#include <linux/percpu.h>
#include <linux/smp.h>

#include "tests/slab_help.h"

struct gadget {
	unsigned long a, b;
	char c[40];
};

#define CPUS	4

static void boot_cpus(void)
{
	struct world_config config = { .cpus_possible = CPUS, .cpus_online = 2 };

	ck_assert_int_eq(world_boot(&config, NULL), 0);
}

START_TEST(each_possible_cpu_has_a_zeroed_copy)
{
	struct gadget __percpu *area, *copy[CPUS];

	boot_cpus();
	free_percpu(alloc_percpu(struct gadget));
	area = alloc_percpu(struct gadget);
	for (int cpu = 0; cpu < CPUS; cpu++) {
		copy[cpu] = per_cpu_ptr(area, cpu);
		ck_assert_uint_eq((uintptr_t)copy[cpu] % __alignof__(struct gadget), 0);
		ck_assert_uint_eq(raw_differs(copy[cpu], 0, sizeof(struct gadget)),
				  sizeof(struct gadget));
		memset(copy[cpu], cpu + 1, sizeof(struct gadget));
	}
	for (int cpu = 0; cpu < CPUS; cpu++)
		ck_assert_uint_eq(raw_differs(copy[cpu], cpu + 1, sizeof(struct gadget)),
				  sizeof(struct gadget));
	free_percpu(area);
	ck_assert_uint_eq(ledger_check_poison_all(), 0);
	no_complaint();
}
END_TEST

START_TEST(the_current_cpu_finds_its_copy)
{
	struct gadget __percpu *area;

	boot_cpus();
	area = alloc_percpu(struct gadget);
	for (shim_cpu = 0; shim_cpu < CPUS; shim_cpu++) {
		ck_assert_ptr_eq(raw_cpu_ptr(area), per_cpu_ptr(area, shim_cpu));
		ck_assert_ptr_eq(this_cpu_ptr(area), per_cpu_ptr(area, shim_cpu));
	}
	shim_cpu = 0;
}
END_TEST

START_TEST(the_largest_area_fits_and_no_larger)
{
	char *area;

	boot_cpus();
	area = __alloc_percpu(PERCPU_STRIDE, 64);
	for (int cpu = 0; cpu < CPUS; cpu++)
		memset(per_cpu_ptr(area, cpu), cpu, PERCPU_STRIDE);
	free_percpu(area);
	no_complaint();
	ck_assert_ptr_null(__alloc_percpu(PERCPU_STRIDE + 1, 8));
	ck_assert_uint_eq(ledger_percpu_live(), 0);
}
END_TEST

START_TEST(areas_are_counted)
{
	void *a, *b;

	boot_cpus();
	ck_assert_uint_eq(ledger_percpu_live(), 0);
	a = alloc_percpu(long);
	b = alloc_percpu_gfp(struct gadget, GFP_KERNEL);
	ck_assert_uint_eq(ledger_percpu_live(), 2);
	ck_assert_uint_eq(ledger_kmalloc_live(), 0);
	free_percpu(a);
	ck_assert_uint_eq(ledger_percpu_live(), 1);
	free_percpu(b);
	free_percpu(NULL);
	ck_assert_uint_eq(ledger_percpu_live(), 0);
	no_complaint();
}
END_TEST

START_TEST(misuse_is_seen)
{
	struct gadget __percpu *area, *other;
	unsigned int nr = 0;

	boot_cpus();
	area = alloc_percpu(struct gadget);
	other = alloc_percpu(struct gadget);
	free_percpu(per_cpu_ptr(area, 1));
	last_complaint(++nr, 'U', "free of an interior pointer");
	free_percpu(area);
	free_percpu(area);
	last_complaint(++nr, 'U', "double free");
	raw_fill(per_cpu_ptr(area, CPUS - 1), 0, 1);
	ck_assert_uint_eq(ledger_check_poison(), 1);
	last_complaint(++nr, 'U', "write after free");
	raw_fill(per_cpu_ptr(other, CPUS - 1) + 1, 0, 1);
	ck_assert_uint_eq(ledger_check_poison(), 1);
	last_complaint(++nr, 'U', "write past an object");
	kfree(other);
	last_complaint(++nr, 'U', "wrong cache");
	ck_assert_uint_eq(ledger_percpu_live(), 0);
	free_percpu(kmalloc(64, GFP_KERNEL));
	last_complaint(++nr, 'U', "wrong cache");
}
END_TEST

START_TEST(the_fault_point_fails_it)
{
	boot_cpus();
	plan(FP_ALLOC_PERCPU, 1);
	ck_assert_ptr_nonnull(alloc_percpu(long));
	ck_assert_ptr_null(alloc_percpu(long));
	ck_assert_ptr_nonnull(alloc_percpu(long));
	ck_assert_uint_eq(ledger_percpu_live(), 2);
	plan_nothing();
}
END_TEST

Suite *suite_percpu(void);
Suite *suite_percpu(void)
{
	Suite *s = suite_create("percpu");
	TCase *tc = tcase_create("percpu");

	tcase_add_test(tc, each_possible_cpu_has_a_zeroed_copy);
	tcase_add_test(tc, the_current_cpu_finds_its_copy);
	tcase_add_test(tc, the_largest_area_fits_and_no_larger);
	tcase_add_test(tc, areas_are_counted);
	tcase_add_test(tc, misuse_is_seen);
	tcase_add_test(tc, the_fault_point_fails_it);
	suite_add_tcase(s, tc);
	return s;
}
