// SPDX-License-Identifier: GPL-2.0-or-later
/* The task, as far as a subject asks for it; what it holds is in context.c. */
#include <linux/sched.h>

#include "context.h"
#include "shim.h"

static struct task_struct init_task __world;
struct task_struct *shim_current __world = &init_task;

/* narrowed: nobody else runs, but where nobody could it is a complaint */
int cond_resched(void)
{
	shim_call();
	context_might_sleep("cond_resched()");
	return 0;
}

/* narrowed: the same */
void schedule(void)
{
	shim_call();
	context_might_sleep("schedule()");
}
