/* Reference values: numpy 1.24.2, quantile(), method "linear". */
#include "stats/quantile.h"

#include <float.h>

#include "stats_test.h"

static const double A[] = {28.7, 29.1, 29.8, 30.0, 30.9, 31.2, 32.2, 33.3, 33.8, 34.6, 35.1, 36.4};

static void quantile_reference_values(void **state)
{
	static const struct {
		double q, v;
	} want[] = {
		{0, 28.7},    {0.1, 29.17},     {0.25, 29.95}, {0.5, 31.7},
		{0.9, 35.05}, {0.999, 36.3857}, {1, 36.4},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_near(quantile_sorted(A, ARRAY_LEN(A), want[i].q), want[i].v, 1e-14);
}

static void quantile_empty_one_and_extreme(void **state)
{
	const double one[] = {4}, far[] = {-DBL_MAX, DBL_MAX};

	(void)state;
	assert_true(isnan(quantile_sorted(one, 0, 0.5)));
	assert_true(quantile_sorted(one, 1, 0.5) == 4);
	assert_true(quantile_sorted(A, 12, -1) == 28.7 && quantile_sorted(A, 12, 2) == 36.4);
	assert_true(quantile_sorted(far, 2, 0.5) == 0);
}

static void counts_below_and_up_to(void **state)
{
	const double x[] = {1, 2, 2, 2, 5};

	(void)state;
	assert_int_equal(count_below(x, 5, 2), 1);
	assert_int_equal(count_up_to(x, 5, 2), 4);
	assert_int_equal(count_below(x, 5, 0), 0);
	assert_int_equal(count_up_to(x, 5, 9), 5);
	assert_int_equal(count_below(x, 0, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantile_reference_values),
		cmocka_unit_test(quantile_empty_one_and_extreme),
		cmocka_unit_test(counts_below_and_up_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
