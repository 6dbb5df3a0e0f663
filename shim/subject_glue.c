// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one symbol that the harness looks for in a subject. Compiled into each
 * of them, against the headers that the subject is built with: a subject with
 * another idea of an interface does not build.
 *
 * SUBJECT_NAME and SUBJECT_ORIGIN come as strings from the Makefile.
 */
#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/moduleparam.h>
#include <linux/zswap.h>

#include "../subject.h"

/*
 * The linker makes these two of each section that there is; weak, as a
 * subject may have none. Their step is that of an array.
 */
#define SECTION_BOUNDS(type, section)					\
	extern type __start_##section[] __weak __attribute__((visibility("hidden"))); \
	extern type __stop_##section[] __weak __attribute__((visibility("hidden")))

SECTION_BOUNDS(const struct kernel_param, shim_param);
SECTION_BOUNDS(const initcall_t, shim_initcall);

/* Most subjects store folio by folio. */
extern __typeof__(zswap_can_batch) zswap_can_batch __weak;
extern __typeof__(zswap_batch_store) zswap_batch_store __weak;

static int load(struct folio *folio)
{
	return zswap_load(folio);
}

static void invalidate(unsigned long swp_val)
{
	zswap_invalidate((swp_entry_t){ .val = swp_val });
}

extern const struct subject_desc zfault_subject;
__attribute__((visibility("default"))) const struct subject_desc zfault_subject = {
	.abi = SUBJECT_ABI,
	.name = SUBJECT_NAME,
	.origin = SUBJECT_ORIGIN,
	.params_start = __start_shim_param,
	.params_stop = __stop_shim_param,
	.initcalls_start = __start_shim_initcall,
	.initcalls_stop = __stop_shim_initcall,
#ifdef ZFAULT_ZSWAP_LOAD_BOOL
	.load_returns = SUBJECT_LOAD_BOOL,
#else
	.load_returns = SUBJECT_LOAD_INT,
#endif
#ifdef ZFAULT_ZSWAP_NO_LARGE
	.no_large = true,
#endif
	.no_memcg = !IS_ENABLED(CONFIG_MEMCG),
	.store = zswap_store,
	.load = load,
	.invalidate = invalidate,
	.swapon = zswap_swapon,
	.swapoff = zswap_swapoff,
	.is_enabled = zswap_is_enabled,
	.never_enabled = zswap_never_enabled,
	.total_pages = zswap_total_pages,
	.lruvec_state_init = zswap_lruvec_state_init,
	.folio_swapin = zswap_folio_swapin,
	.memcg_offline_cleanup = zswap_memcg_offline_cleanup,
	.can_batch = zswap_can_batch,
	.batch_store = zswap_batch_store,
};
