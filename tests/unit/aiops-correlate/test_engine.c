/*
 * The correlator as a whole: what becomes of streams of alerts.
 */
#include "aiops-correlate/engine.h"

#include "correlate_test.h"

#define RUN(list, settings, topo)                                                                  \
	struct bench b;                                                                            \
	const struct said *last[64];                                                               \
	size_t n;                                                                                  \
	bench_start(&b, settings, topo);                                                           \
	n = bench_run(&b, list, ARRAY_LEN(list), last, ARRAY_LEN(last))

static void engine_firing_then_resolved_is_one_incident(void **state)
{
	static const struct given list[] = {
		{0, "Down", "db", {0}},
		{300, "Down", "db", {0}, .resolved = true},
		{330, "Other", "web", {0}}, /* moves event time */
		{600, "Other", "web", {0}},
	};
	RUN(list, usual(), NULL);

	(void)state;
	assert_int_equal(n, 2);
	assert_int_equal(last[0]->change, CHANGE_RESOLVED);
	assert_int_equal(last[0]->ending, ENDING_ALERTS);
	assert_int_equal(last[0]->active, 0);
	assert_int_equal(last[0]->alerts, 1);
	assert_int_equal(last[0]->revision, 2);
	assert_non_null(strstr(last[0]->record, "\"ends_at\":\"2026-11-21T09:05:00Z\""));
	assert_int_equal(last[1]->ending, ENDING_INPUT);
	assert_non_null(strstr(last[1]->record, "\"ends_at\":null"));
	bench_end(&b);
}

static void engine_opened_is_announced_when_the_lateness_has_passed(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, usual(), NULL);
	bench_take(&b, &(struct given){0, "Down", "db", {0}});
	engine_watermark(&b.en, T0 + 30 * NS_PER_S);
	assert_int_equal(b.n, 0);
	engine_watermark(&b.en, T0 + 30 * NS_PER_S + 1);
	assert_int_equal(b.n, 1);
	assert_int_equal(b.said[0].change, CHANGE_OPENED);
	assert_int_equal(b.said[0].revision, 1);
	bench_end(&b);
}

static void engine_without_lateness_decides_on_arrival(void **state)
{
	struct settings set = usual();
	struct bench b;

	(void)state;
	set.lateness_ns = 0;
	bench_start(&b, set, NULL);
	bench_take(&b, &(struct given){0, "Down", "db", {0}});
	assert_int_equal(b.n, 1);
	assert_string_equal(b.outcome.incident, b.said[0].id);
	assert_int_equal(b.outcome.role, ROLE_ROOT);
	bench_end(&b);
}

static void engine_repeats_are_counted_not_grouped_anew(void **state)
{
	static const struct given list[] = {
		{0, "Down", "db", {0}},
		{60, "Down", "db", {0}},
		{700, "Down", "db", {0}},
		{1500, "Down", "db", {0}},
	};
	RUN(list, usual(), NULL);

	(void)state;
	assert_int_equal(n, 1);
	assert_int_equal(last[0]->alerts, 4);
	assert_int_equal(last[0]->unique, 1);
	assert_int_equal(b.en.counts.duplicates, 3);
	assert_int_equal(b.outcome.role, ROLE_DUPLICATE);
	assert_string_equal(b.outcome.duplicate_of, "Down/db/0");
	bench_end(&b);
}

static void engine_several_alerts_after_a_quiet_time_begin_anew(void **state)
{
	static const struct given list[] = {
		{0, "Errors", "cart-1", {"service=cart"}},
		{1, "Latency", "cart-1", {"service=cart"}},
		{2, "Restarts", "cart-1", {"service=cart"}},
		{300, "Errors", "cart-1", {"service=cart"}},
		{301, "Latency", "cart-1", {"service=cart"}},
		{302, "Errors", "cart-1", {"service=cart"}},
	};
	RUN(list, usual(), NULL);

	(void)state;
	assert_int_equal(n, 2);
	assert_int_equal(last[0]->unique, 3);
	assert_int_equal(last[0]->alerts, 3);
	assert_int_equal(last[1]->unique, 2);
	assert_int_equal(last[1]->alerts, 3);
	/* foretold as it came to be: the last report repeats the one at 300 */
	assert_string_equal(b.outcome.incident, last[1]->id);
	assert_string_equal(b.outcome.duplicate_of, "Errors/cart-1/300");
	bench_end(&b);
}

