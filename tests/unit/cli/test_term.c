#include "cli/term.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "cli/cli.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void expect(void (*filter)(struct buf *out, struct span s), struct span in, const char *want)
{
	struct buf out = BUF_INIT(1 << 16);

	filter(&out, in);
	assert_string_equal(buf_cstr(&out), want);
	buf_release(&out);
}

static void term_safe_keeps_text_newline_and_tab(void **state)
{
	(void)state;
	expect(term_safe, SPAN("plain\ttext\n"), "plain\ttext\n");
	expect(term_safe, SPAN("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80"),
	       "\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80");
	expect(term_safe, SPAN_NONE, "");
}

static void term_safe_escapes_control_bytes(void **state)
{
	(void)state;
	expect(term_safe, SPAN("a\x1b[31mb"), "a\\x1B[31mb");
	expect(term_safe, SPAN("\r\b\a\x7f"), "\\x0D\\x08\\x07\\x7F");
	expect(term_safe, span_of("\0", 1), "\\x00");
	expect(term_safe, SPAN("\x1b]8;;http://x\x1b\\"), "\\x1B]8;;http://x\\x1B\\");
}

static void term_line_stays_one_line(void **state)
{
	(void)state;
	expect(term_line, SPAN("a\nb\tc\r\n"), "a b c\\x0D ");
	expect(term_line, SPAN("\x1b[2J\n"), "\\x1B[2J ");
}

static void term_safe_escapes_c1_separators_and_bidi(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"\xC2\x80", "\\u0080"},     {"\xC2\x9B", "\\u009B"},
		{"\xC2\x85", "\\u0085"},     {"\xE2\x80\xA8", "\\u2028"},
		{"\xE2\x80\xA9", "\\u2029"}, {"\xE2\x80\xAA", "\\u202A"},
		{"\xE2\x80\xAE", "\\u202E"}, {"\xE2\x81\xA6", "\\u2066"},
		{"\xE2\x81\xA9", "\\u2069"}, {"\xE2\x80\x8F", "\\u200F"},
		{"\xD8\x9C", "\\u061C"},     {"\xC2\xA0", "\xC2\xA0"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect(term_safe, span_cstr(cases[i].in), cases[i].out);
}

static void term_safe_shows_bytes_that_are_no_utf8(void **state)
{
	(void)state;
	expect(term_safe,
	       SPAN("\xff\x9b"
		    "a\xC3"),
	       "\\xFF\\x9Ba\\xC3");
	expect(term_safe, SPAN("\xED\xA0\x80"), "\\xED\\xA0\\x80");
}

static void term_safe_leaves_no_hostile_byte_of_any_input(void **state)
{
	struct buf out = BUF_INIT(1 << 20);
	char all[65536 * 2];

	(void)state;
	for (size_t i = 0; i < 65536; i++) { /* every pair of bytes */
		all[2 * i] = (char)(i >> 8);
		all[2 * i + 1] = (char)(i & 0xff);
	}
	term_safe(&out, span_of(all, sizeof all));
	assert_false(buf_overflowed(&out));
	for (size_t i = 0; i < out.len; i++) {
		unsigned char c = (unsigned char)out.data[i];

		assert_true(c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7f));
		if (c == 0xC2)
			assert_true((unsigned char)out.data[i + 1] >= 0xA0);
	}
	buf_release(&out);
}

static void term_records_keeps_the_json_value(void **state)
{
	(void)state;
	expect(term_records, SPAN("{\"a\":\"x\xE2\x80\xAEy\xC2\x9Bz\x7f\"}\n"),
	       "{\"a\":\"x\\u202ey\\u009bz\\u007f\"}\n");
	expect(term_records, SPAN("{\"a\":1}\r\n"), "{\"a\":1}\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(term_safe_keeps_text_newline_and_tab),
		cmocka_unit_test(term_safe_escapes_control_bytes),
		cmocka_unit_test(term_line_stays_one_line),
		cmocka_unit_test(term_safe_escapes_c1_separators_and_bidi),
		cmocka_unit_test(term_safe_shows_bytes_that_are_no_utf8),
		cmocka_unit_test(term_safe_leaves_no_hostile_byte_of_any_input),
		cmocka_unit_test(term_records_keeps_the_json_value),
	};

	return cmocka_run_group_tests_name("cli/term", tests, NULL, NULL);
}
