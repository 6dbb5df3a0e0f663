// SPDX-License-Identifier: GPL-2.0-or-later
/* Compressors: asynchronous answers, failures, batches. */
#include <linux/page-flags.h>
#include <linux/preempt.h>

#include "shim/ledger.h"
#include "tests/comp_help.h"
#include "tests/complained.h"

static int heard[8], nr_heard;

static void hear(void *data, int err)
{
	heard[nr_heard++] = err;
	crypto_req_done(data, err);
}

START_TEST(synchronous_answers)
{
	struct scatterlist sg[2];

	nr_heard = 0;
	acomp_request_set_callback(c.req[0], CRYPTO_TFM_REQ_MAY_BACKLOG, hear, &c.wait);
	preempt_disable();
	ck_assert_int_eq(crypto_wait_req(start(0, sg), &c.wait), 0);
	preempt_enable();
	ck_assert_int_eq(nr_heard, 0);
	no_complaint();
}
END_TEST

START_TEST(asynchronous_answers)
{
	struct scatterlist sg[2];

	comp_init("deflate-iaa");
	for (int n = 0; n < 8; n++) {
		bool backlog = n < 4 && n % 2;

		nr_heard = 0;
		acomp_request_set_callback(c.req[0], n < 4 ? CRYPTO_TFM_REQ_MAY_BACKLOG : 0,
					   hear, &c.wait);
		c.dst[0][0] = 0x11;
		c.dst[0][1] = 0x11;
		ck_assert_int_eq(start(0, sg), backlog ? -EBUSY : -EINPROGRESS);
		ck_assert(c.dst[0][0] == 0x11 && c.dst[0][1] == 0x11 && !nr_heard);
		ck_assert_int_eq(crypto_wait_req(-EINPROGRESS, &c.wait), 0);
		ck_assert(c.dst[0][0] != 0x11 || c.dst[0][1] != 0x11);
		ck_assert_int_eq(nr_heard, backlog ? 2 : 1);
		ck_assert_int_eq(heard[0], backlog ? -EINPROGRESS : 0);
		ck_assert_int_eq(heard[nr_heard - 1], 0);
	}
	no_complaint();
}
END_TEST

START_TEST(asynchronous_compression_sleeps)
{
	struct scatterlist sg[2];

	comp_init("deflate-iaa");
	preempt_disable();
	ck_assert_int_eq(start(0, sg), -EINPROGRESS);
	ck_assert_uint_eq(complained('K', NULL), 1);
	ck_assert_int_eq(crypto_wait_req(-EINPROGRESS, &c.wait), 0);
	ck_assert_uint_eq(complained('K', NULL), 2);
	preempt_enable();
}
END_TEST

START_TEST(busy_requests)
{
	struct scatterlist sg[2];

	comp_init("deflate-iaa");
	ck_assert_int_eq(start(0, sg), -EINPROGRESS);
	ck_assert_int_eq(crypto_acomp_compress(c.req[0]), -EINVAL);
	one_complaint('U', "acomp-request-busy", "crypto_acomp_compress");
	ck_assert_int_eq(crypto_wait_req(-EINPROGRESS, &c.wait), 0);
	ck_assert_int_eq(start(0, sg), -EBUSY);
	acomp_request_free(c.req[0]);
	ck_assert_uint_eq(complained('U', "acomp-request-busy"), 2);
	ck_assert_int_eq(squeeze(1), 0);
	ck_assert_uint_eq(ledger_nr_requests(), BATCH - 1);
}
END_TEST

/* Leaving the backlog is no end, and a wait takes all ends there were. */
START_TEST(what_a_wait_waits_for)
{
	crypto_req_done(&c.wait, -EINPROGRESS);
	ck_assert_uint_eq(c.wait.completion.done, 0);
	crypto_req_done(&c.wait, -EINVAL);
	crypto_req_done(&c.wait, -ENOSPC);
	ck_assert_int_eq(crypto_wait_req(0, &c.wait), 0);
	ck_assert_int_eq(crypto_wait_req(-EIO, &c.wait), -EIO);
	ck_assert_uint_eq(c.wait.completion.done, 2);
	ck_assert_int_eq(crypto_wait_req(-EBUSY, &c.wait), -ENOSPC);
	ck_assert_uint_eq(c.wait.completion.done, 0);
	no_complaint();
}
END_TEST

static void wait_in_vain(void *arg)
{
	crypto_wait_req(-EINPROGRESS, arg);
}

START_TEST(waiting_for_nothing_ends_the_case)
{
	ck_assert_int_eq(world_call(wait_in_vain, &c.wait), WORLD_BUG);
	ck_assert_uint_eq(complained('H', NULL), 1);
}
END_TEST

/* ---- failures ----------------------------------------------------------- */

