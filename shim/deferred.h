/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be done later, to an object that must still be there then:
 * pending work, RCU callbacks, a reference whose last put comes after a
 * grace period. The kernel links such objects into its queues and would
 * follow a stale pointer; the shim keeps queues of its own and asks the
 * ledger whether the object is still the same one.
 */
#ifndef SHIM_DEFERRED_H
#define SHIM_DEFERRED_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger.h"

/* Which allocation @p lies in now; 0: in none, it is static or freed. */
static inline uint64_t deferred_generation(const void *p)
{
	struct ledger_object object;

	return ledger_object(p, &object) && object.live ? object.generation + 1 : 0;
}

#endif
