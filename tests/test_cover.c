// SPDX-License-Identifier: GPL-2.0-or-later
/* The committed covering list covers what it says: computed, not believed. */
#include <check.h>
#include <string.h>

#include "cover/cover.h"

static struct scenario listed(unsigned int i)
{
	struct scenario s;
	char why[300] = "";

	ck_assert_msg(!scenario_parse(scenario_list[i], &s, why, sizeof(why)), "%s", why);
	return s;
}

/* Of the whole list but for one of it; @without -1: of all. */
static struct cover cover_of_list(long without)
{
	struct cover c = { .pair = { { false } } };
	struct scenario s;

	for (unsigned int i = 0; i < scenario_list_nr; i++) {
		if ((long)i == without)
			continue;
		s = listed(i);
		cover_add(&c, &s);
	}
	return c;
}

static bool has_value(unsigned int order, unsigned int v)
{
	for (unsigned int i = 0; i < scenario_list_nr; i++) {
		struct scenario s = listed(i);

		if (scenario_order(&s) == order && s.value[values[v].axis] == v)
			return true;
	}
	return false;
}

START_TEST(names_are_as_they_are_formatted)
{
	char name[SCENARIO_NAME];

	for (unsigned int i = 0; i < scenario_list_nr; i++) {
		struct scenario s = listed(i);

		scenario_format(&s, name, sizeof(name));
		ck_assert_str_eq(name, scenario_list[i]);
	}
}
END_TEST

START_TEST(none_is_listed_twice)
{
	for (unsigned int i = 0; i < scenario_list_nr; i++) {
		for (unsigned int j = i + 1; j < scenario_list_nr; j++)
			ck_assert_str_ne(scenario_list[i], scenario_list[j]);
	}
}
END_TEST

START_TEST(each_value_is_there_at_these_orders)
{
	static const unsigned int orders[] = { 0, 1, 3, 4, 7, 9 };

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		for (unsigned int v = axes[AXIS_ORDER].last + 1; v < V_NR; v++) {
			ck_assert_msg(has_value(orders[i], v) ||
				      !cover_can_meet(V_ORDER0 + orders[i], v),
				      "%s is not there at order %u", values[v].word, orders[i]);
		}
	}
}
END_TEST

START_TEST(each_pair_is_there)
{
	const struct cover c = cover_of_list(-1);
	unsigned int a, b;

	ck_assert_msg(!cover_missing(&c, &a, &b), "%s and %s are in no scenario",
		      values[a].word, values[b].word);
}
END_TEST

/* What no rule excludes can be said: no axis value is dead. */
START_TEST(each_value_makes_sense_somewhere)
{
	for (unsigned int v = 0; v < V_NR; v++) {
		bool found = false;

		for (unsigned int o = 0; o <= 9 && !found; o++)
			found = has_value(o, v);
		ck_assert_msg(found, "%s is in no scenario", values[v].word);
	}
}
END_TEST

/* The test above can fail: without a scenario that it needs it does. */
START_TEST(without_one_that_is_needed_a_pair_is_missing)
{
	unsigned int a, b, needed = 0;

	for (unsigned int i = 0; i < scenario_list_nr; i++) {
		const struct cover c = cover_of_list(i);
		struct scenario s = listed(i);

		if (!cover_missing(&c, &a, &b))
			continue;
		needed++;
		ck_assert_uint_eq(s.value[values[a].axis], a);
		ck_assert_uint_eq(s.value[values[b].axis], b);
		ck_assert(cover_counts(&s, a, b));
	}
	/* All but what a reader expects to find is there for some pair. */
	ck_assert_uint_gt(needed, scenario_list_nr / 2);
}
END_TEST

START_TEST(an_empty_list_covers_nothing)
{
	struct cover c = { .pair = { { false } } };
	unsigned int a, b;

	ck_assert(cover_missing(&c, &a, &b));
	ck_assert_uint_eq(a, 0);
	ck_assert_uint_ne(values[a].axis, values[b].axis);
}
END_TEST

/* A store that is refused anyway shows nothing of two other values. */
START_TEST(refusing_values_hide_the_others)
{
	struct cover c = { .pair = { { false } } };
	struct scenario s;
	char why[300];

	ck_assert_int_eq(scenario_parse("order3/stale/batching/disabled", &s, why, sizeof(why)), 0);
	cover_add(&c, &s);
	ck_assert(!c.pair[V_BEFORE_STALE][V_COMPRESSOR_BATCHING]);
	ck_assert(c.pair[V_BEFORE_STALE][V_ZSWAP_DISABLED]);
	ck_assert(c.pair[V_ZSWAP_DISABLED][V_ORDER3]);
	ck_assert(!cover_counts(&s, V_ORDER3, V_BEFORE_STALE));

	ck_assert_int_eq(scenario_parse("order3/stale/batching", &s, why, sizeof(why)), 0);
	cover_add(&c, &s);
	ck_assert(c.pair[V_BEFORE_STALE][V_COMPRESSOR_BATCHING]);
}
END_TEST

Suite *suite_cover(void)
{
	Suite *s = suite_create("cover");
	TCase *tc = tcase_create("list");

	tcase_add_test(tc, names_are_as_they_are_formatted);
	tcase_add_test(tc, none_is_listed_twice);
	tcase_add_test(tc, each_value_is_there_at_these_orders);
	tcase_add_test(tc, each_pair_is_there);
	tcase_add_test(tc, each_value_makes_sense_somewhere);
	tcase_add_test(tc, without_one_that_is_needed_a_pair_is_missing);
	suite_add_tcase(s, tc);

	tc = tcase_create("pairs");
	tcase_add_test(tc, an_empty_list_covers_nothing);
	tcase_add_test(tc, refusing_values_hide_the_others);
	suite_add_tcase(s, tc);
	return s;
}
