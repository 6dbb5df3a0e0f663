// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * RCU. Tasks do not overlap but where one is suspended, and a reader may not
 * be suspended: so a grace period has passed as soon as somebody may wait
 * for one. Callbacks are kept until that happens, as late as a kernel could
 * run them.
 */
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "shim/shim.h"
#include "shim/context.h"
#include "shim/deferred.h"
#include "shim/ledger.h"
#include "shim/world.h"

/**
 * struct rcu_callback - a call_rcu() or kvfree_rcu() that is due
 * @func: NULL: @object is freed
 * @object: the rcu_head for @func, or the memory to free
 * @generation: of the memory that @object is in
 */
struct rcu_callback {
	struct rcu_callback *next;
	rcu_callback_t func;
	void *object;
	uint64_t generation;
};

static struct rcu_callback *first __world, *last __world;
static unsigned int nr_pending __world;

/* faithful */
void rcu_read_lock(void)
{
	shim_call();
	context_now->rcu_depth++;
}

/* faithful */
void rcu_read_unlock(void)
{
	shim_call();
	if (!context_now->rcu_depth) {
		complain('K', "rcu-unbalanced", "rcu_read_unlock() outside a read-side section");
		return;
	}
	context_now->rcu_depth--;
}

/* faithful */
int rcu_read_lock_held(void)
{
	shim_call();
	return context_now->rcu_depth != 0;
}

/* faithful: where preemption is off no grace period ends, as under a spinlock */
int rcu_read_lock_any_held(void)
{
	shim_call();
	return context_now->rcu_depth || context_now->preempt || context_now->spinlocks;
}

void shim_rcu_suspicious(const char *what)
{
	complain('K', "rcu-suspicious", "%s without the protection it asks for", what);
}

static void rcu_queue(rcu_callback_t func, void *object)
{
	struct rcu_callback *cb = arena_alloc(sizeof(*cb));

	/*
	 * No kernel allocates here, so there is no failure to tell. What is
	 * not called leaks, and the oracle names it.
	 */
	if (!cb)
		return;
	*cb = (struct rcu_callback){
		.func = func,
		.object = object,
		.generation = deferred_generation(object),
	};
	if (last)
		last->next = cb;
	else
		first = cb;
	last = cb;
	nr_pending++;
}

/* narrowed: a head that is queued twice is called twice */
void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	shim_call();
	head->func = func;
	rcu_queue(func, head);
}

/* faithful: also for memory of the kmalloc family without an rcu_head */
void kvfree_call_rcu(struct rcu_head *head, void *ptr)
{
	shim_call();
	if (!head)
		context_might_sleep("kvfree_rcu_mightsleep");
	if (ptr)
		rcu_queue(NULL, ptr);
}

static void rcu_invoke(void *arg)
{
	struct rcu_callback *cb = arg;

	if (cb->func)
		cb->func(cb->object);
	else
		kvfree(cb->object);
}

/* Callbacks run in a softirq: they must not sleep. */
static void rcu_run_first(void)
{
	struct rcu_callback *cb = first;

	shim_call();
	first = cb->next;
	if (!first)
		last = NULL;
	nr_pending--;
	if (deferred_generation(cb->object) == cb->generation)
		context_run("an RCU callback", 1, rcu_invoke, cb);
	else
		complain('U', "rcu-freed-pending",
			 "memory was freed while an RCU callback for it was pending");
	arena_free(cb, sizeof(*cb));
}

/*
 * narrowed: waits for no other task, and callbacks that were queued before
 * have always run when it returns
 */
void synchronize_rcu(void)
{
	unsigned int nr = nr_pending;

	shim_call();
	if (context_now->rcu_depth) {
		complain('K', "rcu-self-deadlock",
			 "synchronize_rcu() inside a read-side section waits for itself");
		return;
	}
	context_might_sleep("synchronize_rcu");
	while (nr-- && first)
		rcu_run_first();
}

void world_rcu_barrier(void)
{
	while (first && context_can_sleep())
		rcu_run_first();
}

unsigned int ledger_rcu_pending(void)
{
	return nr_pending;
}
