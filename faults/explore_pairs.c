// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault explore --pairs: a second fault in the run that the first one leads to. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "child.h"
#include "explore.h"
#include "output.h"
#include "pairs.h"

#define DEFAULT_PAGES	16	/* of the scenarios that are run if none is named */

static void show_progress(unsigned long cases, void *arg)
{
	(void)arg;
	fprintf(stderr, "\r%lu cases \r", cases);
}

/* One that is interrupted shows what it has found by then, and is played again by the next run. */
static void play_all(struct part *part, const struct pairs_options *opt, const struct scenario *s)
{
	struct result r;

	for (unsigned int i = 0; i < part->nr_todo && !child_interrupted(); i++) {
		pairs_run(&s[i], opt, &r);
		part_add(part, &r, !child_interrupted());
		result_free(&r);
	}
	part_end(part);
}

static int play(struct explore *x, const struct scenario *s)
{
	const struct pairs_options opt = {
		.run = {
			.subject = &x->setting.subject,
			.pages = &x->setting.pages,
			.jobs = x->setting.jobs,
			.strict = x->strict,
			.progress = isatty(STDERR_FILENO) ? show_progress : NULL,
		},
		.depth = x->depth,
		.guard = !built_with_asan(),
	};
	const struct subject_desc *desc = x->setting.subject.desc;
	struct display *d = x->part.display;
	int code;

	d->subject = x->setting.subject_name;
	d->name = desc->name;
	d->depth = x->depth;
	display_begin(d, desc->origin, x->setting.pages.source);
	/* Between two scenarios, too, an interrupt ends with what there is. */
	child_wait_begin();
	play_all(&x->part, &opt, s);
	if (child_interrupted())
		code = harness_error("interrupted in scenario %u of %u", x->part.nr_done, x->part.nr_todo);
	else
		code = display_shrink(d, &opt.run);
	child_wait_end();
	return worse_code(worse_code(code, x->part.code), display_end(d));
}

static int open_and_play(struct explore *x, struct scenario *s, unsigned int nr)
{
	const struct results_run run = {
		.command = "explore --pairs",
		.depth = x->depth,
		.setting = &x->setting,
		.scenarios = s,
		.nr = nr,
		.strict = x->strict,
	};
	struct display display = { .verbose = false };
	int code;

	x->part.display = &display;
	code = part_open(&x->part, &run, s);
	if (!code)
		code = output_begin(x->output, &display.look);
	if (!code) {
		code = play(x, s);
		if (x->output)
			code = worse_code(code, output_close(!child_interrupted()));
	}
	return worse_code(code, part_close(&x->part));
}

/* Those of the covering list that take seconds, not hours. */
static unsigned int keep_small(struct scenario *s, unsigned int nr)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < nr; i++) {
		if (scenario_pages(&s[i]) <= DEFAULT_PAGES)
			s[kept++] = s[i];
	}
	return kept;
}

int explore_pairs(struct explore *x, char **names, unsigned int nr)
{
	bool named = nr;
	struct scenario *s;
	int code = setting_scenarios(&x->setting, names, &nr, &s);

	if (code)
		return code;
	if (!named) {
		nr = keep_small(s, nr);
		x->setting.nr_pages = DEFAULT_PAGES;
	}
	code = setting_open(&x->setting);
	if (!code) {
		if (!named && x->setting.subject.desc->no_large)
			nr = scenario_add_small(s, nr);
		code = open_and_play(x, s, nr);
		setting_close(&x->setting);
	}
	free(s);
	return code;
}
