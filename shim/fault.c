// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fault points: counting, watching, and asking libfiu. The only file that
 * knows libfiu.
 *
 * All of it is __outside the world: the plan has to survive the restore that
 * begins a case. Only the running task asks; fiu-ctrl's thread does no more
 * than change libfiu's own table.
 */
#include <errno.h>
#include <execinfo.h>
#include <string.h>

#include <fiu.h>
#include <fiu-control.h>

#include <linux/compiler.h>

#include "shim/context.h"
#include "shim/fault.h"
#include "shim/shim.h"

#define HARD	false
#define BENIGN	true
#define C(names...)	{ names }
/* Legal errors are positive in points.def, as they are written in prose. */
#define NEGATIVE(a, b, c, d, rest...)	{ -(a), -(b), -(c), -(d), 0 }

#define FAULT_POINT(id, libfiu_name, role_name, fails, always, reject, legal...) \
	[FP_##id] = {							\
		.name = libfiu_name,					\
		.role = role_name,					\
		.benign = fails,					\
		.within = always,					\
		.counters = reject,					\
		.errors = NEGATIVE(legal, 0, 0, 0, 0),			\
	},
const struct fault_point_info fault_points[FP_NR] = {
#include "points.def"
};
#undef FAULT_POINT

#define FAULT_POINT(id, libfiu_name, role_name, fails, always, reject, legal...) \
	_Static_assert(sizeof((int []){ legal }) <= FAULT_MAX_ERRORS * sizeof(int), \
		       libfiu_name ": too many errors");
#include "points.def"
#undef FAULT_POINT

#define EVERY_PHASE	((1u << PHASE_NR) - 1)

static struct fault_progress now __outside;
static bool watched __outside;		/* recording or observing */
/* A bit a phase in which libfiu is to be asked about the point. */
static uint16_t armed[FP_NR] __outside;
_Static_assert(PHASE_NR <= 16, "armed[] has a bit a phase");

static struct fault plan[FAULT_MAX_PLAN] __outside;
static unsigned int nr_planned __outside;

static bool enabled[FP_NR] __outside;	/* libfiu holds our callback */
static bool all_armed __outside;

/*
 * What is being asked of libfiu, for decide(): libfiu passes a callback the
 * pattern that was enabled and pointers into a record it shares with other
 * threads, so neither is used.
 */
static struct question {
	enum fault_point point;
	uint32_t nth;
	bool probe;	/* only asks whose record it is */
	bool ours;	/* answered by decide() */
	bool first;	/* ... for the first time by this planned fault */
	int error;
} question __outside;

static struct fault_hit *record __outside;
static unsigned long record_max __outside, nr_recorded __outside;
static void (*observer)(const struct fault_hit *hit, void *arg) __outside;
static void *observer_arg __outside;
static bool observing __outside;

static bool stopping __outside;
static bool tracing __outside;
static void *frames[FAULT_FRAMES] __outside;
static int nr_frames __outside;

static bool fault_init(void)
{
	static bool done __outside;
	void *frame[1];

	if (done)
		return true;
	if (fiu_init(0))
		return false;
	/* The first call loads the unwinder, which allocates. */
	backtrace(frame, 1);
	done = true;
	return true;
}

int fault_point_by_name(const char *name)
{
	for (int i = 0; i < FP_NR; i++)
		if (!strcmp(fault_points[i].name, name))
			return i;
	return -1;
}

static bool legal_error(enum fault_point point, int error)
{
	for (const int *e = fault_points[point].errors; *e; e++)
		if (*e == error)
			return true;
	return false;
}

/* ---- the plan ---------------------------------------------------------- */

static uint16_t armed_for(unsigned int i)
{
	if (now.ended[i])
		return 0;
	if (now.fired[i])
		return plan[i].persistent ? EVERY_PHASE : 0;
	return 1u << plan[i].phase;
}

static void rearm(void)
{
	for (unsigned int i = 0; i < FP_NR; i++)
		armed[i] = all_armed ? EVERY_PHASE : 0;
	for (unsigned int i = 0; i < nr_planned; i++)
		armed[plan[i].point] |= armed_for(i);
}

static bool strikes(unsigned int i)
{
	const struct fault *f = &plan[i];

	if (f->point != question.point || now.ended[i])
		return false;
	if (now.fired[i])
		return f->persistent;
	return f->phase == now.phase && f->nth == question.nth;
}

