// SPDX-License-Identifier: GPL-2.0-or-later
/* What zfault bench makes of times, as text for programs, and of a baseline. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <check.h>

#include "faults/bench.h"
#include "faults/cmd.h"
#include "shim/ledger.h"
#include "shim/world.h"

static struct setting setting(void)
{
	static const struct subject_desc desc = { .name = "made" };

	return (struct setting){ .subject = { .desc = &desc }, .file = "made.so" };
}

static void ck_near(double value, double due)
{
	ck_assert_msg(value > due * 0.9999 && value < due * 1.0001, "%f is not %f", value, due);
}

/* Two items, three rounds: the bests are of different rounds. */
START_TEST(best_and_median_of_each_item)
{
	static const double rounds[][2] = { { 1, 50 }, { 9, 20 }, { 4, 30 } };
	struct timing t;

	ck_assert_int_eq(timing_open(&t, 2, 3), 0);
	for (unsigned int r = 0; r < 3; r++) {
		double *row = timing_round(&t);

		row[0] = rounds[r][0];
		row[1] = rounds[r][1];
	}
	ck_near(timing_best(&t), 1 + 20);
	ck_near(timing_median(&t), 4 + 30);
	timing_close(&t);
}
END_TEST

/* Nothing to measure is no time. */
START_TEST(no_round_is_no_time)
{
	struct timing t;

	ck_assert_int_eq(timing_open(&t, 0, 3), 0);
	timing_round(&t);
	ck_assert(timing_best(&t) == 0 && timing_median(&t) == 0);
	timing_close(&t);
	ck_assert_int_eq(timing_open(&t, 3, 3), 0);
	ck_assert(timing_best(&t) == 0);
	timing_close(&t);
}
END_TEST

static void make_bench(struct bench *b)
{
	struct measure *m;

	memset(b, 0, sizeof(*b));
	m = bench_add(b, "us", "case/%s", "order1");
	m->best = 30;
	m->median = 50;
	m->nr = 86;
	measure_times(m, "zlib on a page", 60, 80);
	bench_add(b, "MiB", "memory/peak")->best = 25;
	bench_add_share(b, "order1")->samples[ROOM_ORACLE] = 7;
}

START_TEST(more_than_there_is_room_for)
{
	static struct bench b;

	for (unsigned int i = 0; i < 2 * BENCH_MEASURES; i++) {
		bench_add(&b, "us", "case/%u", i);
		bench_add_share(&b, "share");
	}
	ck_assert_uint_lt(b.nr, BENCH_MEASURES);
	ck_assert_uint_lt(b.nr_shares, BENCH_SHARES);
}
END_TEST

/* Written, and read again as another program would. */
static json_t *there_and_back(const struct bench *b)
{
	struct setting s = setting();
	json_t *json = bench_to_json(b, &s), *again;
	json_error_t error;
	char *text = json_dumps(json, 0);

	ck_assert_ptr_nonnull(text);
	again = json_loads(text, 0, &error);
	ck_assert_msg(again && json_equal(json, again), "%s", error.text);
	free(text);
	json_decref(json);
	return again;
}

START_TEST(json_says_it_all)
{
	static struct bench b;
	const char *build, *name, *of, *unit;
	double best, median, times;
	int format, cases, oracle;
	json_t *json;

	make_bench(&b);
	json = there_and_back(&b);
	ck_assert_int_eq(json_unpack(json, "{s:i,s:s,s:[{s:s,s:s,s:F,s:F,s:i,s:s,s:F}],s:[{s:i}]}",
				     "zfault_bench", &format, "build", &build, "measures",
				     "name", &name, "unit", &unit, "best", &best, "median", &median,
				     "cases", &cases, "of", &of, "times", &times,
				     "samples", "oracle", &oracle), 0);
	ck_assert_str_eq(name, "case/order1");
	ck_assert_str_eq(of, "zlib on a page");
	ck_near(times, 0.5);
	ck_near(best, 30);
	ck_assert_int_eq(cases, 86);
	ck_assert_int_eq(oracle, 7);
	json_decref(json);
}
END_TEST

static const char *write_file(const char *text)
{
	static char path[] = "/tmp/zfault-bench-XXXXXX";
	int fd;

	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	return path;
}

