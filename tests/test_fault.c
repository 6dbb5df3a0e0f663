// SPDX-License-Identifier: GPL-2.0-or-later
/* Fault points: the table, the plan, watching. */
#include <errno.h>
#include <setjmp.h>
#include <string.h>

#include <check.h>

#include <linux/preempt.h>

#include "shim/fault.h"
#include "shim/shim.h"
#include "tests/fault_help.h"

/* ---- the table --------------------------------------------------------- */

START_TEST(table_is_sound)
{
	for (int i = 0; i < FP_NR; i++) {
		const struct fault_point_info *p = &fault_points[i];
		int nr = 0;

		ck_assert_ptr_nonnull(strchr(p->name, '/'));
		ck_assert_int_gt(strlen(p->role), 0);
		ck_assert_int_eq(fault_point_by_name(p->name), i);
		for (const int *e = p->errors; *e; e++, nr++)
			ck_assert_msg(*e < 0 && *e > -4096, "%s: error %d", p->name, *e);
		ck_assert_msg(nr >= 1 && nr <= FAULT_MAX_ERRORS, "%s: %d errors", p->name, nr);
		for (int c = nr; c < FAULT_MAX_ERRORS; c++)
			ck_assert_msg(!p->counters[c], "%s: more counters than errors", p->name);
	}
}
END_TEST

START_TEST(table_holds_what_the_rows_say)
{
	const struct fault_point_info *p = &fault_points[FP_ZPOOL_MALLOC];

	ck_assert_str_eq(p->name, "zpool/zpool_malloc");
	ck_assert_str_eq(p->role, "object");
	ck_assert(!p->benign && p->within);
	ck_assert_int_eq(p->errors[0], -ENOMEM);
	ck_assert_int_eq(p->errors[1], -ENOSPC);
	ck_assert_int_eq(p->errors[2], 0);
	ck_assert_str_eq(p->counters[0], "reject_alloc_fail");
	ck_assert_str_eq(p->counters[1], "reject_compress_poor");
	ck_assert(fault_points[FP_XA_NODE_ATOMIC].benign);
	ck_assert(!fault_points[FP_XA_STORE].within);
	ck_assert_ptr_null(fault_points[FP_ACOMP_DECOMPRESS].counters[0]);
}
END_TEST

START_TEST(unknown_names_are_not_found)
{
	ck_assert_int_eq(fault_point_by_name("zpool/zpool_mallo"), -1);
	ck_assert_int_eq(fault_point_by_name("zpool/*"), -1);
	ck_assert_int_eq(fault_point_by_name(""), -1);
}
END_TEST

/* ---- the plan ---------------------------------------------------------- */

START_TEST(once_at_the_nth_hit)
{
	fresh();
	for (unsigned int nth = 0; nth < 6; nth++) {
		plan_one((struct fault){ .point = FP_ZPOOL_MALLOC, .phase = PHASE_STORE,
					 .nth = nth, .error = -ENOSPC });
		fault_reset();
		ck_assert_uint_eq(failing_hits(FP_ZPOOL_MALLOC, 9, 0), 0);
		fault_phase(PHASE_STORE);
		ck_assert_uint_eq(failing_hits(FP_KMALLOC, 9, 0), 0);
		ck_assert_uint_eq(failing_hits(FP_ZPOOL_MALLOC, 9, -ENOSPC), 1u << nth);
		ck_assert_uint_eq(fault_fired(), 1);
		ck_assert_uint_eq(fault_injected(), 1);
		fault_phase(PHASE_RESTORE);
		ck_assert_uint_eq(failing_hits(FP_ZPOOL_MALLOC, 9, 0), 0);
	}
}
END_TEST

START_TEST(fires_again_after_reset)
{
	fresh();
	plan_one((struct fault){ .point = FP_KMALLOC, .phase = PHASE_STORE, .nth = 1, .error = -ENOMEM });
	for (int round = 0; round < 3; round++) {
		fault_reset();
		ck_assert_int_eq(fault_phase_now(), PHASE_SETUP);
		ck_assert_uint_eq(fault_fired(), 0);
		fault_phase(PHASE_STORE);
		ck_assert_uint_eq(failing_hits(FP_KMALLOC, 3, -ENOMEM), 1 << 1);
	}
}
END_TEST

