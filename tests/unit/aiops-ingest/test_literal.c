#include "aiops-ingest/patterns/literal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pattern/pattern.h"

/* text: one that the pattern matches; its folded form must hold the literal. */
static const struct {
	const char *pattern, *literal, *text;
} cases[] = {
	{"Out of memory: Killed", "out of memory: killed", "Out of memory: Killed"},
	{"a\\.b\\.c failed", "a.b.c failed", "a.b.c failed"},
	{"disk (?<d>\\w+) is full", " is full", "disk sda is full"},
	{"connections? refused", "connection", "connection refused"},
	{"retry{0,3} later", " later", "retr later"},
	{"abc+def", "abc", "abccdef"},
	{"[abc]xyz[^]]q", "xyz", "axyz.q"},
	{"[[:digit:]]+ms", NULL, "12ms"},
	{"one|two", NULL, "two"},
	{"(one|two)three", "three", "onethree"},
	{"(?i)error", "error", "ERROR"},
	{"(?i)disk full", " full", "DISK FULL"}, /* s and k have other forms */
	{"(?i)\xC3\xA4"
	 "bcd",
	 "bcd",
	 "\xC3\x84"
	 "BCD"},
	{"(?x) a b c", NULL, "abc"},
	{"(?:(?i)x)abcd", "abcd", "Xabcd"},
	{"\\Qa.b\\E", NULL, "a.b"},
	{"\\x41bcd", NULL, "Abcd"},
	{"\\p{Lu}bcd", NULL, "Abcd"},
	{"(a\\)b)cde", "cde", "a)bcde"},
	{"([)]x)cde", "cde", ")xcde"},
	{"abc(?=def)", "abc", "abcdef"},
	{"(?!abc)def", "def", "def"},
	{"abc\xC3\xA4*", "abc", "abc"},
	{"ab", NULL, "ab"},
	{"", NULL, ""},
	{"abc??d", NULL, "abd"},
	{"x{abc}", "abc}", "x{abc}"},
	{"\\bpanic\\b", "panic", "panic"},
};

static void fold(struct buf *b, const char *text)
{
	for (; *text; text++)
		buf_add_char(b, *text >= 'A' && *text <= 'Z' ? (char)(*text + 32) : *text);
}

static void literal_required_is_in_every_match(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF_INIT(1000), folded = BUF_INIT(1000);
		bool sure = literal_required(span_cstr(cases[i].pattern), &out);
		struct err e = ERR_INIT;
		struct pattern *m = NULL;

		if (sure != (cases[i].literal != NULL) ||
		    (sure && !span_is(buf_span(&out), cases[i].literal)))
			fail_msg("'%s' gives '%s'", cases[i].pattern, buf_cstr(&out));
		assert_int_equal(pattern_compile(span_cstr(cases[i].pattern),
						 PATTERN_NAMED | PATTERN_FAST, &m, &e),
				 0);
		if (pattern_try(m, span_cstr(cases[i].text)) != PATTERN_YES)
			fail_msg("%s does not match %s", cases[i].pattern, cases[i].text);
		fold(&folded, cases[i].text);
		assert_true(!sure || span_find(buf_span(&folded), buf_span(&out)));
		pattern_free(m);
		buf_release(&out);
		buf_release(&folded);
	}
}

/* Whatever is cut off a pattern, it is read to its end and no further. */
static void literal_required_takes_any_text(void **state)
{
	static const char text[] = "a(?i:[b[:x:]\\Q(?<n>c{2,\\p{L}|*+)]\\";

	(void)state;
	for (size_t from = 0; from < sizeof text; from++)
		for (size_t to = from; to < sizeof text; to++) {
			struct buf out = BUF_INIT(1000);

			(void)literal_required(span_of(text + from, to - from), &out);
			buf_release(&out);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literal_required_is_in_every_match),
		cmocka_unit_test(literal_required_takes_any_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
