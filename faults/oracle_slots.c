// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * S, D, B and C: which slots hold an entry, and what they read. Each slot is
 * judged under one letter only: S or D for the folio that this step offered
 * to zswap, B for a bystander, C for everything else.
 */
#include "oracle.h"

#include <errno.h>
#include <string.h>

/* The page is the slot's newest, or would be told apart from it. */
static bool same_page(const void *page, const void *newest)
{
	return page == newest || (page && newest && !memcmp(page, newest, WORLD_PAGE_SIZE));
}

/*
 * An entry is gone. If its bytes are in the swap file now they were written
 * back; what that has to have moved is looked at with the sums.
 */
static enum slot_state entry_gone(struct oracle *o, unsigned int i)
{
	struct slot *slot = &o->m->slots[i];
	const void *written;

	if (slot->where != IN_ZSWAP || !slot->newest) {
		model_dropped(o->m, i);
		return SLOT_AGREES;
	}
	if (same_page(ledger_swap_file(slot->type, slot->offset), slot->newest)) {
		o->against += !model_may_write_back(o->m, slot->cg);
		model_written_back(o->m, i);
		return SLOT_AGREES;
	}
	written = ledger_swap_file(slot->type, slot->offset);
	model_dropped(o->m, i);
	model_spoiled(o->m, i, NULL);
	return written ? SLOT_WRONG : SLOT_LOST;
}

static enum slot_state compare(struct oracle *o, unsigned int i)
{
	struct slot *slot = &o->m->slots[i];
	const struct seen *seen = &o->look.seen[i];
	const struct offer *offer;

	if (slot->entry && !seen->entry)
		return entry_gone(o, i);
	if (!slot->entry && seen->entry) {
		slot->entry = true;
		return SLOT_LEFT;
	}
	if (!slot->entry || seen->generation != slot->generation)
		return SLOT_AGREES;
	offer = oracle_offer_of(o, i);
	return offer && offer->stored ? SLOT_OLD : SLOT_AGREES;
}

/*
 * Bring world and model together, slot by slot. After a difference the model
 * follows the world, so that the same defect is not found again in every
 * later step, but its sums are void.
 */
void oracle_compare(struct oracle *o)
{
	struct look *look = &o->look;

	for (unsigned int i = 0; i < o->m->nr_slots; i++) {
		const struct slot *slot = &o->m->slots[i];

		look->seen[i].state = compare(o, i);
		look->differ += look->seen[i].state != SLOT_AGREES;
		if ((slot->newest || look->seen[i].entry) && !oracle_offer_of(o, i))
			++*(slot->bystander ? &look->bystanders : &look->others);
	}
	o->m->tainted |= look->differ;
	if (o->look.strange || o->look.no_object || o->look.doubled)
		o->m->tainted = true;
}

/* ---- S ----------------------------------------------------------------- */

/*
 * An entry that a refused store leaves is written over the folio's data in
 * the swap file one day. Told apart by age: rollback forgot the entries of
 * this store, or those from before it.
 */
static void check_refused(struct oracle *o, const struct offer *f)
{
	struct slot_list left = { 0 };
	unsigned int stale = 0;

	for (unsigned int i = f->lo; i < f->lo + f->nr; i++) {
		if (o->look.seen[i].state != SLOT_LEFT)
			continue;
		slot_list_add(&left, i - f->lo);
		stale += o->look.seen[i].generation == o->m->slots[i].generation;
	}
	if (left.nr)
		oracle_found(o, 'S', stale ? "stale entries left by a failed store" :
			     "entries of the failed store left", f->lo + left.first,
			     "%s%u of %u slots still hold an entry after the failed store, %u of them from before it: %s",
			     oracle_folio_name(o, f), left.nr, f->nr, stale, slot_list_text(&left));
}

void check_rollback(struct oracle *o)
{
	for (unsigned int k = 0; k < o->step.nr_offers; k++) {
		if (!offer_refused(&o->step.offers[k]))
			continue;
		oracle_looks(o, 'S');
		check_refused(o, &o->step.offers[k]);
	}
}

