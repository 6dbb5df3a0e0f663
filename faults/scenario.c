// SPDX-License-Identifier: GPL-2.0-or-later
/* Scenarios: their names, and which combinations make sense. */
#include "scenario.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

const struct axis_info axes[AXIS_NR] = {
#define AXIS(id, title, first, last) [AXIS_##id] = { title, V_##first, V_##last },
#define VALUE(axis, id, word, says)
#include "axes.def"
#undef AXIS
#undef VALUE
};

const struct value_info values[V_NR] = {
#define AXIS(id, title, first, last)
#define VALUE(axis, id, word, says) [V_##id] = { AXIS_##axis, word, says },
#include "axes.def"
#undef AXIS
#undef VALUE
};

/*
 * Pairs that do not go together: each value of the first range with each of
 * the second, ranges being inclusive and within one axis.
 */
static const struct exclusion {
	uint8_t a_first, a_last, b_first, b_last;
	const char *why;
} exclusions[] = {
	{ V_BEFORE_ALTERNATE, V_BEFORE_LAST, V_ORDER0, V_ORDER0,
	  "a single slot is stale or it is not" },
	{ V_LEAVES_FIRST, V_LEAVES_FIRST, V_ORDER6, V_ORDER9,
	  "a folio that fills whole leaves shares none with a bystander" },
	{ V_OBJCG_ONE, V_OBJCG_MIXED, V_MEMCG_DISABLED, V_MEMCG_DISABLED,
	  "there are no object cgroups without memory cgroups" },
	{ V_BEFORE_STALE_OBJCG, V_BEFORE_STALE_OBJCG, V_MEMCG_DISABLED, V_MEMCG_DISABLED,
	  "there are no object cgroups without memory cgroups" },
	{ V_WRITEBACK_OFF, V_WRITEBACK_PARENT, V_MEMCG_DISABLED, V_MEMCG_DISABLED,
	  "memory.zswap.writeback belongs to a memory cgroup" },
	{ V_WRITEBACK_OFF, V_WRITEBACK_PARENT, V_OBJCG_NONE, V_OBJCG_NONE,
	  "a folio that is charged to nobody has no memory.zswap.writeback" },
	{ V_BEFORE_STALE_OBJCG, V_BEFORE_STALE_OBJCG, V_OBJCG_NONE, V_OBJCG_NONE,
	  "a folio that was charged once stays charged to somebody" },
	{ V_POOL_NONE, V_POOL_NONE, V_BEFORE_STALE, V_BEFORE_LAST,
	  "without a pool nothing was ever stored" },
	{ V_POOL_NONE, V_POOL_NONE, V_OBJCG_NEAR_LIMIT, V_OBJCG_OVER_LIMIT,
	  "without a pool no limit is ever reached" },
	{ V_POOL_NONE, V_POOL_NONE, V_ZSWAP_DISABLED, V_ZSWAP_DISABLED,
	  "without a pool zswap is disabled already" },
	{ V_CPU_UNPLUG, V_CPU_UNPLUG_LOCK, V_POOL_NONE, V_POOL_FULL,
	  "the store is refused before there is a middle" },
	{ V_CPU_UNPLUG, V_CPU_UNPLUG_LOCK, V_ZSWAP_DISABLED, V_ZSWAP_DISABLED,
	  "the store is refused before there is a middle" },
	{ V_CPU_UNPLUG, V_CPU_UNPLUG_LOCK, V_OBJCG_OVER_LIMIT, V_OBJCG_OVER_LIMIT,
	  "the store is refused before there is a middle" },
	{ V_CPU_UNPLUG, V_CPU_UNPLUG_LOCK, V_POOL_SWITCHED, V_POOL_SWITCHED_EARLY,
	  "one thing at a time happens midway" },
	{ V_POOL_SWITCHED, V_POOL_SWITCHED_EARLY, V_ZSWAP_DISABLED, V_ZSWAP_DISABLED,
	  "the store is refused before there is a middle" },
	{ V_POOL_SWITCHED, V_POOL_SWITCHED_EARLY, V_OBJCG_OVER_LIMIT, V_OBJCG_OVER_LIMIT,
	  "the store is refused before there is a middle" },
	{ V_OBJCG_NEAR_LIMIT, V_OBJCG_NEAR_LIMIT, V_ZSWAP_DISABLED, V_ZSWAP_DISABLED,
	  "a store that is refused reaches no limit" },
	{ V_OBJCG_NEAR_LIMIT, V_OBJCG_NEAR_LIMIT, V_POOL_FULL, V_POOL_FULL,
	  "a store that is refused reaches no limit" },
	/* Batches. Their pages are as many as a story has the patience for. */
	{ V_BATCH_31, V_BATCH_31, V_ORDER4, V_ORDER9, "31 folios of that order are too many pages" },
	{ V_BATCH_8, V_BATCH_8, V_ORDER6, V_ORDER9, "8 folios of that order are too many pages" },
	{ V_BATCH_3, V_BATCH_3, V_ORDER8, V_ORDER9, "3 folios of that order are too many pages" },
	{ V_BATCH_2, V_BATCH_2, V_ORDER8, V_ORDER9, "2 folios of that order are too many pages" },
	{ V_ORDERS_MIXED, V_ORDERS_MIXED, V_ORDER0, V_ORDER0, "no folio is smaller" },
	{ V_BATCH_ONE, V_BATCH_ONE, V_ORDERS_MIXED, V_ORDERS_MIXED, "a single folio has one order" },
	{ V_BATCH_ONE, V_BATCH_ONE, V_REJECTED_FIRST, V_REJECTED_LAST,
	  "the single folio's own limit is another axis" },
	{ V_BATCH_ONE, V_BATCH_ONE, V_ERRORS_LEFT, V_ERRORS_LEFT,
	  "swap_writepage() sets its one error" },
	{ V_BATCH_ONE, V_BATCH_ONE, V_OBJCG_MIXED, V_OBJCG_MIXED, "a single folio has one objcg" },
	{ V_BATCH_2, V_BATCH_31, V_SETUP_BOOT, V_SETUP_LATE,
	  "where zswap may not come up one folio is enough" },
	{ V_BATCH_2, V_BATCH_31, V_POOL_SWITCHED, V_POOL_SWITCHED,
	  "whether the next folio is stored in the new pool is up to the subject" },
	{ V_REJECTED_FIRST, V_REJECTED_LAST, V_MEMCG_DISABLED, V_MEMCG_DISABLED,
	  "zswap.max belongs to a memory cgroup" },
	{ V_REJECTED_FIRST, V_REJECTED_LAST, V_ZSWAP_DISABLED, V_ZSWAP_DISABLED,
	  "every folio is refused" },
	{ V_REJECTED_FIRST, V_REJECTED_LAST, V_POOL_NONE, V_POOL_FULL, "every folio is refused" },
	{ V_REJECTED_FIRST, V_REJECTED_LAST, V_OBJCG_OVER_LIMIT, V_OBJCG_OVER_LIMIT,
	  "every folio is refused" },
	{ V_DRIVER_STOPS, V_DRIVER_STOPS, V_COMPRESSOR_DEFLATE, V_COMPRESSOR_DEFLATE,
	  "a driver that takes one page has one to answer" },
	{ V_UNDER_REUSED, V_UNDER_REUSED, V_POOL_NONE, V_POOL_NONE,
	  "without a pool there is nothing to write back" },
	{ V_UNDER_REUSED, V_UNDER_REUSED, V_ZSWAP_DISABLED, V_ZSWAP_DISABLED,
	  "no store wakes the worker of a zswap that is disabled" },
	{ V_SETUP_BOOT, V_SETUP_LATE, V_UNDER_REUSED, V_UNDER_REUSED,
	  "where zswap may not come up there may be nothing to write back" },
	{ V_SETUP_BOOT, V_SETUP_LATE, V_BEFORE_STALE, V_BEFORE_LAST,
	  "where zswap may not come up nothing was ever stored" },
	{ V_SETUP_BOOT, V_SETUP_LATE, V_OBJCG_NEAR_LIMIT, V_OBJCG_OVER_LIMIT,
	  "where zswap may not come up no limit is ever reached" },
	{ V_SETUP_BOOT, V_SETUP_LATE, V_ZSWAP_DISABLED, V_ZSWAP_DISABLED,
	  "it is being set up to be enabled" },
	{ V_SETUP_BOOT, V_SETUP_LATE, V_POOL_NONE, V_POOL_SWITCHED_EARLY,
	  "its pool is what is being set up" },
	{ V_SETUP_BOOT, V_SETUP_LATE, V_CPU_UNPLUG, V_CPU_UNPLUG_LOCK,
	  "the CPU goes midway through a store that may not be made" },
};

