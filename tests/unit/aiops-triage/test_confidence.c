/* Confidence: its range, and that it rises with support. */
#include "aiops-triage/explain/confidence.h"

#include "triage_test.h"

static void confidence_of_nothing_is_zero(void **state)
{
	(void)state;
	assert_near(confidence_of(&(struct features){0}), 0);
}

static void confidence_never_passes_its_maximum(void **state)
{
	(void)state;
	assert_near(confidence_of(&(struct features){
			    .share = 1, .class_score = 1, .agreeing = 4, .evidence = 1000}),
		    CONFIDENCE_MAX);
}

static void confidence_rises_with_each_feature(void **state)
{
	const struct features base = {
		.share = 0.2, .class_score = 0.2, .agreeing = 1, .evidence = 1};
	struct features f = base;
	double c = confidence_of(&base);

	(void)state;
	f.share = 0.4;
	assert_true(confidence_of(&f) > c);
	f = base;
	f.class_score = 0.5;
	assert_true(confidence_of(&f) > c);
	f = base;
	f.agreeing = 2;
	assert_true(confidence_of(&f) > c);
	f = base;
	f.evidence = 2;
	assert_true(confidence_of(&f) > c);
	f = base;
	f.rejected = 1;
	assert_near(confidence_of(&f), c / 2);
}

static void automation_is_never_ready(void **state)
{
	(void)state;
	assert_string_equal(automation_word(false), "approval");
	assert_string_equal(automation_word(true), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(confidence_of_nothing_is_zero),
		cmocka_unit_test(confidence_never_passes_its_maximum),
		cmocka_unit_test(confidence_rises_with_each_feature),
		cmocka_unit_test(automation_is_never_ready),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
