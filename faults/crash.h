/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a dead worker left behind, as a finding. */
#ifndef FAULTS_CRASH_H
#define FAULTS_CRASH_H

#include "case.h"

/**
 * crash_describe() - from its wait status and what it wrote to stderr
 * @errors: file that was its standard error
 *
 * A sanitizer's report becomes its kind and the kind of access (U, or H for
 * an overrun of the stack); another signal its name (U). No addresses, no
 * pids: the return addresses of the report's first frames go to f->frames.
 */
void crash_describe(int errors, int status, struct finding *f);

/**
 * crash_from_outside() - no code of a subject ends a worker like this
 *
 * The OOM killer, a limit of the shell or a user does: then the harness
 * failed, and nothing was found.
 *
 * Return: the signal's name without "SIG"; NULL for all other deaths.
 */
const char *crash_from_outside(int status);

#endif
