/* Each source of evidence, from records to scores. */
#include "aiops-triage/evidence/source.h"

#include "aiops-triage/evidence/courses.h"
#include "aiops-triage/evidence/survey.h"
#include "aiops-triage/explain/suspect.h"
#include <stdio.h>

#include "triage_test.h"

#define MINUTES 30 /* before the onset at 11:30 */

struct fixture {
	struct telemetry telemetry;
	struct signatures signatures;
	struct test_record record;
	struct incident incident;
	struct survey survey;
	struct suspects suspects;
	struct view view;
	size_t *parents;
	bool *reach;
	struct course *courses;
	int ids;
};

static int set_up(void **state)
{
	static const char signature[] =
		"version: 1\nid: processor\ntitle: P\ntext: \"{component} is slow\"\nsignals:\n"
		"  - {alert: cpu, weight: 1}\nfirst_action: {text: look, effect: read}\n";
	struct fixture *f = mem_zalloc(sizeof *f);
	struct err e = ERR_INIT;

	telemetry_init(&f->telemetry, &(struct telemetry_limits){20000, 1 << 24, 1 << 24});
	if (kinds_load(&f->telemetry.kinds, "share/metrics/kinds.yaml", &e) != 0)
		fail_msg("%s", e.text);
	signatures_init(&f->signatures);
	test_signatures(&f->signatures, signature);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	suspects_release(&f->suspects);
	incident_release(&f->incident);
	test_record_free(&f->record);
	free(f->parents);
	free(f->reach);
	free(f->courses);
	signatures_release(&f->signatures);
	telemetry_release(&f->telemetry);
	free(f);
	return 0;
}

