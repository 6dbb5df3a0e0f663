// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guarded calls: whatever enters the subject can be left early, from a BUG,
 * from a fault of the machine, or from a loop that does not end.
 *
 * The jump goes over frames of the shim without undoing anything in them;
 * only world_restore() or world_boot() make the world usable again.
 */
#include <execinfo.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "boot.h"
#include "shim.h"
#include "slab.h"
#include "world.h"

/* AddressSanitizer says more about a bad access than a verdict can hold. */
#if defined(__SANITIZE_ADDRESS__)
#define SIGNALS_ARE_OURS 0
#elif defined(__has_feature)
#define SIGNALS_ARE_OURS !__has_feature(address_sanitizer)
#else
#define SIGNALS_ARE_OURS 1
#endif

#define END_FRAMES	32
#define END_TEXT	200
#define ALTSTACK_SIZE	(64 << 10)

/* A loop that calls nothing is given about 3 s of CPU time. */
#define TICK_USEC	250000
#define TICKS_MAX	12

/**
 * struct guard - the running guarded call, and how the last early end came
 * @active: there is one, @env is where it is left
 * @ending: it is being left; a second fault on the way jumps at once
 * @thread: whose it is; fiu-ctrl is served by another one
 * @nr: counts calls, so that no two are alike to the watchdog
 * @seen_nr, @seen_calls, @ticks: what the watchdog saw, and how often in a row
 */
static struct guard {
	sigjmp_buf env;
	pthread_t thread;
	volatile bool active, ending;
	bool ready, ticking;
	enum world_end end;
	unsigned long nr;
	unsigned long seen_nr, seen_calls;
	unsigned int ticks;
	char text[END_TEXT];
	void *frames[END_FRAMES];
	int nr_frames;
} guard __outside;

unsigned long shim_calls __world;
unsigned long shim_budget __outside;
bool shim_looking __outside;

static bool in_call(void)
{
	return guard.active && pthread_equal(guard.thread, pthread_self());
}

void world_end_now(enum world_end end, const char *text)
{
	if (!in_call()) {
		fprintf(stderr, "zfault: outside of a guarded call: %s\n", text);
		abort();
	}
	guard.ending = true;
	guard.end = end;
	snprintf(guard.text, sizeof(guard.text), "%s", text);
	guard.nr_frames = backtrace(guard.frames, END_FRAMES);
	siglongjmp(guard.env, 1);
}

void shim_overrun(void)
{
	world_end_now(WORLD_OVERRUN, "the budget of kernel calls is used up");
}

/*
 * A pointer that is no address faults without one (SI_KERNEL): then it is in
 * one of the registers, and slab.c knows the patterns that it looks for.
 */
static bool describe_pointer(const siginfo_t *info, const ucontext_t *uc, char *buf, size_t size)
{
	if (info->si_code != SI_KERNEL)
		return slab_fault_describe(info->si_addr, buf, size);
#ifdef __x86_64__
	for (int i = 0; i < NGREG; i++) {
		if (slab_fault_describe((void *)uc->uc_mcontext.gregs[i], buf, size))
			return true;
	}
#endif
	return false;
}

static void describe(int sig, const siginfo_t *info, const ucontext_t *uc)
{
	const char *what = "an address where nothing is";
	char buf[END_TEXT / 2];

	if (sig == SIGFPE)
		what = "a division by zero, or its result is too big";
	else if (sig == SIGILL)
		what = "an instruction that is none";
	else if (describe_pointer(info, uc, buf, sizeof(buf)))
		what = buf;
	else if (info->si_code == SI_KERNEL)
		what = "a pointer that is no address";
	else if ((unsigned long)info->si_addr < WORLD_PAGE_SIZE)
		what = "a NULL pointer";
	snprintf(guard.text, sizeof(guard.text), "SIG%s: %s", sigabbrev_np(sig), what);
}

static const void *fault_pc(const ucontext_t *uc)
{
#if defined(__x86_64__)
	return (void *)uc->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	return (void *)uc->uc_mcontext.pc;
#else
	return NULL;
#endif
}

