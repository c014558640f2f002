/* The score of a plan and who must approve it: the table of the feature list, worked out by hand.
 */
#include "aiops-runbook/risk/policy.h"

#include "fixture.h"

#include <math.h>

/* 2026-11-23 is a Monday (fixture.h: T0 is its 09:00 UTC). */
#define HOUR  (3600 * NS_PER_S)
#define NIGHT (T0 - 5 * HOUR)

struct world {
	struct step steps[2];
	struct selector_label where[1];
	struct runbook rb;
	struct plan plan;
	struct zone utc;
	struct site site;
	struct assessment risk;
	struct policy_answer answer;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	w->where[0].name = SPAN("namespace");
	w->steps[0] = (struct step){.id = {.text = SPAN("one")},
				    .effect = EFFECT_WRITE,
				    .effect_given = true,
				    .action = ACTION_RESTART,
				    .action_given = true,
				    .selector = w->where,
				    .n_selector = 1};
	w->steps[1] = (struct step){
		.id = {.text = SPAN("look")}, .effect = EFFECT_READ, .effect_given = true};
	w->rb = (struct runbook){.id = SPAN("demo"),
				 .steps = w->steps,
				 .n_steps = 2,
				 .risk = RISK_LOW,
				 .ai_executable = true};
	w->plan = (struct plan){.rb = &w->rb,
				.actions = 1,
				.needs_approval = true,
				.request = {.confidence = 0.995, .calibration = SPAN("isotonic")}};
	zone_fixed(&w->utc, "UTC", 0);
	w->site = (struct site){.authority = AUTHORITY_AUTO, .auto_above = SITE_AUTO_ABOVE};
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	zone_release(&w->utc);
	free(w);
	return 0;
}

static int score(struct world *w, int64_t now, int64_t failed, int64_t runs)
{
	risk_assess(&w->plan, &w->utc, now, failed, runs, &w->risk);
	return w->risk.score;
}

static void score_counts_the_class_of_action(void **state)
{
	static const int points[] = {
		[ACTION_RESTART] = 1,   [ACTION_SCALE] = 2,         [ACTION_ROLLBACK] = 3,
		[ACTION_TERMINATE] = 4, [ACTION_CONFIG_CHANGE] = 3, [ACTION_OTHER] = 2,
	};
	struct world *w = *state;

	for (int a = ACTION_RESTART; a <= ACTION_OTHER; a++) {
		w->steps[0].action = (enum action_type)a;
		assert_int_equal(score(w, NIGHT, 0, 0), points[a]);
	}
	w->steps[0].action_given = false;
	assert_int_equal(score(w, NIGHT, 0, 0), 2); /* a write: other */
	w->steps[0].effect = EFFECT_DESTRUCTIVE;
	assert_int_equal(score(w, NIGHT, 0, 0), 4); /* the worst that it may be: terminate */
}

static void score_takes_the_heaviest_step_and_the_loosest(void **state)
{
	struct world *w = *state;

	w->steps[1] = w->steps[0];
	w->steps[1].action = ACTION_TERMINATE;
	assert_int_equal(score(w, NIGHT, 0, 0), 4);
	w->steps[0].n_selector = 0;
	assert_int_equal(score(w, NIGHT, 0, 0), 6);
	w->steps[0].n_selector = 1;
	w->where[0].name = SPAN("app"); /* says what, not where */
	assert_int_equal(score(w, NIGHT, 0, 0), 6);
}

static void score_of_hours_is_by_the_clocks_of_the_zone(void **state)
{
	static const struct {
		int64_t after;
		int points;
	} hours[] = {
		{-NS_PER_S, 0},           /* Monday 08:59:59 */
		{0, 1},                   /* 09:00 */
		{8 * HOUR - NS_PER_S, 1}, /* 16:59:59 */
		{8 * HOUR, 0},            /* 17:00 */
		{4 * 24 * HOUR, 1},       /* Friday 09:00 */
		{5 * 24 * HOUR, 0},       /* Saturday */
		{6 * 24 * HOUR, 0},       /* Sunday */
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof hours / sizeof *hours; i++)
		assert_int_equal(score(w, T0 + hours[i].after, 0, 0), 1 + hours[i].points);
	zone_release(&w->utc);
	zone_fixed(&w->utc, "-03:00", -3 * 3600);
	assert_int_equal(score(w, T0, 0, 0), 1); /* 06:00 there */
	assert_int_equal(score(w, T0 + 3 * HOUR, 0, 0), 2);
}

