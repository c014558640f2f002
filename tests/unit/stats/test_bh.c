/* Reference values: R 4.2.2, p.adjust(method = "BH"). */
#include "stats/bh.h"

#include "stats_test.h"

static void bh_reference_values(void **state)
{
	const double p[] = {.01, .04, .03, .005, .2, .6}, want[] = {.03, .06, .06, .03, .24, .6};
	double q[6];

	(void)state;
	bh_adjust(p, 6, q);
	for (size_t i = 0; i < 6; i++)
		assert_near(q[i], want[i], 1e-14);
}

static void bh_order_of_input_does_not_matter(void **state)
{
	const double p[] = {.6, .2, .005, .03, .04, .01}, want[] = {.6, .24, .03, .06, .06, .03};
	double q[6];

	(void)state;
	bh_adjust(p, 6, q);
	for (size_t i = 0; i < 6; i++)
		assert_near(q[i], want[i], 1e-14);
}

static void bh_empty_one_and_equal(void **state)
{
	const double one[] = {.04}, same[] = {.5, .5, .5};
	double q[3] = {9, 9, 9};

	(void)state;
	bh_adjust(one, 0, q);
	assert_true(q[0] == 9);
	bh_adjust(one, 1, q);
	assert_true(q[0] == .04);
	bh_adjust(same, 3, q);
	assert_true(q[0] == .5 && q[1] == .5 && q[2] == .5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bh_reference_values),
		cmocka_unit_test(bh_order_of_input_does_not_matter),
		cmocka_unit_test(bh_empty_one_and_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
