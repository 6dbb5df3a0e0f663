// SPDX-License-Identifier: GPL-2.0-or-later
/* What a dead worker left behind, as a finding. */
#include "crash.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define REPORT	8192

/*
 * Frames are read as addresses, and named by libdw where they are shown. To have
 * the sanitizer name them too would take most of the time that a death takes.
 * ASAN_OPTIONS and MSAN_OPTIONS in the environment are stronger than this.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "symbolize=0";
}

const char *__msan_default_options(void);
const char *__msan_default_options(void)
{
	return "symbolize=0";
}

static size_t read_report(int errors, char *buf)
{
	ssize_t n = errors < 0 ? 0 : pread(errors, buf, REPORT - 1, 0);

	if (n < 0)
		n = 0;
	buf[n] = '\0';
	return n;
}

/* "ERROR: AddressSanitizer: use-after-poison on address ..." -> kind */
static bool sanitizer_kind(const char *report, char *tool, size_t tool_size,
			   char *kind, size_t kind_size)
{
	static const char *const tools[] = { "AddressSanitizer", "MemorySanitizer",
					     "LeakSanitizer" };

	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		const char *p = strstr(report, tools[i]);

		if (!p || strncmp(p + strlen(tools[i]), ": ", 2))
			continue;
		p += strlen(tools[i]) + 2;
		snprintf(tool, tool_size, "%s", tools[i]);
		snprintf(kind, kind_size, "%.*s", (int)strcspn(p, " \n"), p);
		return true;
	}
	return false;
}

/* UBSan: "core/store.c:12:3: runtime error: ..." in one line. */
static bool runtime_error(const char *report, struct finding *f)
{
	const char *p = strstr(report, "runtime error: ");

	if (!p)
		return false;
	p += strlen("runtime error: ");
	snprintf(f->key, sizeof(f->key), "undefined behaviour");
	snprintf(f->text, sizeof(f->text), "UndefinedBehaviorSanitizer: %.*s",
		 (int)strcspn(p, "\n"), p);
	return true;
}

/* "READ of size 8 at ..." */
static const char *access_of(const char *report, char *buf, size_t size)
{
	const char *p = strstr(report, "READ of size ");

	if (!p)
		p = strstr(report, "WRITE of size ");
	if (!p)
		return "";
	snprintf(buf, size, ", %.*s", (int)strcspn(strchr(p, 'z') + 3, " \n") +
		 (int)(strchr(p, 'z') + 3 - p), p);
	return buf;
}

/*
 * "    #3 0x7f12 in f file" -> 0x7f13, of the first stack in the report: what is
 * printed lies in the call, or is what faulted, and frames are read as
 * addresses behind that. What was inlined has a line with the same address.
 */
static void read_frames(const char *report, struct finding *f)
{
	const unsigned int max = sizeof(f->frames) / sizeof(f->frames[0]);
	const char *p = report;
	unsigned long pc, last = 0;
	unsigned int n;

	for (unsigned int line = 0; f->nr_frames < max; line++) {
		p = strstr(p, "    #");
		if (!p || sscanf(p, " #%u 0x%lx", &n, &pc) != 2 || n != line)
			break;
		if (pc != last)
			f->frames[f->nr_frames++] = (void *)(pc + 1);
		last = pc;
		p += 5;
	}
}

static const char *signal_of(int status)
{
	const char *name = sigabbrev_np(WTERMSIG(status));

	return name ? name : "?";
}

const char *crash_from_outside(int status)
{
	/* What an instruction raises, or abort(). A loop is ended by SIGVTALRM, which is caught. */
	static const int own[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP };

	if (!WIFSIGNALED(status))
		return NULL;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (WTERMSIG(status) == own[i])
			return NULL;
	}
	return signal_of(status);
}

static void signal_name(int status, struct finding *f)
{
	if (WIFSIGNALED(status)) {
		snprintf(f->key, sizeof(f->key), "killed by SIG%s", signal_of(status));
		snprintf(f->text, sizeof(f->text), "the worker was killed by SIG%s",
			 signal_of(status));
		return;
	}
	snprintf(f->key, sizeof(f->key), "worker exited");
	snprintf(f->text, sizeof(f->text), "the worker exited with %d in the middle of the case",
		 WEXITSTATUS(status));
}

void crash_describe(int errors, int status, struct finding *f)
{
	char report[REPORT], tool[32], kind[64], buf[40];
	const char *access;

	memset(f, 0, sizeof(*f));
	f->letter = 'U';
	f->slot = -1;
	snprintf(f->step, sizeof(f->step), "not known: the worker died");
	read_report(errors, report);
	read_frames(report, f);
	access = access_of(report, buf, sizeof(buf));
	if (runtime_error(report, f))
		return;
	if (!sanitizer_kind(report, tool, sizeof(tool), kind, sizeof(kind))) {
		signal_name(status, f);
		return;
	}
	/* Calls without end are how a stack overruns. */
	if (!strcmp(kind, "stack-overflow"))
		f->letter = 'H';
	snprintf(f->key, sizeof(f->key), "%.20s %.30s", tool, kind);
	/* What ASan sees at once, the shim sees by the signal that comes of it. */
	if (access[0])
		snprintf(f->key, sizeof(f->key), "%s", BAD_ACCESS);
	snprintf(f->text, sizeof(f->text), "%s: %s%s", tool, kind, access);
}
