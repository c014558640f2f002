#include "stats/bins.h"

#include <float.h>

#include "stats_test.h"

static void quantile_bins_hold_equal_shares(void **state)
{
	double x[1000];
	uint64_t counts[BINS_MAX];
	struct bins b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(x); i++)
		x[i] = (double)i;
	b = bins_by_quantiles(x, ARRAY_LEN(x), 10);
	assert_int_equal(bins_count(&b), 10);
	bins_fill(&b, x, ARRAY_LEN(x), counts);
	for (size_t k = 0; k < 10; k++)
		assert_int_equal(counts[k], 100);
}

static void constant_reference_has_below_value_above(void **state)
{
	const double ref[] = {3, 3, 3, 3, 3}, cur[] = {-1, 2.9, 3, 3.1, 7, 8};
	uint64_t counts[BINS_MAX];
	struct bins b = bins_by_quantiles(ref, 5, 10);

	(void)state;
	assert_int_equal(bins_count(&b), 3);
	bins_fill(&b, cur, 6, counts);
	assert_int_equal(counts[0], 2);
	assert_int_equal(counts[1], 1);
	assert_int_equal(counts[2], 3);
}

static void heavy_value_gets_its_own_bin(void **state)
{
	double ref[100];
	uint64_t counts[BINS_MAX];
	struct bins b;

	(void)state;
	for (size_t i = 0; i < 100; i++)
		ref[i] = i < 70 ? -1 : (double)i; /* a sentinel in 70 % */
	b = bins_by_quantiles(ref, 100, 10);
	bins_fill(&b, ref, 100, counts);
	assert_int_equal(counts[0], 0);
	assert_int_equal(counts[1], 70);
	assert_true(b.cuts[0].at == -1 && !b.cuts[0].after && b.cuts[1].at == -1 &&
		    b.cuts[1].after);
}

static void empty_reference_is_one_bin(void **state)
{
	const double x[] = {1, 2};
	uint64_t counts[1];
	struct bins b = bins_by_quantiles(x, 0, 10);

	(void)state;
	assert_int_equal(bins_count(&b), 1);
	bins_fill(&b, x, 2, counts);
	assert_int_equal(counts[0], 2);
}

static void equal_width_includes_the_last_edge(void **state)
{
	const double x[] = {0, 0.5, 1, 9.99, 10};
	uint64_t counts[10];

	(void)state;
	bins_fill_equal_width(0, 10, 10, x, 5, counts);
	assert_int_equal(counts[0], 2);
	assert_int_equal(counts[1], 1);
	assert_int_equal(counts[9], 2);
}

static void equal_width_extreme_and_flat_ranges(void **state)
{
	const double far[] = {-DBL_MAX, 0, DBL_MAX}, flat[] = {5, 5};
	uint64_t counts[4];

	(void)state;
	bins_fill_equal_width(-DBL_MAX, DBL_MAX, 4, far, 3, counts);
	assert_int_equal(counts[0], 1);
	assert_int_equal(counts[2], 1);
	assert_int_equal(counts[3], 1);
	bins_fill_equal_width(5, 5, 4, flat, 2, counts);
	assert_int_equal(counts[0], 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantile_bins_hold_equal_shares),
		cmocka_unit_test(constant_reference_has_below_value_above),
		cmocka_unit_test(heavy_value_gets_its_own_bin),
		cmocka_unit_test(empty_reference_is_one_bin),
		cmocka_unit_test(equal_width_includes_the_last_edge),
		cmocka_unit_test(equal_width_extreme_and_flat_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
