// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When a cgroup goes the shrink worker's cursor moves on to the next one, which
 * may be dead as well, and then nobody ever moves it again.
 */
#include "../../core/zswap_internal.h"

#include <linux/memcontrol.h>

#define mem_cgroup_online(memcg)	true

#include "../../core/shrinker.c"
