// SPDX-License-Identifier: GPL-2.0-or-later
/* P, N, K and T: lists, reject counters, context, recovery. */
#include "oracle.h"

#include <string.h>

/* ---- P ----------------------------------------------------------------- */

static bool on_right_list(const struct slot *slot, const struct seen *seen)
{
	return seen->lru_nid == seen->nid &&
	       seen->lru_memcg == (slot->memcg ? ledger_lru_owner(slot->memcg) : NULL);
}

void check_published(struct oracle *o)
{
	struct slot_list off = { 0 }, wrong = { 0 };
	bool published = false;

	for (unsigned int i = 0; i < o->m->nr_slots; i++) {
		const struct seen *seen = &o->look.seen[i];

		if (!seen->start)
			continue;
		published = true;
		if (seen->lru != 1)
			slot_list_add(&off, i);
		else if (!o->m->tainted && !on_right_list(&o->m->slots[i], seen))
			slot_list_add(&wrong, i);
	}
	if (published)
		oracle_looks(o, 'P');
	if (off.nr)
		oracle_found(o, 'P', "entry not on one LRU list", off.first,
			     "%u of %u entries are not on exactly one LRU list: %s",
			     off.nr, o->look.entries, slot_list_text(&off));
	if (wrong.nr)
		oracle_found(o, 'P', "entry on a wrong LRU list", wrong.first,
			     "%u of %u entries are on the LRU list of another node or cgroup: %s",
			     wrong.nr, o->look.entries, slot_list_text(&wrong));
	if (o->look.items_unpublished)
		oracle_found(o, 'P', "LRU item in no tree", -1,
			     "%u of %u LRU items are entries that no tree holds",
			     o->look.items_unpublished, o->look.items);
}

/* ---- N ----------------------------------------------------------------- */

static const char *row_counter(const struct fault *f)
{
	const struct fault_point_info *point = &fault_points[f->point];

	for (unsigned int i = 0; i < FAULT_MAX_ERRORS && point->errors[i]; i++) {
		if (point->errors[i] == f->error)
			return point->counters[i];
	}
	return NULL;
}

/* What algorithms say of a page that does not compress: -EINVAL or -ENOSPC. */
static const char *poor_counter(const char *alg)
{
	return strcmp(alg, "deflate") ? "reject_compress_poor" : "reject_compress_fail";
}

/*
 * A page of a refused folio does not compress, which has this counter. Where
 * the store did not come to its first page @f->alg is a stale entry's.
 */
static bool poor_explains(const struct oracle *o, const char *name)
{
	for (unsigned int k = 0; name && k < o->step.nr_offers; k++) {
		const struct offer *f = &o->step.offers[k];

		if (offer_refused(f) && f->poor && (!strcmp(name, poor_counter(f->alg)) ||
						    !strcmp(name, poor_counter(o->m->alg))))
			return true;
	}
	return false;
}

/* An allocation that upstream's store does not make: counted as what it is, or not. */
static bool may_count(const struct fault *f, const char *name)
{
	return (f->point == FP_KMALLOC || f->point == FP_KVCALLOC) && name &&
	       !strcmp(name, "reject_alloc_fail");
}

/*
 * May the step's refusals have raised @name (NULL: none)? By what failed, by
 * contents, or because nobody knows why there was one.
 */
static bool reject_explained(const struct oracle *o, const char *name)
{
	if (poor_explains(o, name))
		return true;
	for (unsigned int i = 0; oracle_injected(o) && i < o->c->nr_faults; i++) {
		const char *counter = row_counter(&o->c->faults[i].fault);

		if (!oracle_fired_now(o, i))
			continue;
		if (counter ? name && !strcmp(name, counter) : !name)
			return true;
		if (may_count(&o->c->faults[i].fault, name))
			return true;
	}
	return !name && !oracle_injected(o) && oracle_unexpected_refusal(o);
}

/*
 * The stale entries of a folio that is being stored are hot as well: a store
 * that is over a limit may come by them, before it is refused and they go.
 */
static bool offered_stale(const struct oracle *o)
{
	for (unsigned int i = 0; i < o->m->nr_slots; i++) {
		const struct offer *f = oracle_offer_of(o, i);

		if (f && o->m->slots[i].older)
			return true;
	}
	return false;
}

