// SPDX-License-Identifier: GPL-2.0-or-later
/* The LRU of all pools, per node and memory cgroup. */
#include "zswap_internal.h"

#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/rcupdate.h>

struct list_lru zswap_list_lru;

/* Under RCU. */
static struct mem_cgroup *mem_cgroup_from_entry(struct zswap_entry *entry)
{
	return entry->objcg ? obj_cgroup_memcg(entry->objcg) : NULL;
}

static int entry_to_nid(struct zswap_entry *entry)
{
	return page_to_nid(virt_to_page(entry));
}

/*
 * RCU keeps the memory cgroup's memory; it need not be online. When it goes
 * offline its lists move to the parent, and what is added afterwards goes
 * there at once, so adding and deleting always agree on the list.
 */
void zswap_lru_add(struct zswap_entry *entry)
{
	rcu_read_lock();
	list_lru_add(&zswap_list_lru, &entry->lru, entry_to_nid(entry),
		     mem_cgroup_from_entry(entry));
	rcu_read_unlock();
}

void zswap_lru_del(struct zswap_entry *entry)
{
	rcu_read_lock();
	list_lru_del(&zswap_list_lru, &entry->lru, entry_to_nid(entry),
		     mem_cgroup_from_entry(entry));
	rcu_read_unlock();
}

void zswap_lruvec_state_init(struct lruvec *lruvec)
{
	atomic_long_set(&lruvec->zswap_lruvec_state.nr_disk_swapins, 0);
}

/* A page came from the disk: had zswap kept it, that would have been spared. */
void zswap_folio_swapin(struct folio *folio)
{
	if (folio)
		atomic_long_inc(&folio_lruvec(folio)->zswap_lruvec_state.nr_disk_swapins);
}
