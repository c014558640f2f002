#include "aiops-correlate/suppress/severity.h"

#include "correlate_test.h"

static void severity_weigh_table(void **state)
{
	static const struct {
		struct severity_case c;
		enum severity want;
		const char *why;
	} cases[] = {
		{{.highest = SEVERITY_HIGH, .alerts = 1}, SEVERITY_HIGH, "the alert's own"},
		{{.highest = SEVERITY_HIGH, .alerts = 6},
		 SEVERITY_HIGH,
		 "the highest of 6 alerts is high"},
		{{.highest = SEVERITY_HIGH, .alerts = 7},
		 SEVERITY_CRITICAL,
		 "the highest of 7 alerts is high; one step up for 6 correlated alerts"},
		{{.highest = SEVERITY_HIGH, .alerts = 7, .raise_alerts = 6},
		 SEVERITY_HIGH,
		 "the highest of 7 alerts is high"},
		{{.highest = SEVERITY_CRITICAL, .alerts = 70},
		 SEVERITY_CRITICAL,
		 "the highest of 70 alerts is critical"},
		{{.highest = SEVERITY_INFO, .alerts = 7},
		 SEVERITY_LOW,
		 "the highest of 7 alerts is info; one step up for 6 correlated alerts"},
		{{.highest = SEVERITY_UNKNOWN, .alerts = 1},
		 SEVERITY_MEDIUM,
		 "no alert says its severity: taken as medium"},
		/* services count only where a rule says how many are many */
		{{.highest = SEVERITY_LOW, .alerts = 5, .services = 5},
		 SEVERITY_LOW,
		 "the highest of 5 alerts is low"},
		{{.highest = SEVERITY_LOW, .alerts = 5, .services = 5, .raise_services = 3},
		 SEVERITY_MEDIUM,
		 "the highest of 5 alerts is low; one step up for 5 services"},
		/* one step only, however many reasons there are */
		{{.highest = SEVERITY_LOW, .alerts = 9, .services = 9, .raise_services = 3},
		 SEVERITY_MEDIUM,
		 "the highest of 9 alerts is low; one step up for 8 correlated alerts"},
		{{.highest = SEVERITY_HIGH, .alerts = 1, .maintained = true},
		 SEVERITY_MEDIUM,
		 "the alert's own; one step down in maintenance"},
		{{.highest = SEVERITY_LOW, .alerts = 1, .maintained = true},
		 SEVERITY_LOW,
		 "the alert's own"},
		{{.highest = SEVERITY_INFO, .alerts = 1, .maintained = true},
		 SEVERITY_INFO,
		 "the alert's own"},
		{{.highest = SEVERITY_HIGH,
		  .alerts = 1,
		  .maintained = true,
		  .least = SEVERITY_HIGH},
		 SEVERITY_HIGH,
		 "the alert's own; one step down in maintenance; policy asks for at least high"},
		{{.highest = SEVERITY_CRITICAL, .alerts = 1, .least = SEVERITY_LOW},
		 SEVERITY_CRITICAL,
		 "the alert's own"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf why = BUF_INIT(1000);

		assert_int_equal(severity_weigh(&cases[i].c, &why), cases[i].want);
		assert_string_equal(buf_cstr(&why), cases[i].why);
		assert_int_equal(severity_weigh(&cases[i].c, NULL), cases[i].want);
		buf_release(&why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(severity_weigh_table)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
