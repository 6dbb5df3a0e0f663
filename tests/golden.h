/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output that is as it is in tests/golden/. After a change that is meant,
 * ZFAULT_GOLDEN=write writes it anew, to be looked at in git diff.
 */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void golden_write(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_msg(f, "cannot write %s", path);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static inline char *golden_read(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 65536);

	ck_assert_msg(f, "no file %s", path);
	ck_assert_ptr_nonnull(text);
	ck_assert_uint_lt(fread(text, 1, 65535, f), 65535);
	fclose(f);
	return text;
}

static inline void golden_check(const char *name, const char *text)
{
	const char *how = getenv("ZFAULT_GOLDEN"), *a = text, *b;
	unsigned int line = 1;
	char path[200], *golden;

	snprintf(path, sizeof(path), "tests/golden/%s.txt", name);
	if (how && !strcmp(how, "write"))
		golden_write(path, text);
	golden = golden_read(path);
	for (b = golden; *a && *a == *b; a++, b++)
		line += *a == '\n';
	while (a > text && a[-1] != '\n')
		a--, b--;
	ck_assert_msg(!strcmp(text, golden), "%s:%u: '%.*s' is now '%.*s'", path, line,
		      (int)strcspn(b, "\n"), b, (int)strcspn(a, "\n"), a);
	free(golden);
}

#endif
