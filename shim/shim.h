/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every file of shim/ shares and nobody else sees: where mutable state
 * lives, how a kernel call announces itself, and how a file that notices a
 * broken rule says so.
 */
#ifndef SHIM_SHIM_H
#define SHIM_SHIM_H

#include <stdbool.h>
#include <stddef.h>

/**
 * __world - marks a variable as part of the simulated kernel
 *
 * All mutable state of the shim is either an allocation from the arena or a
 * variable with this mark: both are saved by world_snapshot() and put back by
 * world_restore(). State that has to outlive a case (the fault plan,
 * remembered compression results) carries __outside instead; tests/layering
 * fails on a writable symbol that carries neither.
 */
#define __world		__attribute__((section("shim_world")))
#define __outside	__attribute__((section("shim_outside")))

extern char __start_shim_world[], __stop_shim_world[];

/*
 * The budget that invariant H rests on. A kernel function of the shim calls
 * shim_call() first; when the count passes the budget the case is ended.
 * The budget is set by world_set_budget(); 0 is no budget.
 */
extern unsigned long shim_calls, shim_budget;
void __attribute__((noreturn)) shim_overrun(void);

static inline void shim_call(void)
{
	if (__builtin_expect(++shim_calls > shim_budget, 0) && shim_budget)
		shim_overrun();
}

/*
 * The ledger is running a subject's code to read a number (a debugfs getter):
 * no fault point is hit, no call is counted. Set by ledger_counter() alone.
 */
extern bool shim_looking;

/**
 * complain() - a shim function saw the subject break a rule of the kernel
 * @letter: the invariant that it falls under (zfault list invariants)
 * @key: short constant naming the rule, without numbers or addresses: two
 *	complaints with the same letter and key are the same defect
 * @fmt: one sentence with numbers, no newline, no addresses
 *
 * Kept until the end of the case (ledger_complaints()); the call returns, so
 * that the shim can go on in the least harmful way. Never allocates.
 */
void complain(char letter, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Arena memory for the shim's own bookkeeping: zeroed, part of the snapshot. */
void *arena_alloc(size_t size);
/* ... with what an earlier user left in it: for who fills all of it. */
void *arena_take(size_t size);
void arena_free(void *p, size_t size);
bool arena_contains(const void *p);

/*
 * Address space outside of the arena, zeroed where it is touched first; in
 * large pages, if the system has some, for what a case goes through. NULL: none.
 */
void *shim_reserve(size_t size);

#endif
