/* Changes of clocks as the IANA time zone database has them. */
#include "cli/zones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct zone find(const char *name)
{
	struct zone z;
	struct err e = ERR_INIT;

	if (zones_find(name, &z, &e) != 0)
		fail_msg("%s", e.text);
	return z;
}

static int64_t utc(const char *text)
{
	struct instant t;
	struct err e = ERR_INIT;

	assert_int_equal(instant_parse(span_cstr(text), &t, &e), 0);
	return t.ns;
}

static void zones_find_knows_summer_time(void **state)
{
	struct zone z = find("Europe/Berlin");

	(void)state;
	assert_int_equal(zone_offset_s(&z, utc("2026-03-29T00:59:59Z")), 3600);
	assert_int_equal(zone_offset_s(&z, utc("2026-03-29T01:00:00Z")), 7200);
	assert_int_equal(zone_offset_s(&z, utc("2026-10-25T00:59:59.999Z")), 7200);
	assert_int_equal(zone_offset_s(&z, utc("2026-10-25T01:00:00Z")), 3600);
	assert_int_equal(zone_offset_s(&z, utc("2059-07-01T00:00:00Z")), 7200);
	zone_release(&z);
}

static void zones_find_leaves_the_process_in_utc(void **state)
{
	struct zone z = find("Asia/Kolkata");

	(void)state;
	assert_int_equal(zone_offset_s(&z, utc("2026-11-21T00:00:00Z")), 19800);
	zone_release(&z);
}

static void zone_instant_of_local_times(void **state)
{
	struct zone z = find("Europe/Berlin");
	struct civil c = {.year = 2026, .month = 11, .day = 21, .hour = 2, .minute = 30};

	(void)state;
	assert_int_equal(zone_instant(&z, &c), utc("2026-11-21T01:30:00Z"));
	c.month = 10; /* comes twice on the 25th */
	c.day = 25;
	assert_int_equal(zone_instant(&z, &c), utc("2026-10-25T00:30:00Z"));
	c.month = 3; /* skipped on the 29th */
	c.day = 29;
	assert_int_equal(zone_instant(&z, &c), utc("2026-03-29T01:30:00Z"));
	assert_int_equal(zone_civil(&z, zone_instant(&z, &c)).hour, 3);
	zone_release(&z);
}

static void zones_find_takes_offsets_and_refuses_the_rest(void **state)
{
	static const char *const bad[] = {
		"", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "+1", "+25:00", "CEST"};
	struct zone z = find("-0530");

	(void)state;
	assert_int_equal(zone_offset_s(&z, 0), -19800);
	zone_release(&z);
	z = find("UTC");
	assert_int_equal(zone_offset_s(&z, 0), 0);
	zone_release(&z);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = ERR_INIT;

		if (zones_find(bad[i], &z, &e) == 0)
			fail_msg("accepted: '%s'", bad[i]);
		assert_int_equal(e.code, EX_BADUSAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones_find_knows_summer_time),
		cmocka_unit_test(zones_find_leaves_the_process_in_utc),
		cmocka_unit_test(zone_instant_of_local_times),
		cmocka_unit_test(zones_find_takes_offsets_and_refuses_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
