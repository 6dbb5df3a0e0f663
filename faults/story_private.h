/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of a story share.
 *
 *   story.c        open, play, close: the verdict
 *   story_phases.c the order of the steps
 *   story_mark.c   where cases begin that have their beginning in common
 *   story_boot.c   zswap set up, swap files on
 *   story_setup.c  the world before the store
 *   story_store.c  the steps that store, and what happens midway
 *   story_steps.c  what is done in the other steps
 */
#ifndef FAULTS_STORY_PRIVATE_H
#define FAULTS_STORY_PRIVATE_H

#include "oracle.h"

/* The pages of the folio: in a stale entry, in the store, in the second one. */
enum contents { CONTENTS_STALE, CONTENTS_STORE, CONTENTS_AGAIN, CONTENTS_NR };

#define TREE_PAGES	16384ul
#define STORY_PAGES	512
#define STORY_LOADS	3

/**
 * struct story_mark - the beginning of a phase, as cases with the same @before
 *	@faults in their plan, and one more in @phase, come there
 * @valid: and world.h has that moment of the world
 * @m, @v, @progress: the model, the verdict so far, the faults
 * @memory: the oracle's
 * @acted, @refused_for_nothing: of the story
 */
struct story_mark {
	bool valid;
	enum phase phase;
	unsigned int before;
	struct case_fault faults[FAULT_MAX_PLAN];
	struct model *m;
	struct verdict v;
	struct fault_progress progress;
	struct oracle_memory memory;
	bool acted, refused_for_nothing;
};

/**
 * struct story_private - a story
 * @m: the model now; @start: after the setup
 * @setup: what the oracle said of the setup
 * @setup_ended: early: there is nothing to play
 * @params: zswap's, at boot
 * @cannot: why the scenario cannot be judged; NULL: it can
 * @refuses: what the subject does not do, NULL: it may do all that this asks
 * @contents: of the folio's pages
 * @nr_pages_used: page contents given away to bystanders
 * @nid: the folio's node
 * @scratch: slot of a folio that is stored to make zswap shrink
 * @reused: slot that is used again while writeback takes its entry
 * @loads, @nr_loads: slots to read back
 * @action: happens midway through the store; NULL: nothing does
 * @quiet: hits of the store, or mutexes, at which another task can run
 * @quiet_at: the one at which @action runs; @quiet_seen: so far
 * @acted: it was run, if not with success
 * @shrinks: the worker runs, for a pool that is said to be full
 * @arg: of the running step
 * @budget: of shim calls, once the fault-free run is known
 */
struct story_private {
	struct model *m, *start;
	struct story_mark mark;
	struct oracle oracle;
	struct verdict setup;
	bool setup_ended;
	char compressor_param[64];
	const char *params[5];
	const char *cannot;
	const char *refuses;
	const void *contents[CONTENTS_NR][STORY_PAGES];
	unsigned int nr_pages_used;
	int nid;
	unsigned int scratch, reused;
	unsigned int loads[STORY_LOADS], nr_loads;
	void (*action)(void *st);
	unsigned int quiet, quiet_at, quiet_seen;
	bool acted, shrinks;
	bool no_start;			/* @refuses already says it all */
	bool refused_for_nothing;	/* the store, with nothing made to fail */
	unsigned int arg;
	unsigned long budget;
};

static inline bool story_has(const struct story *st, enum axis_value value)
{
	return st->scenario.value[values[value].axis] == value;
}

/* ---- story.c ----------------------------------------------------------- */

/* Whose last words are wanted if the process dies; NULL: nobody's. */
void story_playing(struct story *st);

/* ---- story_phases.c ---------------------------------------------------- */

/* All that follows the snapshot, or a part of that if it was ended early. */
void story_play_phases(struct story *st);
/* One step, and what the oracle says of it; false when it was ended early. */
bool story_step(struct story *st, void (*fn)(void *), const char *name, int slot);
/* The same of the end of it all. */
bool story_judge_end(struct story *st);

/* ---- story_mark.c ------------------------------------------------------ */

/* Go to the mark that serves the case. Return: its phase, or @first without one. */
enum phase story_mark_resume(struct story *st, enum phase first);
/* This phase begins: leave a mark here, if it is the case's place for one. */
void story_mark_set(struct story *st, enum phase phase);

/* ---- story_boot.c ------------------------------------------------------ */

/* 0; -1 with one line in @why when the harness failed. */
int story_boot(struct story *st, bool guard, char *why, size_t size);
/* Zswap is set up, and the swap files are turned on, in the story itself. */
static inline bool story_boots(const struct story *st)
{
	return !story_has(st, V_SETUP_READY);
}
const char *story_compressor(const struct story *st, bool other);
/* Those swap files that are not on yet; false: there is one that cannot be. */
bool story_swapon_rest(struct story *st);
/* Both in a world_call(). @arg: the story. */
void step_boot(void *arg);
void step_swapon(void *arg);		/* swap file @arg */
void step_set_up_again(void *arg);

/* ---- story_setup.c ----------------------------------------------------- */

/* A cgroup below @parent, and what its limits are; told to the model. */
void story_create_cg(struct model *m, int cg, int parent);
void story_set_zswap_max(struct model *m, int cg, uint64_t pages);
void story_set_writeback(struct model *m, int cg, bool on);

/* Everything after boot; in a world_call(). @arg: the story. */
void story_setup(void *arg);
/* In the swap cache, dirty and locked; its slots are in use. */
void story_new_folio(struct story *st, unsigned int f, enum contents contents);

/* ---- story_store.c ----------------------------------------------------- */

/*
 * A store that the oracle judges: what became of the folio goes into @f, in which
 * its slots, its cgroup and why it must not be taken are set.
 */
void story_note_offer(struct story *st, struct offer *f, const char *alg,
		      enum world_stored answer);
/* When a store takes its pool, before or after another task switches, is up to it. */
const char *story_alg_of(const struct model *m, unsigned int lo);
/* Where limits that are asked for again may bar a folio, which needs not be refused. */
void story_bar_midway(const struct model *m, struct offer *f);
/* Told to the model, and in a step to the oracle. */
void story_note_store(struct story *st, unsigned int lo, unsigned int nr, int cg,
		      const char *alg, enum world_stored answer);
/* A folio of its own at the scratch slot is offered to zswap and freed again. */
void story_store_scratch(struct story *st, int cg);
/* One at slot @i, free before, that is charged to nobody; the oracle judges it. */
void story_offer_one(struct story *st, unsigned int i, const void *page);
/* Nothing happens midway through a store any more. */
void story_end_moment(void);
/* No page fits in any more, whatever is freed. */
void story_close_pool(struct story *st);

/* Each is run in a world_call(). @arg: the story. */
void step_count_quiet(void *arg);
void step_store(void *arg);
void step_store_again(void *arg);
void step_reclaim(void *arg);		/* slot @arg */

/* ---- story_steps.c ----------------------------------------------------- */

/* A page fault at slot @i, judged. */
void story_read_slot(struct story *st, unsigned int i);
/* All pending work and RCU callbacks, and the work that those leave. */
void story_run_work(void);
void story_remove_cgs(struct model *m);

/* The same. */
void step_load(void *arg);		/* slot @arg */
void step_invalidate(void *arg);
void step_plug(void *arg);
void step_writeback(void *arg);
void step_read_all(void *arg);
void step_read_again(void *arg);
void step_free_all(void *arg);
void step_put_right(void *arg);
void step_load_again(void *arg);
void step_teardown(void *arg);

#endif
