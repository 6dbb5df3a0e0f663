/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the files of shim/ come up: world_boot() puts every __world variable
 * back to its initial value, empties the arena and then calls these in this
 * order. A file whose state is right when it is as initialised has none.
 */
#ifndef SHIM_BOOT_H
#define SHIM_BOOT_H

#include <stdbool.h>

#include "subject.h"
#include "world.h"

/* The running subject; NULL in tests of the shim alone. */
extern const struct subject_desc *shim_subject;

int arena_boot(bool guard);				/* arena.c; -1: no memory */
void cpu_boot(unsigned int possible, unsigned int online);	/* cpu.c */
void slab_boot(void);					/* slab.c */
void memcg_boot(bool disabled);				/* memcg.c */
void swap_boot(unsigned long totalram);			/* swap.c */
void debugfs_boot(void);				/* debugfs.c */

/* The next parameter on the command line, "name=value" (param.c). */
void param_boot(const char *arg);

/* Complaints and printk lines are those since the last boot or restore. */
void complain_reset(void);				/* complain.c */
void complain_save(void);
void complain_restore(void);
void printk_reset(void);				/* printk.c */

/* The arena's part of saving a world, at one of so many moments, and of going back. */
enum { WORLD_START, WORLD_MIDWAY, WORLD_MOMENTS };
int arena_save(unsigned int moment);
void arena_restore(unsigned int moment);

/*
 * Copy without instrumentation: over redzones, poisoned bytes and a
 * subject's globals. Under MSan it carries the shadow along.
 */
void raw_copy(void *dst, const void *src, size_t n);

/* End the case now: back to world_call(). */
void __attribute__((noreturn)) world_end_now(enum world_end end, const char *text);

#endif
