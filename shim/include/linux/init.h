/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Initcalls are found by shim/subject_glue.c through a section of their own. */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/compiler.h>

typedef int (*initcall_t)(void);

/* Narrowed: one level, run in link order; a subject has but late ones. */
#define late_initcall(fn) \
	static const initcall_t __initcall_##fn __used __section("shim_initcall") = fn

#endif
