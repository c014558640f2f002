/*
 * The parts of watching a series: ewma, season, arx, spot, cusum, flat, cadence, hold.
 * Reference values: direct weighted sums in Python; scipy 1.10.1 for the Pareto
 * tail; D. C. Montgomery, "Introduction to Statistical Quality Control", for
 * run lengths of CUSUM (h 4: 168, h 5: 465 at k 0.5).
 */
#include "base/instant.h"
#include "stats/arx.h"
#include "stats/cadence.h"
#include "stats/cusum.h"
#include "stats/ewma.h"
#include "stats/flat.h"
#include "stats/hold.h"
#include "stats/season.h"
#include "stats/spot.h"
#include "stats_test.h"

/* ---- ewma ---- */

static void ewma_is_the_weighted_mean(void **state)
{
	static const double x[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9};
	struct ewma e = EWMA_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(x); i++)
		ewma_add(&e, x[i], 0.25);
	assert_near(e.mean, 7.0524782538414, 1e-14);
	assert_near(e.variance, 4.923495238939889, 1e-14);
	assert_near(ewma_z(&e, 10, 0), (10 - e.mean) / sqrt(e.variance), 1e-15);
	assert_near(ewma_z(&e, 10, 100), (10 - e.mean) / 100, 1e-15);
}

static void ewma_z_is_total(void **state)
{
	struct ewma e = EWMA_INIT;

	(void)state;
	assert_true(ewma_z(&e, 7, 0) == 0);
	for (int i = 0; i < 5; i++)
		ewma_add(&e, 4, 0.1);
	assert_true(ewma_z(&e, 4, 0) == 0);
	assert_true(ewma_z(&e, 4.5, 0) == EWMA_Z_MAX && ewma_z(&e, 3, 0) == -EWMA_Z_MAX);
	assert_near(ewma_z(&e, 4.5, 0.25), 2, 1e-15);
}

/* ---- season ---- */

static int64_t at(int day, int hour)
{
	struct civil c = {2026, 11, day, hour, 30, 0, 0};

	return instant_from_civil(&c);
}

static void season_slots_are_hours_in_the_zone(void **state)
{
	(void)state; /* 2026-11-21 is a Saturday */
	assert_int_equal(season_slot(SEASON_NONE, at(21, 9), 0), 0);
	assert_int_equal(season_slot(SEASON_DAY, at(21, 9), 0), 9);
	assert_int_equal(season_slot(SEASON_DAY, at(21, 23), 3600), 0);
	assert_int_equal(season_slot(SEASON_WORKDAY, at(20, 9), 0), 9);
	assert_int_equal(season_slot(SEASON_WORKDAY, at(21, 9), 0), 24 + 9);
	assert_int_equal(season_slot(SEASON_WORKDAY, at(20, 23), 2 * 3600), 24 + 1);
	assert_int_equal(season_slot(SEASON_WEEK, at(21, 0), -3600), 4 * 24 + 23);
	assert_int_equal(season_slot(SEASON_WEEK, at(16, 0), 0), 0);
	assert_int_equal(season_slot(SEASON_WEEK, -1, 0),
			 2 * 24 + 23); /* 1969-12-31, a Wednesday */
}

static void season_learns_each_slot_and_shrinks_young_ones(void **state)
{
	struct ewma slots[24] = {{0}};
	struct season s = {0};
	struct season_view v;

	(void)state;
	for (int i = 0; i < 24 * 30; i++)
		season_add(&s, &slots[i % 24], i % 24 < 12 ? 10 : 20);
	assert_near(season_at(&s, &slots[3]).mean, 10, 0.1);
	assert_near(season_at(&s, &slots[15]).mean, 20, 0.1);
	v = season_at(&s, &(struct ewma){0});
	assert_near(v.mean, s.all.mean, 1e-15);
	assert_true(v.deviation > 0);
}

/* ---- arx ---- */

static void arx_finds_the_coefficients(void **state)
{
	uint64_t seed = 5;
	struct arx m = ARX_INIT;
	double x1 = 0, x2 = 0, wrong = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		double best = 0.6 * x1 + 0.3 * x2, x = best + random_normal(&seed);

		if (i >= 15000)
			wrong += fabs(arx_expect(&m, 0) - best) / 5000;
		arx_add(&m, x, 0);
		x2 = x1;
		x1 = x;
	}
	assert_true(wrong < 0.1); /* of the noise's deviation, 1 */
	assert_near(m.weights[1], 0.6, 0.15);
	assert_near(m.weights[2], 0.3, 0.3);
}

