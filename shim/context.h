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
 * @mappings: atomic mappings open (zpool_map_handle() without sleep_mapped)
 */
struct context {
	unsigned int spinlocks, mutexes, rcu_depth, preempt, mappings;
	unsigned int nr_held;
	const void *held[CONTEXT_LOCKS];
};
extern struct context *context_now;

/* A sleeping function was called: a complaint (K) where it must not be. */
void context_might_sleep(const char *what);
/* The same for an allocation, which sleeps if its gfp says so. */
void context_might_alloc(unsigned int gfp, const char *what);
/* Nothing held that forbids sleeping. */
bool context_can_sleep(void);

#endif
