// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * L, R and A: what is allocated, referred to and counted. Leaks are told
 * from what the trees hold; only sums over lengths and owners need the model.
 */
#include "oracle.h"

#include <string.h>

/* ---- L ----------------------------------------------------------------- */

/* More than can be reached. Fewer is a matter of accounting. */
void check_leaks(struct oracle *o)
{
	unsigned long entries = o->look.entries, nodes, reachable, live;

	if (o->cache) {
		oracle_looks(o, 'L');
		live = ledger_cache_live(o->cache);
		if (live > entries)
			oracle_found(o, 'L', "entries leaked", -1,
				     "%lu entries are allocated and %lu are in a tree", live, entries);
	}
	if (ledger_nr_handles() > entries)
		oracle_found(o, 'L', "zpool objects leaked", -1,
			     "%lu zpool objects are allocated for %lu entries",
			     ledger_nr_handles(), entries);
	ledger_nodes(&nodes, &reachable);
	if (nodes > reachable)
		oracle_found(o, 'L', "tree nodes leaked", -1,
			     "%lu tree nodes are allocated and %lu are in a tree", nodes, reachable);
}

/* ---- R ----------------------------------------------------------------- */

void oracle_find_owed(struct oracle *o)
{
	const struct model *m = o->m;
	struct owed *owed = &o->owed;

	memset(owed, 0, sizeof(*owed));
	for (unsigned int i = 0; i < m->nr_slots; i++) {
		const struct slot *slot = &m->slots[i];
		int cg = slot->cg == CG_NONE ? CG_NR : slot->cg;

		if (!slot->entry)
			continue;
		owed->nr[cg]++;
		owed->bytes[cg] += slot->length;
	}
}

/* Each entry has one of its pool, and a pool that is not dying one of its own. */
static void check_pool_refs(struct oracle *o)
{
	long count = 0, base = 0, entries = o->look.entries - o->look.no_object;
	struct ledger_ref ref;

	for (unsigned int i = 0; ledger_ref(i, &ref); i++) {
		count += ref.count;
		base += !ref.dying;
	}
	if (count != base + entries)
		oracle_found(o, 'R', "pool references", -1,
			     "the pools have %ld references: %ld of entries and %ld of pools in use make %ld",
			     count, entries, base, base + entries);
}

static int cg_of_objcg(const struct model *m, const struct obj_cgroup *objcg)
{
	for (int cg = 0; cg < CG_NR; cg++) {
		if (m->cg[cg].objcg == objcg)
			return cg;
	}
	return CG_NONE;
}

static int cg_of_memcg(const struct model *m, const struct mem_cgroup *memcg)
{
	for (int cg = 0; cg < CG_NR; cg++) {
		if (m->cg[cg].memcg == memcg)
			return cg;
	}
	return CG_NONE;
}

static void check_objcg_refs(struct oracle *o, const struct owed *owed)
{
	struct ledger_objcg objcg;

	for (unsigned int i = 0; ledger_objcg(i, &objcg); i++) {
		int cg = cg_of_objcg(o->m, objcg.objcg);

		if (cg != CG_NONE && objcg.refs != owed->nr[cg])
			oracle_found(o, 'R', "objcg references", -1,
				     "an object cgroup has %ld references for %ld entries",
				     objcg.refs, owed->nr[cg]);
	}
}

/* Folios under test that are charged to @cg; nobody has those of the root. */
static long nr_folios_of(const struct model *m, int cg)
{
	long nr = 0;

	for (unsigned int f = 0; cg > CG_ROOT && f < m->nr_folios; f++)
		nr += m->folios[f].folio && m->folios[f].cg == cg;
	return nr;
}