static void arx_stays_finite(void **state)
{
	static const double wild[] = {0, 0, 0, 1e300, -1e300, 1e-300, 5, 5, 5, 1e18, 0};
	struct arx m = ARX_INIT;

	(void)state;
	for (int i = 0; i < 5000; i++)
		arx_add(&m, wild[(size_t)i % ARRAY_LEN(wild)], 0);
	for (int i = 0; i < 5000; i++)
		arx_add(&m, 42, 42);
	assert_true(isfinite(arx_expect(&m, 42)));
}

/* ---- spot ---- */

static const struct spot_options tail = {0.05, 100, 100000};

static void spot_reads_an_exponential_tail(void **state)
{
	uint64_t seed = 11;
	struct spot s = SPOT_INIT;

	(void)state;
	for (int i = 0; i < 90000; i++)
		spot_add(&s, -log(random_unit(&seed)), &tail);
	assert_near(spot_surprise(&s, log(1e3)), 3, 0.05);
	assert_near(spot_surprise(&s, log(1e5)), 5, 0.1);
	assert_near(spot_level(&s, 4), log(1e4), 0.08);
}

static void spot_reads_a_heavy_tail(void **state)
{
	uint64_t seed = 12;
	struct spot s = SPOT_INIT;

	(void)state;
	for (int i = 0; i < 90000; i++) /* generalised Pareto, shape 0.2 */
		spot_add(&s, (pow(random_unit(&seed), -0.2) - 1) / 0.2, &tail);
	assert_near(spot_level(&s, 3), 14.905358527674863, 0.1);
	assert_near(spot_level(&s, 4), 26.547867224009664, 0.15);
}

static void spot_level_inverts_surprise(void **state)
{
	uint64_t seed = 13;
	struct spot s = SPOT_INIT;

	(void)state;
	assert_true(spot_surprise(&s, 5) == 0 && isinf(spot_level(&s, 2)));
	for (int i = 0; i < 3000; i++)
		spot_add(&s, fabs(random_normal(&seed)), &tail);
	for (double want = 0.1; want < 8; want += 0.3)
		assert_near(spot_surprise(&s, spot_level(&s, want)), want, 1e-9);
}

static void spot_of_constants_is_total(void **state)
{
	struct spot zero = SPOT_INIT, huge = SPOT_INIT;

	(void)state;
	for (int i = 0; i < 500; i++) {
		spot_add(&zero, 0, &tail);
		spot_add(&huge, 1e6, &tail);
	}
	assert_true(spot_surprise(&zero, 0) == 0);
	assert_true(spot_surprise(&zero, 1) == SPOT_MOST);
	assert_true(spot_surprise(&huge, 1e6) >= 0 && isfinite(spot_level(&huge, 3)));
}

/* ---- cusum, shift ---- */

static void cusum_limit_gives_the_published_run_lengths(void **state)
{
	(void)state;
	assert_near(cusum_limit(168, 0.5), 4, 0.01);
	assert_near(cusum_limit(465, 0.5), 5, 0.01);
}

static void cusum_runs_as_long_as_promised(void **state)
{
	enum { RUNS = 400 };
	uint64_t seed = 21;
	double limit = cusum_limit(500, 1), steps = 0;

	(void)state;
	for (int run = 0; run < RUNS; run++) {
		struct cusum c = CUSUM_INIT;

		do
			steps += 1;
		while (cusum_add(&c, random_normal(&seed), 1) <= limit);
	}
	assert_near(steps / RUNS, 500, 0.15); /* three standard errors of 400 runs */
}

static void shift_tells_a_lasting_change_once(void **state)
{
	uint64_t seed = 22;
	struct shift s = SHIFT_INIT;
	int found = 0;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct shift_verdict v =
			shift_add(&s, (i < 2000 ? 50 : 53) + random_normal(&seed), 0, 10000);

		if (!v.found)
			continue;
		found++;
		assert_true(i >= 2000 && i < 2000 + 4 * SHIFT_BATCH);
		assert_near(v.from, 50, 0.02);
		assert_near(v.to, 53, 0.05);
		assert_true(fabs(i - v.points_ago - 2000) <= 2 * SHIFT_BATCH);
	}
	assert_int_equal(found, 1);
}

