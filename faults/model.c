// SPDX-License-Identifier: GPL-2.0-or-later
/* The model of the slots, and who pays for what is in them. */
#include "model.h"

#include <stdlib.h>
#include <string.h>

static size_t model_size(unsigned int nr_slots)
{
	return sizeof(struct model) + nr_slots * sizeof(struct slot);
}

struct model *model_new(void)
{
	return calloc(1, model_size(MODEL_SLOTS));
}

void model_copy(struct model *to, const struct model *from)
{
	memcpy(to, from, model_size(from->nr_slots));
}

/* ---- memory cgroups ---------------------------------------------------- */

void model_add_cg(struct model *m, int cg, int parent, struct mem_cgroup *memcg,
		  const struct obj_cgroup *objcg)
{
	m->cg[cg] = (struct model_cg){
		.memcg = memcg, .objcg = objcg, .parent = parent, .online = true,
		.zswap_max = WORLD_ZSWAP_MAX,
	};
}

int model_cg_owner(const struct model *m, int cg)
{
	while (cg > CG_ROOT && !m->cg[cg].online)
		cg = m->cg[cg].parent;
	return cg;
}

int model_cg_charged(const struct model *m, int cg)
{
	cg = model_cg_owner(m, cg);
	return cg == CG_ROOT ? CG_NONE : cg;
}

bool model_cg_below(const struct model *m, int cg, int top)
{
	while (cg != CG_NONE && cg != top)
		cg = m->cg[cg].parent;
	return cg == top;
}

bool model_may_write_back(const struct model *m, int cg)
{
	for (cg = model_cg_owner(m, cg); cg != CG_NONE; cg = m->cg[cg].parent) {
		if (m->cg[cg].no_writeback && !m->disabled)
			return false;
	}
	return true;
}

unsigned long model_bytes(const struct model *m, int top)
{
	unsigned long bytes = 0;

	for (unsigned int i = 0; i < m->nr_slots; i++) {
		if (m->slots[i].entry && model_cg_below(m, m->slots[i].cg, top))
			bytes += m->slots[i].length;
	}
	return bytes;
}

bool model_over_limit(const struct model *m, int cg)
{
	return model_may_reach_limit(m, cg, 0);
}

bool model_may_reach_limit(const struct model *m, int cg, unsigned int nr)
{
	for (cg = model_cg_charged(m, cg); cg > CG_ROOT; cg = m->cg[cg].parent) {
		if (m->cg[cg].zswap_max != WORLD_ZSWAP_MAX &&
		    model_bytes(m, cg) / WORLD_PAGE_SIZE + nr >= m->cg[cg].zswap_max)
			return true;
	}
	return false;
}

/* ---- slots ------------------------------------------------------------- */

struct slot *model_add_slot(struct model *m, int type, unsigned long offset, bool bystander)
{
	struct slot *slot = &m->slots[m->nr_slots];

	*slot = (struct slot){
		.type = type, .offset = offset, .bystander = bystander, .cg = CG_NONE,
	};
	if (!m->nr_slots || slot[-1].type != type || slot[-1].offset + 1 != offset)
		m->runs[m->nr_runs++].lo = m->nr_slots;
	m->runs[m->nr_runs - 1].nr++;
	m->nr_slots++;
	return slot;
}

int model_find(const struct model *m, int type, unsigned long offset)
{
	for (unsigned int r = 0; r < m->nr_runs; r++) {
		const struct slot *first = &m->slots[m->runs[r].lo];

		if (type == first->type && offset - first->offset < m->runs[r].nr)
			return m->runs[r].lo + (offset - first->offset);
	}
	return -1;
}

bool model_holds(const struct model *m, const struct folio *folio)
{
	for (unsigned int f = 0; f < m->nr_folios; f++) {
		if (folio && m->folios[f].folio == folio)
			return true;
	}
	return false;
}

static unsigned long *event(struct model_cg *cg, enum ledger_event ev)
{
	switch (ev) {
	case LEDGER_ZSWPIN:
		return &cg->in;
	case LEDGER_ZSWPOUT:
		return &cg->out;
	default:
		return &cg->wb;
	}
}

static void count(struct model *m, int cg, enum ledger_event ev, unsigned long nr)
{
	if (cg != CG_NONE)
		*event(&m->cg[model_cg_owner(m, cg)], ev) += nr;
}

static void no_entry(struct slot *slot)
{
	slot->entry = false;
	slot->tested = false;
	slot->memcg = NULL;
	slot->cg = CG_NONE;
	slot->length = 0;
}

/* Some kernels keep a page that does not compress, for whatever reason, as it is. */
static unsigned int stored_length(const struct slot *slot, const char *alg)
{
	unsigned int length = 0;

	if (slot->newest && !ledger_compress_failed(slot->type, slot->offset))
		length = ledger_compressed_len(alg, slot->newest);
	return length ? length : WORLD_PAGE_SIZE;
}

void model_stored(struct model *m, unsigned int lo, unsigned int nr, int cg, const char *alg)
{
	cg = model_cg_charged(m, cg);
	for (unsigned int i = lo; i < lo + nr; i++) {
		struct slot *slot = &m->slots[i];

		slot->entry = true;
		slot->tested = false;
		slot->where = IN_ZSWAP;
		slot->cg = cg;
		slot->memcg = cg == CG_NONE ? NULL : m->cg[cg].memcg;
		slot->length = stored_length(slot, alg);
	}
	m->out += nr;
	count(m, cg, LEDGER_ZSWPOUT, nr);
}

void model_refused(struct model *m, unsigned int lo, unsigned int nr, bool kept)
{
	for (unsigned int i = lo; i < lo + nr; i++) {
		no_entry(&m->slots[i]);
		m->slots[i].where = kept ? IN_CACHE : IN_FILE;
	}
}

void model_dirtied(struct model *m, unsigned int lo, unsigned int nr, const void *const *pages)
{
	for (unsigned int i = 0; i < nr; i++) {
		m->slots[lo + i].older = m->slots[lo + i].newest;
		m->slots[lo + i].newest = pages[i];
		m->slots[lo + i].where = IN_CACHE;
		m->slots[lo + i].tested = false;
	}
}

void model_loaded(struct model *m, unsigned int i)
{
	m->in++;
	count(m, m->slots[i].cg, LEDGER_ZSWPIN, 1);
	no_entry(&m->slots[i]);
	m->slots[i].where = IN_CACHE;
}

void model_written_back(struct model *m, unsigned int i)
{
	m->wb++;
	count(m, m->slots[i].cg, LEDGER_ZSWPWB, 1);
	no_entry(&m->slots[i]);
	m->slots[i].where = IN_FILE;
}

void model_dropped(struct model *m, unsigned int i)
{
	no_entry(&m->slots[i]);
}

void model_spoiled(struct model *m, unsigned int i, const void *page)
{
	m->slots[i].newest = page;
	m->tainted = true;
}

void model_freed(struct model *m, unsigned int i)
{
	no_entry(&m->slots[i]);
	m->slots[i].where = NOWHERE;
	m->slots[i].newest = NULL;
	m->slots[i].failed = false;
	m->slots[i].unused = false;
}
