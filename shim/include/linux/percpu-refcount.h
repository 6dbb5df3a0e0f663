/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_PERCPU_REFCOUNT_H
#define _LINUX_PERCPU_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct percpu_ref;
struct percpu_ref_data;

typedef void (percpu_ref_func_t)(struct percpu_ref *ref);

/* percpu_ref_init(): may go back to per-CPU counting after a kill. */
enum {
	PERCPU_REF_ALLOW_REINIT	= 1 << 2,
};

/**
 * struct percpu_ref - a reference count
 * @data: from percpu_ref_init() to percpu_ref_exit()
 * @count_at_exit: what percpu_ref_is_zero() goes by afterwards
 * @exited: percpu_ref_exit() was called
 */
struct percpu_ref {
	struct percpu_ref_data *data;
	long count_at_exit;
	bool exited;
};

int __must_check percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release,
				 unsigned int flags, gfp_t gfp);
void percpu_ref_exit(struct percpu_ref *ref);
void percpu_ref_get_many(struct percpu_ref *ref, unsigned long nr);
void percpu_ref_put_many(struct percpu_ref *ref, unsigned long nr);
bool percpu_ref_tryget_many(struct percpu_ref *ref, unsigned long nr);
bool percpu_ref_tryget_live(struct percpu_ref *ref);
void percpu_ref_kill(struct percpu_ref *ref);
void percpu_ref_resurrect(struct percpu_ref *ref);
void percpu_ref_reinit(struct percpu_ref *ref);
bool percpu_ref_is_zero(struct percpu_ref *ref);
bool percpu_ref_is_dying(struct percpu_ref *ref);

/* faithful */
static inline void percpu_ref_get(struct percpu_ref *ref)
{
	percpu_ref_get_many(ref, 1);
}

/* faithful */
static inline void percpu_ref_put(struct percpu_ref *ref)
{
	percpu_ref_put_many(ref, 1);
}

/* faithful */
static inline bool percpu_ref_tryget(struct percpu_ref *ref)
{
	return percpu_ref_tryget_many(ref, 1);
}

#endif
