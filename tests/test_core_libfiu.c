// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libfiu really decides what fails in core: each fault point is enabled by a
 * plain fiu_enable(name, 1, NULL, 0), without a callback of ours, and core is
 * seen to fail there, or to take its fallback; disabled, all is well again.
 */
#include <check.h>
#include <errno.h>
#include <fiu.h>
#include <fiu-control.h>
#include <string.h>

#include "faults/pages.h"
#include "shim/fault.h"
#include "shim/ledger.h"
#include "shim/world.h"
#include "subjects.h"

#define SLOTS	(1ul << 14)
#define OFFSET	1024ul		/* not in the first leaf of its tree */

static struct patient patient;

static void setup(void)
{
	patient_open(&patient, "core");
}

static void teardown(void)
{
	patient_close(&patient);
}

/* ---- a machine --------------------------------------------------------- */

static const char *const command_line[] = {
	"compressor=deflate", "zpool=zsmalloc", "enabled=1", "shrinker_enabled=1", NULL
};

static int boot(unsigned int online)
{
	const struct world_config config = {
		.cpus_possible = 2, .cpus_online = online, .params = command_line,
	};

	return world_boot(&config, &patient.subject);
}

struct machine {
	struct folio *folio;
	struct mem_cgroup *memcg;
	enum world_stored stored;
	int error;
};

static void do_writepage(void *arg)
{
	struct machine *m = arg;

	m->stored = world_writepage(m->folio);
}

static void do_read(void *arg)
{
	struct machine *m = arg;

	m->error = world_swapin(0, OFFSET).error;
}

/* The pool is full: a store is refused and the worker is woken. */
static void do_write_back(void *arg)
{
	struct machine *m = arg;

	world_param_set("max_pool_percent", "0");
	m->folio = world_folio(0, 0, NULL, 0, 2 * OFFSET, (const void *const *)patient.pages.real);
	m->stored = world_writepage(m->folio);
	world_folio_drop(m->folio);
	world_run_work();
	world_param_set("max_pool_percent", "20");
}

static void do_cpu_up(void *arg)
{
	((struct machine *)arg)->error = world_cpu_up(1);
}

static void do_switch(void *arg)
{
	((struct machine *)arg)->error = world_param_set("compressor", "deflate-iaa");
}

static void do_enable(void *arg)
{
	((struct machine *)arg)->error = world_param_set("enabled", "1");
}

/* Through here all that may enter core goes, and it always comes back. */
static void call(void (*fn)(void *arg), struct machine *m)
{
	unsigned int kept, total;

	ck_assert_int_eq(world_call(fn, m), WORLD_RETURNED);
	ledger_complaints(&kept, &total);
	ck_assert_uint_eq(total, 0);
}

/* What became of a store of a folio by a new cgroup. */
static enum world_stored store(struct machine *m, unsigned int order)
{
	m->memcg = world_memcg_create(NULL);
	world_swap_alloc(0, OFFSET, 1u << order);
	m->folio = world_folio(order, 0, m->memcg, 0, OFFSET, (const void *const *)patient.pages.real);
	ck_assert_ptr_nonnull(m->folio);
	call(do_writepage, m);
	return m->stored;
}

/* ---- libfiu ------------------------------------------------------------ */

static bool claimed[FP_NR];

/* The user's fiu_enable(), and no plan. */
static void enable(const char *name)
{
	int point = fault_point_by_name(name);

	ck_assert_msg(point >= 0, "%s", name);
	claimed[point] = true;
	fault_plan_set(NULL, 0);
	fault_reset();
	fault_arm_all(true);
	ck_assert_int_eq(fiu_enable(name, 1, NULL, 0), 0);
}

/* And it was that point, not another one that happened to fail. */
static void disable(const char *name)
{
	ck_assert_msg(fault_injected(), "%s was never made to fail", name);
	ck_assert_uint_eq(fault_fired(), 0);
	ck_assert_int_eq(fiu_disable(name), 0);
	fault_arm_all(false);
}

/* ---- the store --------------------------------------------------------- */

static const char *const refusing[] = {
	"slab/kmem_cache_alloc_node", "zpool/zpool_malloc", "zpool/zpool_get_total_pages",
	"xarray/xa_store", "xarray/node", "crypto/acomp_compress",
	"memcg/memcg_list_lru_alloc", "memcg/obj_cgroup_may_zswap",
};

static void refused_while_enabled(const char *name)
{
	struct machine m;

	ck_assert_int_eq(boot(2), 0);
	ck_assert_int_eq(world_swapon(0, SLOTS), 0);
	enable(name);
	ck_assert_msg(store(&m, 0) == WORLD_WRITTEN, "%s", name);
	ck_assert_uint_eq(ledger_tree_count(0), 0);
	disable(name);

	ck_assert_int_eq(boot(2), 0);
	ck_assert_int_eq(world_swapon(0, SLOTS), 0);
	ck_assert_msg(store(&m, 0) == WORLD_STORED, "%s", name);
	ck_assert_uint_eq(ledger_tree_count(0), 1);
}

