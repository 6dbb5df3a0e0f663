/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two nodes, both with memory, so that the right one can be wrong. */
#ifndef _LINUX_NUMA_H
#define _LINUX_NUMA_H

#define NODES_SHIFT	1
#define MAX_NUMNODES	(1 << NODES_SHIFT)
#define NUMA_NO_NODE	(-1)

#endif
