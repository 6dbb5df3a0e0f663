/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many histories in worker processes, and what became of them. */
#ifndef FAULTS_HISTORY_RUN_H
#define FAULTS_HISTORY_RUN_H

#include "defects.h"
#include "history.h"

/**
 * struct history_options
 * @pages: NULL: generated ones
 * @histories: how many; @seed: theirs
 * @jobs: worker processes at a time; 0: one a core
 * @guard: some histories are played on protected pages as well (off: ASan builds see
 *	reads of freed memory by themselves)
 * @no_shrink: leave what was found as it was found (tests)
 * @progress: called now and then with the histories done so far; or NULL
 */
struct history_options {
	const struct subject *subject;
	const struct pages *pages;
	unsigned long histories;
	uint64_t seed;
	unsigned int jobs;
	bool guard, no_shrink;
	void (*progress)(unsigned long histories, void *arg);
	void *progress_arg;
};

/**
 * struct history_found - a defect, by the shortest history that shows it
 * @index: of the first history that showed it, within contract if any did
 * @histories, @within: how many did, and of them within contract; 0 where it is
 *	not one of many
 * @length: steps of that one, up to the one in which it was found
 * @tries: how many shorter ones were tried
 * @place: as of a defect (defects.h)
 * @shrunk: it is the shortest
 * @guard: seen on protected pages and nowhere else
 */
struct history_found {
	unsigned long index, histories, within;
	unsigned int length, tries;
	char place[DEFECT_PLACE];
	bool shrunk, guard;
	struct history history;
	struct history_verdict hv;
};

#define HISTORY_FOUND	256

/**
 * struct history_result - of a run
 * @guarded: histories that were also played on protected pages
 * @not_kept: findings that there was no room for
 * @has_param: by history_params[], of the subject
 * @error: the harness failed: one line; "" otherwise
 */
struct history_result {
	struct history_counts counts;
	unsigned long steps, held, broken, vacuous, guarded, not_kept;
	bool has_param[32];
	unsigned int nr_found;
	struct history_found *found;
	char error[320];
};

/*
 * history_run() - as many as were asked for, whatever is found
 *
 * The result is the same whatever the number of workers. Return: 0; 3 with
 * @r->error.
 */
int history_run(const struct history_options *opt, struct history_result *r);
void history_result_free(struct history_result *r);
/* The exit code that it stands for. */
int history_code(const struct history_result *r, bool strict);
/* A kind of step that never did anything, though the subject has what it takes. */
bool history_never(const struct history_result *r, unsigned int op);

/**
 * history_try() - one history in a process of its own
 * @w: NULL: opened there; else what it begins with
 *
 * Return: 0; 3 with one line in @why when the harness failed.
 */
int history_try(const struct history_options *opt, struct history_world *w,
		const struct history *h, struct history_verdict *hv, char *why, size_t size);

/* ---- history_found.c --------------------------------------------------- */

/* One more, or another history for one that there is. */
void history_found_add(struct history_result *r, const struct history_found *f);
/* Find their places; what turned out to be one defect, if they are @shrunk, is one. */
void history_found_merge(struct history_result *r, bool shrunk);

/* Two verdicts are of one defect, as far as that can be seen without looking at the code. */
bool history_same(const struct history_verdict *a, const struct history_verdict *b);
/* The same but for the place of the call that was made to fail, or of what is wrong. */
bool history_same_rule(const struct history_verdict *a, const struct history_verdict *b);
/* As the reports of cases have it. */
void history_distinct(const struct history_found *f, struct distinct *d);

/* ---- history_shrink.c -------------------------------------------------- */

/*
 * history_shrink() - the shortest and plainest history that still shows the same
 * @f: its history and verdict are replaced
 */
int history_shrink(const struct history_options *opt, struct history_world *w,
		   struct history_found *f, char *why, size_t size);

#endif
