/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zfault explore: what single faults do not reach. cmd_explore.c reads the
 * options and does one of the things that there are; each is a file of its own.
 */
#ifndef FAULTS_EXPLORE_H
#define FAULTS_EXPLORE_H

#include "cmd.h"
#include "part.h"

/**
 * struct explore - what was asked for
 * @output: --output, or NULL
 * @pairs: --pairs; @depth: faults of a case at the most; @part: of its scenarios
 * @histories: --histories, or 0; @seed: theirs; @save: --save, or NULL
 */
struct explore {
	struct setting setting;
	const char *output;
	bool pairs, strict;
	unsigned int depth;
	struct part part;
	unsigned int histories, seed;
	const char *save;
};

/* Each is given what is left of the command line, and returns the exit code. */
int explore_pairs(struct explore *x, char **names, unsigned int nr);
int explore_histories(struct explore *x);

#endif