static void engine_slow_repeat_joins_what_is_new_around_it(void **state)
{
	static const struct given list[] = {
		{0, "Errors", "cart-1", {"service=cart"}},
		{300, "Errors", "cart-1", {"service=cart"}}, /* alone: goes on */
		{305, "Latency", "cart-2", {"service=cart"}},
		{306, "Errors", "cart-1", {"service=cart"}},
	};
	RUN(list, usual(), NULL);

	(void)state;
	assert_int_equal(n, 2);
	assert_int_equal(last[0]->alerts, 2);
	assert_int_equal(last[1]->alerts, 2);
	assert_int_equal(last[1]->unique, 2);
	bench_end(&b);
}

static void engine_in_the_topology_other_labels_do_not_join(void **state)
{
	struct err e = ERR_INIT;
	struct topology *t = topology_parse(SPAN("{nodes: [{id: one}, {id: two}]}"), &e);
	struct settings set = usual();
	struct given list[402];
	char names[400][8], zones[400][16];
	const struct said *last[512];
	struct bench b;

	(void)state;
	assert_non_null(t);
	/* 400 incidents show that zone=z is rare */
	for (int i = 0; i < 400; i++) {
		(void)snprintf(names[i], sizeof names[i], "h%d", i);
		(void)snprintf(zones[i], sizeof zones[i], "zone=z%d", i);
		list[i] = (struct given){1000 * i, "Down", names[i], {zones[i]}};
	}
	list[400] = (struct given){500000, "Slow", "one", {"zone=z"}};
	list[401] = (struct given){500001, "Lost", "two", {"zone=z"}};
	bench_start(&b, set, t);
	assert_int_equal(bench_run(&b, list, 402, last, 512), 402);
	bench_end(&b);
	bench_start(&b, set, NULL);
	assert_int_equal(bench_run(&b, list, 402, last, 512), 401);
	bench_end(&b);
	topology_free(t);
}

static void engine_alert_not_seen_for_the_dedup_time_leaves(void **state)
{
	static const struct given list[] = {{0, "Down", "db", {0}}, {901, "Down", "db", {0}}};
	RUN(list, usual(), NULL);

	(void)state;
	assert_int_equal(n, 2);
	assert_int_equal(last[0]->ending, ENDING_EXPIRY);
	assert_int_equal(alerts_count(&b.en.alerts), 1);
	bench_end(&b);
}

static void engine_thirty_days_older_alert_is_no_duplicate(void **state)
{
	static const struct given list[] = {{0, "Down", "db", {0}},
					    {-30 * 86400, "Down", "db", {0}}};
	RUN(list, usual(), NULL);

	(void)state;
	assert_int_equal(n, 2);
	assert_int_equal(b.en.counts.duplicates, 0);
	assert_int_equal(b.en.counts.late, 1);
	bench_end(&b);
}

static void engine_shared_env_joins_nothing(void **state)
{
	static const struct given list[] = {
		{0,
		 "DiskFull",
		 "db-1",
		 {"env=prod", "region=eu", "team=core", "severity=critical"}},
		{1,
		 "Latency",
		 "web-7",
		 {"env=prod", "region=eu", "team=core", "severity=critical"}},
	};
	RUN(list, usual(), NULL);

	(void)state;
	assert_int_equal(n, 2);
	bench_end(&b);
}

static void engine_shared_service_joins_within_the_window_only(void **state)
{
	static const struct given list[] = {
		{0, "Errors", "cart-1", {"service=cart"}},
		{120, "Latency", "cart-2", {"service=cart"}},
		{241, "Restarts", "cart-3", {"service=cart"}},
	};
	RUN(list, usual(), NULL);

	(void)state;
	assert_int_equal(n, 2);
	assert_int_equal(last[0]->unique, 2);
	assert_int_equal(last[1]->unique, 1);
	bench_end(&b);
}

