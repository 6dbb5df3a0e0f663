// SPDX-License-Identifier: GPL-2.0-or-later
/* The zswap of tests/fake_zswap.h. */
#include <check.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pagevec.h>
#include <linux/sched.h>
#include <linux/swapops.h>

#include "shim/boot.h"
#include "shim/ledger.h"
#include "tests/fake_zswap.h"

struct fake_zswap fake;
const void *fake_contents[FAKE_CONTENTS];

static char contents[FAKE_CONTENTS][PAGE_SIZE];
static char stored[FAKE_SLOTS][PAGE_SIZE];

static bool fake_store(struct folio *folio)
{
	unsigned long offset = swp_offset(folio->swap);
	long i;

	fake.stores++;
	fake.saw_memalloc = current->flags & PF_MEMALLOC;
	fake.saw_dirty = folio_test_dirty(folio);
	for (i = 0; i < folio_nr_pages(folio); i++) {
		fake.here[offset + i] = !fake.refuse;
		memcpy(stored[offset + i], page_address(folio_page(folio, i)), PAGE_SIZE);
	}
	return !fake.refuse;
}

static bool fake_can_batch(void)
{
	return fake.can_batch;
}

static void fake_batch_store(struct folio_batch *batch, int *errors)
{
	fake.batches++;
	fake.batched = folio_batch_count(batch);
	for (unsigned int i = 0; i < fake.batched; i++) {
		fake.saw_error = errors[i];
		if (fake.batch_error <= 0)
			errors[i] = i == fake.batch_fails_at ? fake.batch_error : 0;
	}
}

static void fill(struct folio *folio, unsigned long offset)
{
	memcpy(page_address(&folio->page), stored[offset], PAGE_SIZE);
	folio_mark_uptodate(folio);
	if (!fake.load_keeps_clean)
		folio_mark_dirty(folio);
	fake.here[offset] = false;
}

static int answer(struct folio *folio, bool unlock, int ret)
{
	if (unlock != fake.load_wrong_lock)
		folio_unlock(folio);
	return ret;
}

static int fake_load(struct folio *folio)
{
	unsigned long offset = swp_offset(folio->swap);
	bool unlocks = shim_subject->load_returns == SUBJECT_LOAD_INT;

	fake.loads++;
	if (!fake.here[offset]) {
		if (fake.load_marks_missing)
			folio_mark_uptodate(folio);
		return answer(folio, false, unlocks ? -ENOENT : 0);
	}
	if (fake.load_error) {
		if (fake.load_marks_failed)
			folio_mark_uptodate(folio);
		return answer(folio, true, fake.load_error);
	}
	if (!fake.load_no_data)
		fill(folio, offset);
	return answer(folio, unlocks, unlocks ? 0 : 1);
}

static void fake_invalidate(unsigned long swp_val)
{
	swp_entry_t entry = { swp_val };

	fake.invalidated++;
	fake.last_invalidated = swp_val;
	if (!swp_type(entry))
		fake.here[swp_offset(entry)] = false;
}

static int fake_swapon(int type, unsigned long nr_pages)
{
	if (!fake.swapon_error)
		xa_init(&fake.tree[type]);
	return fake.swapon_error;
}

static void fake_swapoff(int type)
{
	unsigned long i;

	fake.swapoffs++;
	for (i = 0; !type && i < FAKE_SLOTS; i++)
		ck_assert(!fake.here[i]);
}

static void fake_folio_swapin(struct folio *folio)
{
	fake.swapins++;
}

static bool fake_is_enabled(void)
{
	return true;
}

static bool fake_never_enabled(void)
{
	return false;
}

static void fake_lruvec_state_init(struct lruvec *lruvec)
{
}

static struct subject_desc desc = {
	.store = fake_store,
	.load = fake_load,
	.invalidate = fake_invalidate,
	.swapon = fake_swapon,
	.swapoff = fake_swapoff,
	.is_enabled = fake_is_enabled,
	.never_enabled = fake_never_enabled,
	.lruvec_state_init = fake_lruvec_state_init,
	.folio_swapin = fake_folio_swapin,
	.can_batch = fake_can_batch,
	.batch_store = fake_batch_store,
};

void fake_boot(enum subject_load load_returns)
{
	int i;

	memset(&fake, 0, sizeof(fake));
	for (i = 0; i < FAKE_CONTENTS; i++)
		fake_contents[i] = memset(contents[i], i + 1, PAGE_SIZE);
	ck_assert_int_eq(world_boot(NULL, NULL), 0);
	desc.load_returns = load_returns;
	shim_subject = &desc;
	ck_assert_int_eq(world_swapon(0, FAKE_SLOTS), 0);
	ck_assert_int_eq(world_swapon(1, FAKE_SLOTS), 0);
}

struct folio *fake_folio(unsigned long offset, unsigned int order)
{
	struct folio *folio;

	ck_assert_uint_le(1UL << order, FAKE_CONTENTS);
	world_swap_alloc(0, offset, 1UL << order);
	folio = world_folio(order, 0, NULL, 0, offset, fake_contents);
	ck_assert_ptr_nonnull(folio);
	return folio;
}

static void put_at(unsigned long offset, enum world_stored where)
{
	struct folio *folio = fake_folio(offset, 0);

	ck_assert_int_eq(world_writepage(folio), where);
	world_folio_drop(folio);
	ck_assert_ptr_null(ledger_swap_cache(0, offset));
}

void fake_put_zswap(unsigned long offset)
{
	put_at(offset, WORLD_STORED);
}

void fake_put_file(unsigned long offset)
{
	fake.refuse = true;
	put_at(offset, WORLD_WRITTEN);
	fake.refuse = false;
}

void fake_read_is(unsigned long offset, const void *page, int from)
{
	struct world_read read = world_swapin(0, offset);

	ck_assert_int_eq(read.error, 0);
	ck_assert_int_eq(read.from, from);
	ck_assert_mem_eq(read.page, page, PAGE_SIZE);
}
