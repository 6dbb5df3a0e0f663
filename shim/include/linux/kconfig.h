/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IS_ENABLED(CONFIG_X): 1 where CONFIG_X is defined as 1, else 0; also in #if. */
#ifndef _LINUX_KCONFIG_H
#define _LINUX_KCONFIG_H

/*
 * A value of 1 pastes into a macro that holds a comma and so shifts a 1 into
 * the second place; any other text pastes into nothing known and leaves the 0.
 */
#define __KCONFIG_ONE_1			0,
#define __KCONFIG_SECOND(a, b, ...)	b
#define __KCONFIG_PICK(junk_or_comma)	__KCONFIG_SECOND(junk_or_comma 1, 0, 0)
#define __KCONFIG_PASTE(value)		__KCONFIG_PICK(__KCONFIG_ONE_##value)
#define __KCONFIG_DEFINED(option)	__KCONFIG_PASTE(option)

#define IS_BUILTIN(option)	__KCONFIG_DEFINED(option)
#define IS_MODULE(option)	0
#define IS_REACHABLE(option)	IS_BUILTIN(option)
#define IS_ENABLED(option)	IS_BUILTIN(option)

#endif
