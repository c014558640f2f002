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

static void zone_parse_reads_offsets(void **state)
{
	static const char *const bad[] = {"",      "CET",    "+1",     "+24:00", "+01:60",
					  "01:00", "+01-00", "+0a:00", "+010000"};
	struct err e = ERR_INIT;
	int s = 1;

	(void)state;
	assert_int_equal(zone_parse("UTC", &s, &e), 0);
	assert_int_equal(s, 0);
	assert_int_equal(zone_parse("+01:30", &s, &e), 0);
	assert_int_equal(s, 5400);
	assert_int_equal(zone_parse("-0500", &s, &e), 0);
	assert_int_equal(s, -18000);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		err_clear(&e);
		if (zone_parse(bad[i], &s, &e) == 0)
			fail_msg("'%s' was taken", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(label_parse_splits_at_the_first_equals),
		cmocka_unit_test(zone_parse_reads_offsets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
