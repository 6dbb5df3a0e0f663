/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asynchronous compression as of 6.12, with the batching calls of the posted
 * IAA series. The algorithms there are: shim/acomp.c.
 */
#ifndef _CRYPTO_ACOMP_H
#define _CRYPTO_ACOMP_H

#include <linux/crypto.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

struct crypto_acomp;

/**
 * struct acomp_req - one request to compress or decompress
 * @src, @dst, @slen: as given to acomp_request_set_params()
 * @dlen: room in @dst, and what was produced once the request succeeded;
 *	after an error anything
 * @complete, @data, @flags: as given to acomp_request_set_callback()
 *
 * The rest is the shim's:
 * @tfm: it was allocated for
 * @live: tells a request from a freed one
 * @busy: submitted and not completed; @compress, @backlogged, @fault: how
 * @queue: requests that the device has not completed
 */
struct acomp_req {
	struct scatterlist *src;
	struct scatterlist *dst;
	unsigned int slen;
	unsigned int dlen;
	crypto_completion_t complete;
	void *data;
	u32 flags;

	struct crypto_acomp *tfm;
	unsigned long live;
	bool busy, compress, backlogged;
	int fault;
	struct list_head queue;
};

int crypto_has_acomp(const char *alg_name, u32 type, u32 mask);
struct crypto_acomp *crypto_alloc_acomp_node(const char *alg_name, u32 type, u32 mask,
					     int node);
void crypto_free_acomp(struct crypto_acomp *tfm);
bool acomp_is_async(struct crypto_acomp *tfm);

struct acomp_req *acomp_request_alloc(struct crypto_acomp *tfm);
void acomp_request_free(struct acomp_req *req);

/* faithful */
static inline void acomp_request_set_callback(struct acomp_req *req, u32 flgs,
					      crypto_completion_t cmpl, void *data)
{
	req->complete = cmpl;
	req->data = data;
	req->flags = flgs;
}

/* narrowed: without @dst no output is allocated, the request is refused */
static inline void acomp_request_set_params(struct acomp_req *req,
					    struct scatterlist *src,
					    struct scatterlist *dst,
					    unsigned int slen, unsigned int dlen)
{
	req->src = src;
	req->dst = dst;
	req->slen = slen;
	req->dlen = dlen;
}

int crypto_acomp_compress(struct acomp_req *req);
int crypto_acomp_decompress(struct acomp_req *req);

/* Most pages that a batching algorithm takes at once. */
#define CRYPTO_BATCH_SIZE	8UL

bool acomp_has_async_batching(struct crypto_acomp *tfm);
unsigned int crypto_acomp_batch_size(struct crypto_acomp *tfm);
void crypto_acomp_batch_compress(struct acomp_req *reqs[], struct crypto_wait *wait,
				 struct page *pages[], u8 *dsts[], unsigned int dlens[],
				 int errors[], int nr_pages);
void crypto_acomp_batch_decompress(struct acomp_req *reqs[], struct crypto_wait *wait,
				   u8 *srcs[], struct page *pages[], unsigned int slens[],
				   int errors[], int nr_pages);

#endif
