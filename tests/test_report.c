// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reports: of results made up here, so that each mark and each note occurs,
 * and of real runs on generated pages. See golden.h.
 */
#include <stdlib.h>

#include "faults/report.h"
#include "golden.h"
#include "made_result.h"

static char *print(unsigned int width, bool colour, bool utf8,
		   void (*fn)(const struct look *look, const void *arg), const void *arg)
{
	struct look look = { .width = width, .colour = colour, .utf8 = utf8 };
	char *text = NULL;
	size_t size;

	look.out = open_memstream(&text, &size);
	ck_assert_ptr_nonnull(look.out);
	fn(&look, arg);
	ck_assert_int_eq(fclose(look.out), 0);
	return text;
}

static void put_grid(const struct look *look, const void *r)
{
	report_grid(look, "core", r);
}

static void put_defects_and_total(const struct look *look, const struct result *r)
{
	struct total total = { .scenarios = 0 };
	struct defects defects = { .nr = 0 };

	total_add(&total, r);
	defects_add(&defects, r);
	defects_sort(&defects);
	report_defects(look, "core", &defects, false);
	report_total(look, &total, &defects);
	defects_free(&defects);
}

static void put_line_and_total(const struct look *look, const void *r)
{
	report_line(look, r);
	put_defects_and_total(look, r);
}

static void put_all(const struct look *look, const void *r)
{
	report_grid(look, "core", r);
	put_line_and_total(look, r);
}

static void put_findings(const struct look *look, const void *r)
{
	report_findings(look, "core", r);
}

static void golden(const char *name, unsigned int width,
		   void (*fn)(const struct look *look, const void *arg), const void *arg)
{
	char *text = print(width, false, true, fn, arg);

	golden_check(name, text);
	free(text);
}

/* Characters, not bytes: a dot may be two of them. */
static unsigned int columns(const char *line, size_t len)
{
	unsigned int n = 0;

	for (size_t i = 0; i < len; i++)
		n += (line[i] & 0xc0) != 0x80;
	return n;
}

static void fits(const char *text, unsigned int width)
{
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
		size_t len = strcspn(line, "\n");

		ck_assert_msg(columns(line, len) <= width, "over %u: '%.*s'", width, (int)len, line);
		ck_assert_msg(!len || line[len - 1] != ' ', "ends blank: '%.*s'", (int)len, line);
		ck_assert_msg(!memchr(line, '\t', len), "has a tab: '%.*s'", (int)len, line);
	}
}

START_TEST(a_grid_in_80_columns)
{
	make_order4();
	golden("grid-80", 80, put_grid, &made);
}
END_TEST

START_TEST(a_grid_in_200_columns)
{
	make_order4();
	golden("grid-200", 200, put_grid, &made);
}
END_TEST

START_TEST(wide_folios_are_folded)
{
	begin("order9/alone");
	made.nr_pages = 512;
	for (unsigned int i = 0; i < 512; i += 5)
		add(FP_ZPOOL_MALLOC, PHASE_STORE, ENOMEM, i, i, false, HELD, 0);
	for (unsigned int i = 0; i < 512; i += 64) {
		add(FP_XA_STORE, PHASE_STORE, ENOMEM, i, i / 64, false, HELD, 0);
		add(FP_XA_STORE, PHASE_STORE, ENOMEM, i + 1, i / 64, true, HELD, 0);
	}
	break_slot(FP_ZPOOL_MALLOC, 505, BROKEN, 'S');
	golden("grid-folded-80", 80, put_grid, &made);
	golden("grid-folded-200", 200, put_grid, &made);
}
END_TEST

/* Columns are pages counted through the folios, whose numbers stand above. */
START_TEST(a_batch_of_folios)
{
	begin("order2/batch3/mixed/batching");
	for (unsigned int i = 0; i < made.nr_pages; i++) {
		unsigned int folio = i < 2 ? 0 : i < 6 ? 1 : 2;

		add(FP_ZPOOL_MALLOC, PHASE_STORE, ENOMEM, i - (i < 2 ? 0 : i < 6 ? 2 : 6), i,
		    false, i == 3 ? BROKEN : HELD, i == 3 ? 'S' : 0);
		cases[2 * i].faults[0].folio = cases[2 * i + 1].faults[0].folio = folio;
	}
	golden("grid-batch", 80, put_grid, &made);
}
END_TEST

START_TEST(findings_of_each_kind)
{
	make_order4();
	add_findings();
	golden("findings", 80, put_findings, &made);
	golden("defects", 80, put_all, &made);
}
END_TEST

static void put_other_subject(const struct look *look, const void *r)
{
	report_findings(look, "v4", r);
}

START_TEST(another_subject_is_in_the_command)
{
	char *text;

	make_order4();
	add_findings();
	text = print(80, false, true, put_other_subject, &made);
	ck_assert_ptr_nonnull(strstr(text, "     zfault run --subject=v4 order4/stale/objcg1/batching:"
				     "zpool/zpool_malloc@3=ENOMEM!\n"));
	ck_assert_ptr_nonnull(strstr(text, "     zfault run --subject=v4 --guard order4/"));
	free(text);
}
END_TEST

