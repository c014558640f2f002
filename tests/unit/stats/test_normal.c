/* Reference values: scipy 1.10.1, norm.sf and norm.isf. */
#include "stats/normal.h"

#include "stats_test.h"

static void tail_reference_values(void **state)
{
	(void)state;
	assert_near(normal_upper(0), .5, 1e-15);
	assert_near(normal_upper(1.959963984540054), .025, 1e-14);
	assert_near(normal_upper(10), 7.619853024160527e-24, 1e-13);
	assert_near(normal_two_sided(-3), .002699796063260189, 1e-13);
}

static void quantile_inverts_the_tail(void **state)
{
	(void)state;
	assert_near(normal_upper_quantile(.05), 1.6448536269514729, 1e-14);
	assert_near(normal_upper_quantile(.025), 1.959963984540054, 1e-14);
	assert_near(normal_upper_quantile(1e-10), 6.361340902404056, 1e-13);
	for (double p = 1e-12; p < 1; p = p < .1 ? p * 10 : p + .07)
		assert_near(normal_upper(normal_upper_quantile(p)), p, 1e-12);
	assert_true(normal_upper_quantile(0) == INFINITY && normal_upper_quantile(1) == -INFINITY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tail_reference_values),
		cmocka_unit_test(quantile_inverts_the_tail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
