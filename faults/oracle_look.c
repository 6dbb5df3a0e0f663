// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the ledger shows after a step: each tree slot and each LRU item once,
 * matched by the slab object that holds it.
 */
#include "oracle.h"

#include <string.h>

#define HASH_SIZE	(sizeof(((struct oracle *)0)->hash) / sizeof(((struct oracle *)0)->hash[0]))
#define NOT_KNOWN	-2	/* at no slot */
#define STRANGE		-1	/* at a slot that the story never used */

/* Where @start is or would go. It orders nothing: results do not depend on it. */
static unsigned int hash_place(const struct oracle *o, const void *start)
{
	unsigned int at = ((uintptr_t)start >> 4) * 2654435761u >> 16;

	for (at %= HASH_SIZE; o->hash[at].stamp == o->stamp; at = (at + 1) % HASH_SIZE) {
		if (o->hash[at].start == start)
			break;
	}
	return at;
}

/* False: @start was there already. */
static bool hash_add(struct oracle *o, const void *start, int index)
{
	unsigned int at = hash_place(o, start);

	if (o->hash[at].stamp == o->stamp)
		return false;
	o->hash[at].start = start;
	o->hash[at].index = index;
	o->hash[at].stamp = o->stamp;
	return true;
}

static int hash_find(const struct oracle *o, const void *start)
{
	unsigned int at = hash_place(o, start);

	return o->hash[at].stamp == o->stamp ? o->hash[at].index : NOT_KNOWN;
}

/* A live object of the cache that the first entry ever seen came from. */
static bool entry_object(struct oracle *o, const void *p, struct ledger_object *object)
{
	if (!ledger_object(p, object) || !object->live)
		return false;
	if (!o->cache)
		o->cache = object->cache;
	return object->cache == o->cache;
}

struct slot_arg {
	struct oracle *o;
	int type;
};

static bool see_slot(unsigned long offset, void *entry, void *arg)
{
	const struct slot_arg *a = arg;
	struct oracle *o = a->o;
	int i = model_find(o->m, a->type, offset);
	struct ledger_object object;
	struct seen *seen;

	o->look.entries++;
	if (i < 0 && !o->look.strange++)
		o->look.strange_at = offset;
	if (i >= 0)
		o->look.seen[i].entry = entry;
	if (!entry_object(o, entry, &object)) {
		o->look.no_object++;
		return true;
	}
	if (!hash_add(o, object.start, i < 0 ? STRANGE : i))
		o->look.doubled++;
	if (i < 0)
		return true;
	seen = &o->look.seen[i];
	seen->start = object.start;
	seen->generation = object.generation;
	seen->nid = object.nid;
	return true;
}

static bool see_item(const struct ledger_lru_item *item, void *arg)
{
	struct oracle *o = arg;
	struct ledger_object object;
	struct seen *seen;
	int i;

	/* Circular lists that lost their head would never end. */
	if (o->look.items++ > 2 * MODEL_SLOTS)
		return false;
	if (!entry_object(o, item->item, &object)) {
		o->look.items_no_object++;
		return true;
	}
	i = hash_find(o, object.start);
	if (i == NOT_KNOWN)
		o->look.items_unpublished++;
	if (i < 0)
		return true;
	seen = &o->look.seen[i];
	seen->lru++;
	seen->lru_nid = item->nid;
	seen->lru_memcg = item->memcg;
	return true;
}

void oracle_look(struct oracle *o)
{
	struct look *look = &o->look;

	memset(look, 0, offsetof(struct look, seen));
	memset(look->seen, 0, o->m->nr_slots * sizeof(look->seen[0]));
	o->stamp++;
	for (int type = 0; type < 2; type++) {
		struct slot_arg arg = { o, type };

		ledger_for_each_slot(type, see_slot, &arg);
	}
	ledger_for_each_lru_item(see_item, o);
	for (unsigned int i = 0; i < o->m->nr_slots; i++) {
		const struct slot *slot = &o->m->slots[i];

		if (slot->where != NOWHERE)
			look->seen[i].folio = ledger_swap_cache(slot->type, slot->offset);
	}
}

/* ---- the whole world --------------------------------------------------- */

const char *const census_names[CENSUS_NR] = {
#define X(name, what) [CENSUS_##name] = what,
	CENSUS(X)
#undef X
};

static void count_caches(unsigned long *caches, unsigned long *objects)
{
	struct ledger_cache cache;

	*caches = *objects = 0;
	for (unsigned int i = 0; ledger_cache(i, &cache); i++) {
		*caches += cache.subject;
		*objects += cache.subject ? cache.live : 0;
	}
}

static unsigned long count_references(void)
{
	struct ledger_ref ref;
	unsigned long nr = 0;

	for (unsigned int i = 0; ledger_ref(i, &ref); i++)
		nr += ref.count;
	return nr;
}

void oracle_census(const struct oracle *o, struct census *c)
{
	unsigned long nodes, reachable, caches, objects;

	ledger_nodes(&nodes, &reachable);
	count_caches(&caches, &objects);
	*c = (struct census){ .count = {
		[CENSUS_caches] = caches,
		[CENSUS_objects] = objects,
		[CENSUS_workqueues] = ledger_nr_workqueues(),
		[CENSUS_shrinkers] = ledger_nr_shrinkers(),
		[CENSUS_states] = ledger_cpuhp_states(),
		[CENSUS_kmalloc] = ledger_kmalloc_live(),
		[CENSUS_percpu] = ledger_percpu_live(),
		[CENSUS_zpools] = ledger_nr_zpools(),
		[CENSUS_handles] = ledger_nr_handles(),
		[CENSUS_tfms] = ledger_nr_tfms(),
		[CENSUS_requests] = ledger_nr_requests(),
		[CENSUS_nodes] = nodes,
		[CENSUS_folios] = ledger_nr_folios(),
		[CENSUS_items] = ledger_nr_lru_items(),
		[CENSUS_refs] = ledger_nr_refs(),
		[CENSUS_ref_counts] = count_references(),
		[CENSUS_objcgs] = ledger_nr_objcgs(),
		[CENSUS_memcgs] = ledger_nr_memcgs(),
		[CENSUS_instances] = ledger_cpuhp_instances(),
		[CENSUS_pending] = ledger_pending_work() + ledger_rcu_pending(),
	} };
}

char oracle_census_letter(unsigned int i)
{
	return i == CENSUS_refs || i == CENSUS_ref_counts || i == CENSUS_objcgs ||
	       i == CENSUS_memcgs ? 'R' : 'L';
}
