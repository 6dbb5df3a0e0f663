/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Per-CPU areas. As in the kernel the pointer that alloc_percpu() gives is no
 * place to read or write: it takes a CPU to make one of it. (It is that of
 * CPU 0 here, which nothing may rely on.)
 */
#ifndef _LINUX_PERCPU_H
#define _LINUX_PERCPU_H

#include <linux/gfp.h>
#include <linux/smp.h>
#include <linux/types.h>

/* Between the copies of two CPUs, and so the size of the largest area. */
#define PERCPU_STRIDE	1024u

void *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp);
void *__alloc_percpu(size_t size, size_t align);
void free_percpu(void *p);

#define alloc_percpu_gfp(type, gfp) \
	((__typeof__(type) __percpu *)__alloc_percpu_gfp(sizeof(type), __alignof__(type), gfp))
#define alloc_percpu(type) \
	((__typeof__(type) __percpu *)__alloc_percpu(sizeof(type), __alignof__(type)))

#define per_cpu_ptr(ptr, cpu) \
	((__typeof__(ptr))((char *)(ptr) + (size_t)(cpu) * PERCPU_STRIDE))

/* narrowed: this_cpu_ptr() does not ask whether the task could move away. */
#define raw_cpu_ptr(ptr)	per_cpu_ptr(ptr, shim_cpu)
#define this_cpu_ptr(ptr)	raw_cpu_ptr(ptr)

#endif
