/*
 * A quick look at the level and the power of every test; tests/bench/calibration.c
 * takes more draws. The seeds are fixed: 300 draws of 5 % have a deviation of 1.3 %.
 */
#include "calibration.h"

#define DRAWS 300

static void false_alarms_are_near_alpha(void **state)
{
	(void)state;
	for (size_t i = 0; i < CALIBRATIONS; i++) {
		double rate = alarm_rate(&calibrations[i], 0, DRAWS, 1000 + i);

		if (rate < .015 || rate > .09)
			fail_msg("%s: %g of %d draws of one law alarm", calibrations[i].name, rate,
				 DRAWS);
	}
}

/* A test that never alarms would pass the above with luck; this one it cannot. */
static void real_changes_are_seen(void **state)
{
	(void)state;
	for (size_t i = 0; i < CALIBRATIONS; i++) {
		double rate = alarm_rate(&calibrations[i], calibrations[i].shift, 40, 2000 + i);

		if (rate < .5)
			fail_msg("%s: only %g of the changed draws alarm", calibrations[i].name,
				 rate);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(false_alarms_are_near_alpha),
		cmocka_unit_test(real_changes_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
