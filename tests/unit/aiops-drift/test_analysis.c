#include "aiops-drift/analysis.h"

#include <float.h>

#include "drift_test.h"

static const struct analysis_options defaults = {0.05, true, KS_DEFAULT_BUDGET};

static struct sample filled(const double *x, size_t n, uint64_t missing)
{
	struct sample s = SAMPLE_INIT;

	for (size_t i = 0; i < n; i++)
		sample_add(&s, x[i]);
	s.missing = missing;
	return s;
}

static struct sample constant(double v, size_t n)
{
	struct sample s = SAMPLE_INIT;

	for (size_t i = 0; i < n; i++)
		sample_add(&s, v);
	return s;
}

static struct analysis analyse_both(struct sample ref, struct sample cur)
{
	struct analysis a = analyse(&ref, &cur, &defaults);

	sample_release(&ref);
	sample_release(&cur);
	return a;
}

static const double A[] = {31.2, 29.8, 35.1, 33.3, 30.0, 28.7, 36.4, 32.2, 30.9, 34.6, 29.1, 33.8};
static const double B[] = {38.0, 41.5, 36.4, 39.9, 40.2, 37.7, 35.1, 42.8, 38.8};

/* numpy 1.24.2, scipy 1.10.1; the p with its two ties by exact rational arithmetic. */
static void reference_values(void **state)
{
	struct analysis a = analyse_both(filled(A, ARRAY_LEN(A), 0), filled(B, ARRAY_LEN(B), 0));

	(void)state;
	assert_true(a.both && a.ks_usable && !a.missing_usable);
	assert_close(a.ks.d, 5. / 6, 1e-15);
	assert_close(a.wasserstein, 6.841666666666666, 1e-13);
	assert_close(a.js_common50, 0.5603594757135374, 1e-10);
	assert_close(a.hedges_g, 2.6334259409362755, 1e-12);
	assert_close(a.ref.mean, 32.09166666666667, 1e-13);
	assert_close(moments_std(&a.cur), 2.299758441421378, 1e-13);
	assert_close(detectable_d(&a, 0.05), 1.3581015157406195 * sqrt(1. / 12 + 1. / 9), 1e-12);
}

static void order_of_arrival_does_not_matter(void **state)
{
	double back[ARRAY_LEN(A)];
	struct analysis a, b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(A); i++)
		back[i] = A[ARRAY_LEN(A) - 1 - i];
	a = analyse_both(filled(A, ARRAY_LEN(A), 0), filled(B, ARRAY_LEN(B), 0));
	b = analyse_both(filled(back, ARRAY_LEN(A), 0), filled(B, ARRAY_LEN(B), 0));
	assert_true(a.ks.h == b.ks.h && a.ks_p.p == b.ks_p.p && a.psi.psi == b.psi.psi &&
		    a.js == b.js);
	assert_true(a.wasserstein == b.wasserstein);
	assert_true(a.ref.mean == b.ref.mean && a.ref.m2 == b.ref.m2);
}

static void empty_sides_answer_without_numbers(void **state)
{
	struct analysis a = analyse_both(filled(A, ARRAY_LEN(A), 0), filled(B, 0, 0));

	(void)state;
	assert_true(!a.both && !a.ks_usable && !a.missing_usable);
	assert_true(isnan(a.missing_change) && a.missing_p == 1 && isnan(detectable_d(&a, 0.05)));
	a = analyse_both(filled(A, 0, 0), filled(B, 0, 0));
	assert_true(!a.both && !a.ks_usable);
	a = analyse_both(filled(A, 0, 5), filled(B, 0, 9)); /* nothing but missing */
	assert_true(!a.both && !a.missing_usable);
}

static void tiny_samples_are_not_usable(void **state)
{
	struct analysis a = analyse_both(filled(A, 3, 0), filled(B, 3, 0));

	(void)state;
	assert_true(a.both && !a.ks_usable); /* no p below 2 / C(6, 3) = .1 exists */
	a = analyse_both(filled(A, 4, 0), filled(B, 4, 0));
	assert_true(a.ks_usable);
	a = analyse_both(filled(A, 1, 0), filled(B, 9, 0));
	assert_true(!a.ks_usable);
}

static void constants_same_and_moved(void **state)
{
	struct analysis a = analyse_both(constant(7, 50), constant(7, 60));

	(void)state;
	assert_true(a.ks.d == 0 && a.ks_p.p == 1 && a.psi.psi == 0 && a.js == 0 &&
		    a.wasserstein == 0);
	assert_true(isnan(a.hedges_g) && isnan(a.wasserstein_scaled));
	a = analyse_both(constant(0, 50), constant(10, 50));
	assert_true(a.ks.d == 1 && a.ks_p.p < 1e-20);
	assert_close(a.psi.psi, 2 * (1 - 1e-4) * log(1e4), 1e-10);
	assert_close(a.js, log(2), 1e-14);
}

static void missing_share_is_tested_and_binned(void **state)
{
	struct sample ref = constant(1, 100), cur = constant(1, 50);
	struct analysis a;

	(void)state;
	cur.missing = 50;
	a = analyse(&ref, &cur, &defaults);
	assert_true(a.missing_usable && a.missing_p < 1e-10 && a.ks_p.p == 1);
	assert_close(a.missing_change, 0.5, 1e-15);
	assert_true(a.psi.psi > 1);
	a = analyse(&ref, &cur, &(struct analysis_options){0.05, false, KS_DEFAULT_BUDGET});
	assert_true(a.psi.psi == 0 && a.js == 0);
	sample_release(&ref);
	sample_release(&cur);
}

static void extreme_magnitudes_stay_defined(void **state)
{
	const double huge[] = {-DBL_MAX, -1e300, 0, 1e300, DBL_MAX},
		     tiny[] = {0, 5e-324, 1e-310, 2e-310, -5e-324};
	struct analysis a = analyse_both(filled(huge, 5, 0), filled(tiny, 5, 0));

	(void)state;
	assert_true(isfinite(a.ks.d) && isfinite(a.ks_p.p) && isfinite(a.psi.psi) &&
		    isfinite(a.js) && isfinite(a.js_common50));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reference_values),
		cmocka_unit_test(order_of_arrival_does_not_matter),
		cmocka_unit_test(empty_sides_answer_without_numbers),
		cmocka_unit_test(tiny_samples_are_not_usable),
		cmocka_unit_test(constants_same_and_moved),
		cmocka_unit_test(missing_share_is_tested_and_binned),
		cmocka_unit_test(extreme_magnitudes_stay_defined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
