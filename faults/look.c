// SPDX-License-Identifier: GPL-2.0-or-later
/* How reports are printed: what the terminal has, and what all of them use. */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "report.h"

#define LEAST_WIDTH	60	/* a grid of one cell and its margin, and some room */

struct look look_of(FILE *out)
{
	struct look look = { .out = out, .width = 80 };
	const char *columns = getenv("COLUMNS"), *no_colour = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	struct winsize ws;

	look.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	if (!isatty(fileno(out)))
		return look;
	look.times = true;
	look.colour = !(no_colour && *no_colour) && term && strcmp(term, "dumb");
	if (columns && atoi(columns) >= LEAST_WIDTH)
		look.width = atoi(columns);
	else if (!ioctl(fileno(out), TIOCGWINSZ, &ws) && ws.ws_col >= LEAST_WIDTH)
		look.width = ws.ws_col;
	return look;
}

const char *report_between(const struct look *look)
{
	return look->utf8 ? " · " : ", ";
}

/* Where a line of @room columns ends: at a space; else behind a slash; else it is too long. */
static size_t line_end(const char *text, size_t room)
{
	size_t n = room;

	while (n && text[n] != ' ')
		n--;
	if (n)
		return n;
	for (n = room; n && text[n - 1] != '/';)
		n--;
	return n ? n : strcspn(text, " ");
}

static void put_wrapped(const struct look *look, unsigned int first, unsigned int indent,
			const char *text)
{
	unsigned int at = first;

	while (strlen(text) > look->width - at) {
		size_t n = line_end(text, look->width - at);

		fprintf(look->out, "%*s%.*s\n", at, "", (int)n, text);
		text += n;
		text += strspn(text, " ");
		at = indent;
	}
	if (*text)
		fprintf(look->out, "%*s%s\n", at, "", text);
}

void report_wrapped(const struct look *look, unsigned int indent, const char *text)
{
	put_wrapped(look, indent, indent, text);
}

void report_hanging(const struct look *look, unsigned int indent, const char *text)
{
	put_wrapped(look, 0, indent, text);
}
