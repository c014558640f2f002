#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void buf_add_appends_every_form(void **state)
{
	struct buf b = BUF_INIT(1000);

	(void)state;
	buf_add(&b, "ab", 2);
	buf_add_span(&b, SPAN("cd"));
	buf_add_cstr(&b, "ef");
	buf_add_char(&b, 'g');
	buf_addf(&b, "%d-%s", 7, "x");
	assert_string_equal(buf_cstr(&b), "abcdefg7-x");
	assert_int_equal(b.len, 10);
	buf_release(&b);
}

static void buf_add_at_the_maximum_stores_all(void **state)
{
	struct buf b = BUF_INIT(4);

	(void)state;
	buf_add_cstr(&b, "abcd");
	assert_false(buf_overflowed(&b));
	assert_true(span_is(buf_span(&b), "abcd"));
	assert_string_equal(buf_cstr(&b), "abcd"); /* the NUL is not counted */
	buf_release(&b);
}

static void buf_add_past_the_maximum_stores_nothing_more(void **state)
{
	struct buf b = BUF_INIT(4);

	(void)state;
	buf_add_cstr(&b, "abc");
	buf_add_cstr(&b, "de");
	assert_true(buf_overflowed(&b));
	buf_add_char(&b, 'f'); /* would fit, but comes behind a gap */
	assert_true(span_is(buf_span(&b), "abc"));
	assert_null(buf_room(&b, 0));
	buf_clear(&b);
	assert_false(buf_overflowed(&b));
	buf_add_cstr(&b, "wxyz");
	assert_true(span_is(buf_span(&b), "wxyz"));
	buf_release(&b);
}

static void buf_room_of_an_absurd_size_overflows(void **state)
{
	struct buf b = BUF_INIT(10);

	(void)state;
	buf_add_char(&b, 'x');
	assert_null(buf_room(&b, SIZE_MAX));
	assert_true(buf_overflowed(&b));
	buf_release(&b);
}

static void buf_addf_longer_than_its_small_array_is_whole(void **state)
{
	struct buf b = BUF_INIT(1000);

	(void)state;
	buf_addf(&b, "%600d|", 1);
	assert_int_equal(b.len, 601);
	assert_int_equal(b.data[599], '1');
	assert_int_equal(b.data[600], '|');
	buf_release(&b);
}

static void buf_add_i64_reaches_both_ends(void **state)
{
	struct buf b = BUF_INIT(100);

	(void)state;
	buf_add_i64(&b, INT64_MIN);
	buf_add_char(&b, ' ');
	buf_add_i64(&b, 0);
	buf_add_char(&b, ' ');
	buf_add_i64(&b, INT64_MAX);
	assert_string_equal(buf_cstr(&b), "-9223372036854775808 0 9223372036854775807");
	buf_release(&b);
}

static void buf_take_hands_over_and_empties(void **state)
{
	struct buf b = BUF_INIT(100);
	char *taken;

	(void)state;
	buf_add_cstr(&b, "mine");
	taken = buf_take(&b);
	assert_string_equal(taken, "mine");
	assert_int_equal(b.len, 0);
	assert_null(b.data);
	assert_int_equal(b.max, 100);
	free(taken);
	taken = buf_take(&b);
	assert_string_equal(taken, "");
	free(taken);
}

static void buf_cstr_of_an_empty_buffer_is_a_string(void **state)
{
	struct buf b = BUF_INIT(0);

	(void)state;
	assert_string_equal(buf_cstr(&b), "");
	buf_release(&b);
	buf_release(&b); /* twice does no harm */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buf_add_appends_every_form),
		cmocka_unit_test(buf_add_at_the_maximum_stores_all),
		cmocka_unit_test(buf_add_past_the_maximum_stores_nothing_more),
		cmocka_unit_test(buf_room_of_an_absurd_size_overflows),
		cmocka_unit_test(buf_addf_longer_than_its_small_array_is_whole),
		cmocka_unit_test(buf_add_i64_reaches_both_ends),
		cmocka_unit_test(buf_take_hands_over_and_empties),
		cmocka_unit_test(buf_cstr_of_an_empty_buffer_is_a_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
