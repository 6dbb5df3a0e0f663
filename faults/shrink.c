// SPDX-License-Identifier: GPL-2.0-or-later
/* From the case that showed a defect first to the smallest one that does. */
#include "shrink.h"

#include "child.h"
#include "pairs.h"

#include <string.h>

/**
 * struct shrinking
 * @target: the defect, as it was seen first; @best: as it is shown now
 * @most_pages: of a scenario: no more than the target has
 */
struct shrinking {
	const struct distinct *target;
	struct distinct *best;
	const struct run_options *run;
	unsigned int most_pages;
};

/* What a kernel can meet is not shown by what it cannot. */
static bool is_better(const struct shrinking *s, const struct distinct *d)
{
	return (d->within || !s->target->within) && defects_same(d, s->target) &&
	       case_is_smaller(&d->first, &s->best->first);
}

static void take(struct shrinking *s, const struct distinct *d)
{
	struct distinct new = *d;

	new.cases = s->best->cases;
	new.within = s->best->within;
	new.reach |= s->best->reach;
	memcpy(new.order, s->best->order, sizeof(new.order));
	*s->best = new;
}

static bool try(struct shrinking *s, const struct scenario *scenario)
{
	const struct zcase like = s->best->first;
	const struct pairs_options opt = {
		.run = { .subject = s->run->subject, .pages = s->run->pages, .jobs = 1 },
		.depth = like.nr_faults ? like.nr_faults : 1,
		.like = &like,
		.sooner = true,
	};
	struct result r;
	bool found = false;

	if (scenario_excluded(scenario) || scenario_pages(scenario) > s->most_pages)
		return false;
	pairs_run(scenario, &opt, &r);
	for (unsigned int i = 0; i < r.nr_distinct; i++) {
		if (!is_better(s, &r.distinct[i]))
			continue;
		take(s, &r.distinct[i]);
		found = true;
	}
	result_free(&r);
	return found;
}

/* Values are in the order in which they get less plain, orders and folios most of all. */
static bool try_axis(struct shrinking *s, unsigned int axis)
{
	uint8_t now = s->best->first.scenario.value[axis];

	for (uint8_t v = axes[axis].first; v < now; v++) {
		struct scenario plainer = s->best->first.scenario;

		plainer.value[axis] = v;
		if (try(s, &plainer))
			return true;
	}
	return false;
}

/* In few folios there may be as many pages, if they are larger. */
static bool try_fewer_folios(struct shrinking *s)
{
	const struct scenario now = s->best->first.scenario;

	for (uint8_t v = V_BATCH_ONE; v < now.value[AXIS_BATCH]; v++) {
		for (uint8_t order = now.value[AXIS_ORDER]; order <= V_ORDER9; order++) {
			struct scenario fewer = now;

			fewer.value[AXIS_BATCH] = v;
			fewer.value[AXIS_ORDER] = order;
			if (try(s, &fewer))
				return true;
		}
	}
	return false;
}

bool shrink(struct distinct *d, const struct run_options *opt)
{
	const struct distinct target = *d;
	struct shrinking s = {
		.target = &target, .best = d, .run = opt,
		.most_pages = scenario_pages(&d->first.scenario),
	};
	bool any = false, more = true;

	if (d->guard_only)
		return false;
	if (d->first.nr_faults)
		any = try(&s, &d->first.scenario);
	while (more) {
		more = try_fewer_folios(&s);
		for (unsigned int axis = 0; axis < AXIS_NR; axis++)
			more |= try_axis(&s, axis);
		any |= more;
	}
	return any;
}

void shrink_defects(struct defects *defects, const struct run_options *opt)
{
	for (unsigned int i = 0; i < defects->nr && !child_interrupted(); i++)
		shrink(&defects->all[i].shown, opt);
}
