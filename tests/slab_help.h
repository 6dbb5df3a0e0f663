/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the slab allocator share. */
#ifndef TESTS_SLAB_HELP_H
#define TESTS_SLAB_HELP_H

#include <string.h>

#include <check.h>

#include <linux/errno.h>
#include <linux/slab.h>

#include "shim/boot.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/slab.h"
#include "shim/world.h"
#include "tests/complaints.h"

struct widget {
	void *a;
	unsigned long b[10];
};

#define WIDGET	sizeof(struct widget)

static struct kmem_cache *cache;

/* All of it is @byte; looked at so that no sanitizer minds. */
static inline void ck_filled(const void *p, unsigned char byte, size_t size)
{
	ck_assert_uint_eq(raw_differs(p, byte, size), size);
}

static inline void boot(void)
{
	ck_assert_int_eq(world_boot(NULL, NULL), 0);
	cache = KMEM_CACHE(widget, 0);
	ck_assert_ptr_nonnull(cache);
}

static inline unsigned int nr_complaints(void)
{
	unsigned int kept, total;

	ledger_complaints(&kept, &total);
	return total;
}

/* Exactly @nr complaints so far, and this is the last of them. */
static inline void last_complaint(unsigned int nr, char letter, const char *key)
{
	unsigned int kept, total;
	const struct complaint *c = ledger_complaints(&kept, &total);

	ck_assert_uint_eq(total, nr);
	ck_assert_uint_eq(kept, nr);
	ck_assert_int_eq(c[nr - 1].letter, letter);
	ck_assert_str_eq(c[nr - 1].key, key);
}

static inline void *take(void)
{
	return kmem_cache_alloc_node(cache, GFP_KERNEL, 0);
}

static inline unsigned long live(const struct kmem_cache *which)
{
	struct ledger_cache out;

	for (unsigned int i = 0; ledger_cache(i, &out); i++) {
		if (out.cache == which)
			return out.live;
	}
	ck_abort_msg("the cache is not listed");
}

/* The hit @nth of @point fails, counted from 0 and from now. */
static inline void plan(enum fault_point point, unsigned int nth)
{
	struct fault fault = {
		.point = point, .phase = PHASE_STORE, .error = -ENOMEM, .nth = nth,
	};

	fault_reset();
	fault_phase(PHASE_STORE);
	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
}

static inline void plan_nothing(void)
{
	fault_plan_set(NULL, 0);
	fault_phase(PHASE_SETUP);
}

#endif
