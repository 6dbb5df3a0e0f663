/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state that spinlocks and mutexes share. It lies inside the lock, so
 * that whatever saves and restores the memory of a lock covers it.
 */
#ifndef _LINUX_LOCKDEP_H
#define _LINUX_LOCKDEP_H

#include <linux/types.h>

/* What an initialised lock begins with: neither zero nor slab poison. */
#define SHIM_LOCK_MAGIC		0x5a10c4edu

/**
 * struct lockdep_map - a lock as lock.c sees it
 * @magic: SHIM_LOCK_MAGIC once initialised
 * @owner: id of the task that holds it (shim/context.h), 0: nobody
 * @name: how the source names it
 * @key: identifies the class: the place that initialised the lock; NULL: a
 *	static lock, which is a class of its own
 * @class: the class as lock.c numbers it, 0: not looked up yet
 */
struct lockdep_map {
	unsigned int magic;
	unsigned int owner;
	const char *name;
	const void *key;
	unsigned char class;
};

#define SHIM_LOCK_STATIC(lockname) { .magic = SHIM_LOCK_MAGIC, .name = #lockname }

void shim_lock_init(struct lockdep_map *map, const char *key);
bool shim_lock_is_held(const struct lockdep_map *map);
void shim_lock_assert_held(const struct lockdep_map *map, const char *what);

/*
 * One class for each place in the source that initialises locks: an array
 * is never merged with another one of the same contents, a string may be.
 */
#define __shim_lock_init(map, lockname) do {	\
	static const char __key[] = lockname;	\
						\
	shim_lock_init(map, __key);		\
} while (0)

/* narrowed: a complaint, not a WARN, and only of the running task's locks */
#define lockdep_is_held(lock)		shim_lock_is_held(&(lock)->dep_map)
#define lockdep_assert_held(lock) \
	shim_lock_assert_held(&(lock)->dep_map, "lockdep_assert_held")

#endif
