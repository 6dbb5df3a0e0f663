/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/compiler.h>
#include <linux/types.h>

#define PF_KSWAPD	0x00020000
#define PF_MEMALLOC	0x00000800

/* @flags: PF_MEMALLOC while reclaim writes a folio out. */
struct task_struct {
	unsigned int flags;
};

/* The running task; whoever lets another one run points it elsewhere. */
extern struct task_struct *shim_current;
#define current shim_current

int cond_resched(void);
void schedule(void);

#endif
