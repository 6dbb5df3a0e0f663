// SPDX-License-Identifier: GPL-2.0-or-later
/* Return addresses get their names from the debug info. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "faults/space.h"
#include "faults/symbols.h"
#include "subjects.h"

static void *__attribute__((noinline)) here(void)
{
	void *pc = __builtin_return_address(0);

	/* Or the call in the test below would be a jump. */
	__asm__ volatile("" : "+r"(pc));
	return pc;
}

static void check_symbol(const struct symbol *s, const char *function, int line)
{
	/* Check puts a suffix behind the name of a test. */
	ck_assert_int_eq(strncmp(s->function, function, strlen(function)), 0);
	ck_assert_str_eq(s->file, "tests/test_symbols.c");
	ck_assert_int_eq(s->line, line);
	ck_assert(!s->subject);
}

START_TEST(a_static_function_has_its_name)
{
	struct symbol s[SYMBOLS_MAX];
	int line = __LINE__ + 1;
	void *pc = here();

	ck_assert_int_eq(symbols_find(pc, s, SYMBOLS_MAX), 1);
	check_symbol(&s[0], "a_static_function_has_its_name", line);
}
END_TEST

static const int inner_line = __LINE__ + 3;
static inline void *__attribute__((always_inline)) inner(void)
{
	return here();
}

static const int outer_line = __LINE__ + 3;
static inline void *__attribute__((always_inline)) outer(void)
{
	return inner();
}

START_TEST(what_was_inlined_has_its_name)
{
	struct symbol s[SYMBOLS_MAX];
	int line = __LINE__ + 1;
	void *pc = outer();

	ck_assert_int_eq(symbols_find(pc, s, SYMBOLS_MAX), 3);
	check_symbol(&s[0], "inner", inner_line);
	check_symbol(&s[1], "outer", outer_line);
	check_symbol(&s[2], "what_was_inlined_has_its_name", line);

	memset(s, '#', sizeof(s));
	ck_assert_int_eq(symbols_find(pc, s, 2), 2);
	check_symbol(&s[1], "outer", outer_line);
	ck_assert_int_eq(s[2].function[0], '#');
}
END_TEST

START_TEST(an_unknown_address_has_none)
{
	static void *const nowhere[] = { (void *)1, NULL, (void *)~0ul };
	struct symbol s;
	char text[100] = "before";

	for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
		ck_assert_int_eq(symbols_find(nowhere[i], &s, 1), 1);
		ck_assert_str_eq(s.function, "?");
		ck_assert_str_eq(s.file, "");
		ck_assert_int_eq(s.line, 0);
		ck_assert(!s.subject);
	}
	symbols_format(nowhere, 3, 2, text, sizeof(text));
	ck_assert_str_eq(text, "");
	symbols_format(nowhere, 0, 2, text, sizeof(text));
	ck_assert_str_eq(text, "");
}
END_TEST

static struct patient patient;

static void setup(void)
{
	patient_open(&patient, "core");
}

static void teardown(void)
{
	patient_close(&patient);
}

static int frames_of_case(const struct patient *p, const char *id, void **frames, int max)
{
	struct story st;
	struct zcase c;
	struct verdict v;
	char why[400];
	int nr;

	ck_assert_int_eq(case_parse(id, &c, why, sizeof(why)), 0);
	ck_assert_int_eq(story_open(&st, &c.scenario, &p->subject, &p->pages, false, why,
				    sizeof(why)), 0);
	fault_trace(true);
	story_play(&st, &c, &v);
	fault_trace(false);
	ck_assert_uint_eq(v.fired, 1);
	nr = fault_frames(frames, max);
	story_close(&st);
	return nr;
}

/* Where a store of core meets a fault of zpool_malloc(). */
static int frames_of_fault(void **frames, int max)
{
	return frames_of_case(&patient, "order1:zpool/zpool_malloc@store.0=ENOMEM", frames, max);
}

