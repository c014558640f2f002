#include "record/jsonw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "parsed.h"

static void expect_quoted(struct span s, const char *expected)
{
	struct buf b = BUF_INIT(1000);

	jsonw_quote(&b, s);
	assert_string_equal(buf_cstr(&b), expected);
	buf_release(&b);
}

static void jsonw_places_the_commas(void **state)
{
	struct buf b = BUF_INIT(1000);
	struct jsonw w = jsonw_to(&b);

	(void)state;
	jsonw_object(&w);
	jsonw_key(&w, "a");
	jsonw_array(&w);
	jsonw_i64(&w, 1);
	jsonw_array(&w);
	jsonw_array_end(&w);
	jsonw_object(&w);
	jsonw_object_end(&w);
	jsonw_null(&w);
	jsonw_array_end(&w);
	jsonw_key_span(&w, SPAN("b\""));
	jsonw_object(&w);
	jsonw_member_bool(&w, "x", true);
	jsonw_member_bool(&w, "y", false);
	jsonw_object_end(&w);
	jsonw_member_i64(&w, "c", INT64_MIN);
	jsonw_key(&w, "d");
	jsonw_raw(&w, SPAN("1.10"));
	jsonw_object_end(&w);
	assert_string_equal(buf_cstr(&b),
			    "{\"a\":[1,[],{},null],\"b\\\"\":{\"x\":true,\"y\":false},"
			    "\"c\":-9223372036854775808,\"d\":1.10}");
	buf_release(&b);
}

static void jsonw_writes_every_kind_of_member(void **state)
{
	struct buf b = BUF_INIT(1000);
	struct jsonw w = jsonw_to(&b);

	(void)state;
	jsonw_object(&w);
	jsonw_member(&w, "s", SPAN("x"));
	jsonw_member(&w, "none", SPAN_NONE);
	jsonw_member_opt(&w, "left_out", SPAN_NONE);
	jsonw_member_opt(&w, "empty", SPAN(""));
	jsonw_member_double(&w, "d", 0.1);
	jsonw_member_double(&w, "nan", (double)NAN);
	jsonw_member_double(&w, "inf", -(double)INFINITY);
	jsonw_member_time(&w, "t", (struct instant){INT64_C(1795252159095000000), 3});
	jsonw_key(&w, "z");
	jsonw_cstr(&w, NULL);
	jsonw_object_end(&w);
	assert_string_equal(
		buf_cstr(&b),
		"{\"s\":\"x\",\"none\":\"\",\"empty\":\"\",\"d\":0.1,\"nan\":null,\"inf\":null,"
		"\"t\":\"2026-11-21T09:09:19.095Z\",\"z\":null}");
	buf_release(&b);
}

