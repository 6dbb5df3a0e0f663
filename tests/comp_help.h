/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A compressor as zswap has it on a CPU, for tests. */
#ifndef TESTS_COMP_HELP_H
#define TESTS_COMP_HELP_H

#include <string.h>
#include <zlib.h>

#include <check.h>

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <crypto/acompress.h>

#include "shim/fault.h"
#include "shim/world.h"
#include "tests/page_kinds.h"

static const char *const algs[] = { "deflate", "deflate-iaa" };
static const struct {
	int level, window_bits;
} zlib_params[] = { { Z_DEFAULT_COMPRESSION, -11 }, { Z_BEST_SPEED, 12 } };

#define BATCH	8

/**
 * struct comp - what zswap has of a compressor on a CPU
 * @src: pages of a folio in the swap cache at offset 0x40
 * @dst: two pages each
 */
struct comp {
	struct crypto_acomp *tfm;
	struct acomp_req *req[BATCH];
	struct crypto_wait wait;
	struct page *page[BATCH];
	u8 *dst[BATCH];
	unsigned int dlen[BATCH];
	int error[BATCH];
};

static struct page folio[BATCH];
static unsigned char bytes[BATCH][PAGE_SIZE];
static struct comp c;

static inline void comp_init(const char *alg)
{
	struct folio *f = (struct folio *)folio;

	world_boot(NULL, NULL);
	memset(folio, 0, sizeof(folio));
	memset(&c, 0, sizeof(c));
	c.tfm = crypto_alloc_acomp_node(alg, 0, 0, 0);
	ck_assert(!IS_ERR(c.tfm));
	crypto_init_wait(&c.wait);
	for (int i = 0; i < BATCH; i++) {
		page_fill(bytes[i], i);
		folio[i].virtual = bytes[i];
		folio[i].head = folio;
		c.page[i] = &folio[i];
		c.req[i] = acomp_request_alloc(c.tfm);
		c.dst[i] = kmalloc(2 * PAGE_SIZE, GFP_KERNEL);
		c.dlen[i] = PAGE_SIZE;
		acomp_request_set_callback(c.req[i], CRYPTO_TFM_REQ_MAY_BACKLOG,
					   crypto_req_done, &c.wait);
	}
	folio_set_swapcache(f);
	f->swap.val = 0x40;
	f->order = 3;
}

static inline void setup(void)
{
	world_memo_clear();
	comp_init("deflate");
}

/* As zswap compresses page i, into dst[i]. */
static inline int start(int i, struct scatterlist sg[2])
{
	sg_init_table(&sg[0], 1);
	sg_set_page(&sg[0], c.page[i], PAGE_SIZE, 0);
	sg_init_one(&sg[1], c.dst[i], 2 * PAGE_SIZE);
	acomp_request_set_params(c.req[i], &sg[0], &sg[1], PAGE_SIZE, PAGE_SIZE);
	return crypto_acomp_compress(c.req[i]);
}

static inline int squeeze(int i)
{
	struct scatterlist sg[2];
	int err = crypto_wait_req(start(i, sg), &c.wait);

	c.dlen[i] = c.req[i]->dlen;
	return err;
}

static inline int expand(int i, const void *data, unsigned int len, void *to)
{
	struct page page = { .virtual = to, .head = &page };
	struct scatterlist in, out;

	memcpy(c.dst[i], data, len);
	sg_init_one(&in, c.dst[i], len);
	sg_init_table(&out, 1);
	sg_set_page(&out, &page, PAGE_SIZE, 0);
	acomp_request_set_params(c.req[i], &in, &out, len, PAGE_SIZE);
	return crypto_wait_req(crypto_acomp_decompress(c.req[i]), &c.wait);
}

/* What zlib itself makes of a page with these parameters; 0: not in a page. */
static inline unsigned int bare(int alg, const void *page, unsigned char *out)
{
	z_stream z = { .next_in = (void *)page, .avail_in = PAGE_SIZE,
		       .next_out = out, .avail_out = PAGE_SIZE };
	int ret;

	ck_assert_int_eq(deflateInit2(&z, zlib_params[alg].level, Z_DEFLATED,
				      zlib_params[alg].window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
	ret = deflate(&z, Z_FINISH);
	deflateEnd(&z);
	written_by_zlib(out, PAGE_SIZE);
	return ret == Z_STREAM_END ? z.total_out : 0;
}

static inline void plan(uint8_t point, int error, uint32_t nth)
{
	const struct fault f = {
		.point = point,
		.phase = PHASE_STORE,
		.error = error,
		.nth = nth,
	};

	fault_reset();
	fault_phase(PHASE_STORE);
	ck_assert_int_eq(fault_plan_set(&f, 1), 0);
}

static inline void teardown(void)
{
	fault_plan_set(NULL, 0);
}

#endif