/* The folios', and once the shrinker ran that of zswap's cursor on one of them. */
static void check_memcg_refs(struct oracle *o)
{
	long cursor = o->m->shrinker_ran;
	struct ledger_memcg memcg;

	for (unsigned int i = 0; ledger_memcg(i, &memcg); i++) {
		long due = nr_folios_of(o->m, cg_of_memcg(o->m, memcg.memcg));

		if (cursor && memcg.refs == due + 1) {
			cursor--;
			continue;
		}
		if (memcg.refs != due)
			oracle_found(o, 'R', "memcg references", -1,
				     "a memory cgroup has %ld references, where folios hold %ld",
				     memcg.refs, due);
	}
}

/* Those that were stored in this step and are still held. */
static void check_stored_folio_refs(struct oracle *o)
{
	for (unsigned int f = 0; f < o->m->nr_folios; f++) {
		const struct model_folio *folio = &o->m->folios[f];
		const struct offer *offer = oracle_offer_of(o, folio->lo);

		if (!folio->folio || !offer || offer->nr != folio->nr ||
		    ledger_folio_refs(folio->folio) == folio->nr + 1)
			continue;
		oracle_found(o, 'R', "folio references", -1,
			     "the folio of %u pages has %ld references after the store, %u are the swap cache's and 1 is the caller's",
			     folio->nr, ledger_folio_refs(folio->folio), folio->nr);
	}
}

static void check_folio_refs(struct oracle *o)
{
	unsigned long folios = 0;

	for (unsigned int f = 0; f < o->m->nr_folios; f++)
		folios += !!o->m->folios[f].folio;

	for (unsigned int i = 0; i < o->m->nr_slots; i++) {
		const struct slot *slot = &o->m->slots[i];
		const struct folio *folio = o->look.seen[i].folio;

		if (!folio || model_holds(o->m, folio))
			continue;
		folios++;
		if (ledger_folio_refs(folio) != 1)
			oracle_found(o, 'R', "folio references", i,
				     "the folio at offset %lu has %ld references, 1 of them the swap cache's",
				     slot->offset, ledger_folio_refs(folio));
	}
	if (ledger_nr_folios() != folios)
		oracle_found(o, 'R', "folios", -1, "%lu folios are allocated, %lu are in use",
			     ledger_nr_folios(), folios);
	check_stored_folio_refs(o);
}

void check_references(struct oracle *o)
{
	oracle_looks(o, 'R');
	check_pool_refs(o);
	check_memcg_refs(o);
	check_folio_refs(o);
	if (!o->m->tainted)
		check_objcg_refs(o, &o->owed);
	for (int type = 0; type < 2; type++) {
		if (ledger_swap_device_refs(type))
			oracle_found(o, 'R', "swap device references", -1,
				     "%ld references of swap file %d are held",
				     ledger_swap_device_refs(type), type);
	}
}

/* ---- A ----------------------------------------------------------------- */

static void check_sets(struct oracle *o)
{
	const struct look *look = &o->look;

	if (look->no_object)
		oracle_found(o, 'A', "tree slot without a live entry", -1,
			     "%u of %u tree slots hold no live object of the entry cache",
			     look->no_object, look->entries);
	if (look->doubled)
		oracle_found(o, 'A', "entry at two slots", -1,
			     "%u of %u tree slots hold an entry that is at another slot too",
			     look->doubled, look->entries);
	if (look->items_no_object)
		oracle_found(o, 'A', "LRU item without a live entry", -1,
			     "%u of %u LRU items are no live object of the entry cache",
			     look->items_no_object, look->items);
	if (ledger_nr_handles() < look->entries)
		oracle_found(o, 'A', "entries without a zpool object", -1,
			     "there are %lu zpool objects for %u entries",
			     ledger_nr_handles(), look->entries);
}

static void check_counter(struct oracle *o, const char *name, unsigned long due, const char *what)
{
	uint64_t value;

	if (ledger_counter(name, &value) && value != due)
		oracle_found(o, 'A', name, -1, "%s is %llu, %s %lu", name,
			     (unsigned long long)value, what, due);
}

