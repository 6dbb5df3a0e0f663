/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_PRINTK_H
#define _LINUX_PRINTK_H

#include <linux/compiler.h>

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

/* Kept by the shim and shown with --verbose; %pe is not understood. */
int _printk(const char *fmt, ...) __printf(1, 2);
#define printk(fmt, ...)	_printk(fmt, ##__VA_ARGS__)
#define pr_emerg(fmt, ...)	_printk(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert(fmt, ...)	_printk(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...)	_printk(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)	_printk(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)	_printk(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug(fmt, ...) \
	do { if (0) _printk(pr_fmt(fmt), ##__VA_ARGS__); } while (0)

/* No time passes, so a call site's first burst is all that a world sees of it. */
#define PRINTK_BURST	10
int _printk_ratelimited(unsigned int *nr, const char *fmt, ...) __printf(2, 3);
#define printk_ratelimited(fmt, ...)					\
({									\
	static unsigned int nr_printed;					\
									\
	_printk_ratelimited(&nr_printed, fmt, ##__VA_ARGS__);		\
})
#define pr_err_ratelimited(fmt, ...)	printk_ratelimited(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert_ratelimited(fmt, ...)	printk_ratelimited(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_ratelimited(fmt, ...)	printk_ratelimited(pr_fmt(fmt), ##__VA_ARGS__)

#endif
