/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a user sees of results. All of it goes to a stream, nothing else. */
#ifndef FAULTS_REPORT_H
#define FAULTS_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "defects.h"

/**
 * struct look - how to print
 * @width: columns; 80 where there is no terminal
 * @colour: a terminal that has it, and NO_COLOR is not set
 * @times: say how long it took: on terminals only, for a result has no clock
 * @utf8: the locale's characters are UTF-8
 */
struct look {
	FILE *out;
	unsigned int width;
	bool colour;
	bool times;
	bool utf8;
};
struct look look_of(FILE *out);

/* The grid of one scenario, its notes and its sum. */
void report_grid(const struct look *look, const char *subject, const struct result *r);

/* Of a single case, one block a finding; @subject as --subject takes it. */
void report_findings(const struct look *look, const char *subject, const struct result *r);

/* Of a run, one block a distinct defect; sorted before. @reach: say what it takes. */
void report_defects(const struct look *look, const char *subject, const struct defects *defects,
		    bool reach);

/* What blocks begin with, a backtrace in them, and the command that repeats it. */
void report_head(const struct look *look, const struct distinct *d);
void report_trace(const struct look *look, const char *title, void *const *frames, int nr);
void report_run(const struct look *look, const char *subject);

/* A sentence, broken at spaces, or a name at slashes, so that it fits beside its indent. */
void report_wrapped(const struct look *look, unsigned int indent, const char *text);

/* The same, with its first line as it is and the others indented. */
void report_hanging(const struct look *look, unsigned int indent, const char *text);

/* What stands between two numbers of a sum. */
const char *report_between(const struct look *look);

/* One line for a scenario among many. */
void report_line(const struct look *look, const struct result *r);

/**
 * struct total - sums over scenarios
 * @nr, @behind: as in struct result
 */
struct total {
	unsigned long scenarios, cases, held, broken, vacuous, not_judged, same, guarded;
	unsigned long refused;		/* scenarios */
	unsigned long failed, steps;
	uint32_t checked, not_seen;
	bool exhausted;
	double seconds;
	unsigned long nr[FAULT_MAX_PLAN], behind;
	unsigned long left_out;		/* scenarios of too many cases */
};
void total_add(struct total *t, const struct result *r);
void report_total(const struct look *look, const struct total *t, const struct defects *defects);

/*
 * Of pairs of that depth: what stands over the lines, a line for a scenario, and
 * what is told behind the total.
 */
void report_pairs_title(const struct look *look, unsigned int depth);
void report_pairs_line(const struct look *look, const struct result *r);
void report_pairs_total(const struct look *look, unsigned int depth, const struct total *t,
			const struct defects *defects);

/* "FINDING", "ok": one word for a scenario, in colour if it is none of the good ones. */
void report_word(const struct look *look, const struct result *r);

#endif
