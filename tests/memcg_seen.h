/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of memcg.c and objcg.c share. */
#ifndef TESTS_MEMCG_SEEN_H
#define TESTS_MEMCG_SEEN_H

#include <linux/memcontrol.h>
#include <linux/sched.h>

#include "shim/ledger.h"
#include "shim/memcg.h"
#include "shim/world.h"

/* What the ledger says of it; all zero: it is gone. */
static inline struct ledger_memcg seen(const struct mem_cgroup *memcg)
{
	struct ledger_memcg out;

	for (unsigned int i = 0; ledger_memcg(i, &out); i++)
		if (out.memcg == memcg)
			return out;
	return (struct ledger_memcg) { .memcg = NULL };
}

static inline struct ledger_objcg seen_objcg(const struct obj_cgroup *objcg)
{
	struct ledger_objcg out;

	for (unsigned int i = 0; ledger_objcg(i, &out); i++)
		if (out.objcg == objcg)
			return out;
	return (struct ledger_objcg) { .objcg = NULL };
}

static inline struct folio folio_of(struct mem_cgroup *memcg)
{
	struct folio folio = { .nid = 0 };

	memcg_folio_charge(&folio, memcg);
	return folio;
}

/* The object cgroup a process in @memcg would store for; with a reference. */
static inline struct obj_cgroup *objcg_of(struct mem_cgroup *memcg)
{
	struct folio folio = folio_of(memcg);
	struct obj_cgroup *objcg = get_obj_cgroup_from_folio(&folio);

	memcg_folio_uncharge(&folio);
	return objcg;
}

static inline void boot(void)
{
	world_boot(NULL, NULL);
	current->flags |= PF_MEMALLOC;
}

#endif
