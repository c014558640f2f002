#include "aiops-drift/compare/report.h"

#include <float.h>

#include "aiops-drift/compare/table.h"
#include "drift_test.h"
#include "record/event.h"

static struct test_record rec;

/* A feature of two samples, with everything that report needs. */
struct fixture {
	struct feature feature;
	struct analysis analysis;
	struct verdict verdict;
	struct result result;
	struct report report;
	char service[8], name[32], metric[8], labels[32];
};

static void start(struct fixture *x, const double *ref, size_t n, const double *cur, size_t m,
		  const char *service)
{
	static const struct analysis_options options = {0.05, true, KS_DEFAULT_BUDGET};
	struct sample *s = &x->feature.windows[WINDOW_REFERENCE].sample,
		      *t = &x->feature.windows[WINDOW_CURRENT].sample;

	*x = (struct fixture){.service = "cart",
			      .name = "lat{zone=\"b\"}",
			      .metric = "lat",
			      .labels = "{\"zone\":\"b\"}"};
	x->feature.name = x->name;
	x->feature.metric = x->metric;
	x->feature.labels = x->labels;
	x->feature.shared[ORIGIN_SERVICE].text = service ? x->service : NULL;
	x->report = (struct report){RULE_DEFAULT, ADJUST_BH, 0.05, INT64_C(1700000000) * NS_PER_S};
	for (size_t i = 0; i < n; i++)
		sample_add(s, ref[i]);
	for (size_t i = 0; i < m; i++)
		sample_add(t, cur[i]);
	x->analysis =
		analyse(&(struct side){.sample = s}, &(struct side){.sample = t}, NULL, &options);
	verdict_adjust(ADJUST_BH, &x->analysis, &x->verdict, 1);
	verdict_decide(&x->analysis, RULE_DEFAULT, 0.05, &x->verdict);
	x->result = (struct result){&x->feature, &x->analysis, &x->verdict};
	sample_release(s);
	sample_release(t);
}

static void alert(struct fixture *x, bool resolved, struct buf *out)
{
	char none[] = "";
	struct fired fired = {result_time(&x->report, &x->result),
			      x->feature.shared[ORIGIN_SERVICE].text ? x->service : none};

	report_alert(&x->report, &x->result, &fired, resolved, out);
}

/* What was written is one valid record of the schema. */
static const struct record *written(struct buf *out)
{
	struct err e = ERR_INIT;
	const struct record *r = test_parse(&rec, buf_cstr(out));

	if (event_validate(r, &e) < 0)
		fail_msg("%s: %s", buf_cstr(out), e.text);
	return r;
}

static const double LOW[] = {1, 2, 3, 4, 5, 6}, HIGH[] = {11, 12, 13, 14, 15, 16};

static void drift_record_is_valid_and_complete(void **state)
{
	struct fixture x;
	struct buf out = BUF_INIT(10000);
	const struct record *r;

	(void)state;
	start(&x, LOW, 6, HIGH, 6, "cart");
	report_drift(&x.report, &x.result, &out);
	r = written(&out);
	assert_int_equal(record_kind(r), KIND_DRIFT);
	assert_true(span_is(record_text(r, "service"), "cart"));
	assert_true(span_is(record_text(r, "timestamp"),
			    "2023-11-14T22:13:20Z")); /* no record has a time: now */
	assert_true(span_is(record_text(r, "drift.feature"), x.name));
	assert_true(record_get(r, "drift.drift_detected").boolean);
	assert_close(record_get(r, "drift.ks_statistic").number, 1, 0);
	assert_close(record_get(r, "drift.ks_pvalue").number, 2. / 924, 1e-12);
	assert_close(record_get(r, "drift.reference_mean").number, 3.5, 1e-12);
	assert_close(record_get(r, "drift.current_std").number, 1.707825127659933, 1e-12);
	assert_int_equal(record_get(r, "drift.missing_pvalue").type, VALUE_NULL);
	buf_release(&out);
}

