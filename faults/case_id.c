// SPDX-License-Identifier: GPL-2.0-or-later
/* Case ids: what a user copies from a report and gives to zfault run. */
#include "case.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

static const char *const phase_names[PHASE_NR] = {
	[PHASE_BOOT] = "boot",
	[PHASE_SETUP] = "setup",
	[PHASE_STORE] = "store",
	[PHASE_LOAD] = "load",
	[PHASE_INVALIDATE] = "invalidate",
	[PHASE_WRITEBACK] = "writeback",
	[PHASE_RESTORE] = "restore",
	[PHASE_RECOVER] = "recover",
	[PHASE_TEARDOWN] = "teardown",
};

const char *phase_name(enum phase phase)
{
	return phase_names[phase];
}

static const char *known_point(unsigned int i)
{
	return i < FP_NR ? fault_points[i].name : NULL;
}

static const char *known_phase(unsigned int i)
{
	return i < PHASE_NR ? phase_names[i] : NULL;
}

/* ", did you mean 'x'?" or @otherwise. */
static const char *suggest(const char *word, size_t len, const char *(*known)(unsigned int),
			   const char *otherwise)
{
	static char text[80];
	const char *near = words_nearest(word, len, known);

	if (!near)
		return otherwise;
	snprintf(text, sizeof(text), ", did you mean '%s'?", near);
	return text;
}

static int parse_point(const char *s, size_t len, struct case_fault *f, char *why, size_t size)
{
	char name[64];
	int point;

	snprintf(name, sizeof(name), "%.*s", (int)len, s);
	point = len < sizeof(name) ? fault_point_by_name(name) : -1;
	if (point < 0) {
		snprintf(why, size, "unknown fault point '%.*s'%s", (int)len, s,
			 suggest(s, len, known_point, "; see: zfault list points"));
		return -1;
	}
	f->fault.point = point;
	return 0;
}

/* A number of at most five digits, which is more than any slot or hit needs. */
static bool parse_number(const char **p, unsigned int *n)
{
	char *end;

	if (!isdigit((unsigned char)**p))
		return false;
	*n = strtoul(*p, &end, 10);
	if (end - *p > 5)
		return false;
	*p = end;
	return true;
}

/* "3", "1.3" or "load.0", up to the '='. */
static int parse_place(const char *s, size_t len, struct case_fault *f, char *why, size_t size)
{
	const char *p = s, *dot = memchr(s, '.', len);
	unsigned int a, b;

	f->fault.phase = PHASE_STORE;
	f->folio = 0;
	f->slot = -1;
	if (isdigit((unsigned char)*p)) {
		if (parse_number(&p, &a) && p == s + len) {
			f->slot = a;
			return 0;
		}
		if (p == dot && p++ && parse_number(&p, &b) && p == s + len) {
			f->folio = a;
			f->slot = b;
			return 0;
		}
	} else if (dot) {
		p = dot + 1;
		for (unsigned int i = 0; i < PHASE_NR; i++) {
			if (strlen(phase_names[i]) != (size_t)(dot - s) ||
			    memcmp(s, phase_names[i], dot - s))
				continue;
			f->fault.phase = i;
			if (!parse_number(&p, &b) || p != s + len)
				goto malformed;
			f->fault.nth = b;
			return 0;
		}
		snprintf(why, size, "unknown phase '%.*s'%s", (int)(dot - s), s,
			 suggest(s, dot - s, known_phase, "; the phases are boot, setup, store, "
				 "load, invalidate, writeback, restore, recover and teardown"));
		return -1;
	}
malformed:
	snprintf(why, size, "'@%.*s' is neither a slot (@3), a folio's slot (@0.3) nor a hit of a phase (@load.0)",
		 (int)len, s);
	return -1;
}

static int parse_error(const char *s, size_t len, struct case_fault *f, char *why, size_t size)
{
	const struct fault_point_info *info = &fault_points[f->fault.point];
	char legal[80] = "";

	for (unsigned int i = 0; info->errors[i]; i++) {
		const char *name = strerrorname_np(-info->errors[i]);

		if (strlen(name) == len && !memcmp(name, s, len)) {
			f->fault.error = info->errors[i];
			return 0;
		}
		snprintf(legal + strlen(legal), sizeof(legal) - strlen(legal), "%s%s",
			 i ? ", " : "", name);
	}
	snprintf(why, size, "%s cannot fail with '%.*s', only with %s", info->name, (int)len, s,
		 legal);
	return -1;
}

