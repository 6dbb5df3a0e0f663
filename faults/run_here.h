/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A case for somebody who looks on: in this process, alone or in gdb. */
#ifndef FAULTS_RUN_HERE_H
#define FAULTS_RUN_HERE_H

#include "case.h"

struct setting;

/* Play @c here and now; a debugger can stop in fault_strikes(). The exit code. */
int run_here(const struct setting *setting, const struct zcase *c, bool guard);

/* Become a gdb that runs this command again with --here. Returns only an exit code of failure. */
int run_gdb(char **argv, int argc);

#endif
