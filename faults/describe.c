// SPDX-License-Identifier: GPL-2.0-or-later
/* Each distinct finding's case once more, for what is too dear to keep of all. */
#include <stdio.h>
#include <string.h>

#include "story.h"
#include "worker.h"

/*
 * A case that kills its worker is played again as well, to die once more; the
 * job is shared with the parent, so that what is kept of it by then is there.
 * Only a sanitizer lets the process keep them (job_keep_frames()).
 */
static struct distinct *described;

void job_keep_frames(void)
{
	if (described)
		described->nr_frames = fault_frames(described->frames, FAULT_FRAMES);
}

static void describe_injected(struct story *st, struct distinct *d)
{
	struct verdict v;

	described = d;
	fault_trace(true);
	story_play(st, &d->first, &v);
	fault_trace(false);
	job_keep_frames();
	described = NULL;
}

/* What was seen on plain pages comes of the memory that @proof is about. */
static void promote(struct job *job, struct distinct *d, const struct finding *proof)
{
	const struct fault *f = &d->first.faults[0].fault;

	d->plain = d->finding;
	d->finding = *proof;
	for (unsigned long i = 0; i < job->result.nr_cases; i++) {
		if (!memcmp(&job->cases[i].faults[0].fault, f, sizeof(*f)))
			job->cells[i].letter = proof->letter;
	}
}

/* A U that comes first is the cause. What comes after another finding may be its consequence. */
static void describe_guarded(struct job *job, struct story *st, struct distinct *d)
{
	struct verdict v;

	story_play(st, &d->first, &v);
	if (v.nr_findings && v.findings[0].letter == 'U')
		promote(job, d, &v.findings[0]);
	for (unsigned int i = 1; i < v.nr_findings && i < VERDICT_FINDINGS; i++) {
		if (!d->plain.letter && v.findings[i].letter == 'U') {
			snprintf(d->guarded, sizeof(d->guarded), "%s", v.findings[i].text);
			break;
		}
	}
}

static bool is_wanted(const struct job *job, unsigned int i, bool guard)
{
	const struct distinct *d = &job->distinct[i];

	if (!guard)
		return d->first.nr_faults;
	/* Of a single case the first finding names the defect. */
	return job->opt->guard && !d->crash && !d->guard_only && d->finding.letter != 'U' &&
	       !(job->one && i);
}

/* Return: false when the harness failed. */
static bool describe_all(struct job *job, bool guard)
{
	struct story st;
	bool open = false;

	for (job->at = 0; job->at < job->result.nr_distinct; job->at++) {
		if (job->described[guard][job->at] || !is_wanted(job, job->at, guard))
			continue;
		if (!open && !job_open_story(job, &st, guard))
			return false;
		open = true;
		/* Marked first: whoever takes over after a crash here goes on. */
		job->described[guard][job->at] = true;
		if (guard)
			describe_guarded(job, &st, &job->distinct[job->at]);
		else
			describe_injected(&st, &job->distinct[job->at]);
	}
	if (open)
		story_close(&st);
	return true;
}

void job_describe(struct job *job)
{
	if (job->stage != STAGE_DESCRIBE)
		return;
	if (describe_all(job, false) && describe_all(job, true))
		job->stage = STAGE_DONE;
}
