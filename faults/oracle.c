// SPDX-License-Identifier: GPL-2.0-or-later
/* The oracle's frame: findings, steps, what the shim complained of. */
#include "oracle.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static uint32_t disabled;
volatile bool oracle_looking;

void oracle_disable(uint32_t mask)
{
	disabled = mask;
}

/*
 * In the order in which the findings of one step are told: a broken slot
 * before the sums that it spoils.
 */
static const struct {
	char letter;
	void (*check)(struct oracle *o);
} checks[] = {
	{ 'S', check_rollback },
	{ 'D', check_stored },
	{ 'B', check_bystanders },
	{ 'C', check_coherence },
	{ 'L', check_leaks },
	{ 'R', check_references },
	{ 'P', check_published },
	{ 'A', check_accounting },
	{ 'N', check_rejects },
	{ 'K', check_context },
	{ 'T', check_recovery },
};

/* ---- findings ---------------------------------------------------------- */

bool oracle_looks(struct oracle *o, char letter)
{
	uint32_t bit = invariant_bit(letter);

	if (disabled & bit)
		return false;
	o->v->checked |= bit;
	return true;
}

static unsigned int nr_kept(const struct verdict *v)
{
	return v->nr_findings < VERDICT_FINDINGS ? v->nr_findings : VERDICT_FINDINGS;
}

static bool is_found(const struct verdict *v, char letter, const char *key)
{
	for (unsigned int i = 0; i < nr_kept(v); i++) {
		if (v->findings[i].letter == letter &&
		    !strncmp(v->findings[i].key, key, FINDING_KEY - 1))
			return true;
	}
	return false;
}

/*
 * Of what the fault-free run gets wrong already. Rules about one quantity have
 * its name before a colon, as "charge: ": where that is wrong, which of them
 * is broken depends on what else happens.
 */
static bool is_excused(const struct verdict *baseline, char letter, const char *key)
{
	const char *colon = strchr(key, ':');
	size_t len = colon ? (size_t)(colon - key) + 1 : FINDING_KEY - 1;

	for (unsigned int i = 0; i < nr_kept(baseline); i++) {
		if (baseline->findings[i].letter == letter &&
		    !strncmp(baseline->findings[i].key, key, len))
			return true;
	}
	return false;
}

bool oracle_excuses(const struct oracle *o, char letter, const char *key)
{
	return is_excused(&o->baseline, letter, key);
}

uint32_t oracle_letters(const struct verdict *v)
{
	uint32_t mask = 0;

	for (unsigned int i = 0; i < nr_kept(v); i++)
		mask |= invariant_bit(v->findings[i].letter);
	return mask;
}

bool oracle_is_bookkeeping(char letter)
{
	return strchr("LRANP", letter);
}

bool oracle_can_compare(const struct verdict *baseline)
{
	for (unsigned int i = 0; i < nr_kept(baseline); i++) {
		if (!oracle_is_bookkeeping(baseline->findings[i].letter))
			return false;
	}
	return !baseline->ended && baseline->nr_findings <= VERDICT_FINDINGS;
}

static void say_step(const struct oracle *o, char step[FINDING_STEP])
{
	if (o->step.slot >= 0)
		snprintf(step, FINDING_STEP, "%s %d", o->step.name, o->step.slot);
	else
		snprintf(step, FINDING_STEP, "%s", o->step.name);
}

static struct finding *new_finding(struct oracle *o, char letter, const char *key)
{
	struct verdict *v = o->v;
	unsigned int kept = nr_kept(v);
	struct finding *f;

	if (disabled & invariant_bit(letter) || is_found(v, letter, key))
		return NULL;
	if (o->c->nr_faults && is_excused(&o->baseline, letter, key)) {
		v->excused |= invariant_bit(letter);
		return NULL;
	}
	if (!v->nr_findings++)
		v->found_at = fault_recorded();
	if (kept == VERDICT_FINDINGS)
		return NULL;
	f = &v->findings[kept];
	memset(f, 0, sizeof(*f));
	f->letter = letter;
	f->slot = -1;
	snprintf(f->key, sizeof(f->key), "%s", key);
	say_step(o, f->step);
	return f;
}

void oracle_found(struct oracle *o, char letter, const char *key, int slot,
		  const char *fmt, ...)
{
	struct finding *f = new_finding(o, letter, key);
	va_list args;

	if (!f)
		return;
	f->slot = slot >= 0 && !o->m->slots[slot].bystander ? slot : -1;
	va_start(args, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, args);
	va_end(args);
}

/* What the shim saw by itself, since the last time it was asked. */
static void take_complaints(struct oracle *o)
{
	unsigned int kept, total;
	const struct complaint *c = ledger_complaints(&kept, &total);

	for (; o->nr_complaints < kept; o->nr_complaints++) {
		const struct complaint *this = &c[o->nr_complaints];
		struct finding *f = new_finding(o, this->letter, this->key);

		if (!f)
			continue;
		snprintf(f->text, sizeof(f->text), "%s", this->text);
		f->nr_frames = this->nr_frames;
		memcpy(f->frames, this->frames, sizeof(f->frames));
	}
}

