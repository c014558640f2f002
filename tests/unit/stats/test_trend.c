/*
 * Lines and smoothing into the future, and how often noise alone seems to go somewhere.
 * Reference values: scipy 1.10.1 (stats.t, linregress, theilslopes).
 */
#include "stats/trend.h"

#include "stats/holt.h"
#include "stats/normal.h"
#include "stats/student.h"
#include "stats_test.h"

static const double T[] = {0, 1, 2, 3, 5, 8, 13, 21, 34, 55};
static const double X[] = {2, 3.1, 3.9, 5.2, 7, 9.8, 15.5, 22.9, 36.1, 57};

static void student_reference_values(void **state)
{
	(void)state;
	assert_near(student_upper(2.5, 7), 0.020496109292876437, 1e-12);
	assert_near(student_upper(30, 3), 4.067640213581984e-05, 1e-11);
	assert_near(student_upper(-2.5, 7), 1 - 0.020496109292876437, 1e-14);
	assert_near(student_upper(0, 4), 0.5, 1e-15);
	/* one degree is Cauchy's law; scipy's quantiles hold 1e-9, its tails all digits */
	assert_near(student_upper_quantile(0.05, 1), tan(3.14159265358979323846 * 0.45), 1e-13);
	assert_near(student_upper_quantile(0.05, 2.5), 2.558218614136003, 1e-10);
	assert_near(student_upper_quantile(0.05, 10), 1.8124611228107341, 1e-10);
	assert_near(student_upper_quantile(0.025, 7), 2.3646242510103, 1e-9);
	assert_near(student_upper_quantile(1e-6, 4), 41.577854150453575, 1e-10);
	assert_true(isnan(student_upper_quantile(0.7, 3)));
}

static void least_squares_reference_values(void **state)
{
	struct trend l = trend_least_squares(T, X, ARRAY_LEN(T), 0.05);

	(void)state;
	assert_true(l.known && l.r1 == 0 && l.independent == 10);
	assert_near(l.slope, 0.9998609952738392, 1e-13);
	assert_near(trend_at(&l, 0), 2.0519738671114833, 1e-12);
	assert_near(l.r2, 0.9998801087890566, 1e-13);
	assert_near(l.variance, 0.04311804976369204, 1e-11);
	assert_near(sqrt(l.variance / l.spread), 0.0038709213050598596, 1e-11);
	assert_near(l.quantile, 1.8595480375228424, 1e-10);
}

static void theil_sen_ignores_an_outlier(void **state)
{
	double x[ARRAY_LEN(X)];
	struct trend l;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(X); i++)
		x[i] = i == 4 ? 500 : X[i];
	l = trend_theil_sen(T, x, ARRAY_LEN(T), 0.05);
	assert_near(l.slope, 1, 1e-12);
	assert_true(fabs(trend_at(&l, 55) - 57) < 1);
	assert_true(trend_least_squares(T, x, ARRAY_LEN(T), 0.05).r2 < 0.1);
}

static void crossings_lie_on_the_bounds(void **state)
{
	uint64_t seed = 3;
	double t[200], x[200];

	(void)state;
	for (int trial = 0; trial < 200; trial++) {
		bool above = trial % 2 == 0;
		double sign = above ? 1 : -1, threshold = above ? 90 : 10;
		struct trend_crossing c;
		struct trend l;

		for (int i = 0; i < 200; i++) {
			t[i] = i;
			x[i] = 50 + sign * (0.1 * i + random_normal(&seed));
		}
		l = trend_least_squares(t, x, 200, 0.05);
		c = trend_crosses(&l, threshold, above, 199);
		assert_true(c.earliest < c.expected && c.expected < c.latest);
		assert_near(trend_at(&l, c.expected), threshold, 1e-9);
		assert_near(trend_at(&l, c.earliest) + sign * trend_band(&l, c.earliest), threshold,
			    1e-6);
		assert_near(trend_at(&l, c.latest) - sign * trend_band(&l, c.latest), threshold,
			    1e-6);
		assert_true(trend_band_of_value(&l, 300) > trend_band(&l, 300));
	}
}

