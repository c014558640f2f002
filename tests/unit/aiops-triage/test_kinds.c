/* What the names of metrics mean, by the table that is shipped. */
#include "aiops-triage/evidence/kinds.h"

#include "triage_test.h"

static int set_up(void **state)
{
	struct metric_kinds *ks = mem_zalloc(sizeof *ks);
	struct err e = ERR_INIT;

	kinds_init(ks);
	if (kinds_load(ks, "share/metrics/kinds.yaml", &e) != 0)
		fail_msg("%zu:%zu: %s", e.line, e.col, e.text);
	*state = ks;
	return 0;
}

static int tear_down(void **state)
{
	kinds_release(*state);
	free(*state);
	return 0;
}

static void find_names_of_many_systems(void **state)
{
	static const struct {
		const char *name, *kind;
	} cases[] = {
		{"CpuUsageRate(%)", "processor"},
		{"container_cpu_usage_seconds_total", "processor"},
		{"carts_cpu", "processor"},
		{"MemoryUsage(Mi)", "memory"},
		{"container_memory_working_set_bytes", "memory"},
		{"PodServerLatencyP90(s)", "latency"},
		{"PodClientLatencyP90(s)", "calls"},
		{"request_duration_seconds", "latency"},
		{"front-end_latency-90", "latency"},
		{"http_server_errors_total", "errors"},
		{"availability", "availability"},
		{"PodSuccessRate(%)", "availability"},
		{"orders_api_pool_size", "connections"},
		{"pg_stat_activity_connections", "connections"},
		{"kafka_consumer_lag", "queue"},
		{"diskio_write", "disk"},
		{"node_filesystem_avail_bytes", "host_disk"},
		{"NodeCpuUsageRate(%)", "host_processor"},
		{"kube_pod_container_status_restarts_total", "restarts"},
		{"requests", "traffic"},
		{"PodWorkload(Ops)", "traffic"},
		{"NetworkReceiveBytes", "network"},
	};
	const struct metric_kinds *ks = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct metric_kind *k = kinds_find(ks, span_cstr(cases[i].name));

		if (!k || !span_is(k->id, cases[i].kind))
			fail_msg("%s is %.*s", cases[i].name, k ? (int)k->id.len : 4,
				 k ? k->id.data : "none");
	}
	assert_null(kinds_find(ks, SPAN("checkout_probe")));
	assert_null(kinds_find(ks, SPAN_NONE));
}

static void find_class_and_harm(void **state)
{
	const struct metric_kind *k = kinds_find(*state, SPAN("availability"));

	assert_int_equal(k->class, METRIC_EXTERNAL);
	assert_int_equal(k->harm, HARM_FALL);
	assert_true(k->share);
	k = kinds_find(*state, SPAN("cpu"));
	assert_int_equal(k->class, METRIC_INTERNAL);
	assert_span(k->fault, "processor");
	assert_int_equal(kinds_find(*state, SPAN("requests"))->class, METRIC_TRAFFIC);
	assert_true(kinds_find(*state, SPAN("node_memory_free"))->of_host);
}

static void statistic_from_name_or_label(void **state)
{
	const struct label p99 = {SPAN("statistic"), SPAN("p99")};
	const struct label quantile = {SPAN("quantile"), SPAN("0.5")};
	const struct label average = {SPAN("stat"), SPAN("Average")};

	assert_float_equal(kinds_statistic(*state, SPAN("latency"), NULL, 0), STATISTIC_MEAN, 0);
	assert_float_equal(kinds_statistic(*state, SPAN("latency"), &p99, 1), 99, 0);
	assert_float_equal(kinds_statistic(*state, SPAN("latency"), &quantile, 1), 50, 0);
	assert_float_equal(kinds_statistic(*state, SPAN("latency_p90"), &average, 1), 0, 0);
	assert_float_equal(kinds_statistic(*state, SPAN("PodServerLatencyP95(s)"), NULL, 0), 95, 0);
	assert_float_equal(kinds_statistic(*state, SPAN("latency-90"), NULL, 0), 90, 0);
	assert_float_equal(kinds_statistic(*state, SPAN("latency_max"), NULL, 0), 100, 0);
}

static void call_needs_both_ends(void **state)
{
	const struct label labels[] = {{SPAN("source_workload"), SPAN("web")},
				       {SPAN("destination_workload"), SPAN("cart")},
				       {SPAN("reporter"), SPAN("source")}};
	struct call c = kinds_call(*state, labels, 3);

	assert_span(c.caller, "web");
	assert_span(c.callee, "cart");
	assert_int_equal(c.side, SIDE_CALLER);
	c = kinds_call(*state, labels, 1);
	assert_int_equal(c.callee.len, 0);
	c = kinds_call(*state, labels, 2);
	assert_int_equal(c.side, SIDE_UNKNOWN);
}

static void parse_tells_mistakes(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"kinds: [{kind: x, class: inner, words: [x]}]", "'class' is none of its words"},
		{"kinds: [{kind: x, class: internal}]", "key 'words' is missing"},
		{"kinds: [{kind: x, class: internal, words: []}]", "1 to 32"},
		{"kinds: [{kind: x, class: internal, words: [a b c d e]}]", "too many words"},
		{"kinds: [{class: internal, words: [x]}]", "keys 'kind' and 'class'"},
		{"kind: []", "unknown key 'kind'"},
		{"version: 2\nkinds: []", "1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct metric_kinds ks;
		struct err e = ERR_INIT;

		kinds_init(&ks);
		assert_int_equal(kinds_parse(&ks, span_cstr(cases[i].text), &e), -1);
		if (!strstr(e.text, cases[i].says))
			fail_msg("%s: %s", cases[i].text, e.text);
		assert_int_equal(e.code, EX_BADCONFIG);
		kinds_release(&ks);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(find_names_of_many_systems),
		cmocka_unit_test(find_class_and_harm),
		cmocka_unit_test(statistic_from_name_or_label),
		cmocka_unit_test(call_needs_both_ends),
		cmocka_unit_test(parse_tells_mistakes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
