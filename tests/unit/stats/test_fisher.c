/* Reference values: scipy 1.10.1, fisher_exact() and chi2_contingency(). */
#include "stats/fisher.h"

#include "stats_test.h"

static void small_tables_are_exact(void **state)
{
	(void)state;
	assert_near(share_change_p(3, 10, 9, 12), .0835573095635015, 1e-11);
	assert_near(share_change_p(0, 5, 5, 5), .007936507936507938, 1e-11);
	assert_near(share_change_p(1, 1000, 6, 900), .05774529944608862, 1e-10);
	assert_near(share_change_p(8, 8, 2, 9), .0022624434389140274, 1e-11);
	assert_near(share_change_p(995, 1000, 899, 900), .2219070723465727, 1e-10);
}

static void large_counts_take_chi_squared(void **state)
{
	(void)state;
	assert_near(share_change_p(50, 1000, 90, 1000), .0006310672130575772, 1e-11);
}

static void share_change_is_symmetric(void **state)
{
	(void)state;
	assert_near(share_change_p(3, 10, 9, 12), share_change_p(9, 12, 3, 10), 1e-12);
	assert_near(share_change_p(3, 10, 9, 12), share_change_p(7, 10, 3, 12), 1e-12);
}

static void empty_none_and_all_give_one(void **state)
{
	(void)state;
	assert_true(share_change_p(0, 0, 3, 5) == 1);
	assert_true(share_change_p(0, 9, 0, 5) == 1);
	assert_true(share_change_p(9, 9, 5, 5) == 1);
	assert_true(share_change_p(0, 1000000, 1000000, 1000000) < 1e-100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_tables_are_exact),
		cmocka_unit_test(large_counts_take_chi_squared),
		cmocka_unit_test(share_change_is_symmetric),
		cmocka_unit_test(empty_none_and_all_give_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
