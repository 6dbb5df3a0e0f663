/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a subject's shared object shows: one symbol, zfault_subject, made by
 * shim/subject_glue.c, which is compiled into each of them. Everything else
 * of a subject is hidden.
 */
#ifndef SHIM_SUBJECT_H
#define SHIM_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>

struct folio;
struct folio_batch;
struct kernel_param;
struct lruvec;
struct mem_cgroup;

typedef int (*initcall_t)(void);

/* zswap_load() answers bool up to 6.14 or so and int afterwards. */
enum subject_load { SUBJECT_LOAD_BOOL, SUBJECT_LOAD_INT };

#define SUBJECT_ABI	2

/**
 * struct subject_desc - a subject as it describes itself
 * @abi: SUBJECT_ABI it was built with
 * @name: "core", "v4", "linux-6.12"
 * @origin: what it was built from, one line ("core/", or a sha256 and a path)
 * @params, @initcalls: the linker sections of module_param*() and late_initcall()
 * @load: what zswap_load() returns and so who unlocks the folio
 * @no_large: zswap_store() refuses large folios, whatever there is at their slots
 * @no_memcg: built for a kernel without memory cgroups
 * @can_batch, @batch_store: NULL where the subject has none
 *
 * The functions are zswap's interface to the rest of the kernel.
 */
struct subject_desc {
	unsigned int abi;
	const char *name;
	const char *origin;
	const struct kernel_param *params_start, *params_stop;
	const initcall_t *initcalls_start, *initcalls_stop;
	enum subject_load load_returns;
	bool no_large, no_memcg;

	bool (*store)(struct folio *folio);
	int (*load)(struct folio *folio);	/* the bool as 0 or 1 */
	void (*invalidate)(unsigned long swp_val);
	int (*swapon)(int type, unsigned long nr_pages);
	void (*swapoff)(int type);
	bool (*is_enabled)(void);
	bool (*never_enabled)(void);
	unsigned long (*total_pages)(void);
	void (*lruvec_state_init)(struct lruvec *lruvec);
	void (*folio_swapin)(struct folio *folio);
	void (*memcg_offline_cleanup)(struct mem_cgroup *memcg);
	bool (*can_batch)(void);
	void (*batch_store)(struct folio_batch *batch, int *errors);
};

/* Bytes of a subject's data that belong to the world. */
struct subject_range {
	size_t offset, size;
};

/**
 * struct subject - a subject as it is loaded
 * @data, @data_size: its writable memory; @pristine: a copy from right after
 *	loading, made and owned by subject_load()
 * @ranges, @nr_ranges: what of @data is put back: all of it, but for the
 *	counters of a coverage build, which have to outlive the case
 */
struct subject {
	const struct subject_desc *desc;
	void *dl;
	void *data;
	size_t data_size;
	void *pristine;
	struct subject_range *ranges;
	unsigned int nr_ranges;
};

/*
 * subject_load() - open build/…/subjects/NAME.so
 *
 * A file that is loaded already is refused: its data is no longer pristine.
 *
 * Return: 0, or -1 with one line in @why (no file, no subject, another ABI,
 * a kernel function that the shim lacks: its name).
 */
int subject_load(const char *path, struct subject *out, char *why, size_t size);
void subject_unload(struct subject *subject);

#endif
