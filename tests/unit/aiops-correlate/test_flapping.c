#include "aiops-correlate/suppress/flapping.h"

#include "correlate_test.h"

static const struct flapping_rule rule = {1800 * NS_PER_S, 4, 1};

static int64_t at(int s)
{
	return T0 + s * NS_PER_S;
}

/* Begins with the fourth change in 30 minutes, ends when only one is left in them. */
static void flapping_begins_and_ends_at_different_numbers(void **state)
{
	struct flaps fs;
	struct flap ended = {0};

	(void)state;
	flaps_init(&fs, rule, 100);
	for (int i = 0; i < 3; i++)
		assert_int_equal(flaps_change(&fs, 1, i % 2, at(i * 60)), FLAP_NOTHING);
	assert_false(flaps_get(&fs, 1)->flapping);
	assert_int_equal(flaps_change(&fs, 1, true, at(180)), FLAP_BEGINS);
	assert_int_equal(flaps_change(&fs, 1, false, at(240)), FLAP_NOTHING);
	/* changes at 0, 60, 120, 180, 240: of the last two the older leaves at 180 + 1800 */
	while (flaps_next_due(&fs) < at(180 + 1800))
		assert_int_equal(flaps_look(&fs, &ended), FLAP_NOTHING);
	assert_true(flaps_next_due(&fs) == at(180 + 1800));
	assert_int_equal(flaps_look(&fs, &ended), FLAP_ENDS);
	assert_false(ended.firing);
	assert_int_equal(ended.total, 5);
	assert_true(ended.since_ns == at(0));
	/* then it is forgotten */
	while (flaps_next_due(&fs) != INT64_MAX)
		assert_int_equal(flaps_look(&fs, &ended), FLAP_NOTHING);
	assert_null(flaps_get(&fs, 1));
	flaps_release(&fs);
}

static void flapping_slow_changes_are_none(void **state)
{
	struct flaps fs;

	(void)state;
	flaps_init(&fs, rule, 100);
	for (int i = 0; i < 50; i++)
		assert_int_equal(flaps_change(&fs, 1, i % 2, at(i * 600)), FLAP_NOTHING);
	flaps_release(&fs);
}

static void flapping_many_alerts_are_bounded(void **state)
{
	struct flaps fs;

	(void)state;
	flaps_init(&fs, rule, 2);
	for (uint64_t fp = 0; fp < 10; fp++)
		assert_int_equal(flaps_change(&fs, fp, true, at(1)), FLAP_NOTHING);
	assert_int_equal(fs.by_fp.live, 2);
	flaps_release(&fs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flapping_begins_and_ends_at_different_numbers),
		cmocka_unit_test(flapping_slow_changes_are_none),
		cmocka_unit_test(flapping_many_alerts_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