static void score_of_history_begins_above_two_failures(void **state)
{
	struct world *w = *state;

	assert_int_equal(score(w, NIGHT, 2, 20), 1);
	assert_int_equal(score(w, NIGHT, 3, 20), 3);
	assert_int_equal(score(w, NIGHT, 0, -1), 1);
	assert_non_null(strstr(w->risk.factors[w->risk.n - 1].text, "unknown"));
}

static void level_follows_the_score_and_is_never_below_the_declared(void **state)
{
	struct world *w = *state;

	(void)score(w, T0, 0, 0); /* 2 */
	assert_int_equal(w->risk.level, RISK_LOW);
	(void)score(w, NIGHT, 3, 20); /* 3 */
	assert_int_equal(w->risk.level, RISK_LOW);
	(void)score(w, T0, 3, 20); /* 4 */
	assert_int_equal(w->risk.level, RISK_MEDIUM);
	w->steps[0].action = ACTION_TERMINATE;
	w->steps[0].n_selector = 0;
	assert_int_equal(score(w, NIGHT, 0, 0), 6);
	assert_int_equal(w->risk.level, RISK_MEDIUM);
	assert_int_equal(score(w, T0, 0, 0), 7);
	assert_int_equal(w->risk.level, RISK_HIGH);
	assert_int_equal(score(w, T0, 3, 20), RISK_MOST);
	assert_int_equal(w->risk.level, RISK_HIGH);
	w->rb.risk = RISK_CRITICAL;
	(void)score(w, NIGHT, 0, 0);
	assert_int_equal(w->risk.level, RISK_CRITICAL);
	assert_int_equal(w->risk.declared, RISK_CRITICAL);
}

static void plan_that_reads_only_has_no_score(void **state)
{
	struct world *w = *state;

	w->steps[0].effect = EFFECT_READ;
	assert_int_equal(score(w, T0, 20, 20), 0);
	assert_int_equal(w->risk.n, 0);
	assert_int_equal(w->risk.level, RISK_LOW);
}

/* ---- history from the store ---- */

static void history_counts_the_last_twenty_that_were_carried_out(void **state)
{
	static const struct {
		const char *state, *reason;
		bool failed, counts;
	} ends[] = {
		{"succeeded", "verified", false, true},
		{"failed", "step_failed", true, true},
		{"failed", "precondition_failed", true, false},
		{"failed", "interrupted", true, false},
		{"rolled_back", "verify_failed", true, true},
		{"rollback_partial", "step_failed", true, true},
		{"needs_operator", "runner_gone", true, true},
		{"cancelled", "denied", false, false},
		{"expired", "approval_expired", false, false},
		{"blocked", "rate_limited", false, false},
	};
	struct fixture x;
	struct err e = ERR_INIT;
	int64_t failed = -1, runs = -1;
	char sql[256], id[RUN_ID_LEN + 1];

	(void)state;
	fixture_open(&x);
	assert_int_equal(risk_history(x.store, SPAN("demo"), &failed, &runs, &e), 0);
	assert_int_equal(failed, 0);
	assert_int_equal(runs, 0);
	for (int i = 0; i < 10; i++) {
		(void)snprintf(id, sizeof id, "RUN-%016d", i);
		(void)fixture_run(&x, id);
		(void)snprintf(sql, sizeof sql,
			       "UPDATE aiops_run SET state = '%s', reason = '%s', ended_ns = %d"
			       " WHERE id = '%s'",
			       ends[i].state, ends[i].reason, i, id);
		fixture_sql(&x, sql);
	}
	assert_int_equal(risk_history(x.store, SPAN("demo"), &failed, &runs, &e), 0);
	assert_int_equal(runs, 5);
	assert_int_equal(failed, 4);
	assert_int_equal(risk_history(x.store, SPAN("other"), &failed, &runs, &e), 0);
	assert_int_equal(runs, 0);
	for (int i = 10; i < 28; i++) {
		(void)snprintf(id, sizeof id, "RUN-%016d", i);
		(void)fixture_run(&x, id);
		(void)snprintf(sql, sizeof sql,
			       "UPDATE aiops_run SET state = 'succeeded', ended_ns = %d"
			       " WHERE id = '%s'",
			       i, id);
		fixture_sql(&x, sql);
	}
	/* 18 good ones, and of the five the two that ended last. */
	assert_int_equal(risk_history(x.store, SPAN("demo"), &failed, &runs, &e), 0);
	assert_int_equal(runs, 20);
	assert_int_equal(failed, 2);
	fixture_close(&x);
}

