// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault explore --histories=N: long random histories, by a seed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "explore.h"
#include "output.h"
#include "report_history.h"

static void show_progress(unsigned long histories, void *arg)
{
	(void)arg;
	fprintf(stderr, "\r%lu histories \r", histories);
}

/* ---- --save ------------------------------------------------------------ */

/* The letter, and which history of which seed it was shrunk from. */
static void saved_name(const struct explore *x, const struct history_found *f, char *buf, size_t size)
{
	snprintf(buf, size, "%s/%c-%u-%lu.history", x->save, f->hv.v.findings[0].letter, x->seed,
		 f->index);
}

static int save(const struct explore *x, const struct history_found *f, const char *name)
{
	const struct finding *finding = &f->hv.v.findings[0];
	FILE *file = fopen(name, "w");

	if (!file)
		return harness_error("%s: %s", name, strerror(errno));
	history_print(file, &f->history, 0);
	fprintf(file, "# %s: %c, after %s: %s\n", x->setting.subject.desc->name, finding->letter,
		finding->step, finding->text);
	if (ferror(file) | fclose(file))
		return harness_error("%s: not written", name);
	return 0;
}

static int check_folder(const char *folder)
{
	struct stat st;

	if (!folder)
		return 0;
	if (stat(folder, &st))
		return usage_error("--save %s: %s; it takes a folder that is there", folder,
				   strerror(errno));
	if (!S_ISDIR(st.st_mode) || access(folder, W_OK))
		return usage_error("--save %s: not a folder that may be written to", folder);
	return 0;
}

/* ---- the run ----------------------------------------------------------- */

static int show_found(const struct explore *x, const struct look *look,
		      const struct history_result *r)
{
	char name[4096];
	int code = 0;

	for (unsigned int i = 0; i < r->nr_found; i++) {
		if (x->save) {
			saved_name(x, &r->found[i], name, sizeof(name));
			code = worse_code(code, save(x, &r->found[i], name));
		}
		report_history_found(look, x->setting.subject_name, &r->found[i],
				     x->save ? name : NULL);
	}
	return code;
}

static int run(struct explore *x, const struct look *look)
{
	const struct history_options opt = {
		.subject = &x->setting.subject,
		.pages = x->setting.pages_file ? &x->setting.pages : NULL,
		.jobs = x->setting.jobs,
		.histories = x->histories,
		.seed = x->seed,
		.guard = !built_with_asan(),
		.progress = isatty(STDERR_FILENO) ? show_progress : NULL,
	};
	struct history_result r;
	int code;

	fprintf(look->out, "subject %s (%s), pages: %s\n%u histories of %u steps, seed %u\n\n",
		x->setting.subject.desc->name, x->setting.subject.desc->origin,
		opt.pages ? opt.pages->source : "generated", x->histories, HISTORY_LENGTH, x->seed);
	fflush(look->out);
	if (history_run(&opt, &r)) {
		code = harness_error("%s", r.error);
	} else {
		report_history_counts(look, &r);
		code = worse_code(show_found(x, look, &r), history_code(&r, x->strict));
		report_history_total(look, &r);
	}
	if (child_interrupted())
		code = worse_code(code, harness_error("interrupted: %lu of %u histories were played",
						      r.held + r.broken + r.vacuous, x->histories));
	history_result_free(&r);
	return code;
}

static int open_and_run(struct explore *x)
{
	struct look look;
	int code = output_begin(x->output, &look);

	if (code)
		return code;
	code = run(x, &look);
	return x->output ? worse_code(code, output_close(code != EXIT_HARNESS)) : code;
}

int explore_histories(struct explore *x)
{
	int code = check_folder(x->save);

	if (code)
		return code;
	x->setting.nr_pages = x->setting.pages_file ? HISTORY_REAL_PAGES : 0;
	code = setting_open(&x->setting);
	if (code)
		return code;
	code = open_and_run(x);
	setting_close(&x->setting);
	return code;
}
