// SPDX-License-Identifier: GPL-2.0-or-later
/* Case ids: round trips, and each way to write one wrong. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults/space.h"
#include "subjects.h"

static struct zcase parsed(const char *id)
{
	struct zcase c;
	char why[300] = "";

	ck_assert_msg(!case_parse(id, &c, why, sizeof(why)), "%s: %s", id, why);
	return c;
}

static void formats_as(const char *id, const char *expected)
{
	struct zcase c = parsed(id);
	char buf[CASE_ID];

	case_format(&c, buf, sizeof(buf));
	ck_assert_str_eq(buf, expected);
}

static void refused(const char *id, const char *expected)
{
	struct zcase c;
	char why[300] = "";

	ck_assert_msg(case_parse(id, &c, why, sizeof(why)) == -1, "%s was taken", id);
	ck_assert_str_eq(why, expected);
}

START_TEST(an_id_says_the_fault)
{
	struct zcase c = parsed("order4/stale:zpool/zpool_malloc@3=ENOSPC!");

	ck_assert_uint_eq(c.nr_faults, 1);
	ck_assert_uint_eq(c.scenario.value[AXIS_BEFORE], V_BEFORE_STALE);
	ck_assert_uint_eq(c.faults[0].fault.point, FP_ZPOOL_MALLOC);
	ck_assert_uint_eq(c.faults[0].fault.phase, PHASE_STORE);
	ck_assert_int_eq(c.faults[0].fault.error, -ENOSPC);
	ck_assert(c.faults[0].fault.persistent);
	ck_assert_int_eq(c.faults[0].folio, 0);
	ck_assert_int_eq(c.faults[0].slot, 3);

	c = parsed("order4:crypto/acomp_decompress@load.2=EINVAL");
	ck_assert_uint_eq(c.faults[0].fault.phase, PHASE_LOAD);
	ck_assert_uint_eq(c.faults[0].fault.nth, 2);
	ck_assert_int_eq(c.faults[0].slot, -1);
	ck_assert(!c.faults[0].fault.persistent);

	c = parsed("order4:zpool/zpool_malloc@1.3=ENOMEM");
	ck_assert_int_eq(c.faults[0].folio, 1);
	ck_assert_int_eq(c.faults[0].slot, 3);

	ck_assert_uint_eq(parsed("order4").nr_faults, 0);
}
END_TEST

START_TEST(ids_are_formatted_in_one_way)
{
	static const char *const ids[] = {
		"order4",
		"order4:zpool/zpool_malloc@0=ENOMEM",
		"order4/batch2:zpool/zpool_malloc@1.3=ENOMEM!",
		"order4/batch2:zpool/zpool_malloc@0.3=ENOMEM",
		"order9/stale/objcg1/batching:xarray/node@511=ENOMEM",
		"order1:slab/kmem_cache_alloc_bulk@store.0=ENOMEM!",
		"order1:zpool/zpool_malloc@0=ENOMEM+xarray/xa_store@writeback.12=ENOMEM!",
	};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		formats_as(ids[i], ids[i]);
	formats_as("stale/order4:zpool/zpool_malloc@0.3=ENOMEM",
		   "order4/stale:zpool/zpool_malloc@3=ENOMEM");
	formats_as("order4/nocg:zpool/zpool_malloc@007=ENOMEM",
		   "order4:zpool/zpool_malloc@7=ENOMEM");
}
END_TEST

/* Every point with every error of its own, in every phase. */
START_TEST(every_point_error_and_phase_has_an_id)
{
	struct zcase c = { .nr_faults = 1 }, back;
	char id[CASE_ID];

	scenario_default(&c.scenario);
	c.faults[0].slot = -1;
	for (unsigned int p = 0; p < FP_NR; p++) {
		for (const int *e = fault_points[p].errors; *e; e++) {
			for (unsigned int phase = 0; phase < PHASE_NR; phase++) {
				c.faults[0].fault = (struct fault){
					.point = p, .phase = phase, .error = *e,
					.nth = p + phase, .persistent = p & 1,
				};
				case_format(&c, id, sizeof(id));
				back = parsed(id);
				ck_assert_int_eq(back.faults[0].slot, -1);
				ck_assert_mem_eq(&back.faults[0].fault, &c.faults[0].fault,
						 sizeof(struct fault));
			}
		}
	}
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
	refused("order4:", "malformed fault '', expected POINT@SLOT=ERROR");
	refused("order4:zpool/zpool_malloc",
		"malformed fault 'zpool/zpool_malloc', expected POINT@SLOT=ERROR");
	refused("order4:zpool/zpool_malloc@3",
		"malformed fault 'zpool/zpool_malloc@3', expected POINT@SLOT=ERROR");
	refused("order4:zpool/zpool_malloc=ENOMEM",
		"malformed fault 'zpool/zpool_malloc=ENOMEM', expected POINT@SLOT=ERROR");
	refused("order4:zpool/zpool_malloc=ENOMEM@3",
		"malformed fault 'zpool/zpool_malloc=ENOMEM@3', expected POINT@SLOT=ERROR");
	refused("order4:zpool/zpool_malloc@3=ENOMEM+",
		"malformed fault '', expected POINT@SLOT=ERROR");
	refused("order4:+zpool/zpool_malloc@3=ENOMEM",
		"malformed fault '', expected POINT@SLOT=ERROR");
	refused(":zpool/zpool_malloc@3=ENOMEM",
		"unknown word '' in a scenario; see: zfault list scenarios");
	refused("", "unknown word '' in a scenario; see: zfault list scenarios");
	refused("order10:zpool/zpool_malloc@3=ENOMEM", "'order10': orders go from 0 to 9");
}
END_TEST

