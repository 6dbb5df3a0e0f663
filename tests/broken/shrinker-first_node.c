// SPDX-License-Identifier: GPL-2.0-or-later
/* What is on other nodes than the first is written back by no worker. */
#include <linux/list_lru.h>

#define list_lru_walk_one(lru, nid, memcg, isolate, arg, nr)	\
	((nid) ? 0 : (list_lru_walk_one)(lru, nid, memcg, isolate, arg, nr))

#include "../../core/shrinker.c"
