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
			    .share = 1, .class_score = 1, .agreement = 1, .evidence = 1000}),
		    CONFIDENCE_MAX);
}

static void confidence_rises_with_each_feature(void **state)
{
	const struct features base = {
		.share = 0.2, .class_score = 0.2, .agreement = 0.25, .evidence = 1};
	struct features f = base;
	double c = confidence_of(&base);

	(void)state;
	f.share = 0.4;
	assert_true(confidence_of(&f) > c);
	f = base;
	f.class_score = 0.5;
	assert_true(confidence_of(&f) > c);
	f = base;
	f.agreement = 0.3;
	assert_true(confidence_of(&f) > c);
	f = base;
	f.evidence = 2;
	assert_true(confidence_of(&f) > c);
	f = base;
	f.rejected = 1;
	assert_near(confidence_of(&f), c / 2);
}

static void abstains_below_the_floor(void **state)
{
	(void)state;
	assert_true(confidence_abstains(0.29, true, true));
	assert_false(confidence_abstains(0.3, true, false));
}

static void abstains_on_a_place_that_only_alerts_name(void **state)
{
	(void)state;
	assert_true(confidence_abstains(0.5, false, false));
	assert_false(confidence_abstains(0.22, false, true));
	assert_true(confidence_abstains(0.2, false, true));
}

/* As good as it gets: what each test takes one thing away from. */
static struct trust full_trust(void)
{
	return (struct trust){.ai_executable = true,
			      .calibration = CALIBRATION_PLATT,
			      .confidence = 0.995,
			      .ready_above = READY_STANDARD};
}

static void automation_is_ready_above_99_percent(void **state)
{
	struct trust t = full_trust();

	(void)state;
	assert_string_equal(automation_word(&t), "ready");
	t.confidence = 0.99;
	assert_string_equal(automation_word(&t), "approval");
}

static void automation_is_never_ready_when_uncalibrated(void **state)
{
	struct trust t = full_trust();

	(void)state;
	t.calibration = CALIBRATION_NONE;
	assert_string_equal(automation_word(&t), "approval");
	t.confidence = 1;
	assert_string_equal(automation_word(&t), "approval");
}

static void automation_asks_the_runbook(void **state)
{
	struct trust t = full_trust();

	(void)state;
	t.ai_executable = false;
	assert_string_equal(automation_word(&t), "approval");
}

static void automation_below_95_percent_is_approval_by_any_policy(void **state)
{
	struct trust t = full_trust();

	(void)state;
	t.confidence = 0.96;
	t.ready_above = 0.95;
	assert_string_equal(automation_word(&t), "ready");
	t.confidence = 0.95;
	t.ready_above = 0.1;
	assert_string_equal(automation_word(&t), "approval");
}

static void automation_of_an_abstention_is_none(void **state)
{
	struct trust t = full_trust();

	(void)state;
	t.abstained = true;
	assert_string_equal(automation_word(&t), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(confidence_of_nothing_is_zero),
		cmocka_unit_test(confidence_never_passes_its_maximum),
		cmocka_unit_test(confidence_rises_with_each_feature),
		cmocka_unit_test(abstains_below_the_floor),
		cmocka_unit_test(abstains_on_a_place_that_only_alerts_name),
		cmocka_unit_test(automation_is_ready_above_99_percent),
		cmocka_unit_test(automation_is_never_ready_when_uncalibrated),
		cmocka_unit_test(automation_asks_the_runbook),
		cmocka_unit_test(automation_below_95_percent_is_approval_by_any_policy),
		cmocka_unit_test(automation_of_an_abstention_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
