/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stub: a subject exports nothing but zfault_subject. */
#ifndef _LINUX_EXPORT_H
#define _LINUX_EXPORT_H

#define EXPORT_SYMBOL(sym)
#define EXPORT_SYMBOL_GPL(sym)

#define THIS_MODULE	((struct module *)0)

#endif
