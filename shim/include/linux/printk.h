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
#define pr_err_ratelimited	pr_err
#define pr_alert_ratelimited	pr_alert
#define pr_warn_ratelimited	pr_warn

#endif