START_TEST(a_broken_baseline_is_said_first)
{
	begin("order0/stale-pool");
	add_slots(FP_ZPOOL_MALLOC, ENOMEM, 1, 0);
	for (unsigned int i = 0; i < made.nr_cases; i++)
		cells[i].outcome = NOT_JUDGED;
	made.held = 0;
	made.not_judged = made.nr_cases;
	made.exhausted = false;
	made.baseline.outcome = BROKEN;
	made.baseline.nr_findings = 1;
	made.baseline.findings[0].letter = 'B';
	add_distinct('B', "order0/stale-pool", "bystander at offset 7 lost its entry", "store");
	golden("baseline-broken", 80, put_all, &made);
}
END_TEST

START_TEST(a_vacuous_baseline_is_said_first)
{
	begin("order1/stale-first/switched");
	made.exhausted = false;
	made.baseline.outcome = VACUOUS;
	snprintf(made.baseline.why_vacuous, sizeof(made.baseline.why_vacuous),
		 "zswap was never asked to store");
	golden("baseline-vacuous", 80, put_all, &made);
}
END_TEST

START_TEST(nothing_to_fail_is_said)
{
	begin("order4/nopool");
	golden("nothing-to-fail", 80, put_all, &made);
}
END_TEST

START_TEST(a_failed_scenario_has_its_line)
{
	begin("order4");
	snprintf(made.error, sizeof(made.error), "fork: Cannot allocate memory");
	made.exhausted = false;
	golden("failed", 80, put_line_and_total, &made);
}
END_TEST

/* ---- what holds of every report ---------------------------------------- */

START_TEST(reports_fit_their_width)
{
	make_order4();
	add_findings();
	for (unsigned int width = 80; width <= 220; width++) {
		char *text = print(width, false, true, put_grid, &made);

		fits(text, width);
		free(text);
	}
	/* Ids are not broken, for they are copied. */
	for (unsigned int width = 120; width <= 220; width += 10) {
		char *text = print(width, false, false, put_all, &made);

		fits(text, width);
		free(text);
	}
}
END_TEST

static void put_items(const struct look *look, const void *text)
{
	report_wrapped(look, 4, text);
	report_hanging(look, 6, text);
}

