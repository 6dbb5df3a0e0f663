// SPDX-License-Identifier: GPL-2.0-or-later
/* What a result says as an exit code, and how two of a scenario add up. */
#include <string.h>

#include "run.h"

int worse_code(int a, int b)
{
	static const int order[] = { 2, 3, 1, 4, 0 };

	for (unsigned int i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (a == order[i] || b == order[i])
			return order[i];
	}
	return 3;
}

int result_code(const struct result *r)
{
	if (r->error[0])
		return 3;
	if (r->accusing ||
	    (r->strict && (r->nr_distinct || r->broken || r->baseline.outcome == BROKEN)))
		return 1;
	if (r->baseline.outcome == REFUSED)
		return r->not_judged ? 4 : 0;
	if (r->baseline.outcome == VACUOUS || r->baseline.outcome == NOT_JUDGED || r->vacuous ||
	    r->not_judged || !r->exhausted)
		return 4;
	return 0;
}

void result_add(struct result *to, const struct result *from)
{
	to->nr_cases += from->nr_cases;
	to->held += from->held;
	to->broken += from->broken;
	to->vacuous += from->vacuous;
	to->not_judged += from->not_judged;
	to->same += from->same;
	to->guarded += from->guarded;
	to->accusing += from->accusing;
	to->steps += from->steps;
	for (unsigned int n = 0; n < FAULT_MAX_PLAN; n++)
		to->nr[n] += from->nr[n];
	to->behind += from->behind;
	to->checked |= from->checked;
	to->not_seen |= from->not_seen;
	to->exhausted &= from->exhausted;
	if (!to->error[0])
		memcpy(to->error, from->error, sizeof(to->error));
}
