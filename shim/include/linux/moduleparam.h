/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Module parameters, found by shim/subject_glue.c through a section of their
 * own and set by world_param_set() and the command line of world_boot().
 */
#ifndef _LINUX_MODULE_PARAMS_H
#define _LINUX_MODULE_PARAMS_H

#include <linux/export.h>
#include <linux/init.h>
#include <linux/types.h>

struct kernel_param;
struct module;

/* The parameter may stand on the command line without a value. */
#define KERNEL_PARAM_OPS_FL_NOARG	1

/**
 * struct kernel_param_ops - how a parameter is read and written
 * @set: 0 or a negative error; @val is a buffer of the caller's, with the
 *	newline that was written to sysfs
 * @get: length written to a page, newline included, or a negative error
 * @free: what @set allocated, when the module goes; no subject is unloaded
 */
struct kernel_param_ops {
	unsigned int flags;
	int (*set)(const char *val, const struct kernel_param *kp);
	int (*get)(char *buffer, const struct kernel_param *kp);
	void (*free)(void *arg);
};

struct kernel_param {
	const char *name;
	struct module *mod;
	const struct kernel_param_ops *ops;
	const u16 perm;
	s8 level;
	u8 flags;
	void *arg;
};

/*
 * The section is an array: the explicit alignment keeps the compiler from
 * raising it, which would leave holes.
 */
#define module_param_cb(name, ops, arg, perm)				\
	static const struct kernel_param __param_##name			\
	__used __section("shim_param") __aligned(__alignof__(struct kernel_param)) = \
	{ #name, THIS_MODULE, ops, perm, -1, 0, arg }

#define module_param_named(name, value, type, perm)			\
	static inline type *__maybe_unused __param_check_##name(void)	\
	{								\
		return &(value);					\
	}								\
	module_param_cb(name, &param_ops_##type, &value, perm)

#define module_param(name, type, perm)	module_param_named(name, name, type, perm)

#define MODULE_PARM_DESC(parm, desc) \
	_Static_assert(sizeof(desc) > 0, "a description is a string")

typedef char *charp;
typedef unsigned int uint;

extern const struct kernel_param_ops param_ops_bool;
int param_set_bool(const char *val, const struct kernel_param *kp);
int param_get_bool(char *buffer, const struct kernel_param *kp);

extern const struct kernel_param_ops param_ops_uint;
int param_set_uint(const char *val, const struct kernel_param *kp);
int param_get_uint(char *buffer, const struct kernel_param *kp);

extern const struct kernel_param_ops param_ops_charp;
int param_set_charp(const char *val, const struct kernel_param *kp);
int param_get_charp(char *buffer, const struct kernel_param *kp);
void param_free_charp(void *arg);

#endif
