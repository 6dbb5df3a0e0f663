/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CPU hotplug state machine. Narrowed to the one state that a subject
 * has: a multi-instance state of the prepare section, whose callbacks run on
 * another CPU while theirs is down.
 */
#ifndef _LINUX_CPUHOTPLUG_H
#define _LINUX_CPUHOTPLUG_H

#include <linux/types.h>

enum cpuhp_state {
	CPUHP_INVALID = -1,
	CPUHP_OFFLINE = 0,
	CPUHP_MM_ZSWP_POOL_PREPARE,
	CPUHP_ONLINE,
};

typedef int (*cpuhp_multi_fn)(unsigned int cpu, struct hlist_node *node);

int cpuhp_setup_state_multi(enum cpuhp_state state, const char *name,
			    cpuhp_multi_fn startup, cpuhp_multi_fn teardown);
void cpuhp_remove_multi_state(enum cpuhp_state state);
int cpuhp_state_add_instance(enum cpuhp_state state, struct hlist_node *node);
int cpuhp_state_remove_instance(enum cpuhp_state state, struct hlist_node *node);

#endif
