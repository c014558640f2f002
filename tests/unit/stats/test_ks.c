/*
 * Exact p-values: scipy's and R's where they are right (no ties), exact
 * rational arithmetic over all lattice paths otherwise.
 */
#include "stats/ks.h"

#include "stats/sample.h"
#include "stats/special.h"
#include "stats_test.h"

static struct ks_p p_of(struct sample *a, struct sample *b, struct ks *s)
{
	sample_sort(a);
	sample_sort(b);
	*s = ks_statistic(a->values, a->n, b->values, b->n);
	return ks_p_value(s, a->values, b->values, KS_DEFAULT_BUDGET);
}

static void check(struct sample *a, struct sample *b, double d, double p, double tolerance,
		  enum ks_method method)
{
	struct ks s;
	struct ks_p got = p_of(a, b, &s), back;

	assert_near(s.d, d, 1e-6); /* the tables give D rounded */
	assert_near(got.p, p, tolerance);
	assert_near(got.log10_p, log10(p), p == 1 ? 1e-13 : 1e-9);
	assert_int_equal(got.method, method);
	back = p_of(b, a, &s); /* symmetric in its arguments */
	assert_near(back.p, p, tolerance);
	sample_release(a);
	sample_release(b);
}

static void check_values(struct sample a, struct sample b, double d, double p, double tolerance,
			 enum ks_method method)
{
	check(&a, &b, d, p, tolerance, method);
}

static struct sample values(const double *x, size_t n)
{
	struct sample s = SAMPLE_INIT;

