#include "base/num.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void num_parse_i64_takes_whole_numbers_in_range(void **state)
{
	struct err e = ERR_INIT;
	int64_t n = 0;

	(void)state;
	assert_int_equal(num_parse_i64(SPAN("9223372036854775807"), 0, INT64_MAX, &n, &e), 0);
	assert_true(n == INT64_MAX);
	assert_int_equal(num_parse_i64(SPAN("-9223372036854775808"), INT64_MIN, 0, &n, &e), 0);
	assert_true(n == INT64_MIN);
	assert_int_equal(num_parse_i64(SPAN("-9223372036854775809"), INT64_MIN, 0, &n, &e), -1);
	assert_int_equal(num_parse_i64(SPAN("9223372036854775808"), INT64_MIN, INT64_MAX, &n, &e),
			 -1);
	err_clear(&e);
	assert_int_equal(num_parse_i64(SPAN("-5"), -5, 5, &n, &e), 0);
	assert_int_equal(n, -5);
}

static void num_parse_i64_refuses_and_leaves_the_result(void **state)
{
	static const char *const bad[] = {
		"", "-", "+1", " 1", "1 ", "1.0", "0x10", "1e3", "9223372036854775808", "11", "-1"};
	int64_t n = 77;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct err e = ERR_INIT;

		if (num_parse_i64(span_cstr(bad[i]), 0, 10, &n, &e) != -1)
			fail_msg("accepted '%s'", bad[i]);
		assert_int_equal(e.code, EX_BADUSAGE);
		assert_int_equal(n, 77);
	}
}

static void num_parse_double_takes_what_people_write(void **state)
{
	static const struct {
		const char *text;
		double value;
	} good[] = {{"0", 0},
		    {"+1", 1},
		    {"1.", 1},
		    {".5", 0.5},
		    {"-2.5e-3", -0.0025},
		    {"1e308", 1e308},
		    {"4.9e-324", 4.9e-324},
		    {"123456789012345678901234567890", 123456789012345678901234567890.0}};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct err e = ERR_INIT;
		double d = -1;

		assert_int_equal(num_parse_double(span_cstr(good[i].text), &d, &e), 0);
		assert_memory_equal(&d, &good[i].value, sizeof d);
	}
}

static void num_parse_double_of_many_digits_is_the_nearest(void **state)
{
	struct buf b = BUF_INIT(10000);
	struct err e = ERR_INIT;
	double d = 0;

	(void)state;
	buf_add_cstr(&b, "0.");
	for (int i = 0; i < 5000; i++)
		buf_add_char(&b, '3');
	assert_int_equal(num_parse_double(buf_span(&b), &d, &e), 0);
	assert_true(d - 1.0 / 3 == 0);
	buf_release(&b);
}

static void num_parse_double_refuses_what_is_no_finite_number(void **state)
{
	static const char *const bad[] = {"",      "nan",    "inf", "-inf", "infinity", "0x1p3",
					  "1e309", "-1e309", "1 ",  " 1",   "e5",       ".",
					  "+-1",   "1,5",    "1e",  "--1"};
	double d = 7;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct err e = ERR_INIT;

		if (num_parse_double(span_cstr(bad[i]), &d, &e) != -1)
			fail_msg("accepted '%s'", bad[i]);
	}
	assert_true(d > 6.9 && d < 7.1);
}

