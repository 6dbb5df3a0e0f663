/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario: a value for each axis of faults/axes.def. Its name is the
 * words of the values that are not the axis's default, in the order of the
 * axes, joined by slashes; the order is always named: "order4/stale/objcg1".
 */
#ifndef FAULTS_SCENARIO_H
#define FAULTS_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * From faults/axes.def. The first value of an axis is its default, whose word
 * may be said and is left out of names (but for the order's).
 */
enum axis_id {
#define AXIS(id, title, first, last) AXIS_##id,
#define VALUE(axis, id, word, says)
#include "axes.def"
#undef AXIS
#undef VALUE
	AXIS_NR
};

enum axis_value {
#define AXIS(id, title, first, last)
#define VALUE(axis, id, word, says) V_##id,
#include "axes.def"
#undef AXIS
#undef VALUE
	V_NR
};

#define SCENARIO_NAME	224

/* @value: enum axis_value, one an axis. */
struct scenario {
	uint8_t value[AXIS_NR];
};

void scenario_default(struct scenario *s);	/* order 4 */
unsigned int scenario_order(const struct scenario *s);

/* The folios that are stored together: how many, their orders and pages. */
unsigned int scenario_folios(const struct scenario *s);
unsigned int scenario_folio_order(const struct scenario *s, unsigned int folio);
/* Pages of the folios before @folio; with scenario_folios() of all of them. */
unsigned int scenario_pages_before(const struct scenario *s, unsigned int folio);
/* The folio that is kept out of zswap by its cgroup, or -1. */
int scenario_rejected(const struct scenario *s);
static inline unsigned int scenario_pages(const struct scenario *s)
{
	return scenario_pages_before(s, scenario_folios(s));
}

/*
 * scenario_parse() - by name; words in any order, each axis at most once
 *
 * Return: 0, or -1 with one line in @why: the unknown word and the nearest
 * known one, two words of one axis, an order over 9, no order, a combination
 * that makes no sense (scenario_excluded()).
 */
int scenario_parse(const char *name, struct scenario *s, char *why, size_t size);
void scenario_format(const struct scenario *s, char *buf, size_t size);

/* Why this combination makes no sense, or NULL. One clause, constant. */
const char *scenario_excluded(const struct scenario *s);
/* The same of two values: they never meet in a scenario that makes sense. */
const char *scenario_pair_excluded(enum axis_value a, enum axis_value b);

/* A state that no kernel is in, or its caller produces: one value's, and any value's. */
bool scenario_value_beyond(enum axis_value v);
bool scenario_beyond(const struct scenario *s);

/*
 * scenario_add_small() - what is left for a subject without large folios
 * @s: @nr scenarios, with room for as many again
 *
 * Adds each that has large folios as it is with folios of one page, if that
 * makes sense and is not there yet. Return: how many there are then.
 */
unsigned int scenario_add_small(struct scenario *s, unsigned int nr);

/* The committed covering list (faults/scenarios.def). */
extern const char *const scenario_list[];
extern const unsigned int scenario_list_nr;

struct axis_info {
	const char *title;
	uint8_t first, last;	/* enum axis_value */
};
struct value_info {
	uint8_t axis;
	const char *word;
	const char *says;
};
extern const struct axis_info axes[AXIS_NR];
extern const struct value_info values[V_NR];

#endif
