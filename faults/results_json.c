// SPDX-License-Identifier: GPL-2.0-or-later
/* A result to JSON. */
#include "results_json.h"

#include <stdlib.h>
#include <string.h>

#include "symbols.h"

/* A path need not be UTF-8, which JSON has to be. */
static json_t *text(const char *s)
{
	json_t *json = json_string(s);
	char *copy;

	if (json)
		return json;
	copy = strdup(s);
	for (char *p = copy; p && *p; p++) {
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	}
	json = copy ? json_string(copy) : NULL;
	free(copy);
	return json;
}

static json_t *letters(uint32_t mask)
{
	char word[32];
	size_t n = 0;

	for (unsigned int i = 0; i < nr_invariants; i++) {
		if (mask & invariant_bit(invariants[i].letter))
			word[n++] = invariants[i].letter;
	}
	word[n] = '\0';
	return json_string(word);
}

static json_t *case_to_json(const struct zcase *c)
{
	json_t *faults = json_array();
	char id[CASE_ID];

	case_format(c, id, sizeof(id));
	for (unsigned int i = 0; i < c->nr_faults; i++) {
		const struct case_fault *f = &c->faults[i];

		json_array_append_new(faults, json_pack("[i,i,i,b]", f->fault.nth, f->folio, f->slot,
							f->beyond));
	}
	return json_pack("[s,o]", id + strcspn(id, ":") + (c->nr_faults > 0), faults);
}

static const char *mark_of(const struct cell *cell)
{
	static char letter[2];

	switch (cell->outcome) {
	case HELD:
		return ".";
	case VACUOUS:
		return "v";
	case BROKEN:
		letter[0] = cell->letter ? cell->letter : '!';
		return letter;
	}
	return "?";
}

static json_t *pairs_to_json(const struct result *r)
{
	json_t *of = json_array();

	for (unsigned int n = 0; n < r->depth; n++)
		json_array_append_new(of, json_integer(r->nr[n]));
	return json_pack("{s:I,s:o,s:I,s:I}", "all", (json_int_t)r->nr_cases, "of", of,
			 "behind", (json_int_t)r->behind, "estimate", (json_int_t)r->estimate);
}

static json_t *cases_to_json(const struct result *r)
{
	json_t *cases, *c;

	if (r->depth)
		return pairs_to_json(r);
	cases = json_array();
	for (unsigned long i = 0; i < r->nr_cases; i++) {
		c = case_to_json(&r->cases[i]);
		json_array_append_new(c, json_string(mark_of(&r->cells[i])));
		json_array_append_new(cases, c);
	}
	return cases;
}

static json_t *frame_to_json(const void *pc)
{
	struct symbol s[SYMBOLS_MAX];
	int nr = symbols_find(pc, s, SYMBOLS_MAX);
	json_t *frame = json_array();

	for (int i = 0; i < nr; i++)
		json_array_append_new(frame, json_pack("[o,o,i,b]", text(s[i].function),
						       text(s[i].file), s[i].line, s[i].subject));
	return frame;
}

static json_t *frames_to_json(void *const *pcs, int nr)
{
	json_t *frames = json_array();

	for (int i = 0; i < nr; i++)
		json_array_append_new(frames, frame_to_json(pcs[i]));
	return frames;
}

static json_t *finding_to_json(const struct finding *f)
{
	const char letter[] = { f->letter, '\0' };

	return json_pack("{s:s,s:o,s:o,s:o,s:i,s:o}", "letter", letter, "rule", text(f->key),
			 "text", text(f->text), "step", text(f->step), "slot", f->slot,
			 "frames", frames_to_json(f->frames, f->nr_frames));
}

static json_t *distinct_to_json(const struct distinct *d)
{
	return json_pack("{s:o,s:o,s:I,s:I,s:i,s:b,s:o,s:o,s:o*,s:o,s:b}",
			 "finding", finding_to_json(&d->finding),
			 "first", case_to_json(&d->first),
			 "cases", (json_int_t)d->cases, "within", (json_int_t)d->within,
			 "reach", d->reach, "crash", d->crash, "died", text(d->died),
			 "frames", frames_to_json(d->frames, d->nr_frames),
			 "plain", d->plain.letter ? finding_to_json(&d->plain) : NULL,
			 "guarded", text(d->guarded), "guard_only", d->guard_only);
}

static json_t *all_distinct_to_json(const struct result *r)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < r->nr_distinct; i++)
		json_array_append_new(all, distinct_to_json(&r->distinct[i]));
	return all;
}

static json_t *baseline_to_json(const struct verdict *v)
{
	char breaks[VERDICT_FINDINGS + 1] = "";

	for (unsigned int i = 0; i < v->nr_findings && i < VERDICT_FINDINGS; i++)
		breaks[i] = v->findings[i].letter;
	return json_pack("{s:i,s:s,s:o}", "outcome", v->outcome, "breaks", breaks,
			 "why", text(v->why_vacuous));
}

json_t *result_to_json(const struct result *r)
{
	json_t *json = json_pack("{s:s,s:i,s:b,s:b,s:b,s:o,s:o,s:o,s:o,s:o,s:i,s:o}",
				 "scenario", r->name, "pages", r->nr_pages, "beyond", r->beyond,
				 "strict", r->strict, "exhausted", r->exhausted,
				 "checked", letters(r->checked), "not_seen", letters(r->not_seen),
				 "baseline", baseline_to_json(&r->baseline),
				 "cases", cases_to_json(r), "distinct", all_distinct_to_json(r),
				 "more", r->nr_more, "error", text(r->error));
	json_t *sums = json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}",
				 "held", (json_int_t)r->held, "broken", (json_int_t)r->broken,
				 "vacuous", (json_int_t)r->vacuous,
				 "not_judged", (json_int_t)r->not_judged,
				 "same", (json_int_t)r->same, "guarded", (json_int_t)r->guarded,
				 "accusing", (json_int_t)r->accusing, "steps", (json_int_t)r->steps);

	if (json_object_set_new(json, "sums", sums)) {
		json_decref(json);
		return NULL;
	}
	return json;
}
