// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tasks and what they hold. One task runs at a time; another one runs by
 * being called (context_run()) while the first is suspended below it on the
 * same stack. So a task that is suspended goes on only when the one that
 * runs has finished, which is what the deadlocks of lock.c are about.
 */
#include <linux/preempt.h>
#include <linux/completion.h>
#include <linux/gfp.h>

#include "shim/shim.h"
#include "shim/boot.h"
#include "shim/context.h"
#include "shim/ledger.h"
#include "shim/world.h"

/*
 * Kept here and not on the stack: the ledger still reads the last context
 * after a case has been ended from deep inside a task.
 */
#define CONTEXT_TASKS	8
static struct context tasks[CONTEXT_TASKS] __world = { { .id = 1 } };
static unsigned int last_id __world = 1;
struct context *context_now __world = tasks;

bool context_can_sleep(void)
{
	const struct context *c = context_now;

	return !(c->spinlocks | c->rcu_depth | c->preempt | c->mappings | c->bh);
}

static const char *context_atomic_reason(void)
{
	const struct context *c = context_now;

	if (c->spinlocks)
		return "a spinlock held";
	if (c->rcu_depth)
		return "the RCU read lock held";
	if (c->mappings)
		return "an atomic mapping open";
	return "preemption disabled";
}

void context_might_sleep(const char *what)
{
	const struct context *c = context_now;

	if (__builtin_expect(context_can_sleep(), 1))
		return;
	complain('K', "sleep-in-atomic", "%s may sleep, called with %s (newest lock: %s)", what,
		 context_atomic_reason(),
		 c->nr_held ? lock_class_name(c->class[c->nr_held - 1]) : "none");
}

void context_might_alloc(unsigned int gfp, const char *what)
{
	if (gfpflags_allow_blocking(gfp))
		context_might_sleep(what);
}

void context_map_begin(void)
{
	context_now->mappings++;
}

void context_map_end(void)
{
	if (!context_now->mappings) {
		complain('K', "unmap-unbalanced", "an atomic mapping is closed, and none is open");
		return;
	}
	context_now->mappings--;
}

void context_read_begin(void)
{
	context_now->readers++;
}

void context_read_end(void)
{
	if (context_now->readers)
		context_now->readers--;
	else
		complain('K', "unmap-unbalanced", "a mapping is closed, and none is open");
}

bool context_is_other(void)
{
	return context_now != tasks;
}

bool context_holds(const void *lock)
{
	for (const struct context *c = tasks; c <= context_now; c++)
		for (unsigned int i = 0; i < c->nr_held; i++)
			if (c->held[i] == lock)
				return true;
	return false;
}

static void context_check_end(const char *what, unsigned int preempt)
{
	const struct context *c = context_now;

	if (!(c->spinlocks | c->mutexes | c->rcu_depth | c->mappings | c->readers | c->bh) &&
	    c->preempt == preempt)
		return;
	complain('K', "unbalanced-return",
		 "%s returned with %u spinlocks, %u mutexes, RCU depth %u, preempt count %u for %u, "
		 "%u mappings",
		 what, c->spinlocks, c->mutexes, c->rcu_depth, c->preempt + c->bh, preempt,
		 c->mappings + c->readers);
}

void context_run(const char *what, unsigned int preempt, void (*fn)(void *arg), void *arg)
{
	struct context *outer = context_now;
	int cpu = world_cpu();

	if (outer == &tasks[CONTEXT_TASKS - 1])
		world_end_now(WORLD_BUG, "more tasks are suspended than the shim can follow");
	context_now = outer + 1;
	*context_now = (struct context){ .id = ++last_id, .preempt = preempt, .softirq = preempt };
	fn(arg);
	context_check_end(what, preempt);
	context_now = outer;
	/*
	 * The other task may have moved. If it unplugged the suspended task's
	 * CPU, that one has been moved as well and there is no way back.
	 */
	if (world_cpu() != cpu)
		world_run_on(cpu);
}

bool world_other_task(void (*fn)(void *arg), void *arg)
{
	if (!context_can_sleep())
		return false;
	context_run("the other task", 0, fn, arg);
	return true;
}

void ledger_context(struct ledger_context *out)
{
	const struct context *c = context_now;

	*out = (struct ledger_context){
		.spinlocks = c->spinlocks,
		.mutexes = c->mutexes,
		.rcu_depth = c->rcu_depth,
		.preempt = c->preempt + c->bh,
		.mappings = c->mappings + c->readers,
	};
}

/* faithful */
void preempt_disable(void)
{
	shim_call();
	context_now->preempt++;
}

/* faithful */
void preempt_enable(void)
{
	shim_call();
	if (!context_now->preempt) {
		complain('K', "preempt-unbalanced", "preempt_enable() with preemption enabled");
		return;
	}
	context_now->preempt--;
}

/* narrowed: nobody ever waits, so nobody is woken */
void complete(struct completion *x)
{
	shim_call();
	x->done++;
}

/*
 * narrowed: whoever completes has done so before, as nobody else can run
 * while this task waits here
 */
void wait_for_completion(struct completion *x)
{
	shim_call();
	context_might_sleep("wait_for_completion");
	if (!x->done) {
		complain('H', "completion-lost",
			 "wait_for_completion() for something that nobody is going to complete");
		world_end_now(WORLD_BUG, "a task waits for a completion that never comes");
	}
	x->done--;
}