static bool in_range(uint8_t v, uint8_t first, uint8_t last)
{
	return v >= first && v <= last;
}

const char *scenario_pair_excluded(enum axis_value a, enum axis_value b)
{
	for (size_t i = 0; i < sizeof(exclusions) / sizeof(exclusions[0]); i++) {
		const struct exclusion *e = &exclusions[i];

		if ((in_range(a, e->a_first, e->a_last) && in_range(b, e->b_first, e->b_last)) ||
		    (in_range(b, e->a_first, e->a_last) && in_range(a, e->b_first, e->b_last)))
			return e->why;
	}
	return NULL;
}

const char *scenario_excluded(const struct scenario *s)
{
	const char *why;

	for (unsigned int i = 0; i < AXIS_NR; i++) {
		for (unsigned int j = i + 1; j < AXIS_NR; j++) {
			why = scenario_pair_excluded(s->value[i], s->value[j]);
			if (why)
				return why;
		}
	}
	return NULL;
}

bool scenario_value_beyond(enum axis_value v)
{
	return in_range(v, V_BEFORE_ALTERNATE, V_BEFORE_LAST) || v == V_ERRORS_LEFT ||
	       v == V_DRIVER_STOPS;
}

bool scenario_beyond(const struct scenario *s)
{
	for (unsigned int i = 0; i < AXIS_NR; i++) {
		if (scenario_value_beyond(s->value[i]))
			return true;
	}
	return false;
}