static void engine_bridging_alert_merges_incidents(void **state)
{
	static const struct given list[] = {
		{0, "Errors", "a", {"service=cart"}},
		{5, "Slow", "b", {"service=pay"}},
		{20, "Timeouts", "c", {"service=cart", "app=pay", "pod=p"}},
		{25, "Full", "d", {"app=pay", "service=pay"}}, /* shares with both */
	};
	RUN(list, usual(), NULL);

	(void)state;
	assert_int_equal(n, 1);
	assert_int_equal(last[0]->unique, 4);
	assert_int_equal(b.en.counts.merges, 1);
	assert_non_null(strstr(last[0]->record, "\"merged\":[\"INC-"));
	for (size_t i = 0; i < b.n; i++)
		if (b.said[i].merged_into[0]) {
			assert_int_equal(b.said[i].change, CHANGE_MERGED);
			assert_string_equal(b.said[i].merged_into, last[0]->id);
			assert_string_not_equal(b.said[i].id, last[0]->id);
		}
	bench_end(&b);
}

static void engine_resolution_before_its_firing_closes_it(void **state)
{
	/* out of order within the lateness, and beyond it */
	static const struct given list[] = {
		{20, "Down", "db", {0}, .resolved = true},
		{0, "Down", "db", {0}},
		{1000, "Slow", "web", {0}, .resolved = true},
		{1100, "Tick", "t", {0}},
		{990, "Slow", "web", {0}},
	};
	RUN(list, usual(), NULL);

	(void)state;
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++)
		if (!strstr(last[i]->record, "Tick"))
			assert_int_equal(last[i]->ending, ENDING_ALERTS);
	assert_int_equal(b.en.counts.late, 1);
	bench_end(&b);
}

static void engine_resolution_older_than_the_firing_is_ignored(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b, usual(), NULL);
	bench_take(&b, &(struct given){100, "Down", "db", {0}});
	bench_take(&b, &(struct given){140, "Tick", "t", {0}});
	bench_take(&b, &(struct given){90, "Down", "db", {0}, .resolved = true});
	assert_true(alerts_get(&b.en.alerts, b.en.groups.slots[0].g->fp)->active);
	assert_int_equal(b.outcome.role, ROLE_CONTEXT);
	bench_end(&b);
}

static void engine_refiring_within_the_window_reopens(void **state)
{
	static const struct given list[] = {
		{0, "Down", "db", {0}},
		{60, "Down", "db", {0}, .resolved = true},
		{150, "Down", "db", {0}},
		{160, "Tick", "t", {0}},
	};
	RUN(list, usual(), NULL);

	(void)state;
	assert_int_equal(n, 2);
	assert_int_equal(last[0]->unique, 1);
	assert_int_equal(last[0]->alerts, 2);
	assert_int_equal(last[0]->ending, ENDING_INPUT);
	bench_end(&b);
}

static void engine_refiring_after_the_window_is_a_new_incident(void **state)
{
	static const struct given list[] = {
		{0, "Down", "db", {0}},
		{60, "Down", "db", {0}, .resolved = true},
		{181, "Down", "db", {0}},
	};
	RUN(list, usual(), NULL);

	(void)state;
	assert_int_equal(n, 2);
	assert_int_equal(last[0]->ending, ENDING_ALERTS);
	bench_end(&b);
}

static void engine_topology_neighbours_join(void **state)
{
	static const struct given list[] = {
		{0, "Conns", "redis-1", {0}},
		{10, "Errors", "cart-1", {0}},
		{20, "Errors", "far", {0}},
	};
	struct err e = ERR_INIT;
	struct topology *t = topology_parse(
		SPAN("{nodes: [{id: redis}, {id: redis-1}, {id: cart}, {id: cart-1}, {id: far}], edges: ["
		     "{from: cart-1, to: cart, type: instance_of}, {from: redis-1, to: redis, type: instance_of},"
		     "{from: cart, to: redis, type: depends_on}]}"),
		&e);
	RUN(list, usual(), t);

	(void)state;
	assert_int_equal(n, 2);
	assert_int_equal(last[0]->unique, 2);
	bench_end(&b);
	topology_free(t);
}

