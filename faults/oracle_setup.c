// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A set-up that was made to fail: zswap is there, waits for a pool, or gave
 * up for good, and holds what goes with that and nothing else.
 */
#include "oracle.h"

#include <string.h>

/* What a pool has; zswap's set-up itself allocates nothing of these. */
#define OF_A_POOL (1ul << CENSUS_kmalloc | 1ul << CENSUS_percpu | 1ul << CENSUS_zpools | \
		   1ul << CENSUS_tfms | 1ul << CENSUS_requests | 1ul << CENSUS_refs | \
		   1ul << CENSUS_ref_counts | 1ul << CENSUS_instances)
#define OF_ZSWAP (1ul << CENSUS_caches | 1ul << CENSUS_workqueues | 1ul << CENSUS_shrinkers | \
		  1ul << CENSUS_states)
/* Once swap files are on, kmalloc is not of pools alone. */
#define LATER ((OF_A_POOL | OF_ZSWAP) & ~(1ul << CENSUS_kmalloc))

void oracle_set_up(struct oracle *o)
{
	o->step.set_up = true;
	/* Entries come from a cache that is new. */
	o->cache = NULL;
	oracle_find_rejects(o);
}

const char *oracle_lacks(const struct oracle *o)
{
	switch (o->set_up) {
	case SET_UP_NO_POOL:
		return "there is no pool";
	case SET_UP_NOTHING:
		return "zswap is not set up";
	default:
		return NULL;
	}
}

void oracle_swapon_failed(struct oracle *o, int type, unsigned long kmalloc)
{
	if (!oracle_looks(o, 'L'))
		return;
	if (ledger_kmalloc_live() != kmalloc)
		oracle_found(o, 'L', "memory left by a failed swapon", -1,
			     "%lu bytes were allocated before swapon of file %d failed, %lu are now",
			     kmalloc, type, ledger_kmalloc_live());
	if (!oracle_injected(o))
		oracle_found(o, 'T', "swapon", -1,
			     "swapon of file %d failed, with nothing made to fail", type);
}

void oracle_switched(struct oracle *o, const char *alg)
{
	char says[64] = "";

	if (world_param_get("compressor", says, sizeof(says)) || !oracle_looks(o, 'T') ||
	    !strcmp(says, alg))
		return;
	oracle_found(o, 'T', "compressor of no pool", -1,
		     "the parameter says that the compressor is %s, and by what its writes returned it is %s",
		     says, alg);
}

void oracle_param_refused(struct oracle *o, const char *name, const char *value)
{
	if (oracle_looks(o, 'T') && !oracle_injected(o))
		oracle_found(o, 'T', "parameter refused", -1,
			     "%s=%s was refused, with nothing made to fail", name, value);
}

static enum set_up what_is_there(const struct census *now)
{
	if (!now->count[CENSUS_caches])
		return SET_UP_NOTHING;
	return now->count[CENSUS_zpools] ? SET_UP : SET_UP_NO_POOL;
}

static unsigned long due(const struct oracle *o, unsigned int i)
{
	bool there = o->set_up == SET_UP || (o->set_up == SET_UP_NO_POOL && OF_ZSWAP >> i & 1);

	return there ? o->whole.count[i] : o->nothing.count[i];
}

/* What the rest of the kernel reads: with nothing to store into, nobody may think so. */
static void check_says(struct oracle *o)
{
	char says[8] = "";

	if (oracle_lacks(o) && !world_param_get("enabled", says, sizeof(says)) && says[0] == 'Y')
		oracle_found(o, 'T', "enabled without a pool", -1,
			     "zswap says that it is enabled, and %s", oracle_lacks(o));
}

static void compare_census(struct oracle *o, const struct census *now, unsigned long items)
{
	const char *lacks = oracle_lacks(o);

	for (unsigned int i = 0; i < CENSUS_NR; i++) {
		char letter = oracle_census_letter(i);

		if (!(items >> i & 1) || !oracle_looks(o, letter) || now->count[i] == due(o, i))
			continue;
		oracle_found(o, letter, census_names[i], -1, "%s: %lu after a set-up after which %s, %lu are due",
			     census_names[i], now->count[i], lacks ? lacks : "all is there", due(o, i));
	}
}

/* The first time in a story: it has to have come up unless something failed. */
static void check_first(struct oracle *o, const struct census *now)
{
	if (o->profile)
		o->whole = *now;
	compare_census(o, now, OF_A_POOL | OF_ZSWAP);
	if (o->set_up != SET_UP && (!oracle_injected(o) || oracle_only_benign(o)))
		oracle_found(o, 'T', "not set up", -1, "%s, and %s", oracle_lacks(o),
			     oracle_injected(o) ? "all that failed has a fallback" :
			     "nothing was made to fail");
}

/* Tried again: only who gave up for good may still have nothing, unless that fails too. */
static void check_again(struct oracle *o, const struct census *now, enum set_up before)
{
	compare_census(o, now, LATER);
	if (oracle_injected(o) && !oracle_only_benign(o))
		return;
	if (o->set_up != SET_UP && (o->set_up != before || before == SET_UP_NO_POOL))
		oracle_found(o, 'T', "not set up again", -1,
			     "%s, after both parameters were written anew with nothing made to fail",
			     oracle_lacks(o));
}

void check_set_up(struct oracle *o)
{
	enum set_up before = o->set_up;
	struct census now;

	if (!o->step.set_up)
		return;
	oracle_looks(o, 'T');
	oracle_census(o, &now);
	o->set_up = what_is_there(&now);
	if (fault_phase_now() == PHASE_BOOT)
		check_first(o, &now);
	else
		check_again(o, &now, before);
	check_says(o);
	for (unsigned int i = 0; i < CENSUS_NR; i++)
		o->boot.count[i] = due(o, i);
}
