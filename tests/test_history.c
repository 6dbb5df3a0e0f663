// SPDX-License-Identifier: GPL-2.0-or-later
/* Histories: by seed, played again, with everything that they are made of. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults/history_run.h"
#include "faults/pages.h"
#include "subjects.h"

static struct patient patient;
static struct history_world world;

static void open_core(void)
{
	char why[300];

	patient_open(&patient, "core");
	ck_assert_msg(!history_open(&world, &patient.subject, NULL, false, why,
				    sizeof(why)), "%s", why);
}

static void close_core(void)
{
	history_close(&world);
	patient_close(&patient);
}

static void make(uint64_t seed, unsigned long index, struct history *h, struct history_verdict *hv)
{
	struct history_seed s = history_seed(seed, index);

	memset(h, 0, sizeof(*h));
	h->wide = index % 32 == 31;
	history_play(&world, h, &s, hv);
}

static void as_text(const struct history *h, char *buf, size_t size)
{
	FILE *out = fmemopen(buf, size, "w");

	ck_assert(out);
	history_print(out, h, 0);
	fclose(out);
}

/* ---- one --------------------------------------------------------------- */

START_TEST(same_seed_same_history)
{
	static struct history a, b, c;
	static struct history_verdict hv, again;

	open_core();
	for (unsigned long i = 30; i < 34; i++) {
		make(7, i, &a, &hv);
		make(8, i, &c, &again);
		make(7, i, &b, &again);
		ck_assert_uint_eq(a.nr, HISTORY_LENGTH);
		ck_assert_mem_eq(&a, &b, sizeof(a));
		ck_assert_mem_eq(&hv.counts, &again.counts, sizeof(hv.counts));
		ck_assert_mem_ne(&a, &c, sizeof(a));
	}
	close_core();
}
END_TEST

/* What was made is read back from its text as it was, and played to the same end. */
START_TEST(text_and_back)
{
	static struct history a, b;
	static struct history_verdict hv, again;
	static char text[64 << 10];
	char why[300];

	open_core();
	for (unsigned long i = 0; i < 64; i++) {
		make(3, i, &a, &hv);
		as_text(&a, text, sizeof(text));
		ck_assert_msg(!history_parse_text(text, "text", &b, why, sizeof(why)), "%s", why);
		ck_assert_mem_eq(&a, &b, sizeof(a));
		history_play(&world, &b, NULL, &again);
		ck_assert_mem_eq(&hv.counts, &again.counts, sizeof(hv.counts));
		ck_assert_uint_eq(hv.v.steps, again.v.steps);
	}
	close_core();
}
END_TEST

/* Any part of a history is one, and core holds in it. */
START_TEST(any_part_makes_sense)
{
	static struct history a, part;
	static struct history_verdict hv;

	open_core();
	for (unsigned int i = 0; i < 300; i++) {
		make(5, i % 40, &a, &hv);
		part = a;
		part.nr = 0;
		for (unsigned int k = 0; k < a.nr; k++) {
			if ((k * 7 + i) % (2 + i % 5))
				part.steps[part.nr++] = a.steps[k];
		}
		history_play(&world, &part, NULL, &hv);
		ck_assert_msg(hv.v.outcome == HELD, "part %u: %c after %s: %s", i,
			      hv.v.findings[0].letter, hv.v.findings[0].step, hv.v.findings[0].text);
	}
	close_core();
}
END_TEST

/* ---- what steps do ----------------------------------------------------- */

static void play_text(const char *text, struct history_verdict *hv)
{
	static struct history h;
	char why[300];

	ck_assert_msg(!history_parse_text(text, "text", &h, why, sizeof(why)), "%s", why);
	history_play(&world, &h, NULL, hv);
	ck_assert_msg(hv->v.outcome != BROKEN, "%c after %s: %s", hv->v.findings[0].letter,
		      hv->v.findings[0].step, hv->v.findings[0].text);
}

static void check_did(const struct history_verdict *hv, const char *expected)
{
	for (unsigned int i = 0; expected[i]; i++)
		ck_assert_msg(hv->did[i] == (expected[i] == '+'), "step %u %s something", i + 1,
			      hv->did[i] ? "did" : "did not do");
}