/* ---- slots in a sentence ----------------------------------------------- */

static void list_flush(struct slot_list *list)
{
	char run[32];
	size_t used = strlen(list->text);
	int nr = list->run_to - list->run_from + 1;

	if (nr > 2)
		snprintf(run, sizeof(run), "%d..%d", list->run_from, list->run_to);
	else if (nr == 2)
		snprintf(run, sizeof(run), "%d, %d", list->run_from, list->run_to);
	else
		snprintf(run, sizeof(run), "%d", list->run_from);
	/* With room for the comma before it, and for what says that there is more. */
	if (list->unsaid || used + sizeof(", ") + strlen(run) + sizeof(" ...") > sizeof(list->text))
		list->unsaid += nr;
	else
		snprintf(list->text + used, sizeof(list->text) - used, "%s%s",
			 used ? ", " : "", run);
}

void slot_list_add(struct slot_list *list, unsigned long i)
{
	if (list->nr && list->run_to + 1 == (int)i) {
		list->run_to = i;
	} else {
		if (list->nr)
			list_flush(list);
		else
			list->first = i;
		list->run_from = list->run_to = i;
	}
	list->nr++;
}

const char *slot_list_text(struct slot_list *list)
{
	size_t used;

	if (list->nr)
		list_flush(list);
	used = strlen(list->text);
	if (list->unsaid)
		snprintf(list->text + used, sizeof(list->text) - used, " ...");
	return list->text;
}

/* Kernels ask zpool, or zsmalloc itself. */
unsigned long oracle_limit_looks(void)
{
	return fault_hits(FP_ZPOOL_GET_TOTAL_PAGES, PHASE_NR) +
	       fault_hits(FP_ZS_GET_TOTAL_PAGES, PHASE_NR);
}

/* ---- steps ------------------------------------------------------------- */

static void read_rejects(struct oracle *o)
{
	for (unsigned int i = 0; i < o->nr_rejects; i++) {
		uint64_t value = 0;

		ledger_counter(o->rejects[i], &value);
		o->reject_moved[i] = value - o->reject_values[i];
		o->reject_values[i] = value;
	}
}

/* The counters of a refused store; that of a failed reclaim is none of them. */
void oracle_find_rejects(struct oracle *o)
{
	const char *name;

	o->nr_rejects = 0;
	for (unsigned int i = 0; (name = ledger_counter_name(i)); i++) {
		if (strncmp(name, "reject_", 7) || !strcmp(name, "reject_reclaim_fail"))
			continue;
		if (o->nr_rejects < ORACLE_REJECTS)
			o->rejects[o->nr_rejects++] = name;
	}
	read_rejects(o);
}

void oracle_booted(struct oracle *o)
{
	oracle_census(o, &o->boot);
	o->nothing = o->boot;
	oracle_find_rejects(o);
}

void oracle_begin(struct oracle *o, struct model *m, const struct zcase *c, struct verdict *v)
{
	o->m = m;
	o->c = c;
	o->v = v;
	o->nr_complaints = 0;
	o->asked = false;
	o->set_up = SET_UP;
	memset(&o->step, 0, sizeof(o->step));
	read_rejects(o);
}

void oracle_keep(const struct oracle *o, struct oracle_memory *to)
{
	*to = (struct oracle_memory){
		.asked = o->asked,
		.nr_complaints = o->nr_complaints,
		.cache = o->cache,
	};
}

void oracle_go_on(struct oracle *o, const struct oracle_memory *from)
{
	o->asked = from->asked;
	o->nr_complaints = from->nr_complaints;
	o->cache = from->cache;
	read_rejects(o);
}

const struct offer *oracle_offer_of(const struct oracle *o, unsigned int i)
{
	for (unsigned int k = 0; k < o->step.nr_offers; k++) {
		const struct offer *f = &o->step.offers[k];

		if (f->asked && i - f->lo < f->nr)
			return f;
	}
	return NULL;
}

const char *oracle_folio_name(const struct oracle *o, const struct offer *f)
{
	static char name[16];

	if (o->step.nr_offers == 1)
		return "";
	snprintf(name, sizeof(name), "folio %u: ", (unsigned int)(f - o->step.offers));
	return name;
}

uint32_t oracle_stored(const struct oracle *o)
{
	uint32_t mask = 0;

	for (unsigned int k = 0; k < o->step.nr_offers; k++)
		mask |= (uint32_t)o->step.offers[k].stored << k;
	return mask;
}