/* libfiu asks whether a point of ours fails. */
static int decide(const char *name __maybe_unused, int *failnum __maybe_unused,
		  void **failinfo __maybe_unused, unsigned int *flags __maybe_unused)
{
	question.ours = true;
	if (question.probe)
		return 0;
	for (unsigned int i = 0; i < nr_planned; i++) {
		if (!strikes(i))
			continue;
		question.first = !now.fired[i];
		now.fired[i] = true;
		question.error = plan[i].error;
		return 1;
	}
	return 0;
}

static bool is_planned(enum fault_point point)
{
	for (unsigned int i = 0; i < nr_planned; i++)
		if (plan[i].point == point)
			return true;
	return false;
}

/*
 * Take our records out of libfiu. A user may have replaced one, and libfiu
 * cannot be asked whose it holds; but only ours reaches decide().
 */
static void give_back(void)
{
	for (int i = 0; i < FP_NR; i++) {
		if (!enabled[i] || is_planned(i))
			continue;
		question = (struct question){ .point = i, .probe = true };
		fiu_fail(fault_points[i].name);
		if (question.ours)
			fiu_disable(fault_points[i].name);
		enabled[i] = false;
	}
}

static bool take_name(enum fault_point point)
{
	/* While all are armed, a user may have taken the name meanwhile. */
	if (enabled[point] && !all_armed)
		return true;
	/* libfiu leaks the name when one record replaces another. */
	fiu_disable(fault_points[point].name);
	if (fiu_enable_external(fault_points[point].name, 1, NULL, 0, decide))
		return false;
	enabled[point] = true;
	return true;
}

static bool valid_fault(const struct fault *f)
{
	return f->point < FP_NR && f->phase < PHASE_NR && legal_error(f->point, f->error);
}

static bool plan_add(const struct fault *f)
{
	if (!valid_fault(f) || !fault_init() || !take_name(f->point))
		return false;
	now.fired[nr_planned] = now.ended[nr_planned] = false;
	plan[nr_planned++] = *f;
	return true;
}

int fault_plan_set(const struct fault *faults, unsigned int nr)
{
	int ret = nr <= FAULT_MAX_PLAN ? 0 : -1;

	nr_planned = 0;
	for (unsigned int i = 0; faults && !ret && i < nr; i++)
		ret = plan_add(&faults[i]) ? 0 : -1;
	if (ret)
		nr_planned = 0;
	if (all_armed)
		give_back();
	rearm();
	return ret;
}

unsigned int fault_fired(void)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < nr_planned; i++)
		nr += now.fired[i];
	return nr;
}

bool fault_fired_n(unsigned int index)
{
	return index < nr_planned && now.fired[index];
}

unsigned long fault_injected(void)
{
	return now.injected_all;
}

unsigned long fault_injected_at(enum fault_point point)
{
	return now.injected[point];
}

/* ---- a hit ------------------------------------------------------------- */

/* What a user's failinfo chooses, or the default. */
static int user_error(enum fault_point point)
{
	long error = (long)fiu_failinfo();

	if (error > 0)
		error = -error;
	if (error < 0 && error >= -4095 && legal_error(point, error))
		return error;
	return fault_points[point].errors[0];
}

/* Frames from @caller on, leaving out this file's. */
static void keep_frames(const void *caller)
{
	void *all[FAULT_FRAMES + 4];
	int nr = backtrace(all, FAULT_FRAMES + 4), first = 0;

	while (first < nr && all[first] != caller)
		first++;
	if (first == nr)
		first = 0;
	nr_frames = nr - first < FAULT_FRAMES ? nr - first : FAULT_FRAMES;
	memcpy(frames, all + first, nr_frames * sizeof(*frames));
}

/* The plan has one for libfiu to give. Without a user's own there is no other. */
static bool has_answer(void)
{
	for (unsigned int i = 0; i < nr_planned; i++)
		if (strikes(i))
			return true;
	return false;
}

static noinline int ask(enum fault_point point, uint32_t nth, const void *caller)
{
	int error;

	question = (struct question){ .point = point, .nth = nth };
	if (!all_armed && !has_answer())
		return 0;
	if (!fiu_fail(fault_points[point].name))
		return 0;
	error = question.ours ? question.error : user_error(point);
	now.injected[point]++;
	now.injected_all++;
	if (tracing && (question.first || !nr_frames))
		keep_frames(caller);
	rearm();
	if (stopping)
		fault_strikes(fault_points[point].name, error);
	return error;
}