/* ---- policy ---- */

static const char *because(struct world *w)
{
	(void)score(w, NIGHT, 0, 0);
	policy_decide(&w->plan, &w->risk, &w->site, &w->answer);
	return w->answer.because;
}

static void assert_needed(struct world *w, const char *word)
{
	assert_string_equal(because(w), word);
	assert_true(w->answer.needs_approval);
}

static void policy_lets_through_what_fulfils_everything(void **state)
{
	struct world *w = *state;

	assert_string_equal(because(w), "automatic");
	assert_false(w->answer.needs_approval);
}

static void policy_asks_a_person_when_anything_is_missing(void **state)
{
	struct world *w = *state, whole = *w;

	w->plan.steps_need_approval = true;
	assert_needed(w, "runbook");
	*w = whole;
	w->rb.risk = RISK_HIGH;
	assert_needed(w, "high_risk");
	*w = whole;
	w->site.authority = AUTHORITY_APPROVED;
	assert_needed(w, "authority");
	w->site.authority = AUTHORITY_ADVISE;
	assert_needed(w, "authority");
	*w = whole;
	w->rb.ai_executable = false;
	assert_needed(w, "not_ai_executable");
	*w = whole;
	w->plan.request = (struct request){0};
	assert_needed(w, "no_confidence");
	*w = whole;
	w->plan.request.calibration = SPAN("uncalibrated");
	assert_needed(w, "uncalibrated");
	w->plan.request.calibration = SPAN_NONE;
	assert_needed(w, "uncalibrated");
}

static void policy_holds_confidence_to_the_thresholds(void **state)
{
	static const struct {
		double above, confidence;
		bool needed;
	} cases[] = {
		{.99, .9901, false}, {.99, .99, true}, {.99, .96, true},  {.95, .9501, false},
		{.95, .95, true},    {.95, .94, true}, {.5, .9499, true}, {0, .94, true},
		{0, .96, false},     {.99, 1, false},  {.99, 1.01, true}, {1, 1, true},
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		w->site.auto_above = cases[i].above;
		w->plan.request.confidence = cases[i].confidence;
		(void)because(w);
		if (w->answer.needs_approval != cases[i].needed)
			fail_msg("%g above %g: %s", cases[i].confidence, cases[i].above,
				 w->answer.because);
	}
	w->plan.request.confidence = NAN;
	assert_needed(w, "no_confidence");
}

static void policy_asks_nobody_for_reads_unless_the_runbook_does(void **state)
{
	struct world *w = *state;

	w->steps[0].effect = EFFECT_READ;
	w->plan.needs_approval = false;
	w->site.authority = AUTHORITY_ADVISE;
	w->rb.risk = RISK_CRITICAL;
	assert_string_equal(because(w), "reads_only");
	assert_false(w->answer.needs_approval);
	w->plan.needs_approval = w->plan.steps_need_approval = true;
	assert_needed(w, "runbook");
}

#define with_world(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_world(score_counts_the_class_of_action),
		with_world(score_takes_the_heaviest_step_and_the_loosest),
		with_world(score_of_hours_is_by_the_clocks_of_the_zone),
		with_world(score_of_history_begins_above_two_failures),
		with_world(level_follows_the_score_and_is_never_below_the_declared),
		with_world(plan_that_reads_only_has_no_score),
		cmocka_unit_test(history_counts_the_last_twenty_that_were_carried_out),
		with_world(policy_lets_through_what_fulfils_everything),
		with_world(policy_asks_a_person_when_anything_is_missing),
		with_world(policy_holds_confidence_to_the_thresholds),
		with_world(policy_asks_nobody_for_reads_unless_the_runbook_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
