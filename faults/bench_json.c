// SPDX-License-Identifier: GPL-2.0-or-later
/* What was measured, for a program; and what an earlier one has measured. */
#include <string.h>

#include "bench.h"
#include "cmd.h"

#define FORMAT	1

static json_t *measure_to_json(const struct measure *m)
{
	json_t *json = json_pack("{s:s,s:s,s:f,s:f}", "name", m->name, "unit", m->unit,
				 "best", m->best, "median", m->median);

	if (m->nr)
		json_object_set_new(json, "cases", json_integer(m->nr));
	if (m->of) {
		json_object_set_new(json, "of", json_string(m->of));
		json_object_set_new(json, "times", json_real(m->times));
		json_object_set_new(json, "times_median", json_real(m->times_median));
	}
	if (m->was)
		json_object_set_new(json, "was", json_real(m->was));
	return json;
}

static json_t *share_to_json(const struct share *share)
{
	json_t *json = json_pack("{s:s}", "name", share->name);

	for (unsigned int i = 0; i < ROOM_NR; i++)
		json_object_set_new(json, room_names[i], json_integer(share->samples[i]));
	return json;
}

json_t *bench_to_json(const struct bench *b, const struct setting *s)
{
	json_t *measures = json_array(), *shares = json_array();

	for (unsigned int i = 0; i < b->nr; i++)
		json_array_append_new(measures, measure_to_json(&b->measures[i]));
	for (unsigned int i = 0; i < b->nr_shares; i++)
		json_array_append_new(shares, share_to_json(&b->shares[i]));
	return json_pack("{s:i,s:s,s:s,s:s,s:s,s:o,s:o}", "zfault_bench", FORMAT,
			 "build", ZFAULT_BUILD, "optimised", ZFAULT_OPT, "compiler", BENCH_COMPILER,
			 "subject", s->subject.desc->name, "measures", measures, "samples", shares);
}

/* ---- a baseline -------------------------------------------------------- */

/* What is compared: a ratio, or MiB. 0: @measure has none. */
static double value_of(const json_t *measure)
{
	json_t *times = json_object_get(measure, "times");

	return json_number_value(times ? times : json_object_get(measure, "best"));
}

static bool are_measures(const json_t *measures)
{
	const json_t *one;
	size_t i;

	json_array_foreach(measures, i, one) {
		if (!json_is_string(json_object_get(one, "name")) || value_of(one) <= 0)
			return false;
	}
	return json_array_size(measures);
}

/* Another build has other ratios. */
static int check_baseline(const char *file, const json_t *json)
{
	const char *build = json_string_value(json_object_get(json, "build"));
	const char *opt = json_string_value(json_object_get(json, "optimised"));

	if (json_integer_value(json_object_get(json, "zfault_bench")) != FORMAT || !build || !opt ||
	    !are_measures(json_object_get(json, "measures")))
		return usage_error("--baseline %s: not what 'zfault bench --json' writes", file);
	if (strcmp(build, ZFAULT_BUILD) || strcmp(opt, ZFAULT_OPT))
		return usage_error("--baseline %s: measured in a build %s, %s, and this one is %s, %s",
				   file, build, opt, ZFAULT_BUILD, ZFAULT_OPT);
	return 0;
}

json_t *bench_baseline(const char *file)
{
	json_error_t error;
	json_t *json = json_load_file(file, 0, &error);

	if (!json && error.line < 0)
		usage_error("--baseline %s", error.text);
	else if (!json)
		usage_error("--baseline %s: line %d: %s", file, error.line, error.text);
	else if (!check_baseline(file, json))
		return json;
	json_decref(json);
	return NULL;
}

void bench_compare(struct bench *b, const json_t *baseline)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(baseline, "measures"), i, one) {
		const char *name = json_string_value(json_object_get(one, "name"));

		for (unsigned int k = 0; k < b->nr; k++) {
			if (!strcmp(b->measures[k].name, name))
				b->measures[k].was = value_of(one);
		}
	}
}
