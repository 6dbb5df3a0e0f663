/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A zswap for tests of the swap side of the shim: no compression, it copies
 * pages of the first swap file. How it misbehaves is up to the test.
 */
#ifndef TESTS_FAKE_ZSWAP_H
#define TESTS_FAKE_ZSWAP_H

#include <stdbool.h>

#include <linux/mm_types.h>
#include <linux/xarray.h>

#include "shim/subject.h"
#include "shim/world.h"

#define FAKE_SLOTS	2048
#define FAKE_CONTENTS	64

/* Page contents, all different, that no test changes. */
extern const void *fake_contents[FAKE_CONTENTS];

/**
 * struct fake_zswap - what it was asked, and how it is to answer
 * @tree: of each swap file; only what a test puts there
 * @here: it has a page of this slot
 * @batched: folios of the last batch; @saw_error: errors[] of the last of them
 * @batch_error: what a batch store sets for folio @batch_fails_at, the others
 *	being stored; 1: it sets nothing
 */
struct fake_zswap {
	struct xarray tree[2];
	bool here[FAKE_SLOTS];

	unsigned int stores, batches, batched, loads, swapins, invalidated, swapoffs;
	unsigned long last_invalidated;
	bool saw_memalloc, saw_dirty;

	bool refuse, can_batch;
	int saw_error;
	unsigned int batch_fails_at;
	int swapon_error, batch_error, load_error;
	bool load_no_data, load_marks_missing, load_marks_failed;
	bool load_keeps_clean, load_wrong_lock;
};
extern struct fake_zswap fake;

/* A fresh world with two swap files and this zswap, all its ways good. */
void fake_boot(enum subject_load load_returns);

/* A locked folio with fake_contents[0..] at freshly allocated slots. */
struct folio *fake_folio(unsigned long offset, unsigned int order);
/* fake_contents[0] is in zswap, or in the swap file, and nowhere else. */
void fake_put_zswap(unsigned long offset);
void fake_put_file(unsigned long offset);

/* world_swapin() finds @page, and there (READ_...). */
void fake_read_is(unsigned long offset, const void *page, int from);

#endif
