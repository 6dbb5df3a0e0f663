// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory cgroups: lives, references, the walk. */
#include <check.h>

#include <linux/memcontrol.h>

#include "shim/boot.h"
#include "shim/subject.h"
#include "tests/complained.h"
#include "tests/memcg_seen.h"

static void boot_disabled(void)
{
	struct world_config config = {
		.cpus_possible = 1, .cpus_online = 1, .memcg_disabled = true,
	};

	world_boot(&config, NULL);
}

/* ---- references -------------------------------------------------------- */

START_TEST(memcg_refs_are_counted)
{
	struct mem_cgroup *memcg;

	boot();
	memcg = world_memcg_create(NULL);
	ck_assert_int_eq(seen(memcg).refs, 0);
	ck_assert(mem_cgroup_tryget(memcg));
	ck_assert(mem_cgroup_tryget_online(memcg));
	ck_assert_int_eq(seen(memcg).refs, 2);
	mem_cgroup_put(memcg);
	ck_assert_int_eq(seen(memcg).refs, 1);
	mem_cgroup_put(memcg);
	ck_assert_int_eq(seen(memcg).refs, 0);
	ck_assert(seen(memcg).online);
	no_complaint();
}
END_TEST

START_TEST(memcg_put_too_many)
{
	struct mem_cgroup *memcg;

	boot();
	memcg = world_memcg_create(NULL);
	mem_cgroup_tryget(memcg);
	mem_cgroup_put(memcg);
	no_complaint();
	mem_cgroup_put(memcg);
	ck_assert_uint_eq(complained('R', "memcg-put"), 1);
	ck_assert_int_eq(seen(memcg).refs, 0);
	ck_assert(seen(memcg).online);
}
END_TEST

START_TEST(null_and_root_need_no_references)
{
	struct mem_cgroup *root;

	boot();
	root = world_memcg_root();
	ck_assert(mem_cgroup_tryget(NULL));
	ck_assert(mem_cgroup_tryget_online(NULL));
	mem_cgroup_put(NULL);
	ck_assert(mem_cgroup_tryget_online(root));
	ck_assert_int_eq(seen(root).refs, 0);
	mem_cgroup_put(root);
	mem_cgroup_put(root);
	no_complaint();
}
END_TEST

START_TEST(dying_memcg_lives_while_referenced)
{
	struct mem_cgroup *memcg;

	boot();
	memcg = world_memcg_create(NULL);
	mem_cgroup_tryget(memcg);
	world_memcg_rmdir(memcg);
	ck_assert_uint_eq(ledger_nr_memcgs(), 2);
	ck_assert(!seen(memcg).online);
	ck_assert(!mem_cgroup_online(memcg));
	ck_assert(!mem_cgroup_tryget_online(memcg));
	ck_assert_int_eq(seen(memcg).refs, 1);
	ck_assert(mem_cgroup_tryget(memcg));
	mem_cgroup_put(memcg);
	ck_assert_uint_eq(ledger_nr_memcgs(), 2);
	mem_cgroup_put(memcg);
	ck_assert_uint_eq(ledger_nr_memcgs(), 1);
	no_complaint();
	ck_assert(!mem_cgroup_tryget(memcg));
	ck_assert_uint_eq(complained('U', "memcg-released"), 1);
	ck_assert(!mem_cgroup_online(memcg));
	parent_mem_cgroup(memcg);
	ck_assert_uint_eq(complained('U', "memcg-released"), 3);
	mem_cgroup_put(memcg);
	ck_assert_uint_eq(complained('R', "memcg-put"), 1);
}
END_TEST

START_TEST(unreferenced_memcg_goes_at_once)
{
	boot();
	world_memcg_rmdir(world_memcg_create(NULL));
	ck_assert_uint_eq(ledger_nr_memcgs(), 1);
	ck_assert_uint_eq(ledger_nr_objcgs(), 0);
	world_memcg_rmdir(world_memcg_root());
	ck_assert(seen(world_memcg_root()).online);
	no_complaint();
}
END_TEST

