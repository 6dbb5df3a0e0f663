/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#include <linux/export.h>
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#define module_init(fn)		late_initcall(fn)

/* Stub: nobody asks a subject for its modinfo. */
#define MODULE_AUTHOR(text)		_Static_assert(sizeof(text) > 0, "a string")
#define MODULE_DESCRIPTION(text)	_Static_assert(sizeof(text) > 0, "a string")
#define MODULE_LICENSE(text)		_Static_assert(sizeof(text) > 0, "a string")

#endif
