/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Narrowed: the kernel's also refuse to compare a signed with an unsigned
 * value; a subject that does so does not build as a kernel either.
 */
#ifndef _LINUX_MINMAX_H
#define _LINUX_MINMAX_H

#define __minmax(type_x, type_y, x, op, y) ({	\
	type_x __x = (x);			\
	type_y __y = (y);			\
	__x op __y ? __x : __y;			\
})

#define min(x, y)		__minmax(__typeof__(x), __typeof__(y), x, <, y)
#define max(x, y)		__minmax(__typeof__(x), __typeof__(y), x, >, y)
#define min_t(type, x, y)	__minmax(type, type, x, <, y)
#define max_t(type, x, y)	__minmax(type, type, x, >, y)
#define min3(x, y, z)		min(min(x, y), z)
#define max3(x, y, z)		max(max(x, y), z)
#define clamp(val, lo, hi)	min(max(val, lo), hi)
#define clamp_t(type, val, lo, hi)	min_t(type, max_t(type, val, lo), hi)

#define swap(a, b) \
	do { __typeof__(a) __tmp = (a); (a) = (b); (b) = __tmp; } while (0)

#endif
