// SPDX-License-Identifier: GPL-2.0-or-later
/* What a dead worker's standard error and wait status are made into. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults/crash.h"

static struct finding f;

static void died(const char *report, int status)
{
	int fd = memfd_create("test-crash", 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, report, strlen(report)), strlen(report));
	memset(&f, '#', sizeof(f));
	crash_describe(fd, status, &f);
	close(fd);
	ck_assert_int_eq(f.slot, -1);
	ck_assert_str_eq(f.step, "not known: the worker died");
}

static const char asan[] =
	"=================================================================\n"
	"==4711==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010 at pc 0x1 bp 0x2\n"
	"READ of size 8 at 0x602000000010 thread T0\n"
	"    #0 0x55550001 in zswap_entry_free core/entry.c:12\n"
	"    #1 0x55550001 in zswap_store_page core/store.c:23\n"
	"    #2 0x55550002 in zswap_store core/store.c:34\n"
	"\n"
	"freed by thread T0 here:\n"
	"    #0 0x7777 in free\n";

START_TEST(asan_says_the_access)
{
	died(asan, W_EXITCODE(1, 0));
	ck_assert_int_eq(f.letter, 'U');
	ck_assert_str_eq(f.key, BAD_ACCESS);
	ck_assert_str_eq(f.text, "AddressSanitizer: heap-use-after-free, READ of size 8");
	/* Of the first stack alone, each once; to look at what is before them. */
	ck_assert_uint_eq(f.nr_frames, 2);
	ck_assert_ptr_eq(f.frames[0], (void *)0x55550002);
	ck_assert_ptr_eq(f.frames[1], (void *)0x55550003);
}
END_TEST

START_TEST(no_address_is_told)
{
	died(asan, W_EXITCODE(1, 0));
	ck_assert_ptr_null(strstr(f.text, "0x"));
	ck_assert_ptr_null(strstr(f.text, "4711"));
	ck_assert_ptr_null(strstr(f.key, "0x"));
}
END_TEST

START_TEST(a_stack_overflow_does_not_end)
{
	died("==1==ERROR: AddressSanitizer: stack-overflow on address 0x7ffc (pc 0x1)\n"
	     "    #0 0x1 in f\n", W_EXITCODE(1, 0));
	ck_assert_int_eq(f.letter, 'H');
	ck_assert_str_eq(f.text, "AddressSanitizer: stack-overflow");
	ck_assert_uint_eq(f.nr_frames, 1);
}
END_TEST

START_TEST(ubsan_has_one_line)
{
	died("core/store.c:12:3: runtime error: shift exponent 64 is too large\n", W_EXITCODE(1, 0));
	ck_assert_int_eq(f.letter, 'U');
	ck_assert_str_eq(f.key, "undefined behaviour");
	ck_assert_str_eq(f.text,
			 "UndefinedBehaviorSanitizer: shift exponent 64 is too large");
	ck_assert_uint_eq(f.nr_frames, 0);
}
END_TEST

START_TEST(msan_is_known)
{
	died("==7==WARNING: MemorySanitizer: use-of-uninitialized-value\n    #0 0x10 in f\n",
	     W_EXITCODE(1, 0));
	ck_assert_int_eq(f.letter, 'U');
	ck_assert_str_eq(f.text, "MemorySanitizer: use-of-uninitialized-value");
}
END_TEST

START_TEST(a_signal_has_its_name)
{
	died("", SIGSEGV);
	ck_assert_str_eq(f.key, "killed by SIGSEGV");
	ck_assert_str_eq(f.text, "the worker was killed by SIGSEGV");
	died("whatever it said\n", SIGABRT);
	ck_assert_str_eq(f.text, "the worker was killed by SIGABRT");
	ck_assert_int_eq(f.letter, 'U');
	ck_assert_uint_eq(f.nr_frames, 0);
}
END_TEST

START_TEST(an_exit_has_its_code)
{
	died("", W_EXITCODE(7, 0));
	ck_assert_str_eq(f.text, "the worker exited with 7 in the middle of the case");
}
END_TEST

START_TEST(without_a_file_there_is_the_status)
{
	crash_describe(-1, SIGABRT, &f);
	ck_assert_str_eq(f.text, "the worker was killed by SIGABRT");
}
END_TEST

/* What code can bring upon itself, and what only others can. */
START_TEST(some_deaths_come_from_outside)
{
	static const int own[] = {
		SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, W_EXITCODE(0, 0), W_EXITCODE(1, 0),
	};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		ck_assert_ptr_null(crash_from_outside(own[i]));
	ck_assert_str_eq(crash_from_outside(SIGKILL), "KILL");
	ck_assert_str_eq(crash_from_outside(SIGTERM), "TERM");
	ck_assert_str_eq(crash_from_outside(SIGINT), "INT");
	ck_assert_str_eq(crash_from_outside(SIGXCPU), "XCPU");
	ck_assert_str_eq(crash_from_outside(SIGRTMIN), "?");
	/* With a core. */
	ck_assert_str_eq(crash_from_outside(SIGQUIT | WCOREFLAG), "QUIT");
	ck_assert_ptr_null(crash_from_outside(SIGSEGV | WCOREFLAG));
}
END_TEST

/* As long as a report likes to be, and cut off wherever that is. */
START_TEST(reports_of_any_length)
{
	static char report[20000];
	size_t len = 0;

	for (unsigned int cut = 0; cut < sizeof(asan); cut++) {
		char part[sizeof(asan)];

		memcpy(part, asan, cut);
		part[cut] = '\0';
		died(part, W_EXITCODE(1, 0));
		ck_assert_uint_gt(strlen(f.text), 0);
	}
	while (len + 40 < sizeof(report))
		len += sprintf(report + len, "    #%zu 0x%zx in f\n", len % 7, len);
	died(report, SIGSEGV);
	memset(report, 'x', sizeof(report) - 1);
	memcpy(report, "==1==ERROR: AddressSanitizer: ", 30);
	died(report, SIGSEGV);
	ck_assert_uint_lt(strlen(f.text), sizeof(f.text));
	ck_assert_uint_lt(strlen(f.key), sizeof(f.key));
}
END_TEST

Suite *suite_crash(void)
{
	Suite *s = suite_create("crash");
	TCase *tc = tcase_create("reports");

	tcase_add_test(tc, asan_says_the_access);
	tcase_add_test(tc, no_address_is_told);
	tcase_add_test(tc, a_stack_overflow_does_not_end);
	tcase_add_test(tc, ubsan_has_one_line);
	tcase_add_test(tc, msan_is_known);
	tcase_add_test(tc, a_signal_has_its_name);
	tcase_add_test(tc, an_exit_has_its_code);
	tcase_add_test(tc, without_a_file_there_is_the_status);
	tcase_add_test(tc, some_deaths_come_from_outside);
	tcase_add_test(tc, reports_of_any_length);
	suite_add_tcase(s, tc);
	return s;
}
