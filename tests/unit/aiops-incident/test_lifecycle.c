#include "aiops-incident/register/lifecycle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void test_names_are_those_of_the_record(void **state)
{
	static const char *const words[] = {"detected",       "investigating", "identified",
					    "mitigating",     "resolved",      "escalated",
					    "false_positive", "post_mortem"};

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		enum status s = status_from_name(span_cstr(words[i]));

		assert_int_not_equal(s, STATUSES);
		assert_string_equal(status_name(s), words[i]);
	}
	assert_int_equal(status_from_name(SPAN("Detected")), STATUSES);
	assert_int_equal(status_from_name(SPAN_NONE), STATUSES);
}

/* From each state those that may follow, written down by hand from the manual. */
static void test_transitions(void **state)
{
	static const struct {
		enum status from;
		const char *allowed;
	} table[] = {
		{STATUS_DETECTED,
		 "investigating, identified, mitigating, escalated, resolved, false_positive"},
		{STATUS_INVESTIGATING,
		 "identified, mitigating, escalated, resolved, false_positive"},
		{STATUS_IDENTIFIED,
		 "investigating, mitigating, escalated, resolved, false_positive"},
		{STATUS_MITIGATING,
		 "investigating, identified, escalated, resolved, false_positive"},
		{STATUS_ESCALATED,
		 "investigating, identified, mitigating, resolved, false_positive"},
		{STATUS_RESOLVED, "investigating, false_positive, post_mortem"},
		{STATUS_FALSE_POSITIVE, "investigating"},
		{STATUS_POST_MORTEM, "investigating"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct buf out = BUF_INIT(1024);

		status_add_allowed(&out, table[i].from);
		assert_string_equal(buf_cstr(&out), table[i].allowed);
		buf_release(&out);
	}
}

static void test_what_is_open_can_be_closed_and_what_is_closed_reopened(void **state)
{
	(void)state;
	for (enum status s = STATUS_DETECTED; s < STATUSES; s++) {
		if (status_is_open(s)) {
			assert_true(status_may_become(s, STATUS_RESOLVED));
			assert_true(status_may_become(s, STATUS_FALSE_POSITIVE));
		} else {
			assert_true(status_may_become(s, STATUS_INVESTIGATING));
		}
		assert_false(status_may_become(s, s));
		assert_false(status_may_become(s, STATUS_DETECTED));
	}
	assert_true(status_may_become(STATUS_RESOLVED, STATUS_POST_MORTEM));
}

static void test_severities(void **state)
{
	(void)state;
	assert_string_equal(severity_sev(SEVERITY_CRITICAL), "SEV1");
	assert_string_equal(severity_sev(SEVERITY_LOW), "SEV4");
	assert_string_equal(severity_sev(SEVERITY_INFO), "SEV4");
	assert_string_equal(severity_sev(SEVERITY_UNKNOWN), "SEV?");
	assert_int_equal(severity_from_either(SPAN("sev2")), SEVERITY_HIGH);
	assert_int_equal(severity_from_either(SPAN("SEV4")), SEVERITY_LOW);
	assert_int_equal(severity_from_either(SPAN("medium")), SEVERITY_MEDIUM);
	assert_int_equal(severity_from_either(SPAN("SEV?")), SEVERITY_UNKNOWN);
	assert_int_equal(severity_from_either(SPAN("worst")), SEVERITY_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_those_of_the_record),
		cmocka_unit_test(test_transitions),
		cmocka_unit_test(test_what_is_open_can_be_closed_and_what_is_closed_reopened),
		cmocka_unit_test(test_severities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
