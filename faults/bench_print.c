// SPDX-License-Identifier: GPL-2.0-or-later
/* What was measured, for a reader. */
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "cmd.h"

/* A change by less than this is the machine's. */
#define NOISE	0.25

static bool is_of(const struct measure *m, const char *group)
{
	size_t len = strlen(group);

	return !strncmp(m->name, group, len) && m->name[len] == '/';
}

static const char *name_in(const struct measure *m)
{
	return strchr(m->name, '/') + 1;
}

static void print_cost(const struct measure *m)
{
	printf("  %-36s %6lu %8.1f %8.0f %7.2f %8.2f\n", name_in(m), m->nr, m->best,
	       1e6 / m->best, m->times, m->times_median);
}

static void print_against(const struct measure *m)
{
	printf("  %-43s %8.2f %8.2f %7.3f %8.3f\n", name_in(m), m->best, m->best / m->times,
	       m->times, m->times_median);
}

static void print_memory(const struct measure *m)
{
	printf("  %-43s %8.0f MiB\n", name_in(m), m->best);
}

static const struct group {
	const char *name, *title, *columns[5];
	void (*print)(const struct measure *m);
} groups[] = {
	{ "case", "a case, in times of zlib on a page",
	  { "cases", "us", "a second", "times", "median" }, print_cost },
	{ "growth", "growth, in times of order0",
	  { "cases", "us", "a second", "times", "median" }, print_cost },
	{ "pairs", "one fault and two, in times of order0",
	  { "cases", "us", "a second", "times", "median" }, print_cost },
	{ "store", "a store, in times of zlib alone",
	  { "", "us/page", "zlib", "times", "median" }, print_against },
	{ "fault point", "a fault point, in times of a call",
	  { "", "ns", "a call", "times", "median" }, print_against },
	{ "memory", "memory", { "", "", "", "", "" }, print_memory },
};

static void print_title(const struct group *group)
{
	const char *const *c = group->columns;

	if (!*c[1])
		printf("\n%s\n", group->title);
	else
		printf("\n%-38s %6s %8s %8s %7s %8s\n", group->title, c[0], c[1], c[2], c[3], c[4]);
}

static void print_group(const struct bench *b, const struct group *group)
{
	bool any = false;

	for (unsigned int i = 0; i < b->nr; i++) {
		if (!is_of(&b->measures[i], group->name))
			continue;
		if (!any)
			print_title(group);
		any = true;
		group->print(&b->measures[i]);
	}
}

static int share_width(enum room room)
{
	int len = strlen(room_names[room]);

	return len > 5 ? len : 5;
}

static void print_share(const struct share *share)
{
	unsigned long all = 0;

	for (unsigned int i = 0; i < ROOM_NR; i++)
		all += share->samples[i];
	printf("  %-28s", share->name);
	for (unsigned int i = 0; i < ROOM_NR; i++)
		printf(" %*.1f", share_width(i), all ? share->samples[i] * 100.0 / all : 0.0);
	printf(" %6lu\n", all);
}

static void print_shares(const struct bench *b)
{
	printf("\n%-30s", "where the time goes, in %");
	for (unsigned int i = 0; i < ROOM_NR; i++)
		printf(" %*s", share_width(i), room_names[i]);
	printf(" %6s\n", "of");
	for (unsigned int i = 0; i < b->nr_shares; i++)
		print_share(&b->shares[i]);
}

static double comparable(const struct measure *m)
{
	return m->of ? m->times : m->best;
}

static void print_compared(const struct bench *b, const char *baseline)
{
	unsigned int compared = 0, slower = 0;

	printf("\nagainst %s\n  %-44s %8s %8s %7s\n", baseline, "", "now", "then", "change");
	for (unsigned int i = 0; i < b->nr; i++) {
		const struct measure *m = &b->measures[i];
		double change = m->was ? comparable(m) / m->was - 1 : 0;

		if (!m->was)
			continue;
		compared++;
		slower += change > NOISE;
		printf("  %-44s %8.3f %8.3f %+6.0f%%%s\n", m->name, comparable(m), m->was,
		       change * 100, change > NOISE ? "  more" : change < -NOISE ? "  less" : "");
	}
	printf("  %u compared, %u more than %.0f%% above\n", compared, slower, NOISE * 100);
}

void bench_print(const struct bench *b, const struct setting *s, const char *baseline)
{
	printf("zfault bench   build %s, %s, %s\nsubject %s, pages: %s\n", ZFAULT_BUILD, ZFAULT_OPT,
	       BENCH_COMPILER, s->subject.desc->name, s->pages.source);
	printf("the best of several rounds, and how many times as much that is as what it is\n"
	       "measured by in the same rounds; the last column is of the medians\n");
	for (unsigned int i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		print_group(b, &groups[i]);
		if (!i)
			print_shares(b);
	}
	if (baseline)
		print_compared(b, baseline);
}
