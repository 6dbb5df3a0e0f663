// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zfault bench: how fast. What is compared is measured in the same run, on
 * the same pages, in turns, so that a noisy machine is noisy for both.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "cmd.h"
#include "space.h"
#include "story.h"
#include "shim/ledger.h"
#include "shim/world.h"

static const char help_text[] =
"zfault bench: how fast\n\n"
"usage: zfault bench [OPTION]... [SCENARIO]...\n\n"
"  cases       single-fault cases a second of each SCENARIO, on one core, with\n"
"              the reset of the world and all invariants (default: four)\n"
"  store       a store without a fault against zlib alone, on the same pages\n"
"              with the same parameters, nothing remembered\n"
"  fault point a fault point that is not armed\n"
"  memory      the largest worker\n\n"
"  -s, --subject=NAME   as in 'zfault matrix'\n"
"  -p, --pages=FILE     as in 'zfault matrix'\n"
"  -h, --help           this text\n\n"
"exit status: 0 measured, 2 usage, 3 harness failed\n";

#define STORE_ROUNDS	40
#define STORE_ORDER	4
#define STORE_PAGES	(1u << STORE_ORDER)
#define POINT_CALLS	20000000u

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/*
 * Every case is played, also those that the matrix judges as the one before;
 * opening the scenario and the first run, which fills the memory of
 * compressed pages, are left out.
 */
static int bench_scenario(struct setting *s, const struct scenario *scenario)
{
	char name[SCENARIO_NAME], why[400];
	struct story story;
	struct space space;
	struct verdict v;
	double begun;

	if (story_open(&story, scenario, &s->subject, &s->pages, false, why, sizeof(why)))
		return harness_error("%s", why);
	if (space_open(&space, &story, why, sizeof(why))) {
		story_close(&story);
		return harness_error("%s", why);
	}
	begun = now();
	for (unsigned long i = 0; i < space.nr_cases; i++)
		story_play(&story, &space.cases[i], &v);
	begun = now() - begun;
	scenario_format(scenario, name, sizeof(name));
	printf("cases        %-36s %6lu in %7.3f s: %6.0f a second and core, %.1f us a case\n",
	       name, space.nr_cases, begun, space.nr_cases / begun, begun / space.nr_cases * 1e6);
	space_close(&space);
	story_close(&story);
	return 0;
}

static int bench_cases(struct setting *s, char **names, unsigned int nr)
{
	static char *usual[] = {
		"order0", "order4", "order4/stale/objcg1/batching", "order9/stale/objcg1",
	};
	struct scenario scenario;
	char why[300];
	int code = 0;

	if (!nr) {
		names = usual;
		nr = sizeof(usual) / sizeof(usual[0]);
	}
	for (unsigned int i = 0; i < nr && !code; i++) {
		if (scenario_parse(names[i], &scenario, why, sizeof(why)))
			return usage_error("%s", why);
		code = bench_scenario(s, &scenario);
	}
	return code;
}

/* ---- store against zlib ------------------------------------------------ */

struct store {
	const void *pages[STORE_PAGES];
	struct folio *folio;
	enum world_stored stored;
};

static void do_store(void *arg)
{
	struct store *st = arg;

	st->stored = world_writepage(st->folio);
}

/* Seconds that one store takes, or -1 when it was refused. */
static double time_store(struct store *st)
{
	double begun;

	world_restore();
	st->folio = world_folio(STORE_ORDER, 0, NULL, 0, 2 * STORE_PAGES, st->pages);
	begun = now();
	if (!st->folio || world_call(do_store, st) != WORLD_RETURNED || st->stored != WORLD_STORED)
		return -1;
	return now() - begun;
}

static double time_zlib(const struct store *st, const char *compressor)
{
	double begun = now();

	for (unsigned int i = 0; i < STORE_PAGES; i++)
		ledger_compressed_len(compressor, st->pages[i]);
	return now() - begun;
}

static int bench_store(struct setting *s, const char *compressor)
{
	char param[64];
	const char *const params[] = { param, "enabled=1", NULL };
	struct world_config config = { .cpus_possible = 2, .cpus_online = 2, .params = params };
	double store = 0, zlib = 0, t;
	struct store st;

	snprintf(param, sizeof(param), "compressor=%s", compressor);
	if (world_boot(&config, &s->subject) || world_swapon(0, 4 * 16384))
		return harness_error("the world does not boot for the bench");
	world_swap_alloc(0, 2 * STORE_PAGES, STORE_PAGES);
	if (world_snapshot())
		return harness_error("no memory for a snapshot");
	world_memo(false);
	for (unsigned int round = 0; round < STORE_ROUNDS; round++) {
		for (unsigned int i = 0; i < STORE_PAGES; i++)
			st.pages[i] = s->pages.real[(round * STORE_PAGES + i) % s->pages.nr];
		zlib += time_zlib(&st, compressor);
		t = time_store(&st);
		if (t < 0) {
			world_memo(true);
			return harness_error("a store of the bench was refused");
		}
		store += t;
	}
	world_memo(true);
	printf("store        %-12s %u pages: %.1f us a page, zlib alone %.1f us: %.3f times\n",
	       compressor, STORE_PAGES, store / STORE_ROUNDS / STORE_PAGES * 1e6,
	       zlib / STORE_ROUNDS / STORE_PAGES * 1e6, store / zlib);
	return 0;
}

static void bench_point(void)
{
	double begun;
	int failed = 0;

	fault_plan_set(NULL, 0);
	fault_reset();
	fault_phase(PHASE_STORE);
	begun = now();
	for (unsigned int i = 0; i < POINT_CALLS; i++)
		failed |= fault_hit(FP_ZPOOL_MALLOC);
	printf("fault point  not armed: %.2f ns a call%s\n", (now() - begun) / POINT_CALLS * 1e9,
	       failed ? " (it failed!)" : "");
}

static void bench_memory(void)
{
	struct rusage self;

	getrusage(RUSAGE_SELF, &self);
	printf("memory       %.0f MiB\n", self.ru_maxrss / 1024.0);
}

int cmd_bench(int argc, char **argv)
{
	static const struct option options[] = {
		{ "subject", required_argument, NULL, 's' },
		{ "pages", required_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct setting setting = { .nr_pages = 512 };
	int c, code;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":s:p:h", options, NULL)) != -1) {
		if (c == 'h') {
			fputs(help_text, stdout);
			return 0;
		}
		if (c == '?' || c == ':')
			return option_error(argv, c);
		*(c == 's' ? &setting.subject_name : &setting.pages_file) = optarg;
	}
	code = setting_open(&setting);
	if (code)
		return code;
	code = bench_cases(&setting, argv + optind, argc - optind);
	if (!code)
		code = bench_store(&setting, "deflate");
	if (!code)
		code = bench_store(&setting, "deflate-iaa");
	if (!code) {
		bench_point();
		bench_memory();
	}
	setting_close(&setting);
	return code;
}
