// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's log: its last lines, for a report that wants them. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <linux/printk.h>

#include "boot.h"
#include "shim.h"
#include "world.h"

#define PRINTK_LINES	16
#define PRINTK_LINE	160

static char lines[PRINTK_LINES][PRINTK_LINE] __outside;
static unsigned long nr_lines __outside;

void printk_reset(void)
{
	nr_lines = 0;
}

static int print(const char *fmt, va_list args)
{
	char *line = lines[nr_lines++ % PRINTK_LINES];
	int len = vsnprintf(line, PRINTK_LINE, fmt, args);

	line[strcspn(line, "\n")] = '\0';
	return len;
}

/* narrowed: one call is one line; of the kernel's own formats it knows none */
int _printk(const char *fmt, ...)
{
	va_list args;
	int len;

	shim_call();
	va_start(args, fmt);
	len = print(fmt, args);
	va_end(args);
	return len;
}

/* narrowed: suppressed lines are not counted in the log later on */
int _printk_ratelimited(unsigned int *nr, const char *fmt, ...)
{
	va_list args;
	int len = 0;

	shim_call();
	if (*nr >= PRINTK_BURST)
		return 0;
	++*nr;
	va_start(args, fmt);
	len = print(fmt, args);
	va_end(args);
	return len;
}

const char *world_printk_line(unsigned int back)
{
	if (back >= nr_lines || back >= PRINTK_LINES)
		return NULL;
	return lines[(nr_lines - 1 - back) % PRINTK_LINES];
}
