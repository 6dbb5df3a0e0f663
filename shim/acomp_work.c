// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compression at work.
 *
 *   deflate      the kernel's, synchronous: a request is done when it returns
 *   deflate-iaa  a device: requests are queued and completed while somebody
 *                waits; takes batches; where a page does not compress it
 *                writes all that the destination takes
 *
 * What either leaves behind after an error is up to a driver, so it varies
 * here, by the number of the failure: dlen as it was or nonsense, and the
 * destination scribbled over up to the scatterlist's length.
 */
#include <string.h>

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <crypto/acompress.h>
#include <crypto/scatterwalk.h>

#include "shim/acomp.h"
#include "shim/context.h"
#include "shim/fault.h"
#include "shim/shim.h"
#include "shim/swap_internal.h"
#include "shim/world.h"

#define SCRIBBLE	0xa7
#define NONSENSE_DLEN	0xfffffff0u

/* A source or a destination: @len bytes in one piece. */
struct piece {
	void *p;
	unsigned int len;
};

static unsigned long nr_submitted __world;
static unsigned long nr_failed __world;
static struct list_head device_queue __world = LIST_HEAD_INIT(device_queue);

/* Where pieces of a scatterlist are put together. */
static char gather_src[2 * PAGE_SIZE] __outside;
static char gather_dst[2 * PAGE_SIZE] __outside;

/* ---- one page ---------------------------------------------------------- */

/* The swap slot that a source page is on its way to. */
static u64 page_swp(const struct page *page)
{
	const struct folio *folio = page ? page_folio(page) : NULL;

	if (!folio || !folio_test_swapcache(folio))
		return FAULT_NO_SWP;
	return folio->swap.val + (page - &folio->page);
}

static u64 sg_swp(struct scatterlist *sg)
{
	struct page *page = sg ? sg_page(sg) : NULL;

	return page ? page_swp(page + sg->offset / PAGE_SIZE) : FAULT_NO_SWP;
}

/* What a driver may do when it fails. */
static int fail(const struct piece *dst, unsigned int *dlen, int err)
{
	memset(dst->p, SCRIBBLE, dst->len);
	if (nr_failed++ % 2)
		*dlen = NONSENSE_DLEN;
	return err;
}

/*
 * The kernel's deflate stops at dlen and leaves it alone; the device writes
 * all that its destination takes.
 */
static int fail_poor(const struct algorithm *alg, struct piece *dst, unsigned int *dlen)
{
	if (alg->async)
		return fail(dst, dlen, alg->poor);
	memset(dst->p, SCRIBBLE, dst->len < *dlen ? dst->len : *dlen);
	return alg->poor;
}

static int work(const struct algorithm *alg, bool compress, const struct piece *src,
		struct piece *dst, unsigned int *dlen, int fault)
{
	unsigned int room = *dlen < dst->len ? *dlen : dst->len, n;

	if (fault)
		return fail(dst, dlen, fault);
	if (compress)
		n = deflate_compress(alg->kind, src->p, src->len, dst->p, room);
	else
		n = deflate_expand(alg->kind, src->p, src->len, dst->p, room);
	if (!n)
		return compress ? fail_poor(alg, dst, dlen) : fail(dst, dlen, -EINVAL);
	*dlen = n;
	return 0;
}

/* ---- requests at work -------------------------------------------------- */

/* The first entry, if all of @len is there in one piece. */
static void *sg_in_one(struct scatterlist *sg, unsigned int len)
{
	if (sg->length < len)
		return NULL;
	if (sg->buf)
		return (char *)sg->buf + sg->offset;
	if (sg->offset % PAGE_SIZE + len > PAGE_SIZE)
		return NULL;
	return (char *)page_address(sg_page(sg) + sg->offset / PAGE_SIZE) + sg->offset % PAGE_SIZE;
}

static unsigned int sg_total(struct scatterlist *sg)
{
	unsigned int len = 0;

	for (; sg; sg = sg_next(sg))
		len += sg->length;
	return len;
}

