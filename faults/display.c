// SPDX-License-Identifier: GPL-2.0-or-later
/* The results of a matrix, one after the other. */
#include "display.h"

#include "cmd.h"

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
		harness_error("%s", r->error);
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
	defects_sort(&d->defects);
	report_defects(&d->look, d->subject, &d->defects);
	report_total(&d->look, &d->total, &d->defects);
	defects_free(&d->defects);
}