START_TEST(the_store_is_refused)
{
	for (size_t i = 0; i < sizeof(refusing) / sizeof(refusing[0]); i++)
		refused_while_enabled(refusing[i]);
}
END_TEST

static const char *const benign[] = { "slab/kmem_cache_alloc_bulk", "xarray/node_atomic" };

START_TEST(the_store_has_a_fallback)
{
	struct machine m;

	for (size_t i = 0; i < sizeof(benign) / sizeof(benign[0]); i++) {
		ck_assert_int_eq(boot(2), 0);
		ck_assert_int_eq(world_swapon(0, SLOTS), 0);
		enable(benign[i]);
		ck_assert_msg(store(&m, 2) == WORLD_STORED, "%s", benign[i]);
		ck_assert_uint_eq(ledger_tree_count(0), 4);
		disable(benign[i]);
	}
}
END_TEST

/* ---- boot -------------------------------------------------------------- */

static const char *const at_setup[] = {
	"slab/kmem_cache_create", "cpuhp/cpuhp_setup_state_multi", "workqueue/alloc_workqueue",
	"shrinker/shrinker_alloc", "list_lru/list_lru_init_memcg",
};

static void never_comes_up(const char *name)
{
	struct machine m;

	enable(name);
	ck_assert_msg(boot(2) == -1, "%s", name);
	disable(name);
	call(do_enable, &m);
	ck_assert_int_lt(m.error, 0);
	ck_assert_int_eq(world_swapon(0, SLOTS), 0);
	ck_assert_msg(store(&m, 0) == WORLD_WRITTEN, "%s", name);
	ck_assert_int_eq(boot(2), 0);
}

START_TEST(zswap_never_comes_up)
{
	for (size_t i = 0; i < sizeof(at_setup) / sizeof(at_setup[0]); i++)
		never_comes_up(at_setup[i]);
}
END_TEST

static const char *const of_a_pool[] = {
	"slab/kmalloc", "zpool/zpool_create_pool", "percpu/alloc_percpu",
	"cpuhp/cpuhp_state_add_instance", "percpu/percpu_ref_init",
	"crypto/crypto_alloc_acomp_node", "crypto/acomp_request_alloc",
};

static void has_no_pool(const char *name)
{
	struct machine m;

	enable(name);
	ck_assert_int_eq(boot(2), 0);
	disable(name);
	ck_assert_msg(!ledger_nr_zpools(), "%s", name);
	ck_assert_uint_eq(ledger_percpu_live(), 0);
	ck_assert_uint_eq(ledger_nr_tfms(), 0);
	ck_assert_uint_eq(ledger_nr_requests(), 0);
	ck_assert_int_eq(world_swapon(0, SLOTS), 0);
	ck_assert_msg(store(&m, 0) == WORLD_WRITTEN, "%s", name);
}

START_TEST(zswap_comes_up_without_a_pool)
{
	for (size_t i = 0; i < sizeof(of_a_pool) / sizeof(of_a_pool[0]); i++)
		has_no_pool(of_a_pool[i]);
}
END_TEST

START_TEST(another_pool_is_not_made)
{
	struct machine m;

	for (size_t i = 0; i < sizeof(of_a_pool) / sizeof(of_a_pool[0]); i++) {
		ck_assert_int_eq(boot(2), 0);
		enable(of_a_pool[i]);
		call(do_switch, &m);
		ck_assert_msg(m.error < 0, "%s", of_a_pool[i]);
		disable(of_a_pool[i]);
		ck_assert_uint_eq(ledger_nr_zpools(), 1);
		call(do_switch, &m);
		ck_assert_int_eq(m.error, 0);
	}
}
END_TEST

START_TEST(counters_are_not_shown)
{
	struct machine m;
	uint64_t value;

	enable("debugfs/debugfs_create_dir");
	ck_assert_int_eq(boot(2), 0);
	disable("debugfs/debugfs_create_dir");
	ck_assert(!ledger_counter("stored_pages", &value));
	ck_assert_int_eq(world_swapon(0, SLOTS), 0);
	ck_assert_int_eq(store(&m, 0), WORLD_STORED);

	ck_assert_int_eq(boot(2), 0);
	ck_assert(ledger_counter("stored_pages", &value));
}
END_TEST

/* ---- later ------------------------------------------------------------- */

START_TEST(a_swap_file_gets_no_trees)
{
	ck_assert_int_eq(boot(2), 0);
	enable("slab/kvcalloc");
	ck_assert_int_eq(world_swapon(0, SLOTS), -ENOMEM);
	disable("slab/kvcalloc");
	ck_assert_int_eq(world_swapon(0, SLOTS), 0);
}
END_TEST

