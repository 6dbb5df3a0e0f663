/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shim's side of a fault point, and the only door to libfiu.
 *
 * A shim function that may fail asks fault_hit() (or fault_hit_at() when it
 * knows which swap slot it works for) once for each execution. The answer is
 * 0 or the negative error that it must now fail with. Whether a point fails
 * is decided by libfiu: by the plan below through an external callback under
 * the point's exact name, or by whatever the user enabled himself with
 * fiu_enable() or fiu-ctrl. A point that is not armed costs a load and a
 * branch; libfiu is not asked.
 *
 * libfiu keeps one record a name, and the last to enable it has it. The
 * plan's record stays in libfiu after its case, where it answers "no", so
 * that a case costs no allocation. A user's fiu_enable() and the plan share
 * the names like this:
 *  - a user's record is looked at from fault_arm_all(true) (or
 *    fault_rc_fifo()) on, whether it was made before or after that call;
 *  - there the plan takes the names it needs while it is set, and disables
 *    its records when it is withdrawn, for a user's wildcard to be seen;
 *  - fault_arm_all(false) ends it: the plan trusts no record any more and
 *    makes its own again. A user who changed records calls it last.
 *
 * Everything declared here lives outside the world: a restore does not touch
 * it, except the hit counters, which fault_reset() zeroes.
 */
#ifndef SHIM_FAULT_H
#define SHIM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum fault_point {
#define FAULT_POINT(id, name, role, fails, within, counters, errors...) FP_##id,
#include "points.def"
#undef FAULT_POINT
	FP_NR
};

/*
 * The phases of a scenario, in their order. Boot is one of those scenarios in
 * which zswap's own setup is made to fail; the others begin with a snapshot.
 */
enum phase {
	PHASE_BOOT,
	PHASE_SETUP,
	PHASE_STORE,
	PHASE_LOAD,
	PHASE_INVALIDATE,
	PHASE_WRITEBACK,
	PHASE_RESTORE,
	PHASE_RECOVER,	/* a third store, after a second one in which something failed */
	PHASE_TEARDOWN,
	PHASE_NR
};

#define FAULT_MAX_ERRORS	4
#define FAULT_NO_SWP		UINT64_MAX

/**
 * struct fault_point_info - one row of points.def
 * @name: libfiu's and the user's name of the point, "subsystem/function"
 * @role: points of different kernels that do the same job share it; a matrix
 *	of two kernels puts one role into one row
 * @benign: the caller has a fallback, so the operation still succeeds
 * @within: a kernel can meet this failure at every hit; where false the hit
 *	itself says whether it could (struct fault_hit)
 * @counters: for each error the reject counter that upstream raises, or NULL
 * @errors: legal errors, negative, ended by 0; the first is the default
 */
struct fault_point_info {
	const char *name;
	const char *role;
	bool benign;
	bool within;
	const char *counters[FAULT_MAX_ERRORS];
	int errors[FAULT_MAX_ERRORS + 1];
};
extern const struct fault_point_info fault_points[FP_NR];

/* Index by name, or -1. */
int fault_point_by_name(const char *name);

/**
 * struct fault_hit - one execution of a fault point
 * @swp: the swap entry the call worked for (swp_entry_t.val), or FAULT_NO_SWP
 * @nth: 0 for the first hit of the point in this phase
 * @beyond: no kernel could fail here in this state
 * @atomic: hit with a lock held or in another context that must not sleep
 * @failed: it was made to; known in a recording alone
 * @calls: shim_calls at the hit, to order hits of different points
 */
struct fault_hit {
	uint64_t swp;
	unsigned long calls;
	uint32_t nth;
	uint8_t point;
	uint8_t phase;
	bool beyond;
	bool atomic;
	bool failed;
};

/* Asked by shim functions. Returns 0 or a negative error. */
int fault_hit_at(enum fault_point point, uint64_t swp, bool beyond);
static inline int fault_hit(enum fault_point point)
{
	return fault_hit_at(point, FAULT_NO_SWP, false);
}

/**
 * struct fault - one planned failure
 * @nth: fails at this hit of @point in @phase
 * @persistent: and at every later hit of it in whatever phase, until
 *	PHASE_RESTORE begins. One of PHASE_BOOT, PHASE_RESTORE or PHASE_TEARDOWN
 *	ends with its phase
 * @error: negative, one of the point's legal errors
 */
