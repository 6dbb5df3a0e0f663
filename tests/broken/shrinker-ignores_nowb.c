// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries are written back whatever memory.zswap.writeback says. */
#include <linux/memcontrol.h>

#define mem_cgroup_zswap_writeback_enabled(memcg)	true

#include "../../core/shrinker.c"
