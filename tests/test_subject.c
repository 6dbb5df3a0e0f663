// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loading subjects: what is refused, and in which words; which of its bytes
 * belong to the world. The objects are made on the spot, by the compiler.
 */
#include <check.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shim/subject.h"

static char dir[32];

static const char desc[] =
	"struct subject_desc { unsigned int abi; const char *name; };\n"
	"const struct subject_desc zfault_subject = { ABI, \"made\" };\n"
	"int zero[100], one = 1, two = 2;\n"
	"int *const relocated = &one;\n";

static const char counters[] =
	"long a __asm__(\"__gcov0.f\") = 3;\n"
	"int between = 4;\n"
	"long b[5] __asm__(\"__gcov0.g\") = { 5 };\n"
	"long c[5] __asm__(\"__gcov_like.h\");\n";

static void setup(void)
{
	strcpy(dir, "/tmp/zfault-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void teardown(void)
{
	char cmd[64];

	snprintf(cmd, sizeof(cmd), "rm -r %s", dir);
	ck_assert_int_eq(system(cmd), 0);
}

static const char *path_of(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

/* Compile @a and @b into DIR/x.so. */
static const char *make(const char *a, const char *b, const char *flags)
{
	char cmd[256];
	FILE *f;

	snprintf(cmd, sizeof(cmd), "${CC:-cc} -shared -fPIC -nostdlib -Wl,-z,now %s "
		 "-x c - -o %s/x.so", flags, dir);
	f = popen(cmd, "w");
	ck_assert_ptr_nonnull(f);
	fprintf(f, "%s%s", a, b);
	ck_assert_int_eq(pclose(f), 0);
	return path_of("x.so");
}

static void check_refused(const char *path, const char *words)
{
	struct subject s;
	char why[256] = "";

	ck_assert_int_eq(subject_load(path, &s, why, sizeof(why)), -1);
	ck_assert_msg(!strncmp(why, path, strlen(path)), "%s", why);
	ck_assert_msg(!strcmp(why + strlen(path), words), "%s", why);
	ck_assert_ptr_null(s.dl);
	ck_assert_ptr_null(s.pristine);
}

START_TEST(what_is_no_subject_is_refused)
{
	FILE *f;

	check_refused(path_of("nothing.so"), ": no such file");
	check_refused(dir, ": not a shared object");
	f = fopen(path_of("text.so"), "w");
	fputs("some text that is long enough to be a header\n", f);
	fclose(f);
	check_refused(path_of("text.so"), ": not a shared object");
	f = fopen(path_of("empty.so"), "w");
	fclose(f);
	check_refused(path_of("empty.so"), ": not a shared object");
	check_refused(make("", "int x;", ""), ": no subject (no symbol zfault_subject)");
	check_refused(make(desc, "", "-DABI=77"),
		      ": a subject of ABI 77, this zfault is of ABI 2");
	check_refused(make(desc, "int no_such_call(void); int f(void) { return no_such_call(); }",
			   "-DABI=2"), ": the shim has no no_such_call(), which it calls");
	check_refused(make(desc, "__thread int mine = 1;", "-DABI=2"),
		      ": thread-local data, as no kernel has it");
}
END_TEST

START_TEST(a_cut_file_is_refused)
{
	struct subject s;
	char why[256];
	const char *path = make(desc, "", "-DABI=2");

	ck_assert_int_eq(truncate(path, 100), 0);
	ck_assert_int_eq(subject_load(path, &s, why, sizeof(why)), -1);
	ck_assert_ptr_nonnull(strstr(why, path));
	ck_assert_ptr_eq(strstr(why, path), why);
	ck_assert_ptr_null(strstr(why + 1, path));
}
END_TEST

/* Is the variable in a range that is put back? */
static bool put_back(const struct subject *s, const char *name)
{
	const char *var = dlsym(s->dl, name);
	bool found = false;

	ck_assert_msg(var, "%s", name);
	for (unsigned int i = 0; i < s->nr_ranges; i++) {
		size_t offset = var - (const char *)s->data;

		if (offset >= s->ranges[i].offset &&
		    offset < s->ranges[i].offset + s->ranges[i].size)
			found = true;
	}
	return found;
}

static void check_ranges(const struct subject *s)
{
	size_t at = 0;

	for (unsigned int i = 0; i < s->nr_ranges; i++) {
		ck_assert_uint_ge(s->ranges[i].offset, at);
		ck_assert_uint_gt(s->ranges[i].size, 0);
		at = s->ranges[i].offset + s->ranges[i].size;
	}
	ck_assert_uint_le(at, s->data_size);
}

START_TEST(writable_data_is_found)
{
	const char *path = make(desc, "", "-DABI=2");
	struct subject s, again;
	int *two, home = open(".", O_RDONLY | O_DIRECTORY);
	char why[256] = "";

	/* Twice, the second time from the working directory. */
	for (int i = 0; i < 2; i++) {
		ck_assert_msg(!subject_load(path, &s, why, sizeof(why)), "%s", why);
		ck_assert_str_eq(s.desc->name, "made");
		ck_assert_uint_eq(s.nr_ranges, 1);
		ck_assert_uint_eq(s.ranges[0].size, s.data_size);
		check_ranges(&s);
		ck_assert(put_back(&s, "one"));
		ck_assert(put_back(&s, "zero"));
		ck_assert(!put_back(&s, "relocated"));
		two = dlsym(s.dl, "two");
		*two = 9;
		ck_assert_int_eq(*(int *)((char *)s.pristine + ((char *)two - (char *)s.data)), 2);
		ck_assert_int_eq(subject_load(path, &again, why, sizeof(why)), -1);
		ck_assert_ptr_nonnull(strstr(why, ": loaded already"));
		subject_unload(&s);
		ck_assert_int_eq(chdir(dir), 0);
		path = "x.so";
	}
	ck_assert_int_eq(fchdir(home), 0);
	close(home);
}
END_TEST

START_TEST(coverage_counters_are_left_alone)
{
	struct subject s;
	char why[256] = "";

	ck_assert_msg(!subject_load(make(desc, counters, "-DABI=2"), &s, why, sizeof(why)),
		      "%s", why);
	check_ranges(&s);
	ck_assert_uint_ge(s.nr_ranges, 2);
	ck_assert(!put_back(&s, "__gcov0.f"));
	ck_assert(!put_back(&s, "__gcov0.g"));
	ck_assert(!put_back(&s, "__gcov_like.h"));
	ck_assert(put_back(&s, "between"));
	ck_assert(put_back(&s, "one"));
	ck_assert(put_back(&s, "zero"));
	subject_unload(&s);
}
END_TEST

START_TEST(without_data_there_is_no_range)
{
	static const char bare[] =
		"struct subject_desc { unsigned int abi; };\n"
		"const struct subject_desc zfault_subject = { ABI };\n";
	struct subject s;
	char why[256] = "";

	ck_assert_msg(!subject_load(make(bare, "", "-DABI=2"), &s, why, sizeof(why)), "%s", why);
	check_ranges(&s);
	ck_assert_uint_eq(s.data_size, 0);
	subject_unload(&s);
}
END_TEST

Suite *suite_subject(void);
Suite *suite_subject(void)
{
	Suite *s = suite_create("subject");
	TCase *tc = tcase_create("subject");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_no_subject_is_refused);
	tcase_add_test(tc, a_cut_file_is_refused);
	tcase_add_test(tc, writable_data_is_found);
	tcase_add_test(tc, coverage_counters_are_left_alone);
	tcase_add_test(tc, without_data_there_is_no_range);
	suite_add_tcase(s, tc);
	return s;
}
