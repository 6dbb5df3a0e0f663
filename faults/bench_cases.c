// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a case costs, and how that grows. It is told in times of what zlib takes
 * for a page: one of a fixed set, so that it is the same work in every build.
 */
#include <stdio.h>
#include <sys/resource.h>

#include "bench.h"
#include "cmd.h"
#include "pairs.h"
#include "space.h"
#include "story.h"
#include "shim/ledger.h"
#include "shim/world.h"

#define ROUNDS		41
#define LEAST_ROUNDS	5
#define MOST_CASES	400	/* of a scenario, spread evenly over all it has */
#define CASES_SECONDS	1.5	/* for a scenario, unless that is not LEAST_ROUNDS */
#define GROWTH_SECONDS	0.3
#define SAMPLES		1000u
#define SAMPLE_SECONDS	3.0	/* or as many as there are by then */
#define PAIRS_ROUNDS	3
#define ZLIB_PAGES	4

/* Setting up, the first run, and what zlib does for them are left out. */
struct cost {
	struct timing cases, zlib;
	unsigned long nr;	/* of cases that there are */
};

static void time_zlib(double seconds[])
{
	double begun;

	world_memo(false);
	for (unsigned int i = 0; i < ZLIB_PAGES; i++) {
		begun = bench_now();
		ledger_compressed_len("deflate", pages_generated(i));
		seconds[i] = bench_now() - begun;
	}
	world_memo(true);
}

static void time_cases(struct space *sp, unsigned int items, double seconds[])
{
	struct verdict v;
	double begun;

	for (unsigned int i = 0; i < items; i++) {
		begun = bench_now();
		story_play(sp->story, &sp->cases[(size_t)i * sp->nr_cases / items], &v);
		seconds[i] = bench_now() - begun;
	}
}

static int time_rounds(struct cost *cost, struct space *sp, double limit)
{
	unsigned int items = sp->nr_cases < MOST_CASES ? sp->nr_cases : MOST_CASES;
	double begun = bench_now();

	if (timing_open(&cost->cases, items, ROUNDS))
		return -1;
	if (timing_open(&cost->zlib, ZLIB_PAGES, ROUNDS)) {
		timing_close(&cost->cases);
		return -1;
	}
	cost->nr = sp->nr_cases;
	while (cost->cases.rounds < ROUNDS &&
	       (cost->cases.rounds < LEAST_ROUNDS || bench_now() - begun < limit)) {
		time_zlib(timing_round(&cost->zlib));
		time_cases(sp, items, timing_round(&cost->cases));
	}
	return 0;
}

/* Apart from the timing, which the samples would be in the way of. */
static void take_samples(struct space *sp)
{
	double begun = bench_now();
	struct verdict v;

	share_resume();
	for (unsigned long i = 0; sp->nr_cases && share_count() < SAMPLES &&
	     bench_now() - begun < SAMPLE_SECONDS; i++)
		story_play(sp->story, &sp->cases[i * 37 % sp->nr_cases], &v);
	share_pause();
}

static int cost_open(struct cost *cost, struct setting *s, const struct scenario *scenario,
		     double limit, bool sampled)
{
	struct story story;
	struct space space;
	char why[400];
	int err;

	if (story_open(&story, scenario, &s->subject, &s->pages, false, why, sizeof(why)))
		return harness_error("%s", why);
	if (space_open(&space, &story, why, sizeof(why))) {
		story_close(&story);
		return harness_error("%s", why);
	}
	err = time_rounds(cost, &space, limit);
	if (!err && sampled)
		take_samples(&space);
	space_close(&space);
	story_close(&story);
	return err ? harness_error("no memory for times") : 0;
}

static void cost_close(struct cost *cost)
{
	timing_close(&cost->cases);
	timing_close(&cost->zlib);
}

static void keep_cost(struct measure *m, const struct cost *cost)
{
	unsigned int items = cost->cases.items ? cost->cases.items : 1;

	m->nr = cost->nr;
	m->best = timing_best(&cost->cases) / items * 1e6;
	m->median = timing_median(&cost->cases) / items * 1e6;
}

static void add_case(struct bench *b, const struct setting *s, const char *name,
		     const struct cost *cost)
{
	struct measure *m = bench_add(b, "us", "case/%s", name);

	keep_cost(m, cost);
	measure_times(m, "zlib on a page", timing_best(&cost->zlib) / ZLIB_PAGES * 1e6,
		      timing_median(&cost->zlib) / ZLIB_PAGES * 1e6);
	share_take(s, bench_add_share(b, name));
}