START_TEST(unknown_points_get_the_nearest)
{
	refused("order4:zpool/zpool_maloc@3=ENOMEM",
		"unknown fault point 'zpool/zpool_maloc', did you mean 'zpool/zpool_malloc'?");
	refused("order4:zpool_malloc@3=ENOMEM",
		"unknown fault point 'zpool_malloc', did you mean 'zpool/zpool_malloc'?");
	refused("order4:moon@3=ENOMEM", "unknown fault point 'moon'; see: zfault list points");
	refused("order4:@3=ENOMEM", "unknown fault point ''; see: zfault list points");
}
END_TEST

START_TEST(unknown_errors_get_the_legal_ones)
{
	refused("order4:zpool/zpool_malloc@3=EFOO",
		"zpool/zpool_malloc cannot fail with 'EFOO', only with ENOMEM, ENOSPC");
	/* A name that exists, but not there. */
	refused("order4:xarray/node@3=EINVAL",
		"xarray/node cannot fail with 'EINVAL', only with ENOMEM");
	refused("order4:xarray/node@3=", "xarray/node cannot fail with '', only with ENOMEM");
	refused("order4:xarray/node@3=!", "xarray/node cannot fail with '', only with ENOMEM");
	refused("order4:xarray/node@3=ENOMEM!!",
		"xarray/node cannot fail with 'ENOMEM!', only with ENOMEM");
	refused("order4:xarray/node@3=enomem",
		"xarray/node cannot fail with 'enomem', only with ENOMEM");
}
END_TEST

START_TEST(malformed_places_get_the_forms)
{
	static const char *const places[] = {
		"", "x", "-1", "3x", "3.", ".3", "3.4.5", "3.x", "load", "load.", "load.x",
		"load.-1", "load.3x", "123456", "1.123456", "load.123456", " 3", "3 ",
	};
	char id[100], expected[200];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(id, sizeof(id), "order4:xarray/node@%s=ENOMEM", places[i]);
		snprintf(expected, sizeof(expected), "'@%s' is neither a slot (@3), "
			 "a folio's slot (@0.3) nor a hit of a phase (@load.0)", places[i]);
		if (!strcmp(places[i], ".3"))
			snprintf(expected, sizeof(expected), "unknown phase ''; the phases are "
				 "boot, setup, store, load, invalidate, writeback, restore, recover and teardown");
		refused(id, expected);
	}
	refused("order4:xarray/node@lod.0=ENOMEM", "unknown phase 'lod', did you mean 'load'?");
	refused("order4:xarray/node@moonshine.0=ENOMEM", "unknown phase 'moonshine'; the phases "
		"are boot, setup, store, load, invalidate, writeback, restore, recover and teardown");
}
END_TEST

START_TEST(a_plan_has_a_most)
{
	char id[CASE_ID] = "order1:", expected[80];

	for (unsigned int i = 0; i <= FAULT_MAX_PLAN; i++) {
		if (i == FAULT_MAX_PLAN)
			ck_assert_uint_eq(parsed(id).nr_faults, FAULT_MAX_PLAN);
		sprintf(id + strlen(id), "%szpool/zpool_malloc@%u=ENOMEM", i ? "+" : "", i);
	}
	snprintf(expected, sizeof(expected), "an id holds at most %d faults", FAULT_MAX_PLAN);
	refused(id, expected);
}
END_TEST

/* The longest scenario with the longest points: no id is ever cut short. */
START_TEST(the_longest_id_has_room)
{
	struct zcase c = { .nr_faults = FAULT_MAX_PLAN };
	char id[2 * CASE_ID];
	unsigned int longest = 0;

	for (unsigned int p = 0; p < FP_NR; p++) {
		if (strlen(fault_points[p].name) > strlen(fault_points[longest].name))
			longest = p;
	}
	for (unsigned int i = 0; i < FAULT_MAX_PLAN; i++) {
		c.faults[i].fault = (struct fault){
			.point = longest, .phase = PHASE_INVALIDATE, .nth = 99999,
			.persistent = true, .error = fault_points[longest].errors[0],
		};
		c.faults[i].slot = -1;
	}
	scenario_default(&c.scenario);
	case_format(&c, id, sizeof(id));
	/* What is missing to the longest scenario. */
	ck_assert_uint_lt(strlen(id) + SCENARIO_NAME, CASE_ID);
	ck_assert_uint_eq(parsed(id).nr_faults, FAULT_MAX_PLAN);
}
END_TEST

