#include "aiops-drift/compare/feature.h"

#include <stdio.h>

#include "drift_test.h"

static struct test_record rec;

struct fixture {
	struct grouping grouping;
	struct features features;
};

static void start(struct fixture *x, const char *value, size_t max_features, uint64_t max_values)
{
	struct err e = ERR_INIT;

	assert_int_equal(grouping_init(&x->grouping, value, NULL, 0, &e), 0);
	features_init(&x->features, &(struct features_options){.grouping = &x->grouping,
							       .max_features = max_features,
							       .max_values = max_values,
							       .max_categories = 100});
}

static void stop(struct fixture *x)
{
	features_release(&x->features);
	grouping_release(&x->grouping);
}

static enum observed observe(struct fixture *x, const char *json, struct err *e)
{
	*e = ERR_INIT;
	return features_observe(&x->features, test_parse(&rec, json), WINDOW_CURRENT, e);
}

static void metric(struct fixture *x, const char *value, enum observed want, const char *text)
{
	char json[1000];
	struct err e;

	snprintf(json, sizeof json, "{\"kind\":\"metric\",\"name\":\"m\",\"value\":%s}", value);
	assert_int_equal(observe(x, json, &e), want);
	assert_non_null(strstr(e.text, text));
}

static void values_missing_and_refused(void **state)
{
	struct fixture x;
	struct sample *s;
	struct err e;

	(void)state;
	start(&x, NULL, 10, 100);
	metric(&x, "1.5", OBSERVED_TAKEN, "");
	metric(&x, "-0.0", OBSERVED_TAKEN, "");
	metric(&x, "9007199254740993", OBSERVED_TAKEN, "");
	metric(&x, "null", OBSERVED_TAKEN, "");
	metric(&x, "\"NaN\"", OBSERVED_TAKEN, "");
	metric(&x, "\"+Inf\"", OBSERVED_TAKEN, "");
	metric(&x, "\"-Inf\"", OBSERVED_TAKEN, "");
	metric(&x, "\"12\"", OBSERVED_REFUSED, "a string");
	metric(&x, "true", OBSERVED_REFUSED, "a boolean");
	metric(&x, "[1]", OBSERVED_REFUSED, "an array");
	metric(&x, "{}", OBSERVED_REFUSED, "an object");
	metric(&x, "1e999", OBSERVED_REFUSED, "beyond the range");
	assert_int_equal(observe(&x, "{\"kind\":\"metric\",\"name\":\"m\"}", &e), OBSERVED_TAKEN);
	assert_int_equal(x.features.n, 1);
	s = &x.features.items[0]->windows[WINDOW_CURRENT].sample;
	assert_int_equal(s->n, 3);
	assert_int_equal(s->missing, 5);
	stop(&x);
}

static void other_kinds_are_ignored_unless_a_path_is_given(void **state)
{
	static const char log[] = "{\"kind\":\"prediction\",\"confidence\":0.5,\"value\":1}";
	struct fixture x;
	struct err e;

	(void)state;
	start(&x, NULL, 10, 100);
	assert_int_equal(observe(&x, log, &e), OBSERVED_IGNORED);
	assert_int_equal(x.features.n, 0);
	stop(&x);
	start(&x, "confidence", 10, 100);
	assert_int_equal(observe(&x, log, &e), OBSERVED_TAKEN);
	assert_true(x.features.items[0]->windows[WINDOW_CURRENT].sample.values[0] == 0.5);
	stop(&x);
}

static void bounds_hold(void **state)
{
	struct fixture x;
	struct err e;

	(void)state;
	start(&x, NULL, 1, 2);
	metric(&x, "1", OBSERVED_TAKEN, "");
	assert_int_equal(observe(&x, "{\"kind\":\"metric\",\"name\":\"other\",\"value\":1}", &e),
			 OBSERVED_REFUSED);
	assert_non_null(strstr(e.text, "--max-features"));
	metric(&x, "2", OBSERVED_TAKEN, "");
	metric(&x, "3", OBSERVED_STOP, "--max-values");
	stop(&x);
}

