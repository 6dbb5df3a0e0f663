// SPDX-License-Identifier: GPL-2.0-or-later
/* zfault run: one case again, or a scenario under faults that the user switches. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "history_replay.h"
#include "report.h"
#include "run_here.h"
#include "shrink.h"
#include "story.h"

static const char help_text[] =
"zfault run: one case, by its id\n\n"
"usage: zfault run [OPTION]... SCENARIO[:POINT@PLACE=ERROR[!][+...]]\n"
"       zfault run [OPTION]... --rc-fifo=BASE SCENARIO\n"
"       zfault run [OPTION]... --history=FILE\n\n"
"PLACE is a page slot of the folio during the store (3), or the n-th hit of a\n"
"phase (store.0, load.0, invalidate.0, writeback.2). With '!' the fault stays\n"
"until the folio is stored again; '+' joins several. Without a fault the\n"
"scenario is run as it is.\n\n"
"  -s, --subject=NAME   as in 'zfault matrix'\n"
"  -p, --pages=FILE     as in 'zfault matrix'\n"
"      --guard          on protected pages: sees plain reads of freed memory\n"
"      --shrink         then look for the smallest case that shows the same\n"
"      --gdb            in gdb, which stops in the subject where it calls what is\n"
"                       made to fail; 'continue' for the next such call\n"
"      --here           in this process instead of a worker of its own: another\n"
"                       debugger can stop in fault_strikes()\n"
"      --rc-fifo=BASE   repeat the scenario until interrupted, while\n"
"                       fiu-ctrl -f BASE -c 'enable name=zpool/zpool_malloc' PID\n"
"                       from another terminal switches fault points on and off\n"
"                       (the line is printed with its PID); each repetition is\n"
"                       judged, but for reject counters and the second store,\n"
"                       which the user's faults change too\n"
"      --history=FILE   a history as 'zfault explore --histories' prints it, from\n"
"                       FILE or, if that is '-', from standard input\n"
"  -h, --help           this text\n\n"
"exit status: 0 held, 1 findings, 2 usage, 3 harness failed, 4 vacuous\n";

struct run {
	struct setting setting;
	const char *fifo, *history;
	bool guard, shrink, here, gdb;
};

static void put_outcome(const struct result *r)
{
	const char *why = r->baseline.why_vacuous;

	switch (r->cells[0].outcome) {
	case HELD:
		puts("  held: every invariant, after every step");
		break;
	case BROKEN:
		puts("  broken");
		break;
	case VACUOUS:
		printf("  vacuous: %s\n", why[0] ? why : "the fault did not fire");
		break;
	case REFUSED:
		printf("  refused by the subject: %s\n", why);
		break;
	case NOT_JUDGED:
		printf("  not judged: %s%s\n", r->baseline.outcome == REFUSED ?
		       "refused by the subject: " : "", why[0] ? why :
		       "the run without a fault already breaks an invariant");
		break;
	}
}

static int show_case(const struct run *run, const struct result *r)
{
	struct look look = look_of(stdout);
	char id[CASE_ID];

	case_format(&r->cases[0], id, sizeof(id));
	printf("subject %s   %s\n", run->setting.subject.desc->name, id);
	put_outcome(r);
	printf("  the oracle looked after %lu steps", r->steps);
	if (r->cells[0].beyond)
		printf("; beyond contract");
	putchar('\n');
	report_findings(&look, run->setting.subject_name, r);
	return result_code(r);
}

/* Of several findings the first one names the defect. */
static int show_smaller(const struct run *run, const struct run_options *opt, struct distinct *d)
{
	struct look look = look_of(stdout);
	struct defects defects = { .nr = 0 };
	struct result smaller = { .nr_distinct = 1, .distinct = d };
	int ret = shrink(d, opt);

	if (ret < 0)
		return harness_error("the smallest case was not found: no memory, or a worker was killed from outside");
	if (!ret) {
		puts("  no smaller case shows the same");
		return 0;
	}
	puts("the smallest case that shows the same:");
	defects_add(&defects, &smaller);
	report_defects(&look, run->setting.subject_name, &defects, false);
	defects_free(&defects);
	return 0;
}

static int run_one(struct run *run, const struct zcase *c)
{
	struct run_options opt = {
		.subject = &run->setting.subject,
		.pages = &run->setting.pages,
		.guard = !built_with_asan(),
	};
	struct result r;
	char why[300];
	int code = run_case(c, &opt, run->guard, &r, why, sizeof(why));

	if (code == EXIT_USAGE)
		usage_error("%s; see: zfault list cases %s", why, r.name);
	else if (code)
		harness_error("%s: %s", r.name, r.error);
	else
		code = show_case(run, &r);
	if (run->shrink && r.nr_distinct && code < EXIT_USAGE)
		code = worse_code(code, show_smaller(run, &opt, &r.distinct[0]));
	result_free(&r);
	return code;
}

/* ---- --rc-fifo --------------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* What a repetition came to; a line is printed when it changes. */
struct repetition {
	bool stored, failed_any;
	enum outcome outcome;
};

static bool is_same(const struct repetition *a, const struct repetition *b)
{
	return a->stored == b->stored && a->failed_any == b->failed_any &&
	       a->outcome == b->outcome;
}

