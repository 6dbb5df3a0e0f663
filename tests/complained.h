/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For a test in which several rules are broken, or one several times. */
#ifndef TESTS_COMPLAINED_H
#define TESTS_COMPLAINED_H

#include "tests/complaints.h"

/* How often the shim saw this rule broken; NULL: any rule of the letter. */
static inline unsigned int complained(char letter, const char *key)
{
	unsigned int kept, total, nr = 0;
	const struct complaint *c = ledger_complaints(&kept, &total);

	for (; kept--; c++)
		nr += c->letter == letter && (!key || !strcmp(c->key, key));
	return nr;
}

#endif