	for (size_t i = 0; i < n; i++)
		sample_add(&s, x[i]);
	return s;
}
#define VALUES(...)                                                                                \
	values((const double[]){__VA_ARGS__},                                                      \
	       sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

/* count[k] copies of base + k. */
static struct sample counts(double base, const int *count, size_t n)
{
	struct sample s = SAMPLE_INIT;

	for (size_t k = 0; k < n; k++) {
		for (int i = 0; i < count[k]; i++)
			sample_add(&s, base + (double)k);
	}
	return s;
}
#define COUNTS(base, ...)                                                                          \
	counts(base, (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static struct sample spread(double from, double to, size_t n, double shift)
{
	struct sample s = SAMPLE_INIT;

	for (size_t i = 0; i < n; i++)
		sample_add(&s, from + (to - from) * (double)i / (double)(n - 1) + shift);
	return s;
}

static void exact_small_samples(void **state)
{
	(void)state;
	check_values(VALUES(0), VALUES(1), 1, 1, 1e-12, KS_EXACT);
	check_values(VALUES(1.01, 2.01), VALUES(1, 2, 3), 1. / 3, 1, 1e-12, KS_EXACT_TIES);
	check_values(VALUES(.99, 1.99), VALUES(1, 2, 3), 2. / 3, .6, 1e-12, KS_EXACT_TIES);
	check_values(VALUES(1.01, 2.01), VALUES(1, 2, 3, 4), .5, 14. / 15, 1e-12, KS_EXACT_TIES);
	check_values(VALUES(.99, 1.99), VALUES(1, 2, 3, 4), .75, 6. / 15, 1e-12, KS_EXACT_TIES);
	check_values(VALUES(0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
		     VALUES(4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5), .5, .1893767996709173, 1e-12,
		     KS_EXACT_TIES);
}

static void exact_unequal_sizes(void **state)
{
	struct sample a = spread(1, 100, 100, 0), b = spread(1, 100, 110, 20.1);

	(void)state;
	check(&a, &b, .2109090909, .0157391838656062, 1e-11, KS_EXACT_TIES);
	a = spread(1, 100, 100, 0);
	b = spread(1, 100, 110, 19.9);
	check(&a, &b, .2081818182, .0178038038610256, 1e-11, KS_EXACT_TIES);
	a = spread(1, 200, 10000, -1 / 4.4e6); /* scipy has 4.2e-15 here: its floor */
	b = spread(2, 100, 110, 0);
	check(&a, &b, .5025, 6.26346566226086e-26, 1e-9, KS_EXACT_TIES);
	a = spread(1, 200, 10000, -1 / 4.4e8);
	b = spread(2, 200, 11000, 0);
	check(&a, &b, .00511818182, .999045649148862, 1e-9, KS_EXACT_TIES);
}

static void exact_ties(void **state)
{
	(void)state;
	check_values(VALUES(1, 1.01, 3, 4), VALUES(1.01, .5, .25), 2. / 3, .342857142857143, 1e-12,
		     KS_EXACT_TIES);
	check_values(VALUES(1, 2, 2, 3, 3), VALUES(1, 2, 3, 3, 4, 5), 1. / 3, .740259740259740,
		     1e-12, KS_EXACT_TIES);
	check_values(COUNTS(2, 3, 4, 0, 5, 4), COUNTS(3, 3, 4, 0, 5, 4), .3125, .198209883373504,
		     1e-12, KS_EXACT_TIES);
	check_values(COUNTS(2, 3, 4, 0, 10, 4), COUNTS(3, 10, 2, 0, 10, 4), .347985347985348,
		     .0352177271168393, 1e-12, KS_EXACT_TIES);
	check_values(VALUES(1, 1, 2, 3, 5, 8, 13), VALUES(2, 2, 3, 4, 5, 9, 14, 15, 16), 1. / 3,
		     .5305944055944056, 1e-12, KS_EXACT_TIES);
	check_values(COUNTS(0, 7, 33, 32, 37, 30, 37, 29, 27, 26, 32, 10),
		     COUNTS(0, 3, 36, 40, 27, 54, 46, 34, 40, 34, 40, 46), .0983333333,
		     .0268518132257906, 1e-11, KS_EXACT_TIES);
}

/* Few values, many copies: the runs are crossed in one step. */
static void exact_heavy_ties(void **state)
{
	(void)state;
	check_values(COUNTS(0, 7, 3), COUNTS(0, 3, 9), .45, .08355730956350152, 1e-12,
		     KS_EXACT_TIES);
	check_values(COUNTS(1, 40, 30, 30), COUNTS(1, 25, 30, 65), .24166666667,
		     .000463129787515697, 1e-11, KS_EXACT_TIES);
	check_values(COUNTS(0, 50), COUNTS(10, 50), 1, 1.9823306042836678e-29, 1e-11,
		     KS_EXACT_TIES);
	check_values(COUNTS(0, 9, 120, 11), COUNTS(0, 22, 90, 8), .11904761905, .003908121814792645,
		     1e-11, KS_EXACT_TIES);
	check_values(COUNTS(0, 32, 42, 41, 35), COUNTS(0, 27, 39, 50, 54), 2680. / 25500,
		     .10302617868606925, 1e-11, KS_EXACT_TIES);
	check_values(COUNTS(0, 46, 36, 30, 32, 25, 31), COUNTS(0, 11, 22, 8, 16, 12, 21),
		     1940. / 18000, .1915539975702653, 1e-11, KS_EXACT_TIES);
	check_values(COUNTS(0, 15, 13, 10, 10, 12), COUNTS(0, 7, 18, 6, 14, 15), 480. / 3600,
		     .30431785807583567, 1e-11, KS_EXACT_TIES);
	check_values(COUNTS(0, 41, 42, 37), COUNTS(0, 30, 42, 58), 2150. / 15600,
		     .04118290643572347, 1e-11, KS_EXACT_TIES);
}

/* 2,000,000 values on 6 numbers: the step-by-step recursion would not be affordable. */
static void heavy_ties_stay_exact_in_large_samples(void **state)
{
	struct sample a = COUNTS(0, 100000, 200000, 300000, 200000, 100000, 100000);
	struct sample b = COUNTS(0, 100900, 200900, 299000, 199000, 100200, 100000);
	struct ks s;
	struct ks_p p = p_of(&a, &b, &s);

	(void)state;
	assert_int_equal(p.method, KS_EXACT_TIES);
	assert_near(s.d, .0018, 1e-12);
	assert_true(p.p > 1e-3 && p.p < kolmogorov_upper(.0018 * sqrt(5e5)));
	sample_release(&a);
	sample_release(&b);
}

/* n = m without ties, the maximum difference being k0 of n. */
static struct ks_p equal_sizes(int64_t n, int64_t k0)
{
	struct ks s = {.n = n, .m = n, .h = k0 * n, .d = (double)k0 / (double)n};

	return ks_p_value(&s, NULL, NULL, KS_DEFAULT_BUDGET);
}

static void closed_form_reference_values(void **state)
{
	static const struct {
		int64_t n, k0;
		double p;
	} want[] = {
		{10, 5, .16782134},
		{20, 7, .17453300},
		{100, 3, .999999999996206},
		{100, 15, .21117008625127567},
		{1000, 50, .16411447756429134},
		{10000, 200, .03662861114079254},
		{1000000, 3000, 2.4681738679905e-4},
		{1000000, 5458, 2.30909662776098e-13},
		{10000000, 40000, 6.5122500142149e-70},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		struct ks_p p = equal_sizes(want[i].n, want[i].k0);

		assert_int_equal(p.method, KS_EXACT);
		assert_near(p.p, want[i].p, i < 2 ? 1e-6 : 1e-11);
	}
}

static void closed_form_underflow_keeps_its_logarithm(void **state)
{
	struct ks_p p = equal_sizes(1000000, 1000000);

	(void)state;
	assert_true(p.p == 0);
	/* 2 / C(2n, n), n = 1e6: log10 = log10(2) - (2n log10 2 - log10(pi n)/2) */
	assert_near(p.log10_p, log10(2) - 2e6 * log10(2) + log10(M_PI * 1e6) / 2, 1e-12);
	assert_near(p.log10_p, ks_log10_floor(1000000, 1000000), 1e-12);
}

/* The closed form and the recursion are one law. */
static void closed_form_agrees_with_the_recursion(void **state)
{
	struct sample a = SAMPLE_INIT, b = SAMPLE_INIT;
	uint64_t seed = 3;
	struct ks s;
	struct ks_p closed, stepped;

	(void)state;
	for (int i = 0; i < 400; i++) {
		sample_add(&a, random_normal(&seed));
		sample_add(&b, random_normal(&seed) + .15);
	}
	closed = p_of(&a, &b, &s);
	assert_int_equal(closed.method, KS_EXACT);
	s.ties = true; /* asks for the other method */
	stepped = ks_p_value(&s, a.values, b.values, KS_DEFAULT_BUDGET);
	assert_int_equal(stepped.method, KS_EXACT_TIES);
	assert_near(stepped.p, closed.p, 1e-11);
	sample_release(&a);
	sample_release(&b);
}

static void limit_when_the_budget_is_too_small(void **state)
{
	struct ks equal = {
		.n = 1000000, .m = 1000000, .h = 3000 * INT64_C(1000000), .d = .003, .ties = true};
	struct ks unequal = {.n = 1000, .m = 10000, .h = 400000, .d = .04};
	struct ks_p p = ks_p_value(&equal, NULL, NULL, 100);

	(void)state;
	assert_int_equal(p.method, KS_ASYMPTOTIC);
	assert_near(p.p, 2.46819608172895e-4, 1e-9);
	p = ks_p_value(&unequal, NULL, NULL, 100);
	assert_int_equal(p.method, KS_ASYMPTOTIC);
	assert_near(p.p, .106658, .005); /* exact; Stephens' form is -.2 % off here */
}

/* scipy issue 12999: p = 1 for clearly different samples of nearly equal sizes. */
static void exact_and_limit_agree_for_nearly_equal_sizes(void **state)
{
	(void)state;
	for (size_t n = 1000; n <= 9000; n += 4000) {
		struct sample a = spread(0, 1, n, 0), b = spread(0, 1, n + 10, .0401);
		struct ks s;
		struct ks_p exact = p_of(&a, &b, &s), limit = ks_p_value(&s, a.values, b.values, 1);

		assert_int_equal(exact.method, KS_EXACT_TIES);
		assert_int_equal(limit.method, KS_ASYMPTOTIC);
		assert_true(exact.p < 3 * limit.p && limit.p < 3 * exact.p);
		sample_release(&a);
		sample_release(&b);
	}
}

/* scipy issue 11184: p = 1 for clearly different samples of 3,500 and 4,000; 12218 and 14019: sizes
 * from 2^21 on overflowed the products of the sizes. */
static void large_and_different_is_never_p_one(void **state)
{
	struct sample a = spread(0, 1, 3500, 0), b = spread(0, 1, 4000, .2);
	const int64_t n = INT64_C(1) << 21, m = n + 1;
	struct ks s, big = {.n = n, .m = m, .h = n / 1000 * m, .d = (double)(n / 1000) / (double)n};
	struct ks_p p = p_of(&a, &b, &s);

	(void)state;
	assert_true(p.p < 1e-30 && p.p > 0);
	assert_near(s.d, .2, .01);
	sample_release(&a);
	sample_release(&b);
	p = ks_p_value(&big, NULL, NULL, 1); /* D .001, en 2^20: lambda 1.024 */
	assert_int_equal(p.method, KS_ASYMPTOTIC);
	assert_near(p.p, .245, .02);
	big = (struct ks){.n = n, .m = n, .h = n / 100 * n, .d = (double)(n / 100) / (double)n};
	p = ks_p_value(&big, NULL, NULL, KS_DEFAULT_BUDGET); /* closed form; lambda 10.24 */
	assert_int_equal(p.method, KS_EXACT);
	assert_near(p.log10_p, (log(2) - 2 * 104.856) / log(10), .001);
}

static void statistic_details(void **state)
{
	const double a[] = {1, 2, 3, 4}, b[] = {3, 5, 6, 7};
	struct ks s = ks_statistic(a, 4, b, 4);

	(void)state;
	assert_true(s.d == .75 && s.d_plus == .75 && s.d_minus == 0 && s.at == 4 && s.ties);
	s = ks_statistic(b, 4, a, 4);
	assert_true(s.d == .75 && s.d_plus == 0 && s.d_minus == .75);
	s = ks_statistic(a, 4, a, 4);
	assert_true(s.d == 0 && ks_p_value(&s, a, a, KS_DEFAULT_BUDGET).p == 1);
}

static void empty_sides_give_p_one(void **state)
{
	const double a[] = {1, 2};
	struct ks s = ks_statistic(a, 2, a, 0);

	(void)state;
	assert_true(s.d == 0 && ks_p_value(&s, a, a, KS_DEFAULT_BUDGET).p == 1);
	s = ks_statistic(a, 0, a, 0);
	assert_true(s.d == 0 && ks_p_value(&s, a, a, KS_DEFAULT_BUDGET).p == 1);
}

static void floor_of_small_samples(void **state)
{
	(void)state;
	assert_near(ks_log10_floor(3, 3), log10(2. / 20), 1e-12);
	assert_near(ks_log10_floor(4, 4), log10(2. / 70), 1e-12);
	assert_near(ks_log10_floor(1, 5), log10(2. / 6), 1e-12);
	assert_true(ks_log10_floor(0, 5) == 0 && fabs(ks_log10_floor(1, 1)) < 1e-12);
}

/* The share of draws under no change whose exact p is at most .05. */
static double false_alarm_rate(size_t n, size_t m, double (*draw)(uint64_t *), uint64_t seed)
{
	struct sample a = SAMPLE_INIT, b = SAMPLE_INIT;
	int alarms = 0, draws = 2000;

	for (int d = 0; d < draws; d++) {
		struct ks s;

		a.n = b.n = 0;
		for (size_t i = 0; i < n; i++)
			sample_add(&a, draw(&seed));
		for (size_t i = 0; i < m; i++)
			sample_add(&b, draw(&seed));
		alarms += p_of(&a, &b, &s).p <= .05;
	}
	sample_release(&a);
	sample_release(&b);
	return (double)alarms / draws;
}

static double small_integer(uint64_t *seed)
{
	return floor(40 * random_unit(seed));
}

static void false_alarm_rate_is_five_percent(void **state)
{
	(void)state;
	assert_near(false_alarm_rate(211, 200, random_unit, 1), .05, .2);   /* exact, unequal */
	assert_near(false_alarm_rate(500, 500, random_unit, 2), .05, .2);   /* closed form */
	assert_near(false_alarm_rate(300, 250, small_integer, 3), .05, .2); /* tied */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_small_samples),
		cmocka_unit_test(exact_unequal_sizes),
		cmocka_unit_test(exact_ties),
		cmocka_unit_test(exact_heavy_ties),
		cmocka_unit_test(heavy_ties_stay_exact_in_large_samples),
		cmocka_unit_test(closed_form_reference_values),
		cmocka_unit_test(closed_form_underflow_keeps_its_logarithm),
		cmocka_unit_test(closed_form_agrees_with_the_recursion),
		cmocka_unit_test(limit_when_the_budget_is_too_small),
		cmocka_unit_test(exact_and_limit_agree_for_nearly_equal_sizes),
		cmocka_unit_test(large_and_different_is_never_p_one),
		cmocka_unit_test(statistic_details),
		cmocka_unit_test(empty_sides_give_p_one),
		cmocka_unit_test(floor_of_small_samples),
		cmocka_unit_test(false_alarm_rate_is_five_percent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
