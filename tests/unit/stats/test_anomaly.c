/*
 * The combined decision: what chance alone raises on noise of several kinds, and what it finds.
 */
#include "stats/anomaly.h"

#include "base/instant.h"
#include "stats_test.h"

#define DAY      288 /* points, one in five minutes */
#define STEP_NS  (300 * NS_PER_S)
#define START_NS (INT64_C(1700000000) * NS_PER_S)

enum noise { IID, MOMENTUM, HEAVY, DAILY, COUNTS, NOISES };

struct source {
	uint64_t seed;
	enum noise kind;
	double last;
};

static double draw(struct source *s, int i)
{
	double e = random_normal(&s->seed), sum = 0;

	switch (s->kind) {
	case MOMENTUM:
		return s->last = 0.9 * s->last + e;
	case HEAVY: /* Student's t with 3 degrees of freedom */
		for (int k = 0; k < 3; k++)
			sum += pow(random_normal(&s->seed), 2);
		return e / sqrt(sum / 3);
	case DAILY:
		return 10 * sin(6.283185307179586 * i / DAY) + e;
	case COUNTS: /* Poisson with mean 3 (D. E. Knuth) */
		for (sum = random_unit(&s->seed), e = 0; sum > exp(-3); e++)
			sum *= random_unit(&s->seed);
		return e;
	default:
		return e;
	}
}

struct watched {
	struct anomaly a;
	struct ewma slots[SEASON_SLOTS_MOST];
};

static struct anomaly_verdict step(struct watched *w, int i, double x)
{
	int slot = season_slot(SEASON_WORKDAY, START_NS + i * STEP_NS, 0);

	return anomaly_step(&w->a, &w->slots[slot], x, 0);
}

/* Alarms a point on this noise, of 12 series of four weeks each, the first 750 points left out. */
static double alarm_rate(enum noise kind, double limit)
{
	struct source s = {40 + (uint64_t)kind, kind, 0};
	int alarms = 0, points = 0;

	for (int series = 0; series < 12; series++) {
		struct watched w = {.a = ANOMALY_INIT};

		for (int i = 0; i < 28 * DAY; i++) {
			struct anomaly_verdict v = step(&w, i, 100 + draw(&s, i));

			points += i >= 750;
			alarms += i >= 750 && v.peak && v.surprise >= limit;
		}
	}
	return (double)alarms / points;
}

static void limit_and_rate_are_inverse(void **state)
{
	(void)state;
	for (double rate = 1e-6; rate < 4e-3; rate *= 1.7)
		assert_near(anomaly_rate(anomaly_limit(rate)), rate, 1e-9);
	assert_true(anomaly_limit(1) == 1 && anomaly_limit(1e-30) == SPOT_MOST);
}

static void chance_raises_as_many_alarms_as_the_budget(void **state)
{
	(void)state;
	for (int kind = 0; kind < NOISES; kind++) {
		double rate = alarm_rate((enum noise)kind, anomaly_limit(0.002));

		print_message("noise %d: %.5f alarms a point, 0.00200 budgeted\n", kind, rate);
		assert_true(rate > 0.0010 && rate < 0.0026);
	}
}

static void a_strict_budget_is_kept(void **state)
{
	(void)state;
	for (int kind = 0; kind < NOISES; kind++)
		assert_true(alarm_rate((enum noise)kind, anomaly_limit(0.0003)) < 0.0006);
}

/* Runs two weeks of noise, then `change` for some hours; whether an alarm came in them, and its
 * verdict. */
static bool finds(enum noise kind, double (*change)(double x, int k), struct anomaly_verdict *found)
{
	struct source s = {77, kind, 0};
	struct watched w = {.a = ANOMALY_INIT};
	double limit = anomaly_limit(0.0005);

	for (int i = 0; i < 14 * DAY + 60; i++) {
		double x = 100 + draw(&s, i);

		*found = step(&w, i, i >= 14 * DAY ? change(x, i - 14 * DAY) : x);
		if (i >= 14 * DAY && found->peak && found->surprise >= limit)
			return true;
	}
	return false;
}

static double spike(double x, int k)
{
	return k == 3 ? x + 8 : x;
}
static double lasting(double x, int k)
{
	(void)k;
	return x + 3;
}
static double half_day_missing(double x, int k)
{
	(void)k; /* the daily wave stands still at its mean where it should rise */
	return x > 103 ? 100 : x;
}
static double nothing(double x, int k)
{
	(void)k;
	return x;
}

static void finds_what_is_odd(void **state)
{
	struct anomaly_verdict v;

	(void)state;
	assert_true(finds(IID, spike, &v));
	assert_true(v.warm && fabs(v.expected - 100) < 1 && v.z > 4);
	assert_true(finds(IID, lasting, &v));
	assert_true(finds(DAILY, half_day_missing, &v));
	assert_false(finds(IID, nothing, &v));
}

static void a_series_that_never_moved_and_then_does(void **state)
{
	struct watched w = {.a = ANOMALY_INIT};
	struct anomaly_verdict v = {0};

	(void)state;
	for (int i = 0; i < 500; i++) {
		v = step(&w, i, 7);
		assert_true(v.surprise == 0);
	}
	v = step(&w, 500, 8);
	assert_true(v.peak && v.surprise > 3 && v.expected == 7);
}

static void extreme_values_leave_it_finite(void **state)
{
	struct watched w = {.a = ANOMALY_INIT};

	(void)state;
	for (int i = 0; i < 3000; i++) {
		double x = i % 97 == 0 ? 1e300 : i % 89 == 0 ? -1e300 : i % 11;
		struct anomaly_verdict v = step(&w, i, x);

		assert_true(isfinite(v.surprise) && v.surprise >= 0 && isfinite(v.z));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limit_and_rate_are_inverse),
		cmocka_unit_test(chance_raises_as_many_alarms_as_the_budget),
		cmocka_unit_test(a_strict_budget_is_kept),
		cmocka_unit_test(finds_what_is_odd),
		cmocka_unit_test(a_series_that_never_moved_and_then_does),
		cmocka_unit_test(extreme_values_leave_it_finite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
