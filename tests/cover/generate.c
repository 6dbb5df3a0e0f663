// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes faults/scenarios.def: a list of scenarios, not far from the shortest,
 * in which every pair of axis values occurs that makes sense. Greedy: each
 * scenario is built around an uncovered pair and takes, axis by axis, the
 * value that covers most; of several attempts the best is kept.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cover.h"

/* What a reader expects to find, ahead of what only covers. */
static const char *const by_hand[] = {
	"order4",
	"order4/stale/objcg1/batching",
	"order0/objcg1",
	/* A leaf is missing in the middle: -ENOMEM with half the folio published. */
	"order7/alone/objcg1",
	"order7/alone/batching",
	/* Two leaves of which only the first exists. */
	"order7/stale-first/alone",
	"order9/stale/objcg1",
	/* Batches: a limit, a leaf in the middle of a sub-batch, a CPU that goes. */
	"order3/batch2/batching",
	"order7/batch2/mixed/alone/batching",
	"order2/batch3/mixed/closed-middle/stale/objcgs/batching",
	"order2/batching/unplug-lock",
};

static struct cover cover;
static unsigned long seed = 1;

static unsigned int dice(unsigned int n)
{
	seed = seed * 6364136223846793005UL + 1442695040888963407UL;
	return (seed >> 33) % n;
}

static bool fits(const struct scenario *s, const bool *set, unsigned int v)
{
	for (unsigned int i = 0; i < AXIS_NR; i++) {
		if (set[i] && scenario_pair_excluded(s->value[i], v))
			return false;
	}
	return true;
}

static unsigned int gain(const struct scenario *s, const bool *set, unsigned int v)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < AXIS_NR; i++)
		n += set[i] && !cover.pair[s->value[i]][v];
	return n;
}

/* The best value of an axis: most new pairs; on a draw the plainer one. */
static bool choose(struct scenario *s, bool *set, unsigned int axis, bool beyond)
{
	int best = -1;
	unsigned int most = 0;

	for (unsigned int v = axes[axis].first; v <= axes[axis].last; v++) {
		unsigned int n;

		if (cover_refuses(v) || (scenario_value_beyond(v) && !beyond) || !fits(s, set, v))
			continue;
		n = gain(s, set, v);
		if (best < 0 || n > most) {
			best = v;
			most = n;
		}
	}
	if (best < 0)
		return false;
	s->value[axis] = best;
	set[axis] = true;
	return true;
}

static unsigned int attempt(struct scenario *s, unsigned int a, unsigned int b)
{
	unsigned int order[AXIS_NR], n = 0;
	bool beyond = scenario_value_beyond(a) || scenario_value_beyond(b);
	bool set[AXIS_NR] = { false };

	s->value[values[a].axis] = a;
	s->value[values[b].axis] = b;
	set[values[a].axis] = set[values[b].axis] = true;
	for (unsigned int i = 0; i < AXIS_NR; i++) {
		unsigned int j = dice(i + 1);

		order[i] = order[j];
		order[j] = i;
	}
	for (unsigned int i = 0; i < AXIS_NR; i++) {
		if (!set[order[i]] && !choose(s, set, order[i], beyond))
			return 0;
	}
	for (unsigned int i = 0; i < AXIS_NR; i++) {
		for (unsigned int j = i + 1; j < AXIS_NR; j++)
			n += !cover.pair[s->value[i]][s->value[j]] &&
			     cover_counts(s, s->value[i], s->value[j]);
	}
	return cover_counts(s, a, b) ? n : 0;
}

static void put(const struct scenario *s)
{
	char name[SCENARIO_NAME];

	scenario_format(s, name, sizeof(name));
	printf("SCENARIO(\"%s\")\n", name);
	cover_add(&cover, s);
}

int main(void)
{
	struct scenario s, best;
	unsigned int a, b;
	char why[200];

	puts("/* SPDX-License-Identifier: GPL-2.0-or-later */\n"
	     "/* The covering list; made by 'make scenarios' from tests/cover/generate.c. */");
	for (size_t i = 0; i < sizeof(by_hand) / sizeof(by_hand[0]); i++) {
		if (scenario_parse(by_hand[i], &s, why, sizeof(why))) {
			fprintf(stderr, "%s\n", why);
			return 1;
		}
		put(&s);
	}
	while (cover_missing(&cover, &a, &b)) {
		unsigned int most = 0, n;

		for (int i = 0; i < 400; i++) {
			n = attempt(&s, a, b);
			if (n > most) {
				most = n;
				best = s;
			}
		}
		if (!most) {
			fprintf(stderr, "%s and %s never meet, but no rule excludes them\n",
				values[a].word, values[b].word);
			return 1;
		}
		put(&best);
	}
	return 0;
}
