/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measuring, and what comes out.
 *
 * On a machine that others use a measured time is that of the work or longer.
 * So the same work is done again and again, in small items, each with what it
 * is compared with; the best time of each item is what counts, and the medians
 * tell how noisy it was. Only ratios within one run mean something elsewhere.
 */
#ifndef FAULTS_BENCH_H
#define FAULTS_BENCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct scenario;
struct setting;

/* Of objects that the Makefile did not say it of. */
#ifndef ZFAULT_BUILD
#define ZFAULT_BUILD	"?"
#define ZFAULT_OPT	"?"
#endif
#ifdef __clang__
#define BENCH_COMPILER	"clang " __clang_version__
#else
#define BENCH_COMPILER	"gcc " __VERSION__
#endif

/* Whose code the processor is in. */
enum room { ROOM_ZLIB, ROOM_SHIM, ROOM_SUBJECT, ROOM_ORACLE, ROOM_STORY, ROOM_OTHER, ROOM_NR };
extern const char *const room_names[ROOM_NR];

/**
 * struct share - where the time of some work goes
 * @name: of the scenario or the store
 * @samples: how often the processor was found in each room
 */
struct share {
	char name[80];
	unsigned long samples[ROOM_NR];
};

/**
 * struct measure - one of the numbers
 * @name: "case/order4"; the same in every run
 * @unit: of @best and @median, which are times, or MiB
 * @of: what @times and @times_median are multiples of; NULL: of nothing
 * @nr: cases
 * @was: @times, or MiB, in the baseline; 0: it has none
 */
struct measure {
	char name[80];
	const char *unit, *of;
	double best, median, times, times_median, was;
	unsigned long nr;
};

#define BENCH_MEASURES	64
#define BENCH_SHARES	16

struct bench {
	struct measure measures[BENCH_MEASURES];
	unsigned int nr;
	struct share shares[BENCH_SHARES];
	unsigned int nr_shares;
};

/* Its place in @b; the last one stands for all there is no room for. */
struct measure *bench_add(struct bench *b, const char *unit, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
struct share *bench_add_share(struct bench *b, const char *name);

/* What @of it is a multiple of, whose best and median time these are. */
void measure_times(struct measure *m, const char *of, double best, double median);

/* ---- timing ------------------------------------------------------------ */

/**
 * struct timing - items, measured round after round
 * @seconds: a row of @items a round, @rounds of them so far
 */
struct timing {
	unsigned int items, rounds, max_rounds;
	double *seconds;
};

double bench_now(void);
int timing_open(struct timing *t, unsigned int items, unsigned int max_rounds);
void timing_close(struct timing *t);
/* The next round: its row, to be filled in. */
double *timing_round(struct timing *t);
/* Over all items the sum of the best of each, and of the medians. */
double timing_best(const struct timing *t);
double timing_median(const struct timing *t);

/* ---- samples (bench_share.c) ------------------------------------------- */

/* Look where the processor is, a thousand times a second, until share_pause(). */
void share_resume(void);
void share_pause(void);
/* How many were taken since share_take(), and those by room. */
unsigned int share_count(void);
void share_take(const struct setting *s, struct share *share);

/* ---- what is measured -------------------------------------------------- */

/* Each returns 0, or an exit code after a line on stderr. */
int bench_cases(struct bench *b, struct setting *s, const struct scenario *scenarios,
		unsigned int nr, bool named);
int bench_growth(struct bench *b, struct setting *s);
int bench_pairs(struct bench *b, struct setting *s);
int bench_store(struct bench *b, struct setting *s, const char *compressor);
int bench_point(struct bench *b);
void bench_memory(struct bench *b);

/* ---- what becomes of it ------------------------------------------------ */

void bench_print(const struct bench *b, const struct setting *s, const char *baseline);
json_t *bench_to_json(const struct bench *b, const struct setting *s);

/*
 * bench_baseline() - read what bench_to_json() once gave
 *
 * Return: an object to be given to bench_compare(); NULL after a line on stderr.
 */
json_t *bench_baseline(const char *file);
void bench_compare(struct bench *b, const json_t *baseline);

#endif
