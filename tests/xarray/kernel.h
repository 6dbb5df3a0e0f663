/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel's own lib/xarray.c needs besides the shim's headers, for one
 * task and nothing else: locks and RCU are nobody's business, memory comes
 * from tests/xarray/glue.c, which can refuse it.
 */
#ifndef TESTS_XARRAY_KERNEL_H
#define TESTS_XARRAY_KERNEL_H

#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/types.h>

/* ---- locks, RCU -------------------------------------------------------- */

#define __must_hold(x)
#define __releases(x)
#define __acquires(x)

typedef struct { } spinlock_t;
#define __SPIN_LOCK_UNLOCKED(name)	{ }
#define spin_lock_init(lock)		((void)(lock))
#define spin_lock(lock)			((void)(lock))
#define spin_unlock(lock)		((void)(lock))
#define spin_trylock(lock)		((void)(lock), true)
#define spin_lock_bh			spin_lock
#define spin_unlock_bh			spin_unlock
#define spin_lock_irq			spin_lock
#define spin_unlock_irq			spin_unlock
#define spin_lock_irqsave(lock, flags)	((void)(lock), (void)((flags) = 0))
#define spin_unlock_irqrestore(lock, flags) ((void)(lock), (void)(flags))
#define spin_lock_nested(lock, class)	((void)(lock))
#define spin_lock_bh_nested		spin_lock_nested
#define spin_lock_irq_nested		spin_lock_nested
#define spin_lock_irqsave_nested(lock, flags, class) spin_lock_irqsave(lock, flags)
#define lockdep_is_held(lock)		true
#define lockdep_assert_held(lock)	((void)(lock))
#define might_alloc(gfp)		((void)(gfp))

#define rcu_read_lock()			((void)0)
#define rcu_read_unlock()		((void)0)
#define rcu_dereference_check(p, c)	READ_ONCE(p)
#define rcu_dereference_protected(p, c)	(p)
#define rcu_dereference_raw(p)		READ_ONCE(p)
#define rcu_assign_pointer(p, v)	WRITE_ONCE(p, v)
#define RCU_INIT_POINTER(p, v)		WRITE_ONCE(p, v)
#define call_rcu(head, fn)		(fn)(head)

/* ---- bits -------------------------------------------------------------- */

#define BITS_TO_LONGS(nr)	(((nr) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define __ffs(word)		((unsigned long)__builtin_ctzl(word))

static inline bool test_bit(unsigned long nr, const unsigned long *map)
{
	return map[nr / BITS_PER_LONG] >> nr % BITS_PER_LONG & 1;
}

static inline void __set_bit(unsigned long nr, unsigned long *map)
{
	map[nr / BITS_PER_LONG] |= BIT(nr % BITS_PER_LONG);
}

static inline void __clear_bit(unsigned long nr, unsigned long *map)
{
	map[nr / BITS_PER_LONG] &= ~BIT(nr % BITS_PER_LONG);
}

static inline bool __test_and_set_bit(unsigned long nr, unsigned long *map)
{
	bool was = test_bit(nr, map);

	__set_bit(nr, map);
	return was;
}

static inline bool __test_and_clear_bit(unsigned long nr, unsigned long *map)
{
	bool was = test_bit(nr, map);

	__clear_bit(nr, map);
	return was;
}

static inline unsigned long find_next_bit(const unsigned long *map, unsigned long size,
					  unsigned long from)
{
	while (from < size && !test_bit(from, map))
		from++;
	return from < size ? from : size;
}

static inline void bitmap_fill(unsigned long *map, unsigned int nr)
{
	while (nr--)
		__set_bit(nr, map);
}

static inline void bitmap_clear(unsigned long *map, unsigned int from, int nr)
{
	while (nr--)
		__clear_bit(from + nr, map);
}

static inline bool bitmap_empty(const unsigned long *map, unsigned int nr)
{
	return find_next_bit(map, nr, 0) == nr;
}

/* ---- memory ------------------------------------------------------------ */

#define __GFP_BITS_SHIFT	26
#define __GFP_ACCOUNT		0x100000u

struct kmem_cache;
struct list_lru;
struct rcu_head;

extern struct kmem_cache *radix_tree_node_cachep;
void *kmem_cache_alloc_lru(struct kmem_cache *cache, struct list_lru *lru, gfp_t gfp);
void kmem_cache_free(struct kmem_cache *cache, void *p);
void radix_tree_node_rcu_free(struct rcu_head *head);

#endif
