/* Reference values: R 4.2.2, p.adjust. */
#include "stats/adjust.h"

#include "stats_test.h"

static void reference_values_in_any_order(void **state)
{
	const double p[] = {.01, .04, .03, .005, .2, .6};
	const struct {
		enum adjustment how;
		double q[6];
	} want[] = {
		{ADJUST_BH, {.03, .06, .06, .03, .24, .6}},
		{ADJUST_BY, {.0735, .147, .147, .0735, .588, 1}},
		{ADJUST_HOLM, {.05, .12, .12, .03, .4, .6}},
		{ADJUST_NONE, {.01, .04, .03, .005, .2, .6}},
	};
	double back[6], q[6];

	(void)state;
	for (size_t i = 0; i < 6; i++)
		back[i] = p[5 - i];
	for (size_t w = 0; w < ARRAY_LEN(want); w++) {
		p_adjust(want[w].how, p, 6, q);
		for (size_t i = 0; i < 6; i++)
			assert_near(q[i], want[w].q[i], 1e-12);
		p_adjust(want[w].how, back, 6, q);
		for (size_t i = 0; i < 6; i++)
			assert_near(q[i], want[w].q[5 - i], 1e-12);
	}
}

static void empty_one_and_equal(void **state)
{
	const double one[] = {.04}, same[] = {.5, .5, .5};
	double q[3] = {9, 9, 9};

	(void)state;
	for (enum adjustment how = ADJUST_BH; how <= ADJUST_NONE; how++) {
		q[0] = 9;
		p_adjust(how, one, 0, q);
		assert_true(q[0] == 9);
		p_adjust(how, one, 1, q);
		assert_true(q[0] == .04);
	}
	p_adjust(ADJUST_BH, same, 3, q);
	assert_true(q[0] == .5 && q[1] == .5 && q[2] == .5);
	p_adjust(ADJUST_HOLM, same, 3, q);
	assert_true(q[0] == 1 && q[1] == 1 && q[2] == 1);
}

/* Holm's guarantee is the stronger: no q of it lies below BH's. */
static void holm_is_never_below_bh(void **state)
{
	double p[40], bh[40], holm[40];
	uint64_t seed = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		p[i] = pow(random_unit(&seed), 3);
	p_adjust(ADJUST_BH, p, ARRAY_LEN(p), bh);
	p_adjust(ADJUST_HOLM, p, ARRAY_LEN(p), holm);
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		assert_true(p[i] <= bh[i] + 1e-15 && bh[i] <= holm[i] + 1e-15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reference_values_in_any_order),
		cmocka_unit_test(empty_one_and_equal),
		cmocka_unit_test(holm_is_never_below_bh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
