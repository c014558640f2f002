/* Reference values: scipy 1.10.1, betabinom and kurtosis; the z values by their formulas. */
#include "stats/spread.h"

#include "stats_test.h"

static void range_reference_values(void **state)
{
	(void)state;
	assert_near(range_change_p(100, 50, 3), .10810810810810811, 1e-12);
	assert_near(range_change_p(100, 1000, 31), .1946067230241224, 1e-11);
	assert_true(range_change_p(100, 50, 0) == 1 && range_change_p(1, 50, 4) == 1);
	/* by rational arithmetic: far below what 1 - P could hold */
	assert_near(range_change_p(1000, 10, 10) / 3.7787893965464e-23, 1, 1e-12);
	assert_near(range_change_p(10000, 10000, 100) / 3.152674897395408e-29, 1, 1e-12);
	assert_near(range_change_p(1000, 1000, 400) / 1.268686087970324e-140, 1, 1e-11);
	assert_near(range_change_p(2, 3, 1), .9, 1e-15); /* 1 - 2 1 / (5 4) */
}

static void mean_p_is_welchs(void **state)
{
	/* scipy.stats.ttest_ind(equal_var=False) */
	struct summary ref = {.n = 12, .mean = 32.09166666666667, .variance = 6.417196969696968},
		       cur = {.n = 9, .mean = 33.37777777777778, .variance = 6.294444444444443};

	(void)state;
	assert_near(mean_change_p(&ref, &cur), .26256339026653597, 1e-12);
	ref.variance = cur.variance = 0;
	assert_true(mean_change_p(&ref, &cur) == 0);
	cur.mean = ref.mean;
	assert_true(mean_change_p(&ref, &cur) == 1);
}

static void mean_is_compared_in_standard_errors(void **state)
{
	/* confidence .90 to .75 with deviation .1 over 10,000: not 1.5 but about 106 standard
	 * errors when both sides are samples */
	struct summary ref = {.n = 10000, .mean = .9, .variance = .01, .kurtosis = 3},
		       cur = {.n = 10000, .mean = .75, .variance = .01, .kurtosis = 3};

	(void)state;
	assert_near(mean_change_z(&ref, &cur), -.15 / sqrt(.02 / 10000), 1e-12);
	ref.variance = cur.variance = 0;
	assert_true(mean_change_z(&ref, &cur) == -INFINITY);
	cur.mean = ref.mean;
	assert_true(mean_change_z(&ref, &cur) == 0);
}

static void variance_is_compared_by_its_kurtosis(void **state)
{
	struct summary ref = {.n = 200, .variance = 4, .kurtosis = 3},
		       cur = {.n = 200, .variance = 4, .kurtosis = 3};

	(void)state;
	assert_true(variance_change_z(&ref, &cur) == 0);
	cur.variance = 8;
	/* pooled kurtosis (3 16 + 3 64) 2 / 144 = 10/3 */
	assert_near(variance_change_z(&ref, &cur), log(2) / sqrt(7. / 3 / 100), 1e-12);
	cur.variance = 0;
	assert_true(variance_change_z(&ref, &cur) == -INFINITY);
	ref.variance = 0;
	assert_true(variance_change_z(&ref, &cur) == 0);
	ref.n = 1;
	assert_true(isnan(variance_change_z(&ref, &cur)));
}

static void kurtosis_reference_values(void **state)
{
	const double x[] = {1, 2, 3, 4, 10};

	(void)state;
	assert_near(kurtosis(x, 5, 4), 2.788, 1e-12); /* (81 + 16 + 1 + 1296) / 5 / (50 / 5)^2 */
	assert_true(kurtosis(x, 1, 1) == 3 && kurtosis(x, 0, 0) == 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(range_reference_values),
		cmocka_unit_test(mean_p_is_welchs),
		cmocka_unit_test(mean_is_compared_in_standard_errors),
		cmocka_unit_test(variance_is_compared_by_its_kurtosis),
		cmocka_unit_test(kurtosis_reference_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
