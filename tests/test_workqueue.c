// SPDX-License-Identifier: GPL-2.0-or-later
/* Work queues: deferred, in order, and not touched once they are gone. */
#include <check.h>

#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "shim/boot.h"
#include "shim/context.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/shim.h"
#include "shim/world.h"
#include "tests/complaints.h"

static int ran[16], nr_ran;
static struct workqueue_struct *wq;

static void setup(void)
{
	world_boot(NULL, NULL);
	nr_ran = 0;
	wq = alloc_workqueue("test%d", WQ_UNBOUND | WQ_MEM_RECLAIM, 1, 7);
}

struct job {
	struct work_struct work;
	int nr;
};

static void job_run(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	ck_assert(context_can_sleep());
	ck_assert(!work_pending(work));
	ran[nr_ran++] = job->nr;
}

static void job_init(struct job *job, int nr)
{
	INIT_WORK(&job->work, job_run);
	job->nr = nr;
}

START_TEST(work_is_deferred_and_in_order)
{
	struct job jobs[4];

	for (int i = 0; i < 4; i++) {
		job_init(&jobs[i], i);
		ck_assert(i & 1 ? queue_work(wq, &jobs[i].work) : schedule_work(&jobs[i].work));
		ck_assert(work_pending(&jobs[i].work));
	}
	ck_assert(!queue_work(wq, &jobs[2].work));
	ck_assert(!schedule_work(&jobs[1].work));
	ck_assert_uint_eq(ledger_pending_work(), 4);
	ck_assert_int_eq(nr_ran, 0);
	ck_assert_uint_eq(world_run_work(), 4);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(ran[i], i);
	ck_assert_uint_eq(ledger_pending_work(), 0);
	ck_assert_uint_eq(world_run_work(), 0);
	ck_assert(queue_work(wq, &jobs[0].work));
	no_complaint();
}
END_TEST

static void job_again(struct work_struct *work)
{
	if (nr_ran++ < 2)
		ck_assert(queue_work(wq, work));
}

static void job_free(struct work_struct *work)
{
	nr_ran++;
	kfree(container_of(work, struct job, work));
}

START_TEST(work_may_queue_or_free_itself)
{
	struct work_struct work;
	struct job *job = kmalloc(sizeof(*job), GFP_KERNEL);

	INIT_WORK(&work, job_again);
	queue_work(wq, &work);
	ck_assert_uint_eq(world_run_work(), 3);
	INIT_WORK(&job->work, job_free);
	queue_work(wq, &job->work);
	ck_assert_uint_eq(world_run_work(), 1);
	ck_assert_int_eq(nr_ran, 4);
	ck_assert_uint_eq(ledger_kmalloc_live(), 0);
	no_complaint();
}
END_TEST

static DECLARE_WORK(static_work, job_again);

START_TEST(work_of_static_storage)
{
	nr_ran = 10;
	ck_assert(schedule_work(&static_work));
	world_run_work();
	ck_assert_int_eq(nr_ran, 11);
	no_complaint();
}
END_TEST

START_TEST(no_worker_while_the_task_is_atomic)
{
	struct job job;

	job_init(&job, 1);
	schedule_work(&job.work);
	preempt_disable();
	ck_assert_uint_eq(world_run_work(), 0);
	preempt_enable();
	ck_assert_uint_eq(world_run_work(), 1);
	no_complaint();
}
END_TEST

static struct mutex mutex;

static void job_leaves_locked(struct work_struct *work)
{
	mutex_lock(&mutex);
}

START_TEST(work_must_end_clean)
{
	struct work_struct work;

	mutex_init(&mutex);
	INIT_WORK(&work, job_leaves_locked);
	queue_work(wq, &work);
	world_run_work();
	one_complaint('K', "unbalanced-return", "a work function of test7 returned with 0 spinlocks, 1 mutexes");
	setup();
	mutex_init(&mutex);
	INIT_WORK(&work, job_leaves_locked);
	schedule_work(&work);
	world_run_work();
	one_complaint('K', "unbalanced-return", "a work function of events returned");
}
END_TEST

START_TEST(flush_runs_that_work_alone)
{
	struct job a, b;

	job_init(&a, 1);
	job_init(&b, 2);
	queue_work(wq, &a.work);
	queue_work(wq, &b.work);
	ck_assert(flush_work(&b.work));
	ck_assert_int_eq(nr_ran, 1);
	ck_assert_int_eq(ran[0], 2);
	ck_assert(!flush_work(&b.work));
	ck_assert_uint_eq(ledger_pending_work(), 1);
	no_complaint();
	preempt_disable();
	flush_work(&a.work);
	one_complaint('K', "sleep-in-atomic", "flush_work may sleep");
	preempt_enable();
}
END_TEST

START_TEST(cancel_forgets)
{
	struct job a;

	job_init(&a, 1);
	queue_work(wq, &a.work);
	ck_assert(cancel_work_sync(&a.work));
	ck_assert(!cancel_work_sync(&a.work));
	ck_assert_uint_eq(world_run_work(), 0);
	ck_assert_int_eq(nr_ran, 0);
	ck_assert(queue_work(wq, &a.work));
	no_complaint();
}
END_TEST

static void job_flushes_itself(struct work_struct *work)
{
	flush_work(work);
}

static void job_cancels_itself(struct work_struct *work)
{
	cancel_work_sync(work);
}

