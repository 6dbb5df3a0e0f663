// SPDX-License-Identifier: GPL-2.0-or-later
/* Compressors: results, scatterlists, transforms, requests. */
#include <crypto/scatterwalk.h>

#include "shim/ledger.h"
#include "tests/comp_help.h"
#include "tests/complained.h"

START_TEST(results_are_those_of_bare_zlib)
{
	static unsigned char page[PAGE_SIZE], expected[PAGE_SIZE], back[PAGE_SIZE];
	unsigned int len;

	for (int alg = 0; alg < 2; alg++) {
		comp_init(algs[alg]);
		/* The second round is remembered, the third is not. */
		for (int k = 0; k < 3 * PAGE_KINDS; k++) {
			world_memo(k < 2 * PAGE_KINDS);
			page_fill(page, k % PAGE_KINDS);
			c.page[0]->virtual = page;
			len = bare(alg, page, expected);
			ck_assert_uint_gt(len, 0);
			ck_assert_int_eq(squeeze(0), 0);
			ck_assert_uint_eq(c.dlen[0], len);
			ck_assert_mem_eq(c.dst[0], expected, len);
			ck_assert_uint_eq(ledger_compressed_len(algs[alg], page), len);
			memset(back, 0, PAGE_SIZE);
			ck_assert_int_eq(expand(1, expected, len, back), 0);
			ck_assert_uint_eq(c.req[1]->dlen, PAGE_SIZE);
			ck_assert_mem_eq(back, page, PAGE_SIZE);
		}
		no_complaint();
	}
	world_memo(true);
	ck_assert_uint_eq(ledger_compressed_len("lzo", page), 0);
}
END_TEST

/* Whoever forgets which compressor a page came from gets no page back. */
START_TEST(the_algorithms_differ)
{
	static unsigned char small[PAGE_SIZE], back[PAGE_SIZE];

	for (int alg = 0; alg < 2; alg++) {
		comp_init(algs[alg]);
		for (int k = 0; k < BATCH; k++) {
			ck_assert_int_eq(expand(0, small, bare(alg, bytes[k], small), back), 0);
			ck_assert_int_eq(expand(0, small, bare(!alg, bytes[k], small), back), -EINVAL);
		}
	}
}
END_TEST

START_TEST(incompressible_pages)
{
	static unsigned char noise[PAGE_SIZE];

	for (int alg = 0; alg < 2; alg++) {
		int written = alg ? 2 * PAGE_SIZE : PAGE_SIZE;

		for (int memo = 0; memo < 2; memo++) {
			comp_init(algs[alg]);
			world_memo(memo);
			page_noise(noise, 1);
			c.page[0]->virtual = noise;
			memset(c.dst[0], 0x11, 2 * PAGE_SIZE);
			ck_assert_uint_eq(bare(alg, noise, c.dst[1]), 0);
			ck_assert_int_eq(squeeze(0), alg ? -ENOSPC : -EINVAL);
			ck_assert_int_ne(c.dst[0][written - 1], 0x11);
			if (!alg)
				ck_assert_int_eq(c.dst[0][written], 0x11);
			ck_assert_uint_eq(ledger_compressed_len(algs[alg], noise), 0);
			/* No trace of it in what comes next. */
			c.page[0]->virtual = bytes[1];
			ck_assert_int_eq(squeeze(0), 0);
			no_complaint();
		}
	}
	world_memo(true);
}
END_TEST

START_TEST(corrupt_streams)
{
	static unsigned char back[PAGE_SIZE], small[PAGE_SIZE];
	unsigned int len;

	for (int alg = 0; alg < 2; alg++) {
		comp_init(algs[alg]);
		len = bare(alg, bytes[3], small);
		ck_assert_int_eq(expand(0, small, len, back), 0);
		ck_assert_int_eq(expand(0, small, len - 1, back), -EINVAL);
		small[0] ^= 6;
		ck_assert_int_eq(expand(0, small, len, back), -EINVAL);
		ck_assert_int_eq(expand(0, small, len, back), -EINVAL);
	}
	no_complaint();
}
END_TEST