static void put_repetition(unsigned long n, const struct verdict *v, unsigned long injected)
{
	printf("repetition %lu: %s, %lu call%s made to fail, %s\n", n,
	       v->stored ? "stored" : "refused", injected, injected == 1 ? "" : "s",
	       v->outcome == BROKEN ? "BROKEN" : "held");
	for (unsigned int i = 0; i < v->nr_findings && i < VERDICT_FINDINGS; i++)
		printf("  %c  %s (after: %s)\n", v->findings[i].letter, v->findings[i].text,
		       v->findings[i].step);
	fflush(stdout);
}

static int repeat(struct story *st)
{
	const struct zcase c = { .scenario = st->scenario };
	struct repetition before = { .stored = false }, now;
	struct verdict v;
	unsigned long n;
	int code = 0;

	for (n = 1; !interrupted; n++) {
		story_play(st, &c, &v);
		now = (struct repetition){ v.stored, fault_injected() > 0, v.outcome };
		if (n == 1 || !is_same(&now, &before))
			put_repetition(n, &v, fault_injected());
		before = now;
		if (v.outcome == BROKEN)
			code = EXIT_FINDINGS;
	}
	printf("%lu repetitions\n", n - 1);
	return code;
}

static int run_under_control(struct run *run, const struct zcase *c)
{
	struct sigaction action = { .sa_handler = on_interrupt };
	struct story st;
	char why[400];
	int code;

	if (c->nr_faults)
		return usage_error("--rc-fifo takes a scenario without faults");
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (story_open(&st, &c->scenario, &run->setting.subject, &run->setting.pages, run->guard,
		       why, sizeof(why)))
		return harness_error("%s", why);
	if (fault_rc_fifo(run->fifo)) {
		story_close(&st);
		return usage_error("cannot make the FIFOs %s-PID.in and .out: %s; --rc-fifo takes a path in a folder that may be written to",
				   run->fifo, strerror(errno));
	}
	printf("fiu-ctrl -f %s -c 'enable name=zpool/zpool_malloc' %d\n", run->fifo, (int)getpid());
	fflush(stdout);
	/* What the user's own faults change is no fault of the subject. */
	oracle_disable(invariant_bit('N') | invariant_bit('T'));
	code = repeat(&st);
	story_close(&st);
	return code;
}

/* ---- --history --------------------------------------------------------- */

static int run_history(struct run *run, char **argv, int argc)
{
	const struct replay replay = {
		.file = run->history, .guard = run->guard, .here = run->here, .shrink = run->shrink,
	};

	if (argc != optind)
		return usage_error("'%s': a history is of no scenario; see: zfault run --help",
				   argv[optind]);
	if (run->fifo)
		return usage_error("--rc-fifo takes a scenario, not a history");
	if (run->gdb && !strcmp(run->history, "-"))
		return usage_error("--gdb takes a history in a file, as gdb reads from the terminal");
	if (run->gdb)
		return run_gdb(argv, argc);
	return history_replay(&run->setting, &replay);
}

static int parse_options(struct run *run, int argc, char **argv)
{
	static const struct option options[] = {
		SETTING_OPTIONS,
		{ "guard", no_argument, NULL, 'g' },
		{ "rc-fifo", required_argument, NULL, 'r' },
		{ "shrink", no_argument, NULL, 'k' },
		{ "gdb", no_argument, NULL, 'G' },
		{ "here", no_argument, NULL, 'H' },
		{ "history", required_argument, NULL, 'y' },
		{ NULL, 0, NULL, 0 },
	};
	int c, code = GO_ON;

	opterr = 0;
	while (code == GO_ON && (c = getopt_long(argc, argv, ":s:p:h", options, NULL)) != -1) {
		switch (c) {
		case 'g':
			run->guard = true;
			break;
		case 'r':
			if (!parse_path("--rc-fifo", optarg, &run->fifo))
				return EXIT_USAGE;
			break;
		case 'k':
			run->shrink = true;
			break;
		case 'G':
			run->gdb = true;
			break;
		case 'H':
			run->here = true;
			break;
		case 'y':
			if (!parse_path("--history", optarg, &run->history))
				return EXIT_USAGE;
			break;
		default:
			code = setting_option(&run->setting, argv, c, help_text);
		}
	}
	if (code == GO_ON && !run->history && argc - optind != 1)
		return usage_error("'zfault run' takes one id; see: zfault run --help");
	return code;
}

int cmd_run(int argc, char **argv)
{
	struct run run = { .guard = false };
	int code = parse_options(&run, argc, argv);
	struct zcase c;
	char why[300];

	if (code != GO_ON)
		return code;
	if (run.history)
		return run_history(&run, argv, argc);
	if (case_parse(argv[optind], &c, why, sizeof(why)))
		return usage_error("%s", why);
	if (run.gdb && !c.nr_faults)
		return usage_error("--gdb takes a case with a fault, or there is no call to stop at");
	if (run.gdb)
		return run_gdb(argv, argc);
	run.setting.nr_pages = scenario_pages(&c.scenario);
	code = setting_open(&run.setting);
	if (code)
		return code;
	if (run.here)
		code = run_here(&run.setting, &c, run.guard);
	else
		code = run.fifo ? run_under_control(&run, &c) : run_one(&run, &c);
	setting_close(&run.setting);
	return code;
}
