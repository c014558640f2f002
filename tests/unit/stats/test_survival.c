#include "stats/survival.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* Weeks of remission of Freireich et al. (1963), the data of every textbook: 21 patients under
 * 6-mercaptopurine, of whom 12 were still in remission, and 21 under placebo. The medians
 * and their limits are PROC LIFETEST's, 23 [13, .) and 8 [4, 11]; the other quantiles were worked
 * out from the published formulas by a program in another language. */
static const struct lifetime treated[] = {
	{35, false}, {34, false}, {32, false}, {32, false}, {25, false}, {23, true},  {22, true},
	{20, false}, {19, false}, {17, false}, {16, true},  {13, true},  {11, false}, {10, false},
	{10, true},  {9, false},  {7, true},   {6, false},  {6, true},   {6, true},   {6, true}};
static const double placebo[] = {1, 1, 2,  2,  3,  4,  4,  5,  5,  8, 8,
				 8, 8, 11, 11, 12, 12, 15, 17, 22, 23};
enum { N = 21 };

static void check(const struct lifetime *l, size_t n, double q, double at, double low, double high)
{
	struct survival_quantile s = survival_quantile(l, n, q);

	assert_true(isnan(at) ? isnan(s.at) : s.at == at);
	assert_true(isnan(low) ? isnan(s.low) : s.low == low);
	assert_true(isnan(high) ? isnan(s.high) : s.high == high);
}

static void test_what_has_not_ended_counts(void **state)
{
	struct lifetime l[N];

	(void)state;
	for (size_t i = 0; i < N; i++)
		l[i] = treated[i];
	survival_sort(l, N);
	check(l, N, 0.5, 23, 13, NAN);
	check(l, N, 0.25, 13, 6, 22);
	check(l, N, 0.75, NAN, 23, NAN);
	check(l, N, 0.9, NAN, NAN, NAN);
}

static void test_all_ended(void **state)
{
	struct lifetime l[N];

	(void)state;
	for (size_t i = 0; i < N; i++)
		l[i] = (struct lifetime){placebo[i], true};
	survival_sort(l, N);
	check(l, N, 0.5, 8, 4, 11);
	check(l, N, 0.25, 4, 1, 5);
	check(l, N, 0.9, 17, 12, NAN);
}

static void test_few_or_none(void **state)
{
	struct lifetime l[] = {{5, true}, {3, false}};

	(void)state;
	check(l, 0, 0.5, NAN, NAN, NAN);
	survival_sort(l, 2);
	assert_true(l[0].length == 3);
	check(l, 2, 0.5, 5, 5, NAN);
	check(l, 1, 0.5, NAN, NAN, NAN); /* only the one that has not ended */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_has_not_ended_counts),
		cmocka_unit_test(test_all_ended),
		cmocka_unit_test(test_few_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
