/* SPDX-License-Identifier: GPL-2.0-or-later */
/* debugfs as a registry of named numbers: what ledger_counter() reads. */
#ifndef _LINUX_DEBUGFS_H
#define _LINUX_DEBUGFS_H

#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/types.h>

/* The format is only how the number would look in a shell. */
#define DEFINE_DEBUGFS_ATTRIBUTE(name, getter, setter, fmt)		\
	static const struct file_operations name = {			\
		.get = (getter),					\
		.set = (setter),					\
	}

bool debugfs_initialized(void);
struct dentry *debugfs_create_dir(const char *name, struct dentry *parent);
struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent,
				   void *data, const struct file_operations *fops);
void debugfs_create_u32(const char *name, umode_t mode, struct dentry *parent, u32 *value);
void debugfs_create_u64(const char *name, umode_t mode, struct dentry *parent, u64 *value);
void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value);
void debugfs_create_atomic_t(const char *name, umode_t mode, struct dentry *parent,
			     atomic_t *value);
void debugfs_remove(struct dentry *dentry);
#define debugfs_remove_recursive debugfs_remove

#endif
