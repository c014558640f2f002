#include "aiops-drift/compare/baseline.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "drift_test.h"

static char folder[] = "/tmp/aiops-baseline-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char path[sizeof folder + 32];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/b.baseline.ndjson", folder);
	(void)unlink(path);
	return rmdir(folder);
}

static struct base base_from(const double *x, size_t n)
{
	struct sample s = SAMPLE_INIT;
	struct base b;

	for (size_t i = 0; i < n; i++)
		sample_add(&s, x[i]);
	s.missing = 2;
	b = base_of(&s);
	sample_release(&s);
	return b;
}

/* Saves b as the feature m of the baseline b, and loads that. */
static void through_a_file(const struct base *b, struct baseline *back)
{
	struct baseline kept;
	struct err e = ERR_INIT;

	baseline_init(&kept, "b");
	kept.date = instant_from_ns(INT64_C(1700000000) * NS_PER_S);
	baseline_add(&kept, SPAN("m{a=\"\303\251\"}"), b);
	if (baseline_save(&kept, folder, &e) < 0 || baseline_load(back, folder, "b", &e) < 0)
		fail_msg("%s", e.text);
	baseline_release(&kept);
}

/* By numpy 1.24.2 and scipy 1.10.1: mean, var(ddof=1), stats.kurtosis(fisher=False), quantile. */
static void what_is_kept_is_numpys(void **state)
{
	static const double x[] = {9, 1, 4, 16, 25, 36, 49, 64, 81, 100};
	struct base b = base_from(x, ARRAY_LEN(x));

	(void)state;
	assert_true(b.s.n == 10 && b.missing == 2 && b.s.min == 1 && b.s.max == 100);
	assert_close(b.s.mean, 38.5, 1e-13);
	assert_close(b.s.variance, 1167.8333333333333, 1e-10);
	assert_close(b.s.kurtosis, 2.0316758071860117, 1e-12);
	assert_close(b.quantiles[4], 30.5, 1e-12);
	assert_close(b.quantiles[1], 2.35, 1e-12);
}

static void saved_and_loaded_is_the_same(void **state)
{
	static const double x[] = {.1, .2, .7, 1e-300, -3};
	struct base b = base_from(x, ARRAY_LEN(x));
	const struct base *got;
	struct baseline back;

	(void)state;
	through_a_file(&b, &back);
	assert_int_equal(back.date.ns, INT64_C(1700000000) * NS_PER_S);
	assert_null(baseline_get(&back, "other"));
	got = baseline_get(&back, "m{a=\"\303\251\"}");
	assert_non_null(got);
	assert_true(got->s.n == b.s.n && got->missing == 2 && got->s.mean == b.s.mean &&
		    got->s.variance == b.s.variance && got->s.kurtosis == b.s.kurtosis &&
		    got->s.min == b.s.min && got->s.max == b.s.max);
	assert_memory_equal(got->quantiles, b.quantiles, sizeof b.quantiles);
	baseline_release(&back);
}

/* The kurtosis of two values that are equally frequent is 1, and rounding may take it below. */
static void two_values_are_a_baseline(void **state)
{
	struct baseline back;

	(void)state;
	for (int t = 1; t < 100; t++) {
		double x[100];
		struct base b;

		for (size_t i = 0; i < ARRAY_LEN(x); i++)
			x[i] = i % 2 ? t / 7. : t / 11.;
		b = base_from(x, ARRAY_LEN(x));
		through_a_file(&b, &back);
		baseline_release(&back);
	}
}

static void numbers_without_moments_are_kept(void **state)
{
	static const double x[] = {1e308, -1e308, 1e308, -1e308};
	struct base b = base_from(x, ARRAY_LEN(x));
	const struct base *got;
	struct baseline back;

	(void)state;
	through_a_file(&b, &back);
	got = baseline_get(&back, "m{a=\"\303\251\"}");
	assert_true(got && got->s.n == 4 && !isfinite(got->s.variance) && got->s.max == 1e308);
	baseline_release(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_kept_is_numpys),
		cmocka_unit_test(saved_and_loaded_is_the_same),
		cmocka_unit_test(two_values_are_a_baseline),
		cmocka_unit_test(numbers_without_moments_are_kept),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
