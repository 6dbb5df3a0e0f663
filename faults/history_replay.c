// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault run --history: a history from a file. */
#include "history_replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "report_history.h"

static unsigned int nr_faults(const struct history *h)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < h->nr; i++)
		nr += h->steps[i].nr_faults;
	return nr;
}

/* Somebody wrote these steps, and meant something by them. */
static void put_idle(const struct history *h, const struct history_verdict *hv)
{
	char line[HISTORY_LINE];

	for (unsigned int i = 0; i < h->nr && i < hv->at; i++) {
		if (hv->did[i])
			continue;
		history_step_format(&h->steps[i], line, sizeof(line));
		printf("  step %u did nothing: %s\n", i + 1, line);
	}
}

static int put_outcome(const struct history *h, const struct history_verdict *hv)
{
	unsigned int faults = nr_faults(h);
	int code = 0;

	if (hv->v.outcome == BROKEN) {
		code = hv->v.beyond ? EXIT_HELD : EXIT_FINDINGS;
		puts("  broken");
	} else if (hv->v.fired < faults) {
		code = EXIT_VACUOUS;
		printf("  vacuous: of %u fault%s %u fired\n", faults, faults == 1 ? "" : "s",
		       hv->v.fired);
	} else if (hv->v.outcome == VACUOUS) {
		code = EXIT_VACUOUS;
		printf("  vacuous: %s\n", hv->v.why_vacuous);
	} else {
		puts("  held: every invariant, after every step");
	}
	put_idle(h, hv);
	printf("  the oracle looked after %u steps%s\n", hv->v.steps,
	       hv->v.beyond ? "; beyond contract" : "");
	return code;
}

/* What stands for it in a command; what was read from standard input has no name. */
static const char *file_name(const struct replay *replay)
{
	return strcmp(replay->file, "-") ? replay->file : NULL;
}

static int play(const struct history_options *opt, const struct replay *replay,
		struct history_world *w, struct history_found *f)
{
	char why[300];

	if (!replay->here)
		return history_try(opt, replay->guard ? w : NULL, &f->history, &f->hv, why,
				   sizeof(why)) ? harness_error("%s", why) : 0;
	fault_stop(true);
	history_play(w, &f->history, NULL, &f->hv);
	fault_stop(false);
	return 0;
}

static int shrink_it(const struct history_options *opt, const struct setting *setting,
		     struct history_world *w, struct history_found *f)
{
	const struct look look = look_of(stdout);
	char why[300];

	f->length = f->history.nr;
	if (history_shrink(opt, w, f, why, sizeof(why)))
		return harness_error("%s", why);
	f->shrunk = true;
	puts("the shortest history that shows the same:");
	report_history_found(&look, setting->subject_name, f, NULL);
	return 0;
}

static int show(const struct history_options *opt, const struct setting *setting,
		const struct replay *replay, struct history_world *w, struct history_found *f)
{
	const struct look look = look_of(stdout);
	int code = play(opt, replay, w, f);

	if (code)
		return code;
	printf("subject %s   %s, %u step%s\n", setting->subject.desc->name,
	       file_name(replay) ? replay->file : "standard input",
	       f->history.nr, f->history.nr == 1 ? "" : "s");
	code = put_outcome(&f->history, &f->hv);
	if (f->hv.v.outcome != BROKEN)
		return code;
	report_history_found(&look, setting->subject_name, f, file_name(replay));
	putchar('\n');
	return replay->shrink ? worse_code(code, shrink_it(opt, setting, w, f)) : code;
}

static int open_and_show(const struct setting *setting, const struct replay *replay,
			 struct history_found *f)
{
	const struct history_options opt = {
		.subject = &setting->subject,
		.pages = setting->pages_file ? &setting->pages : NULL,
	};
	static struct history_world w;
	bool open = replay->guard || replay->here || replay->shrink;
	char why[300];
	int code;

	/* A subject that dies when it is booted does so in a process of its own, if it can be had. */
	if (open && history_open(&w, opt.subject, opt.pages, replay->guard, why, sizeof(why)))
		return harness_error("%s", why);
	code = show(&opt, setting, replay, &w, f);
	if (open)
		history_close(&w);
	return code;
}

int history_replay(struct setting *setting, const struct replay *replay)
{
	struct history_found *f = calloc(1, sizeof(*f));
	char why[400];
	int code;

	if (!f)
		return harness_error("no memory for a history");
	if (history_parse(replay->file, &f->history, why, sizeof(why))) {
		code = usage_error("%s", why);
	} else {
		setting->nr_pages = setting->pages_file ? HISTORY_REAL_PAGES : 0;
		code = setting_open(setting);
		if (!code) {
			code = open_and_show(setting, replay, f);
			setting_close(setting);
		}
	}
	free(f);
	return code;
}
