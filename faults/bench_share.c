// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the time goes: a timer stops the program a thousand times a second, and
 * the handler notes at which instruction. Later the instruction is looked up:
 * in zlib, in the subject, or in a file of the program.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ucontext.h>
#include <time.h>

#include "bench.h"
#include "cmd.h"
#include "oracle.h"
#include "symbols.h"

#define PERIOD_NSEC	1000000
#define MAX_SAMPLES	16384u

const char *const room_names[ROOM_NR] = {
	[ROOM_ZLIB] = "zlib",
	[ROOM_SHIM] = "shim",
	[ROOM_SUBJECT] = "subject",
	[ROOM_ORACLE] = "oracle",
	[ROOM_STORY] = "story",
	[ROOM_OTHER] = "other",
};

/**
 * struct sample - where the processor was
 * @caller: what a function without a frame of its own would return to
 * @looking: the oracle was at work
 */
static struct sample {
	uintptr_t pc, caller, looking;
} samples[MAX_SAMPLES];
static volatile unsigned int nr_samples;
static timer_t timer;
static bool ready;

/* Whatever lies on the stack there is no variable of C. */
#ifdef __clang__
#define UNCHECKED __attribute__((no_sanitize("address", "memory")))
#else
#define UNCHECKED __attribute__((no_sanitize_address))
#endif

UNCHECKED static void on_sample(int sig, siginfo_t *info, void *ucontext)
{
	unsigned int i = nr_samples;

	(void)sig;
	(void)info;
	(void)ucontext;
	if (i == MAX_SAMPLES)
		return;
#if defined(__x86_64__)
	const ucontext_t *uc = ucontext;

	samples[i].pc = uc->uc_mcontext.gregs[REG_RIP];
	samples[i].caller = *(const uintptr_t *)uc->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
	const ucontext_t *uc = ucontext;

	samples[i].pc = uc->uc_mcontext.pc;
	samples[i].caller = uc->uc_mcontext.regs[30];
#endif
	samples[i].looking = oracle_looking;
	nr_samples = i + 1;
}

static bool share_init(void)
{
	struct sigaction sa = { .sa_sigaction = on_sample, .sa_flags = SA_SIGINFO | SA_RESTART };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGPROF };

	if (!ready)
		ready = !sigaction(SIGPROF, &sa, NULL) &&
			!timer_create(CLOCK_MONOTONIC, &event, &timer);
	return ready;
}

static void set_timer(long nsec)
{
	const struct itimerspec spec = { { .tv_nsec = nsec }, { .tv_nsec = nsec } };

	if (share_init())
		timer_settime(timer, 0, &spec, NULL);
}

void share_resume(void)
{
	set_timer(PERIOD_NSEC);
}

void share_pause(void)
{
	set_timer(0);
}

unsigned int share_count(void)
{
	return nr_samples;
}

/* ---- whose instruction ------------------------------------------------- */

static enum room room_of_file(const char *file)
{
	if (!strncmp(file, "shim/", 5))
		return ROOM_SHIM;
	if (!strncmp(file, "faults/oracle", 13))
		return ROOM_ORACLE;
	return strncmp(file, "faults/", 7) ? ROOM_OTHER : ROOM_STORY;
}

/* libfiu works for the shim alone. */
static enum room room_of(const struct setting *s, uintptr_t pc)
{
	struct symbol symbol;
	Dl_info info, own;

	if (!dladdr((void *)pc, &info))
		return ROOM_OTHER;
	if (strstr(info.dli_fname, "/libz."))
		return ROOM_ZLIB;
	if (strstr(info.dli_fname, "/libfiu."))
		return ROOM_SHIM;
	if (!strcmp(info.dli_fname, s->file))
		return ROOM_SUBJECT;
	if (!dladdr((void *)share_take, &own) || info.dli_fbase != own.dli_fbase)
		return ROOM_OTHER;
	symbols_find((void *)(pc + 1), &symbol, 1);
	return room_of_file(symbol.file);
}

static int by_pc(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	return (x->pc > y->pc) - (x->pc < y->pc);
}

/* libc copies, fills and compares for whoever called it. */
static enum room room_of_sample(const struct setting *s, const struct sample *sample)
{
	enum room room = room_of(s, sample->pc);

	if (room == ROOM_OTHER)
		room = room_of(s, sample->caller);
	/* The ledger's answers are what its questions cost. */
	return room == ROOM_SHIM && sample->looking ? ROOM_ORACLE : room;
}

void share_take(const struct setting *s, struct share *share)
{
	enum room room = ROOM_OTHER;

	qsort(samples, nr_samples, sizeof(samples[0]), by_pc);
	for (unsigned int i = 0; i < nr_samples; i++) {
		if (!i || memcmp(&samples[i], &samples[i - 1], sizeof(samples[i])))
			room = room_of_sample(s, &samples[i]);
		share->samples[room]++;
	}
	nr_samples = 0;
}