struct fault {
	uint8_t point;
	uint8_t phase;
	bool persistent;
	int error;
	uint32_t nth;
};

#define FAULT_MAX_PLAN	4

/**
 * fault_plan_set() - what has to fail from now on
 * @faults: copied; NULL or @nr 0 disarms every point
 *
 * Where two faults match the same hit, the first one fires.
 *
 * Return: 0, or -1 when a fault is none (no such point or phase, an error that
 * is not legal there, more than FAULT_MAX_PLAN) or libfiu refused a name; then
 * nothing is planned.
 */
int fault_plan_set(const struct fault *faults, unsigned int nr);

/* How many planned faults fired since fault_reset(), and whether this one. */
unsigned int fault_fired(void);
bool fault_fired_n(unsigned int index);

/*
 * Was the point of a fault that fired hit again, where it would have failed
 * if it were persistent? Otherwise that is the same.
 */
bool fault_hit_again(const struct fault *fault);

/*
 * Failures injected since fault_reset(), whoever decided them: a persistent
 * fault counts each time, and so does what a user enabled himself.
 */
unsigned long fault_injected(void);
unsigned long fault_injected_at(enum fault_point point);

/*
 * Zero the hit counters, the fired marks and the frames, back to PHASE_SETUP:
 * the first thing a case does. The plan and a recording stay.
 */
void fault_reset(void);

/*
 * The scenario is in this phase now. Every phase counts its own hits from 0;
 * one that is entered again goes on where it was, so that (point, phase, nth)
 * names one hit of a case.
 */
void fault_phase(enum phase phase);
enum phase fault_phase_now(void);

/**
 * struct fault_progress - how far the plan has come since fault_reset()
 * @hits: so far; @injected: failures, of all points @injected_all
 * @fired: planned faults that did; @ended: was persistent, in a phase whose
 *	faults are over
 */
struct fault_progress {
	uint32_t hits[FP_NR][PHASE_NR];
	enum phase phase;
	unsigned long injected[FP_NR], injected_all;
	bool fired[FAULT_MAX_PLAN], ended[FAULT_MAX_PLAN];
};

/*
 * Keep it, and go on from there with a plan that differs in nothing that has
 * fired: a case's way to a moment of an earlier one that world.h went back to.
 */
void fault_progress_save(struct fault_progress *to);
void fault_progress_resume(const struct fault_progress *from);

/* Somebody follows each hit, or what fires: recorder, observer, tracer, debugger. */
bool fault_followed(void);

/* Hits of a point so far in this phase and, with PHASE_NR, in all of them. */
unsigned long fault_hits(enum fault_point point, enum phase phase);

/**
 * fault_record() - keep every hit from here on
 * @hits: caller's array, or NULL to stop
 * @max: its size; hits beyond are counted and not kept
 */
void fault_record(struct fault_hit *hits, unsigned long max);
unsigned long fault_recorded(void);

/**
 * fault_observe() - call @fn at each hit, before it is decided
 *
 * How a scenario makes something happen midway through a store. NULL: none.
 * Hits that @fn itself causes are counted, recorded and decided like any
 * other, but not observed.
 */
void fault_observe(void (*fn)(const struct fault_hit *hit, void *arg), void *arg);

/**
 * fault_trace() - keep the backtrace of what fires
 *
 * Of several planned faults that of the last one to fire for the first time:
 * what came before it did no harm. Costs microseconds a case, so it is off but
 * for cases that are reported. The first of fault_frames() lies in the shim
 * function that failed.
 */
#define FAULT_FRAMES	32
void fault_trace(bool on);
int fault_frames(void **frames, int max);

/*
 * fault_strikes() - where a debugger stops
 *
 * While fault_stop() is on, called just before an injected failure returns:
 * its caller's callers are the shim's function and the subject.
 */
void fault_stop(bool on);
void fault_strikes(const char *point, int error);

/*
 * Arm every point for a user's own fiu_enable(), by any name or wildcard. The
 * subject then fails with the point's default error, or with the legal error
 * whose number (positive or negative) was given as failinfo.
 */
void fault_arm_all(bool on);

/*
 * The same, and serve fiu-ctrl from a thread of this process, which must be
 * the one that runs the cases. 0, or -1 when the FIFOs cannot be made.
 */
int fault_rc_fifo(const char *basename);

#endif
