// SPDX-License-Identifier: GPL-2.0-or-later
/* A store goes on without the lists of its memory cgroup. */
#include <linux/list_lru.h>

#define memcg_list_lru_alloc(memcg, lru, gfp)	\
	((memcg_list_lru_alloc)(memcg, lru, gfp), 0)

#include "../../core/store.c"