START_TEST(persistent_until_the_second_store)
{
	static const enum phase order[] = { PHASE_WRITEBACK, PHASE_LOAD, PHASE_STORE, PHASE_INVALIDATE };

	fresh();
	plan_one((struct fault){ .point = FP_ACOMP_COMPRESS, .phase = PHASE_WRITEBACK, .nth = 2,
				 .persistent = true, .error = -EINVAL });
	fault_phase(PHASE_STORE);
	ck_assert_uint_eq(failing_hits(FP_ACOMP_COMPRESS, 5, 0), 0);
	for (int i = 0; i < 4; i++) {
		fault_phase(order[i]);
		ck_assert_uint_eq(failing_hits(FP_ACOMP_COMPRESS, 5, -EINVAL), i ? 0x1f : 0x1c);
	}
	ck_assert_uint_eq(fault_fired(), 1);
	ck_assert_uint_eq(fault_injected(), 3 + 3 * 5);
	fault_phase(PHASE_RESTORE);
	ck_assert_uint_eq(failing_hits(FP_ACOMP_COMPRESS, 5, 0), 0);
	fault_phase(PHASE_TEARDOWN);
	ck_assert_uint_eq(failing_hits(FP_ACOMP_COMPRESS, 5, 0), 0);
	ck_assert_uint_eq(fault_fired(), 1);
}
END_TEST

START_TEST(a_fault_of_the_boot_ends_with_it)
{
	fresh();
	plan_one((struct fault){ .point = FP_KVCALLOC, .phase = PHASE_BOOT, .nth = 1,
				 .persistent = true, .error = -ENOMEM });
	fault_phase(PHASE_BOOT);
	ck_assert_uint_eq(failing_hits(FP_KVCALLOC, 4, -ENOMEM), 0xe);
	for (int p = PHASE_SETUP; p < PHASE_NR; p++) {
		fault_phase(p);
		ck_assert_uint_eq(failing_hits(FP_KVCALLOC, 4, 0), 0);
	}
	ck_assert_uint_eq(fault_fired(), 1);
}
END_TEST

START_TEST(faults_of_the_second_store_and_the_teardown)
{
	struct fault f[] = {
		{ .point = FP_KMALLOC, .phase = PHASE_RESTORE, .nth = 1, .persistent = true, .error = -ENOMEM },
		{ .point = FP_KVCALLOC, .phase = PHASE_TEARDOWN, .nth = 2, .error = -ENOMEM },
	};

	fresh();
	ck_assert_int_eq(fault_plan_set(f, 2), 0);
	for (int p = PHASE_SETUP; p < PHASE_RESTORE; p++) {
		fault_phase(p);
		ck_assert_uint_eq(failing_hits(FP_KMALLOC, 4, 0), 0);
	}
	fault_phase(PHASE_RESTORE);
	ck_assert_uint_eq(failing_hits(FP_KMALLOC, 4, -ENOMEM), 0xe);
	for (int p = PHASE_RECOVER; p <= PHASE_TEARDOWN; p++) {
		fault_phase(p);
		ck_assert_uint_eq(failing_hits(FP_KMALLOC, 4, 0), 0);
	}
	ck_assert_uint_eq(failing_hits(FP_KVCALLOC, 4, -ENOMEM), 1 << 2);
	ck_assert_uint_eq(fault_fired(), 2);
}
END_TEST

START_TEST(two_faults)
{
	struct fault f[] = {
		{ .point = FP_ZPOOL_MALLOC, .phase = PHASE_STORE, .nth = 3, .error = -ENOSPC },
		{ .point = FP_XA_STORE, .phase = PHASE_LOAD, .nth = 0, .error = -ENOMEM },
		{ .point = FP_ZPOOL_MALLOC, .phase = PHASE_LOAD, .nth = 1, .error = -ENOMEM },
	};

	fresh();
	ck_assert_int_eq(fault_plan_set(f, 3), 0);
	fault_phase(PHASE_STORE);
	ck_assert_uint_eq(failing_hits(FP_XA_STORE, 4, 0), 0);
	ck_assert_uint_eq(failing_hits(FP_ZPOOL_MALLOC, 5, -ENOSPC), 1 << 3);
	ck_assert(fault_fired_n(0) && !fault_fired_n(1) && !fault_fired_n(2) && !fault_fired_n(3));
	fault_phase(PHASE_LOAD);
	ck_assert_uint_eq(failing_hits(FP_XA_STORE, 4, -ENOMEM), 1);
	ck_assert_uint_eq(failing_hits(FP_ZPOOL_MALLOC, 5, -ENOMEM), 1 << 1);
	ck_assert_uint_eq(fault_fired(), 3);
}
END_TEST

