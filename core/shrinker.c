// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who is written back, and when.
 *
 * Two ways lead here. Memory pressure calls the shrinker, which offers what
 * is left of the LRU after three corrections: recently stored entries get a
 * second chance, swap-ins from the disk say that we wrote back too much, and
 * the better the pages compress, the less there is to gain. And a full pool
 * queues shrink_worker(), which goes round all memory cgroups.
 */
#include "zswap_internal.h"

#include <linux/math.h>
#include <linux/memcontrol.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/sched.h>
#include <linux/shrinker.h>

#include "internal.h"

u64 zswap_written_back_pages;
u64 zswap_reject_reclaim_fail;

bool zswap_shrinker_enabled = IS_ENABLED(CONFIG_ZSWAP_SHRINKER_DEFAULT_ON);
module_param_named(shrinker_enabled, zswap_shrinker_enabled, bool, 0644);

struct workqueue_struct *shrink_wq;
struct work_struct zswap_shrink_work;
struct shrinker *zswap_shrinker;

/* Where shrink_worker() goes on; holds a reference. The lock protects both. */
static DEFINE_SPINLOCK(zswap_shrink_lock);
static struct mem_cgroup *zswap_next_shrink;

/*
 * A cgroup goes offline, and the round-robin must not keep it: this is called
 * once only, so the cursor has to end on one that is still online.
 */
void zswap_memcg_offline_cleanup(struct mem_cgroup *memcg)
{
	spin_lock(&zswap_shrink_lock);
	if (zswap_next_shrink == memcg) {
		do {
			zswap_next_shrink = mem_cgroup_iter(NULL, zswap_next_shrink, NULL);
		} while (zswap_next_shrink && !mem_cgroup_online(zswap_next_shrink));
	}
	spin_unlock(&zswap_shrink_lock);
}

/* @arg: set when an entry was met that is being swapped in; or NULL. */
static enum lru_status shrink_memcg_cb(struct list_head *item, struct list_lru_one *l,
				       void *arg)
{
	struct zswap_entry *entry = container_of(item, struct zswap_entry, lru);
	bool *encountered_page_in_swapcache = arg;
	swp_entry_t swpentry;
	int err;

	if (entry->referenced) {
		entry->referenced = false;
		return LRU_ROTATE;
	}

	/*
	 * Without the lock the entry may be freed by an invalidation, so it
	 * stays on the list for that to take it off, and goes to the tail for
	 * the case that it cannot be written now. What is needed of it is read
	 * here; zswap_writeback_entry() finds out if it still exists.
	 */
	list_move_tail(item, &l->list);
	swpentry = entry->swpentry;
	spin_unlock(&l->lock);

	err = zswap_writeback_entry(entry, swpentry);
	if (!err) {
		zswap_written_back_pages++;
		return LRU_REMOVED_RETRY;
	}

	zswap_reject_reclaim_fail++;
	/* The warm end of the list: the shrinker has gone far enough. */
	if (err == -EEXIST && encountered_page_in_swapcache) {
		*encountered_page_in_swapcache = true;
		return LRU_STOP;
	}
	return LRU_RETRY;
}

static unsigned long zswap_shrinker_scan(struct shrinker *shrinker,
					 struct shrink_control *sc)
{
	bool encountered_page_in_swapcache = false;
	unsigned long shrink_ret;

	if (!zswap_shrinker_enabled || !mem_cgroup_zswap_writeback_enabled(sc->memcg)) {
		sc->nr_scanned = 0;
		return SHRINK_STOP;
	}

	shrink_ret = list_lru_shrink_walk(&zswap_list_lru, sc, &shrink_memcg_cb,
					  &encountered_page_in_swapcache);

	if (encountered_page_in_swapcache || !shrink_ret)
		return SHRINK_STOP;
	return shrink_ret;
}

/*
 * Use up the swap-ins from the disk that were counted since the last time:
 * each of them protects one entry. What exceeds @nr_freeable stays for next time.
 */
static unsigned long zswap_consume_swapins(atomic_long_t *nr_disk_swapins,
					   unsigned long nr_freeable)
{
	long cur = atomic_long_read(nr_disk_swapins);
	long remain;

	do {
		remain = cur > nr_freeable ? cur - nr_freeable : 0;
	} while (!atomic_long_try_cmpxchg(nr_disk_swapins, &cur, remain));

	return nr_freeable - (cur - remain);
}

static unsigned long zswap_shrinker_count(struct shrinker *shrinker,
					  struct shrink_control *sc)
{
	struct mem_cgroup *memcg = sc->memcg;
	struct lruvec *lruvec = mem_cgroup_lruvec(memcg, NODE_DATA(sc->nid));
	unsigned long nr_backing, nr_stored, nr_freeable;

