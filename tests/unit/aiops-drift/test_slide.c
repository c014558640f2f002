#include "aiops-drift/compare/slide.h"

#include <stdio.h>

#include "drift_test.h"

#define COMPARISONS 50

static struct test_record rec;

/* What was compared: how many features, and the sizes of the first one's windows. */
struct compared {
	size_t features, ref, cur;
	double first_cur;
};

struct fixture {
	struct grouping grouping;
	struct features features;
	struct slide slide;
	struct compared seen[COMPARISONS];
	size_t n;
};

static void on_compare(void *ctx, struct feature **items, size_t n)
{
	struct fixture *x = ctx;
	struct window *w = items[0]->windows;

	assert_true(x->n < COMPARISONS);
	x->seen[x->n++] =
		(struct compared){n, w[0].sample.n + w[0].texts, w[1].sample.n + w[1].texts,
				  w[1].sample.n ? w[1].sample.values[0] : NAN};
}

static void start(struct fixture *x, const char *window, const char *reference, int64_t lateness_s,
		  uint64_t max_values)
{
	struct slide_options o;
	struct err e = ERR_INIT;

	assert_int_equal(slide_parse(window, reference, &o, &e), 0);
	o.lateness_ns = lateness_s * NS_PER_S;
	x->n = 0;
	assert_int_equal(grouping_init(&x->grouping, NULL, NULL, 0, &e), 0);
	features_init(&x->features, &(struct features_options){.grouping = &x->grouping,
							       .values_as = VALUES_AUTO,
							       .max_features = 10,
							       .max_values = max_values,
							       .max_categories = 100});
	slide_init(&x->slide, &o, &x->features, on_compare, x);
}

static void stop(struct fixture *x)
{
	slide_release(&x->slide);
	features_release(&x->features);
	grouping_release(&x->grouping);
}

/* One value at so many seconds behind 2026-11-21T00:00:00Z. */
static enum observed at(struct fixture *x, int second, const char *name, double value)
{
	char json[300];
	struct err e = ERR_INIT;

	snprintf(
		json, sizeof json,
		"{\"kind\":\"metric\",\"name\":\"%s\",\"timestamp\":\"2026-11-21T%02d:%02d:%02dZ\","
		"\"value\":%g}",
		name, second / 3600, second / 60 % 60, second % 60, value);
	return slide_observe(&x->slide, test_parse(&rec, json), &e);
}

static void windows_by_time_tumble(void **state)
{
	struct fixture x;

	(void)state;
	start(&x, "1m", "2m", 0, 1000);
	for (int s = 0; s < 300; s += 10)
		at(&x, s, "m", s);
	/* minutes 1, 2 and 3 are closed; the first had no reference */
	assert_int_equal(x.n, 3);
	assert_true(x.seen[0].ref == 6 && x.seen[0].cur == 6 && x.seen[0].first_cur == 60);
	assert_true(x.seen[1].ref == 12 && x.seen[1].cur == 6 && x.seen[1].first_cur == 120);
	assert_true(x.seen[2].ref == 12 && x.seen[2].first_cur == 180);
	slide_finish(&x.slide);
	assert_true(x.n == 4 && x.seen[3].first_cur == 240 && x.slide.warm_up == 1);
	assert_true(x.features.values <= 24); /* the old ones are forgotten */
	stop(&x);
}

static void lateness_keeps_a_window_open(void **state)
{
	struct fixture x;

	(void)state;
	start(&x, "1m", "1m", 30, 1000);
	at(&x, 30, "m", 1);
	at(&x, 90, "m", 2);
	at(&x, 140, "m", 3); /* event time 2:20: minute 1 is open until 2:30 */
	assert_int_equal(x.n, 0);
	at(&x, 119, "m", 4); /* late, but not too late */
	at(&x, 150, "m", 5);
	assert_true(x.n == 1 && x.seen[0].ref == 1 && x.seen[0].cur == 2);
	assert_int_equal(x.slide.late, 0);
	at(&x, 100, "m", 6);
	assert_int_equal(x.slide.late, 1);
	stop(&x);
}

