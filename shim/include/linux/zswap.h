/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the rest of the kernel calls in zswap. A subject is built with hidden
 * visibility; these alone, its face to other files of a kernel, stay visible.
 */
#ifndef _LINUX_ZSWAP_H
#define _LINUX_ZSWAP_H

#include <linux/mm_types.h>
#include <linux/pagevec.h>
#include <linux/types.h>

struct lruvec;
struct mem_cgroup;

/**
 * struct zswap_lruvec_state - zswap's part of a struct lruvec
 * @nr_disk_swapins: pages that had to come from the swap file; the shrinker
 *	lets so many entries more alone
 */
struct zswap_lruvec_state {
	atomic_long_t nr_disk_swapins;
};

#pragma GCC visibility push(default)

/* Which type a subject's file defines is found by grep when it is built. */
#ifdef ZFAULT_ZSWAP_STORED_ATOMIC_T
extern atomic_t zswap_stored_pages;
#else
extern atomic_long_t zswap_stored_pages;
#endif

unsigned long zswap_total_pages(void);
bool zswap_store(struct folio *folio);
#ifdef ZFAULT_ZSWAP_LOAD_BOOL
bool zswap_load(struct folio *folio);
#else
int zswap_load(struct folio *folio);
#endif
void zswap_invalidate(swp_entry_t swp);
int zswap_swapon(int type, unsigned long nr_pages);
void zswap_swapoff(int type);
void zswap_memcg_offline_cleanup(struct mem_cgroup *memcg);
void zswap_lruvec_state_init(struct lruvec *lruvec);
void zswap_folio_swapin(struct folio *folio);
bool zswap_is_enabled(void);
bool zswap_never_enabled(void);

/* Posted, not merged: only a subject that batches by itself has them. */
bool zswap_can_batch(void);
void zswap_batch_store(struct folio_batch *batch, int *errors);

#pragma GCC visibility pop

#endif
