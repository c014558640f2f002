#include "aiops-drift/watch/watch_judge.h"

#include <stdio.h>
#include <stdlib.h>

#include "aiops-drift/watch/watch_tell.h"
#include "base/instant.h"
#include "drift_test.h"

#define MINUTE_NS (60 * NS_PER_S)
#define START_NS  (INT64_C(1763700000) * NS_PER_S)

struct scene {
	struct watch_rules rules;
	struct series_table table;
	struct series *s;
	struct buf queue;
	struct told told;
};

static const struct watch_settings calm = {.anomaly = true,
					   .shift = true,
					   .flat = true,
					   .missing_factor = 3,
					   .season = SEASON_WORKDAY,
					   .false_alarms = 0.5,
					   .resolve_ns = 5 * MINUTE_NS,
					   .cool_down_ns = 60 * MINUTE_NS};

static void open_scene(struct scene *sc, const struct watch_settings *set, enum series_kind kind)
{
	struct place p = {.base = SPAN("latency"), .n = 0};

	*sc = (struct scene){.queue = BUF_INIT(1 << 20)};
	series_table_init(&sc->table, &sc->rules, set, 10);
	sc->s = series_add(&sc->table, kind, SPAN("latency"), &p);
	sc->told.queue = &sc->queue;
}

static void close_scene(struct scene *sc)
{
	series_table_release(&sc->table);
	buf_release(&sc->queue);
}

static struct point feed(struct scene *sc, int minute, double x)
{
	static const struct own_bound none = {0};

	return judge_point(sc->s, START_NS + minute * MINUTE_NS, x, &none, &sc->told);
}

/* Whether an alert of this name and status was told. */
static bool was_told(struct scene *sc, const char *name, const char *status)
{
	struct buf want = BUF_INIT(256);
	struct span rest = buf_span(&sc->queue);
	bool found = false;

	buf_addf(&want, "\"status\":\"%s\"", status);
	while (rest.len) {
		size_t n = (size_t)((const char *)memchr(rest.data, '\n', rest.len) - rest.data);
		struct span line = span_of(rest.data, n);

		found |= span_find(line, buf_span(&want)) && span_find(line, span_cstr(name));
		rest = span_of(rest.data + n + 1, rest.len - n - 1);
	}
	buf_release(&want);
	return found;
}

/* A value that wanders a little, from 0 on. */
static double wander(int i)
{
	return (double)(i * 7919 % 101) / 101 + (double)(i * 104729 % 97) / 97;
}

static void late_and_equal_points_are_not_learned(void **state)
{
	struct scene sc;

	(void)state;
	open_scene(&sc, &calm, SERIES_METRIC);
	assert_int_equal(feed(&sc, 5, 1).state, POINT_WARMUP);
	assert_int_equal(feed(&sc, 5, 1).state, POINT_DUPLICATE);
	assert_int_equal(feed(&sc, 5, 2).state, POINT_LATE);
	assert_int_equal(feed(&sc, 4, 9).state, POINT_LATE);
	assert_true(sc.s->points == 1 && sc.s->last == 1);
	close_scene(&sc);
}

static void a_spike_fires_and_resolves(void **state)
{
	struct scene sc;
	int i;

	(void)state;
	open_scene(&sc, &calm, SERIES_METRIC);
	for (i = 0; i < 3000; i++)
		feed(&sc, i, wander(i));
	buf_clear(&sc.queue);
	assert_int_equal(feed(&sc, i++, 60).state, POINT_ANOMALY);
	assert_true(was_told(&sc, "AnomalousValue", "firing"));
	assert_true(span_find(buf_span(&sc.queue), SPAN("\"severity\":\"critical\"")));
	for (int end = i + 61; i < end; i++)
		feed(&sc, i, wander(i));
	assert_true(was_told(&sc, "AnomalousValue", "resolved"));
	close_scene(&sc);
}

static void small_changes_can_be_left_alone(void **state)
{
	struct watch_settings set = calm;
	struct scene sc;

	(void)state;
	set.min_change = 100;
	open_scene(&sc, &set, SERIES_METRIC);
	for (int i = 0; i < 3000; i++)
		feed(&sc, i, wander(i));
	buf_clear(&sc.queue);
	feed(&sc, 3000, 60);
	assert_false(was_told(&sc, "AnomalousValue", "firing"));
	feed(&sc, 3001, 200);
	assert_true(was_told(&sc, "AnomalousValue", "firing"));
	close_scene(&sc);
}

static void a_flat_line_fires_and_any_movement_ends_it(void **state)
{
	struct scene sc;
	int i;

	(void)state;
	open_scene(&sc, &calm, SERIES_METRIC);
	for (i = 0; i < 1000; i++)
		feed(&sc, i, wander(i));
	for (int end = i + 30; i < end; i++)
		feed(&sc, i, 1.25);
	assert_true(was_told(&sc, "FlatLine", "firing"));
	assert_false(was_told(&sc, "FlatLine", "resolved"));
	feed(&sc, i, 1.5);
	assert_true(was_told(&sc, "FlatLine", "resolved"));
	close_scene(&sc);
}