START_TEST(what_makes_no_sense_does_nothing)
{
	static struct history_verdict hv;

	open_core();
	play_text("zfault history\n"
		  "load slot=3\n"
		  "reclaim slot=3\n"
		  "redirty slot=3\n"
		  "store slot=0 order=2\n"
		  "store slot=3\n"			/* taken */
		  "store slot=18 order=9\n"		/* no room for it */
		  "rmcg cg=1\n"
		  "limit cg=1 max=1\n"
		  "swapon file=0\n"
		  "cpu-up cpu=1\n"
		  "swapoff file=1\n"
		  "store slot=40\n"			/* of a file that is off */
		  "load slot=3\n", &hv);
	check_did(&hv, "---+------+-+");
	ck_assert_uint_eq(hv.counts.stored, 1);
	ck_assert_uint_eq(hv.counts.read[READ_ZSWAP], 4);
	close_core();
}
END_TEST

/* Slots that nobody wants any more are there until their folio leaves the swap cache. */
START_TEST(slots_go_with_their_folio)
{
	static struct history_verdict hv;

	open_core();
	play_text("zfault history\n"
		  "mkcg cg=1\n"
		  "store slot=0 order=2 cg=1 keep=yes\n"
		  "free slot=0 nr=3\n"
		  "load slot=0\n"
		  "redirty slot=3 pages=9\n"
		  "writeout slot=3\n"
		  "rmcg cg=1\n"
		  "free slot=3\n"
		  "store slot=0\n", &hv);
	check_did(&hv, "+++-+++++");
	ck_assert_uint_eq(hv.counts.stored, 3);
	close_core();
}
END_TEST

/* A number is given away again when nothing is left of the cgroup that had it. */
START_TEST(cgroups_come_and_go)
{
	static struct history_verdict hv;

	open_core();
	play_text("zfault history\n"
		  "mkcg cg=1\n"
		  "mkcg cg=2 parent=1\n"
		  "store slot=0 cg=2\n"
		  "rmcg cg=1\n"
		  "mkcg cg=1\n"				/* an entry below it is left */
		  "mkcg cg=2\n"
		  "free slot=0\n"
		  "mkcg cg=2\n"
		  "mkcg cg=1 parent=2\n", &hv);
	check_did(&hv, "++++--+++");
	close_core();
}
END_TEST

/* A fault strikes in its step and not after it. */
START_TEST(faults_are_of_their_step)
{
	static struct history_verdict hv;

	open_core();
	play_text("zfault history\n"
		  "store slot=0 : zpool/zpool_malloc@0=ENOMEM!\n"
		  "store slot=1\n"
		  "load slot=1 : crypto/acomp_decompress@0=EINVAL!\n"
		  "load slot=1\n"
		  "load slot=0 : crypto/acomp_decompress@0=EINVAL\n", &hv);
	ck_assert_uint_eq(hv.v.fired, 2);
	ck_assert_uint_eq(hv.counts.stored, 1);
	ck_assert_uint_eq(hv.counts.written, 1);
	ck_assert_uint_eq(hv.counts.read_failed, 1);
	ck_assert(!hv.v.beyond);
	play_text("zfault history\nstore slot=0 : xarray/node@0=ENOMEM\n", &hv);
	ck_assert(!hv.v.beyond);
	play_text("zfault history\nstore slot=1\nstore slot=0 : xarray/xa_store@0=ENOMEM\n", &hv);
	ck_assert(hv.v.beyond);
	close_core();
}
END_TEST

START_TEST(nothing_stored_is_vacuous)
{
	static struct history_verdict hv;

	open_core();
	play_text("zfault history\nmkcg cg=3\ncpu-down cpu=0\n", &hv);
	ck_assert_int_eq(hv.v.outcome, VACUOUS);
	close_core();
}
END_TEST

Suite *suite_history(void)
{
	Suite *s = suite_create("history");
	TCase *tc = tcase_create("a history");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, same_seed_same_history);
	tcase_add_test(tc, text_and_back);
	tcase_add_test(tc, any_part_makes_sense);
	tcase_add_test(tc, what_makes_no_sense_does_nothing);
	tcase_add_test(tc, slots_go_with_their_folio);
	tcase_add_test(tc, cgroups_come_and_go);
	tcase_add_test(tc, faults_are_of_their_step);
	tcase_add_test(tc, nothing_stored_is_vacuous);
	suite_add_tcase(s, tc);
	return s;
}
