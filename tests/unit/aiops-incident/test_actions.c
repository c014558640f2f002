#include "aiops-incident/register/actions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/instant.h"

static struct action action_at(struct span run, struct span state, int64_t s)
{
	return (struct action){.run = run,
			       .runbook = SPAN("restart"),
			       .state = state,
			       .started_ns = s * NS_PER_S,
			       .at_ns = s * NS_PER_S};
}

static void count(void *ctx, const struct action *a)
{
	(void)a;
	++*(int *)ctx;
}

static void test_same_run_is_one_action_from_its_beginning(void **state)
{
	struct action first = action_at(SPAN("RUN-1"), SPAN("running"), 100);
	struct action other = action_at(SPAN("RUN-2"), SPAN("running"), 110);
	struct action last = action_at(SPAN("RUN-1"), SPAN("succeeded"), 141);
	struct pool pool = {0};
	struct span json = SPAN_NONE;
	int n = 0;

	(void)state;
	json = actions_with(json, &first, &pool);
	json = actions_with(json, &other, &pool);
	json = actions_with(json, &last, &pool);
	actions_each(json, count, &n);
	assert_int_equal(n, 2);
	assert_int_equal(last.started_ns, 100 * NS_PER_S);
	assert_int_equal(actions_started(json, SPAN("RUN-1")), 100 * NS_PER_S);
	assert_int_equal(actions_started(json, SPAN("RUN-3")), INT64_MIN);
	assert_int_equal(actions_started(SPAN_NONE, SPAN("RUN-1")), INT64_MIN);
	pool_release(&pool);
}

static void test_oldest_go_and_hostile_text_stays_text(void **state)
{
	struct pool pool = {0};
	struct span json = SPAN_NONE;
	char run[32];
	int n = 0;

	(void)state;
	for (int i = 0; i < ACTIONS_MAX + 7; i++) {
		struct action a;

		(void)snprintf(run, sizeof run, "RUN-%d", i);
		a = action_at(span_cstr(run), SPAN("fa\"il]}ed\n"), i);
		json = actions_with(json, &a, &pool);
	}
	actions_each(json, count, &n);
	assert_int_equal(n, ACTIONS_MAX);
	assert_int_equal(actions_started(json, SPAN("RUN-6")), INT64_MIN);
	assert_int_equal(actions_started(json, SPAN("RUN-7")), 7 * NS_PER_S);
	pool_release(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_run_is_one_action_from_its_beginning),
		cmocka_unit_test(test_oldest_go_and_hostile_text_stays_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
