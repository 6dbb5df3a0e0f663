/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Narrowed: every node there can be is there, and has memory. */
#ifndef _LINUX_NODEMASK_H
#define _LINUX_NODEMASK_H

#include <linux/numa.h>
#include <linux/types.h>

typedef struct {
	unsigned long bits;
} nodemask_t;

enum node_states {
	N_POSSIBLE,
	N_ONLINE,
	N_NORMAL_MEMORY,
	N_HIGH_MEMORY = N_NORMAL_MEMORY,
	N_MEMORY = N_NORMAL_MEMORY,
	N_CPU,
};

#define nr_node_ids		((unsigned int)MAX_NUMNODES)
#define nr_online_nodes		nr_node_ids
#define num_online_nodes()	((int)nr_node_ids)

static inline bool node_state(int node, enum node_states state)
{
	return node >= 0 && node < MAX_NUMNODES;
}
#define node_online(node)	node_state((node), N_ONLINE)

#define for_each_node_state(node, state) \
	for ((node) = 0; (node) < MAX_NUMNODES; (node)++)
#define for_each_node(node)		for_each_node_state(node, N_POSSIBLE)
#define for_each_online_node(node)	for_each_node_state(node, N_ONLINE)

#endif
