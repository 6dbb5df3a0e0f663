// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Work queues. Work is deferred until the scenario lets it run, or somebody
 * waits for it; one queue for all of them, first come, first served.
 *
 * What is pending is linked here and not through the work_struct: that may
 * be freed, or initialised again, while the kernel's queue points into it.
 */
#include <stdarg.h>
#include <stdio.h>

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/workqueue.h>

#include "shim/shim.h"
#include "shim/context.h"
#include "shim/deferred.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/world.h"

/**
 * struct workqueue_struct - a work queue
 * @node: in the list of those allocated
 * @what: its functions in a complaint
 */
struct workqueue_struct {
	struct list_head node;
	char what[64];
};

/**
 * struct work_item - work that is pending, or running
 * @node: among the pending
 * @outer: while it runs: what runs suspended below it
 * @generation: of the memory that @work is in
 */
struct work_item {
	struct list_head node;
	struct work_item *outer;
	struct work_struct *work;
	struct workqueue_struct *wq;
	uint64_t generation;
};

static struct list_head workqueues __world = LIST_HEAD_INIT(workqueues);
static struct list_head pending __world = LIST_HEAD_INIT(pending);
static struct work_item *running __world;

static struct workqueue_struct system_workqueue __world = { .what = "a work function of events" };
struct workqueue_struct *system_wq __world = &system_workqueue;

static bool work_matches(const struct work_item *item, const struct workqueue_struct *wq,
			 const struct work_struct *work)
{
	return (!wq || item->wq == wq) && (!work || item->work == work);
}

/* NULL: any queue, any work. */
static bool work_runs(const struct workqueue_struct *wq, const struct work_struct *work)
{
	for (const struct work_item *item = running; item; item = item->outer)
		if (work_matches(item, wq, work))
			return true;
	return false;
}

static struct work_item *work_find(const struct workqueue_struct *wq,
				   const struct work_struct *work)
{
	struct work_item *item;

	list_for_each_entry(item, &pending, node)
		if (work_matches(item, wq, work))
			return item;
	return NULL;
}

/* A work item runs once at a time: what is suspended in it has to wait. */
static struct work_item *work_find_ready(const struct workqueue_struct *wq)
{
	struct work_item *item;

	list_for_each_entry(item, &pending, node)
		if (work_matches(item, wq, NULL) && !work_runs(NULL, item->work))
			return item;
	return NULL;
}

static bool work_initialised(const struct work_struct *work, const char *what)
{
	unsigned long data = atomic_long_read(&work->data);

	if (data == SHIM_WORK_IDLE || data == SHIM_WORK_PENDING)
		return true;
	complain('U', "work-uninitialised", "%s() of memory that is no work item", what);
	return false;
}

static void work_drop(struct work_item *item)
{
	list_del(&item->node);
	arena_free(item, sizeof(*item));
}

static void work_call(void *arg)
{
	struct work_struct *work = arg;

	work->func(work);
}

/*
 * Pending ends before the function runs: it may queue its work again, and
 * it may free it.
 */
static void work_run(struct work_item *item)
{
	shim_call();
	if (deferred_generation(item->work) != item->generation) {
		complain('U', "work-freed-pending", "memory was freed with work pending in it");
		work_drop(item);
		return;
	}
	list_del(&item->node);
	item->outer = running;
	running = item;
	atomic_long_set(&item->work->data, SHIM_WORK_IDLE);
	context_run(item->wq->what, 0, work_call, item->work);
	running = item->outer;
	arena_free(item, sizeof(*item));
}

/* faithful */
void shim_init_work(struct work_struct *work, work_func_t func)
{
	struct work_item *item = work_find(NULL, work);

	shim_call();
	if (item) {
		complain('U', "work-init-pending", "INIT_WORK() of work that is pending");
		work_drop(item);
	}
	*work = (struct work_struct)__WORK_INITIALIZER(*work, func);
}

static bool workqueue_alive(const struct workqueue_struct *wq, const char *what)
{
	const struct workqueue_struct *known;

	if (wq == &system_workqueue)
		return true;
	list_for_each_entry(known, &workqueues, node)
		if (known == wq)
			return true;
	complain('U', "workqueue-destroyed", "%s() on a work queue that is not there", what);
	return false;
}

/* narrowed: no limit of what runs in parallel, as nothing does */
struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active, ...)
{
	struct workqueue_struct *wq;
	char name[24];
	va_list args;

	shim_call();
	context_might_sleep("alloc_workqueue");
	if (fault_hit(FP_ALLOC_WORKQUEUE))
		return NULL;
	wq = arena_alloc(sizeof(*wq));
	if (!wq)
		return NULL;
	va_start(args, max_active);
	vsnprintf(name, sizeof(name), fmt, args);
	va_end(args);
	snprintf(wq->what, sizeof(wq->what), "a work function of %s", name);
	list_add_tail(&wq->node, &workqueues);
	return wq;
}

/* faithful */
void destroy_workqueue(struct workqueue_struct *wq)
{
	struct work_item *item;

	shim_call();
	context_might_sleep("destroy_workqueue");
	if (!workqueue_alive(wq, "destroy_workqueue"))
		return;
	while ((item = work_find_ready(wq)))
		work_run(item);
	if (work_runs(wq, NULL)) {
		complain('K', "work-self-flush", "destroy_workqueue() waits for the work that calls it");
		return;
	}
	list_del(&wq->node);
	arena_free(wq, sizeof(*wq));
}

/* faithful */
bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	struct work_item *item;

	shim_call();
	if (!workqueue_alive(wq, "queue_work") || !work_initialised(work, "queue_work") ||
	    work_pending(work))
		return false;
	item = arena_alloc(sizeof(*item));
	if (!item)
		return false;
	item->work = work;
	item->wq = wq;
	item->generation = deferred_generation(work);
	atomic_long_set(&work->data, SHIM_WORK_PENDING);
	list_add_tail(&item->node, &pending);
	return true;
}

/* Waiting for work from inside that work would never end. */
static bool work_can_wait(const struct work_struct *work, const char *what)
{
	shim_call();
	context_might_sleep(what);
	if (!work_initialised(work, what))
		return false;
	if (!work_runs(NULL, work))
		return true;
	complain('K', "work-self-flush", "%s() waits for the work that calls it", what);
	return false;
}

/* faithful */
bool flush_work(struct work_struct *work)
{
	struct work_item *item;

	if (!work_can_wait(work, "flush_work"))
		return false;
	item = work_find(NULL, work);
	if (item)
		work_run(item);
	return item;
}

/* faithful */
bool cancel_work_sync(struct work_struct *work)
{
	struct work_item *item;

	if (!work_can_wait(work, "cancel_work_sync"))
		return false;
	item = work_find(NULL, work);
	if (!item)
		return false;
	atomic_long_set(&work->data, SHIM_WORK_IDLE);
	work_drop(item);
	return true;
}

unsigned int world_run_work(void)
{
	struct work_item *item;
	unsigned int nr = 0;

	while (context_can_sleep() && (item = work_find_ready(NULL))) {
		work_run(item);
		nr++;
	}
	return nr;
}

static unsigned int list_length(const struct list_head *list)
{
	const struct list_head *pos;
	unsigned int nr = 0;

	list_for_each(pos, list)
		nr++;
	return nr;
}

unsigned int ledger_pending_work(void)
{
	return list_length(&pending);
}

unsigned int ledger_nr_workqueues(void)
{
	return list_length(&workqueues);
}