int bench_cases(struct bench *b, struct setting *s, const struct scenario *scenarios,
		unsigned int nr, bool named)
{
	char name[SCENARIO_NAME];
	struct cost cost;

	for (unsigned int i = 0; i < nr; i++) {
		int code = cost_open(&cost, s, &scenarios[i], CASES_SECONDS, true);

		if (code)
			return code;
		scenario_format(&scenarios[i], name, sizeof(name));
		if (cost.nr)
			add_case(b, s, name, &cost);
		cost_close(&cost);
		/* A subject that takes no large folios has nothing to fail there. */
		if (!cost.nr && named)
			return usage_error("%s: subject %s has no case there", name,
					   s->subject.desc->name);
	}
	return 0;
}

/* ---- growth ------------------------------------------------------------ */

/* With the order of the folio, then with the number of folios. */
static const char *const growth[] = {
	"order0", "order1", "order2", "order3", "order4", "order5", "order6", "order7", "order8",
	"order9", "order0/batch2", "order0/batch3", "order0/batch8", "order0/batch31",
};

int bench_growth(struct bench *b, struct setting *s)
{
	double best = 0, median = 0;
	struct scenario scenario;
	struct measure *m;
	struct cost cost;
	char why[300];

	for (unsigned int i = 0; i < sizeof(growth) / sizeof(growth[0]); i++) {
		int code;

		if (scenario_parse(growth[i], &scenario, why, sizeof(why)))
			return harness_error("%s", why);
		code = cost_open(&cost, s, &scenario, GROWTH_SECONDS, false);
		if (code)
			return code;
		if (cost.nr) {
			m = bench_add(b, "us", "growth/%s", growth[i]);
			keep_cost(m, &cost);
			best = i ? best : m->best;
			median = i ? median : m->median;
			measure_times(m, growth[0], best, median);
		}
		cost_close(&cost);
	}
	return 0;
}

/* ---- pairs of faults --------------------------------------------------- */

static double children_seconds(void)
{
	struct rusage r;

	getrusage(RUSAGE_CHILDREN, &r);
	return r.ru_utime.tv_sec + r.ru_stime.tv_sec +
	       (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

/* All of them, in one worker, whose processor time counts. Seconds a case, or -1. */
static double time_pairs(const struct setting *s, const struct scenario *scenario,
			 unsigned long *nr)
{
	const struct pairs_options opt = {
		.run = { .subject = &s->subject, .pages = &s->pages, .jobs = 1 },
		.depth = 2,
	};
	double begun = children_seconds(), seconds;
	struct result result;

	pairs_run(scenario, &opt, &result);
	seconds = children_seconds() - begun;
	*nr = result.nr[0] + result.nr[1];
	if (result.error[0])
		harness_error("%s", result.error);
	seconds = result.error[0] ? -1 : *nr ? seconds / *nr : 0;
	result_free(&result);
	return seconds;
}

static int add_pairs(struct bench *b, const struct setting *s, const char *name)
{
	struct scenario scenario;
	struct timing t;
	struct measure *m;
	unsigned long nr;
	char why[300];

	if (scenario_parse(name, &scenario, why, sizeof(why)))
		return harness_error("%s", why);
	if (timing_open(&t, 1, PAIRS_ROUNDS))
		return harness_error("no memory for times");
	while (t.rounds < PAIRS_ROUNDS) {
		double seconds = time_pairs(s, &scenario, &nr);

		if (seconds <= 0) {
			timing_close(&t);
			return seconds ? EXIT_HARNESS : 0;
		}
		*timing_round(&t) = seconds;
	}
	m = bench_add(b, "us", "pairs/%s", name);
	m->nr = nr;
	m->best = timing_best(&t) * 1e6;
	m->median = timing_median(&t) * 1e6;
	timing_close(&t);
	return 0;
}

/* Told in times of the smallest scenario's, and by how many there are. */
int bench_pairs(struct bench *b, struct setting *s)
{
	static const char *const names[] = { "order0", "order1", "order2", "order3" };
	unsigned int first = b->nr;

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int code = add_pairs(b, s, names[i]);

		if (code)
			return code;
	}
	for (unsigned int i = b->nr; i-- > first;)
		measure_times(&b->measures[i], names[0], b->measures[first].best,
			      b->measures[first].median);
	return 0;
}

/* ---- memory ------------------------------------------------------------ */

void bench_memory(struct bench *b)
{
	struct measure *m = bench_add(b, "MiB", "memory/peak");
	struct rusage self;

	getrusage(RUSAGE_SELF, &self);
	m->best = m->median = self.ru_maxrss / 1024.0;
}
