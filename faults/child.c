// SPDX-License-Identifier: GPL-2.0-or-later
/* Processes that work for this one: started, and waited for. */
#include "child.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void __attribute__((noreturn)) be_child(struct child *c, pid_t parent,
					       void (*work)(void *arg), void *arg)
{
	/* Whoever interrupts the parent wants no work to go on. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	dup2(c->errors, STDERR_FILENO);
	work(arg);
	/* Not _exit(): coverage counters are written on the way out. */
	exit(0);
}

const char *child_start(struct child *c, void (*work)(void *arg), void *arg)
{
	pid_t parent = getpid();

	child_close(c);
	c->errors = memfd_create("zfault-worker-stderr", MFD_CLOEXEC);
	if (c->errors < 0)
		return "memfd_create";
	/* Or the child would print what its parent has buffered. */
	fflush(NULL);
	c->pid = fork();
	if (c->pid < 0) {
		c->pid = 0;
		return "fork";
	}
	if (!c->pid)
		be_child(c, parent, work, arg);
	return NULL;
}

void child_close(struct child *c)
{
	if (c->errors >= 0)
		close(c->errors);
	c->errors = -1;
}

static sigset_t chld_set(void)
{
	sigset_t chld;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	return chld;
}

void child_wait_begin(sigset_t *old)
{
	const sigset_t chld = chld_set();

	sigprocmask(SIG_BLOCK, &chld, old);
}

void child_wait_end(const sigset_t *old)
{
	sigprocmask(SIG_SETMASK, old, NULL);
}

pid_t child_wait(int *status)
{
	const struct timespec tick = { .tv_nsec = 100000000 };
	const sigset_t chld = chld_set();
	pid_t pid = waitpid(-1, status, WNOHANG);

	if (pid > 0)
		return pid;
	sigtimedwait(&chld, NULL, &tick);
	pid = waitpid(-1, status, WNOHANG);
	return pid > 0 ? pid : 0;
}