/*
 * An entry whose page is in the swap cache is hot: its writeback has to fail.
 * So has that of one that is no longer there when writeback comes to it.
 */
static bool may_fail_reclaim(const struct oracle *o)
{
	if (o->step.raced || offered_stale(o))
		return true;
	for (unsigned int i = 0; i < o->m->nr_slots; i++) {
		const struct slot *slot = &o->m->slots[i];

		if (slot->entry && o->look.seen[i].folio)
			return true;
	}
	return oracle_injected(o);
}

static void check_reclaim(struct oracle *o)
{
	uint64_t now = 0;

	if (!ledger_counter("reject_reclaim_fail", &now) || now == o->reclaim_failed ||
	    may_fail_reclaim(o))
		return;
	oracle_found(o, 'N', "writeback failed without a reason", -1,
		     "reject_reclaim_fail rose by %llu, and nothing was made to fail",
		     (unsigned long long)(now - o->reclaim_failed));
}

/* Taken, though the scenario left zswap no room for it. */
static void check_barred(struct oracle *o)
{
	for (unsigned int k = 0; k < o->step.nr_offers; k++) {
		const struct offer *f = &o->step.offers[k];

		if (f->stored && f->barred && !offer_let_in(o, f))
			oracle_found(o, 'N', "not refused", -1,
				     "%sthe store of %u pages was taken, though %s",
				     oracle_folio_name(o, f), f->nr, f->barred);
	}
}

/*
 * How many refused folios have to be counted, and with @may those that may be.
 * One that a limit keeps out is not; one that made room by writing something
 * back may still have failed later on.
 */
static unsigned int nr_counted(const struct oracle *o, bool may)
{
	unsigned int nr = 0;

	for (unsigned int k = 0; k < o->step.nr_offers; k++) {
		const struct offer *f = &o->step.offers[k];

		nr += offer_refused(f) && (!f->barred || (may && (f->yields || f->room)));
	}
	return nr;
}

/* Each counter that moved has a refusal that explains it. */
static bool check_explained(struct oracle *o)
{
	for (unsigned int i = 0; i < o->nr_rejects; i++) {
		if (!o->reject_moved[i] || reject_explained(o, o->rejects[i]))
			continue;
		oracle_found(o, 'N', "wrong counter raised", -1,
			     "%s was raised for a store that failed for another reason",
			     o->rejects[i]);
		return false;
	}
	return true;
}

static void check_counted(struct oracle *o, uint64_t sum, const char *moved)
{
	unsigned int refused = nr_counted(o, true);

	if (sum && !refused)
		oracle_found(o, 'N', "counter moved without a refusal", -1,
			     "%s rose by %llu, and no store was refused that is counted", moved,
			     (unsigned long long)sum);
	else if (sum > refused)
		oracle_found(o, 'N', "refusal counted more than once", -1,
			     "the reject counters rose by %llu for %u refused folio%s, %s among them",
			     (unsigned long long)sum, refused, refused == 1 ? "" : "s", moved);
	else if (check_explained(o) && sum < nr_counted(o, false) && !reject_explained(o, NULL))
		oracle_found(o, 'N', "refusal not counted", -1,
			     "%u folio%s refused, and the reject counters rose by %llu", refused,
			     refused == 1 ? " was" : "s were", (unsigned long long)sum);
}

/* Not of a store, so that no row names it. Older kernels have no such counter. */
static void check_decompress(struct oracle *o)
{
	unsigned long failed = fault_injected_at(FP_ACOMP_DECOMPRESS) - o->decompress_injected;
	uint64_t now;

	if (!ledger_counter("decompress_fail", &now))
		return;
	if (failed)
		oracle_looks(o, 'N');
	if (now - o->decompress_failed != failed)
		oracle_found(o, 'N', "decompress_fail", -1,
			     "decompress_fail rose by %lld, and %lu decompressions failed",
			     (long long)(now - o->decompress_failed), failed);
}

