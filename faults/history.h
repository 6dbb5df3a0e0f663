/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Histories: long random sequences of what the machine does with zswap, over
 * many folios and several cgroups, with faults at random places. Where a
 * scenario asks what one store leaves behind, a history asks what becomes of
 * it much later.
 *
 *   history_ops.def   the kinds of steps
 *   history_text.c    as a user reads and writes them
 *   history_play.c    a world for them, and one of them played in it
 *   history_steps.c   what is done in a step
 *   history_folios.c  ... to folios and slots
 *   history_gen.c     the next step, by a seed
 *   history_run.c     many of them, in worker processes
 *   history_found.c   what they found, by defect
 *   history_shrink.c  the shortest one that shows the same
 *   report_history.c  what a user sees
 *
 * A step that makes no sense where it stands (a load from a slot that is not in
 * use) does nothing. So each part of a history is a history, and can be
 * played: that is what shrinking rests on.
 */
#ifndef FAULTS_HISTORY_H
#define FAULTS_HISTORY_H

#include <stdio.h>

#include "case.h"
#include "model.h"

enum history_op {
#define HISTORY_OP(id, name, weight, args, says) HOP_##id,
#include "history_ops.def"
#undef HISTORY_OP
	HOP_NR
};

/* What a step is told; see the table in history_text.c. */
enum history_arg {
	HARG_SLOT,
	HARG_NR,
	HARG_ORDER,
	HARG_CG,
	HARG_PARENT,
	HARG_NODE,
	HARG_PAGES,
	HARG_KEEP,
	HARG_MAX,
	HARG_ALLOWED,
	HARG_CPU,
	HARG_FILE,
	HARG_PARAM,
	HARG_COUNT
};

#define HISTORY_FAULTS	2	/* in a step */
#define HISTORY_STEPS	400	/* in a history that is read */
#define HISTORY_LENGTH	100	/* of one that is made */
#define HISTORY_PAGES	256	/* contents that there are */
#define HISTORY_REAL_PAGES 128	/* what pages_load() is told, for as many from a file */
#define HISTORY_POOR	240	/* from these on one page of the folio does not compress */
#define HISTORY_CGS	6	/* cgroups 1 to 6; 0 is the root, and nobody's */

/*
 * Slots are numbered through both swap files, those of the first one first.
 * In a wide history that has as many as the largest folio.
 */
#define HISTORY_SLOTS		32
#define HISTORY_SLOTS_WIDE	512

/**
 * struct history_step
 * @op: enum history_op
 * @arg: by enum history_arg; what the kind of step does not take is 0
 * @faults: fail at their @nth hit in this step, persistent ones to its end
 */
struct history_step {
	uint8_t op, nr_faults;
	int16_t arg[HARG_COUNT];
	struct fault faults[HISTORY_FAULTS];
};

/* @wide: the first swap file has HISTORY_SLOTS_WIDE slots. */
struct history {
	bool wide;
	unsigned int nr;
	struct history_step steps[HISTORY_STEPS];
};

struct history_op_info {
	const char *name, *says;
	unsigned int weight;
	uint32_t args;	/* a bit for each that it takes */
};
extern const struct history_op_info history_ops[HOP_NR];

/* A parameter and a value of it: what HARG_PARAM counts. */
struct history_param {
	const char *name, *value;
};
extern const struct history_param history_params[];
extern const unsigned int nr_history_params;

/* The values of HARG_MAX: pages, WORLD_ZSWAP_MAX for none. */
uint64_t history_max(int index);
/* Smallest and largest value of an argument. */
int history_arg_min(enum history_arg arg);
int history_arg_max(enum history_arg arg);

/* ---- text -------------------------------------------------------------- */

/* "store slot=12 order=2 cg=1 pages=40 : zpool/zpool_malloc@3=ENOMEM!" */
#define HISTORY_LINE	256
void history_step_format(const struct history_step *s, char *buf, size_t size);
/* The whole: a line that says what it is, and one a step, indented. */
void history_print(FILE *out, const struct history *h, unsigned int indent);

