// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of scenarios, and what a user who mistypes one is told. */
#include <check.h>
#include <string.h>

#include "faults/scenario.h"
#include "faults/words.h"

static struct scenario parsed(const char *name)
{
	struct scenario s;
	char why[300] = "";

	ck_assert_msg(!scenario_parse(name, &s, why, sizeof(why)), "%s: %s", name, why);
	return s;
}

static void refused(const char *name, const char *expected)
{
	struct scenario s;
	char why[300] = "";

	ck_assert_msg(scenario_parse(name, &s, why, sizeof(why)) == -1, "%s was taken", name);
	ck_assert_str_eq(why, expected);
}

static void formats_as(const char *name, const char *expected)
{
	struct scenario s = parsed(name);
	char buf[SCENARIO_NAME];

	scenario_format(&s, buf, sizeof(buf));
	ck_assert_str_eq(buf, expected);
}

START_TEST(default_values_are_left_out)
{
	formats_as("order4", "order4");
	formats_as("order0/fresh/neighbours/nocg/memcg/wb/deflate/real/enabled/pool/cpus/node0/swap0",
		   "order0");
	formats_as("order4/stale/objcg1/batching", "order4/stale/objcg1/batching");
}
END_TEST

START_TEST(words_come_in_any_order)
{
	formats_as("batching/objcg1/order4/stale", "order4/stale/objcg1/batching");
	formats_as("swap1/node1/order9", "order9/node1/swap1");
}
END_TEST

START_TEST(the_default_scenario_is_order4)
{
	struct scenario s, named = parsed("order4");

	scenario_default(&s);
	ck_assert_mem_eq(&s, &named, sizeof(s));
	ck_assert_uint_eq(scenario_order(&s), 4);
}
END_TEST

/* Each word there is means its value, and says so again. */
START_TEST(each_word_is_its_value)
{
	char name[SCENARIO_NAME];
	struct scenario s;

	for (unsigned int v = 0; v < V_NR; v++) {
		unsigned int axis = values[v].axis;

		ck_assert_uint_ge(v, axes[axis].first);
		ck_assert_uint_le(v, axes[axis].last);
		scenario_default(&s);
		s.value[axis] = v;
		if (scenario_excluded(&s))
			continue;
		scenario_format(&s, name, sizeof(name));
		ck_assert_uint_eq(parsed(name).value[axis], v);
	}
}
END_TEST

START_TEST(words_are_said_once)
{
	for (unsigned int a = 0; a < V_NR; a++) {
		for (unsigned int b = a + 1; b < V_NR; b++)
			ck_assert_str_ne(values[a].word, values[b].word);
	}
}
END_TEST

START_TEST(unknown_words_get_the_nearest)
{
	refused("order4/stal", "unknown word 'stal' in a scenario, did you mean 'stale'?");
	refused("order4/batchin", "unknown word 'batchin' in a scenario, did you mean 'batching'?");
	refused("odrer4", "unknown word 'odrer4' in a scenario, did you mean 'order4'?");
	refused("order", "unknown word 'order' in a scenario, did you mean 'order0'?");
	refused("order4/completely-else",
		"unknown word 'completely-else' in a scenario; see: zfault list scenarios");
}
END_TEST

START_TEST(empty_words_are_unknown)
{
	static const char expected[] = "unknown word '' in a scenario; see: zfault list scenarios";

	refused("", expected);
	refused("/", expected);
	refused("order4/", expected);
	refused("/order4", expected);
	refused("order4//stale", expected);
}
END_TEST

START_TEST(orders_go_from_0_to_9)
{
	for (char c = '0'; c <= '9'; c++) {
		char name[] = { 'o', 'r', 'd', 'e', 'r', c, '\0' };
		struct scenario s = parsed(name);

		ck_assert_uint_eq(scenario_order(&s), c - '0');
	}
	refused("order10", "'order10': orders go from 0 to 9");
	refused("stale/order12345678901234567890",
		"'order12345678901234567890': orders go from 0 to 9");
	refused("order04", "'order04': orders go from 0 to 9");
}
END_TEST

START_TEST(an_order_has_to_be_named)
{
	refused("stale", "scenario 'stale' names no order (order0 to order9)");
}
END_TEST

START_TEST(an_axis_is_named_once)
{
	refused("order4/order5", "'order5' and 'order4' are both words for: order of the folio");
	refused("order4/stale/fresh",
		"'fresh' and 'stale' are both words for: what the slots held before");
	refused("order4/stale/stale",
		"'stale' and 'stale' are both words for: what the slots held before");
}
END_TEST