static json_t *read_baseline(const char *text)
{
	const char *path = write_file(text);
	json_t *json = bench_baseline(path);

	unlink(path);
	return json;
}

START_TEST(baseline_is_compared_by_ratios)
{
	static struct bench b;
	json_t *json, *baseline;
	char *text;

	make_bench(&b);
	json = there_and_back(&b);
	text = json_dumps(json, 0);
	baseline = read_baseline(text);
	ck_assert_ptr_nonnull(baseline);

	/* A machine of twice the speed, on which a case takes more of zlib's time. */
	b.measures[0].best = 20;
	measure_times(&b.measures[0], "zlib on a page", 30, 40);
	b.measures[1].best = 26;
	bench_compare(&b, baseline);
	ck_near(b.measures[0].was, 0.5);
	ck_near(b.measures[1].was, 25);
	json_decref(baseline);
	json_decref(json);
	free(text);
}
END_TEST

static const char *const no_baselines[] = {
	"", "{", "[]", "{}", "{\"zfault_bench\": 1}",
	"{\"zfault_bench\": 1, \"build\": \"?\", \"optimised\": \"?\", \"measures\": []}",
	"{\"zfault_bench\": 1, \"build\": \"other\", \"optimised\": \"-O9\","
		" \"measures\": [{\"name\": \"case/order1\", \"times\": 1}]}",
	"{\"zfault_bench\": 2, \"build\": \"?\", \"optimised\": \"?\","
		" \"measures\": [{\"name\": \"case/order1\", \"times\": 1}]}",
};

START_TEST(what_is_no_baseline)
{
	ck_assert_ptr_null(read_baseline(no_baselines[_i]));
}
END_TEST

/* Busy in zlib for a while, and found there. */
START_TEST(samples_find_the_room)
{
	static struct share share;
	struct setting s = setting();
	double begun = bench_now();
	unsigned long all = 0;

	world_memo(false);
	share_resume();
	while (share_count() < 100 && bench_now() - begun < 20)
		ledger_compressed_len("deflate", pages_generated(1));
	share_pause();
	world_memo(true);
	share_take(&s, &share);
	for (unsigned int i = 0; i < ROOM_NR; i++)
		all += share.samples[i];
	ck_assert_uint_ge(all, 100);
	ck_assert_uint_gt(share.samples[ROOM_ZLIB] * 2, all);
	ck_assert_uint_eq(share_count(), 0);
}
END_TEST

/* The program as it is called, and its output as a program reads it. */
START_TEST(program_writes_json)
{
	const char *program = getenv("ZFAULT_PROGRAM"), *name = NULL;
	char command[4096];
	json_error_t error;
	json_t *json;
	FILE *out;

	if (!program)
		return;
	snprintf(command, sizeof(command), "'%s' bench --json order0", program);
	out = popen(command, "r");
	ck_assert_ptr_nonnull(out);
	json = json_loadf(out, 0, &error);
	ck_assert_int_eq(pclose(out), 0);
	ck_assert_msg(json, "line %d: %s", error.line, error.text);
	ck_assert_int_eq(json_unpack(json, "{s:[{s:s}]}", "measures", "name", &name), 0);
	ck_assert_str_eq(name, "case/order0");
	json_decref(json);
}
END_TEST

Suite *suite_bench(void);
Suite *suite_bench(void)
{
	Suite *s = suite_create("bench");
	TCase *t = tcase_create("times");

	tcase_add_test(t, best_and_median_of_each_item);
	tcase_add_test(t, no_round_is_no_time);
	tcase_add_test(t, more_than_there_is_room_for);
	suite_add_tcase(s, t);
	t = tcase_create("json");
	tcase_add_test(t, json_says_it_all);
	tcase_add_test(t, baseline_is_compared_by_ratios);
	tcase_add_loop_test(t, what_is_no_baseline, 0, sizeof(no_baselines) / sizeof(no_baselines[0]));
	suite_add_tcase(s, t);
	t = tcase_create("program");
	tcase_set_timeout(t, 120);
	tcase_add_test(t, samples_find_the_room);
	tcase_add_test(t, program_writes_json);
	suite_add_tcase(s, t);
	return s;
}