static void shift_ignores_a_spike_and_a_constant(void **state)
{
	struct shift s = SHIFT_INIT;

	(void)state;
	for (int i = 0; i < 3000; i++)
		assert_false(shift_add(&s, i % 7, 0, 10000).found);
	assert_false(shift_add(&s, 1e9, 0, 10000).found);
	for (int i = 0; i < 3000; i++)
		assert_false(shift_add(&s, 5, 0, 1e12).found && i > 200);
}

/* ---- flat ---- */

static void flat_knows_the_habit(void **state)
{
	struct flat moving = FLAT_INIT, sticky = FLAT_INIT, constant = FLAT_INIT;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		flat_add(&moving, i % 50);
		flat_add(&sticky, i / 10);
		flat_add(&constant, 3);
	}
	assert_true(flat_limit(&moving, 1e5) == 10);
	assert_true(flat_limit(&sticky, 1e5) > 60);
	assert_true(isinf(flat_limit(&constant, 1e5)));
	for (int i = 1; i < 30; i++)
		assert_true(flat_add(&moving, 49) == i + 1);
}

/* ---- cadence ---- */

static void cadence_of_regular_and_random_sources(void **state)
{
	uint64_t seed = 31;
	struct cadence regular = CADENCE_INIT, poisson = CADENCE_INIT;
	int missed = 0;

	(void)state;
	assert_true(isinf(cadence_limit_s(&regular, 3)) && cadence_per_day(&regular) == 0);
	for (int i = 0; i < 100; i++)
		cadence_add(&regular, 60);
	assert_near(cadence_limit_s(&regular, 3), 180, 1e-12);
	assert_near(cadence_per_day(&regular), 1440, 1e-12);
	for (int i = 0; i < 20000; i++) {
		double gap = -60 * log(random_unit(&seed));

		missed += gap > cadence_limit_s(&poisson, 3);
		cadence_add(&poisson, gap);
	}
	assert_true(missed <= 10);
}

/* ---- hold ---- */

static void hold_waits_before_firing_and_before_resolving(void **state)
{
	struct hold h = HOLD_INIT;

	(void)state;
	assert_int_equal(hold_step(&h, true, 0, 10, 20), HOLD_NOTHING);
	assert_int_equal(hold_step(&h, false, 5, 10, 20), HOLD_NOTHING);
	assert_int_equal(h.state, HOLD_IDLE);
	assert_int_equal(hold_step(&h, true, 6, 10, 20), HOLD_NOTHING);
	assert_int_equal(hold_step(&h, true, 16, 10, 20), HOLD_FIRED);
	assert_int_equal(h.since_ns, 6);
	assert_int_equal(hold_step(&h, false, 20, 10, 20), HOLD_NOTHING);
	assert_int_equal(hold_step(&h, true, 30, 10, 20), HOLD_NOTHING);
	assert_int_equal(hold_step(&h, false, 31, 10, 20), HOLD_NOTHING);
	assert_int_equal(hold_step(&h, false, 50, 10, 20), HOLD_NOTHING);
	assert_int_equal(hold_step(&h, false, 51, 10, 20), HOLD_RESOLVED);
	assert_int_equal(hold_step(&h, true, 60, 0, 0), HOLD_FIRED);
	assert_int_equal(hold_step(&h, false, 61, 0, 0), HOLD_RESOLVED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ewma_is_the_weighted_mean),
		cmocka_unit_test(ewma_z_is_total),
		cmocka_unit_test(season_slots_are_hours_in_the_zone),
		cmocka_unit_test(season_learns_each_slot_and_shrinks_young_ones),
		cmocka_unit_test(arx_finds_the_coefficients),
		cmocka_unit_test(arx_stays_finite),
		cmocka_unit_test(spot_reads_an_exponential_tail),
		cmocka_unit_test(spot_reads_a_heavy_tail),
		cmocka_unit_test(spot_level_inverts_surprise),
		cmocka_unit_test(spot_of_constants_is_total),
		cmocka_unit_test(cusum_limit_gives_the_published_run_lengths),
		cmocka_unit_test(cusum_runs_as_long_as_promised),
		cmocka_unit_test(shift_tells_a_lasting_change_once),
		cmocka_unit_test(shift_ignores_a_spike_and_a_constant),
		cmocka_unit_test(flat_knows_the_habit),
		cmocka_unit_test(cadence_of_regular_and_random_sources),
		cmocka_unit_test(hold_waits_before_firing_and_before_resolving),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