static void num_add_double_is_the_shortest_that_reads_back(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {{0.1, "0.1"},
		     {1e21, "1e+21"},
		     {100, "100"},
		     {1.0 / 3, "0.3333333333333333"},
		     {-0.0, "0"},
		     {5e-324, "4.94065645841247e-324"},
		     {0.1 + 0.2, "0.30000000000000004"},
		     {DBL_MAX, "1.7976931348623157e+308"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = BUF_INIT(64);
		struct err e = ERR_INIT;
		double back;

		num_add_double(&b, cases[i].value);
		assert_string_equal(buf_cstr(&b), cases[i].text);
		assert_true(num_is_json(buf_span(&b)));
		assert_int_equal(num_parse_double(buf_span(&b), &back, &e), 0);
		assert_true(back - cases[i].value == 0);
		buf_release(&b);
	}
}

static void num_is_json_is_the_grammar_of_rfc_8259(void **state)
{
	static const char *const good[] = {
		"0",    "-0",   "0.0",      "10",    "1e3",
		"1E+3", "1.10", "-1.5e-10", "1e309", "1234567890123456789012345678901234567890",
		"0e0"};
	static const char *const bad[] = {"",    "-",     "+1",  "01",  "-01",   "1.",
					  ".1",  "1e",    "1e+", "0x1", "1.2.3", "1 ",
					  "NaN", "1e5.0", "--1", "1_0"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (!num_is_json(span_cstr(good[i])))
			fail_msg("refused '%s'", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (num_is_json(span_cstr(bad[i])))
			fail_msg("accepted '%s'", bad[i]);
}

static void num_parse_duration_reads_units_and_sums(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {{"500ms", 500},
		    {"30s", 30000},
		    {"5m", 300000},
		    {"2h", 7200000},
		    {"7d", 604800000},
		    {"1h30m", 5400000},
		    {"1d2h3m4s5ms", 93784005},
		    {"0", 0},
		    {"0s", 0}};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct err e = ERR_INIT;

		assert_int_equal(num_parse_duration_ms(span_cstr(good[i].text), &ms, &e), 0);
		assert_int_equal(ms, good[i].ms);
	}
}

static void num_parse_duration_refuses_the_rest(void **state)
{
	static const char *const bad[] = {"",
					  "5",
					  "s",
					  "-5s",
					  "5 s",
					  "1.5h",
					  "5x",
					  "30m1h",
					  "1h1h",
					  "5S",
					  "99999999999999999999s",
					  "9223372036854775807d"};
	int64_t ms = 7;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct err e = ERR_INIT;

		if (num_parse_duration_ms(span_cstr(bad[i]), &ms, &e) != -1)
			fail_msg("accepted '%s'", bad[i]);
		assert_int_equal(e.code, EX_BADUSAGE);
	}
	assert_int_equal(ms, 7);
}

static void num_add_duration_is_the_inverse_of_parsing(void **state)
{
	static const int64_t cases[] = {0,     1,       999,      1000,      1001,
					60000, 5400000, 93784005, 604800000, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = BUF_INIT(64);
		struct err e = ERR_INIT;
		int64_t ms = -1;

		num_add_duration_ms(&b, cases[i]);
		assert_int_equal(num_parse_duration_ms(buf_span(&b), &ms, &e), 0);
		assert_true(ms == cases[i]);
		buf_release(&b);
	}
}

static void num_parse_size_reads_powers_of_1024(void **state)
{
	static const struct {
		const char *text;
		size_t bytes;
	} good[] = {{"0", 0},           {"4096", 4096}, {"64K", 65536},    {"1M", 1048576},
		    {"2G", 2147483648}, {"1KiB", 1024}, {"1MiB", 1048576}, {"1GiB", 1073741824}};
	static const char *const bad[] = {"",
					  "K",
					  "1k",
					  "1 M",
					  "-1",
					  "1.5M",
					  "1T",
					  "1MB",
					  "9223372036854775807K",
					  "99999999999999999999"};
	size_t bytes;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct err e = ERR_INIT;

		assert_int_equal(num_parse_size(span_cstr(good[i].text), &bytes, &e), 0);
		assert_int_equal(bytes, good[i].bytes);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct err e = ERR_INIT;

		if (num_parse_size(span_cstr(bad[i]), &bytes, &e) != -1)
			fail_msg("accepted '%s'", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(num_parse_i64_takes_whole_numbers_in_range),
		cmocka_unit_test(num_parse_i64_refuses_and_leaves_the_result),
		cmocka_unit_test(num_parse_double_takes_what_people_write),
		cmocka_unit_test(num_parse_double_of_many_digits_is_the_nearest),
		cmocka_unit_test(num_parse_double_refuses_what_is_no_finite_number),
		cmocka_unit_test(num_add_double_is_the_shortest_that_reads_back),
		cmocka_unit_test(num_is_json_is_the_grammar_of_rfc_8259),
		cmocka_unit_test(num_parse_duration_reads_units_and_sums),
		cmocka_unit_test(num_parse_duration_refuses_the_rest),
		cmocka_unit_test(num_add_duration_is_the_inverse_of_parsing),
		cmocka_unit_test(num_parse_size_reads_powers_of_1024),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