static void own_thresholds_wait_on_both_sides(void **state)
{
	struct own_bound own = {.bounded = true, .condition = CONDITION_ABOVE, .threshold = 10};
	struct watch_settings set = calm;
	struct scene sc;

	(void)state;
	set.pending_ns = 2 * MINUTE_NS;
	open_scene(&sc, &set, SERIES_METRIC);
	for (int i = 0; i < 12; i++) {
		double x = i < 5 ? 13 : 5;

		judge_point(sc.s, START_NS + i * MINUTE_NS, x, &own, &sc.told);
		assert_int_equal(sc.told.fired, i >= 2);
		assert_int_equal(sc.told.resolved, i >= 10);
	}
	assert_true(span_find(buf_span(&sc.queue), SPAN("\"severity\":\"high\"")));
	close_scene(&sc);
}

static void silence_fires_once_and_a_point_ends_it(void **state)
{
	struct scene sc;

	(void)state;
	open_scene(&sc, &calm, SERIES_METRIC);
	for (int i = 0; i < 20; i++)
		feed(&sc, i, i);
	assert_true(series_deadline(sc.s) == START_NS + 22 * MINUTE_NS);
	judge_silence(sc.s, START_NS + 22 * MINUTE_NS - 1, &sc.told);
	assert_int_equal(sc.told.fired, 0);
	judge_silence(sc.s, START_NS + 40 * MINUTE_NS, &sc.told);
	judge_silence(sc.s, START_NS + 41 * MINUTE_NS, &sc.told);
	assert_int_equal(sc.told.fired, 1);
	assert_true(was_told(&sc, "MissingData", "firing"));
	assert_true(span_find(buf_span(&sc.queue), SPAN("\"starts_at\":\"2025-11-21T05:02:00Z\"")));
	feed(&sc, 50, 1);
	assert_int_equal(sc.told.resolved, 1);
	/* the gap was no interval */
	assert_true(series_deadline(sc.s) == START_NS + 53 * MINUTE_NS);
	close_scene(&sc);
}

static void a_heartbeat_says_when_it_is_due(void **state)
{
	struct scene sc;

	(void)state;
	open_scene(&sc, &calm, SERIES_HEARTBEAT);
	judge_beat(sc.s, START_NS, 30 * NS_PER_S, &sc.told);
	judge_silence(sc.s, START_NS + 89 * NS_PER_S, &sc.told);
	assert_int_equal(sc.told.fired, 0);
	judge_silence(sc.s, START_NS + 90 * NS_PER_S, &sc.told);
	assert_true(was_told(&sc, "MissingHeartbeat", "firing"));
	judge_beat(sc.s, START_NS + 100 * NS_PER_S, 30 * NS_PER_S, &sc.told);
	assert_true(was_told(&sc, "MissingHeartbeat", "resolved"));
	close_scene(&sc);
}

static void a_counter_is_its_rate(void **state)
{
	struct watch_settings set = calm;
	struct scene sc;

	(void)state;
	set.counter = true;
	open_scene(&sc, &set, SERIES_METRIC);
	for (int i = 0; i < 50; i++)
		feed(&sc, i, 1000 + 120 * i); /* two a second */
	assert_true(sc.s->points == 49);
	assert_close(sc.s->anomaly.level.mean, 2, 1e-12);
	feed(&sc, 50, 60); /* a reset: 60 since then, one a second */
	assert_close(sc.s->anomaly.level.mean, 2 - 1. / 50, 1e-12);
	close_scene(&sc);
}

static void names_of_rates_are_counts_again(void **state)
{
	struct scene sc;

	(void)state;
	open_scene(&sc, &calm, SERIES_LOGS);
	for (double n = 0; n < 1000; n += 37)
		assert_close(watch_shown(sc.s, 2 * sqrt(n + 0.375)), n, 1e-9);
	assert_true(isnan(watch_shown(sc.s, NAN)));
	close_scene(&sc);
}

static void the_table_has_a_limit(void **state)
{
	struct place p = {.base = SPAN("m"), .n = 0};
	struct series_table t;
	struct watch_rules none = {0};
	char name[16];

	(void)state;
	series_table_init(&t, &none, &calm, 3);
	for (int i = 0; i < 5; i++) {
		(void)snprintf(name, sizeof name, "m%d", i);
		assert_true((series_add(&t, SERIES_METRIC, span_cstr(name), &p) != NULL) ==
			    (i < 3));
	}
	series_forget(&t, 1);
	assert_null(series_find(&t, SPAN("m1")));
	assert_non_null(series_add(&t, SERIES_METRIC, SPAN("m9"), &p));
	assert_int_equal(t.live, 3);
	series_table_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(late_and_equal_points_are_not_learned),
		cmocka_unit_test(a_spike_fires_and_resolves),
		cmocka_unit_test(small_changes_can_be_left_alone),
		cmocka_unit_test(a_flat_line_fires_and_any_movement_ends_it),
		cmocka_unit_test(own_thresholds_wait_on_both_sides),
		cmocka_unit_test(silence_fires_once_and_a_point_ends_it),
		cmocka_unit_test(a_heartbeat_says_when_it_is_due),
		cmocka_unit_test(a_counter_is_its_rate),
		cmocka_unit_test(names_of_rates_are_counts_again),
		cmocka_unit_test(the_table_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
