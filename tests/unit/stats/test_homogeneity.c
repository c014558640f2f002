/* Reference values: scipy 1.10.1, chi2_contingency and fisher_exact; effects by their formulas. */
#include "stats/homogeneity.h"

#include "stats_test.h"

static void reference_values(void **state)
{
	const uint64_t a[] = {16, 18, 16, 14, 12, 12}, b[] = {16, 16, 16, 16, 16, 8};
	const uint64_t c[] = {500, 300, 20}, d[] = {400, 390, 30};
	struct homogeneity h = homogeneity(a, b, 6);

	(void)state;
	assert_near(h.chi2.x2, 1.62240896358543, 1e-12);
	assert_near(h.chi2.p, .89852623940266, 1e-12);
	assert_true(h.chi2.dof == 5 && h.pooled == 0 && h.tested == 6 && !h.exact);
	h = homogeneity(c, d, 3);
	assert_near(h.chi2.x2, 24.85024154589372, 1e-12);
	assert_near(h.chi2.p, 4.016415286424474e-06, 1e-10);
	assert_near(h.v_corrected, .118071316375581, 1e-12);
	assert_near(h.linf, 100. / 820, 1e-12);
	assert_true(h.linf_at == 0);
}

static void two_categories_take_yates_or_fisher(void **state)
{
	const uint64_t a[] = {12, 5}, b[] = {9, 14}, c[] = {8, 2}, d[] = {1, 5};
	struct homogeneity h = homogeneity(a, b, 2);

	(void)state;
	assert_near(h.chi2.x2, 2.720099481440172, 1e-12);
	assert_near(h.chi2.p, .09909183934890643, 1e-12);
	assert_true(!h.exact);
	h = homogeneity(c, d, 2);
	assert_true(h.exact);
	assert_near(h.chi2.p, .034965034965034975, 1e-11);
}

/* Three categories of 4, 4 and 5 observations become one, which stands for itself. */
static void rare_categories_are_pooled(void **state)
{
	const uint64_t a[] = {50, 40, 3, 2, 1}, b[] = {45, 48, 1, 2, 4};
	struct homogeneity h = homogeneity(a, b, 5);

	(void)state;
	assert_true(h.categories == 5 && h.pooled == 3 && h.tested == 3);
	assert_near(h.chi2.x2, .9861317629738676, 1e-12);
	assert_near(h.chi2.p, .610751030554373, 1e-12);
	assert_near(h.tvd, .09291666666666665, 1e-12); /* unpooled */
	assert_true(h.v_corrected == 0);
}

static void nothing_but_rare_ones_tests_the_commonest(void **state)
{
	uint64_t a[40] = {3}, b[40] = {0};
	struct homogeneity h;

	(void)state;
	for (size_t k = 1; k < 40; k++) {
		a[k] = k % 2;
		b[k] = (k + 1) % 2;
	}
	h = homogeneity(a, b, 40);
	assert_true(h.categories == 40 && h.tested == 2 && h.exact && h.pooled == 39);
	assert_true(h.chi2.p > .2 && h.chi2.p <= 1);
}

static void empty_sides_and_one_category(void **state)
{
	const uint64_t a[] = {5, 0}, b[] = {9, 0}, none[] = {0, 0};
	struct homogeneity h = homogeneity(a, b, 2);

	(void)state;
	assert_true(h.chi2.p == 1 && h.categories == 1 && h.tvd == 0 && h.v_corrected == 0);
	h = homogeneity(a, none, 2);
	assert_true(h.chi2.p == 1 && h.tvd == 0);
	h = homogeneity(none, none, 2);
	assert_true(h.chi2.p == 1 && h.categories == 0);
	h = homogeneity(NULL, NULL, 0);
	assert_true(h.chi2.p == 1);
}

static void a_hundred_thousand_singletons_are_answered(void **state)
{
	static uint64_t a[100000], b[100000];
	struct homogeneity h;

	(void)state;
	for (size_t k = 0; k < 100000; k++) {
		a[k] = 1 + k % 3 % 2;
		b[k] = 1 + (k + 1) % 3 % 2;
	}
	h = homogeneity(a, b, 100000);
	assert_true(isfinite(h.chi2.p) && h.categories == 100000 && h.tested >= 2);
	assert_true(isfinite(h.tvd) && h.tvd <= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reference_values),
		cmocka_unit_test(two_categories_take_yates_or_fisher),
		cmocka_unit_test(rare_categories_are_pooled),
		cmocka_unit_test(nothing_but_rare_ones_tests_the_commonest),
		cmocka_unit_test(empty_sides_and_one_category),
		cmocka_unit_test(a_hundred_thousand_singletons_are_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
