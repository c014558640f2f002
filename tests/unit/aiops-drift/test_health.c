#include "aiops-drift/compare/health.h"

#include "drift_test.h"

static struct summary side(uint64_t n, double mean, double std)
{
	return (struct summary){.n = n,
				.mean = mean,
				.variance = std * std,
				.kurtosis = 3,
				.min = mean - 3 * std,
				.max = mean + 3 * std};
}

/* Confidence .90 to .75 over 10,000 values with deviation .1: 1.5 deviations, 106 standard errors.
 */
static void standard_errors_not_deviations(void **state)
{
	struct summary ref = side(10000, .9, .1), cur = side(10000, .75, .1);
	struct health h = health_of(&ref, &cur, 0, false);

	(void)state;
	assert_true(h.status == STATUS_DRIFT && h.feeling == FEELING_VIOLATED && h.alert);
	assert_close(h.mean_z, -.15 / sqrt(2e-6), 1e-9);
	assert_close(h.effect, -1.5, 1e-12);
	assert_string_equal(h.moved, "mean");
}

static void a_sure_but_small_change_is_healthy(void **state)
{
	struct summary ref = side(1000000, 1, .1), cur = side(1000000, 1.001, .1);
	struct health h = health_of(&ref, &cur, 0, false);

	(void)state;
	assert_true(fabs(h.mean_z) > 5);
	assert_true(h.status == STATUS_OK && h.feeling == FEELING_HEALTHY && !h.alert);
}

static void two_and_three_standard_errors(void **state)
{
	/* n = 200 a side: the error of the difference is .1 */
	struct summary ref = side(200, 0, 1), cur = side(200, .25, 1);
	struct health h = health_of(&ref, &cur, 0, false);

	(void)state;
	assert_true(h.status == STATUS_DRIFT && h.feeling == FEELING_ISSUE && !h.alert);
	cur = side(200, .31, 1);
	h = health_of(&ref, &cur, 0, false);
	assert_true(h.feeling == FEELING_VIOLATED && h.alert);
	cur = side(200, .19, 1);
	assert_int_equal(health_of(&ref, &cur, 0, false).feeling, FEELING_HEALTHY);
}

static void variance_and_range_are_seen(void **state)
{
	struct summary ref = side(500, 0, 1), cur = side(500, 0, 1.5);
	struct health h = health_of(&ref, &cur, 0, false);

	(void)state;
	assert_true(h.status == STATUS_DRIFT && h.mean_z == 0);
	assert_string_equal(h.moved, "variance");
	cur = side(500, 0, 1);
	h = health_of(&ref, &cur, 40, false);
	assert_true(h.status == STATUS_DRIFT && h.range_p < 1e-6);
	assert_string_equal(h.moved, "range");
	/* by variance alone, neither mean nor range count */
	cur = side(500, 5, 1);
	assert_int_equal(health_of(&ref, &cur, 400, true).status, STATUS_OK);
}

static void words_where_there_is_too_little(void **state)
{
	struct summary ref = side(500, 0, 1), cur = side(99, 9, 1), none = side(0, 0, 0);
	struct health h = health_of(&ref, &cur, 50, false);

	(void)state;
	assert_true(h.status == STATUS_INSUFFICIENT && h.feeling == FEELING_INSUFFICIENT);
	assert_true(!h.alert && h.z == 0);
	h = health_of(&ref, &none, 0, false);
	assert_true(h.status == STATUS_INSUFFICIENT && h.feeling == FEELING_NONE);
	h = health_of(NULL, &cur, 0, false);
	assert_int_equal(h.status, STATUS_NO_BASELINE);
	assert_int_equal(health_of(&none, &cur, 0, false).status, STATUS_NO_BASELINE);
	assert_string_equal(status_name(STATUS_NO_BASELINE), "error");
	assert_string_equal(status_name(STATUS_DRIFT), "drift_detected");
	assert_string_equal(feeling_name(FEELING_NONE), "no_data");
	assert_string_equal(feeling_name(FEELING_ISSUE), "potential_issue");
}

static void constant_baselines_are_answered(void **state)
{
	struct summary ref = side(500, 7, 0), same = side(500, 7, 0), other = side(500, 8, 0);
	struct health h = health_of(&ref, &same, 0, false);

	(void)state;
	assert_true(h.status == STATUS_OK && h.mean_z == 0 && h.effect == 0);
	h = health_of(&ref, &other, 500, false);
	assert_true(h.status == STATUS_DRIFT && h.alert);
	assert_string_equal(h.moved, "mean");
}

static void moments_beyond_the_doubles_are_no_drift(void **state)
{
	struct summary ref = side(500, 7, 1), cur = side(500, NAN, INFINITY);
	struct buf why = BUF_INIT(256);
	struct health h = health_of(&ref, &cur, 0, false);

	(void)state;
	assert_true(h.status == STATUS_INSUFFICIENT && !h.alert && isnan(h.mean_z));
	health_why(&h, &ref, &cur, &why);
	assert_string_equal(buf_cstr(&why), "the moments are beyond the range of a double");
	buf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standard_errors_not_deviations),
		cmocka_unit_test(a_sure_but_small_change_is_healthy),
		cmocka_unit_test(two_and_three_standard_errors),
		cmocka_unit_test(variance_and_range_are_seen),
		cmocka_unit_test(words_where_there_is_too_little),
		cmocka_unit_test(constant_baselines_are_answered),
		cmocka_unit_test(moments_beyond_the_doubles_are_no_drift),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