START_TEST(child_pins_its_parent)
{
	struct mem_cgroup *parent, *child;

	boot();
	parent = world_memcg_create(NULL);
	child = world_memcg_create(parent);
	mem_cgroup_tryget(child);
	world_memcg_rmdir(parent);
	ck_assert(!mem_cgroup_online(child));
	ck_assert(!mem_cgroup_online(parent));
	ck_assert_uint_eq(ledger_nr_memcgs(), 3);
	ck_assert_int_eq(seen(parent).refs, 0);
	ck_assert(parent_mem_cgroup(child) == parent);
	mem_cgroup_put(child);
	ck_assert_uint_eq(ledger_nr_memcgs(), 1);
	no_complaint();
}
END_TEST

START_TEST(folio_pins_its_memcg)
{
	struct mem_cgroup *memcg;
	struct folio folio, of_root;

	boot();
	memcg = world_memcg_create(NULL);
	folio = folio_of(memcg);
	of_root = folio_of(NULL);
	ck_assert(folio_memcg(&folio) == memcg);
	ck_assert(folio_memcg(&of_root) == world_memcg_root());
	ck_assert_int_eq(seen(memcg).refs, 1);
	world_memcg_rmdir(memcg);
	ck_assert_uint_eq(ledger_nr_memcgs(), 2);
	memcg_folio_uncharge(&folio);
	memcg_folio_uncharge(&of_root);
	ck_assert_ptr_null(folio_memcg(&folio));
	ck_assert_uint_eq(ledger_nr_memcgs(), 1);
	no_complaint();
}
END_TEST

/* ---- the walk ---------------------------------------------------------- */

START_TEST(iter_is_preorder_and_hands_over_one_reference)
{
	struct mem_cgroup *want[5], *pos = NULL;

	boot();
	want[0] = world_memcg_root();
	want[1] = world_memcg_create(NULL);
	want[4] = world_memcg_create(NULL);
	want[2] = world_memcg_create(want[1]);
	want[3] = world_memcg_create(want[1]);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 5; i++) {
			pos = mem_cgroup_iter(NULL, pos, NULL);
			ck_assert_ptr_eq(pos, want[i]);
			for (int j = 1; j < 5; j++)
				ck_assert_int_eq(seen(want[j]).refs, i == j);
		}
		pos = mem_cgroup_iter(NULL, pos, NULL);
		ck_assert_ptr_null(pos);
		ck_assert_int_eq(seen(want[4]).refs, 0);
	}
	no_complaint();
}
END_TEST

START_TEST(iter_stays_below_its_root_and_can_break)
{
	struct mem_cgroup *a, *a1, *pos;

	boot();
	a = world_memcg_create(NULL);
	a1 = world_memcg_create(a);
	world_memcg_create(NULL);
	pos = mem_cgroup_iter(a, NULL, NULL);
	ck_assert_ptr_eq(pos, a);
	ck_assert_int_eq(seen(a).refs, 0);
	pos = mem_cgroup_iter(a, pos, NULL);
	ck_assert_ptr_eq(pos, a1);
	ck_assert_int_eq(seen(a1).refs, 1);
	mem_cgroup_iter_break(a, pos);
	ck_assert_int_eq(seen(a1).refs, 0);
	pos = mem_cgroup_iter(a, NULL, NULL);
	pos = mem_cgroup_iter(a, pos, NULL);
	ck_assert_ptr_null(mem_cgroup_iter(a, pos, NULL));
	no_complaint();
}
END_TEST

