/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/compiler.h>
#include <linux/types.h>

struct work_struct;
struct workqueue_struct;

typedef void (*work_func_t)(struct work_struct *work);

/* Neither zero nor slab poison, so that a work item shows what it is. */
#define SHIM_WORK_IDLE		0x5a110bed00000000ul
#define SHIM_WORK_PENDING	0x5a110bed00000001ul

/**
 * struct work_struct - something to be called by a worker
 * @data: SHIM_WORK_IDLE or _PENDING
 */
struct work_struct {
	atomic_long_t data;
	work_func_t func;
};

#define __WORK_INITIALIZER(n, f)	{ .data = { SHIM_WORK_IDLE }, .func = (f) }
#define DECLARE_WORK(n, f) \
	struct work_struct n = __WORK_INITIALIZER(n, f)

void shim_init_work(struct work_struct *work, work_func_t func);
#define INIT_WORK(_work, _func)		shim_init_work(_work, _func)

/* Nothing runs in parallel, so the flags change nothing. */
enum wq_flags {
	WQ_UNBOUND	= 1 << 1,
	WQ_FREEZABLE	= 1 << 2,
	WQ_MEM_RECLAIM	= 1 << 3,
	WQ_HIGHPRI	= 1 << 4,
	WQ_PERCPU	= 1 << 8,
};

extern struct workqueue_struct *system_wq;

struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags,
					 int max_active, ...) __printf(1, 4);
void destroy_workqueue(struct workqueue_struct *wq);
bool queue_work(struct workqueue_struct *wq, struct work_struct *work);
bool flush_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);

/* faithful */
static inline bool schedule_work(struct work_struct *work)
{
	return queue_work(system_wq, work);
}

/* faithful */
static inline bool work_pending(const struct work_struct *work)
{
	return (unsigned long)work->data.counter == SHIM_WORK_PENDING;
}

#endif
