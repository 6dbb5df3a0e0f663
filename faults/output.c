// SPDX-License-Identifier: GPL-2.0-or-later
/* A report's file: it is there whole, or it is not there. */
#include "output.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "report.h"

#define FILE_WIDTH	100	/* columns of a report in a file */

static struct {
	const char *path;
	FILE *file;
	char target[PATH_MAX];	/* @path, with links followed */
	char tmp[PATH_MAX];	/* "": written to directly */
	pid_t owner;
} output;

/* Workers inherit the handler, but not the file. */
static void on_signal(int sig)
{
	if (getpid() == output.owner && output.tmp[0])
		unlink(output.tmp);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void remove_when_interrupted(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM, SIGXCPU };
	struct sigaction action = { .sa_handler = on_signal }, old;

	output.owner = getpid();
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

/* As open() would have made it: mkstemp() gives a file to its owner alone. */
static int make_beside(void)
{
	mode_t mask = umask(0);
	int fd = -1;

	umask(mask);
	if (snprintf(output.tmp, sizeof(output.tmp), "%s.XXXXXX", output.target) <
	    (int)sizeof(output.tmp))
		fd = mkstemp(output.tmp);
	else
		errno = ENAMETOOLONG;
	if (fd < 0) {
		output.tmp[0] = '\0';
		return -1;
	}
	fchmod(fd, 0666 & ~mask);
	remove_when_interrupted();
	return fd;
}

static FILE *open_file(const char *path)
{
	struct stat st;
	int fd;

	output.tmp[0] = '\0';
	if (snprintf(output.target, sizeof(output.target), "%s", path) >=
	    (int)sizeof(output.target)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	if (!stat(path, &st)) {
		if (!S_ISREG(st.st_mode))
			return fopen(path, "w");
		/* /dev/stdout may lead to a file; the link itself has to stay. */
		if (access(path, W_OK) || !realpath(path, output.target))
			return NULL;
	} else if (errno != ENOENT) {
		return NULL;
	}
	fd = make_beside();
	return fd < 0 ? NULL : fdopen(fd, "w");
}

int output_open(const char *path, FILE **out)
{
	output.path = path;
	output.file = open_file(path);
	*out = output.file;
	if (output.file)
		return 0;
	return usage_error("cannot write %s: %s; --output takes a file in a folder that may be written to",
			   path, strerror(errno));
}

int output_begin(const char *path, struct look *look)
{
	FILE *file;
	int code;

	*look = look_of(stdout);
	if (!path)
		return 0;
	code = output_open(path, &file);
	if (code)
		return code;
	*look = look_of(file);
	look->width = FILE_WIDTH;
	return 0;
}

int output_close(bool keep)
{
	bool failed = ferror(output.file);
	int err;

	errno = 0;
	failed |= fclose(output.file) != 0;
	if (output.tmp[0] && keep && !failed)
		failed = rename(output.tmp, output.target) != 0;
	err = errno;
	if (output.tmp[0] && (failed || !keep))
		unlink(output.tmp);
	output.tmp[0] = '\0';
	if (!failed)
		return 0;
	return harness_error("cannot write %s: %s", output.path,
			     err ? strerror(err) : "an earlier write failed");
}
