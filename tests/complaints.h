/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the shim say about complaints. */
#ifndef TESTS_COMPLAINTS_H
#define TESTS_COMPLAINTS_H

#include <string.h>

#include <check.h>

#include "shim/ledger.h"

static inline void no_complaint(void)
{
	unsigned int kept, total;
	const struct complaint *c = ledger_complaints(&kept, &total);

	ck_assert_msg(!total, "unexpected complaint %c %s: %s", c->letter, c->key, c->text);
}

/* Exactly one so far; @says: part of its text, NULL: any. */
static inline void one_complaint(char letter, const char *key, const char *says)
{
	unsigned int kept, total;
	const struct complaint *c = ledger_complaints(&kept, &total);

	ck_assert_msg(total, "no complaint %c %s", letter, key);
	ck_assert_msg(c->letter == letter && !strcmp(c->key, key),
		      "complaint %c %s instead of %c %s: %s", c->letter, c->key, letter, key, c->text);
	ck_assert_msg(!says || strstr(c->text, says), "'%s' does not say '%s'", c->text, says);
	ck_assert_uint_eq(total, 1);
}

#endif
