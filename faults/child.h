/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that works for this one, and may die of what it does. */
#ifndef FAULTS_CHILD_H
#define FAULTS_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * struct child - begins as { .errors = -1 }
 * @pid: 0 while there is none
 * @errors: memfd that is its standard error
 */
struct child {
	pid_t pid;
	int errors;
};

/* Return: NULL, or the call that failed, with errno. */
const char *child_start(struct child *c, void (*work)(void *arg), void *arg);
void child_close(struct child *c);

/* Processors that this process may use. */
unsigned int child_processors(void);

/*
 * Around the use of child_wait(), and around several such. An interrupt (SIGINT) in between ends
 * nothing: whoever waits asks for it, and ends the work with what there is.
 * Children take no notice of one from the terminal.
 */
void child_wait_begin(void);
void child_wait_end(void);
bool child_interrupted(void);
/* And wait for its end. Nothing, where there is none. */
void child_kill(struct child *c);
/* The pid of one that ended; 0 after a moment, the fiftieth part of a second. */
pid_t child_wait(int *status);

#endif
