/* Calibration: values that follow from the formulas, and that nothing ever falls. */
#include "aiops-triage/classify/calibrate.h"

#include <math.h>

#include "triage_test.h"

#define MANY 400

static size_t add(struct outcome *o, size_t n, size_t count, double score, bool right)
{
	for (size_t i = 0; i < count; i++)
		o[n + i] = (struct outcome){.score = score, .right = right, .weight = 1};
	return n + count;
}

static void assert_rising(const struct calibration *c)
{
	double last = -1;

	for (int i = 0; i <= 100; i++) {
		double p = calibration_apply(c, i / 100.0);

		assert_true(p >= last && p >= 0 && p <= 1);
		last = p;
	}
}

static void calibration_of_nothing_changes_nothing(void **state)
{
	struct calibration c = {0};

	(void)state;
	assert_near(calibration_apply(&c, 0.37), 0.37);
	assert_string_equal(calibration_name(c.method), "uncalibrated");
}

static void calibration_takes_the_method_that_the_number_allows(void **state)
{
	struct outcome o[MANY];
	struct calibration c;

	(void)state;
	add(o, add(o, 0, 200, 0.4, false), 200, 0.8, true);
	calibration_fit(&c, o, CALIBRATE_MIN - 1);
	assert_int_equal(c.method, CALIBRATION_NONE);
	calibration_fit(&c, o, CALIBRATE_MIN);
	assert_int_equal(c.method, CALIBRATION_PLATT);
	calibration_fit(&c, o, CALIBRATE_ISOTONIC);
	assert_int_equal(c.method, CALIBRATION_ISOTONIC);
}

/* Of one score the fit is the mean of the targets: (k t+ + (n - k) t-) / n. */
static void platt_of_one_score_is_the_mean_of_its_targets(void **state)
{
	struct outcome o[40];
	struct calibration c;
	double right = 31.0 / 32, wrong = 1.0 / 12;

	(void)state;
	add(o, add(o, 0, 30, 0.6, true), 10, 0.6, false);
	calibration_fit_as(&c, CALIBRATION_PLATT, o, 40);
	assert_near(calibration_apply(&c, 0.6), (30 * right + 10 * wrong) / 40);
	assert_rising(&c);
}

/* Of two scores it passes through both means, since it has two parameters. */
static void platt_of_two_scores_meets_both(void **state)
{
	struct outcome o[100];
	struct calibration c;
	double right = 61.0 / 62, wrong = 1.0 / 42;
	size_t n = 0;

	(void)state;
	n = add(o, n, 15, 0.3, true);
	n = add(o, n, 35, 0.3, false);
	n = add(o, n, 45, 0.7, true);
	n = add(o, n, 5, 0.7, false);
	calibration_fit_as(&c, CALIBRATION_PLATT, o, n);
	assert_near(calibration_apply(&c, 0.3), (15 * right + 35 * wrong) / 50);
	assert_near(calibration_apply(&c, 0.7), (45 * right + 5 * wrong) / 50);
	assert_rising(&c);
}

static void platt_never_falls_where_outcomes_do(void **state)
{
	struct outcome o[100];
	struct calibration c;
	size_t n = 0;

	(void)state;
	n = add(o, n, 40, 0.2, true);
	n = add(o, n, 40, 0.8, false);
	calibration_fit_as(&c, CALIBRATION_PLATT, o, n);
	assert_near(calibration_apply(&c, 0.1), calibration_apply(&c, 0.9));
	assert_near(calibration_apply(&c, 0.5), 0.5);
}

static void platt_stands_scores_of_zero_and_one(void **state)
{
	struct outcome o[100];
	struct calibration c;
	size_t n = 0;

	(void)state;
	n = add(o, n, 40, 0, false);
	n = add(o, n, 40, 1, true);
	calibration_fit_as(&c, CALIBRATION_PLATT, o, n);
	assert_true(isfinite(c.a) && isfinite(c.b));
	assert_rising(&c);
	assert_true(calibration_apply(&c, 1) < 1);
}

/* Right 1 of 4, then 3 of 4, then 2 of 4: the last two are pooled to 5 of 8. Rates (k + 1) / (n +
 * 2) stand at the blocks' mean scores, straight lines between. */
static void isotonic_pools_what_falls(void **state)
{
	struct outcome o[12];
	struct calibration c;
	size_t n = 0;

	(void)state;
	n = add(o, n, 1, 0.2, true);
	n = add(o, n, 3, 0.2, false);
	n = add(o, n, 3, 0.5, true);
	n = add(o, n, 1, 0.5, false);
	n = add(o, n, 2, 0.7, true);
	n = add(o, n, 2, 0.7, false);
	calibration_fit_as(&c, CALIBRATION_ISOTONIC, o, n);
	assert_int_equal(c.n_knots, 2);
	assert_near(calibration_apply(&c, 0.1), 2.0 / 6);
	assert_near(calibration_apply(&c, 0.2), 2.0 / 6);
	assert_near(calibration_apply(&c, 0.6), 6.0 / 10);
	assert_near(calibration_apply(&c, 0.4), (2.0 / 6 + 6.0 / 10) / 2);
	assert_near(calibration_apply(&c, 1), 6.0 / 10);
	assert_rising(&c);
}

static void isotonic_of_many_scores_keeps_to_its_room(void **state)
{
	struct outcome o[2000];
	struct calibration c;

	(void)state;
	for (size_t i = 0; i < 2000; i++)
		o[i] = (struct outcome){
			.score = (double)i / 2000, .right = i * 7919 % 2000 < i, .weight = 1};
	calibration_fit_as(&c, CALIBRATION_ISOTONIC, o, 2000);
	assert_true(c.n_knots <= CALIBRATE_KNOTS && c.n_knots > 5);
	assert_rising(&c);
}

static void calibration_weighs_old_outcomes_less(void **state)
{
	struct outcome o[80];
	struct calibration c;

	(void)state;
	add(o, add(o, 0, 40, 0.6, true), 40, 0.6, false);
	for (size_t i = 40; i < 80; i++)
		o[i].weight = 0.125;
	calibration_fit_as(&c, CALIBRATION_PLATT, o, 80);
	assert_near(calibration_apply(&c, 0.6), (40 * 41.0 / 42 + 5 * 1.0 / 7) / 45);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calibration_of_nothing_changes_nothing),
		cmocka_unit_test(calibration_takes_the_method_that_the_number_allows),
		cmocka_unit_test(platt_of_one_score_is_the_mean_of_its_targets),
		cmocka_unit_test(platt_of_two_scores_meets_both),
		cmocka_unit_test(platt_never_falls_where_outcomes_do),
		cmocka_unit_test(platt_stands_scores_of_zero_and_one),
		cmocka_unit_test(isotonic_pools_what_falls),
		cmocka_unit_test(isotonic_of_many_scores_keeps_to_its_room),
		cmocka_unit_test(calibration_weighs_old_outcomes_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
