// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A store without a fault against zlib alone, and a fault point that is not
 * armed. Nothing is remembered: it is the compressor that is the measure.
 */
#include <stdio.h>

#include "bench.h"
#include "cmd.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/subject.h"
#include "shim/world.h"

#define STORE_ORDER	4
#define STORE_PAGES	(1u << STORE_ORDER)
#define SETS		4	/* of pages, stored in turn */
#define ROUNDS		31
#define POINT_CALLS	10000u
#define POINT_ROUNDS	101

/**
 * struct store - the folios of one store: a large one, or as many small ones
 */
struct store {
	const void *pages[STORE_PAGES];
	struct folio *folios[STORE_PAGES];
	unsigned int nr_folios;
	bool refused;
};

static void do_store(void *arg)
{
	struct store *st = arg;

	for (unsigned int i = 0; i < st->nr_folios; i++)
		st->refused |= world_writepage(st->folios[i]) != WORLD_STORED;
}

/* Seconds, or -1 when it was refused. */
static double time_store(struct store *st, bool large)
{
	double begun;

	world_restore();
	st->nr_folios = large ? 1 : STORE_PAGES;
	st->refused = false;
	for (unsigned int i = 0; i < st->nr_folios; i++) {
		st->folios[i] = world_folio(large ? STORE_ORDER : 0, 0, NULL, 0,
					    2 * STORE_PAGES + i, st->pages + i);
		if (!st->folios[i])
			return -1;
	}
	begun = bench_now();
	if (world_call(do_store, st) != WORLD_RETURNED || st->refused)
		return -1;
	return bench_now() - begun;
}

static double time_zlib(const struct store *st, const char *compressor)
{
	double begun = bench_now();

	for (unsigned int i = 0; i < STORE_PAGES; i++)
		ledger_compressed_len(compressor, st->pages[i]);
	return bench_now() - begun;
}

static int boot(struct setting *s, const char *compressor)
{
	char param[64];
	const char *const params[] = { param, "enabled=1", NULL };
	struct world_config config = { .cpus_possible = 2, .cpus_online = 2, .params = params };

	snprintf(param, sizeof(param), "compressor=%s", compressor);
	if (world_boot(&config, &s->subject) || world_swapon(0, 4 * 16384))
		return harness_error("the world does not boot for the bench");
	world_swap_alloc(0, 2 * STORE_PAGES, STORE_PAGES);
	if (world_snapshot())
		return harness_error("no memory for a snapshot");
	return 0;
}

/* In turns, so that a noisy machine is noisy for both. */
static bool time_round(struct setting *s, const char *compressor, double store[], double zlib[])
{
	struct store st;

	for (unsigned int set = 0; set < SETS; set++) {
		for (unsigned int i = 0; i < STORE_PAGES; i++)
			st.pages[i] = s->pages.real[(set * STORE_PAGES + i) % s->pages.nr];
		zlib[set] = time_zlib(&st, compressor);
		share_resume();
		store[set] = time_store(&st, !s->subject.desc->no_large);
		share_pause();
		if (store[set] < 0)
			return false;
	}
	return true;
}

static void keep(struct bench *b, struct setting *s, const char *compressor,
		 const struct timing *store, const struct timing *zlib)
{
	const double us = 1e6 / (SETS * STORE_PAGES);
	struct measure *m = bench_add(b, "us", "store/%s/%s", s->subject.desc->name, compressor);

	m->best = timing_best(store) * us;
	m->median = timing_median(store) * us;
	measure_times(m, "zlib alone", timing_best(zlib) * us, timing_median(zlib) * us);
	share_take(s, bench_add_share(b, m->name));
}

int bench_store(struct bench *b, struct setting *s, const char *compressor)
{
	struct timing store = { 0 }, zlib = { 0 };
	int code = boot(s, compressor);

	if (code)
		return code;
	if (timing_open(&store, SETS, ROUNDS) || timing_open(&zlib, SETS, ROUNDS))
		code = harness_error("no memory for times");
	world_memo(false);
	while (!code && store.rounds < ROUNDS) {
		if (!time_round(s, compressor, timing_round(&store), timing_round(&zlib)))
			code = harness_error("a store of the bench was refused by %s",
					     s->subject.desc->name);
	}
	world_memo(true);
	if (!code)
		keep(b, s, compressor, &store, &zlib);
	timing_close(&store);
	timing_close(&zlib);
	return code;
}

/* ---- a fault point ----------------------------------------------------- */

static int __attribute__((noinline)) empty(enum fault_point point)
{
	/* Or the call would be left out, since nothing comes of it. */
	__asm__ __volatile__("" : : "r"(point));
	return 0;
}

static double time_calls(int (*call)(enum fault_point point), int *failed)
{
	double begun = bench_now();

	for (unsigned int i = 0; i < POINT_CALLS; i++)
		*failed |= call(FP_ZPOOL_MALLOC);
	return bench_now() - begun;
}

static int hit(enum fault_point point)
{
	return fault_hit(point);
}

int bench_point(struct bench *b)
{
	int (*volatile calls[])(enum fault_point) = { hit, empty };
	const double ns = 1e9 / POINT_CALLS;
	struct timing t[2] = { 0 };
	struct measure *m;
	int failed = 0;

	if (timing_open(&t[0], 1, POINT_ROUNDS) || timing_open(&t[1], 1, POINT_ROUNDS)) {
		timing_close(&t[0]);
		return harness_error("no memory for times");
	}
	fault_plan_set(NULL, 0);
	fault_reset();
	fault_phase(PHASE_STORE);
	for (unsigned int round = 0; round < POINT_ROUNDS; round++) {
		for (unsigned int i = 0; i < 2; i++)
			*timing_round(&t[i]) = time_calls(calls[i], &failed);
	}
	m = bench_add(b, "ns", "fault point/not armed");
	m->best = timing_best(&t[0]) * ns;
	m->median = timing_median(&t[0]) * ns;
	measure_times(m, "an empty call", timing_best(&t[1]) * ns, timing_median(&t[1]) * ns);
	timing_close(&t[0]);
	timing_close(&t[1]);
	return failed ? harness_error("a fault point that is not armed failed") : 0;
}
