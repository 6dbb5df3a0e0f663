/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/types.h>

struct dentry;

/**
 * struct file_operations - of a file of one number
 *
 * Narrowed: the kernel's has read and write; those of a debugfs attribute
 * come down to these two.
 */
struct file_operations {
	int (*get)(void *data, u64 *val);
	int (*set)(void *data, u64 val);
};

#endif