START_TEST(what_a_failure_leaves)
{
	for (int alg = 0; alg < 2; alg++) {
		unsigned int as_passed = 0, nonsense = 0;

		for (int n = 0; n < 4; n++) {
			if (!n)
				comp_init(algs[alg]);
			plan(FP_ACOMP_COMPRESS, n < 2 ? -EINVAL : -ENOSPC, 1);
			ck_assert_int_eq(squeeze(0), 0);
			memset(c.dst[1], 0x11, 2 * PAGE_SIZE);
			ck_assert_int_eq(squeeze(1), n < 2 ? -EINVAL : -ENOSPC);
			ck_assert_int_ne(c.dst[1][0], 0x11);
			ck_assert_int_ne(c.dst[1][2 * PAGE_SIZE - 1], 0x11);
			as_passed += c.dlen[1] == PAGE_SIZE;
			nonsense += c.dlen[1] > 2 * PAGE_SIZE;
			ck_assert_int_eq(squeeze(1), 0);
			ck_assert_uint_eq(fault_fired(), 1);
		}
		ck_assert_uint_eq(as_passed, 2);
		ck_assert_uint_eq(nonsense, 2);
	}
	no_complaint();
}
END_TEST

START_TEST(a_hit_knows_its_slot)
{
	static struct fault_hit hits[32];
	struct folio *f = (struct folio *)folio;

	for (int alg = 0; alg < 2; alg++) {
		comp_init(algs[alg]);
		fault_reset();
		fault_phase(PHASE_STORE);
		fault_record(hits, 32);
		for (int i = 0; i < BATCH; i++)
			squeeze(BATCH - 1 - i);
		if (alg)
			crypto_acomp_batch_compress(c.req, &c.wait, c.page, c.dst, c.dlen, c.error,
						    BATCH);
		folio_clear_swapcache(f);
		squeeze(0);
		ck_assert_uint_eq(fault_recorded(), BATCH * (1 + alg) + 1);
		for (int i = 0; i < BATCH; i++)
			ck_assert_uint_eq(hits[i].swp, 0x40 + BATCH - 1 - i);
		for (int i = 0; i < BATCH * alg; i++)
			ck_assert_uint_eq(hits[BATCH + i].swp, 0x40 + i);
		ck_assert_uint_eq(hits[BATCH * (1 + alg)].swp, FAULT_NO_SWP);
		fault_record(NULL, 0);
	}
}
END_TEST

/* ---- batches ------------------------------------------------------------ */

START_TEST(a_batch_equals_its_pages)
{
	static unsigned char single[BATCH][PAGE_SIZE], back[BATCH][PAGE_SIZE];
	unsigned int len[BATCH];
	u8 *src[BATCH];

	comp_init("deflate-iaa");
	for (int nr = 1; nr <= BATCH; nr++) {
		for (int i = 0; i < nr; i++) {
			ck_assert_int_eq(squeeze(i), 0);
			len[i] = c.dlen[i];
			memcpy(single[i], c.dst[i], len[i]);
			src[i] = single[i];
			c.dlen[i] = PAGE_SIZE;
			c.error[i] = 1;
			c.page[i]->virtual = bytes[i];
		}
		crypto_acomp_batch_compress(c.req, &c.wait, c.page, c.dst, c.dlen, c.error, nr);
		for (int i = 0; i < nr; i++) {
			ck_assert_int_eq(c.error[i], 0);
			ck_assert_uint_eq(c.dlen[i], len[i]);
			ck_assert_mem_eq(c.dst[i], single[i], len[i]);
			c.page[i]->virtual = back[i];
		}
		crypto_acomp_batch_decompress(c.req, &c.wait, src, c.page, len, c.error, nr);
		for (int i = 0; i < nr; i++) {
			ck_assert_int_eq(c.error[i], 0);
			ck_assert_mem_eq(back[i], bytes[i], PAGE_SIZE);
			c.page[i]->virtual = bytes[i];
		}
	}
	no_complaint();
}
END_TEST

/* One page fails, by a fault or because it does not compress; the others do not. */
START_TEST(a_failure_in_a_batch_is_one_page)
{
	static unsigned char noise[PAGE_SIZE], expected[PAGE_SIZE];
	static const int error[] = { -EINVAL, -ENOSPC, -ENOSPC };

	page_noise(noise, 2);
	for (int k = 0; k < 3 * BATCH; k++) {
		int at = k % BATCH, how = k / BATCH;

		comp_init("deflate-iaa");
		if (how == 2)
			c.page[at]->virtual = noise;
		else
			plan(FP_ACOMP_COMPRESS, error[how], at);
		crypto_acomp_batch_compress(c.req, &c.wait, c.page, c.dst, c.dlen, c.error, BATCH);
		for (int i = 0; i < BATCH; i++) {
			if (i == at) {
				ck_assert_int_eq(c.error[i], error[how]);
				continue;
			}
			ck_assert_int_eq(c.error[i], 0);
			ck_assert_uint_eq(c.dlen[i], bare(1, bytes[i], expected));
			ck_assert_mem_eq(c.dst[i], expected, c.dlen[i]);
		}
		no_complaint();
		fault_plan_set(NULL, 0);
	}
}
END_TEST

#define UNANSWERED	0x55

