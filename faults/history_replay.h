/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zfault run --history: a history from a file. */
#ifndef FAULTS_HISTORY_REPLAY_H
#define FAULTS_HISTORY_REPLAY_H

#include <stdbool.h>

struct setting;

/**
 * struct replay
 * @file: "-" is standard input
 * @guard: on protected pages
 * @here: in this process
 * @shrink: then look for the shortest one that shows the same
 */
struct replay {
	const char *file;
	bool guard, here, shrink;
};

/* Read it, play it, tell what was found. The exit code. */
int history_replay(struct setting *setting, const struct replay *replay);

#endif