static void job_destroys_its_queue(struct work_struct *work)
{
	destroy_workqueue(wq);
}

START_TEST(work_must_not_wait_for_itself)
{
	static const work_func_t waits[] = {
		job_flushes_itself, job_cancels_itself, job_destroys_its_queue,
	};
	struct work_struct work;

	INIT_WORK(&work, waits[_i]);
	queue_work(wq, &work);
	world_run_work();
	one_complaint('K', "work-self-flush", NULL);
}
END_TEST

static void run_all(void *arg)
{
	world_run_work();
}

static void job_runs_others(struct work_struct *work)
{
	if (nr_ran++)
		return;
	queue_work(wq, work);
	world_other_task(run_all, NULL);
	ck_assert_uint_eq(ledger_pending_work(), 1);
}

/* A work item never runs twice at a time. */
START_TEST(work_is_not_reentered)
{
	struct work_struct work;

	INIT_WORK(&work, job_runs_others);
	queue_work(wq, &work);
	ck_assert_uint_eq(world_run_work(), 2);
	no_complaint();
}
END_TEST

START_TEST(queues_come_and_go)
{
	struct workqueue_struct *other = alloc_workqueue("other", 0, 0);
	struct job a, b;

	ck_assert_uint_eq(ledger_nr_workqueues(), 2);
	job_init(&a, 1);
	job_init(&b, 2);
	queue_work(wq, &a.work);
	queue_work(other, &b.work);
	destroy_workqueue(other);
	/* Its own work was run, that of others was not. */
	ck_assert_int_eq(nr_ran, 1);
	ck_assert_int_eq(ran[0], 2);
	ck_assert_uint_eq(ledger_nr_workqueues(), 1);
	no_complaint();
	ck_assert(!queue_work(other, &b.work));
	one_complaint('U', "workqueue-destroyed", "queue_work()");
}
END_TEST

START_TEST(no_memory_for_a_queue)
{
	const struct fault fault = {
		.point = FP_ALLOC_WORKQUEUE, .phase = PHASE_SETUP, .nth = 0, .error = -ENOMEM,
	};

	fault_reset();
	fault_phase(PHASE_SETUP);
	ck_assert_int_eq(fault_plan_set(&fault, 1), 0);
	ck_assert_ptr_null(alloc_workqueue("other", 0, 0));
	ck_assert_uint_eq(fault_fired(), 1);
	fault_plan_set(NULL, 0);
	ck_assert_uint_eq(ledger_nr_workqueues(), 1);
	no_complaint();
}
END_TEST

START_TEST(work_that_is_none)
{
	struct work_struct work = { 0 };

	ck_assert(!queue_work(wq, &work));
	one_complaint('U', "work-uninitialised", "queue_work()");
	ck_assert_uint_eq(ledger_pending_work(), 0);
	setup();
	flush_work(&work);
	one_complaint('U', "work-uninitialised", "flush_work()");
}
END_TEST

START_TEST(initialised_while_pending)
{
	struct job job;

	job_init(&job, 1);
	job_init(&job, 1);
	queue_work(wq, &job.work);
	no_complaint();
	job_init(&job, 2);
	one_complaint('U', "work-init-pending", NULL);
	ck_assert(queue_work(wq, &job.work));
	ck_assert_uint_eq(world_run_work(), 1);
}
END_TEST

START_TEST(freed_while_pending)
{
	struct job *job = kmalloc(sizeof(*job), GFP_KERNEL);

	job_init(job, 1);
	queue_work(wq, &job->work);
	kfree(job);
	ck_assert_uint_eq(ledger_pending_work(), 1);
	world_run_work();
	one_complaint('U', "work-freed-pending", NULL);
	ck_assert_int_eq(nr_ran, 0);
	ck_assert_uint_eq(ledger_pending_work(), 0);
}
END_TEST

static void job_for_ever(struct work_struct *work)
{
	queue_work(wq, work);
}

START_TEST(a_budget_ends_work_that_never_ends)
{
	struct work_struct work;

	INIT_WORK(&work, job_for_ever);
	queue_work(wq, &work);
	world_set_budget(1000);
	ck_assert_int_eq(world_call(run_all, NULL), WORLD_OVERRUN);
	world_set_budget(0);
}
END_TEST

Suite *suite_workqueue(void)
{
	Suite *s = suite_create("workqueue");
	TCase *tc = tcase_create("workqueue");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, work_is_deferred_and_in_order);
	tcase_add_test(tc, work_may_queue_or_free_itself);
	tcase_add_test(tc, work_of_static_storage);
	tcase_add_test(tc, no_worker_while_the_task_is_atomic);
	tcase_add_test(tc, work_must_end_clean);
	tcase_add_test(tc, flush_runs_that_work_alone);
	tcase_add_test(tc, cancel_forgets);
	tcase_add_loop_test(tc, work_must_not_wait_for_itself, 0, 3);
	tcase_add_test(tc, work_is_not_reentered);
	tcase_add_test(tc, queues_come_and_go);
	tcase_add_test(tc, no_memory_for_a_queue);
	tcase_add_test(tc, work_that_is_none);
	tcase_add_test(tc, initialised_while_pending);
	tcase_add_test(tc, freed_while_pending);
	tcase_add_test(tc, a_budget_ends_work_that_never_ends);
	suite_add_tcase(s, tc);
	return s;
}