static void tell(struct fixture *f, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void tell(struct fixture *f, const char *fmt, ...)
{
	char line[2000];
	struct test_record r;
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(line, sizeof line, fmt, args);
	va_end(args);
	r = test_parse(line);
	telemetry_add(&f->telemetry, r.record);
	test_record_free(&r);
}

static void depends(struct fixture *f, const char *from, const char *to)
{
	graph_link(&f->telemetry.graph, span_cstr(from), span_cstr(to), false);
}

/* A metric from 11:00 on, `normal` with a little saw, `after` from 11:30 to 11:35. */
static void course(struct fixture *f, const char *component, const char *name, double normal,
		   double after)
{
	for (int i = 0; i <= MINUTES + 5; i++)
		tell(f,
		     "{\"kind\":\"metric\",\"id\":\"m%d\",\"timestamp\":\"2026-11-21T11:%02d:00Z\","
		     "\"name\":\"%s\",\"component\":\"%s\",\"value\":%.6g}",
		     f->ids++, i, name, component,
		     i < MINUTES ? normal * (1 + 0.01 * (i % 3)) : after);
}

/* Reads the incident on web, and judges by one source. True: it had something to look at. */
static bool judge(struct fixture *f, enum source_id k)
{
	f->record = test_parse(
		"{\"kind\":\"incident\",\"id\":\"I\",\"starts_at\":\"2026-11-21T11:30:00Z\","
		"\"last_seen\":\"2026-11-21T11:32:00Z\",\"services\":[\"web\"],\"members\":[{"
		"\"id\":\"a\",\"name\":\"Trouble\",\"component\":\"web\"}]}");
	incident_read(&f->incident, f->record.record);
	f->parents = telemetry_parents(&f->telemetry);
	telemetry_link_calls(&f->telemetry, f->parents);
	f->reach = telemetry_reach(&f->telemetry, &f->incident);
	f->view = (struct view){.telemetry = &f->telemetry,
				.incident = &f->incident,
				.parents = f->parents,
				.reach = f->reach,
				.survey = &f->survey};
	f->courses = courses_measure(&f->telemetry, &f->incident, &f->view.n_courses);
	f->view.courses = f->courses;
	suspects_init(&f->suspects, &f->signatures);
	f->survey = survey(&f->suspects, &f->telemetry.context, &f->incident);
	return evidence_sources[k].judge(&f->view, &f->suspects, f->suspects.scores[k]);
}

static double score(const struct fixture *f, enum source_id k, const char *place)
{
	size_t row = suspects_find(&f->suspects, span_cstr(place));

	return row == SUSPECT_NOWHERE ? 0 : f->suspects.scores[k][row];
}

static const struct evidence *quoted(const struct fixture *f, const char *place)
{
	size_t row = suspects_find(&f->suspects, span_cstr(place));
	const struct evidence_list *l = &f->suspects.items[row].evidence;

	return row != SUSPECT_NOWHERE && l->n ? &l->items[l->n - 1] : NULL;
}

static void metrics_cause_moves_inside_and_outside(void **state)
{
	struct fixture *f = *state;

	course(f, "web", "latency", 100, 400); /* feels most */
	course(f, "web", "cpu", 10, 10);
	course(f, "cart", "latency", 20, 60);
	course(f, "cart", "cpu", 10, 90);
	course(f, "mail", "latency", 20, 20);
	course(f, "mail", "cpu", 10, 10);
	assert_true(judge(f, SOURCE_METRICS));
	assert_true(score(f, SOURCE_METRICS, "cart") > 1.5 * score(f, SOURCE_METRICS, "web"));
	assert_near(score(f, SOURCE_METRICS, "mail"), 0);
	assert_int_equal(quoted(f, "cart")->kind, KIND_METRIC);
	assert_true(suspects_points(&f->suspects, suspects_find(&f->suspects, SPAN("cart")), 0) >
		    1);
}

static void metrics_one_class_is_partial_evidence(void **state)
{
	struct fixture *f = *state;

	course(f, "web", "latency", 100, 130);
	course(f, "cart", "latency", 20, 60);
	assert_true(judge(f, SOURCE_METRICS));
	assert_true(score(f, SOURCE_METRICS, "cart") > score(f, SOURCE_METRICS, "web"));
	assert_true(quoted(f, "cart")->series != NULL);
	assert_float_equal(quoted(f, "cart")->value, 60, 0);
	assert_float_equal(quoted(f, "cart")->normal, 20.2, 1e-9);
}

static void metrics_of_what_is_elsewhere_do_not_count(void **state)
{
	struct fixture *f = *state;

	depends(f, "web", "cart");
	depends(f, "other", "far");
	course(f, "far", "latency", 20, 600);
	course(f, "cart", "latency", 20, 40);
	assert_true(judge(f, SOURCE_METRICS));
	assert_int_equal(suspects_find(&f->suspects, SPAN("far")), SUSPECT_NOWHERE);
	assert_near(score(f, SOURCE_METRICS, "cart") > 0, 1);
}

static void metrics_without_any_are_absent(void **state)
{
	struct fixture *f = *state;

	assert_false(judge(f, SOURCE_METRICS));
	assert_false(evidence_sources[SOURCE_GRAPH].judge(&f->view, &f->suspects,
							  f->suspects.scores[SOURCE_GRAPH]));
	assert_false(evidence_sources[SOURCE_LOGS].judge(&f->view, &f->suspects,
							 f->suspects.scores[SOURCE_LOGS]));
	assert_false(evidence_sources[SOURCE_TRACES].judge(&f->view, &f->suspects,
							   f->suspects.scores[SOURCE_TRACES]));
}

/* rare moves far but is hardly asked; busy moves little and is asked all the time. */
static void graph_weighs_by_traffic(void **state)
{
	struct fixture *f = *state;

	depends(f, "web", "rare");
	depends(f, "web", "busy");
	course(f, "web", "latency", 100, 150);
	course(f, "web", "requests", 1000, 1000);
	course(f, "rare", "latency", 10, 200);
	course(f, "rare", "requests", 20, 20);
	course(f, "busy", "latency", 10, 60);
	course(f, "busy", "requests", 1000, 1000);
	assert_true(judge(f, SOURCE_GRAPH));
	assert_near(score(f, SOURCE_GRAPH, "busy"), 1);
	assert_true(score(f, SOURCE_GRAPH, "rare") < 0.3);
	assert_near(score(f, SOURCE_GRAPH, "web"), 0);
	assert_span(quoted(f, "busy")->quote, "latency");
}

static void graph_goes_to_the_end_of_the_chain(void **state)
{
	struct fixture *f = *state;

	depends(f, "web", "cart");
	depends(f, "cart", "db");
	depends(f, "db", "cart"); /* a circle */
	course(f, "web", "latency", 100, 200);
	course(f, "cart", "latency", 50, 150);
	course(f, "db", "latency", 5, 105);
	assert_true(judge(f, SOURCE_GRAPH));
	assert_near(score(f, SOURCE_GRAPH, "web"), 0);
	assert_true(score(f, SOURCE_GRAPH, "db") >= score(f, SOURCE_GRAPH, "cart"));
}

static void graph_quiet_callees_leave_it_with_the_caller(void **state)
{
	struct fixture *f = *state;

	depends(f, "web", "cart");
	course(f, "web", "latency", 100, 200);
	course(f, "cart", "latency", 50, 50);
	assert_true(judge(f, SOURCE_GRAPH));
	assert_near(score(f, SOURCE_GRAPH, "web"), 1);
	assert_near(score(f, SOURCE_GRAPH, "cart"), 0);
}

static void log_line(struct fixture *f, int minute, const char *component, const char *severity,
		     const char *body)
{
	tell(f,
	     "{\"kind\":\"log\",\"id\":\"l%d\",\"timestamp\":\"2026-11-21T11:%02d:10Z\","
	     "\"component\":\"%s\",\"severity\":\"%s\",\"body\":\"%s\"}",
	     f->ids++, minute, component, severity, body);
}

static void logs_new_message_speaks_old_does_not(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 36; i++) {
		log_line(f, i, "web", "info", "request served");
		log_line(f, i, "cart", "high", "cannot load the picture of a product");
		if (i >= MINUTES)
			for (int k = 0; k < 5; k++)
				log_line(f, i, "cart", "high", "the lock was not given back");
	}
	assert_true(judge(f, SOURCE_LOGS));
	assert_near(score(f, SOURCE_LOGS, "cart"), 1);
	assert_near(score(f, SOURCE_LOGS, "web"), 0);
	assert_span(quoted(f, "cart")->quote, "the lock was not given back");
}

