// SPDX-License-Identifier: GPL-2.0-or-later
/* CPUs, nodes, and the hotplug state: which callbacks, where, in which order. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include <linux/cpu.h>
#include <linux/errno.h>
#include <linux/list.h>

#include "shim/context.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/world.h"

#define STATE	CPUHP_MM_ZSWP_POOL_PREPARE

struct instance {
	char name;
	struct hlist_node node;
};

static struct instance a __world = { .name = 'a' };
static struct instance b __world = { .name = 'b' };

/* Calls as words: "+a0" prepared a for CPU 0, "-a0" tore it down. */
static char calls[256] __world;
static char fail_name __world;
static int fail_cpu __world = -1;
static bool fail_teardown __world;
static bool call_back_in __world;
static bool online_in_callback __world;

static void note(char sign, unsigned int cpu, struct hlist_node *node)
{
	const struct instance *i = hlist_entry(node, struct instance, node);
	size_t len = strlen(calls);

	snprintf(calls + len, sizeof(calls) - len, "%c%c%u ", sign, i->name, cpu);
	online_in_callback = cpu_online(cpu);
}

static int prepare(unsigned int cpu, struct hlist_node *node)
{
	note('+', cpu, node);
	if (call_back_in) {
		call_back_in = false;
		cpuhp_state_add_instance(STATE, node);
	}
	if (fail_cpu == (int)cpu &&
	    (!fail_name || hlist_entry(node, struct instance, node)->name == fail_name))
		return -ENOMEM;
	return 0;
}

static int dead(unsigned int cpu, struct hlist_node *node)
{
	note('-', cpu, node);
	return fail_teardown ? -EBUSY : 0;
}

static void expect_calls(const char *expected)
{
	ck_assert_str_eq(calls, expected);
	calls[0] = '\0';
}

static unsigned int nr_complaints(void)
{
	unsigned int kept, total;

	ledger_complaints(&kept, &total);
	return total;
}

static char first_complaint(void)
{
	unsigned int kept, total;

	return ledger_complaints(&kept, &total)->letter;
}

static void boot(unsigned int possible, unsigned int online)
{
	struct world_config config = { .cpus_possible = possible, .cpus_online = online };

	fault_reset();
	ck_assert_int_eq(world_boot(&config, NULL), 0);
}

static void setup(void)
{
	boot(4, 3);
	ck_assert_int_eq(cpuhp_setup_state_multi(STATE, "test", prepare, dead), 0);
}

static void teardown(void)
{
	fault_plan_set(NULL, 0);
}

START_TEST(masks)
{
	static const struct {
		unsigned int possible, online;
	} machines[] = { { 1, 1 }, { 2, 1 }, { 2, 2 }, { 5, 3 }, { 64, 64 } };

	boot(0, 0);
	ck_assert_uint_eq(nr_cpu_ids, 2);
	ck_assert_uint_eq(num_online_cpus(), 2);
	for (unsigned int m = 0; m < 5; m++) {
		unsigned int cpu, nr = 0;

		boot(machines[m].possible, machines[m].online);
		ck_assert_uint_eq(nr_cpu_ids, machines[m].possible);
		for_each_possible_cpu(cpu)
			ck_assert_uint_eq(cpu, nr++);
		ck_assert_uint_eq(nr, machines[m].possible);
		nr = 0;
		for_each_online_cpu(cpu)
			ck_assert_uint_eq(cpu, nr++);
		ck_assert_uint_eq(nr, machines[m].online);
		ck_assert_uint_eq(ledger_cpus_online(), nr);
		ck_assert_int_eq(world_cpu(), 0);
	}
}
END_TEST

START_TEST(odd_cpus_are_on_node_1)
{
	unsigned int cpu;
	int node, nr = 0;

	for_each_possible_cpu(cpu)
		ck_assert_int_eq(cpu_to_node(cpu), cpu & 1);
	ck_assert_int_eq(numa_node_id(), 0);
	ck_assert_int_eq(world_run_on(1), 0);
	ck_assert_int_eq(numa_node_id(), 1);
	ck_assert_int_eq(raw_smp_processor_id(), 1);
	for_each_node_state(node, N_NORMAL_MEMORY)
		nr++;
	ck_assert_int_eq(nr, WORLD_NR_NODES);
}
END_TEST

START_TEST(a_state_is_set_up_once)
{
	const struct fault fault = {
		.point = FP_CPUHP_SETUP_STATE_MULTI, .phase = PHASE_STORE, .error = -ENOSPC,
	};

	ck_assert_int_eq(cpuhp_setup_state_multi(STATE, "again", prepare, dead), -EBUSY);
	cpuhp_remove_multi_state(STATE);
	ck_assert_int_eq(cpuhp_state_add_instance(STATE, &a.node), -EINVAL);
	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
	fault_phase(PHASE_STORE);
	ck_assert_int_eq(cpuhp_setup_state_multi(STATE, "test", prepare, dead), -ENOSPC);
	ck_assert_int_eq(cpuhp_state_add_instance(STATE, &a.node), -EINVAL);
	ck_assert_int_eq(cpuhp_setup_state_multi(STATE, "test", prepare, dead), 0);
	ck_assert_int_eq(cpuhp_state_add_instance(STATE, &a.node), 0);
	ck_assert_uint_eq(nr_complaints(), 0);

	/* Removing it with an instance left is a WARN. */
	calls[0] = '\0';
	cpuhp_remove_multi_state(STATE);
	expect_calls("");
	ck_assert_uint_eq(nr_complaints(), 1);
	ck_assert_uint_eq(ledger_cpuhp_instances(), 0);
}
END_TEST

