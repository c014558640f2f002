/* Patterns from runbooks: anchoring, and hostile ones. */
#include "pattern/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct pattern *compile(const char *text, unsigned flags)
{
	struct err e = ERR_INIT;
	struct pattern *p;

	if (pattern_compile(span_cstr(text), flags, &p, &e) != 0)
		fail_msg("'%s': %s", text, e.text);
	return p;
}

static int match(const char *pattern, unsigned flags, const char *text)
{
	struct pattern *p = compile(pattern, flags);
	struct err e = ERR_INIT;
	int rc = pattern_match(p, span_cstr(text), NULL, &e);

	pattern_free(p);
	return rc;
}

static void match_whole_means_every_byte(void **state)
{
	(void)state;
	assert_int_equal(match("[a-z]+", PATTERN_WHOLE, "abc"), 1);
	assert_int_equal(match("[a-z]+", PATTERN_WHOLE, "abc\n"), 0);
	assert_int_equal(match("^[a-z]+$", PATTERN_WHOLE, "abc\n"), 0);
	assert_int_equal(match("a|ab", PATTERN_WHOLE, "ab"), 1);
	assert_int_equal(match("[a-z]*", PATTERN_WHOLE, ""), 1);
	assert_int_equal(match("^a$", PATTERN_WHOLE, "a\nb"), 0);
}

static void match_in_output_works_by_line(void **state)
{
	(void)state;
	assert_int_equal(match("^ok$", 0, "first\nok\nlast\n"), 1);
	assert_int_equal(match("^ok$", 0, "ok\n"), 1);
	assert_int_equal(match("^ok$", 0, "not ok\n"), 0);
}

static void match_gives_the_group_or_the_whole(void **state)
{
	struct pattern *p = compile("limit: (-?[0-9]+)", 0), *q = compile("[0-9]+", 0);
	struct err e = ERR_INIT;
	struct span group;

	(void)state;
	assert_int_equal(pattern_match(p, SPAN("role limit: -1 now"), &group, &e), 1);
	assert_true(span_is(group, "-1"));
	assert_int_equal(pattern_match(q, SPAN("n=42;"), &group, &e), 1);
	assert_true(span_is(group, "42"));
	pattern_free(p);
	pattern_free(q);
}

static void compile_refuses_what_is_broken_or_too_complex(void **state)
{
	static const char *const bad[] = {
		"(", "[z-a]", "(a)\\1", "\\C", "((a{1,255}){1,255}){1,255}", "((a{100}){100}){100}",
		NULL};
	static char deep[2001], big[PATTERN_MAX_BYTES + 2];
	struct err e = ERR_INIT;
	struct pattern *p;

	(void)state;
	for (size_t i = 0; bad[i]; i++) {
		err_clear(&e);
		assert_int_equal(pattern_compile(span_cstr(bad[i]), 0, &p, &e), -1);
		assert_int_equal(e.code, EX_BADCONFIG);
	}
	memset(deep, '(', 1000);
	memset(deep + 1000, ')', 1000);
	err_clear(&e);
	assert_int_equal(pattern_compile(span_cstr(deep), 0, &p, &e), -1);
	memset(big, 'a', sizeof big - 1);
	err_clear(&e);
	assert_int_equal(pattern_compile(span_cstr(big), 0, &p, &e), -1);
	assert_non_null(strstr(e.text, "longer than"));
}

/* A limit that is exceeded is an error of its own, never "no match". */
static void match_hostile_pattern_is_an_error_and_quick(void **state)
{
	struct pattern *p = compile("(a+)+b", PATTERN_WHOLE);
	static char text[30000];
	struct err e = ERR_INIT;

	(void)state;
	memset(text, 'a', sizeof text);
	assert_int_equal(pattern_match(p, span_of(text, sizeof text), NULL, &e), -1);
	assert_non_null(strstr(e.text, "more steps"));
	pattern_free(p);
}

static void match_broken_utf8_is_an_error(void **state)
{
	struct pattern *p = compile(".*", 0);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(pattern_match(p, SPAN("a\xff"), NULL, &e), -1);
	assert_non_null(strstr(e.text, "UTF-8"));
	pattern_free(p);
	pattern_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(match_whole_means_every_byte),
		cmocka_unit_test(match_in_output_works_by_line),
		cmocka_unit_test(match_gives_the_group_or_the_whole),
		cmocka_unit_test(compile_refuses_what_is_broken_or_too_complex),
		cmocka_unit_test(match_hostile_pattern_is_an_error_and_quick),
		cmocka_unit_test(match_broken_utf8_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
