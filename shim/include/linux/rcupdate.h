/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

#include <linux/compiler.h>
#include <linux/preempt.h>
#include <linux/types.h>

typedef void (*rcu_callback_t)(struct rcu_head *head);

void rcu_read_lock(void);
void rcu_read_unlock(void);
int rcu_read_lock_held(void);
int rcu_read_lock_any_held(void);
void call_rcu(struct rcu_head *head, rcu_callback_t func);
void synchronize_rcu(void);

/* As built with CONFIG_PROVE_RCU: the kernel's "suspicious RCU usage". */
void shim_rcu_suspicious(const char *what);
#define __rcu_check(ok, what) \
	({ if (unlikely(!(ok))) shim_rcu_suspicious(what); })

/*
 * narrowed: ordering is not simulated, as one task runs at a time and what it
 * wrote the next one sees.
 */
#define rcu_dereference_raw(p)	READ_ONCE(p)
#define rcu_dereference_check(p, c) ({					\
	__rcu_check((c) || rcu_read_lock_held(), "rcu_dereference(" #p ")"); \
	READ_ONCE(p);							\
})
#define rcu_dereference(p)	rcu_dereference_check(p, 0)
#define rcu_dereference_protected(p, c) ({				\
	__rcu_check(c, "rcu_dereference_protected(" #p ")");		\
	(p);								\
})
#define rcu_access_pointer(p)	READ_ONCE(p)
#define rcu_assign_pointer(p, v) WRITE_ONCE(p, v)
#define RCU_INIT_POINTER(p, v)	WRITE_ONCE(p, v)
#define rcu_replace_pointer(rcu_ptr, ptr, c) ({				\
	__typeof__(ptr) __old = rcu_dereference_protected((rcu_ptr), (c)); \
									\
	rcu_assign_pointer((rcu_ptr), (ptr));				\
	__old;								\
})

void kvfree_call_rcu(struct rcu_head *head, void *ptr);

#define kvfree_rcu(ptr, rhf) do {					\
	__typeof__(ptr) ___p = (ptr);					\
									\
	if (___p)							\
		kvfree_call_rcu(&___p->rhf, ___p);			\
} while (0)
#define kfree_rcu(ptr, rhf)		kvfree_rcu(ptr, rhf)
#define kvfree_rcu_mightsleep(ptr)	kvfree_call_rcu(NULL, ptr)
#define kfree_rcu_mightsleep(ptr)	kvfree_call_rcu(NULL, ptr)

#endif
