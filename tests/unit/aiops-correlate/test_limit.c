#include "aiops-correlate/suppress/limit.h"

#include "correlate_test.h"

#define MINUTE (60 * NS_PER_S)

/* Any hour, not each full one: 09:50 and 10:10 are in one. */
static void limit_holds_for_any_hour(void **state)
{
	struct limit l;

	(void)state;
	limit_init(&l, 2);
	assert_true(limit_take(&l, T0 + 50 * MINUTE, false));
	assert_true(limit_take(&l, T0 + 70 * MINUTE, false));
	assert_false(limit_take(&l, T0 + 71 * MINUTE, false));
	assert_false(limit_take(&l, T0 + 110 * MINUTE - 1, false));
	assert_true(limit_take(&l, T0 + 110 * MINUTE, false));
	assert_false(limit_take(&l, T0 + 129 * MINUTE, false));
	limit_release(&l);
}

static void limit_must_is_told_and_counts(void **state)
{
	struct limit l;

	(void)state;
	limit_init(&l, 1);
	assert_true(limit_take(&l, T0, false));
	assert_true(limit_take(&l, T0 + 30 * MINUTE, true));
	assert_false(limit_take(&l, T0 + 61 * MINUTE, false));
	assert_true(limit_take(&l, T0 + 90 * MINUTE, false));
	limit_release(&l);
}

static void limit_a_clock_that_goes_back_gives_nothing(void **state)
{
	struct limit l;

	(void)state;
	limit_init(&l, 1);
	assert_true(limit_take(&l, T0, false));
	assert_false(limit_take(&l, T0 - 300 * MINUTE, false));
	limit_release(&l);
	limit_init(&l, 0);
	for (int i = 0; i < 1000; i++)
		assert_true(limit_take(&l, T0, false));
	limit_release(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limit_holds_for_any_hour),
		cmocka_unit_test(limit_must_is_told_and_counts),
		cmocka_unit_test(limit_a_clock_that_goes_back_gives_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
