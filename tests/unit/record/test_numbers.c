#include "record/numbers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "parsed.h"

static double number_at(const struct parsed *p, const char *path)
{
	struct value v = record_get(p->r, path);

	assert_int_equal(v.type, VALUE_NUMBER);
	return v.number;
}

static void numbers_beyond_64_bits_are_accepted_and_read(void **state)
{
	struct parsed p = parse_line(
		"{\"big\":1234567890123456789012345678901234567890,\"edge\":18446744073709551616,"
		"\"min\":-9223372036854775809,\"in\":18446744073709551615,\"x\":[7,{\"y\":-0.5}]}");

	(void)state;
	assert_int_equal(p.why, REJECT_NONE);
	assert_true(fabs(number_at(&p, "big") / 1.2345678901234568e39 - 1) < 1e-15);
	assert_true(number_at(&p, "edge") - 18446744073709551616.0 == 0);
	assert_true(number_at(&p, "min") + 9223372036854775808.0 == 0);
	assert_true(number_at(&p, "in") - 18446744073709551616.0 == 0); /* the nearest double */
	assert_true(number_at(&p, "x.0") - 7 == 0);
	assert_true(number_at(&p, "x.1.y") + 0.5 == 0);
	expect_span(record_token(p.r, "big"), "1234567890123456789012345678901234567890");
	expect_span(record_token(p.r, "x.1.y"), "-0.5");
	parsed_release(&p);
}

static void numbers_without_a_finite_double_are_nan(void **state)
{
	struct parsed p = parse_line("{\"a\":1e309,\"b\":-1e309,\"c\":1e308,\"d\":1e-400,\"e\":1}");

	(void)state;
	assert_int_equal(p.why, REJECT_NONE);
	assert_true(isnan(number_at(&p, "a")));
	assert_true(isnan(number_at(&p, "b")));
	assert_true(number_at(&p, "c") > 9.9e307);
	assert_true(number_at(&p, "d") == 0);
	assert_true(number_at(&p, "e") - 1 == 0);
	expect_span(record_token(p.r, "a"), "1e309");
	parsed_release(&p);
}

static void numbers_in_strings_are_left_alone(void **state)
{
	struct parsed p = parse_line("{\"01\":\"1e999 \\\" -01 \\\\\",\"b\":1e999}");

	(void)state;
	assert_int_equal(p.why, REJECT_NONE);
	expect_span(record_text(p.r, "01"), "1e999 \" -01 \\");
	assert_true(isnan(number_at(&p, "b")));
	parsed_release(&p);
}

static void numbers_of_bad_grammar_are_refused(void **state)
{
	static const char *const tokens[] = {"01",  "-",   "-01",    "1.",         "1.e3",
					     "1e",  "1e+", "0x10",   "1a",         "1.2.3",
					     "--1", "1-2", "0123e1", "123\xC3\xA4"};

	(void)state;
	for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
		struct buf b = BUF_INIT(100);

		buf_addf(&b, "{\"a\":%s}", tokens[i]);
		expect_code(buf_span(&b), REJECT_SYNTAX);
		buf_clear(&b);
		buf_addf(&b, "{\"huge\":1e999,\"a\":[%s]}", tokens[i]);
		expect_code(buf_span(&b), REJECT_SYNTAX);
		buf_release(&b);
	}
}

static void everything_else_is_still_checked(void **state)
{
	(void)state;
	expect_code(SPAN("{\"a\":1e999,\"b\":tru}"), REJECT_SYNTAX);
	expect_code(SPAN("{\"a\":1e999,\"b\":\"\\ud800\"}"), REJECT_SYNTAX);
	expect_code(SPAN("{\"a\":1e999,\"a\":1}"), REJECT_DUPLICATE);
	expect_code(SPAN("{\"a\":1e999}}"), REJECT_SYNTAX);
	expect_code(SPAN("{\"a\":1e999 1}"), REJECT_SYNTAX);
	expect_code(SPAN("[1e999]"), REJECT_NOT_OBJECT);
	expect_code(SPAN("1e999"), REJECT_NOT_OBJECT);
	expect_code(SPAN("{\"a\":1e999,\"b\":}"), REJECT_SYNTAX);
}

/* Every value keeps its place when some of many are replaced. */
static void replaced_numbers_do_not_shift_the_others(void **state)
{
	struct buf b = BUF_INIT(100000);
	struct parsed p;

	(void)state;
	buf_add_cstr(&b, "{\"n\":[");
	for (int i = 1; i < 500; i++)
		buf_addf(&b, i % 7 ? "%d," : "%d0000000000000000000000,", i);
	buf_add_cstr(&b, "0.5]}");
	p = parse_span(buf_span(&b));
	assert_int_equal(p.why, REJECT_NONE);
	{
		struct value_iter it = value_iter(record_get(p.r, "n"));
		struct value v;

		for (int i = 1; i < 500; i++) {
			assert_true(value_next(&it, NULL, &v));
			assert_true(fabs(v.number - (i % 7 ? i : i * 1e22)) <= v.number * 1e-15);
		}
		assert_true(value_next(&it, NULL, &v));
		assert_true(v.number - 0.5 == 0);
		assert_false(value_next(&it, NULL, &v));
	}
	parsed_release(&p);
	buf_release(&b);
}

static void a_number_of_thousands_of_digits_is_accepted_and_read(void **state)
{
	static const char *const fronts[] = {"", "0.", "-1.5", "1e-"};
	static const double values[] = {0, 7.0 / 9, -1.5 - 7.0 / 90, 0};
	struct parsed p;
	double d;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct buf b = BUF_INIT(100000);

		buf_addf(&b, "{\"a\":1e400,\"b\":%s", fronts[i]);
		for (int k = 0; k < 5000; k++)
			buf_add_char(&b, '7');
		buf_add_char(&b, '}');
		p = parse_span(buf_span(&b));
		assert_int_equal(p.why, REJECT_NONE);
		d = number_at(&p, "b");
		assert_true(i == 0 ? isnan(d) : fabs(d - values[i]) < 1e-15);
		parsed_release(&p);
		buf_release(&b);
	}
}

static void a_line_without_such_numbers_follows_cleanly(void **state)
{
	struct parsed p = parse_line("{\"a\":1e999}");

	(void)state;
	parse_again(&p, SPAN("{\"a\":0}"));
	assert_int_equal(p.why, REJECT_NONE);
	assert_true(number_at(&p, "a") == 0);
	parsed_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_beyond_64_bits_are_accepted_and_read),
		cmocka_unit_test(numbers_without_a_finite_double_are_nan),
		cmocka_unit_test(numbers_in_strings_are_left_alone),
		cmocka_unit_test(numbers_of_bad_grammar_are_refused),
		cmocka_unit_test(everything_else_is_still_checked),
		cmocka_unit_test(replaced_numbers_do_not_shift_the_others),
		cmocka_unit_test(a_number_of_thousands_of_digits_is_accepted_and_read),
		cmocka_unit_test(a_line_without_such_numbers_follows_cleanly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
