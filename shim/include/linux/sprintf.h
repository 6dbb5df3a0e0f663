/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SPRINTF_H
#define _LINUX_SPRINTF_H

#include <linux/compiler.h>
#include <linux/types.h>

/* faithful: libc's, which knows every conversion that zswap uses */
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

#endif
