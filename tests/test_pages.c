// SPDX-License-Identifier: GPL-2.0-or-later
/* Page contents: what is taken from a file, and what of it is left out. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faults/pages.h"
#include "shim/ledger.h"

#define PAGE	4096

static char path[] = "/tmp/zfault-pages-XXXXXX";
static struct pages pages;
static char why[400];

static void setup(void)
{
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void teardown(void)
{
	unlink(path);
}

static void append(const void *page, size_t size)
{
	FILE *f = fopen(path, "a");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(page, 1, size, f), size);
	ck_assert_int_eq(fclose(f), 0);
}

static void loaded(const char *file)
{
	ck_assert_msg(!pages_load(file, 16, &pages, why, sizeof(why)), "%s", why);
}

static void refused(const char *file, const char *expected)
{
	char line[500];

	snprintf(line, sizeof(line), "--pages %s: %s", file, expected);
	ck_assert_int_eq(pages_load(file, 16, &pages, why, sizeof(why)), -1);
	ck_assert_str_eq(why, line);
}

/* What every set promises, wherever it came from. */
static void is_usable(void)
{
	static const char zero[PAGE];

	ck_assert_uint_ge(pages.nr, 2 * 16);
	for (unsigned int i = 0; i < pages.nr; i++) {
		ck_assert_uint_gt(ledger_compressed_len("deflate", pages.real[i]), 0);
		ck_assert_int_ne(memcmp(pages.real[i], zero, PAGE), 0);
		for (unsigned int j = 0; j < i; j++)
			ck_assert_int_ne(memcmp(pages.real[i], pages.real[j], PAGE), 0);
	}
}

START_TEST(images_give_real_pages)
{
	loaded(NULL);
	is_usable();
	ck_assert_ptr_nonnull(strstr(pages.source, "pages of the images of zfault"));
	pages_free(&pages);
}
END_TEST

START_TEST(a_dump_is_taken_first_and_filled_up)
{
	append(pages_generated(2000), PAGE);
	append(pages_generated(2001), PAGE);
	loaded(path);
	is_usable();
	ck_assert_mem_eq(pages.real[0], pages_generated(2000), PAGE);
	ck_assert_mem_eq(pages.real[1], pages_generated(2001), PAGE);
	ck_assert_mem_eq(pages.real[2], pages_generated(0), PAGE);
	ck_assert_ptr_nonnull(strstr(pages.source, "2 pages of /tmp/"));
	pages_free(&pages);
}
END_TEST

/* A page that is left out takes no other with it. */
START_TEST(useless_pages_are_left_out)
{
	static const char zero[PAGE];

	append(pages_incompressible(0), PAGE);
	append(zero, PAGE);
	append(pages_generated(2000), PAGE);
	append(pages_incompressible(1), PAGE);
	append(pages_generated(2000), PAGE);
	append(pages_generated(2001), PAGE);
	append(pages_generated(2002), PAGE / 2);
	loaded(path);
	is_usable();
	ck_assert_mem_eq(pages.real[0], pages_generated(2000), PAGE);
	ck_assert_mem_eq(pages.real[1], pages_generated(2001), PAGE);
	ck_assert_mem_eq(pages.real[2], pages_generated(0), PAGE);
	pages_free(&pages);
}
END_TEST

/* The compressor remembers by address, and the address has other bytes now. */
START_TEST(a_second_set_is_not_taken_for_the_first)
{
	unsigned int len;

	append(pages_generated(2000), PAGE);
	loaded(path);
	len = ledger_compressed_len("deflate", pages.real[0]);
	pages_free(&pages);
	ck_assert_int_eq(truncate(path, 0), 0);
	append(pages_generated(2003), PAGE);
	loaded(path);
	ck_assert_mem_eq(pages.real[0], pages_generated(2003), PAGE);
	ck_assert_uint_ne(ledger_compressed_len("deflate", pages.real[0]), len);
	ck_assert_uint_eq(ledger_compressed_len("deflate", pages.real[0]),
			  ledger_compressed_len("deflate", pages_generated(2003)));
	pages_free(&pages);
}
END_TEST

START_TEST(a_dump_without_a_page_is_refused)
{
	static const char zero[PAGE];

	refused(path, "less than a page; it takes a file of pages of 4096 bytes");
	append(zero, PAGE - 1);
	refused(path, "less than a page; it takes a file of pages of 4096 bytes");
	append(zero, 1);
	refused(path, "no page of it is of use (all zero, or deflate refuses it)");
	append(pages_incompressible(3), PAGE);
	refused(path, "no page of it is of use (all zero, or deflate refuses it)");
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
	char fifo[sizeof(path) + 8];

	refused("/nonexistent", "No such file or directory; it takes a file of pages of 4096 bytes");
	refused("/", "Is a directory; it takes a file of pages of 4096 bytes");
	refused("/dev/null", "not a regular file; it takes a file of pages of 4096 bytes");
	/* Nobody writes to it, and nobody waits. */
	snprintf(fifo, sizeof(fifo), "%s.fifo", path);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	refused(fifo, "not a regular file; it takes a file of pages of 4096 bytes");
	unlink(fifo);
}
END_TEST

START_TEST(an_unreadable_dump_is_refused)
{
	append(pages_generated(0), PAGE);
	if (!geteuid())
		return;		/* root may read everything */
	chmod(path, 0);
	refused(path, "Permission denied; it takes a file of pages of 4096 bytes");
}
END_TEST

START_TEST(generated_pages_are_of_different_degrees)
{
	unsigned int least = PAGE, most = 0, len;

	for (unsigned int k = 0; k < 64; k++) {
		len = ledger_compressed_len("deflate", pages_generated(k));
		ck_assert_uint_gt(len, 0);
		least = len < least ? len : least;
		most = len > most ? len : most;
		ck_assert_ptr_eq(pages_generated(k), pages_generated(k));
		for (unsigned int j = 0; j < k; j++)
			ck_assert_int_ne(memcmp(pages_generated(j), pages_generated(k), PAGE), 0);
	}
	ck_assert_uint_lt(least, 512);
	ck_assert_uint_gt(most, 1024);
}
END_TEST

START_TEST(incompressible_pages_are)
{
	for (unsigned int k = 0; k < 64; k++) {
		ck_assert_uint_eq(ledger_compressed_len("deflate", pages_incompressible(k)), 0);
		for (unsigned int j = 0; j < k; j++)
			ck_assert_int_ne(memcmp(pages_incompressible(j),
						pages_incompressible(k), PAGE), 0);
	}
}
END_TEST

Suite *suite_pages(void)
{
	Suite *s = suite_create("pages");
	TCase *tc = tcase_create("sets");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, images_give_real_pages);
	tcase_add_test(tc, a_dump_is_taken_first_and_filled_up);
	tcase_add_test(tc, useless_pages_are_left_out);
	tcase_add_test(tc, a_second_set_is_not_taken_for_the_first);
	tcase_add_test(tc, a_dump_without_a_page_is_refused);
	tcase_add_test(tc, what_is_no_file_is_refused);
	tcase_add_test(tc, an_unreadable_dump_is_refused);
	suite_add_tcase(s, tc);

	tc = tcase_create("made");
	tcase_add_test(tc, generated_pages_are_of_different_degrees);
	tcase_add_test(tc, incompressible_pages_are);
	suite_add_tcase(s, tc);
	return s;
}