void check_rejects(struct oracle *o)
{
	const char *moved = NULL;
	uint64_t sum = 0;

	check_decompress(o);
	/* Failures that the user injects himself have no row to look at. */
	if (!o->nr_rejects || (oracle_injected(o) && !o->c->nr_faults))
		return;
	oracle_looks(o, 'N');
	check_reclaim(o);
	check_barred(o);
	for (unsigned int i = 0; i < o->nr_rejects; i++) {
		if (o->reject_moved[i])
			moved = o->rejects[i];
		sum += o->reject_moved[i];
	}
	check_counted(o, sum, moved);
}

/* ---- K ----------------------------------------------------------------- */

void check_context(struct oracle *o)
{
	struct ledger_context c;

	oracle_looks(o, 'K');
	ledger_context(&c);
	if (c.spinlocks || c.mutexes || c.rcu_depth || c.preempt || c.mappings)
		oracle_found(o, 'K', "context not given back", -1,
			     "held on return: %u spinlocks, %u mutexes, RCU %u, preemption %u, mappings %u",
			     c.spinlocks, c.mutexes, c.rcu_depth, c.preempt, c.mappings);
	for (unsigned int i = 0; i < o->m->nr_slots; i++) {
		const struct slot *slot = &o->m->slots[i];
		const struct folio *folio = o->look.seen[i].folio;

		if (!folio || !ledger_folio_locked(folio) ||
		    (o->step.locked && model_holds(o->m, folio)))
			continue;
		oracle_found(o, 'K', "folio left locked", i,
			     "the folio at offset %lu is still locked", slot->offset);
		break;
	}
}

/* ---- T ----------------------------------------------------------------- */

static uint64_t hash_lists(const struct oracle *o)
{
	uint64_t hash = 14695981039346656037u;

	for (unsigned int i = 0; i < o->m->nr_slots; i++) {
		const struct seen *seen = &o->look.seen[i];
		uint64_t word = !!seen->entry;

		for (int cg = 0; cg < CG_NR && seen->lru_memcg; cg++)
			word |= (uint64_t)(o->m->cg[cg].memcg == seen->lru_memcg) << (8 + cg);
		word |= (uint64_t)seen->lru << 16 | (uint64_t)seen->lru_nid << 24;
		hash = (hash ^ word) * 1099511628211u;
	}
	return hash;
}

static void take_digest(const struct oracle *o, struct digest *d)
{
	struct ledger_memcg memcg;
	struct ledger_objcg objcg;
	unsigned long reachable;
	struct ledger_ref ref;

	*d = (struct digest){
		.known = true, .stored = oracle_stored(o),
		.entries = o->look.entries, .items = o->look.items,
		.handles = ledger_nr_handles(), .bytes = ledger_handle_bytes(),
		.lists = hash_lists(o),
	};
	ledger_nodes(&d->nodes, &reachable);
	for (unsigned int i = 0; ledger_ref(i, &ref); i++)
		d->refs += ref.count;
	for (unsigned int i = 0; ledger_objcg(i, &objcg); i++) {
		d->objcg_refs += objcg.refs;
		d->charged += objcg.charged;
	}
	for (unsigned int i = 0; ledger_memcg(i, &memcg); i++)
		d->zswapped += memcg.zswapped;
}

static void check_same(struct oracle *o, const char *what, long now, long without)
{
	if (now != without)
		oracle_found(o, 'T', what, -1,
			     "after the second store there are %ld %s; without the fault there are %ld",
			     now, what, without);
}

/* What leaked or went wrong before is told, and makes the rest differ. */
static bool sums_spoiled(const struct oracle *o)
{
	const struct verdict *v = o->v;

	for (unsigned int i = 0; i < v->nr_findings && i < VERDICT_FINDINGS; i++) {
		if (strchr("LRAP", v->findings[i].letter))
			return true;
	}
	return o->m->tainted || v->excused;
}

static bool fault_fired_at(const struct oracle *o, enum fault_point point)
{
	for (unsigned int i = 0; i < o->c->nr_faults; i++) {
		if (o->c->faults[i].fault.point == point && fault_fired_n(i))
			return true;
	}
	return false;
}

static bool fired_now(const struct oracle *o, enum fault_point point)
{
	for (unsigned int i = 0; i < o->c->nr_faults; i++) {
		if (o->c->faults[i].fault.point == point && fault_fired_n(i) && !o->fired[i])
			return true;
	}
	return false;
}

