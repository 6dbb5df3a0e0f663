// SPDX-License-Identifier: GPL-2.0-or-later
/* A result from JSON. Whatever a file holds is a result, or is refused. */
#include "results_json.h"

#include <stdlib.h>
#include <string.h>

#include "symbols.h"

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

static uint32_t mask_of(const char *letters)
{
	uint32_t mask = 0;

	for (; *letters; letters++)
		mask |= invariant_bit(*letters);
	return mask;
}

static bool read_places(json_t *places, struct zcase *c)
{
	unsigned int i;
	json_t *place;

	if (json_array_size(places) != c->nr_faults)
		return false;
	json_array_foreach(places, i, place) {
		struct case_fault *f = &c->faults[i];
		bool named_slot = f->slot >= 0;
		int nth, folio, slot, beyond;

		if (json_unpack(place, "[i,i,i,b!]", &nth, &folio, &slot, &beyond) ||
		    nth < 0 || folio < 0 || folio >= (int)scenario_folios(&c->scenario) ||
		    slot < -1 || slot >= 1 << scenario_folio_order(&c->scenario, folio))
			return false;
		f->fault.nth = nth;
		f->folio = folio;
		f->slot = slot;
		f->again = slot >= 0 && !named_slot;
		f->beyond = beyond;
	}
	return true;
}

/* Of the scenario @name. @mark: NULL where a case has none. */
static bool read_case(json_t *json, const char *name, struct zcase *c, const char **mark)
{
	char id[CASE_ID], why[300];
	const char *rest;
	json_t *places;

	if (mark ? json_unpack(json, "[s,o,s!]", &rest, &places, mark) :
		   json_unpack(json, "[s,o!]", &rest, &places))
		return false;
	if (snprintf(id, sizeof(id), "%s%s%s", name, *rest ? ":" : "", rest) >= (int)sizeof(id))
		return false;
	return !case_parse(id, c, why, sizeof(why)) && read_places(places, c);
}

static struct cell cell_of(const char *mark)
{
	switch (*mark) {
	case '.':
		return (struct cell){ .outcome = HELD };
	case 'v':
		return (struct cell){ .outcome = VACUOUS };
	case '?':
		return (struct cell){ .outcome = NOT_JUDGED };
	}
	return (struct cell){ .outcome = BROKEN, .letter = *mark == '!' ? '\0' : *mark };
}

static bool read_pairs(json_t *json, struct result *r)
{
	json_int_t all, behind, estimate;
	json_t *of, *one;
	size_t i;

	if (json_unpack(json, "{s:I,s:o,s:I,s:I!}", "all", &all, "of", &of, "behind", &behind,
			"estimate", &estimate) ||
	    !json_array_size(of) || json_array_size(of) > FAULT_MAX_PLAN)
		return false;
	json_array_foreach(of, i, one) {
		if (!json_is_integer(one))
			return false;
		r->nr[i] = json_integer_value(one);
	}
	r->depth = i;
	r->nr_cases = all;
	r->behind = behind;
	r->estimate = estimate;
	return true;
}

static bool read_cases(json_t *cases, struct result *r)
{
	const char *mark;
	size_t i;
	json_t *c;

	if (json_is_object(cases))
		return read_pairs(cases, r);
	if (!json_is_array(cases))
		return false;
	r->nr_cases = json_array_size(cases);
	r->cases = calloc(r->nr_cases + 1, sizeof(*r->cases));
	r->cells = calloc(r->nr_cases + 1, sizeof(*r->cells));
	if (!r->cases || !r->cells)
		return false;
	json_array_foreach(cases, i, c) {
		if (!read_case(c, r->name, &r->cases[i], &mark) || r->cases[i].nr_faults != 1)
			return false;
		r->cells[i] = cell_of(mark);
	}
	return true;
}

static void *read_frame(json_t *json)
{
	struct symbol s[SYMBOLS_MAX];
	size_t i, nr = json_array_size(json);
	json_t *one;

	if (!nr || nr > SYMBOLS_MAX)
		return NULL;
	json_array_foreach(json, i, one) {
		const char *function, *file;
		int line, subject;

		if (json_unpack(one, "[s,s,i,b!]", &function, &file, &line, &subject))
			return NULL;
		copy(s[i].function, sizeof(s[i].function), function);
		copy(s[i].file, sizeof(s[i].file), file);
		s[i].line = line;
		s[i].subject = subject;
	}
	return symbols_recall(s, nr);
}

/* Return: how many, -1: they are none, or too many. */
static int read_frames(json_t *json, void **frames, size_t max)
{
	size_t i;
	json_t *frame;

	if (!json_is_array(json) || json_array_size(json) > max)
		return -1;
	json_array_foreach(json, i, frame) {
		frames[i] = read_frame(frame);
		if (!frames[i])
			return -1;
	}
	return i;
}

