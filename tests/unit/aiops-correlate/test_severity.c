#include "aiops-correlate/severity.h"

#include "correlate_test.h"

static void severity_effective_table(void **state)
{
	static const struct {
		enum severity highest;
		uint32_t alerts;
		enum severity want;
		const char *why;
	} cases[] = {
		{SEVERITY_HIGH, 1, SEVERITY_HIGH, "the alert's own"},
		{SEVERITY_HIGH, 6, SEVERITY_HIGH, "the highest of 6 alerts is high"},
		{SEVERITY_HIGH, 7, SEVERITY_CRITICAL,
		 "the highest of 7 alerts is high; one step up for 6 correlated alerts"},
		{SEVERITY_CRITICAL, 70, SEVERITY_CRITICAL, "the highest of 70 alerts is critical"},
		{SEVERITY_INFO, 7, SEVERITY_LOW,
		 "the highest of 7 alerts is info; one step up for 6 correlated alerts"},
		{SEVERITY_UNKNOWN, 1, SEVERITY_MEDIUM,
		 "no alert says its severity: taken as medium"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf why = BUF_INIT(1000);

		assert_int_equal(severity_effective(cases[i].highest, cases[i].alerts, &why),
				 cases[i].want);
		assert_string_equal(buf_cstr(&why), cases[i].why);
		assert_int_equal(severity_effective(cases[i].highest, cases[i].alerts, NULL),
				 cases[i].want);
		buf_release(&why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(severity_effective_table)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