static void jsonw_quote_escapes_what_must_be(void **state)
{
	(void)state;
	expect_quoted(SPAN(""), "\"\"");
	expect_quoted(SPAN_NONE, "\"\"");
	expect_quoted(SPAN("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
	expect_quoted(SPAN("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
	expect_quoted(SPAN("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\x7f\"");
}

static void jsonw_quote_keeps_utf_8(void **state)
{
	(void)state;
	expect_quoted(SPAN("Gr\xC3\xBC\xC3\x9F\x65 \xE6\x97\xA5 \xF0\x9F\x98\x80"),
		      "\"Gr\xC3\xBC\xC3\x9F\x65 \xE6\x97\xA5 \xF0\x9F\x98\x80\"");
	expect_quoted(SPAN("\xF4\x8F\xBF\xBF \xED\x9F\xBF \xEE\x80\x80"),
		      "\"\xF4\x8F\xBF\xBF \xED\x9F\xBF \xEE\x80\x80\"");
}

#define BAD "\xEF\xBF\xBD"

static void jsonw_quote_replaces_what_is_no_utf_8(void **state)
{
	(void)state;
	expect_quoted(SPAN("a\xFFz"), "\"a" BAD "z\"");
	expect_quoted(SPAN("\xC3"), "\"" BAD "\"");                         /* cut short */
	expect_quoted(SPAN("\xE6\x97"), "\"" BAD BAD "\"");                 /* cut short */
	expect_quoted(SPAN("\xC0\xAF"), "\"" BAD BAD "\"");                 /* overlong */
	expect_quoted(SPAN("\xE0\x80\xAF"), "\"" BAD BAD BAD "\"");         /* overlong */
	expect_quoted(SPAN("\xED\xA0\x80"), "\"" BAD BAD BAD "\"");         /* surrogate */
	expect_quoted(SPAN("\xF4\x90\x80\x80"), "\"" BAD BAD BAD BAD "\""); /* above U+10FFFF */
	expect_quoted(SPAN("\x80x"), "\"" BAD "x\"");
}

/* Strings are looked through in blocks and words: an escape is seen at every place of every length.
 */
static void jsonw_quote_sees_an_escape_wherever_it_stands(void **state)
{
	static const char special[] = "\"\\\n\x1f\x80\x7f";
	static const char *const escaped[] = {"\\\"", "\\\\", "\\n", "\\u001f", BAD, "\x7f"};

	(void)state;
	for (size_t len = 1; len <= 40; len++)
		for (size_t at = 0; at < len; at++)
			for (size_t k = 0; k < sizeof special - 1; k++) {
				char text[40], want[64];
				struct span before, behind;

				memset(text, 'x', sizeof text);
				text[at] = special[k];
				before = span_of(text, at);
				behind = span_of(text + at + 1, len - at - 1);
				(void)snprintf(want, sizeof want, "\"%.*s%s%.*s\"", (int)before.len,
					       before.data, escaped[k], (int)behind.len,
					       behind.data);
				expect_quoted(span_of(text, len), want);
			}
}

static void jsonw_pair_is_key_and_string(void **state)
{
	static const char *const texts[] = {"",     "a",        "plain text",
					    "a\"b", "\xC3\xBC", "0123456789abcdef\n"};
	enum { N = sizeof texts / sizeof *texts };

	(void)state;
	for (size_t k = 0; k < N; k++)
		for (size_t v = 0; v < N; v++)
			for (size_t max = 8; max <= 200;
			     max += 96) { /* also where it does not fit */
				struct buf one = BUF_INIT(max), two = BUF_INIT(max);
				struct jsonw a = jsonw_to(&one), b = jsonw_to(&two);

				for (int i = 0; i < 2; i++) {
					jsonw_pair(&a, span_cstr(texts[k]), span_cstr(texts[v]));
					jsonw_key(&b, texts[k]);
					jsonw_cstr(&b, texts[v]);
				}
				assert_int_equal(one.overflow, two.overflow);
				if (!one.overflow)
					assert_string_equal(buf_cstr(&one), buf_cstr(&two));
				buf_release(&one);
				buf_release(&two);
			}
}

/* Whatever two bytes a text holds, what is written parses as one record. */
static void jsonw_quote_of_any_bytes_is_a_valid_record(void **state)
{
	struct parsed p = {.r = record_new(1000)};
	struct buf b = BUF_INIT(1000);

	(void)state;
	for (int i = 0; i < 65536; i++) {
		const char text[] = {'x', (char)(i >> 8), (char)i};
		struct jsonw w = jsonw_to(&b);

		buf_clear(&b);
		jsonw_object(&w);
		jsonw_member(&w, "k", span_of(text, sizeof text));
		jsonw_object_end(&w);
		parse_again(&p, buf_span(&b));
		assert_int_equal(p.why, REJECT_NONE);
	}
	buf_release(&b);
	parsed_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jsonw_places_the_commas),
		cmocka_unit_test(jsonw_writes_every_kind_of_member),
		cmocka_unit_test(jsonw_quote_escapes_what_must_be),
		cmocka_unit_test(jsonw_quote_keeps_utf_8),
		cmocka_unit_test(jsonw_quote_sees_an_escape_wherever_it_stands),
		cmocka_unit_test(jsonw_pair_is_key_and_string),
		cmocka_unit_test(jsonw_quote_replaces_what_is_no_utf_8),
		cmocka_unit_test(jsonw_quote_of_any_bytes_is_a_valid_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
