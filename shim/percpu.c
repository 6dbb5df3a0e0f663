// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Per-CPU areas: one slab object holds the copies of all possible CPUs, a
 * fixed distance apart, so that finding a CPU's copy is one multiplication.
 */
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/percpu.h>

#include "context.h"
#include "fault.h"
#include "shim.h"
#include "slab.h"

#define PERCPU_ALIGN	64u

static struct kmem_cache *percpu_cache __world;

void percpu_boot(void)
{
	percpu_cache = slab_cache_create("per-CPU area", nr_cpu_ids * PERCPU_STRIDE, PERCPU_ALIGN,
					 SLAB_PERCPU);
}

/* narrowed: PERCPU_STRIDE bytes a CPU at most. */
void *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)
{
	shim_call();
	context_might_alloc(gfp, "alloc_percpu");
	if (fault_hit(FP_ALLOC_PERCPU))
		return NULL;
	if (WARN_ON(!size || size > PERCPU_STRIDE || align > PERCPU_ALIGN))
		return NULL;
	return slab_alloc(percpu_cache, (nr_cpu_ids - 1) * PERCPU_STRIDE + size, 0, true);
}

/* narrowed: as __alloc_percpu_gfp(). */
void *__alloc_percpu(size_t size, size_t align)
{
	return __alloc_percpu_gfp(size, align, GFP_KERNEL);
}

/* faithful: with complaints where the kernel corrupts itself. */
void free_percpu(void *p)
{
	shim_call();
	if (p)
		slab_free(NULL, SLAB_PERCPU, p, "free_percpu");
}
