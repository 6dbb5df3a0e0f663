// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs every suite, or those that are named: zfault-check [SUITE]... */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUITE(name) Suite *suite_##name(void);
#include "suites.def"
#undef SUITE

static const struct {
	const char *name;
	Suite *(*make)(void);
} suites[] = {
#define SUITE(name) { #name, suite_##name },
#include "suites.def"
#undef SUITE
};

#define NR_SUITES	(sizeof(suites) / sizeof(suites[0]))

static bool is_named(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], name))
			return true;
	}
	return argc < 2;
}

int main(int argc, char **argv)
{
	SRunner *runner = srunner_create(NULL);
	unsigned int found = 0;
	int failed;

	/*
	 * What takes a second may take long on a busy machine, under a sanitizer.
	 * Check reads it when a case is made.
	 */
	setenv("CK_DEFAULT_TIMEOUT", "300", 0);
	for (size_t i = 0; i < NR_SUITES; i++) {
		if (!is_named(suites[i].name, argc, argv))
			continue;
		srunner_add_suite(runner, suites[i].make());
		found++;
	}
	if (argc > 1 && found < (unsigned int)argc - 1) {
		fprintf(stderr, "zfault-check: no such suite; there are:");
		for (size_t i = 0; i < NR_SUITES; i++)
			fprintf(stderr, " %s", suites[i].name);
		fputc('\n', stderr);
		return 2;
	}
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