static void engine_overflow_is_counted_in_the_group(void **state)
{
	struct settings set = usual();
	struct bench b;
	const struct said *last[8];
	char component[16];

	(void)state;
	set.max_group = 2;
	bench_start(&b, set, NULL);
	for (int i = 0; i < 6; i++) {
		(void)snprintf(component, sizeof component, "c%d", i);
		bench_take(&b, &(struct given){i, "Down", component, {"service=cart"}});
	}
	engine_finish(&b.en, true);
	assert_int_equal(bench_final(&b, last, 8), 1);
	assert_int_equal(last[0]->unique, 6);
	assert_int_equal(last[0]->overflow, 4);
	assert_non_null(strstr(last[0]->record, "\"members_omitted\":4"));
	assert_int_equal(b.en.counts.overflow, 4);
	bench_end(&b);
}

static void engine_flood_of_fingerprints_is_bounded(void **state)
{
	struct settings set = usual();
	struct bench b;
	char component[16];

	(void)state;
	set.max_active = 100;
	bench_start(&b, set, NULL);
	for (int i = 0; i < 3000; i++) {
		(void)snprintf(component, sizeof component, "c%d", i);
		bench_take(&b, &(struct given){i / 10, "Down", component, {0}});
		assert_true(alerts_count(&b.en.alerts) <= 100);
		assert_true(heap_count(&b.en.pending) <= 100);
		assert_true(b.en.groups.live <= 202);
	}
	engine_finish(&b.en, true);
	assert_int_equal(b.en.counts.incidents, 3000); /* all were told */
	assert_true(b.en.counts.dropped >= 2800);
	assert_true(b.en.counts.hurried > 0);
	bench_end(&b);
}

static void engine_clock_ahead_does_not_make_others_late(void **state)
{
	struct given ahead = {86400, "Future", "x", {0}};
	char id[64];
	struct report r = report_of(&ahead, id);
	struct bench b;

	(void)state;
	bench_start(&b, usual(), NULL);
	engine_take(&b.en, &r, T0, &b.outcome); /* observed at T0 */
	bench_take(&b, &(struct given){10, "Down", "db", {0}});
	bench_take(&b, &(struct given){5, "Down", "web", {0}});
	engine_finish(&b.en, true);
	assert_int_equal(b.en.counts.late, 0);
	assert_int_equal(b.en.counts.incidents, 3);
	for (size_t i = 0; i < b.n; i++)
		assert_int_not_equal(b.said[i].ending, ENDING_EXPIRY);
	bench_end(&b);
}

static void engine_late_repeat_keeps_the_alert_alive(void **state)
{
	/* the same report again and again, as a poll of an API gives it */
	struct bench b;

	(void)state;
	bench_start(&b, usual(), NULL);
	for (int t = 0; t < 3600; t += 300) {
		bench_take(&b, &(struct given){0, "Down", "db", {0}});
		engine_watermark(&b.en, T0 + t * NS_PER_S);
	}
	assert_int_equal(b.en.counts.incidents, 1);
	assert_int_equal(b.en.counts.duplicates, 11);
	bench_end(&b);
}

static void engine_worse_severity_is_announced_at_once(void **state)
{
	struct settings set = usual();
	struct bench b;

	(void)state;
	set.lateness_ns = 0;
	bench_start(&b, set, NULL);
	bench_take(&b, &(struct given){0, "Slow", "a", {"service=cart"}, .severity = SEVERITY_LOW});
	bench_take(&b, &(struct given){1, "Slow", "b", {"service=cart"}, .severity = SEVERITY_LOW});
	assert_int_equal(b.n, 1); /* held back for a while */
	bench_take(&b, &(struct given){
			       2, "Down", "c", {"service=cart"}, .severity = SEVERITY_CRITICAL});
	assert_int_equal(b.n, 2);
	assert_int_equal(b.said[1].severity, SEVERITY_CRITICAL);
	assert_int_equal(b.said[1].revision, 3);
	bench_end(&b);
}

