#include "harness.h"

#define ANSWER(type, result)                                                                       \
	"{\"status\":\"success\",\"data\":{\"resultType\":\"" type "\",\"result\":" result "}}\n"
#define SERIES(metric, values) "[{\"metric\":" metric ",\"values\":" values "}]"

static void matrix_gives_a_metric_for_each_sample(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, NULL,
		    ANSWER("matrix",
			   SERIES("{\"__name__\":\"up\",\"instance\":\"c-1:80\",\"job\":\"cart\"}",
				  "[[1795252159.095,\"0.10\"],[1795252174,\"1e+06\"]]")));
	assert_string_equal(
		buf_cstr(&h.out),
		"{\"v\":1,\"kind\":\"metric\",\"id\":\"935b61b657a1c7e34641b52a915f032f\",\"timestamp\":\"2026-11-21T09:09:19.095Z\",\"observed\":"
		"\"2026-11-17T09:10:00Z\",\"source\":\"prometheus\",\"source_id\":\"7654a9e9ddec619e\",\"name\":\"up\",\"component\":"
		"\"c-1:80\",\"service\":\"cart\",\"host\":\"c-1\",\"value\":0.10,\"fingerprint\":\"7654a9e9ddec619e\",\"labels\":"
		"{\"__name__\":\"up\",\"instance\":\"c-1:80\",\"job\":\"cart\"}}\n"
		"{\"v\":1,\"kind\":\"metric\",\"id\":\"d564d7038432ed6cd98626d21b7d5fcc\",\"timestamp\":\"2026-11-21T09:09:34Z\",\"observed\":"
		"\"2026-11-17T09:10:00Z\",\"source\":\"prometheus\",\"source_id\":\"7654a9e9ddec619e\",\"name\":\"up\",\"component\":"
		"\"c-1:80\",\"service\":\"cart\",\"host\":\"c-1\",\"value\":1e+06,\"fingerprint\":\"7654a9e9ddec619e\",\"labels\":"
		"{\"__name__\":\"up\",\"instance\":\"c-1:80\",\"job\":\"cart\"}}\n");
	harness_release(&h);
}

static void sample_without_a_json_number_is_a_string(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(
		&h, NULL,
		ANSWER("vector",
		       "[{\"metric\":{},\"value\":[1,\"NaN\"]},{\"metric\":{\"a\":\"b\"},\"value\":[1,\"-Inf\"]},"
		       "{\"metric\":{\"a\":\"c\"},\"value\":[1,\"+Inf\"]}]"));
	assert_out(&h, "\"value\":\"NaN\"");
	assert_out(&h, "\"value\":\"-Inf\"");
	assert_out(&h, "\"value\":\"+Inf\"");
	assert_all_valid(&h);
	harness_release(&h);
}

static void long_number_keeps_its_digits(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(
		&h, NULL,
		ANSWER("vector",
		       "[{\"metric\":{},\"value\":[1795252159.123456789,\"1234567890123456789012345678901234567890.50\"]}]"));
	assert_out(&h, "\"value\":1234567890123456789012345678901234567890.50}");
	assert_out(&h, "\"timestamp\":\"2026-11-21T09:09:19.123456789Z\"");
	harness_release(&h);
}

static void name_may_come_from_a_label_option(void **state)
{
	const struct label label = {SPAN("__name__"), SPAN("taken")};
	struct harness h = harness_new();

	(void)state;
	h.opt.labels = &label;
	h.opt.n_labels = 1;
	harness_run(
		&h, NULL,
		ANSWER("vector",
		       "[{\"metric\":{},\"value\":[1,\"1\"]},{\"metric\":{\"__name__\":\"own\"},\"value\":[1,\"1\"]}]"));
	assert_out(&h, "\"name\":\"taken\"");
	assert_out(&h, "\"labels\":{\"__name__\":\"taken\"}");
	assert_out(&h, "\"name\":\"own\"");
	harness_release(&h);
}

static void answers_that_make_no_records_are_rejected_with_the_reason(void **state)
{
	static const struct {
		const char *doc, *why;
	} cases[] = {
		{"{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}\n",
		 "answered with an error: parse error"},
		{ANSWER("scalar", "[1,\"2\"]"), "a scalar result has no labels"},
		{ANSWER("string", "[1,\"x\"]"), "a string result has no labels"},
		{ANSWER("matrix", SERIES("{}", "[[1]]")), "series 1: values: not an array of"},
		{ANSWER("matrix", SERIES("{}", "{}")), "series 1: values: not an array"},
		{ANSWER("matrix", SERIES("{}", "[[1,\"one\"]]")),
		 "series 1: value 'one' is no number"},
		{ANSWER("matrix", SERIES("{}", "[[1e3,\"1\"]]")),
		 "series 1: time: '1e3' is not an epoch time"},
		{ANSWER("matrix", SERIES("{\"a\":1}", "[[1,\"1\"]]")),
		 "series 1: metric.a: not a string"},
		{ANSWER("matrix", SERIES("[]", "[[1,\"1\"]]")), "metric: not an object"},
		{ANSWER("matrix", "[{\"metric\":{}}]"), "series 1: values: missing"},
		{ANSWER("vector", "[{\"metric\":{},\"value\":7}]"),
		 "series 1: value: not [time, \"value\"]"},
		{ANSWER("vector", "[{\"metric\":{},\"histogram\":[1,{}]}]"),
		 "histogram: count: missing"},
		{ANSWER("matrix", "7"), "data.result: not an array of objects"},
		{ANSWER("matrix", "[7]"), "data.result: not an array of objects"},
		{ANSWER("lattice", "[]"), "data.resultType: not matrix or vector"},
		{"{\"status\":\"success\"}\n", "data.resultType: not matrix or vector"},
		{"{\"data\":{}}\n", "status: neither success nor error"},
	};
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		harness_run(&h, "prometheus", cases[i].doc);
		assert_int_equal(h.n_out, 0);
		assert_int_equal(h.n_rejects, 1);
		assert_rejected(&h, cases[i].why);
	}
	harness_run(&h, "prometheus", "[{\"metric\":{}}]\n");
	assert_int_equal(h.n_rejects, 1);
	harness_release(&h);
}

static void good_samples_beside_a_bad_one_come_out(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, NULL, ANSWER("matrix", SERIES("{}", "[[1,\"1\"],[2,\"two\"],[3,\"3\"]]")));
	assert_int_equal(h.n_out, 2);
	assert_int_equal(h.n_rejects, 1);
	harness_release(&h);
}

static void warnings_of_the_server_are_shown(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(
		&h, NULL,
		"{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]},\"warnings\":[\"w\",1],\"infos\":[\"i\"]}");
	assert_string_equal(buf_cstr(&h.warnings), "1 prometheus says: w\n1 prometheus says: i\n");
	assert_int_equal(h.n_rejects, 0);
	harness_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matrix_gives_a_metric_for_each_sample),
		cmocka_unit_test(sample_without_a_json_number_is_a_string),
		cmocka_unit_test(long_number_keeps_its_digits),
		cmocka_unit_test(name_may_come_from_a_label_option),
		cmocka_unit_test(answers_that_make_no_records_are_rejected_with_the_reason),
		cmocka_unit_test(good_samples_beside_a_bad_one_come_out),
		cmocka_unit_test(warnings_of_the_server_are_shown),
	};

	return cmocka_run_group_tests(tests, harness_setup, NULL);
}
