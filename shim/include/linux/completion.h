/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_COMPLETION_H
#define _LINUX_COMPLETION_H

/**
 * struct completion - something that a task may wait for
 * @done: how often it was completed and not yet waited for
 */
struct completion {
	unsigned int done;
};

/* faithful */
static inline void init_completion(struct completion *x)
{
	x->done = 0;
}

/* faithful */
static inline void reinit_completion(struct completion *x)
{
	x->done = 0;
}

void complete(struct completion *x);
void wait_for_completion(struct completion *x);

#endif