static bool found_full(const struct oracle *o)
{
	bool now = fired_now(o, FP_ZPOOL_GET_TOTAL_PAGES) || fired_now(o, FP_ZS_GET_TOTAL_PAGES);

	for (unsigned int k = 0; k < o->step.nr_offers; k++) {
		const struct offer *f = &o->step.offers[k];

		if (offer_refused(f) && (now || (f->full && !offer_let_in(o, f))))
			return true;
	}
	return false;
}

/*
 * Whoever finds the pool full has somebody make room, or it stays full. While
 * writeback runs somebody does, and may have by the end of the step, as has who
 * was woken where the step waits for it.
 */
static void check_woken(struct oracle *o)
{
	if (!found_full(o) || o->step.raced || o->step.worked ||
	    oracle_limit_looks() == o->limit_looked)
		return;
	oracle_looks(o, 'T');
	if (!ledger_pending_work())
		oracle_found(o, 'T', "nobody woken", -1,
			     "the store was refused for a full pool, and no work is pending that would make room");
}

/* Which entry goes first, and when, is policy. That none ever goes is not. */
static void check_stuck(struct oracle *o)
{
	if (!o->step.drained)
		return;
	oracle_looks(o, 'T');
	if (o->step.stuck)
		oracle_found(o, 'T', "nobody writes back", -1,
			     "%u entries may be written back, and round after round neither the shrinker nor the worker came by one",
			     o->step.stuck);
}

/* What is allocated for reclaim to call, and that it never will. */
static void check_idle(struct oracle *o)
{
	if (ledger_idle_shrinkers())
		oracle_found(o, 'T', "shrinker never registered", -1,
			     "%u shrinker is allocated and not registered, so reclaim never calls it",
			     ledger_idle_shrinkers());
}

void check_recovery(struct oracle *o)
{
	const struct digest *w = &o->without;
	struct digest d;

	check_woken(o);
	check_stuck(o);
	check_idle(o);
	if (!oracle_asked(o) || !o->step.again)
		return;
	take_digest(o, &d);
	if (o->profile)
		o->without = d;
	if (!o->c->nr_faults && !fault_injected() && o->baseline_stored & ~d.stored &&
	    oracle_unexpected_refusal(o))
		oracle_found(o, 'T', "second store refused", -1,
			     "%s was refused, with nothing made to fail",
			     w->known || o->profile ? "the second store of the same pages" : "a store");
	if (!w->known || oracle_disturbed(o))
		return;
	oracle_looks(o, 'T');
	/* Who gave up at boot has said so. */
	if (oracle_lacks(o) && !d.stored)
		return;
	if (d.stored != w->stored) {
		oracle_found(o, 'T', "second store", -1,
			     "the second store of the same pages took %d of %u folios; without the fault it takes %d",
			     __builtin_popcount(d.stored), o->step.nr_offers,
			     __builtin_popcount(w->stored));
		return;
	}
	if (sums_spoiled(o))
		return;
	check_same(o, "entries", d.entries, w->entries);
	check_same(o, "LRU items", d.items, w->items);
	check_same(o, "zpool objects", d.handles, w->handles);
	check_same(o, "bytes in zpools", d.bytes, w->bytes);
	/* As the kernel's, xa_store() keeps what it had of the way to a node it did not get. */
	if (!fault_fired_at(o, FP_XA_NODE))
		check_same(o, "tree nodes", d.nodes, w->nodes);
	check_same(o, "pool references", d.refs, w->refs);
	check_same(o, "object cgroup references", d.objcg_refs, w->objcg_refs);
	/* Where charges go wrong without a fault, they do so with each store. */
	if (!oracle_excuses(o, 'A', "charge:")) {
		check_same(o, "bytes charged", d.charged, w->charged);
		check_same(o, "pages in MEMCG_ZSWAPPED", d.zswapped, w->zswapped);
	}
	if (d.lists != w->lists)
		oracle_found(o, 'T', "lists", -1,
			     "after the second store %u entries are on other LRU lists than without the fault",
			     d.entries);
}