/* A batch with what zswap never passes, so that what is not written is seen. */
static void batch_that_stops(int at)
{
	world_set_batch_driver(BATCH_STOPS);
	plan(FP_ACOMP_COMPRESS, -EINVAL, at);
	for (int i = 0; i < BATCH; i++) {
		c.dlen[i] = PAGE_SIZE - i;
		c.error[i] = UNANSWERED;
		memset(c.dst[i], UNANSWERED, 2 * PAGE_SIZE);
	}
	crypto_acomp_batch_compress(c.req, &c.wait, c.page, c.dst, c.dlen, c.error, BATCH);
	ck_assert_uint_eq(fault_fired(), 1);
	ck_assert_int_eq(c.error[at], -EINVAL);
	no_complaint();
}

static void check_compressed(int i)
{
	static unsigned char expected[PAGE_SIZE];

	ck_assert_int_eq(c.error[i], 0);
	ck_assert_uint_eq(c.dlen[i], bare(1, bytes[i], expected));
	ck_assert_mem_eq(c.dst[i], expected, c.dlen[i]);
}

START_TEST(a_driver_that_stops)
{
	for (int at = 0; at < BATCH; at++) {
		comp_init("deflate-iaa");
		batch_that_stops(at);
		for (int i = 0; i < at; i++)
			check_compressed(i);
		for (int i = at + 1; i < BATCH; i++) {
			ck_assert_int_eq(c.error[i], UNANSWERED);
			ck_assert_uint_eq(c.dlen[i], PAGE_SIZE - i);
			ck_assert_uint_eq(c.dst[i][0], UNANSWERED);
			ck_assert_uint_eq(c.dst[i][2 * PAGE_SIZE - 1], UNANSWERED);
		}
		/* The requests are given back all the same. */
		fault_plan_set(NULL, 0);
		crypto_acomp_batch_compress(c.req, &c.wait, c.page, c.dst, c.dlen, c.error, BATCH);
		for (int i = 0; i < BATCH; i++)
			check_compressed(i);
		no_complaint();
	}
}
END_TEST

START_TEST(a_driver_is_of_its_world)
{
	comp_init("deflate-iaa");
	world_snapshot();
	world_set_batch_driver(BATCH_STOPS);
	world_restore();
	for (int again = 0; again < 2; again++) {
		plan(FP_ACOMP_COMPRESS, -EINVAL, 0);
		crypto_acomp_batch_compress(c.req, &c.wait, c.page, c.dst, c.dlen, c.error, BATCH);
		ck_assert_int_eq(c.error[0], -EINVAL);
		check_compressed(1);
		world_set_batch_driver(BATCH_STOPS);
		comp_init("deflate-iaa");
	}
}
END_TEST

START_TEST(batches_out_of_rule)
{
	struct crypto_acomp *sync;
	struct acomp_req *other;

	comp_init("deflate-iaa");
	sync = crypto_alloc_acomp_node("deflate", 0, 0, 0);
	other = acomp_request_alloc(crypto_alloc_acomp_node("deflate-iaa", 0, 0, 0));
	for (int how = 0; how < 4; how++) {
		static const char *const key[] = { "acomp-batch", "acomp-request-busy",
						   "acomp-request-freed", "acomp-batch" };
		struct acomp_req *req[BATCH];
		unsigned int before = complained('U', NULL);

		memcpy(req, c.req, sizeof(req));
		if (how == 0)
			req[5] = other;
		if (how == 1)
			req[5] = req[2];
		if (how == 2)
			req[5] = NULL;
		if (how == 3)
			for (int i = 0; i < BATCH; i++)
				req[i] = acomp_request_alloc(sync);
		memset(c.error, 0, sizeof(c.error));
		crypto_acomp_batch_compress(req, &c.wait, c.page, c.dst, c.dlen, c.error, BATCH);
		ck_assert_uint_eq(complained('U', NULL), before + 1);
		ck_assert_uint_ge(complained('U', key[how]), 1);
		for (int i = 0; i < BATCH; i++)
			ck_assert_int_eq(c.error[i], -EINVAL);
	}
	/* None of them is busy for that. */
	crypto_acomp_batch_compress(c.req, &c.wait, c.page, c.dst, c.dlen, c.error, BATCH);
	ck_assert_int_eq(c.error[7], 0);
	preempt_disable();
	crypto_acomp_batch_compress(c.req, &c.wait, c.page, c.dst, c.dlen, c.error, BATCH);
	preempt_enable();
	ck_assert_uint_ge(complained('K', NULL), 1);
}
END_TEST

Suite *suite_acomp_batch(void);

Suite *suite_acomp_batch(void)
{
	const TTest *const tests[] = {
		synchronous_answers, asynchronous_answers, asynchronous_compression_sleeps,
		busy_requests, what_a_wait_waits_for, waiting_for_nothing_ends_the_case, what_a_failure_leaves,
		a_hit_knows_its_slot, a_batch_equals_its_pages, a_failure_in_a_batch_is_one_page,
		a_driver_that_stops, a_driver_is_of_its_world,
		batches_out_of_rule,
	};
	Suite *s = suite_create("acomp_batch");
	TCase *tc = tcase_create("acomp_batch");

	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	return s;
}
