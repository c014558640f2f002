#include "stats/sample.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "stats/sort.h"
#include "stats_test.h"

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Every magnitude and sign that a double can have. */
static double any_double(uint64_t *seed)
{
	for (;;) {
		uint64_t u = random_u64(seed);
		double x;

		memcpy(&x, &u, sizeof x);
		if (isfinite(x))
			return x;
	}
}

static void sort_like_qsort(size_t n, double (*draw)(uint64_t *))
{
	struct sample s = SAMPLE_INIT;
	uint64_t seed = n;
	double *want;

	for (size_t i = 0; i < n; i++)
		sample_add(&s, draw(&seed));
	want = malloc((n + 1) * sizeof *want);
	assert_non_null(want);
	if (n)
		memcpy(want, s.values, n * sizeof *want);
	qsort(want, n, sizeof *want, by_value);
	sample_sort(&s);
	for (size_t i = 0; i < n; i++)
		assert_true(want[i] == s.values[i]);
	free(want);
	sample_release(&s);
}

static void sort_agrees_with_qsort(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 3, 100, 1023, 1024, 1025, 20000};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		sort_like_qsort(sizes[i], any_double);
		sort_like_qsort(sizes[i], random_normal);
	}
}

/* Epochs: the high bits are the same. */
static double around_an_epoch(uint64_t *seed)
{
	return 1.7e9 + 10 * random_normal(seed);
}

/* The same with one far value: neither the high nor the low digits will do alone. */
static double epoch_or_far(uint64_t *seed)
{
	return random_u64(seed) % 2000 ? 1.7e9 + 100 * random_normal(seed) : 1e300;
}

/* Beyond a million, in halves; and the hard ones. */
static void sort_of_large_and_awkward_samples(void **state)
{
	(void)state;
	sort_like_qsort((1 << 20) + 1, random_normal);
	sort_like_qsort(30000, around_an_epoch);
	sort_like_qsort(30000, epoch_or_far);
}

static void sort_extremes_and_constant(void **state)
{
	double x[2000];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(x); i++)
		x[i] = 7;
	x[0] = DBL_MAX;
	x[1] = -DBL_MAX;
	x[2] = DBL_TRUE_MIN;
	x[3] = -DBL_TRUE_MIN;
	x[4] = 0;
	sort_doubles(x, ARRAY_LEN(x));
	assert_true(x[0] == -DBL_MAX && x[1] == -DBL_TRUE_MIN && x[2] == 0 && x[3] == DBL_TRUE_MIN);
	assert_true(x[4] == 7 && x[1998] == 7 && x[1999] == DBL_MAX);
}

static void add_negative_zero_is_zero(void **state)
{
	struct sample s = SAMPLE_INIT;

	(void)state;
	sample_add(&s, -0.0);
	assert_false(signbit(s.values[0]));
	sample_release(&s);
	assert_int_equal(s.n, 0);
	sample_release(&s);
	sample_release(NULL);
}

static void add_after_sort_sorts_again(void **state)
{
	struct sample s = SAMPLE_INIT;

	(void)state;
	sample_add(&s, 2);
	sample_sort(&s);
	sample_add(&s, 1);
	sample_sort(&s);
	assert_true(s.values[0] == 1 && s.values[1] == 2);
	sample_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sort_agrees_with_qsort),
		cmocka_unit_test(sort_of_large_and_awkward_samples),
		cmocka_unit_test(sort_extremes_and_constant),
		cmocka_unit_test(add_negative_zero_is_zero),
		cmocka_unit_test(add_after_sort_sorts_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
