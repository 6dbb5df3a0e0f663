/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the running task holds. Locks, RCU, preemption and mappings count
 * here; whatever may sleep asks here. Implemented in context.c.
 */
#ifndef SHIM_CONTEXT_H
#define SHIM_CONTEXT_H

#include <stdbool.h>

#define CONTEXT_LOCKS	16

/**
 * struct context - one task's
 * @held: the locks it holds, oldest first (struct spinlock or struct mutex)
 * @class: the lock class of each of @held, see lock.c
 * @mappings: atomic mappings open (zpool_map_handle() without sleep_mapped)
 * @readers: those under which it may sleep (zs_obj_read_begin())
 * @bh: how often it has turned softirqs off
 * @softirq: it is no task, but what a softirq runs
 * @noio: it reclaims memory for an allocation that must not wait for a disk
 * @id: tells tasks apart, the finished ones too; never 0
 */
struct context {
	unsigned int spinlocks, mutexes, rcu_depth, preempt, mappings, readers, bh;
	bool softirq, noio;
	unsigned int id;
	unsigned int nr_held;
	const void *held[CONTEXT_LOCKS];
	unsigned char class[CONTEXT_LOCKS];
};
extern struct context *context_now;

/* A sleeping function was called: a complaint (K) where it must not be. */
void context_might_sleep(const char *what);
/* The same for an allocation, which sleeps if its gfp says so. */
void context_might_alloc(unsigned int gfp, const char *what);
/* Nothing held that forbids sleeping. */
bool context_can_sleep(void);

/* An atomic mapping is opened and closed. */
void context_map_begin(void);
void context_map_end(void);
/* One that allows sleeping. */
void context_read_begin(void);
void context_read_end(void);

/**
 * context_run() - run @fn as another task while the current one is suspended
 * @what: the task in a complaint: "a work function of zswap-shrink"
 * @preempt: its preempt count: 0 for a task, 1 for what softirqs run
 *
 * The caller has made sure that the current task can be suspended. A task
 * that ends while it holds something is a complaint (K).
 */
void context_run(const char *what, unsigned int preempt, void (*fn)(void *arg), void *arg);

/* The task that runs is another's work: of a work queue, a CPU's, RCU's. */
bool context_is_other(void);

/* Does any unfinished task hold this lock? */
bool context_holds(const void *lock);

/* The name of a lock class, for complaints (lock.c). */
const char *lock_class_name(unsigned int class);

#endif
