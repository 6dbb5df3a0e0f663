/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <linux/compiler.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/spinlock_types.h>

#define spin_lock_init(lock)	__shim_lock_init(&(lock)->dep_map, #lock)

void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
int spin_trylock(spinlock_t *lock);
int spin_is_locked(spinlock_t *lock);

/* Without softirqs, in which RCU callbacks run: one may want the same lock. */
void spin_lock_bh(spinlock_t *lock);
void spin_unlock_bh(spinlock_t *lock);

/*
 * narrowed: nothing interrupts a task here but what softirqs run, so these
 * are as good as the above
 */
static inline void spin_lock_irq(spinlock_t *lock)
{
	spin_lock_bh(lock);
}

static inline void spin_unlock_irq(spinlock_t *lock)
{
	spin_unlock_bh(lock);
}

static inline void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
	spin_unlock_bh(lock);
}

#define spin_lock_irqsave(lock, flags) \
	do { (flags) = 0; spin_lock_bh(lock); } while (0)

/*
 * narrowed: the kernel stops at a lock that nobody holds, here it is a
 * complaint and the case goes on to show what comes of it
 */
#define assert_spin_locked(lock) \
	shim_lock_assert_held(&(lock)->dep_map, "assert_spin_locked")

#endif