static void check_memcg_events(struct oracle *o, const struct ledger_memcg *memcg,
			       const struct model_cg *cg)
{
	if (memcg->zswpout != cg->out || memcg->zswpin != cg->in || memcg->zswpwb != cg->wb)
		oracle_found(o, 'A', "memcg events", -1,
			     "a memory cgroup counts ZSWPOUT %lu, ZSWPIN %lu, ZSWPWB %lu, where %lu, %lu, %lu happened",
			     memcg->zswpout, memcg->zswpin, memcg->zswpwb, cg->out, cg->in, cg->wb);
}

/* Counters of a memcg cover those below it; of one that is offline, nothing. */
static void check_memcgs(struct oracle *o, const struct owed *owed)
{
	struct ledger_memcg memcg;

	for (unsigned int i = 0; ledger_memcg(i, &memcg); i++) {
		int cg = cg_of_memcg(o->m, memcg.memcg);
		long nr = 0, bytes = 0;

		if (cg == CG_NONE || !memcg.online)
			continue;
		for (int below = 0; below < CG_NR; below++) {
			if (!owed->nr[below] || !model_cg_below(o->m, below, cg))
				continue;
			nr += owed->nr[below];
			bytes += owed->bytes[below];
		}
		if (memcg.zswapped != nr)
			oracle_found(o, 'A', "charge: MEMCG_ZSWAPPED", -1,
				     "MEMCG_ZSWAPPED of a memory cgroup is %ld for %ld entries",
				     memcg.zswapped, nr);
		if (memcg.zswap_b != bytes)
			oracle_found(o, 'A', "charge: MEMCG_ZSWAP_B", -1,
				     "MEMCG_ZSWAP_B of a memory cgroup is %ld, where its %ld entries have %ld bytes",
				     memcg.zswap_b, nr, bytes);
		check_memcg_events(o, &memcg, &o->m->cg[cg]);
	}
}

static void check_charges(struct oracle *o, const struct owed *owed)
{
	struct ledger_objcg objcg;
	unsigned long bytes = 0;

	for (unsigned int i = 0; ledger_objcg(i, &objcg); i++) {
		int cg = cg_of_objcg(o->m, objcg.objcg);

		if (cg != CG_NONE && objcg.charged != owed->bytes[cg])
			oracle_found(o, 'A', "charge: objcg", -1,
				     "an object cgroup is charged %ld bytes, where its %ld entries have %ld",
				     objcg.charged, owed->nr[cg], owed->bytes[cg]);
	}
	for (int cg = 0; cg <= CG_NR; cg++)
		bytes += owed->bytes[cg];
	if (ledger_nr_handles() == o->look.entries && ledger_handle_bytes() != bytes)
		oracle_found(o, 'A', "zpool bytes", -1,
			     "the zpool objects have %lu bytes, the pages compress to %lu",
			     ledger_handle_bytes(), bytes);
}

static void check_events(struct oracle *o)
{
	const struct {
		enum ledger_event event;
		const char *name;
		unsigned long due;
	} events[] = {
		{ LEDGER_ZSWPOUT, "ZSWPOUT", o->m->out },
		{ LEDGER_ZSWPIN, "ZSWPIN", o->m->in },
		{ LEDGER_ZSWPWB, "ZSWPWB", o->m->wb },
	};

	for (unsigned int i = 0; i < 3; i++) {
		unsigned long value = ledger_vm_event(events[i].event);

		if (value != events[i].due)
			oracle_found(o, 'A', events[i].name, -1, "%s is %lu, where %lu pages were",
				     events[i].name, value, events[i].due);
	}
}

void check_accounting(struct oracle *o)
{
	oracle_looks(o, 'A');
	check_sets(o);
	check_counter(o, "stored_pages", o->look.entries, "entries in trees are");
	check_counter(o, "pool_total_size", ledger_pool_pages() * WORLD_PAGE_SIZE,
		      "bytes of pages in zpools are");
	if (o->m->tainted)
		return;
	check_memcgs(o, &o->owed);
	check_charges(o, &o->owed);
	check_events(o);
	check_counter(o, "written_back_pages", o->m->wb, "pages written back are");
}
