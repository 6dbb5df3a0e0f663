/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BUG ends the case, WARN is counted by the shim and is a finding unless the
 * scenario expects it. The _ONCE forms do not latch: what one case warned of
 * says nothing about the next.
 */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/types.h>

void __noreturn shim_bug(const char *what, const char *func, int line);
void shim_warn(const char *what, const char *func, int line);

#define BUG()		shim_bug("BUG", __func__, __LINE__)
#define BUG_ON(cond) \
	do { if (unlikely(cond)) shim_bug("BUG_ON(" #cond ")", __func__, __LINE__); } while (0)

#define WARN_ON(cond) ({						\
	bool __warned = !!(cond);					\
	if (unlikely(__warned))						\
		shim_warn("WARN_ON(" #cond ")", __func__, __LINE__);	\
	unlikely(__warned);						\
})
#define WARN(cond, fmt, ...) ({						\
	bool __warned = !!(cond);					\
	if (unlikely(__warned))						\
		shim_warn("WARN(" #cond ")", __func__, __LINE__);	\
	unlikely(__warned);						\
})
#define WARN_ON_ONCE(cond)		WARN_ON(cond)
#define WARN_ONCE(cond, fmt, ...)	WARN(cond, fmt, ##__VA_ARGS__)

/* As built with CONFIG_DEBUG_VM: a harness wants every check there is. */
#define VM_BUG_ON(cond)			BUG_ON(cond)
#define VM_WARN_ON(cond)		WARN_ON(cond)
#define VM_WARN_ON_ONCE(cond)		WARN_ON(cond)
#define VM_WARN_ON_ONCE_FOLIO(cond, folio)	WARN_ON(cond)
#define VM_BUG_ON_FOLIO(cond, folio)	BUG_ON(cond)

#endif
