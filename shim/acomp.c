// SPDX-License-Identifier: GPL-2.0-or-later
/* Asynchronous compression: algorithms by name, transforms, requests. */
#include <string.h>

#include <linux/err.h>
#include <linux/gfp.h>
#include <crypto/acompress.h>

#include "shim/acomp.h"
#include "shim/context.h"
#include "shim/deflate.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/shim.h"

#define TFM_LIVE	0x7fc0de5a11feul
#define REQUEST_LIVE	0x71c0de5a11feul
#define RETIRED		64u

static const struct algorithm algorithms[] = {
	{ "deflate", DEFLATE_GENERIC, false, 1, -EINVAL },
	{ "deflate-iaa", DEFLATE_IAA, true, CRYPTO_BATCH_SIZE, -ENOSPC },
};

static unsigned long nr_tfms __world;
static unsigned long nr_requests __world;

/* Freed tfms and requests; kept for a while so that a late use is recognised. */
static struct {
	void *p;
	size_t size;
} retired[RETIRED] __world;
static unsigned int retired_next __world;

static void retire(void *p, size_t size)
{
	arena_free(retired[retired_next].p, retired[retired_next].size);
	retired[retired_next].p = p;
	retired[retired_next].size = size;
	retired_next = (retired_next + 1) % RETIRED;
}

/* ---- transforms -------------------------------------------------------- */

static const struct algorithm *algorithm_by_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (!strcmp(algorithms[i].name, name))
			return &algorithms[i];
	return NULL;
}

static bool tfm_usable(const struct crypto_acomp *tfm, const char *what)
{
	if (arena_contains(tfm) && tfm->live == TFM_LIVE)
		return true;
	complain('U', "acomp-tfm-freed", "%s() with a transform that is none or is freed", what);
	return false;
}

/* faithful: may load a module, and so may sleep. @type and @mask are always 0. */
int crypto_has_acomp(const char *alg_name, u32 type, u32 mask)
{
	shim_call();
	context_might_sleep("crypto_has_acomp");
	return algorithm_by_name(alg_name) != NULL;
}

/* narrowed: the node is not looked at, no driver here is closer to any */
struct crypto_acomp *crypto_alloc_acomp_node(const char *alg_name, u32 type, u32 mask,
					     int node)
{
	const struct algorithm *alg = algorithm_by_name(alg_name);
	struct crypto_acomp *tfm;
	int err;

	shim_call();
	context_might_sleep("crypto_alloc_acomp_node");
	if (!alg)
		return ERR_PTR(-ENOENT);
	err = fault_hit(FP_CRYPTO_ALLOC_ACOMP_NODE);
	if (err)
		return ERR_PTR(err);
	tfm = arena_alloc(sizeof(*tfm));
	tfm->alg = alg;
	tfm->live = TFM_LIVE;
	nr_tfms++;
	return tfm;
}

/* faithful: NULL and errors are fine. A request of it cannot even be freed any more. */
void crypto_free_acomp(struct crypto_acomp *tfm)
{
	shim_call();
	if (IS_ERR_OR_NULL(tfm))
		return;
	context_might_sleep("crypto_free_acomp");
	if (!tfm_usable(tfm, "crypto_free_acomp"))
		return;
	if (tfm->requests)
		complain('U', "acomp-tfm-in-use", "%s transform freed with %u live requests",
			 tfm->alg->name, tfm->requests);
	tfm->live = 0;
	nr_tfms--;
	retire(tfm, sizeof(*tfm));
}

/* faithful */
bool acomp_is_async(struct crypto_acomp *tfm)
{
	shim_call();
	return tfm_usable(tfm, "acomp_is_async") && tfm->alg->async;
}

/* faithful to the posted series */
bool acomp_has_async_batching(struct crypto_acomp *tfm)
{
	shim_call();
	return tfm_usable(tfm, "acomp_has_async_batching") && tfm->alg->batch > 1;
}

/* faithful to the posted series */
unsigned int crypto_acomp_batch_size(struct crypto_acomp *tfm)
{
	shim_call();
	return tfm_usable(tfm, "crypto_acomp_batch_size") ? tfm->alg->batch : 1;
}

/* ---- requests ---------------------------------------------------------- */

static bool request_live(const struct acomp_req *req, const char *what)
{
	if (arena_contains(req) && req->live == REQUEST_LIVE)
		return true;
	complain('U', "acomp-request-freed", "%s() with a request that is none or is freed", what);
	return false;
}

static bool request_idle(const struct acomp_req *req, const char *what)
{
	if (!req->busy)
		return true;
	complain('U', "acomp-request-busy", "%s() with a request that is not completed", what);
	return false;
}

bool acomp_request_usable(const struct acomp_req *req, const char *what)
{
	return request_live(req, what) && request_idle(req, what) && tfm_usable(req->tfm, what);
}

/* faithful */
struct acomp_req *acomp_request_alloc(struct crypto_acomp *tfm)
{
	struct acomp_req *req;

	shim_call();
	context_might_alloc(GFP_KERNEL, "acomp_request_alloc");
	if (!tfm_usable(tfm, "acomp_request_alloc") || fault_hit(FP_ACOMP_REQUEST_ALLOC))
		return NULL;
	req = arena_alloc(sizeof(*req));
	req->tfm = tfm;
	req->live = REQUEST_LIVE;
	tfm->requests++;
	nr_requests++;
	return req;
}

/* narrowed: there is no output of the algorithm's own to free */
void acomp_request_free(struct acomp_req *req)
{
	shim_call();
	if (!request_live(req, "acomp_request_free"))
		return;
	if (!request_idle(req, "acomp_request_free"))
		list_del(&req->queue);
	if (tfm_usable(req->tfm, "acomp_request_free"))
		req->tfm->requests--;
	req->live = 0;
	nr_requests--;
	retire(req, sizeof(*req));
}

/* ---- ledger ------------------------------------------------------------ */

unsigned long ledger_nr_tfms(void)
{
	return nr_tfms;
}

unsigned long ledger_nr_requests(void)
{
	return nr_requests;
}

unsigned int ledger_compressed_len(const char *alg, const void *page)
{
	const struct algorithm *a = algorithm_by_name(alg);
	unsigned int len = a ? deflate_page_length(a->kind, page) : 0;

	return len <= PAGE_SIZE ? len : 0;
}
