// SPDX-License-Identifier: GPL-2.0-or-later
/* Which pairs of axis values a list of scenarios covers. */
#include "cover.h"

bool cover_refuses(unsigned int v)
{
	return v == V_ZSWAP_DISABLED || v == V_POOL_NONE || v == V_POOL_FULL ||
	       v == V_OBJCG_OVER_LIMIT || v == V_CONTENTS_POOR_FIRST;
}

/* Of two values that a kernel can meet nothing is said where it cannot meet a third. */
static bool hides(unsigned int v, unsigned int a, unsigned int b)
{
	if (v == a || v == b)
		return false;
	return cover_refuses(v) || (scenario_value_beyond(v) && !scenario_value_beyond(a) &&
				    !scenario_value_beyond(b));
}

bool cover_counts(const struct scenario *s, unsigned int a, unsigned int b)
{
	for (unsigned int i = 0; i < AXIS_NR; i++) {
		if (hides(s->value[i], a, b))
			return false;
	}
	return true;
}

void cover_add(struct cover *c, const struct scenario *s)
{
	for (unsigned int i = 0; i < AXIS_NR; i++) {
		for (unsigned int j = 0; j < AXIS_NR; j++) {
			if (cover_counts(s, s->value[i], s->value[j]))
				c->pair[s->value[i]][s->value[j]] = true;
		}
	}
}

/*
 * Orders that every value of another axis is tried at: the smallest, those
 * below, at and above a batch, two leaves, and the largest. The others only
 * have to occur, being more of the same at a price that grows with the pages.
 */
static bool is_crossed(unsigned int v)
{
	return v == V_ORDER0 || v == V_ORDER1 || v == V_ORDER3 || v == V_ORDER4 ||
	       v == V_ORDER7 || v == V_ORDER9;
}

bool cover_can_meet(unsigned int a, unsigned int b)
{
	if (scenario_pair_excluded(a, b))
		return false;
	for (unsigned int i = 0; i < AXIS_NR; i++) {
		bool left = i == values[a].axis || i == values[b].axis;

		for (unsigned int v = axes[i].first; v <= axes[i].last && !left; v++)
			left = !scenario_pair_excluded(a, v) && !scenario_pair_excluded(b, v);
		if (!left)
			return false;
	}
	return true;
}

static bool is_needed(unsigned int a, unsigned int b)
{
	if (values[a].axis == values[b].axis || !cover_can_meet(a, b))
		return false;
	/* Values are in the order of the axes, and the order's come first. */
	return values[a].axis != AXIS_ORDER || is_crossed(a) || b == axes[values[b].axis].first;
}

bool cover_missing(const struct cover *c, unsigned int *a, unsigned int *b)
{
	for (*a = 0; *a < V_NR; (*a)++) {
		for (*b = *a + 1; *b < V_NR; (*b)++) {
			if (!c->pair[*a][*b] && is_needed(*a, *b))
				return true;
		}
	}
	return false;
}
