// SPDX-License-Identifier: GPL-2.0-or-later
/* Times, and what stands for many of them. */
#include "bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_ROUNDS	256

double bench_now(void)
{
	struct timespec ts;

	/* The processor's own clock goes in steps of milliseconds on some machines. */
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

int timing_open(struct timing *t, unsigned int items, unsigned int max_rounds)
{
	*t = (struct timing){ .items = items };
	t->max_rounds = max_rounds < MAX_ROUNDS ? max_rounds : MAX_ROUNDS;
	t->seconds = calloc((size_t)items * t->max_rounds + 1, sizeof(*t->seconds));
	return t->seconds ? 0 : -1;
}

void timing_close(struct timing *t)
{
	free(t->seconds);
	t->seconds = NULL;
}

double *timing_round(struct timing *t)
{
	return &t->seconds[(size_t)t->rounds++ * t->items];
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Over all items, of each the time that @nth of its rounds were quicker than. */
static double sum_of(const struct timing *t, unsigned int nth)
{
	double one[MAX_ROUNDS], sum = 0;

	for (unsigned int i = 0; t->rounds && i < t->items; i++) {
		for (unsigned int r = 0; r < t->rounds; r++)
			one[r] = t->seconds[(size_t)r * t->items + i];
		qsort(one, t->rounds, sizeof(*one), ascending);
		sum += one[nth];
	}
	return sum;
}

double timing_best(const struct timing *t)
{
	return sum_of(t, 0);
}

double timing_median(const struct timing *t)
{
	return sum_of(t, t->rounds / 2);
}

struct measure *bench_add(struct bench *b, const char *unit, const char *fmt, ...)
{
	struct measure *m = &b->measures[b->nr];
	va_list ap;

	if (b->nr + 1 < BENCH_MEASURES)
		b->nr++;
	memset(m, 0, sizeof(*m));
	m->unit = unit;
	va_start(ap, fmt);
	vsnprintf(m->name, sizeof(m->name), fmt, ap);
	va_end(ap);
	return m;
}

struct share *bench_add_share(struct bench *b, const char *name)
{
	struct share *share = &b->shares[b->nr_shares];

	if (b->nr_shares + 1 < BENCH_SHARES)
		b->nr_shares++;
	memset(share, 0, sizeof(*share));
	snprintf(share->name, sizeof(share->name), "%s", name);
	return share;
}

void measure_times(struct measure *m, const char *of, double best, double median)
{
	m->of = of;
	m->times = m->best / best;
	m->times_median = m->median / median;
}
