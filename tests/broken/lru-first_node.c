// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries go to the lists of node 0, wherever they lie. */
#include <linux/list_lru.h>

#define list_lru_add(lru, item, nid, memcg)	(list_lru_add)(lru, item, 0 * (nid), memcg)
#define list_lru_del(lru, item, nid, memcg)	(list_lru_del)(lru, item, 0 * (nid), memcg)

#include "../../core/lru.c"
