/* Reference values: scipy 1.10.1 and numpy 1.24.2 unless a line says otherwise. */
#include "stats/divergence.h"

#include "stats/bins.h"
#include "stats/sample.h"
#include "stats_test.h"

static const uint64_t R[] = {10, 20, 30, 40, 0, 5}, C[] = {15, 25, 20, 30, 4, 0};

static void psi_reference_values(void **state)
{
	struct psi r = psi_of_counts(R, C, 6);

	(void)state;
	assert_near(r.psi, 0.6408250668104137, 1e-13);
	assert_near(r.p, 6.5570699440684205e-06, 1e-10);
	assert_true(r.p_corrected > r.p && r.p_corrected < 1e-3);
	assert_near(r.null_mean, 0.10081053698074977, 1e-13);
	assert_int_equal(r.used, 6);
}

static void psi_zero_cases(void **state)
{
	const uint64_t none[] = {0, 0}, one[] = {9, 0}, two[] = {4, 0};

	(void)state;
	assert_true(psi_of_counts(none, one, 2).psi == 0 && psi_of_counts(none, one, 2).p == 1);
	assert_true(psi_of_counts(one, two, 2).psi == 0 && psi_of_counts(one, two, 2).p == 1);
}

static void psi_and_js_are_symmetric(void **state)
{
	(void)state;
	assert_near(psi_of_counts(R, C, 6).psi, psi_of_counts(C, R, 6).psi, 1e-14);
	assert_near(js_divergence(R, C, 6), js_divergence(C, R, 6), 1e-14);
}

static void js_reference_values(void **state)
{
	const uint64_t p[] = {1, 1, 0}, q[] = {0, 1, 1}, left[] = {5, 0}, right[] = {0, 2};

	(void)state;
	assert_near(js_divergence(R, C, 6), 0.04253579228143922, 1e-13);
	assert_near(js_distance2(js_divergence(R, C, 6)), 0.24772197436786952, 1e-13);
	assert_near(js_divergence(p, q, 3), 0.34657359027997264, 1e-14);
	assert_near(js_distance2(js_divergence(p, q, 3)), 0.70710678118654757, 1e-14);
	assert_near(js_divergence(left, right, 2), log(2), 1e-14);
	assert_near(js_distance2(log(2)), 1, 1e-14);
	assert_true(js_divergence(R, R, 6) == 0);
}

static void js_common50_reference_value(void **state)
{
	const double a[] = {28.7, 29.1, 29.8, 30.0, 30.9, 31.2, 32.2, 33.3, 33.8, 34.6, 35.1, 36.4};
	const double b[] = {35.1, 36.4, 37.7, 38.0, 38.8, 39.9, 40.2, 41.5, 42.8};

	(void)state;
	assert_near(js_common50(a, ARRAY_LEN(a), b, ARRAY_LEN(b)), 0.5603594757135374, 1e-10);
	assert_true(js_common50(a, 0, b, 3) == 0);
	assert_true(js_common50(a, 1, a, 1) == 0);
}

static void chi2_reference_values(void **state)
{
	const uint64_t a[] = {10, 20, 30}, b[] = {6, 9, 17}, c[] = {12, 5}, d[] = {9, 14};
	const uint64_t e[] = {16, 18, 16, 14, 12, 12}, f[] = {16, 16, 16, 16, 16, 8};
	struct chi2 r;

	(void)state;
	r = chi2_homogeneity(a, b, 3);
	assert_near(r.x2, .27157465150403504, 1e-12);
	assert_near(r.p, .873028283380073, 1e-12);
	assert_int_equal(r.dof, 2);
	r = chi2_homogeneity(c, d, 2);
	assert_near(r.x2, 2.720099481440172, 1e-12); /* Yates */
	assert_near(r.p, .09909183934890643, 1e-11);
	assert_near(r.v, sqrt(3.8790069803665155 / 40), 1e-12);
	r = chi2_homogeneity(e, f, 6);
	assert_near(r.x2, 1.62240896358543, 1e-12);
	assert_near(r.p, .89852623940266, 1e-12);
}