/* ---- D ----------------------------------------------------------------- */

/* What the stores take with nothing failing; of folios that are reclaimed nobody knows. */
static uint32_t taken_without(const struct oracle *o)
{
	if (fault_phase_now() == PHASE_STORE)
		return o->baseline_stored;
	/* What failed before it in its phase may keep it from being taken. */
	if (fault_phase_now() == PHASE_RESTORE && o->injected == o->undisturbed &&
	    o->step.again && o->without.known)
		return o->without.stored;
	return 0;
}

static const char *benign_name(const struct oracle *o)
{
	unsigned int i = 0;

	while (i + 1 < o->c->nr_faults && !oracle_fired_now(o, i))
		i++;
	return fault_points[o->c->faults[i].fault.point].name;
}

static void check_benign(struct oracle *o)
{
	uint32_t taken = oracle_only_benign(o) ? taken_without(o) : 0;

	for (unsigned int k = 0; taken && k < o->step.nr_offers; k++) {
		const struct offer *f = &o->step.offers[k];

		if (!offer_refused(f) || f->barred || !(taken >> k & 1))
			continue;
		oracle_found(o, 'D', "refused for a failure that has a fallback", -1,
			     "%sthe store of %u pages was refused, though all that failed (%s) has a fallback",
			     oracle_folio_name(o, f), f->nr, benign_name(o));
		/* To do without it is a weakness, and no bug: it accuses nobody. */
		o->v->beyond = true;
	}
}

/* The second of two entries takes the first one for stale: it works, twice. */
static void check_published_once(struct oracle *o)
{
	long stores = fault_hits(FP_XA_STORE, PHASE_STORE), pages = 0;

	for (unsigned int k = 0; k < o->step.nr_offers; k++)
		pages += o->step.offers[k].nr;
	/* What failed may be tried again. */
	stores -= fault_injected() - o->injected;
	if (fault_phase_now() == PHASE_STORE && oracle_stored(o) && stores > pages)
		oracle_found(o, 'D', "page stored more than once", -1,
			     "the store of %ld pages put %ld entries into the tree", pages, stores);
}

static void check_taken(struct oracle *o, const struct offer *f)
{
	struct slot_list lost = { 0 }, old = { 0 };

	for (unsigned int i = f->lo; i < f->lo + f->nr; i++) {
		if (o->look.seen[i].state == SLOT_LOST || o->look.seen[i].state == SLOT_WRONG)
			slot_list_add(&lost, i - f->lo);
		else if (o->look.seen[i].state == SLOT_OLD)
			slot_list_add(&old, i - f->lo);
	}
	if (lost.nr)
		oracle_found(o, 'D', "not stored: no entry", f->lo + lost.first,
			     "%s%u of %u slots hold no entry after the successful store: %s",
			     oracle_folio_name(o, f), lost.nr, f->nr, slot_list_text(&lost));
	if (old.nr)
		oracle_found(o, 'D', "not stored: old entry", f->lo + old.first,
			     "%s%u of %u slots still hold the entry from before the successful store: %s",
			     oracle_folio_name(o, f), old.nr, f->nr, slot_list_text(&old));
}

void check_stored(struct oracle *o)
{
	check_benign(o);
	check_published_once(o);
	for (unsigned int k = 0; k < o->step.nr_offers; k++) {
		if (!o->step.offers[k].stored)
			continue;
		oracle_looks(o, 'D');
		check_taken(o, &o->step.offers[k]);
	}
}

/* ---- B, C -------------------------------------------------------------- */

/* SLOT_OLD is a matter of the store alone. */
static const struct {
	const char *key, *says;
} other_states[SLOT_STATES] = {
	[SLOT_LEFT] = { "entry left", "hold an entry, but zswap does not have the newest bytes" },
	[SLOT_LOST] = { "entry gone", "lost the only copy of the newest bytes" },
	[SLOT_WRONG] = { "wrong bytes in the swap file",
			 "lost their entry, and the swap file has other bytes than the newest" },
};