START_TEST(an_instance_is_prepared_on_every_cpu_that_is_up)
{
	ck_assert_int_eq(cpuhp_state_add_instance(STATE, &a.node), 0);
	expect_calls("+a0 +a1 +a2 ");
	ck_assert_uint_eq(ledger_cpuhp_instances(), 1);
	ck_assert_int_eq(cpuhp_state_add_instance(STATE, &b.node), 0);
	expect_calls("+b0 +b1 +b2 ");
	ck_assert_uint_eq(ledger_cpuhp_instances(), 2);
	ck_assert_int_eq(cpuhp_state_remove_instance(STATE, &a.node), 0);
	expect_calls("-a0 -a1 -a2 ");
	ck_assert_uint_eq(ledger_cpuhp_instances(), 1);
	ck_assert_ptr_eq(a.node.pprev, LIST_POISON2);
	ck_assert_uint_eq(nr_complaints(), 0);
}
END_TEST

START_TEST(a_failed_instance_is_torn_down_where_it_was_prepared)
{
	static const char *const expected[] = {
		"+a0 ", "+a0 +a1 -a0 ", "+a0 +a1 +a2 -a0 -a1 ",
	};

	for (fail_cpu = 0; fail_cpu < 3; fail_cpu++) {
		ck_assert_int_eq(cpuhp_state_add_instance(STATE, &a.node), -ENOMEM);
		expect_calls(expected[fail_cpu]);
		ck_assert_uint_eq(ledger_cpuhp_instances(), 0);
	}
	ck_assert_int_eq(cpuhp_state_add_instance(STATE, &a.node), 0);
}
END_TEST

START_TEST(without_a_teardown_nothing_is_torn_down)
{
	cpuhp_remove_multi_state(STATE);
	ck_assert_int_eq(cpuhp_setup_state_multi(STATE, "test", prepare, NULL), 0);
	fail_cpu = 2;
	ck_assert_int_eq(cpuhp_state_add_instance(STATE, &a.node), -ENOMEM);
	expect_calls("+a0 +a1 +a2 ");
	fail_cpu = -1;
	ck_assert_int_eq(cpuhp_state_add_instance(STATE, &a.node), 0);
	expect_calls("+a0 +a1 +a2 ");
	ck_assert_int_eq(world_cpu_down(2), 0);
	ck_assert_int_eq(cpuhp_state_remove_instance(STATE, &a.node), 0);
	expect_calls("");
}
END_TEST

START_TEST(adding_can_fail_early)
{
	const struct fault fault = {
		.point = FP_CPUHP_STATE_ADD_INSTANCE, .phase = PHASE_STORE, .error = -ENOMEM,
	};

	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
	fault_phase(PHASE_STORE);
	ck_assert_int_eq(cpuhp_state_add_instance(STATE, &a.node), -ENOMEM);
	expect_calls("");
	ck_assert_uint_eq(ledger_cpuhp_instances(), 0);
	ck_assert_int_eq(cpuhp_state_add_instance(STATE, &a.node), 0);
	expect_calls("+a0 +a1 +a2 ");
}
END_TEST

START_TEST(wrong_use_is_a_complaint)
{
	ck_assert_int_eq(cpuhp_state_remove_instance(STATE, &a.node), 0);
	ck_assert_uint_eq(nr_complaints(), 1);
	cpuhp_state_add_instance(STATE, &a.node);
	calls[0] = '\0';
	cpuhp_state_add_instance(STATE, &a.node);
	expect_calls("");
	ck_assert_uint_eq(nr_complaints(), 2);
	ck_assert_uint_eq(ledger_cpuhp_instances(), 1);
	context_now->spinlocks++;
	cpuhp_state_remove_instance(STATE, &a.node);
	cpuhp_state_add_instance(STATE, &a.node);
	context_now->spinlocks--;
	ck_assert_uint_eq(nr_complaints(), 4);
}
END_TEST

START_TEST(a_callback_must_not_call_back)
{
	ck_assert_int_eq(cpuhp_state_add_instance(STATE, &a.node), 0);
	ck_assert_uint_eq(nr_complaints(), 0);
	call_back_in = true;
	ck_assert_int_eq(world_cpu_up(3), 0);
	ck_assert_uint_ge(nr_complaints(), 1);
	ck_assert_int_eq(first_complaint(), 'K');
}
END_TEST