static void chi2_single_category_and_empty_side(void **state)
{
	const uint64_t one[] = {5, 0, 0}, other[] = {9, 0, 0}, none[] = {0, 0, 0};
	struct chi2 r = chi2_homogeneity(one, other, 3);

	(void)state;
	assert_true(r.x2 == 0 && r.p == 1 && r.dof == 0 && r.v == 0 && r.tvd == 0);
	r = chi2_homogeneity(one, none, 3);
	assert_true(r.x2 == 0 && r.p == 1);
}

static void new_category_is_found_without_dividing_by_zero(void **state)
{
	const uint64_t ref[] = {50, 50, 0}, cur[] = {40, 40, 20};
	struct chi2 r = chi2_homogeneity(ref, cur, 3);

	(void)state;
	assert_true(isfinite(r.x2) && r.p > 0 && r.p < 1e-4);
	assert_near(r.tvd, 0.2, 1e-13);
}

struct pair {
	double psi, js;
};

static struct pair by_deciles(const struct sample *ref, const struct sample *cur)
{
	uint64_t a[BINS_MAX], b[BINS_MAX];
	struct bins bins = bins_by_quantiles(ref->values, ref->n, 10);

	bins_fill(&bins, ref->values, ref->n, a);
	bins_fill(&bins, cur->values, cur->n, b);
	return (struct pair){psi_of_counts(a, b, bins_count(&bins)).psi,
			     js_divergence(a, b, bins_count(&bins))};
}

/* The project's claim: one value of 1e6 in 10,000 moves PSI and JS by less than 1 %. */
static void one_outlier_in_ten_thousand_moves_neither(void **state)
{
	struct sample ref = SAMPLE_INIT, cur = SAMPLE_INIT;
	struct pair before, after;
	uint64_t seed = 11;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		sample_add(&ref, random_normal(&seed));
		sample_add(&cur, random_normal(&seed) + 1);
	}
	sample_sort(&ref);
	sample_sort(&cur);
	before = by_deciles(&ref, &cur);
	cur.values[5000] = 1e6;
	cur.sorted = false;
	sample_sort(&cur);
	after = by_deciles(&ref, &cur);
	assert_true(before.psi > 0.8 && before.psi < 1.2);
	assert_near(after.psi, before.psi, 0.01);
	assert_near(after.js, before.js, 0.01);
	sample_release(&ref);
	sample_release(&cur);
}

/* Under no change, psi's p is below .05 in 5 % of comparisons. */
static void psi_false_alarm_rate_is_five_percent(void **state)
{
	struct sample ref = SAMPLE_INIT, cur = SAMPLE_INIT;
	uint64_t seed = 20261121, a[BINS_MAX], b[BINS_MAX];
	int alarms = 0, draws = 2000;

	(void)state;
	for (int d = 0; d < draws; d++) {
		struct bins bins;

		ref.n = cur.n = 0;
		for (int i = 0; i < 600; i++) {
			sample_add(&ref, random_unit(&seed));
			sample_add(&cur, random_unit(&seed));
		}
		sample_sort(&ref);
		sample_sort(&cur);
		bins = bins_by_quantiles(ref.values, ref.n, 10);
		bins_fill(&bins, ref.values, ref.n, a);
		bins_fill(&bins, cur.values, cur.n, b);
		alarms += psi_of_counts(a, b, bins_count(&bins)).p <= .05;
	}
	assert_in_range(alarms, draws * 4 / 100, draws * 6 / 100);
	sample_release(&ref);
	sample_release(&cur);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(psi_reference_values),
		cmocka_unit_test(psi_zero_cases),
		cmocka_unit_test(psi_and_js_are_symmetric),
		cmocka_unit_test(js_reference_values),
		cmocka_unit_test(js_common50_reference_value),
		cmocka_unit_test(chi2_reference_values),
		cmocka_unit_test(chi2_single_category_and_empty_side),
		cmocka_unit_test(new_category_is_found_without_dividing_by_zero),
		cmocka_unit_test(one_outlier_in_ten_thousand_moves_neither),
		cmocka_unit_test(psi_false_alarm_rate_is_five_percent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