START_TEST(combinations_without_sense_are_refused)
{
	refused("order0/stale-alternate",
		"scenario 'order0/stale-alternate' makes no sense: a single slot is stale or it is not");
	refused("order4/nomemcg/objcg1", "scenario 'order4/nomemcg/objcg1' makes no sense: "
		"there are no object cgroups without memory cgroups");
	ck_assert_ptr_null(scenario_pair_excluded(V_ORDER4, V_BEFORE_STALE));
	ck_assert_ptr_nonnull(scenario_pair_excluded(V_MEMCG_DISABLED, V_OBJCG_ONE));
	ck_assert_ptr_nonnull(scenario_pair_excluded(V_OBJCG_ONE, V_MEMCG_DISABLED));
}
END_TEST

START_TEST(names_of_any_length_are_answered)
{
	char name[4096], why[300];
	struct scenario s;

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(scenario_parse(name, &s, why, sizeof(why)), -1);
	ck_assert_uint_lt(strlen(why), sizeof(why));
	/* Room for one character and for none. */
	ck_assert_int_eq(scenario_parse(name, &s, why, 1), -1);
	ck_assert_str_eq(why, "");
}
END_TEST

START_TEST(formatting_stays_in_its_buffer)
{
	struct scenario s = parsed("order4/stale/objcg1/batching");
	char buf[SCENARIO_NAME];

	for (size_t size = 1; size <= sizeof(buf); size++) {
		memset(buf, '#', sizeof(buf));
		scenario_format(&s, buf, size);
		ck_assert_uint_lt(strlen(buf), size);
		if (size < sizeof(buf))
			ck_assert_int_eq(buf[size], '#');
	}
}
END_TEST

/* With the longest word of each axis, whether that makes sense or not. */
START_TEST(the_longest_name_has_room)
{
	char buf[2 * SCENARIO_NAME];
	struct scenario s;

	for (unsigned int a = 0; a < AXIS_NR; a++) {
		s.value[a] = axes[a].first;
		for (unsigned int v = axes[a].first + 1; v <= axes[a].last; v++) {
			if (s.value[a] == axes[a].first ||
			    strlen(values[v].word) > strlen(values[s.value[a]].word))
				s.value[a] = v;
		}
	}
	scenario_format(&s, buf, sizeof(buf));
	ck_assert_uint_lt(strlen(buf), SCENARIO_NAME);
}
END_TEST

START_TEST(half_stale_folios_are_beyond_contract)
{
	static const char *const beyond[] = { "order1/stale-alternate", "order1/stale-first",
					      "order1/stale-last" };
	static const char *const within[] = { "order1", "order1/stale", "order1/stale-pool",
					      "order1/alone", "order1/full" };
	struct scenario s;

	for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++) {
		s = parsed(beyond[i]);
		ck_assert_msg(scenario_beyond(&s), "%s", beyond[i]);
	}
	for (size_t i = 0; i < sizeof(within) / sizeof(within[0]); i++) {
		s = parsed(within[i]);
		ck_assert_msg(!scenario_beyond(&s), "%s", within[i]);
	}
}
END_TEST

/* ---- nearest words ----------------------------------------------------- */

static const char *fruit(unsigned int i)
{
	static const char *const words[] = { "apple", "pear", "peach", "plum" };

	return i < sizeof(words) / sizeof(words[0]) ? words[i] : NULL;
}

static const char *nearest(const char *word)
{
	return words_nearest(word, strlen(word), fruit);
}

START_TEST(the_nearest_word_is_a_slip_away)
{
	ck_assert_str_eq(nearest("appel"), "apple");
	ck_assert_str_eq(nearest("peer"), "pear");
	ck_assert_str_eq(nearest("plums"), "plum");
	ck_assert_str_eq(nearest("peech"), "peach");
	ck_assert_str_eq(nearest("plum"), "plum");
	/* A letter more than @len is none. */
	ck_assert_str_eq(words_nearest("plumage", 4, fruit), "plum");
}
END_TEST