static void shared_fields_need_agreement(void **state)
{
	struct fixture x;
	struct err e;
	struct feature *f;

	(void)state;
	start(&x, NULL, 10, 100);
	(void)observe(
		&x,
		"{\"kind\":\"metric\",\"name\":\"m\",\"value\":1,\"service\":\"a\",\"host\":\"h1\"}",
		&e);
	(void)observe(&x, "{\"kind\":\"metric\",\"name\":\"m\",\"value\":1,\"host\":\"h2\"}", &e);
	(void)observe(
		&x,
		"{\"kind\":\"metric\",\"name\":\"m\",\"value\":1,\"service\":\"a\",\"host\":\"h1\"}",
		&e);
	f = x.features.items[0];
	assert_true(span_is(feature_shared(f, ORIGIN_SERVICE), "a"));
	assert_null(feature_shared(f, ORIGIN_HOST).data);
	assert_null(feature_shared(f, ORIGIN_ENV).data);
	stop(&x);
}

static void times_span_the_window(void **state)
{
	static const char *const times[] = {"2026-01-02T00:00:00Z", "2026-01-01T00:00:00.5Z",
					    "rubbish", "2026-01-03T00:00:00Z"};
	struct fixture x;
	struct window *w;

	(void)state;
	start(&x, NULL, 10, 100);
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		char json[200];
		struct err e;

		snprintf(json, sizeof json,
			 "{\"kind\":\"metric\",\"name\":\"m\",\"value\":1,\"timestamp\":\"%s\"}",
			 times[i]);
		assert_int_equal(observe(&x, json, &e), OBSERVED_TAKEN);
	}
	w = &x.features.items[0]->windows[WINDOW_CURRENT];
	assert_true(w->timed);
	assert_int_equal(w->to.ns - w->from.ns, 2 * 86400 * NS_PER_S - NS_PER_S / 2);
	assert_false(x.features.items[0]->windows[WINDOW_REFERENCE].timed);
	stop(&x);
}

static void features_sort_by_name(void **state)
{
	static const char *const names[] = {"b", "a", "c"};
	struct fixture x;

	(void)state;
	start(&x, NULL, 10, 100);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char json[200];
		struct err e;

		snprintf(json, sizeof json, "{\"kind\":\"metric\",\"name\":\"%s\",\"value\":1}",
			 names[i]);
		(void)observe(&x, json, &e);
	}
	features_sort(x.features.items, x.features.n);
	assert_string_equal(x.features.items[0]->name, "a");
	assert_string_equal(x.features.items[2]->name, "c");
	stop(&x);
}

static void name_too_long_is_refused(void **state)
{
	char *json = test_malloc(FEATURE_NAME_MAX + 200);
	struct fixture x;
	struct err e = ERR_INIT;
	struct record *r = record_new(RECORD_DEFAULT_MAX);
	enum reject_code why;
	int n = snprintf(json, 100, "{\"kind\":\"metric\",\"value\":1,\"name\":\"");

	(void)state;
	memset(json + n, 'x', FEATURE_NAME_MAX + 1);
	n += FEATURE_NAME_MAX + 1;
	memset(json + n, 0, (size_t)(FEATURE_NAME_MAX + 200 - n));
	memcpy(json + n, "\"}", 2);
	start(&x, NULL, 10, 100);
	assert_int_equal(record_parse(r, json, (size_t)n + 2, &why, &e), 0);
	assert_int_equal(features_observe(&x.features, r, WINDOW_CURRENT, &e), OBSERVED_REFUSED);
	assert_non_null(strstr(e.text, "longer than 4096 bytes"));
	assert_int_equal(x.features.n, 0);
	stop(&x);
	record_free(r);
	test_free(json);
}

static int free_record(void **state)
{
	(void)state;
	record_free(rec.record);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_missing_and_refused),
		cmocka_unit_test(other_kinds_are_ignored_unless_a_path_is_given),
		cmocka_unit_test(bounds_hold),
		cmocka_unit_test(shared_fields_need_agreement),
		cmocka_unit_test(times_span_the_window),
		cmocka_unit_test(features_sort_by_name),
		cmocka_unit_test(name_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, free_record);
}
