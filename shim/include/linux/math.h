/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MATH_H
#define _LINUX_MATH_H

/* To a multiple of @y, a power of two. */
#define round_up(x, y)		((((x) - 1) | ((__typeof__(x))(y) - 1)) + 1)
#define round_down(x, y)	((x) & ~((__typeof__(x))(y) - 1))

#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define DIV_ROUND_UP_ULL(n, d)	DIV_ROUND_UP((unsigned long long)(n), (d))

/* x * n / d, where x * n may overflow: quotient and remainder go separately. */
#define mult_frac(x, n, d) ({					\
	__typeof__(x) __frac_x = (x);				\
	__typeof__(n) __frac_n = (n);				\
	__typeof__(d) __frac_d = (d);				\
	__frac_x / __frac_d * __frac_n +			\
		__frac_x % __frac_d * __frac_n / __frac_d;	\
})

#endif
