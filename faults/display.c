// SPDX-License-Identifier: GPL-2.0-or-later
/* The results of a run, one after the other. */
#include "display.h"

#include <string.h>

#include "child.h"
#include "cmd.h"
#include "shrink.h"

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
	if (d->depth)
		report_pairs_title(&d->look, d->depth);
}

static void put_matrix(const struct display *d, const struct result *r)
{
	if (!d->alone && !d->verbose)
		report_line(&d->look, r);
	if (!r->error[0] && (d->alone || d->verbose || r->nr_distinct)) {
		fputc('\n', d->look.out);
		report_grid(&d->look, d->name, r);
		if (!d->alone)
			fputc('\n', d->look.out);
	}
}

void display_result(struct display *d, const struct result *r)
{
	total_add(&d->total, r);
	defects_add(&d->defects, r);
	if (r->error[0])
		tell_failure(d, r);
	if (d->depth)
		report_pairs_line(&d->look, r);
	else
		put_matrix(d, r);
	fflush(d->look.out);
}

int display_shrink(struct display *d, const struct run_options *opt)
{
	unsigned int within = d->defects.within;
	int code = 0;

	child_wait_begin();
	if (shrink_defects(&d->defects, opt) && !child_interrupted())
		code = harness_error("not each defect is shown by its smallest case: no memory, or a worker was killed from outside");
	child_wait_end();
	if (child_interrupted())
		code = harness_error("interrupted before each defect was shown by its smallest case");
	/* A kernel can meet what only cases beyond contract had shown. */
	return worse_code(code, d->defects.within > within ? EXIT_FINDINGS : 0);
}

int display_end(struct display *d)
{
	const struct total *t = &d->total;

	tell_rest(d);
	defects_sort(&d->defects);
	report_defects(&d->look, d->subject, &d->defects, d->depth);
	/* Sums of nothing would look like a result. */
	if (t->scenarios > t->failed) {
		report_total(&d->look, t, &d->defects);
		if (d->depth)
			report_pairs_total(&d->look, d->depth, t, &d->defects);
	}
	defects_free(&d->defects);
	return t->refused && t->refused == t->scenarios ? EXIT_VACUOUS : 0;
}
