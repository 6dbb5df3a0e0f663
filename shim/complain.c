// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules that the shim saw broken, and WARN and BUG, which are the subject's
 * own word that one is. Kept outside of the world, and emptied whenever a
 * world begins: so no case pays for copying them.
 */
#include <execinfo.h>
#include <stdarg.h>
#include <stdio.h>

#include <linux/bug.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "boot.h"
#include "ledger.h"
#include "shim.h"
#include "world.h"

/* A hundred times the same must not hide what comes after it. */
#define COMPLAINTS_KEPT	24
#define REPEATED_KEPT	16

static struct complaint complaints[COMPLAINTS_KEPT] __outside;
static unsigned int nr_kept __outside, nr_complaints __outside;
static bool warn_expected __world;

/* As of the snapshot midway. */
static struct {
	struct complaint kept[COMPLAINTS_KEPT];
	unsigned int nr_kept, nr;
} saved __outside;

void complain_reset(void)
{
	nr_kept = nr_complaints = 0;
}

void complain_save(void)
{
	saved.nr = nr_complaints;
	saved.nr_kept = nr_kept;
	memcpy(saved.kept, complaints, nr_kept * sizeof(complaints[0]));
}

void complain_restore(void)
{
	nr_complaints = saved.nr;
	nr_kept = saved.nr_kept;
	memcpy(complaints, saved.kept, nr_kept * sizeof(complaints[0]));
}

static bool is_known(char letter, const char *key)
{
	for (unsigned int i = 0; i < nr_kept; i++) {
		if (complaints[i].letter == letter &&
		    !strncmp(complaints[i].key, key, sizeof(complaints[i].key) - 1))
			return true;
	}
	return false;
}

void complain(char letter, const char *key, const char *fmt, ...)
{
	void *frames[COMPLAINT_FRAMES + 1];
	struct complaint *c;
	va_list args;
	int nr;

	nr_complaints++;
	if (nr_kept == COMPLAINTS_KEPT || (nr_kept >= REPEATED_KEPT && is_known(letter, key)))
		return;
	c = &complaints[nr_kept++];
	c->letter = letter;
	snprintf(c->key, sizeof(c->key), "%s", key);
	va_start(args, fmt);
	vsnprintf(c->text, sizeof(c->text), fmt, args);
	va_end(args);

	/* Without this function's own frame. */
	nr = backtrace(frames, COMPLAINT_FRAMES + 1);
	c->nr_frames = max(nr - 1, 0);
	for (int i = 0; i < c->nr_frames; i++)
		c->frames[i] = frames[i + 1];
}

const struct complaint *ledger_complaints(unsigned int *kept, unsigned int *total)
{
	*kept = nr_kept;
	*total = nr_complaints;
	return complaints;
}

void world_expect_warn(bool expected)
{
	warn_expected = expected;
}

/* faithful: but for the ONCE forms, which do not latch (see bug.h) */
void shim_warn(const char *what, const char *func, int line)
{
	shim_call();
	if (!warn_expected)
		complain('W', what, "%s in %s(), line %d", what, func, line);
}

/* narrowed: the machine stops, but nothing oopses: the case is over */
void shim_bug(const char *what, const char *func, int line)
{
	char text[COMPLAINT_TEXT];

	snprintf(text, sizeof(text), "%s in %s(), line %d", what, func, line);
	complain('W', what, "%s", text);
	world_end_now(WORLD_BUG, text);
}
