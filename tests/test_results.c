// SPDX-License-Identifier: GPL-2.0-or-later
/* A result as JSON, and back. */
#include "made_result.h"

#include "faults/results_json.h"
#include "faults/symbols.h"

static json_t *there_and_back(const struct result *r, struct result **back)
{
	json_t *json = result_to_json(r);

	ck_assert_ptr_nonnull(json);
	*back = result_from_json(json);
	ck_assert_ptr_nonnull(*back);
	return json;
}

/* Frames have other addresses, and the same names. */
static void make_finding(void)
{
	struct distinct *d = add_distinct('S', "order2/stale:xarray/xa_store@1=ENOMEM!",
					  "1 of 4 slots", "store");

	strcpy(d->finding.key, "stale: entry");
	strcpy(d->guarded, "on protected pages");
	d->cases = 7;
	d->within = 3;
	d->nr_frames = d->finding.nr_frames = 1;
	d->frames[0] = d->finding.frames[0] = (char *)make_finding + 1;
}

static void make_result(void)
{
	begin("order2/stale");
	add_slots(FP_XA_STORE, ENOMEM, 4, 2);
	add(FP_XA_STORE, PHASE_LOAD, ENOMEM, -1, 5, false, BROKEN, 'S');
	add(FP_XA_STORE, PHASE_STORE, ENOMEM, 1, 9, false, VACUOUS, 0);
	cases[made.nr_cases - 1].faults[0].again = true;
	made.steps = 100;
	made.checked = invariant_bit('S') | invariant_bit('T');
	made.not_seen = invariant_bit('N');
	made.baseline.nr_findings = 2;
	made.baseline.findings[0].letter = 'A';
	made.baseline.findings[1].letter = 'C';
	made.baseline.outcome = BROKEN;
	made.accusing = 3;
}

static void ck_same_case(const struct zcase *a, const struct zcase *b)
{
	char id[2][CASE_ID];

	case_format(a, id[0], CASE_ID);
	case_format(b, id[1], CASE_ID);
	ck_assert_str_eq(id[0], id[1]);
	ck_assert_uint_eq(a->nr_faults, b->nr_faults);
	for (unsigned int i = 0; i < a->nr_faults; i++) {
		ck_assert_int_eq(a->faults[i].slot, b->faults[i].slot);
		ck_assert_int_eq(a->faults[i].folio, b->faults[i].folio);
		ck_assert_uint_eq(a->faults[i].fault.nth, b->faults[i].fault.nth);
		ck_assert_int_eq(a->faults[i].beyond, b->faults[i].beyond);
	}
}

START_TEST(a_result_comes_back)
{
	struct result *r;
	json_t *json, *again;

	make_result();
	make_finding();
	json = there_and_back(&made, &r);
	ck_assert_str_eq(r->name, "order2/stale");
	ck_assert_uint_eq(r->nr_cases, made.nr_cases);
	for (unsigned long i = 0; i < r->nr_cases; i++) {
		ck_same_case(&r->cases[i], &cases[i]);
		ck_assert_int_eq(r->cells[i].outcome, cells[i].outcome);
		ck_assert_int_eq(r->cells[i].letter, cells[i].letter);
	}
	ck_assert_uint_eq(r->steps, 100);
	ck_assert_uint_eq(r->checked, made.checked);
	ck_assert_uint_eq(r->not_seen, made.not_seen);
	ck_assert_int_eq(result_code(r), result_code(&made));
	ck_assert_int_eq(r->baseline.findings[1].letter, 'C');
	ck_assert_uint_eq(r->nr_distinct, 1);
	ck_assert_uint_eq(r->distinct[0].cases, 7);
	ck_assert_str_eq(r->distinct[0].finding.key, "stale: entry");
	ck_same_case(&r->distinct[0].first, &found[0].first);
	/* Nothing is lost on the way. */
	again = result_to_json(r);
	ck_assert(json_equal(json, again));
	json_decref(json);
	json_decref(again);
	result_forget(r);
}
END_TEST

START_TEST(frames_keep_their_names)
{
	char before[300], after[300];
	struct symbol s[2][SYMBOLS_MAX];
	struct result *r;

	make_result();
	make_finding();
	json_decref(there_and_back(&made, &r));
	symbols_find(found[0].frames[0], s[0], SYMBOLS_MAX);
	symbols_find(r->distinct[0].frames[0], s[1], SYMBOLS_MAX);
	ck_assert_str_eq(s[0][0].function, s[1][0].function);
	ck_assert_str_eq(s[0][0].file, s[1][0].file);
	ck_assert_int_eq(s[0][0].line, s[1][0].line);
	symbols_place(found[0].frames, 1, before, sizeof(before));
	symbols_place(r->distinct[0].frames, 1, after, sizeof(after));
	ck_assert_str_eq(before, after);
	result_forget(r);
}
END_TEST

/* Each value of a result in turn is left out, or of another type: a refusal, no crash. */
START_TEST(what_is_no_result_is_refused)
{
	struct result *r;
	const char *key;
	json_t *json, *copy, *value;

	make_result();
	make_finding();
	json = there_and_back(&made, &r);
	result_forget(r);
	json_object_foreach(json, key, value) {
		copy = json_deep_copy(json);
		json_object_del(copy, key);
		ck_assert_msg(!result_from_json(copy), "without %s", key);
		json_decref(copy);
		copy = json_deep_copy(json);
		json_object_set_new(copy, key, json_real(0.5));
		ck_assert_msg(!result_from_json(copy), "with half a %s", key);
		json_decref(copy);
	}
	ck_assert(!result_from_json(NULL));
	json_decref(json);
}
END_TEST