static bool read_finding(json_t *json, struct finding *f)
{
	const char *letter, *rule, *says, *step;
	json_t *frames;
	int slot, nr;

	if (json_unpack(json, "{s:s,s:s,s:s,s:s,s:i,s:o!}", "letter", &letter, "rule", &rule,
			"text", &says, "step", &step, "slot", &slot, "frames", &frames) ||
	    !invariant_bit(letter[0]))
		return false;
	f->letter = letter[0];
	copy(f->key, sizeof(f->key), rule);
	copy(f->text, sizeof(f->text), says);
	copy(f->step, sizeof(f->step), step);
	f->slot = slot;
	nr = read_frames(frames, f->frames, sizeof(f->frames) / sizeof(f->frames[0]));
	f->nr_frames = nr < 0 ? 0 : nr;
	return nr >= 0;
}

static bool read_distinct(json_t *json, const char *name, struct distinct *d)
{
	json_t *finding, *first, *frames, *plain = NULL;
	const char *died, *guarded;
	json_int_t cases, within;
	int reach, crash, guard_only;

	if (json_unpack(json, "{s:o,s:o,s:I,s:I,s:i,s:b,s:s,s:o,s?o,s:s,s:b!}", "finding", &finding,
			"first", &first, "cases", &cases, "within", &within, "reach", &reach,
			"crash", &crash, "died", &died, "frames", &frames, "plain", &plain,
			"guarded", &guarded, "guard_only", &guard_only))
		return false;
	d->cases = cases;
	d->within = within;
	d->reach = reach;
	d->crash = crash;
	d->guard_only = guard_only;
	copy(d->died, sizeof(d->died), died);
	copy(d->guarded, sizeof(d->guarded), guarded);
	d->nr_frames = read_frames(frames, d->frames, FAULT_FRAMES);
	return d->nr_frames >= 0 && read_finding(finding, &d->finding) &&
	       (!plain || read_finding(plain, &d->plain)) &&
	       read_case(first, name, &d->first, NULL);
}

static bool read_all_distinct(json_t *json, struct result *r)
{
	size_t i;
	json_t *one;

	if (!json_is_array(json))
		return false;
	r->nr_distinct = json_array_size(json);
	r->distinct = calloc(r->nr_distinct + 1, sizeof(*r->distinct));
	if (!r->distinct)
		return false;
	json_array_foreach(json, i, one) {
		if (!read_distinct(one, r->name, &r->distinct[i]))
			return false;
	}
	return true;
}

static bool read_baseline(json_t *json, struct verdict *v)
{
	const char *breaks, *why;
	int outcome;

	if (json_unpack(json, "{s:i,s:s,s:s!}", "outcome", &outcome, "breaks", &breaks,
			"why", &why) ||
	    outcome < 0 || outcome > REFUSED || strlen(breaks) > VERDICT_FINDINGS)
		return false;
	v->outcome = outcome;
	copy(v->why_vacuous, sizeof(v->why_vacuous), why);
	for (; *breaks; breaks++)
		v->findings[v->nr_findings++].letter = *breaks;
	return true;
}

static bool read_sums(json_t *json, struct result *r)
{
	json_int_t held, broken, vacuous, not_judged, same, guarded, accusing, steps;

	if (json_unpack(json, "{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I!}", "held", &held,
			"broken", &broken, "vacuous", &vacuous, "not_judged", &not_judged,
			"same", &same, "guarded", &guarded, "accusing", &accusing,
			"steps", &steps))
		return false;
	r->held = held;
	r->broken = broken;
	r->vacuous = vacuous;
	r->not_judged = not_judged;
	r->same = same;
	r->guarded = guarded;
	r->accusing = accusing;
	r->steps = steps;
	return true;
}

static bool read_result(json_t *json, struct result *r)
{
	json_t *baseline, *cases, *distinct, *sums;
	const char *name, *checked, *not_seen, *error;
	int pages, beyond, strict, exhausted, more;
	char why[300];

	if (json_unpack(json, "{s:s,s:i,s:b,s:b,s:b,s:s,s:s,s:o,s:o,s:o,s:i,s:s,s:o}",
			"scenario", &name, "pages", &pages, "beyond", &beyond,
			"strict", &strict, "exhausted", &exhausted, "checked", &checked,
			"not_seen", &not_seen, "baseline", &baseline, "cases", &cases,
			"distinct", &distinct, "more", &more, "error", &error, "sums", &sums))
		return false;
	copy(r->name, sizeof(r->name), name);
	copy(r->error, sizeof(r->error), error);
	r->nr_pages = pages;
	r->beyond = beyond;
	r->strict = strict;
	r->exhausted = exhausted;
	r->nr_more = more;
	r->checked = mask_of(checked);
	r->not_seen = mask_of(not_seen);
	return !scenario_parse(name, &r->scenario, why, sizeof(why)) &&
	       r->nr_pages == scenario_pages(&r->scenario) && read_baseline(baseline, &r->baseline) &&
	       read_sums(sums, r) && read_cases(cases, r) && read_all_distinct(distinct, r);
}

struct result *result_from_json(json_t *json)
{
	struct result *r = calloc(1, sizeof(*r));

	if (r && read_result(json, r))
		return r;
	result_forget(r);
	return NULL;
}

void result_forget(struct result *r)
{
	if (!r)
		return;
	free(r->cases);
	free(r->cells);
	free(r->distinct);
	free(r);
}