START_TEST(another_word_is_no_slip)
{
	char longest[65], longer[66];

	ck_assert_ptr_null(nearest("banana"));
	ck_assert_ptr_null(nearest(""));
	ck_assert_ptr_null(nearest("xy"));
	memset(longest, 'p', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	memset(longer, 'p', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	ck_assert_ptr_null(nearest(longest));
	ck_assert_ptr_null(nearest(longer));
}
END_TEST

START_TEST(a_batch_has_its_folios)
{
	static const struct {
		const char *name;
		unsigned int folios, pages, last_order;
		int rejected;
	} row[] = {
		{ "order4", 1, 16, 4, -1 },
		{ "order9", 1, 512, 9, -1 },
		{ "order0/batch31", 31, 31, 0, -1 },
		{ "order3/batch31/closed-middle", 31, 248, 3, 15 },
		{ "order7/batch2/mixed", 2, 4 + 128, 7, -1 },
		{ "order2/batch3/mixed/closed-first", 3, 2 + 4 + 2, 1, 0 },
		{ "order1/batch8/mixed/closed-last", 8, 4 * (1 + 2), 1, 7 },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct scenario s = parsed(row[i].name);

		ck_assert_uint_eq(scenario_folios(&s), row[i].folios);
		ck_assert_uint_eq(scenario_pages(&s), row[i].pages);
		ck_assert_uint_eq(scenario_folio_order(&s, row[i].folios - 1), row[i].last_order);
		ck_assert_int_eq(scenario_rejected(&s), row[i].rejected);
	}
}
END_TEST

/* Whatever can be said has room in the model and in a folio_batch. */
START_TEST(no_batch_is_too_large)
{
	struct scenario s;

	scenario_default(&s);
	for (unsigned int o = V_ORDER0; o <= V_ORDER9; o++) {
		for (unsigned int b = V_BATCH_ONE; b <= V_BATCH_31; b++) {
			s.value[AXIS_ORDER] = o;
			s.value[AXIS_BATCH] = b;
			if (scenario_excluded(&s))
				continue;
			ck_assert_uint_le(scenario_pages(&s), 512);
			ck_assert_uint_le(scenario_folios(&s), 31);
		}
	}
}
END_TEST

/* The covering list for a subject without large folios. */
START_TEST(small_ones_are_added_once)
{
	static const char *const names[] = {
		"order4/stale", "order0/stale", "order2/batch3/mixed", "order5/stale", "order3",
		"order7/stale-first",
	};
	static const char *const added[] = { "order0/batch3", "order0" };
	struct scenario s[12];
	char name[SCENARIO_NAME], why[200];
	unsigned int nr = sizeof(names) / sizeof(names[0]);

	for (unsigned int i = 0; i < nr; i++)
		ck_assert_msg(!scenario_parse(names[i], &s[i], why, sizeof(why)), "%s", why);
	ck_assert_uint_eq(scenario_add_small(s, nr), nr + 2);
	for (unsigned int i = 0; i < 2; i++) {
		scenario_format(&s[nr + i], name, sizeof(name));
		ck_assert_str_eq(name, added[i]);
	}
}
END_TEST

Suite *suite_scenario(void)
{
	Suite *s = suite_create("scenario");
	TCase *tc = tcase_create("names");

	tcase_add_test(tc, default_values_are_left_out);
	tcase_add_test(tc, words_come_in_any_order);
	tcase_add_test(tc, the_default_scenario_is_order4);
	tcase_add_test(tc, each_word_is_its_value);
	tcase_add_test(tc, words_are_said_once);
	tcase_add_test(tc, unknown_words_get_the_nearest);
	tcase_add_test(tc, empty_words_are_unknown);
	tcase_add_test(tc, orders_go_from_0_to_9);
	tcase_add_test(tc, an_order_has_to_be_named);
	tcase_add_test(tc, an_axis_is_named_once);
	tcase_add_test(tc, combinations_without_sense_are_refused);
	tcase_add_test(tc, names_of_any_length_are_answered);
	tcase_add_test(tc, formatting_stays_in_its_buffer);
	tcase_add_test(tc, the_longest_name_has_room);
	tcase_add_test(tc, half_stale_folios_are_beyond_contract);
	tcase_add_test(tc, a_batch_has_its_folios);
	tcase_add_test(tc, no_batch_is_too_large);
	tcase_add_test(tc, small_ones_are_added_once);
	suite_add_tcase(s, tc);

	tc = tcase_create("words");
	tcase_add_test(tc, the_nearest_word_is_a_slip_away);
	tcase_add_test(tc, another_word_is_no_slip);
	suite_add_tcase(s, tc);
	return s;
}
