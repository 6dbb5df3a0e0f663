/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Narrowed: CPU masks are of one word; a scenario has a handful of CPUs. */
#ifndef _LINUX_CPUMASK_H
#define _LINUX_CPUMASK_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define NR_CPUS		BITS_PER_LONG

struct cpumask {
	unsigned long bits;
};

/* Written by cpu.c alone. */
extern struct cpumask shim_cpu_possible, shim_cpu_online;
extern unsigned int nr_cpu_ids;

#define cpu_possible_mask	((const struct cpumask *)&shim_cpu_possible)
#define cpu_present_mask	cpu_possible_mask
#define cpu_online_mask		((const struct cpumask *)&shim_cpu_online)

static inline bool cpumask_test_cpu(int cpu, const struct cpumask *mask)
{
	return mask->bits & BIT(cpu);
}

static inline unsigned int cpumask_weight(const struct cpumask *mask)
{
	return __builtin_popcountl(mask->bits);
}

/* The first CPU of @mask that is not below @cpu, nr_cpu_ids if there is none. */
static inline unsigned int cpumask_from(unsigned int cpu, const struct cpumask *mask)
{
	unsigned long rest = cpu < NR_CPUS ? mask->bits & (~0UL << cpu) : 0;

	return rest ? (unsigned int)__builtin_ctzl(rest) : nr_cpu_ids;
}

static inline unsigned int cpumask_first(const struct cpumask *mask)
{
	return cpumask_from(0, mask);
}

static inline unsigned int cpumask_next(int cpu, const struct cpumask *mask)
{
	return cpumask_from(cpu + 1, mask);
}

#define for_each_cpu(cpu, mask)						\
	for ((cpu) = cpumask_first(mask); (cpu) < nr_cpu_ids;		\
	     (cpu) = cpumask_next((cpu), (mask)))
#define for_each_possible_cpu(cpu)	for_each_cpu(cpu, cpu_possible_mask)
#define for_each_present_cpu(cpu)	for_each_cpu(cpu, cpu_present_mask)
#define for_each_online_cpu(cpu)	for_each_cpu(cpu, cpu_online_mask)

#define num_possible_cpus()	cpumask_weight(cpu_possible_mask)
#define num_online_cpus()	cpumask_weight(cpu_online_mask)
#define cpu_possible(cpu)	cpumask_test_cpu((cpu), cpu_possible_mask)
#define cpu_online(cpu)		cpumask_test_cpu((cpu), cpu_online_mask)

#endif
