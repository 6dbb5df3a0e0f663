// SPDX-License-Identifier: GPL-2.0-or-later
/* A part of a run: what is played of it, and what is known of it already. */
#include "part.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"

static bool parse_shard(struct part *p, const char *arg)
{
	unsigned int i, n;
	char end;

	if (sscanf(arg, "%u/%u%c", &i, &n, &end) == 2 && i && i <= n && n <= 10000 && arg[0] != '+' &&
	    arg[0] != '-') {
		p->shard = i - 1;
		p->shards = n;
		return true;
	}
	usage_error("--shard takes I/N, the I-th of N parts, as 1/4; not '%s'", arg);
	return false;
}

int part_option(struct part *p, int c, const char *arg)
{
	bool good = c == 'N' ? parse_shard(p, arg) : parse_path("--results", arg, &p->file);

	return good ? GO_ON : EXIT_USAGE;
}

/* What is of this shard and not in the file. */
static void choose(struct part *p, struct scenario *scenarios)
{
	for (unsigned int i = p->shard; i < p->nr; i += p->shards) {
		if (p->results.all && p->results.all[i])
			continue;
		p->todo[p->nr_todo] = i;
		scenarios[p->nr_todo++] = scenarios[i];
	}
}

int part_open(struct part *p, const struct results_run *run, struct scenario *scenarios)
{
	int code;

	p->nr = run->nr;
	if (!p->shards)
		p->shards = 1;
	if (p->shard >= p->nr)
		return usage_error("--shard=%u/%u: there are %u scenarios, so none for this part",
				   p->shard + 1, p->shards, p->nr);
	p->todo = calloc(p->nr, sizeof(*p->todo));
	if (!p->todo)
		return harness_error("no memory for %u scenarios", p->nr);
	code = p->file ? results_open(&p->results, p->file, run) : 0;
	if (!code)
		choose(p, scenarios);
	return code;
}

static void show(struct part *p, const struct result *r)
{
	display_result(p->display, r);
	p->code = worse_code(p->code, result_code(r));
}

/* What an earlier run has of those before scenario @end. */
static void show_earlier(struct part *p, unsigned int end)
{
	for (; p->next < end; p->next++) {
		if (p->results.all && p->results.all[p->next])
			show(p, p->results.all[p->next]);
	}
}

void part_add(struct part *p, const struct result *r, bool whole)
{
	unsigned int n = p->todo[p->nr_done++];

	show_earlier(p, n);
	p->next = n + 1;
	if (p->file && whole && !r->error[0])
		p->code = worse_code(p->code, results_add(&p->results, n, r));
	show(p, r);
}

void part_end(struct part *p)
{
	show_earlier(p, p->nr);
}

int part_close(struct part *p)
{
	free(p->todo);
	p->todo = NULL;
	return results_close(&p->results);
}
