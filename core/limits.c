// SPDX-License-Identifier: GPL-2.0-or-later
/* How much memory the pools may take, and when they may grow again. */
#include "zswap_internal.h"

#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>

/* In percent of memory. */
unsigned int zswap_max_pool_percent = 20;
module_param_named(max_pool_percent, zswap_max_pool_percent, uint, 0644);

/* In percent of the above: once full, stores are refused until below this. */
unsigned int zswap_accept_thr_percent = 90;
module_param_named(accept_threshold_percent, zswap_accept_thr_percent, uint, 0644);

u64 zswap_pool_limit_hit;

/* The limit was met; stays true down to the accept threshold. */
bool zswap_pool_reached_full;

static unsigned long zswap_max_pages(void)
{
	return totalram_pages() * zswap_max_pool_percent / 100;
}

unsigned long zswap_accept_thr_pages(void)
{
	return zswap_max_pages() * zswap_accept_thr_percent / 100;
}

unsigned long zswap_total_pages(void)
{
	struct zswap_pool *pool;
	unsigned long total = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(pool, &zswap_pools, list)
		total += zpool_get_total_pages(pool->zpool);
	rcu_read_unlock();

	return total;
}

/* True: no room for another page. */
bool zswap_check_limits(void)
{
	unsigned long cur_pages = zswap_total_pages();

	if (cur_pages >= zswap_max_pages()) {
		zswap_pool_limit_hit++;
		zswap_pool_reached_full = true;
	} else if (zswap_pool_reached_full && cur_pages <= zswap_accept_thr_pages()) {
		zswap_pool_reached_full = false;
	}
	return zswap_pool_reached_full;
}