static void engine_updates_are_at_least_thirty_seconds_apart(void **state)
{
	struct settings set = usual();
	struct bench b;
	char component[16];

	(void)state;
	set.lateness_ns = 0;
	bench_start(&b, set, NULL);
	for (int t = 0; t <= 300; t++) {
		(void)snprintf(component, sizeof component, "c%d", t);
		bench_take(&b, &(struct given){t, "Down", component, {"service=cart"}});
	}
	assert_true(b.n >= 10 && b.n <= 11);
	bench_end(&b);
}

static void engine_waiting_alerts_are_previewed(void **state)
{
	struct bench b;
	char opened[INCIDENT_ID_SIZE];

	(void)state;
	bench_start(&b, usual(), NULL);
	bench_take(&b, &(struct given){0, "Errors", "cart-1", {"service=cart"}});
	memcpy(opened, b.outcome.incident, sizeof opened);
	assert_int_equal(b.outcome.role, ROLE_ROOT);
	bench_take(&b, &(struct given){1, "Slow", "cart-2", {"service=cart"}});
	assert_string_equal(b.outcome.incident, opened);
	assert_int_equal(b.outcome.role, ROLE_SYMPTOM);
	assert_string_equal(buf_cstr(&b.outcome.why), "shares service=cart");
	bench_take(&b, &(struct given){2, "Slow", "cart-2", {"service=cart"}});
	assert_int_equal(b.outcome.role, ROLE_DUPLICATE);
	assert_string_equal(b.outcome.duplicate_of, "Slow/cart-2/1");
	bench_take(&b, &(struct given){3, "Slow", "cart-2", {"service=cart"}, .resolved = true});
	assert_string_equal(b.outcome.incident, opened);
	assert_int_equal(b.outcome.role, ROLE_CONTEXT);
	assert_int_equal(b.n, 0); /* nothing is decided yet */
	engine_finish(&b.en, true);
	assert_string_equal(b.said[0].id, opened);
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(engine_firing_then_resolved_is_one_incident),
		cmocka_unit_test(engine_opened_is_announced_when_the_lateness_has_passed),
		cmocka_unit_test(engine_without_lateness_decides_on_arrival),
		cmocka_unit_test(engine_repeats_are_counted_not_grouped_anew),
		cmocka_unit_test(engine_several_alerts_after_a_quiet_time_begin_anew),
		cmocka_unit_test(engine_slow_repeat_joins_what_is_new_around_it),
		cmocka_unit_test(engine_in_the_topology_other_labels_do_not_join),
		cmocka_unit_test(engine_alert_not_seen_for_the_dedup_time_leaves),
		cmocka_unit_test(engine_thirty_days_older_alert_is_no_duplicate),
		cmocka_unit_test(engine_shared_env_joins_nothing),
		cmocka_unit_test(engine_shared_service_joins_within_the_window_only),
		cmocka_unit_test(engine_bridging_alert_merges_incidents),
		cmocka_unit_test(engine_resolution_before_its_firing_closes_it),
		cmocka_unit_test(engine_resolution_older_than_the_firing_is_ignored),
		cmocka_unit_test(engine_refiring_within_the_window_reopens),
		cmocka_unit_test(engine_refiring_after_the_window_is_a_new_incident),
		cmocka_unit_test(engine_topology_neighbours_join),
		cmocka_unit_test(engine_overflow_is_counted_in_the_group),
		cmocka_unit_test(engine_flood_of_fingerprints_is_bounded),
		cmocka_unit_test(engine_clock_ahead_does_not_make_others_late),
		cmocka_unit_test(engine_late_repeat_keeps_the_alert_alive),
		cmocka_unit_test(engine_worse_severity_is_announced_at_once),
		cmocka_unit_test(engine_updates_are_at_least_thirty_seconds_apart),
		cmocka_unit_test(engine_waiting_alerts_are_previewed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
