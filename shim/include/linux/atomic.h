/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Atomic counters. The shim runs one task at a time, on one thread, and
 * switches between tasks only inside its own functions: nothing can come
 * between the read and the write of a plain C statement, so plain C is atomic.
 * Races and memory ordering are out of the harness's sight in any case.
 */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <linux/compiler.h>
#include <linux/types.h>

#define ATOMIC_INIT(i)		{ (i) }
#define ATOMIC_LONG_INIT(i)	{ (i) }

/*
 * atomic_t and atomic_long_t alike, all faithful. The kernel's counters wrap
 * around; a C addition must not, hence the builtin.
 */
#define __SHIM_ATOMIC(atomic, type)						\
static inline type atomic##_read(const atomic##_t *v)				\
{										\
	return READ_ONCE(v->counter);						\
}										\
static inline void atomic##_set(atomic##_t *v, type i)				\
{										\
	WRITE_ONCE(v->counter, i);						\
}										\
static inline type atomic##_add_return(type i, atomic##_t *v)			\
{										\
	__builtin_add_overflow(v->counter, i, &v->counter);			\
	return v->counter;							\
}										\
static inline type atomic##_sub_return(type i, atomic##_t *v)			\
{										\
	__builtin_sub_overflow(v->counter, i, &v->counter);			\
	return v->counter;							\
}										\
static inline void atomic##_add(type i, atomic##_t *v)				\
{										\
	atomic##_add_return(i, v);						\
}										\
static inline void atomic##_sub(type i, atomic##_t *v)				\
{										\
	atomic##_sub_return(i, v);						\
}										\
static inline void atomic##_inc(atomic##_t *v)					\
{										\
	atomic##_add_return(1, v);						\
}										\
static inline void atomic##_dec(atomic##_t *v)					\
{										\
	atomic##_sub_return(1, v);						\
}										\
static inline type atomic##_inc_return(atomic##_t *v)				\
{										\
	return atomic##_add_return(1, v);					\
}										\
static inline type atomic##_dec_return(atomic##_t *v)				\
{										\
	return atomic##_sub_return(1, v);					\
}										\
static inline bool atomic##_sub_and_test(type i, atomic##_t *v)			\
{										\
	return !atomic##_sub_return(i, v);					\
}										\
static inline bool atomic##_dec_and_test(atomic##_t *v)				\
{										\
	return !atomic##_sub_return(1, v);					\
}										\
static inline type atomic##_xchg(atomic##_t *v, type new)			\
{										\
	type old = v->counter;							\
										\
	v->counter = new;							\
	return old;								\
}										\
static inline type atomic##_cmpxchg(atomic##_t *v, type old, type new)		\
{										\
	type was = v->counter;							\
										\
	if (was == old)								\
		v->counter = new;						\
	return was;								\
}										\
static inline bool atomic##_try_cmpxchg(atomic##_t *v, type *old, type new)	\
{										\
	type was = atomic##_cmpxchg(v, *old, new);				\
	bool done = was == *old;						\
										\
	*old = was;								\
	return done;								\
}										\
static inline bool atomic##_add_unless(atomic##_t *v, type i, type unless)	\
{										\
	if (v->counter == unless)						\
		return false;							\
	atomic##_add(i, v);							\
	return true;								\
}										\
static inline bool atomic##_inc_not_zero(atomic##_t *v)				\
{										\
	return atomic##_add_unless(v, 1, 0);					\
}

__SHIM_ATOMIC(atomic, int)
__SHIM_ATOMIC(atomic_long, long)

#endif
