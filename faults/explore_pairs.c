// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault explore --pairs: a second fault in the run that the first one leads to. */
#include "explore.h"

int explore_pairs(struct explore *x, char **names, unsigned int nr)
{
	(void)x;
	(void)names;
	(void)nr;
	return harness_error("--pairs is not there yet");
}
