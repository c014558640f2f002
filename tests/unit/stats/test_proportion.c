#include "stats/proportion.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
 * Medicine 17 (1998), table I, method 3: 81 of 263 gives 0.2553 to 0.3662; 15 of 148, 0.0624 to
 * 0.1605; 0 of 20, 0 to 0.1611; 1 of 29, 0.0061 to 0.1718. */
static void test_published_intervals(void **state)
{
	static const struct {
		int64_t k, n;
		double low, high;
	} table[] = {{81, 263, .2553, .3662},
		     {15, 148, .0624, .1605},
		     {0, 20, 0, .1611},
		     {1, 29, .0061, .1718},
		     {29, 29, 1 - .1170, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct proportion p = proportion_of(table[i].k, table[i].n);

		assert_true(p.at == (double)table[i].k / (double)table[i].n);
		assert_true(fabs(p.low - table[i].low) < .00006);
		assert_true(fabs(p.high - table[i].high) < .00006);
	}
}

static void test_none(void **state)
{
	struct proportion p = proportion_of(0, 0);

	(void)state;
	assert_true(isnan(p.at) && isnan(p.low) && isnan(p.high));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_intervals),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
