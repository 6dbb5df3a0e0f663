/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where page contents come from. Immutable once made. */
#ifndef FAULTS_PAGES_H
#define FAULTS_PAGES_H

#include <stddef.h>

/**
 * struct pages - a set of page contents
 * @real: @nr pages that compress, none of them all zero, no two equal
 * @source: one line for a report: which files, or the --pages file
 */
struct pages {
	const void *const *real;
	unsigned int nr;
	const char *source;
	void *priv;
};

/*
 * pages_load() - from @file (a dump, a multiple of 4096 bytes), or with NULL
 * from the images of this program and the libraries it has loaded
 * @nr_pages: that are stored together at the most: twice as many are wanted, and
 *	those of bystanders; each costs a compression to look at
 *
 * Pages that the compressor refuses and all-zero ones are left out. Where too
 * few are found the rest are generated. Return: 0; with one line in @why
 * -1 (unreadable, empty, no usable page), or -2 without memory.
 */
int pages_load(const char *file, unsigned int nr_pages, struct pages *out, char *why, size_t size);
void pages_free(struct pages *pages);

/* The k-th generated page of a fixed sequence: compressible to different degrees. */
const void *pages_generated(unsigned int k);
/* A page that deflate refuses; k-th of a fixed sequence. */
const void *pages_incompressible(unsigned int k);

#endif
