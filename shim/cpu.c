// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CPUs that come and go, and the one state of the hotplug machine that a
 * subject registers. Its callbacks belong to the prepare section: they run
 * elsewhere, before the CPU is up and after it is down.
 */
#include <linux/bug.h>
#include <linux/cpu.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/minmax.h>

#include "boot.h"
#include "context.h"
#include "fault.h"
#include "ledger.h"
#include "shim.h"
#include "world.h"

#define CPUS_DEFAULT	2

struct cpumask shim_cpu_possible __world;
struct cpumask shim_cpu_online __world;
unsigned int nr_cpu_ids __world;
int shim_cpu __world;

/**
 * struct step - the state, with what is registered for it
 * @name: NULL: nobody has set it up
 * @busy: callbacks are running: who wants to change CPUs or instances now
 *	would wait for a lock that is held
 */
static struct step {
	const char *name;
	cpuhp_multi_fn startup, teardown;
	struct hlist_head instances;
	bool busy;
} step __world;

void cpu_boot(unsigned int possible, unsigned int online)
{
	possible = min(possible ? possible : CPUS_DEFAULT, (unsigned int)NR_CPUS);
	online = min(online ? online : possible, possible);
	nr_cpu_ids = possible;
	shim_cpu_possible.bits = ~0ul >> (NR_CPUS - possible);
	shim_cpu_online.bits = ~0ul >> (NR_CPUS - online);
}

static void enter(const char *what)
{
	shim_call();
	context_might_sleep(what);
	if (step.busy)
		complain('K', "cpuhp from a cpuhp callback",
			 "%s called from a CPU hotplug callback, where it waits for itself", what);
}

/* narrowed: one state, which has instances and no callbacks of its own */
int cpuhp_setup_state_multi(enum cpuhp_state state, const char *name,
			    cpuhp_multi_fn startup, cpuhp_multi_fn teardown)
{
	int error;

	enter("cpuhp_setup_state_multi()");
	if (state != CPUHP_MM_ZSWP_POOL_PREPARE || !name)
		return -EINVAL;
	error = fault_hit(FP_CPUHP_SETUP_STATE_MULTI);
	if (error)
		return error;
	if (step.name)
		return -EBUSY;
	step = (struct step){ .name = name, .startup = startup, .teardown = teardown };
	return 0;
}

/* faithful: instances that are left are forgotten, not torn down */
void cpuhp_remove_multi_state(enum cpuhp_state state)
{
	enter("cpuhp_remove_multi_state()");
	WARN(step.instances.first, "the state has instances left");
	step = (struct step){ 0 };
}

static bool registered(const struct hlist_node *node)
{
	struct hlist_node *pos;

	hlist_for_each(pos, &step.instances) {
		if (pos == node)
			return true;
	}
	return false;
}

static void teardown(unsigned int cpu, struct hlist_node *node)
{
	int ret = step.teardown ? step.teardown(cpu, node) : 0;

	WARN(ret, "a teardown callback must not fail");
}

static int startup_everywhere(struct hlist_node *node)
{
	unsigned int cpu, up;
	int ret;

	if (!step.startup)
		return 0;
	for_each_online_cpu(cpu) {
		ret = step.startup(cpu, node);
		if (ret)
			goto rollback;
	}
	return 0;

rollback:
	/* Not the CPU that failed: its callback has cleaned up after itself. */
	for_each_online_cpu(up) {
		if (up == cpu)
			break;
		teardown(up, node);
	}
	return ret;
}

/* faithful */
int cpuhp_state_add_instance(enum cpuhp_state state, struct hlist_node *node)
{
	int ret;

	enter("cpuhp_state_add_instance()");
	if (!step.name)
		return -EINVAL;
	ret = fault_hit(FP_CPUHP_STATE_ADD_INSTANCE);
	if (ret)
		return ret;
	if (registered(node)) {
		complain('U', "cpuhp instance added twice",
			 "a CPU hotplug instance was added that is there already");
		return 0;
	}
	step.busy = true;
	ret = startup_everywhere(node);
	step.busy = false;
	if (!ret)
		hlist_add_head(node, &step.instances);
	return ret;
}

/* faithful */
int cpuhp_state_remove_instance(enum cpuhp_state state, struct hlist_node *node)
{
	unsigned int cpu;

	enter("cpuhp_state_remove_instance()");
	if (!step.name)
		return -EINVAL;
	if (!registered(node)) {
		complain('U', "cpuhp instance not there",
			 "a CPU hotplug instance was removed that had not been added");
		return 0;
	}
	step.busy = true;
	for_each_online_cpu(cpu)
		teardown(cpu, node);
	step.busy = false;
	hlist_del(node);
	return 0;
}

/* ---- what a scenario does ---------------------------------------------- */

int world_cpu_down(unsigned int cpu)
{
	struct hlist_node *node;

	if (cpu >= nr_cpu_ids || !cpu_online(cpu))
		return -EINVAL;
	if (num_online_cpus() == 1 || step.busy)
		return -EBUSY;
	shim_cpu_online.bits &= ~BIT(cpu);
	if (shim_cpu == cpu)
		shim_cpu = cpumask_first(cpu_online_mask);
	step.busy = true;
	hlist_for_each(node, &step.instances)
		teardown(cpu, node);
	step.busy = false;
	return 0;
}

static int startup_all(unsigned int cpu)
{
	struct hlist_node *node, *up;
	int ret;

	if (!step.startup)
		return 0;
	hlist_for_each(node, &step.instances) {
		ret = step.startup(cpu, node);
		if (ret)
			goto rollback;
	}
	return 0;

rollback:
	hlist_for_each(up, &step.instances) {
		if (up == node)
			break;
		teardown(cpu, up);
	}
	return ret;
}

int world_cpu_up(unsigned int cpu)
{
	int ret;

	if (cpu >= nr_cpu_ids || !cpu_possible(cpu) || cpu_online(cpu))
		return -EINVAL;
	if (step.busy)
		return -EBUSY;
	step.busy = true;
	ret = startup_all(cpu);
	step.busy = false;
	if (!ret)
		shim_cpu_online.bits |= BIT(cpu);
	return ret;
}

int world_run_on(unsigned int cpu)
{
	if (cpu >= nr_cpu_ids || !cpu_online(cpu))
		return -EINVAL;
	shim_cpu = cpu;
	return 0;
}

int world_cpu(void)
{
	return shim_cpu;
}

unsigned int ledger_cpus_online(void)
{
	return num_online_cpus();
}

unsigned int ledger_cpuhp_instances(void)
{
	struct hlist_node *node;
	unsigned int nr = 0;

	hlist_for_each(node, &step.instances)
		nr++;
	return nr;
}

unsigned int ledger_cpuhp_states(void)
{
	return !!step.name;
}
