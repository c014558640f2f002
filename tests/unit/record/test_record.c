#include "record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsed.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void record_parse_accepts_objects(void **state)
{
	static const char *const lines[] = {
		"{}",
		" { } ",
		"{\"a\":1}",
		"{\"a\":1}\r",
		"\t{\"a\":[{},[],\"\",null,true,false,-0,1e3]}",
		"{\"\":\"\"}",
		"{\"a\":\"\\u0000\"}",
		"{\"a\":\"\xF0\x9F\x98\x80\"}",
		"{\"a\":\"\\ud83d\\ude00\"}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++)
		expect_code(span_cstr(lines[i]), REJECT_NONE);
}

static void record_parse_refuses_with_the_rules_code(void **state)
{
	static const struct {
		const char *line;
		enum reject_code why;
	} cases[] = {
		{"", REJECT_BLANK},
		{"   \t", REJECT_BLANK},
		{"\r", REJECT_BLANK},
		{"[]", REJECT_NOT_OBJECT},
		{"[{}]", REJECT_NOT_OBJECT},
		{"\"text\"", REJECT_NOT_OBJECT},
		{"12", REJECT_NOT_OBJECT},
		{"null", REJECT_NOT_OBJECT},
		{"plain words", REJECT_SYNTAX},
		{"{", REJECT_SYNTAX},
		{"{\"a\":1", REJECT_SYNTAX},
		{"{\"a\":1}}", REJECT_SYNTAX},
		{"{\"a\":1}{\"b\":2}", REJECT_SYNTAX},
		{"{\"a\":1,}", REJECT_SYNTAX},
		{"{\"a\" 1}", REJECT_SYNTAX},
		{"{\"a\":1 \"b\":2}", REJECT_SYNTAX},
		{"{\"a\":1,\"b\":[1,2}", REJECT_SYNTAX},
		{"{\"a\":1,\"b\":tru}", REJECT_SYNTAX},
		{"{'a':1}", REJECT_SYNTAX},
		{"{a:1}", REJECT_SYNTAX},
		{"{\"a\":NaN}", REJECT_SYNTAX},
		{"{\"a\":\"\t\"}", REJECT_SYNTAX},
		{"{\"a\":\"\\x\"}", REJECT_SYNTAX},
		{"{\"a\":\"\\ud800\"}", REJECT_SYNTAX},
		{"{\"a\":\"x}", REJECT_SYNTAX},
		{"{} // comment", REJECT_SYNTAX},
		{"\xEF\xBB\xBF{}", REJECT_SYNTAX},
		{"{\"a\":\"\xFF\"}", REJECT_UTF8},
		{"{\"a\":\"\xC0\xAF\"}", REJECT_UTF8},
		{"{\"a\":\"\xED\xA0\x80\"}", REJECT_UTF8},
		{"{\"a\":1,\"a\":2}", REJECT_DUPLICATE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect_code(span_cstr(cases[i].line), cases[i].why);
}

static void record_parse_refuses_a_nul_byte_anywhere(void **state)
{
	const struct span whole = SPAN("{\"a\":[1,\"xy\",true]}");
	char copy[64];

	(void)state;
	for (size_t i = 0; i <= whole.len; i++) {
		memcpy(copy, whole.data, i);
		copy[i] = '\0';
		memcpy(copy + i + 1, whole.data + i, whole.len - i);
		expect_code(span_of(copy, whole.len + 1), REJECT_NUL);
	}
}

static void record_parse_above_the_maximum_is_too_long(void **state)
{
	struct parsed p = {.r = record_new(10)};

	(void)state;
	parse_again(&p, SPAN("{\"a\":1234}"));
	assert_int_equal(p.why, REJECT_NONE);
	parse_again(&p, SPAN("{\"a\":12345}"));
	assert_int_equal(p.why, REJECT_TOO_LONG);
	parsed_release(&p);
}

static void record_parse_of_growing_lines_keeps_working(void **state)
{
	struct parsed p = {.r = record_new(RECORD_DEFAULT_MAX)};
	struct buf line = BUF_INIT(RECORD_DEFAULT_MAX);

	(void)state;
	for (size_t n = 1; n < 500000; n *= 3) {
		buf_clear(&line);
		buf_add_cstr(&line, "{\"text\":\"");
		for (size_t i = 0; i < n; i++)
			buf_add_char(&line, 'x');
		buf_add_cstr(&line, "\"}");
		parse_again(&p, buf_span(&line));
		assert_int_equal(p.why, REJECT_NONE);
		assert_int_equal(record_text(p.r, "text").len, n);
		parse_again(&p, SPAN("{\"text\":\"short\"}"));
		expect_span(record_text(p.r, "text"), "short");
	}
	buf_release(&line);
	parsed_release(&p);
}

static void record_parse_after_a_refused_line_works(void **state)
{
	struct parsed p = parse_line("{\"a\":");

	(void)state;
	assert_int_equal(p.why, REJECT_SYNTAX);
	parse_again(&p, SPAN("{\"a\":1}"));
	assert_int_equal(p.why, REJECT_NONE);
	parsed_release(&p);
}

static void record_line_is_the_line_as_it_came(void **state)
{
	struct parsed p = parse_line(" {\"b\":1.10, \"a\":\"\\/\"} \r");

	(void)state;
	expect_span(record_line(p.r), " {\"b\":1.10, \"a\":\"\\/\"} \r");
	parsed_release(&p);
}

static void record_parse_says_in_words_what_is_wrong(void **state)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"{\"a\":{\"b\":1,\"b\":2}}", "duplicate key 'b'"},
		{"{\"a\":01}", "'01' is not a JSON number"},
		{"[1]", "not a JSON object"},
		{"{\"a\":\"\xFF\"}", "not valid UTF-8"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct parsed p = parse_line(cases[i].line);

		assert_string_equal(p.e.text, cases[i].words);
		assert_int_equal(p.e.code, EX_BADDATA);
		parsed_release(&p);
	}
}

static void reject_code_name_of_each_is_the_contracts_word(void **state)
{
	(void)state;
	assert_string_equal(reject_code_name(REJECT_NOT_OBJECT), "not_object");
	assert_string_equal(reject_code_name(REJECT_SYNTAX), "syntax");
	assert_string_equal(reject_code_name(REJECT_UTF8), "utf8");
	assert_string_equal(reject_code_name(REJECT_NUL), "nul");
	assert_string_equal(reject_code_name(REJECT_DUPLICATE), "duplicate_key");
	assert_string_equal(reject_code_name(REJECT_DEPTH), "depth");
	assert_string_equal(reject_code_name(REJECT_TOO_LONG), "too_long");
	assert_string_equal(reject_code_name(REJECT_BLANK), "blank");
	assert_string_equal(reject_code_name(REJECT_SCHEMA), "schema");
}

static void record_free_of_null_does_nothing(void **state)
{
	(void)state;
	record_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(record_parse_accepts_objects),
		cmocka_unit_test(record_parse_refuses_with_the_rules_code),
		cmocka_unit_test(record_parse_refuses_a_nul_byte_anywhere),
		cmocka_unit_test(record_parse_above_the_maximum_is_too_long),
		cmocka_unit_test(record_parse_of_growing_lines_keeps_working),
		cmocka_unit_test(record_parse_after_a_refused_line_works),
		cmocka_unit_test(record_line_is_the_line_as_it_came),
		cmocka_unit_test(record_parse_says_in_words_what_is_wrong),
		cmocka_unit_test(reject_code_name_of_each_is_the_contracts_word),
		cmocka_unit_test(record_free_of_null_does_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
