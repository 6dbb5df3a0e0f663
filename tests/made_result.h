/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results made up for the tests of grids and reports; one a process. */
#ifndef TESTS_MADE_RESULT_H
#define TESTS_MADE_RESULT_H

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "faults/run.h"
#include "subjects.h"

#define MADE_CASES	400

static struct result made;
static struct zcase cases[MADE_CASES];
static struct cell cells[MADE_CASES];
static struct distinct found[4];

static inline void begin(const char *scenario)
{
	memset(&made, 0, sizeof(made));
	memset(cases, 0, sizeof(cases));
	memset(cells, 0, sizeof(cells));
	memset(found, 0, sizeof(found));
	made.scenario = scenario_named(scenario);
	made.beyond = scenario_beyond(&made.scenario);
	scenario_format(&made.scenario, made.name, sizeof(made.name));
	made.nr_pages = scenario_pages(&made.scenario);
	made.cases = cases;
	made.cells = cells;
	made.distinct = found;
	made.exhausted = true;
	made.strict = true;
	made.seconds = 1.5;
}

static inline void count(uint8_t outcome)
{
	made.held += outcome == HELD;
	made.broken += outcome == BROKEN;
	made.vacuous += outcome == VACUOUS;
	made.not_judged += outcome == NOT_JUDGED;
}

/* A case once and persistent; the latter with @outcome, @letter. */
static inline void add(uint8_t point, uint8_t phase, int error, int slot, unsigned int nth, bool beyond,
		uint8_t outcome, char letter)
{
	for (int persistent = 0; persistent <= 1; persistent++) {
		struct zcase *c = &cases[made.nr_cases];
		struct cell *cell = &cells[made.nr_cases++];

		ck_assert_uint_le(made.nr_cases, MADE_CASES);
		c->scenario = made.scenario;
		c->nr_faults = 1;
		c->faults[0] = (struct case_fault){
			.fault = { .point = point, .phase = phase, .nth = nth,
				   .error = -error, .persistent = persistent },
			.slot = slot,
			.beyond = beyond,
		};
		cell->outcome = persistent ? outcome : HELD;
		cell->letter = persistent ? letter : 0;
		cell->beyond = beyond;
		count(cell->outcome);
	}
}

/* Slots 0..@nr - 1, all of which held. */
static inline void add_slots(uint8_t point, int error, unsigned int nr, unsigned int beyond)
{
	for (unsigned int i = 0; i < nr; i++)
		add(point, PHASE_STORE, error, i, i, i < beyond, HELD, 0);
}

static inline void add_hits(uint8_t point, uint8_t phase, int error, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		add(point, phase, error, -1, i, false, HELD, 0);
}

static inline void break_slot(uint8_t point, int slot, uint8_t outcome, char letter)
{
	for (unsigned long i = 0; i < made.nr_cases; i++) {
		const struct case_fault *f = &cases[i].faults[0];

		if (f->fault.point != point || f->slot != slot || !f->fault.persistent)
			continue;
		made.held--;
		cells[i].outcome = outcome;
		cells[i].letter = letter;
		count(outcome);
	}
}

static inline struct distinct *add_distinct(char letter, const char *id, const char *text,
				     const char *step)
{
	struct distinct *d = &found[made.nr_distinct++];
	char why[300];

	ck_assert_msg(!case_parse(id, &d->first, why, sizeof(why)), "%s", why);
	d->finding.letter = letter;
	d->finding.slot = -1;
	snprintf(d->finding.text, sizeof(d->finding.text), "%s", text);
	snprintf(d->finding.step, sizeof(d->finding.step), "%s", step);
	d->cases = d->within = 1;
	return d;
}

/* Sixteen pages, with each mark, each note and rows too wide for 80 columns. */
static inline void make_order4(void)
{
	begin("order4/stale/objcg1/batching");
	add_slots(FP_ACOMP_COMPRESS, EINVAL, 16, 0);
	add_slots(FP_ACOMP_COMPRESS, ENOSPC, 16, 0);
	add_slots(FP_ZPOOL_MALLOC, ENOMEM, 16, 0);
	add_slots(FP_XA_STORE, ENOMEM, 16, 16);
	add_hits(FP_KMEM_CACHE_ALLOC_BULK, PHASE_STORE, ENOMEM, 2);
	add(FP_MEMCG_LIST_LRU_ALLOC, PHASE_STORE, ENOMEM, -1, 0, true, HELD, 0);
	add(FP_XA_STORE, PHASE_LOAD, ENOMEM, -1, 0, true, HELD, 0);
	add_hits(FP_ACOMP_DECOMPRESS, PHASE_LOAD, EINVAL, 3);
	add_hits(FP_READ_SWAP_CACHE_ASYNC, PHASE_WRITEBACK, ENOMEM, 20);
	break_slot(FP_ZPOOL_MALLOC, 3, BROKEN, 'S');
	break_slot(FP_ZPOOL_MALLOC, 12, BROKEN, 'L');
	break_slot(FP_ACOMP_COMPRESS, 15, VACUOUS, 0);
}

static inline void add_findings(void)
{
	struct distinct *d;

	d = add_distinct('S', "order4/stale/objcg1/batching:zpool/zpool_malloc@3=ENOMEM!",
			 "the store of 16 pages failed and 3 slots still hold an entry: the first is slot 0, "
			 "whose entry is the stale one of the store before", "store");
	d->cases = d->within = 12;
	snprintf(d->guarded, sizeof(d->guarded),
		 "an object of zswap_entry was read 8 bytes in after it had been freed");
	d = add_distinct('L', "order4/stale/objcg1/batching:zpool/zpool_malloc@12=ENOMEM",
			 "1 handle is left", "teardown");
	d->within = 0;
	d = add_distinct('U', "order4/stale/objcg1/batching:xarray/xa_store@0=ENOMEM+"
			 "crypto/acomp_decompress@load.0=EINVAL",
			 "the worker was killed by SIGABRT", "not known: the worker died");
	d->crash = true;
	d->guard_only = true;
	d = add_distinct('U', "order4/stale/objcg1/batching:zpool/zpool_malloc@5=ENOMEM",
			 "SIGSEGV: read 16 bytes into a freed zswap_entry (56 bytes)", "store");
	d->plain.letter = 'A';
	snprintf(d->plain.text, sizeof(d->plain.text),
		 "16 entries in the trees, but zswap's stored_pages is 17");
}

#endif
