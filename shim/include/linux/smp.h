/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SMP_H
#define _LINUX_SMP_H

#include <linux/cpumask.h>

/* The CPU that the running task is on; a scenario moves it: world_run_on(). */
extern int shim_cpu;

#define raw_smp_processor_id()	shim_cpu
/* Narrowed: asking while preemptible is no complaint. */
#define smp_processor_id()	raw_smp_processor_id()

#endif
