/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running the cases of scenarios in worker processes, and what comes out.
 *
 * A worker plays one scenario after another and writes its verdicts into
 * memory that it shares with the parent, so a worker that dies loses nothing
 * but the case it was at: that case is marked with the signal or the
 * sanitizer's first line, and another worker goes on behind it. One that was
 * killed from outside says nothing of the subject: then the harness failed. Results reach
 * the caller in the order of the scenarios, whatever the number of workers.
 */
#ifndef FAULTS_RUN_H
#define FAULTS_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "case.h"

struct edges;
struct pages;
struct subject;

/**
 * struct run_options
 * @jobs: worker processes at a time; 0: one a core
 * @strict: a finding beyond contract is one like any other
 * @guard: cases are also played on protected pages where a scenario's fault
 *	point is first and last hit (off: ASan builds see reads by themselves)
 * @edges: who counts blocks is to be known of each case, so nobody helps
 * @progress: called now and then with the cases done so far; or NULL
 */
struct run_options {
	const struct subject *subject;
	const struct pages *pages;
	unsigned int jobs;
	bool strict;
	bool guard;
	bool edges;
	void (*progress)(unsigned long cases, void *arg);
	void *progress_arg;
};

/**
 * struct cell - what the matrix shows of a case
 * @outcome: enum outcome
 * @letter: of the first finding, 0 when there is none
 * @same: proved equal to the case before it without being played: that one's
 *	fault fired at the last hit of its point, so persisting changes nothing
 * @edges: number of the set of blocks it ran, see edges.h; 0: not known
 * @checked: invariants that looked at something; none of one that died
 */
struct cell {
	uint8_t outcome;
	char letter;
	bool beyond;
	bool same;
	uint32_t edges;
	uint32_t checked;
};

/* What a finding takes to be reached: bits. */
#define REACH_NO_FAULT		1u
#define REACH_ONCE		2u	/* a single fault that strikes once */
#define REACH_PERSISTENT	4u	/* ... that persists */
#define REACH_PAIR		8u	/* two; three and more are the next bits */
unsigned int case_reach(const struct zcase *c);

/**
 * struct distinct - same letter and rule, as many faults, the last of them at
 *	the same fault point in the same phase
 * @finding: of the smallest case that showed it, within contract if any is
 * @first: that case, of several the first (nr_faults 0: the fault-free run)
 * @cases, @within: how many cases show it, and how many of them a kernel can meet
 * @reach: by what
 * @order: of @first among the cases of its scenario, for pairs
 * @crash: the worker died: the signal's name or the sanitizer's first line
 * @died: ... after @finding: how; "": that is @finding itself
 * @frames: return addresses at the injected call of @first; none where a
 *	signal killed the worker before they were kept
 * @plain: what it was on plain pages, if protected ones proved that the cause
 *	of it is @finding, a U; letter 0: that is @finding itself
 * @guarded: what the same case said later on protected pages, "" for nothing more
 * @guard_only: seen on protected pages and nowhere else
 */
struct distinct {
	struct finding finding;
	struct zcase first;
	unsigned long cases, within;
	unsigned int reach;
	uint32_t order[FAULT_MAX_PLAN];
	bool crash;
	char died[FINDING_TEXT / 2];
	int nr_frames;
	void *frames[FAULT_FRAMES];
	struct finding plain;
	char guarded[FINDING_TEXT];
	bool guard_only;
};

/* @c shows @d better than @d's own case: within contract, on plain pages, smaller. */
bool distinct_shows_better(const struct distinct *d, const struct zcase *c, bool within, bool guard);

#define RESULT_DISTINCT	512

/**
 * struct result - a scenario's
 * @cases, @cells: all single-fault cases, in the order of the space
 * @baseline: verdict of the fault-free run; its findings come first in
 *	@distinct, and then no case is judged
 * @held .. @not_judged: counts over @cells
 * @guarded: cases also played on protected pages
 * @steps: steps after which the oracle looked, over all cases
 * @checked: invariants that looked at something in at least one case
 * @not_seen: invariants that the subject gives no way to check
 * @exhausted: a fault planned behind each point's last hit fired nowhere
 * @accusing: cases that show a finding within contract
 * @strict: as in struct run_options
 * @depth: of pairs.h: faults of a case at the most, and of the cases there are
 *	the sums alone; 0: of a matrix, to which the next three say nothing
 * @nr: cases of one fault, of two, ...
 * @behind: cases not judged, as the faults before the last one break an
 *	invariant by themselves, and before it or in the same way
 * @estimate: cases of so many faults are too many, and none was played; or 0
 * @edges, @baseline_edges: blocks of the subject that were run
 * @error: the harness failed: one line, without the scenario's name; "" otherwise
 */
struct result {
	struct scenario scenario;
	char name[SCENARIO_NAME];
	unsigned int nr_pages;
	bool beyond, strict;
	unsigned long nr_cases;
	struct zcase *cases;
	struct cell *cells;
	struct verdict baseline;
	unsigned long held, broken, vacuous, not_judged, same, guarded, accusing;
	unsigned long steps;
	uint32_t checked, not_seen;
	bool exhausted;
	unsigned int depth;
	unsigned long nr[FAULT_MAX_PLAN];
	unsigned long behind, estimate;
	const struct edges *edges;
	unsigned int baseline_edges;
	unsigned int nr_distinct, nr_more;
	struct distinct *distinct;
	double seconds;
	char error[320];
};

/*
 * run_scenarios() - the matrix of each scenario
 * @sink: is given each result once, in the order of @scenarios; the result
 *	is freed after it returns
 *
 * Return: the exit code: 0 held, 1 findings, 3 the harness failed, 4 vacuous.
 */
int run_scenarios(const struct scenario *scenarios, unsigned int nr,
		  const struct run_options *opt,
		  void (*sink)(const struct result *r, void *arg), void *arg);

/*
 * run_case() - one case by itself, contained in a worker
 * @c: resolved by the worker; with no faults the fault-free run
 * @guard: on protected pages
 * @why: one line when the id names no hit of this subject's run
 *
 * Return: 0 and a result with that case alone; 2 for @why; 3 with @r->error.
 */
int run_case(const struct zcase *c, const struct run_options *opt, bool guard,
	     struct result *r, char *why, size_t size);
void result_free(struct result *r);

/*
 * The exit code that a result stands for by itself. What no kernel can meet is
 * shown, and accuses nobody unless the run is strict. Nothing to fail and a
 * fault-free run that held is held: there is nothing that was not looked at.
 */
int result_code(const struct result *r);

/* Cases and sums of other workers at the same scenario. */
void result_add(struct result *to, const struct result *from);

/* Of two exit codes the one that counts: 2, 3, 1, 4, 0 in this order. */
int worse_code(int a, int b);

#endif