/*
 * Narrowed: sources and destinations in several pieces are up to two pages
 * long, and a request without a destination is refused.
 */
static bool request_pieces(struct acomp_req *req, struct piece *src, struct piece *dst)
{
	if (!req->src || !req->dst || !req->slen || !req->dlen)
		return false;
	src->len = req->slen;
	dst->len = sg_total(req->dst);
	if (sg_total(req->src) < req->slen || dst->len < req->dlen) {
		complain('U', "acomp-sg-short", "a request for %u bytes in, %u out with %u and %u there",
			 req->slen, req->dlen, sg_total(req->src), dst->len);
		return false;
	}
	src->p = sg_in_one(req->src, src->len);
	dst->p = sg_in_one(req->dst, dst->len);
	if ((!src->p && src->len > sizeof(gather_src)) || (!dst->p && dst->len > sizeof(gather_dst)))
		return false;
	if (!src->p) {
		memcpy_from_sglist(gather_src, req->src, 0, src->len);
		src->p = gather_src;
	}
	if (!dst->p)
		dst->p = gather_dst;
	return true;
}

static int request_work(struct acomp_req *req)
{
	struct piece src, dst;
	int err;

	if (!request_pieces(req, &src, &dst))
		return -EINVAL;
	err = work(req->tfm->alg, req->compress, &src, &dst, &req->dlen, req->fault);
	if (req->compress)
		swap_note_compressed(sg_swp(req->src), req->tfm->alg->name, err);
	if (dst.p == gather_dst)
		memcpy_to_sglist(req->dst, 0, gather_dst, dst.len);
	return err;
}

/*
 * Queued, or with a backlog allowed every second one on that, which its
 * callback hears of before the end.
 */
static int request_submit(struct acomp_req *req)
{
	req->backlogged = req->flags & CRYPTO_TFM_REQ_MAY_BACKLOG && nr_submitted % 2;
	nr_submitted++;
	req->busy = true;
	list_add_tail(&req->queue, &device_queue);
	return req->backlogged ? -EBUSY : -EINPROGRESS;
}

/* Time passes: the device completes what it has, first come, first served. */
static void device_run(void)
{
	struct acomp_req *req;
	int err;

	while (!list_empty(&device_queue)) {
		req = list_first_entry(&device_queue, struct acomp_req, queue);
		if (req->backlogged)
			req->complete(req->data, -EINPROGRESS);
		err = request_work(req);
		list_del(&req->queue);
		req->busy = false;
		req->complete(req->data, err);
	}
}

static int request_start(struct acomp_req *req, const char *what)
{
	/* The hit may have let somebody else run, who freed it. */
	if (!acomp_request_usable(req, what))
		return -EINVAL;
	if (!req->tfm->alg->async)
		return request_work(req);
	context_might_sleep(what);
	return request_submit(req);
}

/* faithful: to each algorithm's own contract */
int crypto_acomp_compress(struct acomp_req *req)
{
	int fault;

	shim_call();
	if (!acomp_request_usable(req, "crypto_acomp_compress"))
		return -EINVAL;
	fault = fault_hit_at(FP_ACOMP_COMPRESS, sg_swp(req->src), false);
	req->fault = fault;
	req->compress = true;
	return request_start(req, "crypto_acomp_compress");
}

/* faithful: to each algorithm's own contract */
int crypto_acomp_decompress(struct acomp_req *req)
{
	int fault;

	shim_call();
	if (!acomp_request_usable(req, "crypto_acomp_decompress"))
		return -EINVAL;
	fault = fault_hit(FP_ACOMP_DECOMPRESS);
	req->fault = fault;
	req->compress = false;
	return request_start(req, "crypto_acomp_decompress");
}

/* faithful */
void crypto_req_done(void *data, int err)
{
	struct crypto_wait *wait = data;

	shim_call();
	if (err == -EINPROGRESS)
		return;
	wait->err = err;
	complete(&wait->completion);
}

