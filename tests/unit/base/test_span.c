#include "base/span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void span_cmp_orders_by_bytes_then_length(void **state)
{
	(void)state;
	assert_true(span_cmp(SPAN("a"), SPAN("b")) < 0);
	assert_true(span_cmp(SPAN("ab"), SPAN("a")) > 0);
	assert_true(span_cmp(SPAN("\x7f"), SPAN("\x80")) < 0); /* unsigned */
	assert_int_equal(span_cmp(SPAN("same"), SPAN("same")), 0);
	assert_int_equal(span_cmp(SPAN_NONE, SPAN("")), 0);
}

static void span_eq_of_absent_and_empty_is_true(void **state)
{
	(void)state;
	assert_true(span_eq(SPAN_NONE, SPAN("")));
	assert_false(span_eq(SPAN("a\0b"), SPAN("a\0c")));
	assert_true(span_is(span_cstr(NULL), ""));
}

static void span_trim_takes_blanks_at_both_ends_only(void **state)
{
	(void)state;
	assert_true(span_is(span_trim(SPAN(" \t a b\r\n")), "a b"));
	assert_int_equal(span_trim(SPAN(" \n\t ")).len, 0);
	assert_int_equal(span_trim(SPAN_NONE).len, 0);
}

static void span_eq_nocase_folds_ascii_only(void **state)
{
	(void)state;
	assert_true(span_eq_nocase(SPAN("WaRn"), SPAN("wArN")));
	assert_false(span_eq_nocase(SPAN("\xC3\x84"), SPAN("\xC3\xA4"))); /* A and a with dots */
	assert_false(span_eq_nocase(SPAN("@"), SPAN("`"))); /* 0x20 apart, but no letters */
	assert_false(span_eq_nocase(SPAN("warn"), SPAN("warning")));
}

static void span_find_gives_the_first_occurrence(void **state)
{
	struct span text = SPAN("abcabc");

	(void)state;
	assert_ptr_equal(span_find(text, SPAN("bc")), text.data + 1);
	assert_ptr_equal(span_find(text, SPAN("")), text.data);
	assert_null(span_find(text, SPAN("abcabcd")));
	assert_null(span_find(text, SPAN("x")));
}

static void span_starts_needs_the_whole_prefix(void **state)
{
	(void)state;
	assert_true(span_starts(SPAN("abc"), "ab"));
	assert_true(span_starts(SPAN("abc"), ""));
	assert_false(span_starts(SPAN("a"), "ab"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(span_cmp_orders_by_bytes_then_length),
		cmocka_unit_test(span_eq_of_absent_and_empty_is_true),
		cmocka_unit_test(span_trim_takes_blanks_at_both_ends_only),
		cmocka_unit_test(span_eq_nocase_folds_ascii_only),
		cmocka_unit_test(span_find_gives_the_first_occurrence),
		cmocka_unit_test(span_starts_needs_the_whole_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
