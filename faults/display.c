// SPDX-License-Identifier: GPL-2.0-or-later
/* The results of a matrix, one after the other. */
#include "display.h"

#include <string.h>

#include "cmd.h"

static void tell_rest(struct display *d)
{
	if (d->same_failure)
		harness_error("%u more scenario%s: the same", d->same_failure,
			      d->same_failure == 1 ? "" : "s");
	d->same_failure = 0;
}

/* What fails one scenario may fail all of them. */
static void tell_failure(struct display *d, const struct result *r)
{
	if (!strcmp(d->failure, r->error)) {
		d->same_failure++;
		return;
	}
	tell_rest(d);
	harness_error("%s: %s", r->name, r->error);
	memcpy(d->failure, r->error, sizeof(d->failure));
}

void display_begin(struct display *d, const char *origin, const char *pages)
{
	if (!d->alone)
		fprintf(d->look.out, "subject %s (%s), pages: %s\n\n", d->name, origin, pages);
}

void display_result(struct display *d, const struct result *r)
{
	total_add(&d->total, r);
	defects_add(&d->defects, r);
	if (r->error[0])
		tell_failure(d, r);
	if (!d->alone && !d->verbose)
		report_line(&d->look, r);
	if (!r->error[0] && (d->alone || d->verbose || r->nr_distinct)) {
		fputc('\n', d->look.out);
		report_grid(&d->look, d->name, r);
		if (!d->alone)
			fputc('\n', d->look.out);
	}
	fflush(d->look.out);
}

void display_end(struct display *d)
{
	tell_rest(d);
	defects_sort(&d->defects);
	report_defects(&d->look, d->subject, &d->defects, false);
	/* Sums of nothing would look like a result. */
	if (d->total.scenarios > d->total.failed)
		report_total(&d->look, &d->total, &d->defects);
	defects_free(&d->defects);
}