/* Sums in place of cases, and a case of two faults. */
static void make_pairs(void)
{
	begin("order2/stale");
	add_distinct('S', "order2/stale:xarray/xa_store@1=ENOMEM+zpool/zpool_malloc@restore.0=ENOSPC!",
		     "1 of 4 slots", "restore");
	found[0].reach = REACH_PAIR;
	made.depth = 3;
	made.nr[0] = 160;
	made.nr[1] = 23028;
	made.nr[2] = 5000000000;
	made.nr_cases = 5000023188;
	made.behind = 12;
	made.held = 5000023187;
	made.broken = 1;
}

START_TEST(pairs_come_back)
{
	struct result *r;
	json_t *json, *again;

	make_pairs();
	json = there_and_back(&made, &r);
	ck_assert_uint_eq(r->depth, 3);
	ck_assert_mem_eq(r->nr, made.nr, sizeof(r->nr));
	ck_assert_uint_eq(r->nr_cases, made.nr_cases);
	ck_assert_uint_eq(r->behind, 12);
	ck_assert_uint_eq(r->estimate, 0);
	ck_assert_uint_eq(r->held, made.held);
	ck_assert_uint_eq(r->distinct[0].reach, REACH_PAIR);
	ck_same_case(&r->distinct[0].first, &found[0].first);
	again = result_to_json(r);
	ck_assert(json_equal(json, again));
	json_decref(json);
	json_decref(again);
	result_forget(r);
}
END_TEST

static bool pairs_are_taken(const char *cases)
{
	json_t *json;
	struct result *r;

	make_pairs();
	json = result_to_json(&made);
	json_object_set_new(json, "cases", json_loads(cases, 0, NULL));
	r = result_from_json(json);
	json_decref(json);
	result_forget(r);
	return r;
}

START_TEST(sums_of_pairs_have_to_be_whole)
{
	ck_assert(pairs_are_taken("{\"all\": 3, \"of\": [1, 2], \"behind\": 0, \"estimate\": 9}"));
	ck_assert(!pairs_are_taken("{}"));
	ck_assert(!pairs_are_taken("{\"all\": 3, \"of\": [], \"behind\": 0, \"estimate\": 0}"));
	ck_assert(!pairs_are_taken("{\"all\": 3, \"of\": 3, \"behind\": 0, \"estimate\": 0}"));
	ck_assert(!pairs_are_taken("{\"all\": 3, \"of\": [1, null], \"behind\": 0, \"estimate\": 0}"));
	ck_assert(!pairs_are_taken("{\"all\": 3, \"of\": [1, 2, 3, 4, 5], \"behind\": 0, \"estimate\": 0}"));
	ck_assert(!pairs_are_taken("{\"all\": 3, \"of\": [1, 2], \"behind\": 0}"));
}
END_TEST

static bool is_taken(const char *id, const char *places)
{
	json_t *json, *c;
	struct result *r;

	make_result();
	json = result_to_json(&made);
	c = json_pack("[s,o,s]", id, json_loads(places, 0, NULL), ".");
	json_array_set_new(json_object_get(json, "cases"), 0, c);
	r = result_from_json(json);
	json_decref(json);
	result_forget(r);
	return r;
}

START_TEST(a_case_has_to_be_one_of_its_scenario)
{
	ck_assert(is_taken("xarray/xa_store@3=ENOMEM", "[[3, 0, 3, false]]"));
	ck_assert(!is_taken("xarray/xa_store@3=ENOMEM", "[[3, 0, 4, false]]"));
	ck_assert(!is_taken("xarray/xa_store@3=ENOMEM", "[[3, 1, 3, false]]"));
	ck_assert(!is_taken("xarray/xa_store@3=ENOMEM", "[[-1, 0, 3, false]]"));
	ck_assert(!is_taken("xarray/xa_store@3=ENOMEM", "[]"));
	ck_assert(!is_taken("xarray/xa_store@3=EINVAL", "[[3, 0, 3, false]]"));
	ck_assert(!is_taken("xarray/xa_stor@3=ENOMEM", "[[3, 0, 3, false]]"));
	ck_assert(!is_taken("", "[]"));
}
END_TEST

START_TEST(recalled_symbols_are_the_same_address)
{
	struct symbol s[2] = { { "inner", "mm/zswap.c", 3, true }, { "outer", "mm/zswap.c", 9, true } };
	struct symbol other = { "other", "mm/zswap.c", 9, false }, out[SYMBOLS_MAX];
	void *frame = symbols_recall(s, 2), *frames[] = { frame };
	char place[100];

	ck_assert_ptr_nonnull(frame);
	ck_assert_ptr_eq(symbols_recall(s, 2), frame);
	ck_assert_ptr_ne(symbols_recall(s, 1), frame);
	ck_assert_ptr_ne(symbols_recall(&other, 1), frame);
	ck_assert_int_eq(symbols_find(frame, out, SYMBOLS_MAX), 2);
	ck_assert_str_eq(out[1].function, "outer");
	symbols_place(frames, 1, place, sizeof(place));
	ck_assert_str_eq(place, "inner < outer");
}
END_TEST

Suite *suite_results(void)
{
	Suite *s = suite_create("results");
	TCase *tc = tcase_create("json");

	tcase_add_test(tc, a_result_comes_back);
	tcase_add_test(tc, frames_keep_their_names);
	tcase_add_test(tc, what_is_no_result_is_refused);
	tcase_add_test(tc, pairs_come_back);
	tcase_add_test(tc, sums_of_pairs_have_to_be_whole);
	tcase_add_test(tc, a_case_has_to_be_one_of_its_scenario);
	tcase_add_test(tc, recalled_symbols_are_the_same_address);
	suite_add_tcase(s, tc);
	return s;
}