START_TEST(a_phase_goes_on_counting)
{
	fresh();
	plan_one((struct fault){ .point = FP_KMALLOC, .phase = PHASE_LOAD, .nth = 4, .error = -ENOMEM });
	fault_phase(PHASE_LOAD);
	ck_assert_uint_eq(failing_hits(FP_KMALLOC, 3, 0), 0);
	fault_phase(PHASE_INVALIDATE);
	ck_assert_uint_eq(failing_hits(FP_KMALLOC, 7, 0), 0);
	fault_phase(PHASE_LOAD);
	ck_assert_uint_eq(failing_hits(FP_KMALLOC, 3, -ENOMEM), 1 << 1);
	ck_assert_uint_eq(fault_hits(FP_KMALLOC, PHASE_LOAD), 6);
	ck_assert_uint_eq(fault_hits(FP_KMALLOC, PHASE_INVALIDATE), 7);
	ck_assert_uint_eq(fault_hits(FP_KMALLOC, PHASE_NR), 13);
	ck_assert_uint_eq(fault_hits(FP_KVCALLOC, PHASE_NR), 0);
	fault_reset();
	ck_assert_uint_eq(fault_hits(FP_KMALLOC, PHASE_NR), 0);
}
END_TEST

START_TEST(only_legal_faults)
{
	static const int errors[] = {
		-EPERM, -EIO, -ENOMEM, -EINVAL, -ENOSPC, -EBUSY, 0, ENOMEM, ENOSPC, EINVAL, -4096,
	};
	struct fault good = { .point = FP_KMALLOC, .phase = PHASE_STORE, .error = -ENOMEM };
	struct fault f[FAULT_MAX_PLAN + 1];

	fresh();
	for (int p = 0; p < FP_NR; p++) {
		for (unsigned int i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
			bool legal = false;

			for (const int *e = fault_points[p].errors; *e; e++)
				legal |= *e == errors[i];
			f[0] = (struct fault){ .point = p, .error = errors[i] };
			ck_assert_int_eq(fault_plan_set(f, 1), legal ? 0 : -1);
		}
	}
	for (int i = 0; i <= FAULT_MAX_PLAN; i++)
		f[i] = good;
	ck_assert_int_eq(fault_plan_set(f, FAULT_MAX_PLAN), 0);
	ck_assert_int_eq(fault_plan_set(f, FAULT_MAX_PLAN + 1), -1);
	f[1].point = FP_NR;
	ck_assert_int_eq(fault_plan_set(f, 2), -1);
	f[1] = good;
	f[1].phase = PHASE_NR;
	ck_assert_int_eq(fault_plan_set(f, 2), -1);
	/* A plan that was refused leaves nothing of itself. */
	fault_phase(PHASE_STORE);
	ck_assert_uint_eq(failing_hits(FP_KMALLOC, 4, 0), 0);
}
END_TEST

/* ---- watching ---------------------------------------------------------- */

START_TEST(records_hits)
{
	struct fault_hit h[3];

	fresh();
	fault_hit(FP_KMALLOC);
	fault_record(h, 3);
	fault_phase(PHASE_STORE);
	shim_calls = 1000;
	fault_hit_at(FP_XA_STORE, 77, true);
	shim_calls = 1001;
	preempt_disable();
	fault_hit(FP_ZPOOL_MALLOC);
	preempt_enable();
	fault_phase(PHASE_LOAD);
	fault_phase(PHASE_STORE);
	fault_hit_at(FP_XA_STORE, 78, false);
	fault_hit(FP_KMALLOC);
	ck_assert_uint_eq(fault_recorded(), 4);
	ck_assert(h[0].point == FP_XA_STORE && h[0].phase == PHASE_STORE && h[0].nth == 0);
	ck_assert(h[0].swp == 77 && h[0].beyond && !h[0].atomic && h[0].calls == 1000);
	ck_assert(h[1].point == FP_ZPOOL_MALLOC && h[1].swp == FAULT_NO_SWP && !h[1].beyond);
	ck_assert(h[1].atomic && h[1].calls >= 1001);
	ck_assert(h[2].point == FP_XA_STORE && h[2].swp == 78 && h[2].nth == 1 && !h[2].beyond);
	fault_record(NULL, 0);
	fault_hit(FP_KMALLOC);
	ck_assert_uint_eq(fault_recorded(), 4);
	fault_record(h, 3);
	ck_assert_uint_eq(fault_recorded(), 0);
	fault_record(NULL, 0);
}
END_TEST

