/* What a person says of a cause, beside what was thought. */
#include "aiops-triage/feedback/agree.h"

#include "triage_test.h"

static const struct guess guesses[] = {
	{SPAN("orders-db"), SPAN("connection_exhaustion")},
	{SPAN("10.0.0.3:9100"), SPAN("disk")},
};

static bool is_class(void *ctx, struct span word)
{
	(void)ctx;
	return span_is(word, "disk") || span_is(word, "connection_exhaustion");
}

static void assert_cause(const char *text, const char *component, const char *fault, bool agrees,
			 bool helped)
{
	struct true_cause c =
		cause_read(span_cstr(text), guesses, ARRAY_LEN(guesses), is_class, NULL);

	assert_span(c.component, component);
	assert_span(c.fault, fault);
	assert_int_equal(cause_agrees(&c, &guesses[0]), agrees);
	assert_int_equal(cause_helped(&c, guesses, ARRAY_LEN(guesses)), helped);
}

static void cause_may_be_a_class_a_component_or_both(void **state)
{
	(void)state;
	assert_cause("connection_exhaustion", "", "connection_exhaustion", true, true);
	assert_cause("disk", "", "disk", false, false);
	assert_cause("orders-db", "orders-db", "", true, true);
	assert_cause("orders-db:disk", "orders-db", "disk", false, true);
	assert_cause("orders-db:connection_exhaustion", "orders-db", "connection_exhaustion", true,
		     true);
	assert_cause("elsewhere:disk", "elsewhere", "disk", false, false);
}

static void component_may_hold_a_colon(void **state)
{
	(void)state;
	assert_cause("10.0.0.3:9100", "10.0.0.3:9100", "", false, true);
	assert_cause("10.0.0.3:9100:disk", "10.0.0.3:9100", "disk", false, true);
}

static void other_words_say_nothing(void **state)
{
	(void)state;
	assert_cause("a digger", "", "", false, false);
	assert_cause("note: disk", "", "", false, false);
	assert_cause(":disk", "", "", false, false);
	assert_cause("", "", "", false, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cause_may_be_a_class_a_component_or_both),
		cmocka_unit_test(component_may_hold_a_colon),
		cmocka_unit_test(other_words_say_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