static void crossings_that_never_come(void **state)
{
	double t[] = {0, 1, 2, 3, 4, 5}, down[] = {6, 5, 4.1, 3, 2, 1}, flat[] = {3, 3, 3, 3, 3, 3};
	struct trend l = trend_least_squares(t, down, 6, 0.05);
	struct trend_crossing c = trend_crosses(&l, 100, true, 5);

	(void)state;
	assert_true(isinf(c.expected) && isinf(c.earliest) && isinf(c.latest));
	c = trend_crosses(&l, 0.5, true, 5);
	assert_true(c.expected == 5);
	l = trend_least_squares(t, flat, 6, 0.05);
	assert_true(l.known && trend_is_flat(&l) && l.variance == 0);
	c = trend_crosses(&l, 4, true, 5);
	assert_true(isinf(c.expected) && isinf(c.latest));
	assert_false(trend_least_squares(t, flat, 2, 0.05).known);
	assert_false(trend_least_squares(flat, t, 6, 0.05).known);
	assert_false(trend_theil_sen(flat, t, 6, 0.05).known);
}

/* ---- false crossings: level 60, deviation 5, threshold 100, 60 minutes of points, a day ahead
 * ---- */

enum { POINTS = 60, AHEAD = 24 * 60, TRIALS = 2000 };

static void noise(uint64_t *seed, double momentum, double *x)
{
	double last = random_normal(seed), fresh = sqrt(1 - momentum * momentum);

	for (int i = 0; i < POINTS; i++) {
		last = momentum * last + fresh * random_normal(seed);
		x[i] = 60 + 5 * last;
	}
}

typedef bool alarms(const double *t, const double *x);

static bool line_alarms(const struct trend *l)
{
	return trend_crosses(l, 100, true, POINTS - 1).latest <= POINTS - 1 + AHEAD;
}

static bool least_squares_alarms(const double *t, const double *x)
{
	struct trend l = trend_least_squares(t, x, POINTS, 0.05);

	return line_alarms(&l);
}

static bool theil_sen_alarms(const double *t, const double *x)
{
	struct trend l = trend_theil_sen(t, x, POINTS, 0.05);

	return line_alarms(&l);
}

/* What predict_linear does: the line without any bound. */
static bool bare_line_alarms(const double *t, const double *x)
{
	struct trend l = trend_least_squares(t, x, POINTS, 0.05);

	return trend_at(&l, POINTS - 1 + AHEAD) > 100;
}

static bool holt_alarms(const double *t, const double *x)
{
	double z = normal_upper_quantile(0.05);
	struct holt_step s;
	struct holt h;
	bool found = false;

	(void)t;
	assert_true(holt_fit(&h, x, POINTS, 0));
	s = holt_begin(&h);
	for (int i = 0; i < AHEAD; i++) {
		holt_next(&s);
		found |= s.mean - z * s.deviation > 100;
	}
	holt_release(&h);
	return found;
}

static double share_of(alarms *f, double momentum, int trials)
{
	uint64_t seed = 99;
	double t[POINTS], x[POINTS];
	int found = 0;

	for (int i = 0; i < POINTS; i++)
		t[i] = i;
	for (int i = 0; i < trials; i++) {
		noise(&seed, momentum, x);
		found += f(t, x);
	}
	return (double)found / trials;
}

static void noise_rarely_crosses(void **state)
{
	static const double momenta[] = {0, 0.9};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(momenta); i++) {
		double m = momenta[i], bare = share_of(bare_line_alarms, m, TRIALS);
		double ols = share_of(least_squares_alarms, m, TRIALS);
		double sen = share_of(theil_sen_alarms, m, 500);
		double holt = share_of(holt_alarms, m, 300);

		print_message("false crossings, momentum %.1f: bare line %.3f, least squares %.3f, "
			      "Theil-Sen %.3f, damped trend %.3f\n",
			      m, bare, ols, sen, holt);
		assert_true(ols <= 0.05 && sen <= 0.05 && holt <= 0.05);
	}
	assert_true(share_of(bare_line_alarms, 0.9, 500) > 0.3); /* or the test shows nothing */
}