void scenario_default(struct scenario *s)
{
	for (unsigned int i = 0; i < AXIS_NR; i++)
		s->value[i] = axes[i].first;
	s->value[AXIS_ORDER] = V_ORDER4;
}

unsigned int scenario_order(const struct scenario *s)
{
	return s->value[AXIS_ORDER] - V_ORDER0;
}

unsigned int scenario_folios(const struct scenario *s)
{
	static const uint8_t folios[] = { 1, 2, 3, 8, 31 };

	return folios[s->value[AXIS_BATCH] - V_BATCH_ONE];
}

/* A folio of four pages before another leaves room for four in its sub-batch. */
unsigned int scenario_folio_order(const struct scenario *s, unsigned int folio)
{
	unsigned int order = scenario_order(s);

	if (s->value[AXIS_ORDERS] != V_ORDERS_MIXED || folio % 2)
		return order;
	return order > 2 ? 2 : order - 1;
}

int scenario_rejected(const struct scenario *s)
{
	int nr = scenario_folios(s);

	switch (s->value[AXIS_REJECTED]) {
	case V_REJECTED_FIRST:
		return 0;
	case V_REJECTED_MIDDLE:
		return nr / 2;
	case V_REJECTED_LAST:
		return nr - 1;
	}
	return -1;
}

static bool is_among(const struct scenario *s, unsigned int nr, const struct scenario *one)
{
	while (nr--) {
		if (!memcmp(&s[nr], one, sizeof(*one)))
			return true;
	}
	return false;
}

unsigned int scenario_add_small(struct scenario *s, unsigned int nr)
{
	unsigned int total = nr;

	for (unsigned int i = 0; i < nr; i++) {
		struct scenario small = s[i];

		small.value[AXIS_ORDER] = V_ORDER0;
		small.value[AXIS_ORDERS] = V_ORDERS_EQUAL;
		if (!scenario_excluded(&small) && !is_among(s, total, &small))
			s[total++] = small;
	}
	return total;
}

unsigned int scenario_pages_before(const struct scenario *s, unsigned int folio)
{
	unsigned int nr = 0;

	while (folio--)
		nr += 1u << scenario_folio_order(s, folio);
	return nr;
}

static const char *known_word(unsigned int i)
{
	return i < V_NR ? values[i].word : NULL;
}

static int value_by_word(const char *word, size_t len)
{
	for (unsigned int i = 0; i < V_NR; i++) {
		if (strlen(values[i].word) == len && !memcmp(values[i].word, word, len))
			return i;
	}
	return -1;
}

static int parse_word(const char *word, size_t len, struct scenario *s, bool *named,
		      char *why, size_t size)
{
	int v = value_by_word(word, len);
	const char *near;

	if (v < 0 && len > 5 && !memcmp(word, "order", 5) &&
	    strspn(word + 5, "0123456789") >= len - 5) {
		snprintf(why, size, "'%.*s': orders go from 0 to 9", (int)len, word);
		return -1;
	}
	if (v < 0) {
		near = words_nearest(word, len, known_word);
		snprintf(why, size, "unknown word '%.*s' in a scenario%s%s%s", (int)len, word,
			 near ? ", did you mean '" : "; see: zfault list scenarios",
			 near ? near : "", near ? "'?" : "");
		return -1;
	}
	if (named[values[v].axis]) {
		snprintf(why, size, "'%.*s' and '%s' are both words for: %s", (int)len, word,
			 values[s->value[values[v].axis]].word, axes[values[v].axis].title);
		return -1;
	}
	named[values[v].axis] = true;
	s->value[values[v].axis] = v;
	return 0;
}

int scenario_parse(const char *name, struct scenario *s, char *why, size_t size)
{
	bool named[AXIS_NR] = { false };
	const char *excluded;
	size_t len;

	scenario_default(s);
	for (const char *word = name; ; word += len + 1) {
		len = strcspn(word, "/");
		if (parse_word(word, len, s, named, why, size))
			return -1;
		if (!word[len])
			break;
	}
	if (!named[AXIS_ORDER]) {
		snprintf(why, size, "scenario '%s' names no order (order0 to order9)", name);
		return -1;
	}
	excluded = scenario_excluded(s);
	if (excluded) {
		snprintf(why, size, "scenario '%s' makes no sense: %s", name, excluded);
		return -1;
	}
	return 0;
}

void scenario_format(const struct scenario *s, char *buf, size_t size)
{
	int n = snprintf(buf, size, "%s", values[s->value[AXIS_ORDER]].word);

	for (unsigned int i = 0; i < AXIS_NR; i++) {
		if (i == AXIS_ORDER || s->value[i] == axes[i].first || n >= (int)size)
			continue;
		n += snprintf(buf + n, size - n, "/%s", values[s->value[i]].word);
	}
}

const char *const scenario_list[] = {
#define SCENARIO(name) name,
#include "scenarios.def"
#undef SCENARIO
};
const unsigned int scenario_list_nr = sizeof(scenario_list) / sizeof(scenario_list[0]);