static void logs_that_begin_with_the_incident_say_nothing(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 20; i++)
		log_line(f, 31, "cart", "high", "the lock was not given back");
	assert_false(judge(f, SOURCE_LOGS));
}

static void span(struct fixture *f, int minute, const char *service, const char *kind, int id,
		 int parent, double ms, const char *error)
{
	tell(f,
	     "{\"kind\":\"trace\",\"id\":\"s%d\",\"timestamp\":\"2026-11-21T11:%02d:00Z\","
	     "\"service\":\"%s\",\"component\":\"%s\",\"name\":\"GET /%s\",\"trace_id\":\"t%d\","
	     "\"span_id\":\"%d\",\"parent\":\"%d\",\"duration_ms\":%.6g,\"error\":%s,"
	     "\"annotations\":{\"otel.span_kind\":\"%s\"}}",
	     f->ids++, minute, service, service, service, minute, id, parent, ms, error, kind);
}

static void traces_self_time_finds_who_is_slow(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 36; i++) {
		double slow = i < MINUTES ? 0 : 300;

		span(f, i, "web", "server", 1, 0, 20 + slow, "false");
		span(f, i, "cart", "server", 2, 1, 10 + slow, "false");
	}
	assert_true(judge(f, SOURCE_TRACES));
	assert_near(score(f, SOURCE_TRACES, "cart"), 1);
	assert_near(score(f, SOURCE_TRACES, "web"), 0);
	assert_int_equal(quoted(f, "cart")->kind, KIND_TRACE);
	assert_span(quoted(f, "cart")->quote, "GET /cart");
	assert_true(graph_find(&f->telemetry.graph, SPAN("cart")) >= 0);
}