START_TEST(a_parameter_keeps_its_value)
{
	struct machine m;
	char value[32];

	ck_assert_int_eq(boot(2), 0);
	enable("param/param_set_charp");
	call(do_switch, &m);
	ck_assert_int_eq(m.error, -ENOMEM);
	disable("param/param_set_charp");
	ck_assert_int_ge(world_param_get("compressor", value, sizeof(value)), 0);
	ck_assert_int_eq(strncmp(value, "deflate", 7), 0);
	ck_assert_ptr_null(strstr(value, "iaa"));
}
END_TEST

START_TEST(a_cpu_stays_offline)
{
	static const char *const points[] = {
		"crypto/crypto_alloc_acomp_node", "crypto/acomp_request_alloc", "slab/kmalloc",
	};
	struct machine m;

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		ck_assert_int_eq(boot(1), 0);
		enable(points[i]);
		call(do_cpu_up, &m);
		ck_assert_msg(m.error == -ENOMEM, "%s: %d", points[i], m.error);
		disable(points[i]);
		ck_assert_uint_eq(ledger_cpus_online(), 1);
		call(do_cpu_up, &m);
		ck_assert_int_eq(m.error, 0);
		ck_assert_uint_eq(ledger_cpus_online(), 2);
	}
}
END_TEST

START_TEST(a_page_cannot_be_read)
{
	struct machine m;

	ck_assert_int_eq(boot(2), 0);
	ck_assert_int_eq(world_swapon(0, SLOTS), 0);
	ck_assert_int_eq(store(&m, 0), WORLD_STORED);
	world_folio_drop(m.folio);
	enable("crypto/acomp_decompress");
	ck_assert_int_eq(world_call(do_read, &m), WORLD_RETURNED);
	ck_assert_int_eq(m.error, -EIO);
	disable("crypto/acomp_decompress");
	/* zswap still has it: nothing was lost. */
	ck_assert_uint_eq(ledger_tree_count(0), 1);
	world_swapin_reclaim(0, OFFSET);
	call(do_read, &m);
	ck_assert_int_eq(m.error, 0);
}
END_TEST

START_TEST(nothing_is_written_back)
{
	struct machine m;

	ck_assert_int_eq(boot(2), 0);
	ck_assert_int_eq(world_swapon(0, SLOTS), 0);
	ck_assert_int_eq(store(&m, 0), WORLD_STORED);
	world_folio_drop(m.folio);
	world_swap_alloc(0, 2 * OFFSET, 1);
	enable("swap/read_swap_cache_async");
	call(do_write_back, &m);
	ck_assert_uint_eq(ledger_tree_count(0), 1);
	disable("swap/read_swap_cache_async");
	call(do_write_back, &m);
	ck_assert_uint_eq(ledger_tree_count(0), 0);
}
END_TEST

/* ---- no point is left out ---------------------------------------------- */

static void claim(const char *const *names, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		claimed[fault_point_by_name(names[i])] = true;
}
#define CLAIM(list)	claim(list, sizeof(list) / sizeof((list)[0]))

START_TEST(every_point_is_enabled_somewhere)
{
	/* Calls that core does not make; tests/test_zsmalloc.c, tests/test_swap.c. */
	static const char *const of_later_kernels[] = {
		"zsmalloc/zs_create_pool", "zsmalloc/zs_malloc", "zsmalloc/zs_get_total_pages",
		"swap/swap_cache_alloc_folio",
	};
	static const char *const single[] = {
		"debugfs/debugfs_create_dir", "slab/kvcalloc", "param/param_set_charp",
		"crypto/acomp_decompress", "swap/read_swap_cache_async",
	};

	CLAIM(refusing);
	CLAIM(benign);
	CLAIM(at_setup);
	CLAIM(of_a_pool);
	CLAIM(single);
	CLAIM(of_later_kernels);
	for (int i = 0; i < FP_NR; i++)
		ck_assert_msg(claimed[i], "%s", fault_points[i].name);
}
END_TEST

Suite *suite_core_libfiu(void)
{
	Suite *s = suite_create("core_libfiu");
	TCase *tc = tcase_create("fiu_enable");

	tcase_add_unchecked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_store_is_refused);
	tcase_add_test(tc, the_store_has_a_fallback);
	tcase_add_test(tc, zswap_never_comes_up);
	tcase_add_test(tc, zswap_comes_up_without_a_pool);
	tcase_add_test(tc, another_pool_is_not_made);
	tcase_add_test(tc, counters_are_not_shown);
	tcase_add_test(tc, a_swap_file_gets_no_trees);
	tcase_add_test(tc, a_parameter_keeps_its_value);
	tcase_add_test(tc, a_cpu_stays_offline);
	tcase_add_test(tc, a_page_cannot_be_read);
	tcase_add_test(tc, nothing_is_written_back);
	tcase_add_test(tc, every_point_is_enabled_somewhere);
	suite_add_tcase(s, tc);
	return s;
}
