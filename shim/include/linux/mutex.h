/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

#include <linux/lockdep.h>

struct mutex {
	struct lockdep_map dep_map;
};

#define __MUTEX_INITIALIZER(lockname)	{ .dep_map = SHIM_LOCK_STATIC(lockname) }
#define DEFINE_MUTEX(mutexname) \
	struct mutex mutexname = __MUTEX_INITIALIZER(mutexname)
#define mutex_init(mutex)	__shim_lock_init(&(mutex)->dep_map, #mutex)

void mutex_lock(struct mutex *lock);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
bool mutex_is_locked(struct mutex *lock);

#endif
