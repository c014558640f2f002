#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aiops-ingest/formats/sample.h"

static void sample_next_keeps_the_text_of_numbers(void **state)
{
	struct span rest = SPAN(" [ [1794906559.095,\"0.10\"] , [1e3 , \"NaN\"],[-1,\"+Inf\"] ] ");
	struct sample s;

	(void)state;
	assert_int_equal(sample_next(&rest, &s), 1);
	assert_true(span_is(s.time, "1794906559.095"));
	assert_true(span_is(s.value, "0.10"));
	assert_int_equal(sample_next(&rest, &s), 1);
	assert_true(span_is(s.time, "1e3"));
	assert_true(span_is(s.value, "NaN"));
	assert_int_equal(sample_next(&rest, &s), 1);
	assert_true(span_is(s.value, "+Inf"));
	assert_int_equal(sample_next(&rest, &s), 0);
}

static void sample_next_empty_array_ends(void **state)
{
	struct span rest = SPAN("[ ]");
	struct sample s;

	(void)state;
	assert_int_equal(sample_next(&rest, &s), 0);
}

static void sample_next_refuses_other_shapes(void **state)
{
	static const char *const bad[] = {
		"[1]",  "[[1]]", "[[1,2]]", "[[\"1\",\"2\"]]", "[[1,\"\"]]",    "[[1,\"2\",3]]",
		"[{}]", "{}",    "[[]]",    "[[1,\"a\\n\"]]",  "[[[1],\"2\"]]", "[[1,null]]"};
	struct sample s;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct span rest = span_cstr(bad[i]);

		if (sample_next(&rest, &s) != -1)
			fail_msg("%s was taken", bad[i]);
	}
}

static void sample_single_wants_nothing_behind_it(void **state)
{
	struct sample s;

	(void)state;
	assert_int_equal(sample_single(SPAN("[1,\"2\"]"), &s), 0);
	assert_int_equal(sample_single(SPAN("[1,\"2\"] x"), &s), -1);
	assert_int_equal(sample_single(SPAN_NONE, &s), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sample_next_keeps_the_text_of_numbers),
		cmocka_unit_test(sample_next_empty_array_ends),
		cmocka_unit_test(sample_next_refuses_other_shapes),
		cmocka_unit_test(sample_single_wants_nothing_behind_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
