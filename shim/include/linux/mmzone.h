/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MMZONE_H
#define _LINUX_MMZONE_H

#include <linux/types.h>
#include <linux/numa.h>
#include <linux/zswap.h>

struct pglist_data;

/**
 * struct lruvec - the LRU lists of a memory cgroup on a node
 *
 * Of these only what zswap keeps there.
 */
struct lruvec {
	struct pglist_data *pgdat;
	struct zswap_lruvec_state zswap_lruvec_state;
};

/**
 * struct pglist_data - a node
 * @node_id: its number
 * @__lruvec: used while memory cgroups are disabled; mem_cgroup_lruvec() knows
 */
typedef struct pglist_data {
	int node_id;
	struct lruvec __lruvec;
} pg_data_t;

extern struct pglist_data shim_node_data[MAX_NUMNODES];
#define NODE_DATA(nid)	(&shim_node_data[nid])

#endif