/* "POINT@PLACE=ERROR" or the same with "!". */
int case_parse_fault(const char *s, size_t len, struct case_fault *f, char *why, size_t size)
{
	const char *at = memchr(s, '@', len), *eq = at ? memchr(at, '=', s + len - at) : NULL;
	size_t rest;

	memset(f, 0, sizeof(*f));
	if (!eq) {
		snprintf(why, size, "malformed fault '%.*s', expected POINT@SLOT=ERROR", (int)len, s);
		return -1;
	}
	rest = s + len - (eq + 1);
	if (rest && s[len - 1] == '!') {
		f->fault.persistent = true;
		rest--;
	}
	if (parse_point(s, at - s, f, why, size) ||
	    parse_place(at + 1, eq - at - 1, f, why, size) ||
	    parse_error(eq + 1, rest, f, why, size))
		return -1;
	return 0;
}

int case_parse(const char *id, struct zcase *c, char *why, size_t size)
{
	size_t len = strcspn(id, ":");
	char name[SCENARIO_NAME];

	memset(c, 0, sizeof(*c));
	if (len >= sizeof(name)) {
		snprintf(why, size, "malformed id: no scenario has a name of %zu characters", len);
		return -1;
	}
	snprintf(name, sizeof(name), "%.*s", (int)len, id);
	if (scenario_parse(name, &c->scenario, why, size))
		return -1;

	for (const char *s = id + len; *s; s += len) {
		len = strcspn(++s, "+");
		if (c->nr_faults == FAULT_MAX_PLAN) {
			snprintf(why, size, "an id holds at most %d faults", FAULT_MAX_PLAN);
			return -1;
		}
		if (case_parse_fault(s, len, &c->faults[c->nr_faults++], why, size))
			return -1;
	}
	return 0;
}

static int format_place(const struct case_fault *f, bool batch, char *buf, size_t size)
{
	if (f->fault.phase != PHASE_STORE || f->slot < 0 || f->again)
		return snprintf(buf, size, "%s.%u", phase_names[f->fault.phase], f->fault.nth);
	if (batch)
		return snprintf(buf, size, "%d.%d", f->folio, f->slot);
	return snprintf(buf, size, "%d", f->slot);
}

void case_format(const struct zcase *c, char *buf, size_t size)
{
	char place[32];
	size_t n;

	scenario_format(&c->scenario, buf, size);
	for (unsigned int i = 0; i < c->nr_faults; i++) {
		const struct case_fault *f = &c->faults[i];

		n = strlen(buf);
		format_place(f, scenario_folios(&c->scenario) > 1, place, sizeof(place));
		snprintf(buf + n, size - n, "%c%s@%s=%s%s", i ? '+' : ':',
			 fault_points[f->fault.point].name, place,
			 strerrorname_np(-f->fault.error), f->fault.persistent ? "!" : "");
	}
}

static unsigned int nr_persistent(const struct zcase *c)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->nr_faults; i++)
		n += c->faults[i].fault.persistent;
	return n;
}

bool case_is_smaller(const struct zcase *a, const struct zcase *b)
{
	const struct scenario *s = &a->scenario, *t = &b->scenario;
	char name[2][SCENARIO_NAME];

	if (scenario_folios(s) != scenario_folios(t))
		return scenario_folios(s) < scenario_folios(t);
	if (scenario_order(s) != scenario_order(t))
		return scenario_order(s) < scenario_order(t);
	if (a->nr_faults != b->nr_faults)
		return a->nr_faults < b->nr_faults;
	if (nr_persistent(a) != nr_persistent(b))
		return nr_persistent(a) < nr_persistent(b);
	scenario_format(s, name[0], sizeof(name[0]));
	scenario_format(t, name[1], sizeof(name[1]));
	if (strlen(name[0]) != strlen(name[1]))
		return strlen(name[0]) < strlen(name[1]);
	return strcmp(name[0], name[1]) < 0;
}
