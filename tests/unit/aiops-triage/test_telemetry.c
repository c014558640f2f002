/* What is remembered of metrics, logs, spans and topology, and in how much memory. */
#include "aiops-triage/evidence/telemetry.h"

#include "aiops-triage/evidence/weights.h"
#include "base/buf.h"
#include <stdio.h>

#include "triage_test.h"

static const char kinds[] = "kinds: [{kind: cpu, class: internal, words: [cpu]}]\n"
			    "calls: {caller: [source], callee: [destination]}\n";

static int set_up(void **state)
{
	struct telemetry *t = mem_zalloc(sizeof *t);
	struct err e = ERR_INIT;

	telemetry_init(t, &(struct telemetry_limits){1000, 1 << 22, 1 << 18});
	if (kinds_parse(&t->kinds, span_cstr(kinds), &e) != 0)
		fail_msg("%s", e.text);
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	telemetry_release(*state);
	free(*state);
	return 0;
}

static void tell(struct telemetry *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void tell(struct telemetry *t, const char *fmt, ...)
{
	char line[2000];
	struct test_record r;
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(line, sizeof line, fmt, args);
	va_end(args);
	r = test_parse(line);
	telemetry_add(t, r.record);
	test_record_free(&r);
}

#define AT "\"timestamp\":\"2026-11-21T11:%02d:%02dZ\""

static void metric(struct telemetry *t, const char *component, int i)
{
	tell(t,
	     "{\"kind\":\"metric\",\"id\":\"m%d\"," AT
	     ",\"name\":\"cpu\",\"component\":\"%s\",\"value\":%d}",
	     i, i / 60 % 60, i % 60, component, i);
}

static void series_are_told_apart(void **state)
{
	struct telemetry *t = *state;
	struct series *s;

	metric(t, "a", 1);
	metric(t, "b", 2);
	metric(t, "a", 3);
	tell(t,
	     "{\"kind\":\"metric\",\"id\":\"x\"," AT
	     ",\"name\":\"cpu\",\"component\":\"a\",\"value\":7,\"labels\":{\"core\":\"1\"}}",
	     0, 4);
	assert_int_equal(t->series.n, 3);
	s = series_next(&t->series, NULL);
	assert_span(s->component, "b");
	s = series_next(&t->series, s);
	assert_int_equal(s->n, 2);
	assert_string_equal(series_at(s, 1)->id, "m3");
	assert_float_equal(series_at(s, 0)->value, 1, 0);
	assert_span(s->kind->id, "cpu");
	assert_null(series_at(s, 2));
}

static void series_without_number_or_time_are_left_out(void **state)
{
	struct telemetry *t = *state;

	tell(t, "{\"kind\":\"metric\",\"id\":\"x\"," AT ",\"name\":\"cpu\",\"value\":\"7\"}", 0, 0);
	tell(t, "{\"kind\":\"metric\",\"id\":\"x\",\"name\":\"cpu\",\"value\":7}");
	tell(t, "{\"kind\":\"metric\"," AT ",\"name\":\"cpu\",\"value\":7}", 0, 0);
	tell(t, "{\"kind\":\"metric\",\"id\":\"x\"," AT ",\"name\":\"cpu\",\"value\":1e999}", 0, 0);
	assert_int_equal(t->series.n, 0);
}

static void series_keep_the_last_points(void **state)
{
	struct telemetry *t = *state;
	const struct series *s;

	t->series.max_bytes = 1 << 20;
	for (int i = 0; i < 5000; i++)
		metric(t, "a", i);
	s = series_next(&t->series, NULL);
	assert_int_equal(s->n, SERIES_POINTS_MAX);
	assert_float_equal(series_at(s, s->n - 1)->value, 4999, 0);
	assert_float_equal(series_at(s, 0)->value, 5000 - SERIES_POINTS_MAX, 0);
}

static void many_series_keep_to_their_memory(void **state)
{
	struct telemetry *t = *state;
	char name[16];

	for (int i = 0; i < 6000; i++) {
		(void)snprintf(name, sizeof name, "c%d", i % 300);
		metric(t, name, i);
	}
	assert_true(t->series.bytes <= 1 << 18);
	assert_true(t->series.dropped > 0);
	assert_true(t->series.n > 10);
}

static void log_rates_count_by_message_and_place(void **state)
{
	struct telemetry *t = *state;
	const struct log_rate *l;

	for (int i = 0; i < 10; i++)
		tell(t,
		     "{\"kind\":\"log\",\"id\":\"l%d\"," AT
		     ",\"component\":\"a\",\"body\":\"served request %d in %d ms\"}",
		     i, i / 5, i % 5, i, i * 7);
	tell(t,
	     "{\"kind\":\"log\",\"id\":\"e\"," AT
	     ",\"component\":\"a\",\"severity\":\"high\",\"body\":\"cannot reach the database\"}",
	     1, 30);
	assert_int_equal(t->logs.n, 2);
	l = log_rates_next(&t->logs, NULL);
	assert_int_equal(l->total, 10);
	assert_int_equal(l->n, 2);
	assert_int_equal(log_rate_at(l, 0)->count, 5);
	assert_string_equal(log_rate_at(l, 1)->id, "l5");
	l = log_rates_next(&t->logs, l);
	assert_int_equal(l->severity, SEVERITY_HIGH);
	assert_null(log_rates_next(&t->logs, l));
}

static void log_rates_keep_to_their_memory(void **state)
{
	struct telemetry *t = *state;

	for (int i = 0; i < 3000; i++)
		tell(t,
		     "{\"kind\":\"log\",\"id\":\"l%d\"," AT
		     ",\"component\":\"place-%d\",\"body\":\"one and the same\"}",
		     i, 0, 0, i);
	assert_true(t->logs.bytes <= 1 << 18);
	assert_true(t->logs.dropped > 0);
}

#define SPAN_RECORD                                                                                \
	"{\"kind\":\"trace\",\"id\":\"r%d\"," AT                                                   \
	",\"service\":\"%s\",\"name\":\"GET\",\"trace_id\":\"t\",\"span_id\":\"%d\","              \
	"\"parent\":\"%d\",\"duration_ms\":5}"

static void spans_know_their_parents_and_make_calls(void **state)
{
	struct telemetry *t = *state;
	size_t *parents;

	tell(t, SPAN_RECORD, 2, 0, 0, "cart", 2, 1); /* the child comes first */
	tell(t, SPAN_RECORD, 1, 0, 0, "web", 1, 0);
	tell(t, SPAN_RECORD, 3, 0, 0, "cart", 3, 2);
	parents = telemetry_parents(t);
	assert_int_equal(parents[0], 1);
	assert_int_equal(parents[1], SIZE_MAX);
	assert_int_equal(parents[2], 0);
	telemetry_link_calls(t, parents);
	assert_int_equal(t->graph.n_edges, 1);
	free(parents);
}

static void spans_keep_to_their_memory(void **state)
{
	struct telemetry *t = *state;

	for (int i = 0; i < 5000; i++)
		tell(t, SPAN_RECORD, i, 0, 0, "web", i, 0);
	assert_true(t->spans.bytes <= 1 << 18);
	assert_int_equal(t->spans.n + t->spans.dropped, 5000);
	assert_span(span_store_at(&t->spans, t->spans.n - 1)->record_id, "r4999");
}

static void topology_record_makes_the_graph(void **state)
{
	struct telemetry *t = *state;
	const struct graph *g = &t->graph;

	tell(t,
	     "{\"kind\":\"topology\",\"id\":\"t\"," AT
	     ",\"nodes\":[{\"id\":\"web\"},{\"id\":\"web-1\"},{\"no\":1},7],"
	     "\"edges\":[{\"from\":\"web\",\"to\":\"cart\"},{\"from\":\"web\",\"to\":\"cart\"},"
	     "{\"from\":\"web-1\",\"to\":\"web\",\"type\":\"instance_of\"},{\"from\":\"web\"},"
	     "{\"from\":\"web\",\"to\":\"web\"}]}",
	     0, 0);
	assert_int_equal(g->n_edges, 1);
	assert_int_equal(g->nodes[graph_find(g, SPAN("web"))].n_deps, 1);
	assert_int_equal(graph_service(g, graph_find(g, SPAN("web-1"))),
			 graph_find(g, SPAN("web")));
	assert_int_equal(graph_find(g, SPAN("nobody")), -1);
	assert_int_equal(graph_service(g, -1), -1);
}

static void parents_in_a_circle_end(void **state)
{
	struct telemetry *t = *state;

	graph_link(&t->graph, SPAN("a"), SPAN("b"), true);
	graph_link(&t->graph, SPAN("b"), SPAN("a"), true);
	assert_true(graph_service(&t->graph, 0) >= 0);
}

static void reach_goes_to_what_is_depended_on(void **state)
{
	struct telemetry *t = *state;
	struct test_record r =
		test_parse("{\"kind\":\"incident\",\"id\":\"I\",\"services\":[\"web\"]}");
	struct incident inc;
	bool *reach;

	incident_read(&inc, r.record);
	assert_null(telemetry_reach(t, &inc));
	graph_link(&t->graph, SPAN("user"), SPAN("web"), false);
	graph_link(&t->graph, SPAN("web"), SPAN("cart"), false);
	graph_link(&t->graph, SPAN("cart-1"), SPAN("cart"), true);
	graph_link(&t->graph, SPAN("cart-1"), SPAN("node"), false);
	graph_link(&t->graph, SPAN("web"), SPAN("web2"), false);
	graph_link(&t->graph, SPAN("mail"), SPAN("spool"), false);
	reach = telemetry_reach(t, &inc);
	assert_true(reach[graph_find(&t->graph, SPAN("cart-1"))]);
	assert_true(reach[graph_find(&t->graph, SPAN("node"))]);
	assert_false(reach[graph_find(&t->graph, SPAN("user"))]);
	assert_false(reach[graph_find(&t->graph, SPAN("spool"))]);
	free(reach);
	incident_release(&inc);
	test_record_free(&r);
}

static void weights_are_checked(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"weights: {alerts: 1}", "key 'metrics' is missing"},
		{"weights: {alert: 1}", "did you mean 'alerts'"},
		{"weight: {}", "unknown key"},
		{"{}", "key 'weights' is missing"},
		{"weights: {alerts: -1, metrics: 1, graph: 1, logs: 1, traces: 1, changes: 1, "
		 "signatures: 1, past: 1}",
		 "from 0 to 100"},
		{"weights: {alerts: 0, metrics: 0, graph: 0, logs: 0, traces: 0, changes: 0, "
		 "signatures: 0, past: 0}",
		 "all weights are 0"},
	};
	struct weights w;
	struct err ok = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e = ERR_INIT;

		assert_int_equal(weights_parse(&w, span_cstr(cases[i].text), &e), -1);
		if (!strstr(e.text, cases[i].says))
			fail_msg("%s: %s", cases[i].text, e.text);
	}
	assert_int_equal(weights_load(&w, "share/weights/triage.yaml", &ok), 0);
	assert_true(w.of[SOURCE_METRICS] > 0);
}

static void percentiles_rank_what_is_above_zero(void **state)
{
	double scores[] = {0, 5, 100, 5, 0.1};
	double none[] = {0, 0};

	(void)state;
	source_percentiles(scores, 5);
	assert_near(scores[0], 0);
	assert_near(scores[1], 0.75);
	assert_near(scores[2], 1);
	assert_near(scores[3], 0.75);
	assert_near(scores[4], 0.25);
	source_percentiles(none, 2);
	assert_near(none[0], 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(series_are_told_apart),
		CASE(series_without_number_or_time_are_left_out),
		CASE(series_keep_the_last_points),
		CASE(many_series_keep_to_their_memory),
		CASE(log_rates_count_by_message_and_place),
		CASE(log_rates_keep_to_their_memory),
		CASE(spans_know_their_parents_and_make_calls),
		CASE(spans_keep_to_their_memory),
		CASE(topology_record_makes_the_graph),
		CASE(parents_in_a_circle_end),
		CASE(reach_goes_to_what_is_depended_on),
		cmocka_unit_test(weights_are_checked),
		cmocka_unit_test(percentiles_rank_what_is_above_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
