#include "aiops-correlate/read.h"

#include "correlate_test.h"

struct parsed {
	struct record *record;
	char line[4096 + RECORD_PADDING];
	struct report report;
	int64_t clock_ns;
	struct err e;
};

static void parse(struct parsed *p, const char *json)
{
	enum reject_code why;

	memset(p, 0, sizeof *p);
	memcpy(p->line, json, strlen(json));
	p->record = record_new(RECORD_DEFAULT_MAX);
	assert_int_equal(record_parse(p->record, p->line, strlen(json), &why, &p->e), 0);
}

static void report_read_takes_what_is_there(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p,
	      "{\"kind\":\"alert\",\"id\":\"x\",\"timestamp\":\"2026-11-21T09:00:10Z\",\"source\":\"am\","
	      "\"signal\":\"log\",\"status\":\"resolved\",\"severity\":\"critical\",\"name\":\"Down\","
	      "\"service\":\"cart\",\"host\":\"h\",\"layer\":\"storage\",\"starts_at\":\"2026-11-21T09:00:00Z\","
	      "\"fingerprint\":\"b909ed5f00df6962\",\"labels\":{\"z\":\"1\",\"pod\":\"cart-1\",\"n\":2}}");
	assert_true(report_wanted(p.record));
	assert_int_equal(report_read(p.record, &p.report, &p.clock_ns, &p.e), 0);
	assert_true(p.report.fp == UINT64_C(0xb909ed5f00df6962));
	assert_true(p.report.resolved);
	assert_int_equal(p.report.at_ns, T0 + 10 * NS_PER_S);
	assert_int_equal(p.report.starts_ns, T0);
	assert_int_equal(p.clock_ns, p.report.at_ns);
	assert_int_equal(p.report.severity, SEVERITY_CRITICAL);
	assert_int_equal(p.report.signal, SIGNAL_LOG);
	assert_true(span_is(p.report.component, "cart-1")); /* the pod comes before the service */
	assert_int_equal(p.report.n_labels, 2);
	assert_true(span_is(p.report.labels[0].name, "pod"));
	record_free(p.record);
}

static void report_read_observed_holds_the_clock_back(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, "{\"kind\":\"alert\",\"id\":\"x\",\"timestamp\":\"2030-01-01T00:00:00Z\","
		  "\"observed\":\"2026-11-21T09:00:00Z\",\"labels\":{}}");
	assert_int_equal(report_read(p.record, &p.report, &p.clock_ns, &p.e), 0);
	assert_int_equal(p.clock_ns, T0);
	record_free(p.record);
}

static void report_read_without_fingerprint_makes_one(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p,
	      "{\"kind\":\"alert\",\"id\":\"x\",\"timestamp\":\"2026-11-21T09:00:00Z\","
	      "\"labels\":{\"severity\":\"critical\",\"alertname\":\"A\",\"z\":\"1\",\"instance\":\"h:1\"}}");
	assert_int_equal(report_read(p.record, &p.report, &p.clock_ns, &p.e), 0);
	assert_true(p.report.fp == UINT64_C(0xb909ed5f00df6962));
	assert_true(span_is(p.report.name, "A"));
	assert_true(span_is(p.report.component, "h:1"));
	record_free(p.record);
}

static void report_read_without_id_or_time_is_an_error(void **state)
{
	static const char *const texts[] = {
		"{\"kind\":\"alert\",\"timestamp\":\"2026-11-21T09:00:00Z\"}",
		"{\"kind\":\"alert\",\"id\":\"\",\"timestamp\":\"2026-11-21T09:00:00Z\"}",
		"{\"kind\":\"alert\",\"id\":\"x\"}",
		"{\"kind\":\"alert\",\"id\":\"x\",\"timestamp\":\"yesterday\"}",
		"{\"kind\":\"alert\",\"id\":\"x\",\"timestamp\":7}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct parsed p;

		parse(&p, texts[i]);
		assert_int_equal(report_read(p.record, &p.report, &p.clock_ns, &p.e), -1);
		assert_true(p.e.text[0] != '\0');
		record_free(p.record);
	}
}

static void report_wanted_is_about_alerts_that_fire_or_end(void **state)
{
	static const struct {
		const char *json;
		bool want;
	} cases[] = {
		{"{\"kind\":\"alert\"}", true},
		{"{\"kind\":\"alert\",\"status\":\"firing\"}", true},
		{"{\"kind\":\"alert\",\"status\":\"acknowledged\"}", true},
		{"{\"kind\":\"alert\",\"status\":\"pending\"}", false},
		{"{\"kind\":\"alert\",\"status\":\"suppressed\"}", false},
		{"{\"kind\":\"metric\",\"status\":\"firing\"}", false},
		{"{\"kind\":\"incident\",\"status\":\"resolved\"}", false},
		{"{}", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct parsed p;

		parse(&p, cases[i].json);
		assert_int_equal(report_wanted(p.record), cases[i].want);
		record_free(p.record);
	}
}

static void report_read_many_labels_are_bounded(void **state)
{
	struct buf json = BUF_INIT(4000);
	struct parsed p;

	(void)state;
	buf_add_cstr(
		&json,
		"{\"kind\":\"alert\",\"id\":\"x\",\"timestamp\":\"2026-11-21T09:00:00Z\",\"labels\":{\"a\":\"b\"");
	for (int i = 0; i < 200; i++)
		buf_addf(&json, ",\"l%d\":\"v\"", i);
	buf_add_cstr(&json, "}}");
	parse(&p, buf_cstr(&json));
	assert_int_equal(report_read(p.record, &p.report, &p.clock_ns, &p.e), 0);
	assert_int_equal(p.report.n_labels, PAIRS_PER_ALERT);
	record_free(p.record);
	buf_release(&json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_read_takes_what_is_there),
		cmocka_unit_test(report_read_observed_holds_the_clock_back),
		cmocka_unit_test(report_read_without_fingerprint_makes_one),
		cmocka_unit_test(report_read_without_id_or_time_is_an_error),
		cmocka_unit_test(report_wanted_is_about_alerts_that_fire_or_end),
		cmocka_unit_test(report_read_many_labels_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