	if (!zswap_shrinker_enabled || !mem_cgroup_zswap_writeback_enabled(memcg))
		return 0;

	/* Writeback enters the block layer and perhaps a file system. */
	if (!gfp_has_io_fs(sc->gfp_mask))
		return 0;

	/* With memory cgroups disabled @memcg is NULL. */
	if (!mem_cgroup_disabled()) {
		mem_cgroup_flush_stats(memcg);
		nr_backing = memcg_page_state(memcg, MEMCG_ZSWAP_B) >> PAGE_SHIFT;
		nr_stored = memcg_page_state(memcg, MEMCG_ZSWAPPED);
	} else {
		nr_backing = zswap_total_pages();
		nr_stored = atomic_long_read(&zswap_stored_pages);
	}
	if (!nr_stored)
		return 0;

	nr_freeable = list_lru_shrink_count(&zswap_list_lru, sc);
	if (!nr_freeable)
		return 0;

	nr_freeable = zswap_consume_swapins(&lruvec->zswap_lruvec_state.nr_disk_swapins,
					    nr_freeable);
	if (!nr_freeable)
		return 0;

	return mult_frac(nr_freeable, nr_backing, nr_stored);
}

struct shrinker *zswap_alloc_shrinker(void)
{
	struct shrinker *shrinker;

	shrinker = shrinker_alloc(SHRINKER_NUMA_AWARE | SHRINKER_MEMCG_AWARE, "mm-zswap");
	if (!shrinker)
		return NULL;

	shrinker->scan_objects = zswap_shrinker_scan;
	shrinker->count_objects = zswap_shrinker_count;
	shrinker->batch = 0;
	shrinker->seeks = DEFAULT_SEEKS;
	return shrinker;
}

/*
 * Look at one entry of each node. Return: 0 when one was written back,
 * -EAGAIN when there were only others, -ENOENT when there was none to try.
 */
int shrink_memcg(struct mem_cgroup *memcg)
{
	int nid, shrunk = 0, scanned = 0;

	if (!mem_cgroup_zswap_writeback_enabled(memcg))
		return -ENOENT;

	/* Its entries are the parent's by now. */
	if (memcg && !mem_cgroup_online(memcg))
		return -ENOENT;

	for_each_node_state(nid, N_NORMAL_MEMORY) {
		unsigned long nr_to_walk = 1;

		shrunk += list_lru_walk_one(&zswap_list_lru, nid, memcg,
					    &shrink_memcg_cb, NULL, &nr_to_walk);
		scanned += 1 - nr_to_walk;
	}

	if (!scanned)
		return -ENOENT;

	return shrunk ? 0 : -EAGAIN;
}

/*
 * The next cgroup in the round, with a reference of its own: the cursor's may
 * be dropped at any time. NULL: the round is over.
 *
 * An offline one is not kept as the cursor, because whether
 * zswap_memcg_offline_cleanup() has been here for it cannot be known.
 */
static struct mem_cgroup *zswap_next_memcg(void)
{
	struct mem_cgroup *memcg;

	spin_lock(&zswap_shrink_lock);
	do {
		memcg = mem_cgroup_iter(NULL, zswap_next_shrink, NULL);
		zswap_next_shrink = memcg;
	} while (memcg && !mem_cgroup_tryget_online(memcg));
	spin_unlock(&zswap_shrink_lock);

	return memcg;
}

/*
 * Shrink down to the accept threshold. Given up after MAX_RECLAIM_RETRIES of
 * these: a round without a cgroup that had anything to try, and a cgroup
 * that had but from which nothing could be written.
 */
void shrink_worker(struct work_struct *w)
{
	unsigned long thr = zswap_accept_thr_pages();
	int ret, failures = 0, attempts = 0;
	struct mem_cgroup *memcg;

	do {
		memcg = zswap_next_memcg();

		/* With memory cgroups disabled, NULL stands for the only list. */
		if (!memcg && !mem_cgroup_disabled()) {
			if (!attempts && ++failures == MAX_RECLAIM_RETRIES)
				break;

			attempts = 0;
			goto resched;
		}

		ret = shrink_memcg(memcg);
		mem_cgroup_put(memcg);

		if (ret == -ENOENT && memcg)
			goto resched;
		++attempts;

		if (ret && ++failures == MAX_RECLAIM_RETRIES)
			break;
resched:
		cond_resched();
	} while (zswap_total_pages() > thr);
}