START_TEST(expansion_can_fail)
{
	static unsigned char back[PAGE_SIZE], small[PAGE_SIZE];
	unsigned int len = bare(0, bytes[3], small);

	plan(FP_ACOMP_DECOMPRESS, -EINVAL, 1);
	ck_assert_int_eq(expand(0, small, len, back), 0);
	ck_assert_int_eq(expand(0, small, len, back), -EINVAL);
	ck_assert_mem_ne(back, bytes[3], PAGE_SIZE);
	ck_assert_int_eq(expand(0, small, len, back), 0);
	ck_assert_mem_eq(back, bytes[3], PAGE_SIZE);
	no_complaint();
}
END_TEST

/* A source and a destination in pieces, as zsmalloc's later read interface gives. */
START_TEST(pieces)
{
	static unsigned char back[2 * PAGE_SIZE], small[PAGE_SIZE];
	struct page page[2] = { { .virtual = back + PAGE_SIZE }, { .virtual = back } };
	struct scatterlist in[2], out[2];
	unsigned int len = bare(0, bytes[3], small);

	sg_init_table(in, 2);
	memcpy(c.dst[0] + 5, small, 100);
	memcpy(c.dst[1] + PAGE_SIZE - 1, small + 100, len - 100);
	sg_init_one(&in[0], c.dst[0] + 5, 100);
	in[0].page_link = 0;
	sg_init_one(&in[1], c.dst[1] + PAGE_SIZE - 1, len - 100);
	sg_init_table(out, 2);
	sg_set_page(&out[0], page, PAGE_SIZE, 300);
	sg_set_page(&out[1], &page[1], 100, 1000);
	acomp_request_set_params(c.req[0], in, out, len, PAGE_SIZE);
	ck_assert_int_eq(crypto_acomp_decompress(c.req[0]), 0);
	ck_assert_uint_eq(c.req[0]->dlen, PAGE_SIZE);
	ck_assert_mem_eq(back + PAGE_SIZE + 300, bytes[3], PAGE_SIZE - 300);
	ck_assert_mem_eq(back, bytes[3] + PAGE_SIZE - 300, 300);
	sg_init_table(out, 1);
	sg_set_page(out, &page[0], PAGE_SIZE, 100);	/* one entry over an edge */
	ck_assert_int_eq(crypto_acomp_decompress(c.req[0]), 0);
	ck_assert_mem_eq(back + PAGE_SIZE + 100, bytes[3], PAGE_SIZE - 100);
	ck_assert_mem_eq(back, bytes[3] + PAGE_SIZE - 100, 100);
	no_complaint();
	acomp_request_set_params(c.req[0], in, out, len + 1, PAGE_SIZE);
	ck_assert_int_eq(crypto_acomp_decompress(c.req[0]), -EINVAL);
	one_complaint('U', "acomp-sg-short", NULL);
}
END_TEST

START_TEST(scatterlists)
{
	static unsigned char out[64];
	struct scatterlist sg[3];

	folio[2].virtual = bytes[6];
	sg_init_table(sg, 3);
	sg_set_page(&sg[0], &folio[1], 10, PAGE_SIZE - 4);	/* runs into page 2 */
	sg_set_folio(&sg[1], (struct folio *)folio, 20, 3 * PAGE_SIZE + 7);
	sg_set_page(&sg[2], &folio[5], 5, 0);
	ck_assert_ptr_eq(sg_page(&sg[0]), &folio[1]);
	ck_assert_ptr_eq(sg_next(&sg[1]), &sg[2]);
	ck_assert_ptr_null(sg_next(&sg[2]));
	memcpy_from_sglist(out, sg, 2, 32);
	ck_assert_mem_eq(out, bytes[1] + PAGE_SIZE - 2, 2);
	ck_assert_mem_eq(out + 2, bytes[6], 6);
	ck_assert_mem_eq(out + 8, bytes[3] + 7, 20);
	ck_assert_mem_eq(out + 28, bytes[5], 4);
	memcpy_to_sglist(sg, 29, "abcd", 4);
	ck_assert_mem_eq(bytes[3] + 7 + 19, "a", 1);
	ck_assert_mem_eq(bytes[5], "bcd", 3);
	no_complaint();
	memcpy_from_sglist(out, sg, 10, 26);
	one_complaint('U', "sg-short", "1 bytes");
}
END_TEST

/* ---- transforms and requests -------------------------------------------- */

