#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aiops-ingest/settings.h"

static void label_parse_splits_at_the_first_equals(void **state)
{
	struct err e = ERR_INIT;
	struct label l;

	(void)state;
	assert_int_equal(label_parse("a=b=c", &l, &e), 0);
	assert_true(span_is(l.name, "a"));
	assert_true(span_is(l.value, "b=c"));
	assert_int_equal(label_parse("a", &l, &e), -1);
	assert_int_equal(e.code, EX_BADUSAGE);
	err_clear(&e);
	assert_int_equal(label_parse("=a", &l, &e), -1);
	err_clear(&e);
	assert_int_equal(label_parse("a=", &l, &e), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(label_parse_splits_at_the_first_equals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