static void check_others(struct oracle *o, char letter, bool bystanders)
{
	struct slot_list lists[SLOT_STATES] = { 0 };

	if (bystanders ? o->look.bystanders : o->look.others)
		oracle_looks(o, letter);
	if (!o->look.differ)
		return;
	for (unsigned int i = 0; i < o->m->nr_slots; i++) {
		const struct slot *slot = &o->m->slots[i];

		if (slot->bystander != bystanders || oracle_offer_of(o, i))
			continue;
		if (o->look.seen[i].state != SLOT_AGREES)
			slot_list_add(&lists[o->look.seen[i].state], bystanders ? slot->offset : i);
	}
	for (unsigned int state = 0; state < SLOT_STATES; state++) {
		if (lists[state].nr)
			oracle_found(o, letter, other_states[state].key,
				     bystanders ? -1 : lists[state].first,
				     "%u %s %s: %s", lists[state].nr,
				     bystanders ? "of the bystanders' slots" : "of the slots",
				     other_states[state].says, slot_list_text(&lists[state]));
	}
}

void check_bystanders(struct oracle *o)
{
	check_others(o, 'B', true);
}

void check_coherence(struct oracle *o)
{
	check_others(o, 'C', false);
	if (o->against)
		oracle_found(o, 'C', "written back against memory.zswap.writeback", -1,
			     "%u entries of a cgroup with memory.zswap.writeback off are in the swap file",
			     o->against);
	if (o->look.strange)
		oracle_found(o, 'C', "entry where nothing was stored", -1,
			     "%u entries are at offsets where nothing was stored, the first at %lu",
			     o->look.strange, o->look.strange_at);
}

/* ---- reads ------------------------------------------------------------- */

/*
 * After the fault the same store has to do what it does without one: what is
 * wrong then only, is a matter of recovery.
 */
static char read_letter(const struct oracle *o, unsigned int i, const struct world_read *read)
{
	const struct slot *slot = &o->m->slots[i];

	if (slot->bystander)
		return 'B';
	if (o->step.again && o->c->nr_faults && !oracle_disturbed(o))
		return 'T';
	return slot->tested && read->from == READ_ZSWAP ? 'D' : 'C';
}

/* What was lost or is known to be wrong is not looked at again. */
static void check_bytes(struct oracle *o, unsigned int i, const struct world_read *read)
{
	static const char *const from[] = {
		[READ_SWAP_CACHE] = "the swap cache",
		[READ_ZSWAP] = "zswap",
		[READ_SWAP_FILE] = "the swap file",
	};
	const struct slot *slot = &o->m->slots[i];
	char letter = read_letter(o, i, read);
	const char *a = read->page, *b = slot->newest;
	bool old = slot->older && same_page(read->page, slot->older);
	unsigned int at = 0;

	if (!b)
		return;
	oracle_looks(o, letter);
	if (same_page(a, b))
		return;
	while (a && at < WORLD_PAGE_SIZE && a[at] == b[at])
		at++;
	oracle_found(o, letter, old ? "old bytes read" : "wrong bytes read", i,
		     "offset %lu, read from %s, has %s, from byte %u on", slot->offset,
		     from[read->from], old ? "the bytes from before the last write" :
		     "other bytes than were written last", at);
	model_spoiled(o->m, i, old ? slot->older : NULL);
}

void oracle_read(struct oracle *o, unsigned int i, const struct world_read *read)
{
	struct slot *slot = &o->m->slots[i];

	if (!read->error) {
		check_bytes(o, i, read);
		if (read->from == READ_ZSWAP)
			model_loaded(o->m, i);
		return;
	}
	/* The cache keeps a folio without data until reclaim takes it. */
	if (oracle_injected(o) || slot->failed) {
		slot->failed = true;
		return;
	}
	oracle_found(o, slot->bystander ? 'B' : 'C', "read failed", i,
		     "offset %lu could not be read: error %d, and nothing was made to fail",
		     slot->offset, read->error);
	slot->failed = true;
}