START_TEST(algorithms_by_name)
{
	unsigned long tfms = ledger_nr_tfms();

	ck_assert_int_eq(crypto_has_acomp("deflate", 0, 0), 1);
	ck_assert_int_eq(crypto_has_acomp("lzo", 0, 0), 0);
	ck_assert_int_eq(PTR_ERR(crypto_alloc_acomp_node("lzo", 0, 0, 0)), -ENOENT);
	for (int alg = 0; alg < 2; alg++) {
		struct crypto_acomp *tfm = crypto_alloc_acomp_node(algs[alg], 0, 0, 1);

		ck_assert_int_eq(acomp_is_async(tfm), alg);
		ck_assert_int_eq(acomp_has_async_batching(tfm), alg);
		ck_assert_uint_eq(crypto_acomp_batch_size(tfm), alg ? 8 : 1);
		ck_assert_uint_eq(ledger_nr_tfms(), tfms + 1);
		crypto_free_acomp(tfm);
	}
	crypto_free_acomp(NULL);
	crypto_free_acomp(ERR_PTR(-ENOMEM));
	ck_assert_uint_eq(ledger_nr_tfms(), tfms);
	no_complaint();
}
END_TEST

START_TEST(allocations_can_fail)
{
	unsigned long tfms = ledger_nr_tfms(), requests = ledger_nr_requests();

	plan(FP_CRYPTO_ALLOC_ACOMP_NODE, -ENOMEM, 0);
	ck_assert_int_eq(PTR_ERR(crypto_alloc_acomp_node("deflate", 0, 0, 0)), -ENOMEM);
	plan(FP_ACOMP_REQUEST_ALLOC, -ENOMEM, 0);
	ck_assert_ptr_null(acomp_request_alloc(c.tfm));
	ck_assert_uint_eq(ledger_nr_tfms(), tfms);
	ck_assert_uint_eq(ledger_nr_requests(), requests);
	acomp_request_free(acomp_request_alloc(c.tfm));
	ck_assert_uint_eq(ledger_nr_requests(), requests);
	no_complaint();
}
END_TEST

START_TEST(freed_requests)
{
	struct acomp_req *req = c.req[0];

	acomp_request_free(req);
	no_complaint();
	ck_assert_int_eq(crypto_acomp_compress(req), -EINVAL);
	ck_assert_int_eq(crypto_acomp_decompress(req), -EINVAL);
	acomp_request_free(req);
	acomp_request_free(NULL);
	ck_assert_uint_eq(complained('U', "acomp-request-freed"), 4);
	ck_assert_uint_eq(ledger_nr_requests(), BATCH - 1);
}
END_TEST

START_TEST(freed_transforms)
{
	crypto_free_acomp(c.tfm);
	one_complaint('U', "acomp-tfm-in-use", "8 live requests");
	ck_assert_int_eq(squeeze(0), -EINVAL);
	ck_assert_ptr_null(acomp_request_alloc(c.tfm));
	crypto_free_acomp(c.tfm);
	ck_assert_uint_eq(complained('U', "acomp-tfm-freed"), 3);
	ck_assert_uint_eq(ledger_nr_tfms(), 0);
}
END_TEST

START_TEST(impossible_requests)
{
	struct scatterlist sg[2];

	start(0, sg);
	acomp_request_set_params(c.req[0], &sg[0], NULL, PAGE_SIZE, PAGE_SIZE);
	ck_assert_int_eq(crypto_acomp_compress(c.req[0]), -EINVAL);
	acomp_request_set_params(c.req[0], &sg[0], &sg[1], 0, PAGE_SIZE);
	ck_assert_int_eq(crypto_acomp_compress(c.req[0]), -EINVAL);
	no_complaint();
	acomp_request_set_params(c.req[0], &sg[0], &sg[1], PAGE_SIZE, 2 * PAGE_SIZE + 1);
	ck_assert_int_eq(crypto_acomp_compress(c.req[0]), -EINVAL);
	one_complaint('U', "acomp-sg-short", NULL);
}
END_TEST

Suite *suite_acomp(void);

Suite *suite_acomp(void)
{
	const TTest *const tests[] = {
		results_are_those_of_bare_zlib, the_algorithms_differ, incompressible_pages,
		corrupt_streams, expansion_can_fail, pieces, scatterlists, algorithms_by_name,
		allocations_can_fail, freed_requests, freed_transforms, impossible_requests,
	};
	Suite *s = suite_create("acomp");
	TCase *tc = tcase_create("acomp");

	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	return s;
}
