/* Reference values: scipy 1.10.1 (stats.chi2.sf, hypergeom.logpmf, kstwobign.sf). */
#include "stats/special.h"

#include "stats_test.h"

static void chi2_upper_reference_values(void **state)
{
	static const struct {
		double x, dof, p;
	} want[] = {
		{0.5, 1, 0.47950012218695337},     {3.84, 1, 0.05004352124870519},
		{7, 5, 0.22064030793671066},       {100, 5, 5.285148360943219e-20},
		{5.5, 9, 0.7887280055213115},      {200, 200, 0.48670120172085135},
		{1000, 900, 0.010994608942135844}, {1500, 1000, 1.0454640385980825e-22},
		{0.001, 3, 0.9999915920809419},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_near(chi2_upper(want[i].x, want[i].dof), want[i].p, 1e-11);
}

static void chi2_upper_zero_cases(void **state)
{
	(void)state;
	assert_true(chi2_upper(0, 3) == 1);
	assert_true(chi2_upper(-1, 3) == 1);
	assert_true(chi2_upper(5, 0) == 1);
	assert_true(chi2_upper(INFINITY, 3) == 0);
	assert_true(chi2_upper(1e9, 3) == 0);
}

static void gamma_lower_and_upper_sum_to_one(void **state)
{
	(void)state;
	for (double a = 0.5; a < 300; a *= 1.7) {
		for (double x = 0.01; x < 900; x *= 2.1)
			assert_near(gamma_lower(a, x) + gamma_upper(a, x), 1, 1e-13);
	}
	assert_near(gamma_lower(1, 2), -expm1(-2), 1e-14);
}

static void hypergeometric_reference_values(void **state)
{
	(void)state;
	assert_near(hypergeometric_ln(3, 10, 40, 20), -1.4875317025512058, 1e-11);
	assert_near(hypergeometric_ln(0, 30, 470, 100), -6.9219391278450075, 1e-11);
	assert_near(hypergeometric_ln(50, 50000, 50000, 120), -4.2834862291347235, 1e-9);
	assert_near(hypergeometric_ln(12, 20, 20, 25), -1.4156727990249882, 1e-11);
}

static void hypergeometric_sums_to_one(void **state)
{
	double sum = 0;

	(void)state;
	for (int k = 0; k <= 700; k++)
		sum += exp(hypergeometric_ln(k, 1000, 300, 700));
	assert_near(sum, 1, 1e-12);
}

static void hypergeometric_outside_is_impossible(void **state)
{
	(void)state;
	assert_true(isinf(hypergeometric_ln(-1, 5, 5, 3)));
	assert_true(isinf(hypergeometric_ln(4, 5, 5, 3)));
	assert_true(isinf(hypergeometric_ln(0, 5, 2, 3)));
	assert_true(hypergeometric_ln(5, 5, 2, 7) == 0);
}

static void kolmogorov_reference_values(void **state)
{
	static const struct {
		double l, ln_q;
	} want[] = {
		{0.3, -9.305844633751613e-06}, {0.8, -0.6085442804041837},
		{1.17, -2.044923853619714},    {1.18, -2.0918882055887527},
		{1.19, -2.1392570014781143},   {2, -7.306852819477806},
		{5, -49.30685281944005},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_near(kolmogorov_upper_ln(want[i].l), want[i].ln_q, i ? 1e-13 : 1e-9);
	assert_near(kolmogorov_upper(0.8), 0.544142411574198, 1e-13);
	assert_near(kolmogorov_upper(2), 6.70925255779695e-4, 1e-13);
}

static void kolmogorov_forms_meet_at_the_switch(void **state)
{
	(void)state;
	assert_near(kolmogorov_upper(1.18 - 1e-15), kolmogorov_upper(1.18), 1e-13);
}

static void kolmogorov_far_tail_keeps_its_logarithm(void **state)
{
	(void)state;
	assert_true(kolmogorov_upper(100) == 0);
	assert_near(kolmogorov_upper_ln(100), log(2) - 20000, 1e-13);
	assert_true(kolmogorov_upper(0) == 1);
	assert_true(kolmogorov_upper(-1) == 1);
	assert_near(kolmogorov_upper(1e-3), 1, 1e-15);
}

static void stirling_and_deviance_match_their_definitions(void **state)
{
	(void)state;
	for (double n = 1; n < 60; n++) {
		double direct = lgamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(2 * M_PI);

		assert_near(stirling_error(n), direct, 1e-9); /* direct cancels */
	}
	assert_near(deviance(3, 7), 3 * log(3. / 7) + 4, 1e-14);
	assert_near(deviance(0, 7), 7, 1e-15);
	assert_true(deviance(5, 5) == 0);
	assert_near(deviance(1e9 + 1, 1e9), 0.5e-9,
		    1e-8); /* the direct form gives 0 or noise here */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chi2_upper_reference_values),
		cmocka_unit_test(chi2_upper_zero_cases),
		cmocka_unit_test(gamma_lower_and_upper_sum_to_one),
		cmocka_unit_test(hypergeometric_reference_values),
		cmocka_unit_test(hypergeometric_sums_to_one),
		cmocka_unit_test(hypergeometric_outside_is_impossible),
		cmocka_unit_test(kolmogorov_reference_values),
		cmocka_unit_test(kolmogorov_forms_meet_at_the_switch),
		cmocka_unit_test(kolmogorov_far_tail_keeps_its_logarithm),
		cmocka_unit_test(stirling_and_deviance_match_their_definitions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
