/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compression from the inside: acomp.c keeps algorithms, transforms and
 * requests, acomp_work.c does what requests ask for.
 */
#ifndef SHIM_ACOMP_H
#define SHIM_ACOMP_H

#include <crypto/acompress.h>

#include "shim/deflate.h"

/**
 * struct algorithm - what a name stands for
 * @batch: pages it takes at once
 * @poor: its answer where the result does not fit
 */
struct algorithm {
	const char *name;
	enum deflate_kind kind;
	bool async;
	unsigned int batch;
	int poor;
};

/**
 * struct crypto_acomp - a transform
 * @requests: allocated for it and not freed
 * @live: tells a transform from a freed one
 */
struct crypto_acomp {
	const struct algorithm *alg;
	unsigned int requests;
	unsigned long live;
};

/* May @what use this request? A complaint (U) where not. */
bool acomp_request_usable(const struct acomp_req *req, const char *what);

#endif