/* faithful: sleeps only where there is something to wait for */
int crypto_wait_req(int err, struct crypto_wait *wait)
{
	shim_call();
	if (err != -EINPROGRESS && err != -EBUSY)
		return err;
	device_run();
	wait_for_completion(&wait->completion);
	reinit_completion(&wait->completion);
	return wait->err;
}

/* ---- batches ----------------------------------------------------------- */

static enum world_batch_driver batch_driver __world;

void world_set_batch_driver(enum world_batch_driver driver)
{
	batch_driver = driver;
}

/* The requests of a batch are the device's until all pages are done. */
static bool batch_begin(struct acomp_req *reqs[], int nr_pages, const char *what)
{
	int i;

	for (i = 0; i < nr_pages; i++) {
		if (!acomp_request_usable(reqs[i], what))
			break;
		if (reqs[i]->tfm != reqs[0]->tfm || nr_pages > reqs[i]->tfm->alg->batch) {
			complain('U', "acomp-batch", "%s() of %d pages with %s requests", what,
				 nr_pages, reqs[i]->tfm->alg->name);
			break;
		}
		reqs[i]->busy = true;
		INIT_LIST_HEAD(&reqs[i]->queue);
	}
	if (i == nr_pages)
		return true;
	while (i--)
		reqs[i]->busy = false;
	return false;
}

static void batch_refuse(int errors[], int nr_pages)
{
	int i;

	for (i = 0; i < nr_pages; i++)
		errors[i] = -EINVAL;
}

/*
 * Faithful to the posted series, which leaves to the driver what becomes of
 * the other pages when one fails; each destination is two pages long; the
 * device is polled, so @wait is not used and no callback is called.
 */
void crypto_acomp_batch_compress(struct acomp_req *reqs[], struct crypto_wait *wait,
				 struct page *pages[], u8 *dsts[], unsigned int dlens[],
				 int errors[], int nr_pages)
{
	int i, fault;

	shim_call();
	context_might_sleep("crypto_acomp_batch_compress");
	if (!batch_begin(reqs, nr_pages, "crypto_acomp_batch_compress")) {
		batch_refuse(errors, nr_pages);
		return;
	}
	for (i = 0; i < nr_pages; i++) {
		struct piece src = { page_address(pages[i]), PAGE_SIZE };
		struct piece dst = { dsts[i], 2 * PAGE_SIZE };

		fault = fault_hit_at(FP_ACOMP_COMPRESS, page_swp(pages[i]), false);
		errors[i] = work(reqs[i]->tfm->alg, true, &src, &dst, &dlens[i], fault);
		reqs[i]->dlen = dlens[i];
		swap_note_compressed(page_swp(pages[i]), reqs[i]->tfm->alg->name, errors[i]);
		if (errors[i] && batch_driver == BATCH_STOPS)
			break;
	}
	for (i = 0; i < nr_pages; i++)
		reqs[i]->busy = false;
}

/* faithful to the posted series, like its twin; a page is expanded whole or not at all */
void crypto_acomp_batch_decompress(struct acomp_req *reqs[], struct crypto_wait *wait,
				   u8 *srcs[], struct page *pages[], unsigned int slens[],
				   int errors[], int nr_pages)
{
	int i, fault;

	shim_call();
	context_might_sleep("crypto_acomp_batch_decompress");
	if (!batch_begin(reqs, nr_pages, "crypto_acomp_batch_decompress")) {
		batch_refuse(errors, nr_pages);
		return;
	}
	for (i = 0; i < nr_pages; i++) {
		struct piece src = { srcs[i], slens[i] };
		struct piece dst = { page_address(pages[i]), PAGE_SIZE };
		unsigned int dlen = PAGE_SIZE;

		fault = fault_hit(FP_ACOMP_DECOMPRESS);
		errors[i] = work(reqs[i]->tfm->alg, false, &src, &dst, &dlen, fault);
		if (!errors[i] && dlen != PAGE_SIZE)
			errors[i] = -EINVAL;
		reqs[i]->dlen = dlen;
	}
	for (i = 0; i < nr_pages; i++)
		reqs[i]->busy = false;
}
