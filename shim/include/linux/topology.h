/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_TOPOLOGY_H
#define _LINUX_TOPOLOGY_H

#include <linux/nodemask.h>
#include <linux/numa.h>
#include <linux/smp.h>

/* Narrowed: of the machines there are, the one whose odd CPUs are on node 1. */
static inline int cpu_to_node(int cpu)
{
	return cpu % MAX_NUMNODES;
}

static inline int numa_node_id(void)
{
	return cpu_to_node(raw_smp_processor_id());
}

#define cpu_to_mem(cpu)	cpu_to_node(cpu)
#define numa_mem_id()	numa_node_id()

#endif