START_TEST(ids_of_any_length_are_answered)
{
	static const char *const parts[] = { "order4:", "order4:zpool/zpool_malloc@",
					     "order4:zpool/zpool_malloc@3=", "" };
	char id[8192], why[300];
	struct zcase c;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		memset(id, 'x', sizeof(id) - 1);
		id[sizeof(id) - 1] = '\0';
		memcpy(id, parts[i], strlen(parts[i]));
		if (i == 0)
			memcpy(id + sizeof(id) - 10, "@3=ENOMEM", 9);
		if (i == 1)
			memcpy(id + sizeof(id) - 8, "=ENOMEM", 7);
		ck_assert_int_eq(case_parse(id, &c, why, sizeof(why)), -1);
		ck_assert_uint_lt(strlen(why), sizeof(why));
	}
}
END_TEST

/* What is cut off anywhere is an id of its own or refused, and read no further. */
START_TEST(every_beginning_of_an_id_is_answered)
{
	static const char id[] =
		"order4/stale:zpool/zpool_malloc@0.3=ENOMEM!+xarray/node@load.0=ENOMEM";
	char why[300], back[CASE_ID];
	struct zcase c;

	for (size_t n = 0; n < sizeof(id); n++) {
		char *part = strndup(id, n);

		if (!case_parse(part, &c, why, sizeof(why))) {
			case_format(&c, back, sizeof(back));
			parsed(back);
		}
		free(part);
	}
}
END_TEST

/* ---- of a real scenario ------------------------------------------------ */

static void each_case(const char *scenario, void (*fn)(const struct space *, const struct zcase *))
{
	struct scenario s = scenario_named(scenario);
	struct patient p;
	struct story st;
	struct space sp;
	char why[300];

	patient_open(&p, "core");
	ck_assert_msg(!story_open(&st, &s, &p.subject, &p.pages, false, why, sizeof(why)), "%s", why);
	ck_assert_msg(!space_open(&sp, &st, why, sizeof(why)), "%s", why);
	ck_assert_uint_gt(sp.nr_cases, 20);
	for (unsigned long i = 0; i < sp.nr_cases; i++)
		fn(&sp, &sp.cases[i]);
	space_close(&sp);
	story_close(&st);
	patient_close(&p);
}

static void round_trip(const struct space *sp, const struct zcase *c)
{
	char id[CASE_ID], again[CASE_ID], why[300] = "";
	struct zcase back;

	case_format(c, id, sizeof(id));
	ck_assert_ptr_null(strpbrk(id, " #\t\n\"'\\"));
	back = parsed(id);
	ck_assert_msg(!space_resolve(sp, &back, why, sizeof(why)), "%s: %s", id, why);
	ck_assert_mem_eq(&back.faults[0].fault, &c->faults[0].fault, sizeof(struct fault));
	ck_assert_int_eq(back.faults[0].slot, c->faults[0].slot);
	ck_assert_int_eq(back.faults[0].beyond, c->faults[0].beyond);
	case_format(&back, again, sizeof(again));
	ck_assert_str_eq(again, id);
}

START_TEST(every_case_comes_back_from_its_id)
{
	each_case("order1/stale", round_trip);
}
END_TEST

START_TEST(every_case_without_slots_comes_back)
{
	each_case("order0/objcg1", round_trip);
}
END_TEST

static void is_distinct(const struct space *sp, const struct zcase *c)
{
	char id[CASE_ID], other[CASE_ID];

	case_format(c, id, sizeof(id));
	for (const struct zcase *o = sp->cases; o < c; o++) {
		case_format(o, other, sizeof(other));
		ck_assert_str_ne(id, other);
	}
}

/* Nodes on the way to a leaf are several hits of one slot. */
START_TEST(no_two_cases_have_one_id)
{
	each_case("order1/stale", is_distinct);
	each_case("order1/alone", is_distinct);
}
END_TEST

Suite *suite_case_id(void)
{
	Suite *s = suite_create("case_id");
	TCase *tc = tcase_create("words");

	tcase_add_test(tc, an_id_says_the_fault);
	tcase_add_test(tc, ids_are_formatted_in_one_way);
	tcase_add_test(tc, every_point_error_and_phase_has_an_id);
	tcase_add_test(tc, what_is_wrong_is_named);
	tcase_add_test(tc, unknown_points_get_the_nearest);
	tcase_add_test(tc, unknown_errors_get_the_legal_ones);
	tcase_add_test(tc, malformed_places_get_the_forms);
	tcase_add_test(tc, a_plan_has_a_most);
	tcase_add_test(tc, the_longest_id_has_room);
	tcase_add_test(tc, ids_of_any_length_are_answered);
	tcase_add_test(tc, every_beginning_of_an_id_is_answered);
	suite_add_tcase(s, tc);

	tc = tcase_create("cases");
	tcase_add_test(tc, every_case_comes_back_from_its_id);
	tcase_add_test(tc, every_case_without_slots_comes_back);
	tcase_add_test(tc, no_two_cases_have_one_id);
	suite_add_tcase(s, tc);
	return s;
}
