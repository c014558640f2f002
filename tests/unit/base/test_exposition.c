#include "base/exposition.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_sample(void **state)
{
	const struct exposition_label labels[] = {
		{"a", SPAN("x\"y\\z\nw")}, {"b", SPAN("")}, {NULL, SPAN("")}};
	struct buf out = BUF_INIT(10000);

	(void)state;
	exposition_family(&out, "n_total", "counter", "Things.");
	exposition_sample(&out, "n_total", "", labels, 3);
	exposition_sample(&out, "n", "_sum", NULL, 0.5);
	exposition_sample(&out, "n", "", NULL, INFINITY);
	exposition_sample(&out, "n", "", NULL, (double)NAN);
	assert_string_equal(buf_cstr(&out), "# HELP n_total Things.\n# TYPE n_total counter\n"
					    "n_total{a=\"x\\\"y\\\\z\\nw\",b=\"\"} 3\nn_sum 0.5\n"
					    "n +Inf\nn NaN\n");
	buf_release(&out);
}

/* A value is cut at a character: half of one would be no UTF-8. */
static void test_long_value(void **state)
{
	char value[EXPOSITION_VALUE_MAX + 2];
	struct exposition_label labels[] = {{"a", {value, sizeof value - 1}}, {NULL, {NULL, 0}}};
	struct buf out = BUF_INIT(10000);

	(void)state;
	memset(value, 'x', sizeof value);
	value[EXPOSITION_VALUE_MAX - 1] = '\xC3';
	value[EXPOSITION_VALUE_MAX] = '\xBC';
	exposition_sample(&out, "n", "", labels, 1);
	assert_int_equal(out.len, strlen("n{a=\"\"} 1\n") + EXPOSITION_VALUE_MAX - 1);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sample),
		cmocka_unit_test(test_long_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
