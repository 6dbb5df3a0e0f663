/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What compression shares with the rest of the crypto API. */
#ifndef _LINUX_CRYPTO_H
#define _LINUX_CRYPTO_H

#include <linux/completion.h>
#include <linux/types.h>

#define CRYPTO_MAX_ALG_NAME		128

#define CRYPTO_TFM_REQ_MAY_SLEEP	0x00000200
#define CRYPTO_TFM_REQ_MAY_BACKLOG	0x00000400

typedef void (*crypto_completion_t)(void *req, int err);

/**
 * struct crypto_wait - where a task waits for one asynchronous request
 * @err: what the last completed request answered
 */
struct crypto_wait {
	struct completion completion;
	int err;
};

/* faithful */
static inline void crypto_init_wait(struct crypto_wait *wait)
{
	init_completion(&wait->completion);
}

void crypto_req_done(void *data, int err);
int crypto_wait_req(int err, struct crypto_wait *wait);

#endif
