#include "base/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void expect(const char *text, int64_t ns, int fraction)
{
	struct instant t = {-1, -1};
	struct err e = ERR_INIT;

	if (instant_parse(span_cstr(text), &t, &e) != 0)
		fail_msg("refused '%s': %s", text, e.text);
	if (t.ns != ns || t.fraction != fraction)
		fail_msg("'%s' is %lld with %d digits", text, (long long)t.ns, t.fraction);
}

static void expect_round_trip(const char *text)
{
	struct buf b = BUF_INIT(64);
	struct err e = ERR_INIT;
	struct instant t;

	assert_int_equal(instant_parse(span_cstr(text), &t, &e), 0);
	instant_add(&b, t);
	assert_string_equal(buf_cstr(&b), text);
	buf_release(&b);
}

static void instant_parse_reads_rfc_3339(void **state)
{
	(void)state;
	expect("1970-01-01T00:00:00Z", 0, 0);
	expect("2026-11-21T09:09:19.095Z", INT64_C(1795252159095000000), 3);
	expect("2001-09-09T01:46:40Z", INT64_C(1000000000000000000), 0);
	expect("1969-12-31T23:59:59.5Z", -500000000, 1);
	expect("1985-04-12T23:20:50.52z", INT64_C(482196050520000000), 2);
	expect("1996-12-19T16:39:57-08:00", INT64_C(851042397000000000), 0);
	expect("1937-01-01T12:00:27.87+00:20", INT64_C(-1041337172130000000), 2);
	expect("2024-02-29t12:00:00Z", INT64_C(1709208000000000000), 0);
	expect("2024-02-29 12:00:00Z", INT64_C(1709208000000000000), 0);
}

static void instant_parse_takes_offsets_without_a_colon(void **state)
{
	(void)state;
	expect("2026-11-21T10:09:19+0100", INT64_C(1795252159000000000), 0);
	expect("2026-11-21T09:09:19.000+0000", INT64_C(1795252159000000000), 3);
}

static void instant_parse_keeps_nanoseconds_and_cuts_the_rest(void **state)
{
	(void)state;
	expect("1970-01-01T00:00:00.123456789Z", 123456789, 9);
	expect("1970-01-01T00:00:00.1234567899999Z", 123456789, 9);
	expect("1970-01-01T00:00:00.1234567Z", 123456700, 7);
}

static void instant_parse_of_a_leap_second_is_the_next_second(void **state)
{
	(void)state;
	expect("1990-12-31T23:59:60Z", INT64_C(662688000000000000), 0);
}

static void instant_parse_refuses_what_is_no_time(void **state)
{
	static const char *const bad[] = {
		"",
		"now",
		"2026-11-21",
		"2026-11-21T09:09:19",
		"2026-11-21T09:09Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-02-29T00:00:00Z",
		"2026-04-31T00:00:00Z",
		"2026-11-00T00:00:00Z",
		"2026-11-21T24:00:00Z",
		"2026-11-21T09:60:00Z",
		"2026-11-21T09:09:61Z",
		"2026-11-21T09:09:19.Z",
		"2026-11-21T09:09:19+24:00",
		"2026-11-21T09:09:19+01:60",
		"2026-11-21T09:09:19Zx",
		"2026-1-21T09:09:19Z",
		"-026-11-21T09:09:19Z",
		"2026-11-21T09:09:19,5Z",
		"1900-02-29T00:00:00Z",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct instant t = {7, 7};
		struct err e = ERR_INIT;

		if (instant_parse(span_cstr(bad[i]), &t, &e) != -1)
			fail_msg("accepted '%s'", bad[i]);
		assert_int_equal(e.code, EX_BADDATA);
		assert_int_equal(t.ns, 7);
	}
}