bool oracle_unexpected_refusal(const struct oracle *o)
{
	for (unsigned int k = 0; k < o->step.nr_offers; k++) {
		const struct offer *f = &o->step.offers[k];

		if (offer_refused(f) && !f->poor && !f->barred)
			return true;
	}
	return false;
}

void oracle_step(struct oracle *o, const char *name, int slot)
{
	memset(&o->step, 0, offsetof(struct step, offers));
	o->step.name = name;
	o->step.slot = slot;
	o->injected = fault_injected();
	o->limit_looked = oracle_limit_looks();
	o->against = 0;
	o->wb = o->m->wb;
	/* Before zswap is set up there are none, and none of the case before. */
	o->reclaim_failed = o->decompress_failed = 0;
	ledger_counter("reject_reclaim_fail", &o->reclaim_failed);
	ledger_counter("decompress_fail", &o->decompress_failed);
	o->decompress_injected = fault_injected_at(FP_ACOMP_DECOMPRESS);
	for (unsigned int i = 0; i < o->c->nr_faults; i++)
		o->fired[i] = fault_fired_n(i);
}

bool oracle_injected(const struct oracle *o)
{
	return fault_injected() != o->injected;
}

void oracle_restores(struct oracle *o)
{
	o->undisturbed = fault_injected();
}

bool oracle_disturbed(const struct oracle *o)
{
	return fault_phase_now() == PHASE_RESTORE && fault_injected() != o->undisturbed;
}

bool oracle_fired_now(const struct oracle *o, unsigned int i)
{
	return fault_fired_n(i) && (!o->fired[i] || o->c->faults[i].fault.persistent);
}

bool oracle_only_benign(const struct oracle *o)
{
	if (!o->c->nr_faults || !oracle_injected(o))
		return false;
	for (unsigned int i = 0; i < o->c->nr_faults; i++) {
		if (oracle_fired_now(o, i) && !fault_points[o->c->faults[i].fault.point].benign)
			return false;
	}
	return true;
}

/* These three are looked for all the time, by the shim. */
static void look_at_complaints(struct oracle *o)
{
	ledger_check_poison();
	take_complaints(o);
	oracle_looks(o, 'U');
	oracle_looks(o, 'W');
	oracle_looks(o, 'H');
}

static void remember_entries(struct oracle *o)
{
	for (unsigned int i = 0; i < o->m->nr_slots; i++)
		o->m->slots[i].generation = o->look.seen[i].generation;
}

void oracle_judge(struct oracle *o)
{
	oracle_looking = true;
	look_at_complaints(o);
	read_rejects(o);
	oracle_look(o);
	oracle_compare(o);
	check_set_up(o);
	oracle_find_owed(o);
	for (unsigned int i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (!(disabled & invariant_bit(checks[i].letter)))
			checks[i].check(o);
	}
	/* The ledger complains too, of lists that it cannot follow. */
	take_complaints(o);
	remember_entries(o);
	if (!o->nr_rejects)
		o->v->not_seen |= invariant_bit('N');
	o->asked |= oracle_asked(o);
	o->v->steps++;
	oracle_looking = false;
}

void oracle_ended(struct oracle *o, enum world_end end)
{
	static const struct {
		char letter;
		const char *key;
	} ends[] = {
		[WORLD_BUG] = { 'W', "BUG" },
		[WORLD_OVERRUN] = { 'H', "too many kernel calls" },
		[WORLD_SIGNAL] = { 'U', BAD_ACCESS },
		[WORLD_WATCHDOG] = { 'H', "no kernel call for long" },
	};
	uint16_t before = o->v->nr_findings;
	struct finding *f;

	oracle_looking = false;
	o->v->ended = true;
	take_complaints(o);
	/* A BUG is a complaint already, with a better key. */
	if (end == WORLD_BUG && o->v->nr_findings != before)
		return;
	f = new_finding(o, ends[end].letter, ends[end].key);
	if (!f)
		return;
	snprintf(f->text, sizeof(f->text), "%s", world_end_text());
	f->nr_frames = world_end_frames(f->frames, sizeof(f->frames) / sizeof(f->frames[0]));
}

const struct finding *oracle_last_words(struct oracle *o, char step[FINDING_STEP])
{
	take_complaints(o);
	say_step(o, step);
	return o->v->nr_findings ? &o->v->findings[0] : NULL;
}

void oracle_final(struct oracle *o)
{
	struct census now;

	oracle_looking = true;
	look_at_complaints(o);
	oracle_census(o, &now);
	for (unsigned int i = 0; i < CENSUS_NR; i++) {
		char letter = oracle_census_letter(i);

		if (!oracle_looks(o, letter) || now.count[i] == o->boot.count[i])
			continue;
		oracle_found(o, letter, census_names[i], -1, "%s: %lu after boot, %lu at the end",
			     census_names[i], o->boot.count[i], now.count[i]);
	}
	oracle_looking = false;
}
