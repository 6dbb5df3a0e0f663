// SPDX-License-Identifier: GPL-2.0-or-later
/* Processes that work for this one: started, and waited for. */
#include "child.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
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
	/* A terminal sends it to all of us, and the parent decides. */
	signal(SIGINT, SIG_IGN);
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

void child_kill(struct child *c)
{
	if (!c->pid)
		return;
	kill(c->pid, SIGKILL);
	while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
		;
	c->pid = 0;
}

unsigned int child_processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return CPU_COUNT(&set);
}

/* ---- waiting ----------------------------------------------------------- */

/* What there was before child_wait_begin(). */
static struct sigaction old_action;
static sigset_t old_mask;
static unsigned int waits;
static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

static sigset_t chld_set(void)
{
	sigset_t chld;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	return chld;
}

void child_wait_begin(void)
{
	const struct sigaction action = { .sa_handler = on_interrupt };
	const sigset_t chld = chld_set();

	if (waits++)
		return;
	sigaction(SIGINT, NULL, &old_action);
	if (old_action.sa_handler != SIG_IGN)
		sigaction(SIGINT, &action, NULL);
	sigprocmask(SIG_BLOCK, &chld, &old_mask);
}

void child_wait_end(void)
{
	if (--waits)
		return;
	/* What is left is to say what was found: a second one is not to end that. */
	if (interrupted)
		signal(SIGINT, SIG_IGN);
	else
		sigaction(SIGINT, &old_action, NULL);
	sigprocmask(SIG_SETMASK, &old_mask, NULL);
}

bool child_interrupted(void)
{
	return interrupted;
}

pid_t child_wait(int *status)
{
	const struct timespec tick = { .tv_nsec = 20000000 };
	const sigset_t chld = chld_set();
	pid_t pid = waitpid(-1, status, WNOHANG);

	if (pid > 0)
		return pid;
	sigtimedwait(&chld, NULL, &tick);
	pid = waitpid(-1, status, WNOHANG);
	return pid > 0 ? pid : 0;
}