/* Return: where it is recorded, or NULL. */
static noinline struct fault_hit *watch(enum fault_point point, uint32_t nth, uint64_t swp,
					bool beyond)
{
	struct fault_hit *kept = NULL, hit = {
		.swp = swp,
		.calls = shim_calls,
		.nth = nth,
		.point = point,
		.phase = now.phase,
		.beyond = beyond,
		.atomic = !context_can_sleep(),
	};

	if (record) {
		if (nr_recorded < record_max) {
			kept = &record[nr_recorded];
			*kept = hit;
		}
		nr_recorded++;
	}
	if (observer && !observing) {
		observing = true;
		observer(&hit, observer_arg);
		observing = false;
	}
	return kept;
}

int fault_hit_at(enum fault_point point, uint64_t swp, bool beyond)
{
	struct fault_hit *kept = NULL;
	uint32_t nth;
	int error;

	/* The oracle reads a counter of the subject's: that is no hit. */
	if (unlikely(shim_looking))
		return 0;
	nth = now.hits[point][now.phase]++;
	if (unlikely(watched))
		kept = watch(point, nth, swp, beyond);
	if (likely(!(armed[point] & 1u << now.phase)))
		return 0;
	error = ask(point, nth, __builtin_return_address(0));
	if (kept)
		kept->failed = error;
	return error;
}

/* ---- a case ------------------------------------------------------------ */

void fault_reset(void)
{
	now = (struct fault_progress){ .phase = PHASE_SETUP };
	nr_frames = 0;
	/* The last case may have ended inside the observer. */
	observing = false;
	rearm();
}

/* The last phase in which a fault that began in @phase persists. */
static enum phase persists_until(enum phase phase)
{
	return phase < PHASE_RESTORE && phase != PHASE_BOOT ? PHASE_RESTORE - 1 : phase;
}

bool fault_hit_again(const struct fault *fault)
{
	unsigned long nr = 0;

	for (unsigned int p = fault->phase; p <= persists_until(fault->phase); p++)
		nr += now.hits[fault->point][p];
	return nr > fault->nth + 1;
}

void fault_phase(enum phase phase)
{
	now.phase = phase;
	for (unsigned int i = 0; i < nr_planned; i++)
		if (plan[i].persistent && phase > persists_until(plan[i].phase))
			now.ended[i] = true;
	rearm();
}

enum phase fault_phase_now(void)
{
	return now.phase;
}

void fault_progress_save(struct fault_progress *to)
{
	*to = now;
}

void fault_progress_resume(const struct fault_progress *from)
{
	now = *from;
	rearm();
}

unsigned long fault_hits(enum fault_point point, enum phase phase)
{
	unsigned long sum = 0;

	if (phase != PHASE_NR)
		return now.hits[point][phase];
	for (int i = 0; i < PHASE_NR; i++)
		sum += now.hits[point][i];
	return sum;
}

void fault_record(struct fault_hit *to, unsigned long max)
{
	record = to;
	record_max = max;
	if (to)
		nr_recorded = 0;
	watched = record || observer;
}

unsigned long fault_recorded(void)
{
	return nr_recorded;
}

void fault_observe(void (*fn)(const struct fault_hit *hit, void *arg), void *arg)
{
	observer = fn;
	observer_arg = arg;
	observing = false;
	watched = record || observer;
}

bool fault_followed(void)
{
	return watched || tracing || stopping;
}

void fault_stop(bool on)
{
	stopping = on;
}

noinline void fault_strikes(const char *point __maybe_unused, int error __maybe_unused)
{
	/* Or nobody would have to call it. */
	asm volatile("" : : : "memory");
}

void fault_trace(bool on)
{
	tracing = on;
}

int fault_frames(void **to, int max)
{
	int nr = nr_frames < max ? nr_frames : max;

	memcpy(to, frames, nr * sizeof(*to));
	return nr;
}

/* ---- a user's own fiu_enable() ----------------------------------------- */

void fault_arm_all(bool on)
{
	all_armed = on && fault_init();
	give_back();
	rearm();
}

int fault_rc_fifo(const char *basename)
{
	if (!fault_init() || fiu_rc_fifo(basename))
		return -1;
	fault_arm_all(true);
	return 0;
}