static void traces_the_way_is_held_against_the_callee(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 36; i++) {
		double way = i < MINUTES ? 1 : 200;

		span(f, i, "web", "server", 1, 0, 20 + way, "false");
		span(f, i, "web", "client", 2, 1, 10 + way, "false");
		span(f, i, "cart", "server", 3, 2, 10, "false");
	}
	assert_true(judge(f, SOURCE_TRACES));
	assert_near(score(f, SOURCE_TRACES, "cart"), 1);
	assert_near(score(f, SOURCE_TRACES, "web"), 0);
}

static void traces_errors_belong_to_who_makes_them(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 36; i++) {
		const char *error = i < MINUTES ? "false" : "true";

		span(f, i, "web", "server", 1, 0, 20, error);
		span(f, i, "cart", "server", 2, 1, 10, error);
	}
	assert_true(judge(f, SOURCE_TRACES));
	assert_near(score(f, SOURCE_TRACES, "cart"), 1);
	assert_near(score(f, SOURCE_TRACES, "web"), 0);
}

static void changes_of_what_is_depended_on_count(void **state)
{
	struct fixture *f = *state;

	depends(f, "web", "cart");
	depends(f, "mail", "spool");
	tell(f, "{\"kind\":\"change\",\"id\":\"c1\",\"timestamp\":\"2026-11-21T11:29:00Z\","
		"\"service\":\"cart\",\"change\":{\"type\":\"deploy\",\"to\":\"cart 2\"}}");
	tell(f, "{\"kind\":\"change\",\"id\":\"c2\",\"timestamp\":\"2026-11-21T11:29:00Z\","
		"\"service\":\"spool\",\"change\":{\"type\":\"deploy\",\"to\":\"spool 2\"}}");
	assert_true(judge(f, SOURCE_CHANGES));
	assert_true(score(f, SOURCE_CHANGES, "cart") > 0.9);
	assert_int_equal(f->survey.changes, 1);
	assert_int_equal(f->survey.changes_elsewhere, 1);
}

static void numbers_that_are_not_in_the_series_are_rejected(void **state)
{
	struct fixture *f = *state;
	struct sources from = {.context = &f->telemetry.context, .incident = &f->incident};
	struct evidence_list l = {0};
	struct evidence ev;

	course(f, "cart", "latency", 20, 60);
	(void)judge(f, SOURCE_METRICS);
	ev = *quoted(f, "cart");
	assert_true(evidence_add(&l, &from, &ev));
	ev.value = 61;
	assert_false(evidence_add(&l, &from, &ev));
	ev.value = 60;
	ev.record_id = SPAN("nobody");
	assert_false(evidence_add(&l, &from, &ev));
	assert_int_equal(l.rejected, 2);
	evidence_release(&l);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(metrics_cause_moves_inside_and_outside),
		CASE(metrics_one_class_is_partial_evidence),
		CASE(metrics_of_what_is_elsewhere_do_not_count),
		CASE(metrics_without_any_are_absent),
		CASE(graph_weighs_by_traffic),
		CASE(graph_goes_to_the_end_of_the_chain),
		CASE(graph_quiet_callees_leave_it_with_the_caller),
		CASE(logs_new_message_speaks_old_does_not),
		CASE(logs_that_begin_with_the_incident_say_nothing),
		CASE(traces_self_time_finds_who_is_slow),
		CASE(traces_the_way_is_held_against_the_callee),
		CASE(traces_errors_belong_to_who_makes_them),
		CASE(changes_of_what_is_depended_on_count),
		CASE(numbers_that_are_not_in_the_series_are_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
