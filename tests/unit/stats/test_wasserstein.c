/* Reference values: scipy 1.10.1, wasserstein_distance(). */
#include "stats/wasserstein.h"

#include <float.h>

#include "stats_test.h"

static void wasserstein_reference_values(void **state)
{
	const double a[] = {0, 1, 3}, b[] = {5, 6, 8}, c[] = {3.4, 3.9, 7.5, 7.8}, d[] = {1.4, 4.5};
	const double e[] = {28.7, 29.1, 29.8, 30.0, 30.9, 31.2, 32.2, 33.3, 33.8, 34.6, 35.1, 36.4};
	const double f[] = {35.1, 36.4, 37.7, 38.0, 38.8, 39.9, 40.2, 41.5, 42.8};

	(void)state;
	assert_near(wasserstein1(a, 3, b, 3), 5, 1e-14);
	assert_near(wasserstein1(c, 4, d, 2), 2.7, 1e-14);
	assert_near(wasserstein1(e, ARRAY_LEN(e), f, ARRAY_LEN(f)), 6.841666666666666, 1e-13);
	assert_near(wasserstein1(f, ARRAY_LEN(f), e, ARRAY_LEN(e)), 6.841666666666666, 1e-13);
}

static void wasserstein_equal_empty_and_extreme(void **state)
{
	const double a[] = {1, 2, 2}, far[] = {-DBL_MAX}, top[] = {DBL_MAX};

	(void)state;
	assert_true(wasserstein1(a, 3, a, 3) == 0);
	assert_true(isnan(wasserstein1(a, 3, a, 0)));
	assert_true(isinf(wasserstein1(far, 1, top, 1)));
	assert_true(wasserstein1(top, 1, top, 1) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wasserstein_reference_values),
		cmocka_unit_test(wasserstein_equal_empty_and_extreme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
