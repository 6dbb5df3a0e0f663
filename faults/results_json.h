/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A result as a line of JSON.
 *
 *   {"n": 3, "scenario": "order1", "pages": 2, "cases": [...], ...}
 *
 * A case is ["xarray/xa_store@1=ENOMEM", [[1, 0, 1, true]], "."]: its id behind
 * the scenario; for each of its faults the hit, the folio and the slot (-1:
 * none) and whether it is beyond contract; and, among the cases of a scenario,
 * what the grid shows: "." held, "v" vacuous, "?" not judged, or the letter,
 * "!" where it has none. Of pairs there are the sums in place of the cases:
 * {"all": 26, "of": [12, 14], "behind": 0, "estimate": 0}, "of" one fault, of
 * two. A frame of a backtrace is a list of [function, file, line, of the
 * subject], inlined ones first.
 */
#ifndef FAULTS_RESULTS_JSON_H
#define FAULTS_RESULTS_JSON_H

#include <jansson.h>

#include "run.h"

/* NULL: no memory. */
json_t *result_to_json(const struct result *r);

/*
 * result_from_json() - the other way round
 *
 * Return: a result to be given to result_forget(); NULL: @json is none.
 * Frames are those of symbols_recall(). Without blocks, times and what cells
 * have beside their marks.
 */
struct result *result_from_json(json_t *json);
void result_forget(struct result *r);

#endif
