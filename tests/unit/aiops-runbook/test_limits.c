/* Limits: counted over rows, in the transaction that uses them. */
#include "aiops-runbook/runs/limits.h"

#include "fixture.h"

struct world {
	struct fixture x;
	struct runbook rb;
	struct span targets[1];
	struct plan plan;
	struct run_row run;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	fixture_open(&w->x);
	w->rb.limits = (struct limits){.max_actions_per_hour = 4};
	w->targets[0] = SPAN("db-1");
	w->plan = (struct plan){
		.rb = &w->rb, .targets = w->targets, .n_targets = 1, .actions = 2, .undos = 1};
	w->run = fixture_run(&w->x, "RUN-0000000000000001");
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	fixture_close(&w->x);
	free(w);
	return 0;
}

/* An acting attempt of another run, so long ago. */
static void acted(struct world *w, const char *run, int n, const char *role, int64_t ago_s)
{
	char sql[512];

	(void)snprintf(sql, sizeof sql, "SELECT count(*) FROM aiops_run WHERE id = '%s'", run);
	if (fixture_count(&w->x, sql) == 0)
		(void)fixture_run(&w->x, run);
	(void)snprintf(
		sql, sizeof sql,
		"INSERT INTO aiops_attempt (run, n, step, role, attempt, effect, target, counts, state, runbook,"
		" incident, argv_sha256, intent_ns) VALUES ('%s', %d, 's', '%s', 1, 'write', 'db-1', 1, 'done',"
		" 'demo', 'INC-1', '', %lld)",
		run, n, role, (long long)(w->x.now_ns - ago_s * NS_PER_S));
	fixture_sql(&w->x, sql);
}

static const char *admit_run(struct world *w)
{
	struct refusal why = {.reason = NULL};
	struct err e = ERR_INIT;
	int rc = limits_admit_run(&w->x.journal, &w->plan, &w->run, &why, &e);

	if (rc < 0)
		fail_msg("%s", e.text);
	return rc == 0 ? "admitted" : why.reason;
}

static const char *admit_step(struct world *w)
{
	struct refusal why = {.reason = NULL};
	struct err e = ERR_INIT;
	int rc = limits_admit_step(&w->x.journal, &w->plan, &w->run, EFFECT_WRITE, &why, &e);

	if (rc < 0)
		fail_msg("%s", e.text);
	return rc == 0 ? "admitted" : why.reason;
}

static void rate_counts_a_sliding_hour_of_the_runbook(void **state)
{
	struct world *w = *state;

	acted(w, "RUN-A000000000000000", 1, "step", 3601);
	acted(w, "RUN-A000000000000000", 2, "step", 3599);
	acted(w, "RUN-A000000000000000", 3, "step", 10);
	assert_string_equal(admit_run(w), "admitted"); /* 2 used, 2 more, 4 allowed */
	acted(w, "RUN-B000000000000000", 1, "step", 5);
	assert_string_equal(admit_run(w), "rate_limited");
	assert_string_equal(admit_step(w), "admitted"); /* one more fits */
	acted(w, "RUN-B000000000000000", 2, "step", 1);
	assert_string_equal(admit_step(w), "rate_limited");
	assert_int_equal(refusal_exit("rate_limited"), EX_TRYLATER);
	w->x.now_ns += 3600 * NS_PER_S; /* all of it is an hour old */
	assert_string_equal(admit_run(w), "admitted");
}

static void rate_leaves_undo_out_and_sees_the_future(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 5; i++)
		acted(w, "RUN-A000000000000000", i, "rollback", 10);
	assert_string_equal(admit_run(w), "admitted");
	for (int i = 5; i < 8; i++)
		acted(w, "RUN-A000000000000000", i, "step", -60); /* the clock went back */
	assert_string_equal(admit_run(w), "rate_limited");
}

static void rate_of_reads_is_not_limited(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 9; i++)
		acted(w, "RUN-A000000000000000", i, "step", 10);
	w->plan.actions = 0;
	assert_string_equal(admit_run(w), "admitted");
}

static void cooldown_is_for_the_target_and_other_runs(void **state)
{
	struct world *w = *state;

	w->rb.limits.per_target_cooldown_ms = 60000;
	acted(w, "RUN-A000000000000000", 1, "step", 59);
	assert_string_equal(admit_run(w), "cooldown");
	w->x.now_ns += NS_PER_S;
	assert_string_equal(admit_run(w), "admitted");
	w->x.now_ns -= NS_PER_S;
	w->targets[0] = SPAN("db-2");
	assert_string_equal(admit_run(w), "admitted");
}

static void budget_holds_back_the_undo_and_needs_an_incident(void **state)
{
	struct world *w = *state;

	w->rb.limits.max_steps_per_incident = 4;
	assert_string_equal(admit_run(w), "admitted"); /* 2 actions and 1 undo */
	acted(w, "RUN-A000000000000000", 1, "step", 7200);
	assert_string_equal(admit_run(w), "admitted");
	acted(w, "RUN-A000000000000000", 2, "rollback", 7200); /* undo counts here */
	assert_string_equal(admit_run(w), "budget_exhausted");
	assert_int_equal(refusal_exit("budget_exhausted"), EX_POLICY);
	w->run.incident = SPAN_NONE;
	assert_string_equal(admit_run(w),
			    "budget_exhausted"); /* what cannot be counted is refused */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rate_counts_a_sliding_hour_of_the_runbook, setup,
						teardown),
		cmocka_unit_test_setup_teardown(rate_leaves_undo_out_and_sees_the_future, setup,
						teardown),
		cmocka_unit_test_setup_teardown(rate_of_reads_is_not_limited, setup, teardown),
		cmocka_unit_test_setup_teardown(cooldown_is_for_the_target_and_other_runs, setup,
						teardown),
		cmocka_unit_test_setup_teardown(budget_holds_back_the_undo_and_needs_an_incident,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
