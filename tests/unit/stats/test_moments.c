/* Reference values: numpy 1.24.2. */
#include "stats/moments.h"

#include "stats_test.h"

static const double A[] = {31.2, 29.8, 35.1, 33.3, 30.0, 28.7, 36.4, 32.2, 30.9, 34.6, 29.1, 33.8};
static const double B[] = {38.0, 41.5, 36.4, 39.9, 40.2, 37.7, 35.1, 42.8, 38.8};

static void moments_reference_values(void **state)
{
	struct moments a = moments_of(A, ARRAY_LEN(A)), b = moments_of(B, ARRAY_LEN(B));

	(void)state;
	assert_near(a.mean, 32.09166666666667, 1e-14);
	assert_near(moments_std(&a), 2.4253722509247018, 1e-13);
	assert_near(sqrt(moments_sample_variance(&a)), 2.5332186975658, 1e-13);
	assert_near(moments_std(&b), 2.299758441421378, 1e-13);
	assert_near(moments_hedges_g(&a, &b), 2.6334259409362755, 1e-13);
	assert_true(a.min == 28.7 && a.max == 36.4 && a.n == 12);
}

static void merge_equals_sequential(void **state)
{
	struct moments all = moments_of(A, ARRAY_LEN(A));

	(void)state;
	for (size_t cut = 0; cut <= ARRAY_LEN(A); cut++) {
		struct moments left = moments_of(A, cut),
			       right = moments_of(A + cut, ARRAY_LEN(A) - cut);

		moments_merge(&left, &right);
		assert_int_equal(left.n, all.n);
		assert_near(left.mean, all.mean, 1e-14);
		assert_near(left.m2, all.m2, 1e-12);
		assert_true(left.min == all.min && left.max == all.max);
	}
}

static void many_at_once_are_as_one_by_one(void **state)
{
	static double x[5003];
	struct moments one = MOMENTS_INIT, many;
	uint64_t seed = 8;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(x); i++) {
		x[i] = 1e6 + random_normal(&seed);
		moments_add(&one, x[i]);
	}
	many = moments_of(x, ARRAY_LEN(x));
	assert_int_equal(many.n, one.n);
	assert_near(many.mean, one.mean, 1e-14);
	assert_near(many.m2, one.m2, 1e-9);
	assert_true(many.min == one.min && many.max == one.max);
}

static void moments_large_offset_keep_their_spread(void **state)
{
	struct moments m = MOMENTS_INIT;

	(void)state;
	for (int i = 0; i < 1000; i++)
		moments_add(&m, 1.7e9 + i % 2);
	assert_near(moments_std(&m), 0.5, 1e-9); /* the sum of squares would give 0 or noise */
}

/* 0 to 5002 in units of 1/1024, shuffled, far from 0: the sums are known. */
static void many_far_from_zero_keep_all_digits(void **state)
{
	static double x[5003];
	const double n = ARRAY_LEN(x);
	struct moments m;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(x); i++)
		x[i] = 1.7e9 + (double)(i * 1009 % ARRAY_LEN(x)) / 1024;
	m = moments_of(x, ARRAY_LEN(x));
	assert_true(m.mean == 1.7e9 + (n - 1) / 2 / 1024);
	assert_near(m.m2 / (n * (n * n - 1) / 12 / 1024 / 1024), 1, 1e-13);
}

static void moments_of_the_largest_are_not_nan(void **state)
{
	const double x[] = {1.7e308, -1.7e308, 1.7e308, -1.7e308}, same[] = {1.7e308, 1.7e308};
	struct moments m = moments_of(x, 4), s = moments_of(same, 2);

	(void)state;
	assert_true(!isfinite(m.m2) || !isfinite(m.mean)); /* said so, not a wrong number */
	assert_true(s.mean == 1.7e308 && s.m2 == 0);
}

static void moments_empty_one_and_constant(void **state)
{
	struct moments none = MOMENTS_INIT, one = MOMENTS_INIT, flat = MOMENTS_INIT;

	(void)state;
	moments_add(&one, 3);
	for (int i = 0; i < 10; i++)
		moments_add(&flat, 0.1);
	assert_true(moments_std(&none) == 0 && moments_sample_variance(&none) == 0);
	assert_true(moments_std(&one) == 0 && moments_sample_variance(&one) == 0);
	assert_true(one.mean == 3);
	assert_true(moments_std(&flat) == 0);
	assert_true(isnan(moments_hedges_g(&none, &flat)));
	assert_true(isnan(moments_hedges_g(&flat, &flat)));
	moments_merge(&none, &one);
	assert_true(none.n == 1 && none.mean == 3 && none.min == 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_reference_values),
		cmocka_unit_test(merge_equals_sequential),
		cmocka_unit_test(many_at_once_are_as_one_by_one),
		cmocka_unit_test(many_far_from_zero_keep_all_digits),
		cmocka_unit_test(moments_of_the_largest_are_not_nan),
		cmocka_unit_test(moments_large_offset_keep_their_spread),
		cmocka_unit_test(moments_empty_one_and_constant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
