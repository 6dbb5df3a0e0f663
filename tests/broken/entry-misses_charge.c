// SPDX-License-Identifier: GPL-2.0-or-later
/* A freed entry gives back one byte less than was charged for it. */
#include <linux/memcontrol.h>

#define obj_cgroup_uncharge_zswap(objcg, size)	\
	(obj_cgroup_uncharge_zswap)(objcg, (size) - 1)

#include "../../core/entry.c"