START_TEST(lines_end_at_words)
{
	static const struct {
		const char *text, *printed;
	} table[] = {
		{ "fits", "    fits\nfits\n" },
		{ "a word and 20 columns", "    a word and 20\n    columns\na word and 20\n      columns\n" },
		{ "16 are just right", "    16 are just\n    right\n16 are just right\n" },
		/* A name has no space. It may end behind a slash, but not for want of a space. */
		{ "order0/batch31/objcgs/tree1",
		  "    order0/batch31/\n    objcgs/tree1\norder0/batch31/\n      objcgs/tree1\n" },
		{ "of order0/batch31/objcgs",
		  "    of\n    order0/batch31/\n    objcgs\nof\n      order0/\n      batch31/objcgs\n" },
		{ "abcdefghijklmnopqrstuvwxyz z",
		  "    abcdefghijklmnopqrstuvwxyz\n    z\nabcdefghijklmnopqrstuvwxyz\n      z\n" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char *text = print(20, false, false, put_items, table[i].text);

		ck_assert_str_eq(text, table[i].printed);
		free(text);
	}
}
END_TEST

START_TEST(colour_is_all_that_colour_adds)
{
	char *plain, *colour, *out;

	make_order4();
	add_findings();
	plain = print(80, false, true, put_all, &made);
	colour = print(80, true, true, put_all, &made);
	ck_assert_ptr_null(strchr(plain, '\033'));
	ck_assert_ptr_nonnull(strstr(colour, "\033[1;31mS\033[0m"));
	out = colour;
	for (const char *c = colour; *c; ) {
		if (*c == '\033')
			c += strcspn(c, "m") + 1;
		else
			*out++ = *c++;
	}
	*out = '\0';
	ck_assert_str_eq(colour, plain);
	free(plain);
	free(colour);
}
END_TEST

START_TEST(without_utf8_all_is_ascii)
{
	char *text;

	make_order4();
	add_findings();
	text = print(80, false, false, put_all, &made);
	for (const char *c = text; *c; c++)
		ck_assert_msg((unsigned char)*c < 0x80, "%s", c);
	ck_assert_ptr_nonnull(strstr(text, "EINVAL  . . . . . . . .  . . . . . . . v\n"));
	free(text);
}
END_TEST

START_TEST(times_are_for_terminals)
{
	struct look look = { .width = 80, .times = true };
	char *text = NULL, *without;
	size_t size;

	make_order4();
	look.out = open_memstream(&text, &size);
	report_grid(&look, "core", &made);
	report_line(&look, &made);
	fclose(look.out);
	without = print(80, false, false, put_all, &made);
	ck_assert_ptr_nonnull(strstr(text, "1.50 s\n"));
	ck_assert_ptr_nonnull(strstr(text, "  1.5 s\n"));
	ck_assert_ptr_null(strstr(without, "1.5"));
	free(text);
	free(without);
}
END_TEST

START_TEST(files_look_plain)
{
	FILE *f = tmpfile();
	struct look look;

	ck_assert_ptr_nonnull(f);
	setenv("COLUMNS", "200", 1);
	look = look_of(f);
	ck_assert_uint_eq(look.width, 80);
	ck_assert(!look.colour);
	ck_assert(!look.times);
	fclose(f);
}
END_TEST

START_TEST(totals_are_sums)
{
	struct total t = { .scenarios = 0 };

	make_order4();
	made.checked = invariant_bit('S');
	made.steps = 7;
	made.guarded = 2;
	made.same = 3;
	total_add(&t, &made);
	total_add(&t, &made);
	ck_assert_uint_eq(t.scenarios, 2);
	ck_assert_uint_eq(t.cases, 2 * made.nr_cases);
	ck_assert_uint_eq(t.held + t.broken + t.vacuous + t.not_judged, t.cases);
	ck_assert_uint_eq(t.broken, 4);
	ck_assert_uint_eq(t.vacuous, 4);
	ck_assert_uint_eq(t.steps, 14);
	ck_assert_uint_eq(t.guarded, 4);
	ck_assert_uint_eq(t.same, 6);
	ck_assert_uint_eq(t.failed, 0);
	ck_assert_uint_eq(t.checked, invariant_bit('S'));
	ck_assert(t.exhausted);

	/* One that was not exhausted is not made good by those after it. */
	made.exhausted = false;
	made.checked = invariant_bit('D');
	snprintf(made.error, sizeof(made.error), "no memory");
	total_add(&t, &made);
	ck_assert(!t.exhausted);
	made.exhausted = true;
	total_add(&t, &made);
	ck_assert(!t.exhausted);
	ck_assert_uint_eq(t.failed, 2);
	ck_assert_uint_eq(t.checked, invariant_bit('S') | invariant_bit('D'));
}
END_TEST

/* ---- a real run -------------------------------------------------------- */

static void keep_text(const struct result *r, void *arg)
{
	char **text = arg;

	text[0] = print(80, false, true, put_all, r);
	text[1] = print(200, false, true, put_grid, r);
}

static void run_real(const char *scenario, char **text)
{
	struct patient p;

	patient_open(&p, "core");
	ck_assert_int_eq(patient_run(&p, scenario, keep_text, text), 0);
	patient_close(&p);
}

static void real(const char *scenario, const char *name)
{
	char *text[2], *again[2], file[64];

	run_real(scenario, text);
	snprintf(file, sizeof(file), "%s-80", name);
	golden_check(file, text[0]);
	snprintf(file, sizeof(file), "%s-200", name);
	golden_check(file, text[1]);
	fits(text[0], 80);
	fits(text[1], 200);

	run_real(scenario, again);
	for (int i = 0; i < 2; i++) {
		ck_assert_str_eq(text[i], again[i]);
		free(text[i]);
		free(again[i]);
	}
}

START_TEST(a_run_over_stale_entries)
{
	real("order1/stale/objcg1/mix", "real-stale");
}
END_TEST

START_TEST(a_run_in_an_empty_tree)
{
	real("order4/alone/batching/mix", "real-alone");
}
END_TEST

Suite *suite_report(void)
{
	Suite *s = suite_create("report");
	TCase *tc = tcase_create("golden");

	tcase_add_test(tc, a_grid_in_80_columns);
	tcase_add_test(tc, a_grid_in_200_columns);
	tcase_add_test(tc, wide_folios_are_folded);
	tcase_add_test(tc, a_batch_of_folios);
	tcase_add_test(tc, findings_of_each_kind);
	tcase_add_test(tc, another_subject_is_in_the_command);
	tcase_add_test(tc, a_broken_baseline_is_said_first);
	tcase_add_test(tc, a_vacuous_baseline_is_said_first);
	tcase_add_test(tc, nothing_to_fail_is_said);
	tcase_add_test(tc, a_failed_scenario_has_its_line);
	tcase_add_test(tc, reports_fit_their_width);
	tcase_add_test(tc, lines_end_at_words);
	tcase_add_test(tc, colour_is_all_that_colour_adds);
	tcase_add_test(tc, without_utf8_all_is_ascii);
	tcase_add_test(tc, times_are_for_terminals);
	tcase_add_test(tc, files_look_plain);
	tcase_add_test(tc, totals_are_sums);
	suite_add_tcase(s, tc);

	tc = tcase_create("real");
	tcase_add_test(tc, a_run_over_stale_entries);
	tcase_add_test(tc, a_run_in_an_empty_tree);
	suite_add_tcase(s, tc);
	return s;
}
