/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The error numbers, as on every architecture that takes asm-generic's.
 * glibc's <errno.h> ends up here too, so the values are the system's.
 */
#ifndef _LINUX_ERRNO_H
#define _LINUX_ERRNO_H

#if __has_include_next(<linux/errno.h>)
#include_next <linux/errno.h>
#else
#define EPERM		1
#define ENOENT		2
#define EIO		5
#define E2BIG		7
#define EAGAIN		11
#define ENOMEM		12
#define EBUSY		16
#define EEXIST		17
#define ENODEV		19
#define EINVAL		22
#define ENOSPC		28
#define ERANGE		34
#define ENOSYS		38
#define EOVERFLOW	75
#define EOPNOTSUPP	95
#define ETIMEDOUT	110
#define EINPROGRESS	115
#endif

#endif