static void alert_record_is_valid_and_stable(void **state)
{
	struct fixture x;
	struct buf out = BUF_INIT(10000), again = BUF_INIT(10000);
	const struct record *r;

	(void)state;
	start(&x, LOW, 6, HIGH, 6, "cart");
	alert(&x, false, &out);
	alert(&x, false, &again);
	assert_string_equal(buf_cstr(&out), buf_cstr(&again));
	r = written(&out);
	assert_int_equal(record_kind(r), KIND_ALERT);
	assert_true(span_is(record_text(r, "status"), "firing"));
	assert_true(span_is(record_text(r, "severity"), "high"));
	assert_true(span_is(record_text(r, "labels.alertname"), "DataDrift"));
	assert_true(span_is(record_text(r, "labels.feature"), x.name));
	assert_true(span_is(record_text(r, "labels.service"), "cart"));
	assert_int_equal(record_text(r, "fingerprint").len, FINGERPRINT_HEX);
	buf_release(&out);
	buf_release(&again);
}

static void alert_without_a_service_has_no_such_label(void **state)
{
	struct fixture x;
	struct buf out = BUF_INIT(10000);
	const struct record *r;

	(void)state;
	start(&x, LOW, 6, HIGH, 6, NULL);
	alert(&x, false, &out);
	r = written(&out);
	assert_int_equal(record_get(r, "labels.service").type, VALUE_NONE);
	assert_int_equal(record_get(r, "service").type, VALUE_NONE);
	buf_release(&out);
}

static void insufficient_is_null_not_false(void **state)
{
	struct fixture x;
	struct buf out = BUF_INIT(10000);
	const struct record *r;

	(void)state;
	start(&x, LOW, 6, HIGH, 0, NULL);
	report_drift(&x.report, &x.result, &out);
	r = written(&out);
	assert_int_equal(record_get(r, "drift.drift_detected").type, VALUE_NULL);
	assert_true(span_is(record_text(r, "drift.verdict"), "insufficient"));
	assert_int_equal(record_get(r, "drift.ks_statistic").type, VALUE_NULL);
	assert_int_equal(record_get(r, "drift.current_mean").type, VALUE_NULL);
	assert_int_equal(record_get(r, "drift.reference_mean").type, VALUE_NUMBER);
	buf_release(&out);
}

static void overflow_is_null_with_a_reason(void **state)
{
	const double far[] = {-DBL_MAX, DBL_MAX, -DBL_MAX, DBL_MAX, 0, 1};
	struct fixture x;
	struct buf out = BUF_INIT(10000);
	const struct record *r;

	(void)state;
	start(&x, LOW, 6, far, 6, NULL);
	report_drift(&x.report, &x.result, &out);
	r = written(&out);
	assert_int_equal(record_get(r, "drift.current_std").type, VALUE_NULL);
	assert_true(record_text(r, "drift.reason").len > 0);
	buf_release(&out);
}

static void time_is_the_newest_of_the_current_window(void **state)
{
	struct fixture x;

	(void)state;
	start(&x, LOW, 6, HIGH, 6, NULL);
	x.feature.windows[WINDOW_REFERENCE].timed = true;
	x.feature.windows[WINDOW_REFERENCE].to = instant_from_ns(5);
	assert_int_equal(result_time(&x.report, &x.result).ns, 5);
	x.feature.windows[WINDOW_CURRENT].timed = true;
	x.feature.windows[WINDOW_CURRENT].to = instant_from_ns(9);
	assert_int_equal(result_time(&x.report, &x.result).ns, 9);
}

static void table_is_safe_for_a_terminal(void **state)
{
	struct fixture x;
	struct buf out = BUF_INIT(10000);

	(void)state;
	start(&x, LOW, 6, HIGH, 6, NULL);
	memcpy(x.name, "a\x1b[31mb", 8);
	table_write(&x.report, &x.result, 1, 0, &out);
	assert_null(strchr(buf_cstr(&out), '\x1b'));
	assert_non_null(
		strstr(buf_cstr(&out), "1 feature: 1 drifted, 0 did not, 0 could not be judged\n"));
	buf_release(&out);
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
		cmocka_unit_test(drift_record_is_valid_and_complete),
		cmocka_unit_test(alert_record_is_valid_and_stable),
		cmocka_unit_test(alert_without_a_service_has_no_such_label),
		cmocka_unit_test(insufficient_is_null_not_false),
		cmocka_unit_test(overflow_is_null_with_a_reason),
		cmocka_unit_test(time_is_the_newest_of_the_current_window),
		cmocka_unit_test(table_is_safe_for_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, free_record);
}
