/* Reference values: scipy 1.10.1, spearmanr and mannwhitneyu; DeLong's variance by its definition.
 */
#include "stats/relation.h"

#include "stats_test.h"

static const double X[] = {1, 2, 2, 3, 5, 8, 8, 9, 4, 7}, Y[] = {2, 1, 4, 3, 5, 9, 7, 7, 3, 6};
static const double CLASS[] = {0, 0, 1, 0, 0, 1, 1, 1, 0, 1};

static void spearman_reference_values(void **state)
{
	struct relation r = relation_spearman(X, Y, 10);

	(void)state;
	assert_near(r.value, 0.8987730061349695, 1e-12);
	assert_near(r.scaled, atanh(r.value), 1e-12);
	assert_near(r.error, sqrt((1 + r.value * r.value / 2) / 7), 1e-12);
}

static void auc_reference_values(void **state)
{
	struct relation r = relation_auc(X, CLASS, 10);

	(void)state;
	assert_near(r.value, 0.86, 1e-12);
	assert_near(r.error, 0.14560219778561037, 1e-12);
}

static void monotone_transforms_change_nothing(void **state)
{
	double z[10];

	(void)state;
	for (size_t i = 0; i < 10; i++)
		z[i] = exp(X[i]) * 1e6;
	assert_true(relation_spearman(z, Y, 10).value == relation_spearman(X, Y, 10).value);
	assert_true(relation_auc(z, CLASS, 10).value == relation_auc(X, CLASS, 10).value);
}

static void no_spread_and_few_have_no_relation(void **state)
{
	const double same[] = {3, 3, 3, 3, 3};
	struct relation none = relation_spearman(same, Y, 5), one = relation_spearman(X, Y, 10);

	(void)state;
	assert_true(isnan(none.value) && relation_change_p(&none, &one) == 1);
	assert_true(isnan(relation_spearman(X, Y, 3).value));
	assert_true(isnan(relation_auc(X, same, 5).value)); /* all positive */
	assert_true(isnan(relation_auc(X, Y, 0).value));
}

static void perfect_order_stays_finite(void **state)
{
	double up[50], down[50];
	struct relation a, b;

	(void)state;
	for (size_t i = 0; i < 50; i++) {
		up[i] = (double)i;
		down[i] = -(double)i;
	}
	a = relation_spearman(up, up, 50);
	b = relation_spearman(up, down, 50);
	assert_true(a.value == 1 && b.value == -1 && isfinite(a.scaled) && isfinite(b.scaled));
	assert_true(relation_change_p(&a, &b) < 1e-10);
}

/* 2,000 draws with one relation of .5: 5 % +- 1 % of p are at most .05; and of .5 against .2 most.
 */
static double alarms(double rho, bool classes, uint64_t seed)
{
	size_t hits = 0, draws = 2000;

	for (size_t d = 0; d < draws; d++) {
		struct relation r[2];

		for (int w = 0; w < 2; w++) {
			double x[120], y[120], strength = w ? rho : .5;

			for (size_t i = 0; i < 120; i++) {
				x[i] = random_normal(&seed);
				y[i] = strength * x[i] +
				       sqrt(1 - strength * strength) * random_normal(&seed);
			}
			r[w] = classes ? relation_auc(x, y, 120) : relation_spearman(x, y, 120);
		}
		hits += relation_change_p(&r[0], &r[1]) <= .05;
	}
	return (double)hits / (double)draws;
}

static void change_test_keeps_its_level_and_has_power(void **state)
{
	(void)state;
	for (int classes = 0; classes < 2; classes++) {
		double level = alarms(.5, classes, 11);

		if (level < .04 || level > .06)
			fail_msg("%d: level %g", classes, level);
		assert_true(alarms(0, classes, 12) > .8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spearman_reference_values),
		cmocka_unit_test(auc_reference_values),
		cmocka_unit_test(monotone_transforms_change_nothing),
		cmocka_unit_test(no_spread_and_few_have_no_relation),
		cmocka_unit_test(perfect_order_stays_finite),
		cmocka_unit_test(change_test_keeps_its_level_and_has_power),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
