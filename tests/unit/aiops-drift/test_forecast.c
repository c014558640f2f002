#include "aiops-drift/alert.h"
#include "aiops-drift/forecast/forecast_model.h"
#include "drift_test.h"

#define N 200

static struct forecast of(double (*f)(int i), const struct forecast_question *q)
{
	double t[N], x[N];

	for (int i = 0; i < N; i++) {
		t[i] = 60 * i;
		x[i] = f(i);
	}
	return forecast_of(t, x, N, q);
}

/* Deterministic, centred, in [-1, 1]. */
static double jitter(int i)
{
	return (double)(i * 7919 % 201 - 100) / 100;
}
static double rising(int i)
{
	return 50 + 0.1 * i + jitter(i);
}
static double falling(int i)
{
	return 50 - 0.1 * i + jitter(i);
}
static double still(int i)
{
	return 50 + jitter(i);
}
static double constant(int i)
{
	(void)i;
	return 7;
}
static double daily(int i)
{
	return 50 + 10 * sin(6.283185307179586 * i / 24) + jitter(i) / 10;
}

static const struct forecast_question above = {METHOD_LINEAR, true,      100,    true,
					       0.05,          24 * 3600, 24 * 60};

static void verdicts(void **state)
{
	struct forecast_question q = above;

	(void)state;
	for (int m = METHOD_LINEAR; m <= METHOD_ROBUST; m++) {
		q = above;
		q.method = (enum forecast_method)m;
		assert_int_equal(of(rising, &q).verdict, FORECAST_WILL_CROSS);
		/* 0.1 a minute from 69.9 on: 301 minutes to 100 */
		assert_close(of(rising, &q).eta, 301 * 60, 12 * 60);
		assert_true(of(rising, &q).eta_low < of(rising, &q).eta);
		assert_int_equal(of(falling, &q).verdict, FORECAST_NO_CROSSING);
		assert_int_equal(of(still, &q).verdict, FORECAST_NO_TREND);
		assert_true(isnan(of(still, &q).eta));
		assert_int_equal(of(constant, &q).verdict, FORECAST_NO_TREND);
		q.threshold = 60;
		assert_int_equal(of(rising, &q).verdict, FORECAST_CROSSED);
		q.threshold = 10;
		q.above = false;
		assert_int_equal(of(falling, &q).verdict, FORECAST_WILL_CROSS);
		q.horizon_s = 3600;
		assert_int_equal(of(falling, &q).verdict, FORECAST_NO_CROSSING);
		q.bounded = false;
		assert_int_equal(of(falling, &q).verdict, FORECAST_NO_THRESHOLD);
	}
}

static void a_season_crosses_at_its_height(void **state)
{
	struct forecast_question q = above;
	struct forecast f;

	(void)state;
	q.method = METHOD_SEASONAL;
	q.period_s = 24 * 60;
	q.threshold = 55;
	f = of(daily, &q);
	/* the last point is at phase 7 of 24 (near 60): it has crossed */
	assert_int_equal(f.verdict, FORECAST_CROSSED);
	q.threshold = 45;
	q.above = false;
	f = of(daily, &q);
	/* below 45 from phase 14 on, 7 minutes later */
	assert_int_equal(f.verdict, FORECAST_WILL_CROSS);
	assert_close(f.eta, 7 * 60, 60);
	q.threshold = 35;
	assert_int_equal(of(daily, &q).verdict, FORECAST_NO_TREND);
}

static void too_little_is_insufficient(void **state)
{
	double t[] = {5, 5, 5, 5}, x[] = {1, 2, 3, 4};
	struct forecast f = forecast_of(t, x, 2, &above);

	(void)state;
	assert_true(f.verdict == FORECAST_INSUFFICIENT && isnan(f.now) && isnan(f.eta));
	for (int m = 0; m < METHODS; m++) {
		struct forecast_question q = above;

		q.method = (enum forecast_method)m;
		assert_int_equal(forecast_of(t, x, 4, &q).verdict, FORECAST_INSUFFICIENT);
		assert_int_equal(forecast_of(t, x, 0, &q).verdict, FORECAST_INSUFFICIENT);
	}
}

static void significant_digits(void **state)
{
	(void)state;
	assert_true(significant(1234.5678, 6) == 1234.57);
	assert_true(significant(-0.000123456789, 3) == -0.000123);
	assert_true(significant(123456789, 2) == 120000000);
	assert_true(significant(0, 3) == 0 && isnan(significant(NAN, 3)));
	assert_true(significant(5e-324, 3) == 5e-324);
	assert_true(isfinite(significant(1.7976931348623157e308, 3)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(a_season_crosses_at_its_height),
		cmocka_unit_test(too_little_is_insufficient),
		cmocka_unit_test(significant_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