START_TEST(down_and_up)
{
	cpuhp_state_add_instance(STATE, &a.node);
	cpuhp_state_add_instance(STATE, &b.node);
	calls[0] = '\0';

	/* The newest instance first, and while the CPU is not there. */
	ck_assert_int_eq(world_cpu_down(1), 0);
	expect_calls("-b1 -a1 ");
	ck_assert(!online_in_callback);
	ck_assert(!cpu_online(1));
	ck_assert_uint_eq(ledger_cpus_online(), 2);
	ck_assert_int_eq(world_cpu_up(1), 0);
	expect_calls("+b1 +a1 ");
	ck_assert(!online_in_callback);
	ck_assert(cpu_online(1));
	ck_assert_int_eq(world_cpu_up(3), 0);
	expect_calls("+b3 +a3 ");

	/* A CPU that is down takes no part. */
	ck_assert_int_eq(world_cpu_down(0), 0);
	expect_calls("-b0 -a0 ");
	ck_assert_int_eq(cpuhp_state_remove_instance(STATE, &b.node), 0);
	expect_calls("-b1 -b2 -b3 ");
	ck_assert_uint_eq(nr_complaints(), 0);
}
END_TEST

START_TEST(no_such_cpu)
{
	ck_assert_int_eq(world_cpu_down(3), -EINVAL);
	ck_assert_int_eq(world_cpu_down(4), -EINVAL);
	ck_assert_int_eq(world_cpu_down(64), -EINVAL);
	ck_assert_int_eq(world_cpu_up(0), -EINVAL);
	ck_assert_int_eq(world_cpu_up(4), -EINVAL);
	ck_assert_int_eq(world_cpu_up(64), -EINVAL);
	ck_assert_int_eq(world_run_on(3), -EINVAL);
	ck_assert_int_eq(world_run_on(64), -EINVAL);
	ck_assert_int_eq(world_cpu(), 0);
}
END_TEST

START_TEST(the_task_moves_off)
{
	ck_assert_int_eq(world_run_on(2), 0);
	ck_assert_int_eq(world_cpu_down(1), 0);
	ck_assert_int_eq(world_cpu(), 2);
	ck_assert_int_eq(world_cpu_down(2), 0);
	ck_assert_int_eq(world_cpu(), 0);
	ck_assert_int_eq(world_cpu_up(1), 0);
	ck_assert_int_eq(world_cpu_down(0), 0);
	ck_assert_int_eq(world_cpu(), 1);
	cpuhp_state_add_instance(STATE, &a.node);
	calls[0] = '\0';
	ck_assert_int_eq(world_cpu_down(1), -EBUSY);
	expect_calls("");
	ck_assert_uint_eq(ledger_cpus_online(), 1);
	ck_assert_int_eq(world_cpu(), 1);
}
END_TEST

START_TEST(a_cpu_that_fails_to_come_up_stays_down)
{
	cpuhp_state_add_instance(STATE, &a.node);
	cpuhp_state_add_instance(STATE, &b.node);
	calls[0] = '\0';
	fail_cpu = 3;
	fail_name = 'a';
	ck_assert_int_eq(world_cpu_up(3), -ENOMEM);
	expect_calls("+b3 +a3 -b3 ");
	ck_assert(!cpu_online(3));
	fail_name = 'b';
	ck_assert_int_eq(world_cpu_up(3), -ENOMEM);
	expect_calls("+b3 ");
	ck_assert(!cpu_online(3));
	fail_cpu = -1;
	ck_assert_int_eq(world_cpu_up(3), 0);
	expect_calls("+b3 +a3 ");
	ck_assert(cpu_online(3));
}
END_TEST

START_TEST(a_teardown_must_not_fail)
{
	cpuhp_state_add_instance(STATE, &a.node);
	fail_teardown = true;
	ck_assert_int_eq(world_cpu_down(1), 0);
	ck_assert_uint_eq(nr_complaints(), 1);
	ck_assert(!cpu_online(1));
}
END_TEST

Suite *suite_cpu(void);
Suite *suite_cpu(void)
{
	Suite *s = suite_create("cpu");
	TCase *tc = tcase_create("cpu");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, masks);
	tcase_add_test(tc, odd_cpus_are_on_node_1);
	tcase_add_test(tc, a_state_is_set_up_once);
	tcase_add_test(tc, an_instance_is_prepared_on_every_cpu_that_is_up);
	tcase_add_test(tc, a_failed_instance_is_torn_down_where_it_was_prepared);
	tcase_add_test(tc, without_a_teardown_nothing_is_torn_down);
	tcase_add_test(tc, adding_can_fail_early);
	tcase_add_test(tc, wrong_use_is_a_complaint);
	tcase_add_test(tc, a_callback_must_not_call_back);
	tcase_add_test(tc, down_and_up);
	tcase_add_test(tc, no_such_cpu);
	tcase_add_test(tc, the_task_moves_off);
	tcase_add_test(tc, a_cpu_that_fails_to_come_up_stays_down);
	tcase_add_test(tc, a_teardown_must_not_fail);
	suite_add_tcase(s, tc);
	return s;
}
