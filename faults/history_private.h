/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two files of a history's steps share. */
#ifndef FAULTS_HISTORY_PRIVATE_H
#define FAULTS_HISTORY_PRIVATE_H

#include "history.h"
#include "story_private.h"

static inline struct model *model_of(const struct history_world *w)
{
	return w->st.priv->m;
}

static inline int arg(const struct history_world *w, enum history_arg a)
{
	return w->step->arg[a];
}

/* Whom a folio of cgroup @cg is charged to: nobody, where there is none. */
static inline int charged_to(const struct model *m, int cg)
{
	return history_cg_online(m, cg) ? cg : CG_NONE;
}

static inline struct mem_cgroup *memcg_of(const struct model *m, int cg)
{
	return cg == CG_NONE ? NULL : m->cg[cg].memcg;
}

/* ---- history_folios.c -------------------------------------------------- */

/* Each is a kind of step, and tells whether there was something to do. */
bool history_store(struct history_world *w);
bool history_redirty(struct history_world *w);
bool history_writeout(struct history_world *w);
bool history_batch(struct history_world *w);
bool history_reclaim(struct history_world *w);
bool history_move(struct history_world *w);
bool history_load(struct history_world *w);
bool history_free(struct history_world *w);
/* Every slot of a swap file that is in use. */
void history_read_and_free(struct history_world *w, int type);

#endif
