#include "base/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define NOW INT64_C(1795255200000000000) /* 2026-11-21T10:00:00Z */

/* What a bound reads as in the log's own form. */
static void bound(const char *text, const char *expected)
{
	struct err e = ERR_INIT;
	struct buf out = BUF_INIT(64);
	struct instant t;

	if (when_parse(span_cstr(text), NOW, &t, &e) != 0)
		fail_msg("%s: %s", text, e.text);
	when_add_bound(&out, t);
	assert_string_equal(buf_cstr(&out), expected);
	buf_release(&out);
}

static void when_parse_takes_times_dates_and_durations(void **state)
{
	(void)state;
	bound("2026-11-21T09:00:00Z", "2026-11-21T09:00:00.000Z");
	bound("2026-11-21T10:00:00.123+01:00", "2026-11-21T09:00:00.123Z");
	bound("2026-11-21", "2026-11-21T00:00:00.000Z");
	bound("today", "2026-11-21T00:00:00.000Z");
	bound("yesterday", "2026-11-20T00:00:00.000Z");
	bound("2h", "2026-11-21T08:00:00.000Z");
	bound("7d", "2026-11-14T10:00:00.000Z");
	bound("1h30m", "2026-11-21T08:30:00.000Z");
	bound("0", "2026-11-21T10:00:00.000Z");
}

static void when_add_bound_of_a_part_of_a_millisecond_is_the_next_one(void **state)
{
	(void)state;
	bound("2026-11-21T09:00:00.0001Z", "2026-11-21T09:00:00.001Z");
	bound("2026-11-21T09:00:00.999999Z", "2026-11-21T09:00:01.000Z");
}

static void when_parse_refuses_anything_else(void **state)
{
	static const char *const bad[] = {"",      "fortnight", "2026-11", "2026-13-01",
					  "12",    "-2h",       "2 h",     "999999999999d",
					  "2000y", "127500d" /* 1677 */};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = ERR_INIT;
		struct instant t;

		if (when_parse(span_cstr(bad[i]), NOW, &t, &e) == 0)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(e.code, EX_BADUSAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(when_parse_takes_times_dates_and_durations),
		cmocka_unit_test(when_add_bound_of_a_part_of_a_millisecond_is_the_next_one),
		cmocka_unit_test(when_parse_refuses_anything_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