START_TEST(a_trace_is_of_the_subject)
{
	void *frames[FAULT_FRAMES];
	char text[2048], *line;
	int nr = frames_of_fault(frames, FAULT_FRAMES);

	ck_assert_int_gt(nr, 2);
	symbols_format(frames, nr, 4, text, sizeof(text));
	/* The shim's function that failed, by name alone, then the subject's. */
	ck_assert_msg(!strncmp(text, "    zpool_malloc()\n", 19), "%s", text);
	ck_assert_msg(strstr(text, "    zswap_store_object()  core/compress.c:"), "%s", text);
	ck_assert_msg(strstr(text, "    zswap_store()  core/store.c:"), "%s", text);
	for (line = strchr(text, '\n') + 1; *line; line = strchr(line, '\n') + 1) {
		ck_assert_msg(!strncmp(line, "    zswap", 9), "%s", line);
		ck_assert_msg(strstr(line, "()  core/"), "%s", line);
	}
	ck_assert_ptr_null(strstr(text, "main"));
	ck_assert_ptr_null(strstr(text, "0x"));
}
END_TEST

/* In a folder of its own; included from another one. */
START_TEST(a_file_is_named_from_the_top)
{
	static const struct {
		const char *subject, *id, *line;
	} row[] = {
		{ "v4", "order1/batching:crypto/acomp_compress@store.0=EINVAL",
		  "\n zswap_batch_store()  core/v4/batch_store.c:" },
		{ "store-erase_one_short", "order1:zpool/zpool_malloc@store.0=ENOMEM",
		  "\n zswap_store()  core/store.c:" },
	};

	void *frames[FAULT_FRAMES];
	char text[4096];
	struct patient p;
	int nr;

	patient_open(&p, row[_i].subject);
	nr = frames_of_case(&p, row[_i].id, frames, FAULT_FRAMES);
	symbols_format(frames, nr, 1, text, sizeof(text));
	ck_assert_msg(strstr(text, row[_i].line), "%s", text);
	patient_close(&p);
}
END_TEST

START_TEST(a_trace_stays_in_its_buffer)
{
	void *frames[FAULT_FRAMES];
	int nr = frames_of_fault(frames, FAULT_FRAMES);
	char whole[2048], text[2048];

	symbols_format(frames, nr, 4, whole, sizeof(whole));
	for (size_t size = 1; size <= strlen(whole) + 1; size += 7) {
		memset(text, '#', sizeof(text));
		symbols_format(frames, nr, 4, text, size);
		ck_assert_uint_lt(strlen(text), size);
		ck_assert_int_eq(text[size], '#');
		ck_assert_mem_eq(text, whole, strlen(text));
	}
}
END_TEST

START_TEST(a_place_is_functions_of_the_source)
{
	void *frames[FAULT_FRAMES];
	int nr = frames_of_fault(frames, FAULT_FRAMES);
	char text[256];

	symbols_place(frames, nr, text, sizeof(text));
	ck_assert_str_eq(text, "zswap_store_object < zswap_compress < zswap_store_pages");

	/* Nothing of what called the subject is in it, nor of what it called. */
	symbols_place(frames, 1, text, sizeof(text));
	ck_assert_str_eq(text, "");
	symbols_place(frames, nr, text, 8);
	ck_assert_str_eq(text, "zswap_s");
}
END_TEST

START_TEST(the_kernel_enters_by_an_exported_function)
{
	void *frames[FAULT_FRAMES];
	int nr = frames_of_fault(frames, FAULT_FRAMES);
	char text[64];

	symbols_entry(frames, nr, text, sizeof(text));
	ck_assert_str_eq(text, "zswap_store");
	symbols_entry(frames, 1, text, sizeof(text));
	ck_assert_str_eq(text, "");
	symbols_entry(frames, 0, text, sizeof(text));
	ck_assert_str_eq(text, "");
}
END_TEST

Suite *suite_symbols(void)
{
	Suite *s = suite_create("symbols");
	TCase *tc = tcase_create("names");

	tcase_add_test(tc, a_static_function_has_its_name);
	tcase_add_test(tc, what_was_inlined_has_its_name);
	tcase_add_test(tc, an_unknown_address_has_none);
	suite_add_tcase(s, tc);

	tc = tcase_create("traces");
	tcase_add_unchecked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_trace_is_of_the_subject);
	tcase_add_loop_test(tc, a_file_is_named_from_the_top, 0, 2);
	tcase_add_test(tc, a_trace_stays_in_its_buffer);
	tcase_add_test(tc, a_place_is_functions_of_the_source);
	tcase_add_test(tc, the_kernel_enters_by_an_exported_function);
	suite_add_tcase(s, tc);
	return s;
}
