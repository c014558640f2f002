/* Collecting output: every cut of the same bytes gives the same result. */
#include "proc/output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz";

static void collect(size_t limit, size_t step, size_t total, struct proc_output *out)
{
	struct output o;

	output_init(&o, limit);
	for (size_t at = 0; at < total; at += step)
		output_add(&o, span_of(alphabet + at, total - at < step ? total - at : step));
	output_finish(&o, out);
}

static void assert_kept(size_t limit, size_t total, const char *expected, bool truncated)
{
	for (size_t step = 1; step <= 26; step++) {
		struct proc_output out;
		struct span all = span_of(alphabet, total);
		struct digest d = digest_of(&all, 1);

		collect(limit, step, total, &out);
		assert_string_equal(buf_cstr(&out.kept), expected);
		assert_int_equal(out.truncated, truncated);
		assert_int_equal(out.total_bytes, total);
		assert_memory_equal(out.digest.bytes, d.bytes, DIGEST_BYTES);
		buf_release(&out.kept);
	}
}

static void output_fits_exactly(void **state)
{
	(void)state;
	assert_kept(26, 26, alphabet, false);
	assert_kept(7, 7, "abcdefg", false);
}

static void output_one_too_many_leaves_one_out(void **state)
{
	(void)state;
	assert_kept(6, 7, "abc\n... 1 bytes left out ...\nefg", true);
	assert_kept(5, 7, "abc\n... 2 bytes left out ...\nfg", true);
}

static void output_wraps_more_than_once(void **state)
{
	(void)state;
	assert_kept(4, 26, "ab\n... 22 bytes left out ...\nyz", true);
	assert_kept(1, 26, "a\n... 25 bytes left out ...\n", true);
	assert_kept(0, 26, "\n... 26 bytes left out ...\n", true);
}

static void output_none_is_empty(void **state)
{
	struct proc_output out;

	(void)state;
	collect(10, 1, 0, &out);
	assert_int_equal(out.kept.len, 0);
	assert_int_equal(out.total_bytes, 0);
	buf_release(&out.kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_fits_exactly),
		cmocka_unit_test(output_one_too_many_leaves_one_out),
		cmocka_unit_test(output_wraps_more_than_once),
		cmocka_unit_test(output_none_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
