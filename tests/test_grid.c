// SPDX-License-Identifier: GPL-2.0-or-later
/* A result as rows and columns. */
#include "faults/grid.h"
#include "made_result.h"

static const struct row *row_of(const struct grid *g, uint8_t point, uint8_t phase, int error)
{
	for (unsigned int i = 0; i < g->nr; i++) {
		const struct row *row = &g->rows[i];

		if (row->point == point && row->phase == phase && row->error == -error)
			return row;
	}
	return NULL;
}

START_TEST(a_cell_shows_the_worst_of_its_cases)
{
	const struct row *row;
	struct grid g;

	make_order4();
	ck_assert_int_eq(grid_build(&g, &made), 0);
	row = row_of(&g, FP_ZPOOL_MALLOC, PHASE_STORE, ENOMEM);
	ck_assert_uint_eq(row->nr, 16);
	ck_assert_uint_eq(row->hits, 16);
	ck_assert_uint_eq(row->cells[2].mark, MARK_HELD);
	ck_assert_uint_eq(row->cells[3].mark, MARK_FINDING);
	ck_assert_int_eq(row->cells[3].letter, 'S');
	ck_assert_uint_eq(grid_worst(row->cells, 3).mark, MARK_HELD);
	ck_assert_int_eq(grid_worst(row->cells, 16).letter, 'S');
	ck_assert_int_eq(grid_worst(row->cells + 4, 12).letter, 'L');
	row = row_of(&g, FP_ACOMP_COMPRESS, PHASE_STORE, ENOSPC);
	ck_assert_uint_eq(row->cells[15].mark, MARK_VACUOUS);
	grid_free(&g);
	ck_assert_uint_eq(g.nr, 0);
}
END_TEST

START_TEST(nodes_have_a_row_where_none_was_needed)
{
	const struct row *row;
	struct grid g;

	make_order4();
	ck_assert_int_eq(grid_build(&g, &made), 0);
	row = row_of(&g, FP_XA_NODE, PHASE_STORE, ENOMEM);
	ck_assert_ptr_nonnull(row);
	ck_assert_uint_eq(row->nr, 16);
	ck_assert_uint_eq(row->hits, 0);
	ck_assert_uint_eq(grid_worst(row->cells, 16).mark, MARK_NO_HIT);
	ck_assert_ptr_nonnull(row_of(&g, FP_XA_NODE_ATOMIC, PHASE_STORE, ENOMEM));
	grid_free(&g);

	/* A store that never came so far has nothing to say of nodes. */
	begin("order4/full");
	add_hits(FP_ZPOOL_GET_TOTAL_PAGES, PHASE_STORE, ENOSPC, 1);
	ck_assert_int_eq(grid_build(&g, &made), 0);
	ck_assert_uint_eq(g.nr, 1);
	grid_free(&g);
}
END_TEST

START_TEST(rows_have_an_order)
{
	struct grid g;

	make_order4();
	ck_assert_int_eq(grid_build(&g, &made), 0);
	for (unsigned int i = 1; i < g.nr; i++) {
		const struct row *a = &g.rows[i - 1], *b = &g.rows[i];

		ck_assert_int_ge(a->slotted, b->slotted);
		if (a->slotted != b->slotted)
			continue;
		ck_assert_int_le(a->phase, b->phase);
		if (a->phase == b->phase)
			ck_assert_int_le(a->point, b->point);
	}
	ck_assert_int_eq(row_of(&g, FP_ACOMP_COMPRESS, PHASE_STORE, EINVAL) + 1 -
			 row_of(&g, FP_ACOMP_COMPRESS, PHASE_STORE, ENOSPC), 0);
	grid_free(&g);
}
END_TEST

Suite *suite_grid(void)
{
	Suite *s = suite_create("grid");
	TCase *tc = tcase_create("rows");

	tcase_add_test(tc, a_cell_shows_the_worst_of_its_cases);
	tcase_add_test(tc, nodes_have_a_row_where_none_was_needed);
	tcase_add_test(tc, rows_have_an_order);
	suite_add_tcase(s, tc);
	return s;
}