static void a_watermark_closes_windows(void **state)
{
	struct fixture x;
	struct instant t;
	struct err e = ERR_INIT;

	(void)state;
	start(&x, "1m", "1m", 0, 1000);
	at(&x, 30, "m", 1);
	at(&x, 90, "m", 2);
	assert_int_equal(instant_parse(SPAN("2026-11-21T00:02:00Z"), &t, &e), 0);
	slide_advance(&x.slide, t.ns);
	assert_true(x.n == 1 && x.seen[0].cur == 1);
	stop(&x);
}

/* A gap of a day is no thousand of comparisons. */
static void gaps_are_passed_over(void **state)
{
	struct fixture x;

	(void)state;
	start(&x, "1m", "1m", 0, 1000);
	at(&x, 30, "m", 1);
	at(&x, 90, "m", 2);
	at(&x, 80000, "m", 3);
	at(&x, 80060, "m", 4);
	slide_finish(&x.slide);
	assert_true(x.n == 2 && x.seen[1].ref == 1 && x.seen[1].cur == 1);
	stop(&x);
}

static void windows_by_count_are_each_features_own(void **state)
{
	struct fixture x;

	(void)state;
	start(&x, "5", "10", 0, 1000);
	for (int i = 0; i < 20; i++) {
		at(&x, i, "a", i);
		if (i % 4 == 0)
			at(&x, i, "b", i);
	}
	/* a: at 10, 15 and 20 values; b has 5 and no reference yet */
	assert_int_equal(x.n, 3);
	assert_true(x.seen[0].ref == 5 && x.seen[0].cur == 5 && x.seen[0].first_cur == 5);
	assert_true(x.seen[1].ref == 10 && x.seen[2].ref == 10 && x.seen[2].first_cur == 15);
	slide_finish(&x.slide);
	/* b is answered all the same, as all current */
	assert_true(x.n == 4 && x.seen[3].ref == 0 && x.seen[3].cur == 5);
	stop(&x);
}

static void what_is_kept_is_bounded(void **state)
{
	struct fixture x;

	(void)state;
	start(&x, "1h", "7d", 0, 20);
	for (int i = 0; i < 20; i++)
		assert_int_equal(at(&x, i, "m", i), OBSERVED_TAKEN);
	assert_int_equal(at(&x, 20, "m", 20), OBSERVED_STOP);
	stop(&x);
}

static void lengths_are_checked(void **state)
{
	static const char *const bad[][2] = {{"1h", "100"}, {"100", "7d"}, {"0", "5"},
					     {"x", "7d"},   {"1h", ""},    {"0s", "1h"}};
	struct slide_options o;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err e = ERR_INIT;

		assert_int_equal(slide_parse(bad[i][0], bad[i][1], &o, &e), -1);
		assert_int_equal(e.code, EX_BADUSAGE);
	}
}

static void records_without_a_time_are_refused_by_time_only(void **state)
{
	const char *json = "{\"kind\":\"metric\",\"name\":\"m\",\"value\":1}";
	struct err e = ERR_INIT;
	struct fixture x;

	(void)state;
	start(&x, "1m", "1m", 0, 10);
	assert_int_equal(slide_observe(&x.slide, test_parse(&rec, json), &e), OBSERVED_REFUSED);
	stop(&x);
	start(&x, "5", "5", 0, 10);
	assert_int_equal(slide_observe(&x.slide, test_parse(&rec, json), &e), OBSERVED_TAKEN);
	stop(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_by_time_tumble),
		cmocka_unit_test(lateness_keeps_a_window_open),
		cmocka_unit_test(a_watermark_closes_windows),
		cmocka_unit_test(gaps_are_passed_over),
		cmocka_unit_test(windows_by_count_are_each_features_own),
		cmocka_unit_test(what_is_kept_is_bounded),
		cmocka_unit_test(lengths_are_checked),
		cmocka_unit_test(records_without_a_time_are_refused_by_time_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