/*
 * From the instruction on that faulted, without the handler and what called
 * that. It becomes an address to return to, as all the others are.
 */
static void keep_frames(const ucontext_t *uc)
{
	void *all[END_FRAMES + 4];
	int nr = backtrace(all, END_FRAMES + 4), first = 0;

	while (first < nr && all[first] != fault_pc(uc))
		first++;
	if (first < nr)
		all[first] = (char *)all[first] + 1;
	else
		first = 0;
	guard.nr_frames = nr - first < END_FRAMES ? nr - first : END_FRAMES;
	memcpy(guard.frames, all + first, guard.nr_frames * sizeof(*all));
}

static void on_fault(int sig, siginfo_t *info, void *ucontext)
{
	if (!in_call()) {
		/* The harness's own: it happens again, and then counts. */
		signal(sig, SIG_DFL);
		return;
	}
	if (!guard.ending) {
		guard.ending = true;
		snprintf(guard.text, sizeof(guard.text), "SIG%s", sigabbrev_np(sig));
		describe(sig, info, ucontext);
		keep_frames(ucontext);
	}
	guard.end = WORLD_SIGNAL;
	siglongjmp(guard.env, 1);
}

static void on_tick(int sig, siginfo_t *info, void *ucontext)
{
	if (!in_call() || guard.ending)
		return;
	if (guard.seen_nr != guard.nr || guard.seen_calls != shim_calls) {
		guard.seen_nr = guard.nr;
		guard.seen_calls = shim_calls;
		guard.ticks = 0;
		return;
	}
	if (++guard.ticks >= TICKS_MAX)
		world_end_now(WORLD_WATCHDOG, "no kernel call for 3 s of CPU time");
}

/*
 * SA_NODEFER, as the handlers are left by a jump that restores no signal
 * mask: saving the mask would cost each guarded call a system call.
 */
static void catch(int sig, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction sa = {
		.sa_sigaction = handler,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART,
	};

	sigaction(sig, &sa, NULL);
}

/* A child inherits the handlers, but not the timer. */
static void in_child(void)
{
	guard.ticking = false;
}

static void guard_init(void)
{
	stack_t stack = { .ss_size = ALTSTACK_SIZE };
	void *frame;

	/* The first backtrace() loads a library: not in a handler, please. */
	backtrace(&frame, 1);
	stack.ss_sp = mmap(NULL, ALTSTACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (SIGNALS_ARE_OURS && stack.ss_sp != MAP_FAILED) {
		sigaltstack(&stack, NULL);
		catch(SIGSEGV, on_fault);
		catch(SIGBUS, on_fault);
		catch(SIGFPE, on_fault);
		catch(SIGILL, on_fault);
	}
	catch(SIGVTALRM, on_tick);
	pthread_atfork(NULL, NULL, in_child);
	guard.ready = true;
}

static void guard_start(void)
{
	struct itimerval tick = {
		.it_interval = { .tv_usec = TICK_USEC },
		.it_value = { .tv_usec = TICK_USEC },
	};

	if (!guard.ready)
		guard_init();
	guard.thread = pthread_self();
	setitimer(ITIMER_VIRTUAL, &tick, NULL);
	guard.ticking = true;
}

enum world_end world_call(void (*fn)(void *arg), void *arg)
{
	if (guard.active) {
		fn(arg);
		return WORLD_RETURNED;
	}
	if (!guard.ticking)
		guard_start();
	guard.nr++;
	guard.end = WORLD_RETURNED;
	if (!sigsetjmp(guard.env, 0)) {
		guard.active = true;
		fn(arg);
	}
	guard.active = false;
	guard.ending = false;
	return guard.end;
}

const char *world_end_text(void)
{
	return guard.text;
}

int world_end_frames(void **frames, int max)
{
	int nr = guard.nr_frames < max ? guard.nr_frames : max;

	memcpy(frames, guard.frames, nr * sizeof(*frames));
	return nr;
}

void world_set_budget(unsigned long calls)
{
	shim_budget = calls;
}

unsigned long world_calls(void)
{
	return shim_calls;
}