START_TEST(iter_goes_on_from_one_that_died)
{
	struct mem_cgroup *a, *b, *pos;

	boot();
	a = world_memcg_create(NULL);
	b = world_memcg_create(NULL);
	pos = mem_cgroup_iter(NULL, mem_cgroup_iter(NULL, NULL, NULL), NULL);
	ck_assert_ptr_eq(pos, a);
	world_memcg_rmdir(a);
	ck_assert_uint_eq(ledger_nr_memcgs(), 3);
	pos = mem_cgroup_iter(NULL, pos, NULL);
	ck_assert_ptr_eq(pos, b);
	ck_assert_uint_eq(ledger_nr_memcgs(), 2);
	mem_cgroup_iter_break(NULL, pos);
	no_complaint();
}
END_TEST

START_TEST(iter_shows_the_dying_and_not_the_dead)
{
	struct mem_cgroup *a, *pos;

	boot();
	a = world_memcg_create(NULL);
	mem_cgroup_tryget(a);
	world_memcg_rmdir(a);
	pos = mem_cgroup_iter(NULL, world_memcg_root(), NULL);
	ck_assert_ptr_eq(pos, a);
	mem_cgroup_iter_break(NULL, pos);
	mem_cgroup_put(a);
	ck_assert_ptr_null(mem_cgroup_iter(NULL, world_memcg_root(), NULL));
	no_complaint();
	ck_assert_ptr_null(mem_cgroup_iter(NULL, a, NULL));
	ck_assert_uint_eq(complained('U', "memcg-released"), 1);
}
END_TEST

START_TEST(disabled_there_is_only_a_root)
{
	struct folio folio;

	boot_disabled();
	ck_assert(mem_cgroup_disabled());
	ck_assert_ptr_null(mem_cgroup_iter(NULL, NULL, NULL));
	ck_assert_ptr_null(world_memcg_create(NULL));
	ck_assert_uint_eq(ledger_nr_memcgs(), 1);
	folio = folio_of(world_memcg_root());
	ck_assert_ptr_null(folio_memcg(&folio));
	ck_assert_ptr_null(get_obj_cgroup_from_folio(&folio));
	ck_assert(mem_cgroup_online(NULL));
	ck_assert(mem_cgroup_zswap_writeback_enabled(NULL));
	ck_assert_ptr_eq(mem_cgroup_lruvec(NULL, NODE_DATA(1)), &NODE_DATA(1)->__lruvec);
	ck_assert_ptr_eq(folio_lruvec(&folio), &NODE_DATA(0)->__lruvec);
	memcg_folio_uncharge(&folio);
	no_complaint();
	boot();
	ck_assert(!mem_cgroup_disabled());
}
END_TEST

/* ---- with a subject ---------------------------------------------------- */

static bool enabled;
static unsigned int lruvecs, cleanups;
static struct obj_cgroup *dying_objcg;

static bool is_enabled(void)
{
	return enabled;
}

static void lruvec_state_init(struct lruvec *lruvec)
{
	lruvecs++;
}

/* What holds while zswap is told that a cgroup goes. */
static void offline_cleanup(struct mem_cgroup *memcg)
{
	cleanups++;
	ck_assert(mem_cgroup_online(memcg));
	ck_assert(!mem_cgroup_tryget_online(memcg));
	ck_assert_ptr_eq(seen_objcg(dying_objcg).memcg, memcg);
}

static const struct subject_desc desc = {
	.abi = SUBJECT_ABI, .name = "test",
	.is_enabled = is_enabled,
	.lruvec_state_init = lruvec_state_init,
	.memcg_offline_cleanup = offline_cleanup,
};
static const struct subject subject = { .desc = &desc };

START_TEST(subject_is_told_of_lruvecs_and_deaths)
{
	struct mem_cgroup *memcg;

	lruvecs = cleanups = 0;
	world_boot(NULL, &subject);
	ck_assert_uint_eq(lruvecs, 2 * WORLD_NR_NODES);
	memcg = world_memcg_create(NULL);
	ck_assert_uint_eq(lruvecs, 3 * WORLD_NR_NODES);
	dying_objcg = objcg_of(memcg);
	world_memcg_rmdir(memcg);
	ck_assert_uint_eq(cleanups, 1);
	ck_assert_ptr_eq(seen_objcg(dying_objcg).memcg, world_memcg_root());
	no_complaint();
}
END_TEST