/* ---- smoothing ---- */

static void holt_follows_a_season(void **state)
{
	enum { PERIOD = 24, N = 24 * 10 };
	uint64_t seed = 8;
	double x[N], wrong = 0;
	struct holt_step s;
	struct holt h;

	(void)state;
	for (int i = 0; i < N; i++)
		x[i] = 100 + 10 * sin(6.283185307179586 * i / PERIOD) + random_normal(&seed);
	x[50] = x[120] = x[121] = NAN;
	assert_true(holt_fit(&h, x, N, PERIOD));
	assert_int_equal(h.n, N - 3);
	s = holt_begin(&h);
	for (int i = N; i < N + 2 * PERIOD; i++) {
		holt_next(&s);
		wrong += fabs(s.mean - 100 - 10 * sin(6.283185307179586 * i / PERIOD)) /
			 (2 * PERIOD);
	}
	assert_true(wrong < 1);
	assert_near(sqrt(h.variance), 1, 0.35);
	holt_release(&h);
}

static void holt_follows_a_trend_and_damps_it(void **state)
{
	uint64_t seed = 9;
	double x[300], first, last;
	struct holt_step s;
	struct holt h;

	(void)state;
	for (int i = 0; i < 300; i++)
		x[i] = 5 + 0.5 * i + 0.1 * random_normal(&seed);
	assert_true(holt_fit(&h, x, 300, 0));
	s = holt_begin(&h);
	holt_next(&s);
	first = s.mean;
	assert_near(first, 155, 0.01);
	for (int i = 0; i < 1000; i++)
		holt_next(&s);
	last = s.mean;
	assert_true(last > 160 && last < 155 + 0.5 * 1000);
	holt_release(&h);
}

/* Forecast intervals hold what they promise on a random walk: variance grows by one step's each
 * step. */
static void holt_intervals_hold(void **state)
{
	uint64_t seed = 10;
	int inside = 0;

	(void)state;
	for (int trial = 0; trial < 300; trial++) {
		double x[200], y = 0;
		struct holt_step s;
		struct holt h;

		for (int i = 0; i < 200; i++)
			x[i] = y += random_normal(&seed);
		assert_true(holt_fit(&h, x, 200, 0));
		s = holt_begin(&h);
		for (int i = 0; i < 20; i++) {
			y += random_normal(&seed);
			holt_next(&s);
		}
		inside += fabs(y - s.mean) <= normal_upper_quantile(0.05) * s.deviation;
		holt_release(&h);
	}
	print_message("90 %% intervals 20 steps ahead held %d of 300\n", inside);
	assert_true(inside > 240);
}

static void holt_refuses_what_is_too_short(void **state)
{
	double x[20] = {0};
	struct holt h;

	(void)state;
	assert_false(holt_fit(&h, x, 9, 0));
	holt_release(&h);
	assert_false(holt_fit(&h, x, 20, 10));
	holt_release(&h);
	assert_true(holt_fit(&h, x, 20, 0));
	assert_true(h.variance == 0);
	holt_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(student_reference_values),
		cmocka_unit_test(least_squares_reference_values),
		cmocka_unit_test(theil_sen_ignores_an_outlier),
		cmocka_unit_test(crossings_lie_on_the_bounds),
		cmocka_unit_test(crossings_that_never_come),
		cmocka_unit_test(noise_rarely_crosses),
		cmocka_unit_test(holt_follows_a_season),
		cmocka_unit_test(holt_follows_a_trend_and_damps_it),
		cmocka_unit_test(holt_intervals_hold),
		cmocka_unit_test(holt_refuses_what_is_too_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
