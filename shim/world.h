/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated machine: what a scenario may do to it. Every function here
 * acts as the part of the kernel around zswap would (page reclaim, a page
 * fault, a write to sysfs, a cgroup's removal), so the subject meets only
 * what its real callers produce.
 *
 * One world at a time; not thread safe; workers are processes.
 */
#ifndef SHIM_WORLD_H
#define SHIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct folio;
struct mem_cgroup;
struct subject;

#define WORLD_PAGE_SIZE	4096u
#define WORLD_NR_NODES	2

/* ---- boot, snapshot, guarded calls ------------------------------------- */

/**
 * struct world_config - the machine before it boots
 * @cpus_possible, @cpus_online: CPUs 0..n-1; odd CPUs are on node 1; 0: two
 *	possible, all of them online
 * @totalram_pages: what totalram_pages() says; 0: the default, 1 GiB
 * @memcg_disabled: as booted with cgroup_disable=memory
 * @guard: every slab object on a page of its own that is protected once
 *	freed: slow, and sees plain reads of freed memory
 * @params: module parameters as on the kernel command line, "name=value"
 *	each, NULL-terminated; NULL: none
 * @before_initcalls: stop before the subject's parameters and initcalls,
 *	which world_initcalls() goes on with
 */
struct world_config {
	unsigned int cpus_possible;
	unsigned int cpus_online;
	unsigned long totalram_pages;
	bool memcg_disabled;
	bool guard;
	const char *const *params;
	bool before_initcalls;
};

/**
 * world_boot() - a new machine with this subject, its initcalls run
 * @config: NULL: the defaults (2 possible and online CPUs)
 * @subject: the loaded subject; NULL: none (tests of the shim alone)
 *
 * Whatever was there before is forgotten. The subject's own data is put back
 * to what it was when it was loaded. system_state is SYSTEM_BOOTING for the
 * parameters and SYSTEM_RUNNING afterwards.
 *
 * Return: 0; -1 when an initcall failed or had to be ended (the world is
 * there all the same), -2 when the harness itself failed (errno tells).
 */
int world_boot(const struct world_config *config, const struct subject *subject);

/*
 * The rest of a boot that stopped before it: in a world_call().
 * Return: 0, or -1 when an initcall failed.
 */
int world_initcalls(const char *const *params);

/*
 * Save the world (arena, __world variables, subject data); go back to it.
 * What was complained of and printed since is forgotten, and the calls begin anew.
 */
int world_snapshot(void);
void world_restore(void);

/*
 * One more, of a moment after the snapshot. The calls made and the complaints
 * by then count. A new snapshot, or a boot, ends it.
 */
int world_snapshot_midway(void);
void world_restore_midway(void);

/* Of a machine with @guard: until the next restore what is freed stays open. */
void world_guard_no_more(void);

/* Why a guarded call ended before it returned. */
enum world_end {
	WORLD_RETURNED,
	WORLD_BUG,		/* BUG_ON(), or an API used beyond repair */
	WORLD_OVERRUN,		/* the budget of shim calls is used up */
	WORLD_SIGNAL,		/* SIGSEGV and the like; see world_signal() */
	WORLD_WATCHDOG,		/* no shim call for long: a loop that calls nothing */
};

/**
 * world_call() - run something that enters the subject, contained
 *
 * Everything that may enter the subject is called through here by the
 * scenario: world_call(fn, arg) returns when fn does, or early when the case
 * has to end. After an early end only world_restore(), world_boot() and the
 * ledger may be used. A call inside a call is part of it: an early end leaves
 * both.
 */
enum world_end world_call(void (*fn)(void *arg), void *arg);

/* One constant sentence about the last early end, no addresses. */
const char *world_end_text(void);
/* Return addresses at the last early end. */
int world_end_frames(void **frames, int max);

/*
 * Shim calls, counted from the last boot or restore. The budget is kept by a
 * restore and gone after a boot; 0: none.
 */
void world_set_budget(unsigned long calls);
unsigned long world_calls(void);

/* WARNs are complaints (W); in between these two they are expected. */
void world_expect_warn(bool expected);

/*
 * What the subject printed since boot or restore: 0 is the newest line, NULL
 * when there is none (any more). No newline at the end.
 */
const char *world_printk_line(unsigned int back);

/* ---- machine ----------------------------------------------------------- */

/* A write to /sys/module/zswap/parameters/@name. 0 or a negative error. */
int world_param_set(const char *name, const char *value);
int world_param_get(const char *name, char *buf, size_t size);

int world_cpu_down(unsigned int cpu);	/* -EBUSY for the last one */
int world_cpu_up(unsigned int cpu);
int world_run_on(unsigned int cpu);	/* the task moves there; -EINVAL: offline */
int world_cpu(void);

/* Run pending work until none is left; RCU callbacks after a grace period. */
unsigned int world_run_work(void);
void world_rcu_barrier(void);

/*
 * Let another task run for a while: @fn is called with a context of its own
 * (no locks held, may sleep, on @cpu). Allowed where the current task may
 * sleep; false and no call otherwise.
 */
bool world_other_task(void (*fn)(void *arg), void *arg);

/*
 * Call @fn whenever the running task is about to wait for a mutex that it may
 * wait for, with no other lock held: what it looked up before may be gone when
 * it has it. NULL: no more. What @fn itself does is not told.
 */
void world_on_mutex(void (*fn)(void *arg), void *arg);

/* Memory reclaim calls the registered shrinkers: count, then scan nr. */
unsigned long world_shrink(struct mem_cgroup *memcg, int nid, unsigned long nr);
/* On behalf of an allocation that must not wait for a disk. */
unsigned long world_shrink_noio(struct mem_cgroup *memcg, int nid, unsigned long nr);
/*
 * The same, with a count from when there was more: scans up to @nr whatever
 * the shrinkers count now. zswap counts by how well its pages compress, and a
 * story has to have the same hits whatever they hold.
 */
unsigned long world_scan(struct mem_cgroup *memcg, int nid, unsigned long nr);

/* Totalram and so the pool limit, in pages; 0: the default, 1 GiB. */
void world_set_totalram(unsigned long pages);

/**
 * enum world_batch_driver - what a batching compressor's driver leaves behind
 * @BATCH_ANSWERS: an error for each page, and a length for each that fits;
 *	that of a page that failed is as it was or nonsense, by turns
 * @BATCH_STOPS: at the first page that fails; of those behind it neither
 *	error nor length nor bytes are written
 */
enum world_batch_driver { BATCH_ANSWERS, BATCH_STOPS };

/**
 * world_set_batch_driver() - replace the driver of the batching compressor
 * @driver: what a machine boots with is BATCH_ANSWERS
 *
 * Single requests and batches to be decompressed are answered as before.
 */
void world_set_batch_driver(enum world_batch_driver driver);

/* ---- memory cgroups ---------------------------------------------------- */

#define WORLD_ZSWAP_MAX		UINT64_MAX	/* no limit */
struct mem_cgroup *world_memcg_root(void);
struct mem_cgroup *world_memcg_create(struct mem_cgroup *parent); /* NULL: root */
void world_memcg_set_zswap_max(struct mem_cgroup *memcg, uint64_t pages);
void world_memcg_set_zswap_writeback(struct mem_cgroup *memcg, bool on);
void world_memcg_rmdir(struct mem_cgroup *memcg);	/* offline; lives while referenced */

/* ---- swap -------------------------------------------------------------- */

int world_swapon(int type, unsigned long nr_pages);	/* 0 or what zswap_swapon said */
void world_swapoff(int type);	/* every slot read back and freed first */

/* The slots are in use by a process: what an allocated swap entry is. */
void world_swap_alloc(int type, unsigned long offset, unsigned long nr);
/* The process is done with them: swap_free(), which invalidates in zswap. */
void world_swap_free(int type, unsigned long offset, unsigned long nr);

/**
 * world_folio() - a locked, dirty folio in the swap cache, ready to be stored
 * @pages: 1 << @order pointers to the pages' contents, which must stay as
 *	they are; not copied
 *
 * Slots @offset.. must have been allocated. The folio holds the swap cache's
 * references (one a page) and the caller's one, and pins the memcg. NULL:
 * @offset is not aligned to the folio's size, or its slots are not all in use
 * and uncached.
 */
struct folio *world_folio(unsigned int order, int nid, struct mem_cgroup *memcg,
			  int type, unsigned long offset, const void *const *pages);

/* New contents: a process wrote to the pages. The folio must be unlocked. */
void world_folio_redirty(struct folio *folio, const void *const *pages);
void world_folio_lock(struct folio *folio);
/*
 * Its process moved to another cgroup and took the charge along, as it may in
 * the first version of the hierarchy. What zswap has of it stays where it is.
 */
void world_folio_move(struct folio *folio, struct mem_cgroup *memcg);

enum world_stored {
	WORLD_STORED,		/* in zswap */
	WORLD_WRITTEN,		/* refused, written to the swap file */
	WORLD_KEPT,		/* refused, writeback disabled: dirty, in the swap cache */
	WORLD_NOT_ASKED,	/* the caller never reached zswap */
};

/**
 * world_writepage() - swap_writepage() on a locked folio
 *
 * The folio is unlocked on return. What zswap_store() answered is not all
 * that counts: see enum world_stored.
 */
enum world_stored world_writepage(struct folio *folio);

/**
 * world_writepage_batch() - the same for folios that reclaim has put together
 * @folios, @nr: locked; at most as many as a folio_batch holds
 * @error: what errors[] is set to before the call: not 0, as the caller of
 *	zswap_batch_store() has to; 0 is what an earlier call may have left
 * @stored: what became of each
 *
 * A subject that stores no batches, or whose pool cannot, is given one folio
 * after the other. There is no such caller yet: the posted swap_writepage()
 * makes a batch of one.
 */
void world_writepage_batch(struct folio *const *folios, unsigned int nr, int error,
			   enum world_stored *stored);

/*
 * Let something happen right before the next zswap_store() or, where a batch is
 * stored, between zswap_can_batch() and zswap_batch_store(). Once; NULL: nothing.
 */
void world_before_store(void (*fn)(void *arg), void *arg);

/* Reclaim drops a clean folio from the swap cache; puts the caller's ref. */
void world_folio_drop(struct folio *folio);

/**
 * struct world_read - a page fault's read of one slot
 * @page: the bytes, valid until the next call; NULL when @error
 * @error: 0; -EIO when the folio did not become uptodate, which stays so for
 *	later reads until world_swapin_reclaim(); -ENOENT: the slot is not in use
 * @from: where they came from
 */
struct world_read {
	const void *page;
	int error;
	enum { READ_SWAP_CACHE, READ_ZSWAP, READ_SWAP_FILE } from;
};
/* Through the swap cache, where the folio then stays (dirty, if from zswap). */
struct world_read world_swapin(int type, unsigned long offset);

/* Reclaim the order-0 folio that world_swapin() left: written out if dirty. */
enum world_stored world_swapin_reclaim(int type, unsigned long offset);

/* ---- page contents ----------------------------------------------------- */

/*
 * Contents are immutable while a world uses them. Registering a range lets
 * the shim remember compression results by address; elsewhere it compares
 * bytes. With @nr 0 the range that holds @pages is not registered any more:
 * before its memory is freed. Outside the world.
 */
void world_pages_register(const void *pages, unsigned long nr);

/* Forget remembered compressions; how many are kept and their bytes. */
void world_memo_clear(void);
void world_memo_stats(unsigned long *results, unsigned long *bytes);
/* Off while the compressor itself is measured. On by default. */
void world_memo(bool on);

#endif
