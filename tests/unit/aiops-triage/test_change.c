/* The prior of changes. */
#include "aiops-triage/evidence/change.h"

#include <math.h>
#include <stdio.h>

#include "triage_test.h"

#define ONSET (INT64_C(1700000000) * NS_PER_S)

static struct item change(int64_t before_s, const char *type)
{
	struct item it = {.kind = KIND_CHANGE, .at_ns = ONSET - before_s * NS_PER_S};

	it.fields[ITEM_CHANGE_TYPE] = span_cstr(type);
	return it;
}

static double score(int64_t before_s, const char *type, double rate)
{
	struct item it = change(before_s, type);

	return change_score(&it, ONSET, rate);
}

static void score_decays_with_age_within_the_window(void **state)
{
	(void)state;
	assert_near(score(0, "deploy", 0), 1);
	assert_near(score(2700, "deploy", 0), exp(-1));
	assert_true(score(7200, "deploy", 0) > 0);
	assert_near(score(7201, "deploy", 0), 0);
}

static void score_after_the_onset_is_zero(void **state)
{
	(void)state;
	assert_near(score(-1, "deploy", 0), 0);
	assert_near(score(-7200, "config", 0), 0);
}

static void score_by_kind(void **state)
{
	(void)state;
	assert_near(score(0, "Config", 0), 1);
	assert_near(score(0, "feature_flag", 0), 0.8);
	assert_near(score(0, "scaling", 0), 0.7);
	assert_near(score(0, "something", 0), 0.7);
	assert_near(score(0, "", 0), 0.7);
}

static void score_of_a_service_that_always_deploys_is_nothing(void **state)
{
	(void)state;
	assert_true(score(0, "deploy", 6) < 1e-5);
	assert_true(score(0, "deploy", 0.05) > 0.9);
}

static void rate_counts_earlier_changes_of_the_same_service(void **state)
{
	struct context c;
	struct item it = change(60, "deploy");

	(void)state;
	it.fields[ITEM_SERVICE] = SPAN("api");
	context_init(&c, 100, 1 << 20);
	for (int i = 0; i < 11; i++) {
		char json[200];

		(void)snprintf(json, sizeof json,
			       "{\"kind\":\"change\",\"id\":\"%d\","
			       "\"timestamp\":\"2023-11-14T%02d:00:00Z\",\"service\":\"%s\"}",
			       i, i, i % 2 ? "api" : "web");
		test_add(&c, json);
	}
	/* the onset is 2023-11-14T22:13:20Z: five changes of api in the 22 h before the window */
	assert_near(change_rate(&c, &it, ONSET), 5 / 22.0);
	it.fields[ITEM_SERVICE] = SPAN("other");
	assert_near(change_rate(&c, &it, ONSET), 0);
	context_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(score_decays_with_age_within_the_window),
		cmocka_unit_test(score_after_the_onset_is_zero),
		cmocka_unit_test(score_by_kind),
		cmocka_unit_test(score_of_a_service_that_always_deploys_is_nothing),
		cmocka_unit_test(rate_counts_earlier_changes_of_the_same_service),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
