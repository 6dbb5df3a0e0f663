/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a user sees of histories. */
#ifndef FAULTS_REPORT_HISTORY_H
#define FAULTS_REPORT_HISTORY_H

#include "history_run.h"
#include "report.h"

/* What was done, and how often it came to something. */
void report_history_counts(const struct look *look, const struct history_result *r);
/* A block a defect; @file: where its history is, or NULL. */
void report_history_found(const struct look *look, const char *subject,
			  const struct history_found *f, const char *file);
void report_history_total(const struct look *look, const struct history_result *r);

#endif