START_TEST(lruvecs_are_by_memcg_and_node)
{
	struct mem_cgroup *memcg;
	struct folio folio;

	boot();
	memcg = world_memcg_create(NULL);
	folio = folio_of(memcg);
	folio.nid = 1;
	ck_assert_ptr_eq(folio_lruvec(&folio), mem_cgroup_lruvec(memcg, NODE_DATA(1)));
	ck_assert_ptr_ne(mem_cgroup_lruvec(memcg, NODE_DATA(0)),
			 mem_cgroup_lruvec(memcg, NODE_DATA(1)));
	ck_assert_ptr_ne(mem_cgroup_lruvec(memcg, NODE_DATA(0)),
			 mem_cgroup_lruvec(NULL, NODE_DATA(0)));
	ck_assert_ptr_eq(mem_cgroup_lruvec(NULL, NODE_DATA(0)),
			 mem_cgroup_lruvec(world_memcg_root(), NODE_DATA(0)));
	ck_assert_int_eq(NODE_DATA(1)->node_id, 1);
	ck_assert_ptr_eq(mem_cgroup_lruvec(memcg, NODE_DATA(1))->pgdat, NODE_DATA(1));
}
END_TEST

START_TEST(writeback_asks_every_ancestor)
{
	struct mem_cgroup *parent, *memcg;

	world_boot(NULL, &subject);
	enabled = true;
	parent = world_memcg_create(NULL);
	memcg = world_memcg_create(parent);
	ck_assert(mem_cgroup_zswap_writeback_enabled(memcg));
	ck_assert(mem_cgroup_zswap_writeback_enabled(NULL));
	world_memcg_set_zswap_writeback(memcg, false);
	ck_assert(!mem_cgroup_zswap_writeback_enabled(memcg));
	ck_assert(mem_cgroup_zswap_writeback_enabled(parent));
	world_memcg_set_zswap_writeback(memcg, true);
	world_memcg_set_zswap_writeback(parent, false);
	ck_assert(!mem_cgroup_zswap_writeback_enabled(memcg));
	enabled = false;
	ck_assert(mem_cgroup_zswap_writeback_enabled(memcg));
}
END_TEST

Suite *suite_memcg(void)
{
	Suite *s = suite_create("memcg");
	TCase *refs = tcase_create("references");
	TCase *iter = tcase_create("iter");
	TCase *kernel = tcase_create("subject");

	tcase_add_test(refs, memcg_refs_are_counted);
	tcase_add_test(refs, memcg_put_too_many);
	tcase_add_test(refs, null_and_root_need_no_references);
	tcase_add_test(refs, dying_memcg_lives_while_referenced);
	tcase_add_test(refs, unreferenced_memcg_goes_at_once);
	tcase_add_test(refs, child_pins_its_parent);
	tcase_add_test(refs, folio_pins_its_memcg);
	suite_add_tcase(s, refs);
	tcase_add_test(iter, iter_is_preorder_and_hands_over_one_reference);
	tcase_add_test(iter, iter_stays_below_its_root_and_can_break);
	tcase_add_test(iter, iter_goes_on_from_one_that_died);
	tcase_add_test(iter, iter_shows_the_dying_and_not_the_dead);
	tcase_add_test(iter, disabled_there_is_only_a_root);
	suite_add_tcase(s, iter);
	tcase_add_test(kernel, subject_is_told_of_lruvecs_and_deaths);
	tcase_add_test(kernel, lruvecs_are_by_memcg_and_node);
	tcase_add_test(kernel, writeback_asks_every_ancestor);
	suite_add_tcase(s, kernel);
	return s;
}
