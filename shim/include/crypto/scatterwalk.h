/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _CRYPTO_SCATTERWALK_H
#define _CRYPTO_SCATTERWALK_H

#include <linux/scatterlist.h>
#include <linux/types.h>

void memcpy_from_sglist(void *buf, struct scatterlist *sg, unsigned int start,
			unsigned int nbytes);
void memcpy_to_sglist(struct scatterlist *sg, unsigned int start, const void *buf,
		      unsigned int nbytes);

#endif
