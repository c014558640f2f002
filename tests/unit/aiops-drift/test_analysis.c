#include "aiops-drift/compare/analysis.h"

#include <float.h>

#include "drift_test.h"

static const struct analysis_options defaults = {0.05, true, KS_DEFAULT_BUDGET, 0.001};

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

static struct analysis analyse_samples(struct sample *ref, struct sample *cur,
				       const struct analysis_options *o)
{
	return analyse(&(struct side){.sample = ref}, &(struct side){.sample = cur}, NULL, o);
}

static struct analysis analyse_both(struct sample ref, struct sample cur)
{
	struct analysis a = analyse_samples(&ref, &cur, &defaults);

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
	assert_true(a.both && a.values_usable && !a.missing_usable);
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
	assert_true(!a.both && !a.values_usable && !a.missing_usable);
	assert_true(isnan(a.missing_change) && a.missing_p == 1 && isnan(detectable_d(&a, 0.05)));
	a = analyse_both(filled(A, 0, 0), filled(B, 0, 0));
	assert_true(!a.both && !a.values_usable);
	a = analyse_both(filled(A, 0, 5), filled(B, 0, 9)); /* nothing but missing */
	assert_true(!a.both && !a.missing_usable);
}

static void tiny_samples_are_not_usable(void **state)
{
	struct analysis a = analyse_both(filled(A, 3, 0), filled(B, 3, 0));

	(void)state;
	assert_true(a.both && !a.values_usable); /* no p below 2 / C(6, 3) = .1 exists */
	a = analyse_both(filled(A, 4, 0), filled(B, 4, 0));
	assert_true(a.values_usable);
	a = analyse_both(filled(A, 1, 0), filled(B, 9, 0));
	assert_true(!a.values_usable);
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
	a = analyse_samples(&ref, &cur, &defaults);
	assert_true(a.missing_usable && a.missing_p < 1e-10 && a.ks_p.p == 1);
	assert_close(a.missing_change, 0.5, 1e-15);
	assert_true(a.psi.psi > 1);
	a = analyse_samples(&ref, &cur, &(struct analysis_options){0.05, false, KS_DEFAULT_BUDGET});
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

/* A side of so many observations of each of the texts "a", "b", "c" and so on. */
static struct side told(struct categories *c, struct sample *none, const uint64_t *counts, size_t n,
			int window)
{
	struct side side = {.sample = none};

	for (size_t k = 0; k < n; k++) {
		char text[2] = {(char)('a' + k), '\0'};

		for (uint64_t i = 0; i < counts[k]; i++)
			categories_add(c, span_cstr(text), window);
		side.texts += counts[k];
	}
	return side;
}

static void categories_are_tested_for_homogeneity(void **state)
{
	const uint64_t ref[] = {500, 300, 20, 0}, cur[] = {400, 390, 0, 30};
	struct sample none[2] = {SAMPLE_INIT, SAMPLE_INIT};
	struct categories c;
	struct side r, s;
	struct analysis a;

	(void)state;
	categories_init(&c, 100);
	r = told(&c, &none[0], ref, 4, 0);
	s = told(&c, &none[1], cur, 4, 1);
	a = analyse(&r, &s, &c, &defaults);
	assert_true(a.type == ANALYSIS_CATEGORY && a.both && a.values_usable);
	assert_true(a.ref_n == 820 && a.cur_n == 820);
	assert_close(a.category->h.tvd, 120. / 820, 1e-12);
	assert_true(a.category->n_fresh == 1 && span_is(a.category->fresh[0].text, "d") &&
		    a.category->fresh[0].count == 30);
	assert_true(a.category->n_gone == 1 && span_is(a.category->gone[0].text, "c"));
	assert_true(a.values_p < 1e-10 && a.lower.v > 0.1 && isnan(a.lower.d));
	analysis_release(&a);
	categories_release(&c);
}

static void the_commoner_type_wins_and_the_rest_is_missing(void **state)
{
	const uint64_t texts[] = {10, 20};
	struct sample ref = constant(1, 5), cur = constant(1, 20);
	struct categories c;
	struct side r, s;
	struct analysis a;

	(void)state;
	categories_init(&c, 100);
	r = told(&c, &ref, texts, 2, 0);
	s = told(&c, &cur, texts, 2, 1);
	a = analyse(&r, &s, &c, &defaults);
	assert_true(a.type == ANALYSIS_CATEGORY && a.ref_n == 30 && a.cur_n == 30);
	assert_true(a.ref_mistyped == 5 && a.cur_mistyped == 20 && a.cur_missing == 20);
	assert_true(a.missing_usable && a.missing_change > 0.2);
	analysis_release(&a);
	categories_release(&c);
	sample_release(&ref);
	sample_release(&cur);
}

static void booleans_have_a_mean(void **state)
{
	struct sample none[2] = {SAMPLE_INIT, SAMPLE_INIT};
	struct side r = {&none[0], 0, 0}, s = {&none[1], 0, 0};
	struct categories c;
	struct analysis a;

	(void)state;
	categories_init(&c, 100);
	for (int i = 0; i < 100; i++) {
		categories_add(&c, i < 80 ? SPAN("true") : SPAN("false"), 0);
		categories_add(&c, i < 40 ? SPAN("true") : SPAN("false"), 1);
	}
	r.texts = r.booleans = s.texts = s.booleans = 100;
	a = analyse(&r, &s, &c, &defaults);
	assert_true(a.type == ANALYSIS_BOOLEAN && a.values_p < 1e-7);
	assert_close(a.ref.mean, .8, 1e-15);
	assert_close(a.cur.mean, .4, 1e-15);
	assert_close(moments_std(&a.ref), .4, 1e-15);
	analysis_release(&a);
	categories_release(&c);
}

/* Two groups of values whose distance is known; a last value that is far out moves
 * only the untrimmed distance. */
static void wasserstein_is_trimmed_too(void **state)
{
	struct sample ref = SAMPLE_INIT, cur = SAMPLE_INIT;
	struct analysis a;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		sample_add(&ref, i);
		sample_add(&cur, i == 1999 ? 1e9 : i + 5);
	}
	a = analyse_both(ref, cur);
	assert_true(a.wasserstein > 1e5);
	assert_close(a.wasserstein_trimmed, 5, 1e-9);
}

/* What the gates look at is below the estimate and closes in on it. */
static void lower_ends_close_in_on_effects(void **state)
{
	double last = 0;

	(void)state;
	for (size_t n = 50; n <= 5000; n *= 10) {
		struct sample ref = SAMPLE_INIT, cur = SAMPLE_INIT;
		struct analysis a;

		for (size_t i = 0; i < n; i++) {
			sample_add(&ref, (double)i / (double)n);
			sample_add(&cur, (double)i / (double)n + .3);
		}
		a = analyse_both(ref, cur);
		assert_true(a.lower.d > last && a.lower.d < a.ks.d);
		assert_true(a.lower.g > 0 && a.lower.g < a.hedges_g && a.lower.psi < a.psi.psi);
		last = a.lower.d;
	}
	assert_close(last, .3, .02);
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
		cmocka_unit_test(categories_are_tested_for_homogeneity),
		cmocka_unit_test(the_commoner_type_wins_and_the_rest_is_missing),
		cmocka_unit_test(booleans_have_a_mean),
		cmocka_unit_test(wasserstein_is_trimmed_too),
		cmocka_unit_test(lower_ends_close_in_on_effects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