static void instant_parse_outside_the_years_says_so(void **state)
{
	static const char *const bad[] = {"0001-01-01T00:00:00Z",      "1677-12-31T23:59:59Z",
					  "2262-01-01T00:00:00Z",      "9999-12-31T23:59:59Z",
					  "1678-01-01T00:00:00+00:01", "2261-12-31T23:59:59-00:01",
					  "2261-12-31T23:59:60Z"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct instant t;
		struct err e = ERR_INIT;

		assert_int_equal(instant_parse(span_cstr(bad[i]), &t, &e), -1);
		assert_non_null(strstr(e.text, "out of range"));
	}
	expect("1678-01-01T00:00:00Z", INT64_C(-9214560000000000000), 0);
	expect("2261-12-31T23:59:59.999999999Z", INT64_C(9214646399999999999), 9);
}

static void instant_add_gives_back_the_digits(void **state)
{
	(void)state;
	expect_round_trip("2026-11-21T09:09:19Z");
	expect_round_trip("2026-11-21T09:09:19.0Z");
	expect_round_trip("2026-11-21T09:09:19.095Z");
	expect_round_trip("2026-11-21T09:09:19.1234567Z");
	expect_round_trip("1969-12-31T23:59:59.999999999Z");
	expect_round_trip("1678-01-01T00:00:00.000000001Z");
	expect_round_trip("2261-12-31T23:59:59.999999999Z");
}

/* What is kept of the time before must not show in the next. */
static void instant_text_near_any_time_is_its_text(void **state)
{
	static const char *const texts[] = {
		"2026-11-21T09:09:19.095Z",      "2026-11-21T09:09:59Z",
		"2026-11-21T09:10:00Z",          "2026-11-21T09:09:59.999999999Z",
		"1969-12-31T23:59:59.9Z",        "1970-01-01T00:00:00.000001Z",
		"1969-12-31T23:59:00Z",          "1970-01-01T00:00:59.5Z",
		"1678-01-01T00:00:00Z",          "2261-12-31T23:59:59.123456Z",
		"2024-02-29T12:00:00.12345678Z",
	};
	struct instant_minute last = {.known = false};
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char text[INSTANT_TEXT + 1];
		struct instant t;

		assert_int_equal(instant_parse(span_cstr(texts[i]), &t, &e), 0);
		text[instant_text_near(t, &last, text)] = '\0';
		assert_string_equal(text, texts[i]);
	}
}

static void instant_is_unset_knows_the_zero_times(void **state)
{
	(void)state;
	assert_true(instant_is_unset(SPAN_NONE));
	assert_true(instant_is_unset(SPAN("0001-01-01T00:00:00Z")));
	assert_true(instant_is_unset(SPAN("0001-01-01T00:00:00.000Z")));
	assert_false(instant_is_unset(SPAN("1970-01-01T00:00:00Z")));
}

static void instant_parse_epoch_keeps_every_digit(void **state)
{
	static const struct {
		const char *text;
		enum epoch_unit unit;
		int64_t ns;
		int fraction;
	} cases[] = {
		{"1700000000", EPOCH_S, INT64_C(1700000000000000000), 0},
		{"1700000000.123", EPOCH_S, INT64_C(1700000000123000000), 3},
		{"1700000000.1", EPOCH_S, INT64_C(1700000000100000000), 1},
		{"1499816949527975237", EPOCH_NS, INT64_C(1499816949527975237), 9},
		{"1700000000123", EPOCH_MS, INT64_C(1700000000123000000), 3},
		{"1700000000123.5", EPOCH_MS, INT64_C(1700000000123500000), 4},
		{"1700000000123456", EPOCH_US, INT64_C(1700000000123456000), 6},
		{"-1.5", EPOCH_S, INT64_C(-1500000000), 1},
		{"0", EPOCH_S, 0, 0},
		{"1700000000", EPOCH_GUESS, INT64_C(1700000000000000000), 0},
		{"1700000000123", EPOCH_GUESS, INT64_C(1700000000123000000), 3},
		{"1700000000123456", EPOCH_GUESS, INT64_C(1700000000123456000), 6},
		{"1700000000123456789", EPOCH_GUESS, INT64_C(1700000000123456789), 9},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct instant t = {-1, -1};
		struct err e = ERR_INIT;

		assert_int_equal(
			instant_parse_epoch(span_cstr(cases[i].text), cases[i].unit, &t, &e), 0);
		if (t.ns != cases[i].ns || t.fraction != cases[i].fraction)
			fail_msg("'%s' is %lld with %d digits", cases[i].text, (long long)t.ns,
				 t.fraction);
	}
}

