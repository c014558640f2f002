#include "aiops-correlate/alerts.h"

#include "correlate_test.h"

#define DEDUP (900 * NS_PER_S)
#define S(n)  ((n)*NS_PER_S)

static void alerts_judge_table(void **state)
{
	const struct alert firing = {.first_ns = S(1000),
				     .last_ns = S(1100),
				     .resolved_ns = INT64_MIN,
				     .count = 2,
				     .active = true};
	const struct alert resolved = {
		.first_ns = S(1000), .last_ns = S(1200), .resolved_ns = S(1200), .count = 1};
	const struct alert unfired = {
		.first_ns = S(1200), .last_ns = S(1200), .resolved_ns = S(1200)};
	const struct {
		const struct alert *a;
		int at_s;
		bool resolved;
		enum verdict want;
	} cases[] = {
		{NULL, 0, false, VERDICT_NEW},
		{NULL, 0, true, VERDICT_NEW},
		{&firing, 1100, false, VERDICT_DUPLICATE},
		{&firing, 2000, false, VERDICT_DUPLICATE},
		{&firing, 2001, false, VERDICT_NEW},
		{&firing, 900, false, VERDICT_DUPLICATE},
		{&firing, 100, false, VERDICT_DUPLICATE},
		{&firing, 99, false, VERDICT_APART}, /* older by more than the window */
		{&firing, -30 * 86400, false, VERDICT_APART},
		{&firing, 1050, true, VERDICT_RESOLVES},
		{&firing, 999, true, VERDICT_STALE},
		{&resolved, 1300, false, VERDICT_AGAIN},
		{&resolved, 1200, false, VERDICT_OVER},
		{&resolved, 1100, false, VERDICT_OVER},
		{&resolved, 1300, true, VERDICT_STALE},
		{&unfired, 1190, false, VERDICT_OVER},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (alerts_judge(cases[i].a, S(cases[i].at_s), cases[i].resolved, DEDUP) !=
		    cases[i].want)
			fail_msg("case %zu", i);
}

static struct alert *add(struct alerts *as, uint64_t fp, int at_s)
{
	struct sighting s = {.id = (char *)"x", .fp = fp, .at_ns = S(at_s), .ends_ns = INT64_MAX};

	return alerts_add(as, &s);
}

static void alerts_expired_comes_in_order_and_after_the_time(void **state)
{
	struct alerts as;
	struct alert *a, *b;

	(void)state;
	alerts_init(&as, DEDUP);
	b = add(&as, 2, 50);
	a = add(&as, 1, 10);
	assert_int_equal(alerts_next_due(&as), S(910));
	assert_null(alerts_expired(&as, S(910))); /* exactly at its end it still is a duplicate */
	assert_ptr_equal(alerts_expired(&as, S(911)), a);
	alerts_remove(&as, a);
	assert_null(alerts_expired(&as, S(950)));
	assert_ptr_equal(alerts_expired(&as, S(951)), b);
	alerts_remove(&as, b);
	assert_int_equal(alerts_count(&as), 0);
	alerts_release(&as);
}

static void alerts_expired_seen_again_stays(void **state)
{
	struct alerts as;
	struct alert *a;

	(void)state;
	alerts_init(&as, DEDUP);
	a = add(&as, 1, 0);
	a->last_ns = S(600);
	alerts_watch(&as, a);
	assert_null(alerts_expired(&as, S(1000)));
	assert_ptr_equal(alerts_expired(&as, S(1501)), a);
	alerts_remove(&as, a);
	alerts_release(&as);
}

static void alerts_expired_many_repeats_keep_one_timer(void **state)
{
	struct alerts as;
	struct alert *a;

	(void)state;
	alerts_init(&as, DEDUP);
	a = add(&as, 1, 0);
	for (int t = 1; t < 100000; t++) {
		a->last_ns = S(t);
		alerts_watch(&as, a);
		(void)alerts_expired(&as, S(t));
	}
	assert_int_equal(heap_count(&as.expiry), 1);
	alerts_release(&as);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alerts_judge_table),
		cmocka_unit_test(alerts_expired_comes_in_order_and_after_the_time),
		cmocka_unit_test(alerts_expired_seen_again_stays),
		cmocka_unit_test(alerts_expired_many_repeats_keep_one_timer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