/*
 * history_parse() - a file of it
 * @name: for messages; "-" is standard input
 *
 * Leading blanks, empty lines and what follows a '#' do not count. Return: 0;
 * -1 with one line in @why, with the number of the line.
 */
int history_parse(const char *name, struct history *h, char *why, size_t size);
/* The same of a text. */
int history_parse_text(const char *text, const char *name, struct history *h, char *why,
		       size_t size);

/* ---- play -------------------------------------------------------------- */

/**
 * struct history_counts - what was done, over any number of histories
 * @done, @idle: steps by kind: that did something, that made no sense
 * @planned, @fired: faults by point
 * @stored, @written, @kept: folios that were offered: in zswap, in the file,
 *	refused and kept because zswap.writeback is off
 * @read: pages by where they came from; @read_failed: what had been made to fail
 * @written_back: pages
 * @checked: invariants that looked; @not_seen: those that cannot
 */
struct history_counts {
	unsigned long histories, done[HOP_NR], idle[HOP_NR];
	unsigned long planned[FP_NR], fired[FP_NR];
	unsigned long stored, written, kept, read[3], read_failed, written_back;
	uint32_t checked, not_seen;
};
void history_count(struct history_counts *sum, const struct history_counts *more);

/**
 * struct history_verdict - what the oracle said of a history
 * @v: as of a case; a history ends with the step in which something was found
 * @at: that step; as many as there are: in the end, when all is undone
 * @op: its kind, HOP_NR for the end
 * @frames, @nr_frames: the call that was made to fail in it, if one was
 * @did: the steps that did something
 * @crash: the process died; @v.findings[0] says how, or what was found before
 * @died: ... and then this is how
 */
struct history_verdict {
	struct verdict v;
	unsigned int at;
	uint8_t op;
	bool did[HISTORY_STEPS];
	bool crash;
	char died[FINDING_TEXT / 2];
	int nr_frames;
	void *frames[FAULT_FRAMES];
	struct history_counts counts;
};

/**
 * struct history_world - booted, and as it is before the first step
 * @start: the model before it; of a wide history, too
 * @c: the faults of the running step, for the oracle
 * @step: that one; @did: it did something
 * @has_zpool: the subject calls zpool, not zsmalloc itself
 * @hv: of the history that is being played
 */
struct history_world {
	struct story st;
	struct model *start[2];
	struct zcase c;
	const struct history_step *step;
	const void *pages[HISTORY_PAGES];
	struct history_verdict *hv;
	bool did, planned, has_zpool;
	bool has_param[32];
};

/*
 * @pages: NULL: generated ones
 *
 * Return: 0; -1 with one line in @why when the harness failed.
 */
int history_open(struct history_world *w, const struct subject *subject,
		 const struct pages *pages, bool guard, char *why, size_t size);
void history_close(struct history_world *w);

/**
 * struct history_seed - where the next step comes from
 * @state: of the generator, see history_gen.c
 */
struct history_seed {
	uint64_t state;
};
struct history_seed history_seed(uint64_t seed, unsigned long index);

/*
 * history_play() - from the first step to the end, from the same start each time
 * @seed: NULL: the steps of @h; else they are made as they are needed and put into
 *	@h, each before it is played: who shares @h knows what killed the process
 * @hv: likewise filled in as the play goes on
 */
void history_play(struct history_world *w, struct history *h, struct history_seed *seed,
		  struct history_verdict *hv);

/* Append the next step to @h; false: it is long enough. */
bool history_next(const struct history_world *w, struct history *h, struct history_seed *seed);

/* The step in a world_call(). @arg: the world. */
void history_do(void *arg);
/* How it ends: all is read back and freed; everything is turned off and removed. */
void history_drain(void *arg);
void history_undo(void *arg);

/* Not offline, and there: 1 to HISTORY_CGS. */
static inline bool history_cg_online(const struct model *m, int cg)
{
	return cg > CG_ROOT && cg < CG_NR && m->cg[cg].memcg && m->cg[cg].online;
}

/* Nothing remembers the cgroup that had this number: it can be created. */
bool history_cg_free(const struct model *m, int cg);
/* The folio, of those the history holds, that covers slot @i; or -1. */
int history_held(const struct model *m, unsigned int i);

#endif