static void instant_parse_epoch_refuses_the_rest(void **state)
{
	static const char *const bad[] = {
		"", "-", ".5", "1.", "1e9", "abc", "12a", "99999999999999999999", "1 "};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct instant t;
		struct err e = ERR_INIT;

		if (instant_parse_epoch(span_cstr(bad[i]), EPOCH_S, &t, &e) != -1)
			fail_msg("accepted '%s'", bad[i]);
		assert_int_equal(e.code, EX_BADDATA);
	}
}

/* What is read can be written and read back. */
static void instant_parse_epoch_refuses_what_no_text_can_say(void **state)
{
	static const char *const bad[] = {"9223372037", "9214646400", "-9214560000.000000001"};
	struct instant t;
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		err_clear(&e);
		if (instant_parse_epoch(span_cstr(bad[i]), EPOCH_S, &t, &e) != -1)
			fail_msg("accepted '%s'", bad[i]);
		assert_int_equal(e.code, EX_BADDATA);
	}
	assert_int_equal(instant_parse_epoch(SPAN("9214646399.999999999"), EPOCH_S, &t, &e), 0);
	assert_int_equal(instant_parse_epoch(SPAN("-9214560000"), EPOCH_S, &t, &e), 0);
}

static void instant_from_ns_has_as_many_digits_as_needed(void **state)
{
	(void)state;
	assert_int_equal(instant_from_ns(NS_PER_S).fraction, 0);
	assert_int_equal(instant_from_ns(NS_PER_MS).fraction, 3);
	assert_int_equal(instant_from_ns(1000).fraction, 6);
	assert_int_equal(instant_from_ns(1).fraction, 9);
}

static void instant_civil_is_the_inverse_of_from_civil(void **state)
{
	/* Every 12 h 34 min 56 s over the whole range would take long; a prime number of days does
	 * as well. */
	(void)state;
	for (int64_t s = INT64_C(-9214560000); s < INT64_C(9214646400);
	     s += INT64_C(86400) * 97 + 45296) {
		struct civil c = instant_civil((struct instant){s * NS_PER_S, 0});

		assert_true(instant_from_civil(&c) == s * NS_PER_S);
	}
}

static void instant_civil_knows_the_weekday(void **state)
{
	struct err e = ERR_INIT;
	struct instant t;

	(void)state;
	assert_int_equal(instant_civil((struct instant){0, 0}).weekday, 3); /* Thursday */
	assert_int_equal(instant_parse(SPAN("2026-11-21T09:09:19Z"), &t, &e), 0);
	assert_int_equal(instant_civil(t).weekday, 5); /* Saturday */
	assert_int_equal(instant_parse(SPAN("1969-12-28T23:59:59Z"), &t, &e), 0);
	assert_int_equal(instant_civil(t).weekday, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instant_parse_reads_rfc_3339),
		cmocka_unit_test(instant_parse_takes_offsets_without_a_colon),
		cmocka_unit_test(instant_parse_keeps_nanoseconds_and_cuts_the_rest),
		cmocka_unit_test(instant_parse_of_a_leap_second_is_the_next_second),
		cmocka_unit_test(instant_parse_refuses_what_is_no_time),
		cmocka_unit_test(instant_parse_outside_the_years_says_so),
		cmocka_unit_test(instant_add_gives_back_the_digits),
		cmocka_unit_test(instant_text_near_any_time_is_its_text),
		cmocka_unit_test(instant_is_unset_knows_the_zero_times),
		cmocka_unit_test(instant_parse_epoch_keeps_every_digit),
		cmocka_unit_test(instant_parse_epoch_refuses_the_rest),
		cmocka_unit_test(instant_parse_epoch_refuses_what_no_text_can_say),
		cmocka_unit_test(instant_from_ns_has_as_many_digits_as_needed),
		cmocka_unit_test(instant_civil_is_the_inverse_of_from_civil),
		cmocka_unit_test(instant_civil_knows_the_weekday),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
