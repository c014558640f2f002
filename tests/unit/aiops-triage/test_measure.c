/* Measures: worked out by hand. */
#include "aiops-triage/classify/measure.h"

#include <math.h>

#include "triage_test.h"

static void share_has_wilsons_interval(void **state)
{
	struct share s = share_of(0, 10);

	(void)state;
	/* z^2 / (n + z^2) for none of n */
	assert_near(s.low, 0);
	assert_near(s.high, 3.841458820694124 / 13.841458820694124);
	s = share_of(10, 10);
	assert_near(s.low, 10 / 13.841458820694124);
	assert_near(s.high, 1);
	/* symmetric about one half: 0.5 -+ z sqrt(1/4n + z^2/4n^2) / (1 + z^2/n) */
	s = share_of(50, 100);
	assert_near(s.low, 0.4038315);
	assert_near(s.low + s.high, 1);
	assert_true(isnan(share_of(0, 0).rate));
}

static void measure_of_nothing_is_unknown(void **state)
{
	struct measure m;

	(void)state;
	measure_outcomes(&m, NULL, 0);
	assert_true(isnan(m.brier) && isnan(m.ece) && m.n_cover == 0);
}

static void measure_is_what_one_works_out(void **state)
{
	struct outcome o[] = {{0.9, true, 1}, {0.9, false, 1}, {0.3, false, 1}, {0.1, false, 1}};
	struct measure m;

	(void)state;
	measure_outcomes(&m, o, 4);
	assert_near(m.brier, (0.01 + 0.81 + 0.09 + 0.01) / 4);
	assert_near(m.brier_base, 0.25 * 0.75);
	/* |0.9 - 0.5| of two, 0.3 and 0.1 of one each */
	assert_near(m.ece, (0.8 + 0.3 + 0.1) / 4);
	/* equal confidences are one step */
	assert_int_equal(m.n_cover, 3);
	assert_int_equal(m.cover[0].right.n, 2);
	assert_int_equal(m.cover[0].right.k, 1);
	assert_near(m.cover[0].threshold, 0.9);
	assert_near(m.cover[2].coverage, 1);
}

static void measure_puts_one_into_the_last_bin(void **state)
{
	struct outcome o[] = {{1, true, 1}, {0, false, 1}};
	struct measure m;

	(void)state;
	measure_outcomes(&m, o, 2);
	assert_int_equal(m.bins[MEASURE_BINS - 1].right.n, 1);
	assert_int_equal(m.bins[0].right.n, 1);
	assert_near(m.ece, 0);
}

/* a: 2 of 3 found, 1 false: F1 2*2/(3+3). b: 1 of 2, 1 false: 2*1/(2+2). c is only said: 0. */
static void macro_f1_is_the_mean_over_classes_that_occur(void **state)
{
	const size_t actual[] = {0, 0, 0, 1, 1}, said[] = {0, 0, 1, 0, 1};
	const size_t said_c[] = {0, 0, 0, 1, 2};

	(void)state;
	assert_near(measure_macro_f1(actual, said, 5, 4), (4.0 / 6 + 2.0 / 4) / 2);
	assert_near(measure_macro_f1(actual, said_c, 5, 4), (1 + 2.0 / 3 + 0) / 3);
	assert_true(isnan(measure_macro_f1(NULL, NULL, 0, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(share_has_wilsons_interval),
		cmocka_unit_test(measure_of_nothing_is_unknown),
		cmocka_unit_test(measure_is_what_one_works_out),
		cmocka_unit_test(measure_puts_one_into_the_last_bin),
		cmocka_unit_test(macro_f1_is_the_mean_over_classes_that_occur),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