static unsigned int observed, fired_before;

static void observe(const struct fault_hit *hit, void *arg)
{
	observed++;
	ck_assert_ptr_eq(arg, &observed);
	if (hit->point != FP_KMALLOC)
		return;
	fired_before += fault_fired();
	fault_hit(FP_KVCALLOC);
}

START_TEST(observes_before_deciding)
{
	fresh();
	observed = fired_before = 0;
	fault_observe(observe, &observed);
	plan_one((struct fault){ .point = FP_KMALLOC, .phase = PHASE_SETUP, .error = -ENOMEM });
	ck_assert_int_eq(fault_hit(FP_KMALLOC), -ENOMEM);
	ck_assert_uint_eq(fired_before, 0);
	ck_assert_uint_eq(observed, 1);
	ck_assert_uint_eq(fault_hits(FP_KVCALLOC, PHASE_SETUP), 1);
	fault_hit(FP_XA_STORE);
	ck_assert_uint_eq(observed, 2);
	fault_observe(NULL, NULL);
	fault_hit(FP_XA_STORE);
	ck_assert_uint_eq(observed, 2);
}
END_TEST

static jmp_buf out;

static void leave(const struct fault_hit *hit, void *arg)
{
	++*(unsigned int *)arg;
	longjmp(out, 1);
}

START_TEST(a_case_may_end_in_the_observer)
{
	unsigned int left = 0;

	fresh();
	fault_observe(leave, &left);
	if (!setjmp(out))
		fault_hit(FP_KMALLOC);
	fault_reset();
	if (!setjmp(out))
		fault_hit(FP_KMALLOC);
	ck_assert_uint_eq(left, 2);
	fault_observe(NULL, NULL);
}
END_TEST

static __attribute__((noinline)) int fails_here(void)
{
	int error = fault_hit(FP_KMALLOC);

	__asm__ __volatile__("" : : : "memory");
	return error;
}

static bool in_fails_here(void *frame)
{
	unsigned long at = (unsigned long)frame - (unsigned long)fails_here;

	return at < 4096;
}

START_TEST(traces_the_first_fault)
{
	void *frames[FAULT_FRAMES], *second[FAULT_FRAMES];
	int nr;

	fresh();
	plan_one((struct fault){ .point = FP_KMALLOC, .phase = PHASE_SETUP, .persistent = true,
				 .error = -ENOMEM });
	ck_assert_int_eq(fails_here(), -ENOMEM);
	ck_assert_int_eq(fault_frames(frames, FAULT_FRAMES), 0);
	fault_trace(true);
	ck_assert_int_eq(fails_here(), -ENOMEM);
	nr = fault_frames(frames, FAULT_FRAMES);
	ck_assert_int_gt(nr, 1);
	ck_assert(in_fails_here(frames[0]));
	ck_assert_int_eq(fault_hit(FP_KMALLOC), -ENOMEM);
	ck_assert_int_eq(fault_frames(second, 1), 1);
	ck_assert_ptr_eq(second[0], frames[0]);
	fault_reset();
	ck_assert_int_eq(fault_frames(second, 1), 0);
	fault_trace(false);
}
END_TEST

Suite *suite_fault(void)
{
	Suite *s = suite_create("fault");
	TCase *t = tcase_create("points");

	tcase_add_test(t, table_is_sound);
	tcase_add_test(t, table_holds_what_the_rows_say);
	tcase_add_test(t, unknown_names_are_not_found);
	suite_add_tcase(s, t);
	t = tcase_create("plan");
	tcase_add_test(t, once_at_the_nth_hit);
	tcase_add_test(t, fires_again_after_reset);
	tcase_add_test(t, persistent_until_the_second_store);
	tcase_add_test(t, a_fault_of_the_boot_ends_with_it);
	tcase_add_test(t, faults_of_the_second_store_and_the_teardown);
	tcase_add_test(t, two_faults);
	tcase_add_test(t, a_phase_goes_on_counting);
	tcase_add_test(t, only_legal_faults);
	suite_add_tcase(s, t);
	t = tcase_create("watching");
	tcase_add_test(t, records_hits);
	tcase_add_test(t, observes_before_deciding);
	tcase_add_test(t, a_case_may_end_in_the_observer);
	tcase_add_test(t, traces_the_first_fault);
	suite_add_tcase(s, t);
	return s;
}
