/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_BITS_H
#define _LINUX_BITS_H

#define BITS_PER_BYTE	8
#define BITS_PER_LONG	(__SIZEOF_LONG__ * BITS_PER_BYTE)

#define BIT(nr)		(1UL << (nr))
#define BIT_ULL(nr)	(1ULL << (nr))
#define GENMASK(h, l)	((~0UL << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))

#endif
