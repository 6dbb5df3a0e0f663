/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MEMPOLICY_H
#define _LINUX_MEMPOLICY_H

#include <linux/types.h>

#define NO_INTERLEAVE_INDEX	(-1UL)

struct task_struct;

enum {
	MPOL_DEFAULT,
	MPOL_LOCAL,
};

struct mempolicy {
	unsigned short mode;
};

struct mempolicy *get_task_policy(struct task_struct *p);

#endif
