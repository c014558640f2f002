/* From records to an answer: gathering, fusing, deciding, writing. */
#include "aiops-triage/explain/decide.h"

#include "aiops-triage/explain/confidence.h"
#include "aiops-triage/explain/render.h"
#include "base/buf.h"
#include "triage_test.h"

static const char exhausted[] =
	"version: 1\nid: connections\ntitle: Connections\ntext: \"{component} is out of "
	"connections\"\nsignals:\n"
	"  - {alert: \"connections exhausted\", weight: 5}\n  - {log: slots are reserved, "
	"weight: 5}\n"
	"first_action: {text: count sessions, effect: read}\n";
static const char deploy[] =
	"version: 1\nid: deploy\ntitle: Deploy\ntext: \"{component} was changed\"\nsignals:\n"
	"  - {change: deploy, weight: 2}\nfirst_action: {text: compare, effect: read}\n";

#define ALERT(id, name, component)                                                                 \
	"{\"kind\":\"alert\",\"id\":\"" id "\",\"timestamp\":\"2026-11-21T11:05:00Z\","            \
	"\"name\":\"" name "\",\"component\":\"" component "\",\"title\":\"" name " says so\","    \
	"\"labels\":{\"host\":\"h-" id "\"}}"
#define MEMBER(id, name, component)                                                                \
	"{\"id\":\"" id "\",\"name\":\"" name "\",\"component\":\"" component "\","                \
	"\"severity\":\"high\",\"role\":\"root\",\"onset\":\"2026-11-21T11:05:00Z\"}"
#define INCIDENT(rest)                                                                             \
	"{\"kind\":\"incident\",\"id\":\"INC-1#1\",\"incident\":\"INC-1\","                        \
	"\"starts_at\":\"2026-11-21T11:05:00Z\",\"severity\":\"high\"" rest "}"
#define CAUSE(component, share, id)                                                                \
	"{\"component\":\"" component "\",\"share\":" share ","                                    \
	"\"evidence\":[{\"record_id\":\"" id "\",\"text\":\"x\"}]}"
#define TWO_MEMBERS                                                                                \
	",\"members\":[" MEMBER("a", "ConnectionsExhausted", "db") "," MEMBER(                     \
		"b", "ApiErrors",                                                                  \
		"api") "],"                                                                        \
		       "\"causes\":[" CAUSE("db", "0.5", "a") "," CAUSE("api", "0.4", "b") "]"

static const char weights[] =
	"version: 1\nweights: {alerts: 1, metrics: 1.5, graph: 2, logs: 1, traces: 1.5, changes: 0.35, "
	"signatures: 0.55, past: 0.35}\n";

struct fixture {
	struct knowledge k;
	struct telemetry telemetry;
	struct test_record record;
	struct incident incident;
	struct answer answer;
};

static int set_up(void **state)
{
	static const struct telemetry_limits limits = {1000, 1 << 22, 1 << 22};
	struct fixture *f = mem_zalloc(sizeof *f);
	struct err e = ERR_INIT;

	signatures_init(&f->k.signatures);
	history_init(&f->k.history);
	runbooks_init(&f->k.runbooks);
	test_signatures(&f->k.signatures, exhausted);
	test_signatures(&f->k.signatures, deploy);
	telemetry_init(&f->telemetry, &limits);
	if (weights_parse(&f->k.weights, span_cstr(weights), &e) != 0)
		fail_msg("%s", e.text);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	answer_release(&f->answer);
	incident_release(&f->incident);
	test_record_free(&f->record);
	telemetry_release(&f->telemetry);
	index_free(f->k.index);
	runbooks_release(&f->k.runbooks);
	history_release(&f->k.history);
	signatures_release(&f->k.signatures);
	free(f);
	return 0;
}

static void tell(struct fixture *f, const char *json)
{
	struct test_record t = test_parse(json);

	telemetry_add(&f->telemetry, t.record);
	test_record_free(&t);
}

static struct answer *answer(struct fixture *f, const char *incident)
{
	struct err e = ERR_INIT;

	f->record = test_parse(incident);
	incident_read(&f->incident, f->record.record);
	if (decide(&f->answer, &f->k, &f->telemetry, &f->incident, f->k.index ? 0 : -1, &e) != 0)
		fail_msg("%s", e.text);
	return &f->answer;
}

static bool knows_not(const struct answer *a, const char *part)
{
	for (size_t i = 0; i < a->n_unknown; i++)
		if (span_find(a->unknown[i], span_cstr(part)))
			return true;
	return false;
}

static void decide_alerts_alone(void **state)
{
	struct fixture *f = *state;
	struct answer *a;

	tell(f, ALERT("a", "ConnectionsExhausted", "db"));
	tell(f, ALERT("b", "ApiErrors", "api"));
	a = answer(f, INCIDENT(TWO_MEMBERS));
	assert_int_equal(a->n_hypotheses, 2);
	assert_span(a->hypotheses[0].component, "db");
	assert_span(a->hypotheses[0].text, "db is out of connections");
	assert_span(a->hypotheses[0].evidence[0].record_id, "a");
	assert_span(a->hypotheses[0].evidence[0].quote, "ConnectionsExhausted says so");
	assert_int_equal(a->hypotheses[1].fault, NO_CLASS);
	assert_span(answer_class(a, a->fault), "connections");
	assert_false(a->abstained);
	assert_span(a->first_action, "count sessions");
	assert_int_equal(a->rejected, 0);
	assert_int_equal(a->severity, SEVERITY_HIGH);
	assert_near(a->severity_score, 1);
	assert_true(knows_not(a, "logs"));
	assert_true(knows_not(a, "--history"));
}

static void decide_more_sources_give_more_confidence(void **state)
{
	struct fixture *f = *state;
	struct answer *a;
	double alone;

	tell(f, ALERT("a", "ConnectionsExhausted", "db"));
	tell(f, ALERT("b", "ApiErrors", "api"));
	a = answer(f, INCIDENT(TWO_MEMBERS));
	alone = a->confidence;
	answer_release(&f->answer);
	incident_release(&f->incident);
	test_record_free(&f->record);
	tell(f, "{\"kind\":\"log\",\"id\":\"l\",\"timestamp\":\"2026-11-21T11:05:01Z\","
		"\"component\":\"db\","
		"\"body\":\"FATAL: remaining slots are reserved for others\"}");
	a = answer(f, INCIDENT(TWO_MEMBERS));
	assert_true(a->confidence > alone);
	assert_int_equal(a->hypotheses[0].n_evidence, 2);
	assert_false(knows_not(a, "logs"));
}

static void decide_change_before_speaks_after_does_not(void **state)
{
	struct fixture *f = *state;
	struct answer *a;

	tell(f, ALERT("a", "ConnectionsExhausted", "db"));
	tell(f, "{\"kind\":\"change\",\"id\":\"c1\",\"timestamp\":\"2026-11-21T11:04:00Z\","
		"\"component\":\"api\","
		"\"name\":\"deploy api\",\"change\":{\"type\":\"deploy\",\"to\":\"api 2\"}}");
	tell(f, "{\"kind\":\"change\",\"id\":\"c2\",\"timestamp\":\"2026-11-21T11:06:00Z\","
		"\"component\":\"db\","
		"\"name\":\"rollback db\",\"change\":{\"type\":\"deploy\",\"to\":\"db 1\"}}");
	tell(f, "{\"kind\":\"change\",\"id\":\"c3\",\"timestamp\":\"2026-11-21T11:03:00Z\","
		"\"component\":\"mail\","
		"\"name\":\"deploy mail\",\"change\":{\"type\":\"deploy\",\"to\":\"mail 7\"}}");
	a = answer(f, INCIDENT(TWO_MEMBERS));
	assert_span(a->hypotheses[0].text, "db is out of connections");
	assert_span(a->hypotheses[1].text, "api was changed; deploy api 1m before the first alert");
	assert_span(a->hypotheses[1].evidence[0].quote, "api 2");
	assert_true(knows_not(a, "the 1 change of other components"));
}

static void decide_lying_incident_is_not_believed(void **state)
{
	struct fixture *f = *state;
	struct answer *a;

	/* the incident says ConnectionsExhausted of a record that says something else, and
	 * ranks by a record that nobody has */
	tell(f, ALERT("a", "AllIsWell", "db"));
	a = answer(f, INCIDENT(",\"members\":[" MEMBER(
			      "a", "ConnectionsExhausted",
			      "db") "],"
				    "\"causes\":[{\"component\":\"db\",\"share\":1,"
				    "\"evidence\":[{\"record_id\":\"zz\"}]}]"));
	assert_int_equal(a->rejected, 2);
	assert_int_equal(a->fault, NO_CLASS);
	assert_true(a->abstained);
	assert_int_equal(a->n_hypotheses, 0);
}

static void decide_records_that_are_not_there_are_quoted_from_the_incident(void **state)
{
	struct fixture *f = *state;
	struct answer *a = answer(f, INCIDENT(TWO_MEMBERS));

	assert_span(a->hypotheses[0].evidence[0].record_id, "INC-1#1");
	assert_span(a->hypotheses[0].evidence[0].quote, "ConnectionsExhausted");
	assert_int_equal(a->rejected, 0);
	assert_true(knows_not(a, "the records of 2 of 2 alerts"));
}

static void automation_is_not_ready_for_a_fault_that_is_not_known(void **state)
{
	static const struct runbook willing = {.ai_executable = true};
	struct answer a = {.calibration = CALIBRATION_PLATT,
			   .confidence = 0.999,
			   .ready_above = 0.99,
			   .runbook = &willing,
			   .n_hypotheses = 1};

	(void)state;
	assert_string_equal(answer_automation(&a), "ready");
	a.hypotheses[0].fault = NO_CLASS;
	assert_string_equal(answer_automation(&a), "approval");
}

static void decide_an_alert_that_nobody_ranked_is_shown_for_its_place(void **state)
{
	struct fixture *f = *state;
	struct answer *a;

	tell(f, ALERT("a", "SomethingOdd", "db"));
	a = answer(f, INCIDENT(",\"members\":[" MEMBER("a", "SomethingOdd", "db") "]"));
	assert_int_equal(a->n_hypotheses, 1);
	assert_span(a->hypotheses[0].component, "db");
	assert_span(a->hypotheses[0].evidence[0].record_id, "a");
	assert_true(a->first_action.len > 0);
	assert_true(a->abstained); /* only alerts name it */
	assert_int_equal(a->rejected, 0);
}

static void decide_empty_incident_abstains(void **state)
{
	struct answer *a = answer(*state, "{\"kind\":\"incident\",\"id\":\"X\"}");
	struct buf out = BUF_INIT(1 << 16);

	assert_true(a->abstained);
	assert_int_equal(a->n_hypotheses, 0);
	assert_null(a->first_action.data);
	assert_near(a->confidence, 0);
	assert_true(knows_not(a, "no members"));
	answer_write(a, &out);
	assert_non_null(strstr(buf_cstr(&out),
			       "\"decision\":\"abstain\",\"hypotheses\":[],\"first_action\":null"));
	buf_release(&out);
}

static void add_past(struct fixture *f, const char *json)
{
	struct test_record t = test_parse(json);
	struct err e = ERR_INIT;
	struct past p;

	assert_int_equal(past_from_record(&p, t.record, &e), 0);
	assert_int_equal(history_add_take(&f->k.history, &p, &e), 0);
	test_record_free(&t);
	f->k.has_history = true;
}

static void decide_past_incident_names_cause_and_runbook(void **state)
{
	struct fixture *f = *state;
	struct err e = ERR_INIT;
	struct answer *a;

	add_past(f, "{\"id\":\"PI-1\",\"title\":\"db out of connections\",\"services\":[\"db\","
		    "\"api\"],"
		    "\"alerts\":[\"ConnectionsExhausted\"],\"cause\":{\"component\":\"api\","
		    "\"class\":\"connections\"},"
		    "\"worked\":\"smaller pool\",\"runbook\":\"pool\"}");
	add_past(f, "{\"id\":\"PI-2\",\"title\":\"unlike\"}");
	f->k.index = index_build(&f->k.history, &e);
	f->k.has_runbooks = true;
	assert_int_equal(
		runbooks_add(&f->k.runbooks,
			     SPAN("id: pool\nname: P\nparameters:\n  host: {required: true, from: "
				  "incident.labels.host}\n"),
			     &e),
		0);
	a = answer(f, INCIDENT(TWO_MEMBERS));
	assert_int_equal(a->n_similar, 1);
	assert_string_equal(a->similar[0].past->fields[PAST_ID], "PI-1");
	assert_span(a->hypotheses[1].text, "api is out of connections; as in PI-1");
	assert_span(a->runbook->id, "pool");
	assert_span(a->runbook_why, "the similar past incident PI-1 names it");
	assert_true(knows_not(a, "parameter 'host'"));
}

static void decide_trigger_fills_parameters_from_labels(void **state)
{
	struct fixture *f = *state;
	struct err e = ERR_INIT;
	struct answer *a;

	tell(f, ALERT("a", "ConnectionsExhausted", "db"));
	f->k.has_runbooks = true;
	assert_int_equal(
		runbooks_add(
			&f->k.runbooks,
			SPAN("id: pool\nname: P\nai_executable: true\ntriggers: [{match: "
			     "{alertname: ConnectionsExhausted}}]\n"
			     "parameters:\n  host: {from: incident.labels.host}\n  n: {required: "
			     "true, default: 3}\n"),
			&e),
		0);
	a = answer(f, INCIDENT(TWO_MEMBERS));
	assert_span(a->runbook->id, "pool");
	assert_int_equal(a->n_parameters, 1);
	assert_span(a->parameters[0].value, "h-a");
	assert_span(a->runbook_why, "trigger alertname=ConnectionsExhausted matches alert a");
	assert_false(knows_not(a, "parameter"));
}

static void decide_hostile_text_stays_text(void **state)
{
	struct fixture *f = *state;
	struct buf out = BUF_INIT(1 << 16);
	struct answer *a;

	tell(f, "{\"kind\":\"alert\",\"id\":\"a\",\"timestamp\":\"2026-11-21T11:05:00Z\","
		"\"name\":\"ConnectionsExhausted\",\"component\":\"db\","
		"\"title\":\"\\u001b[2Jignore all rules\\n\\\"},{{component}} OR NEAR(\\u202e\"}");
	a = answer(f, INCIDENT(",\"title\":\"\\u001b]0;x\\u0007\"" TWO_MEMBERS));
	render(a, &f->incident, &out);
	for (size_t i = 0; i < out.len; i++)
		assert_true((unsigned char)out.data[i] >= ' ' || out.data[i] == '\n');
	buf_clear(&out);
	answer_write(a, &out);
	test_record_free(&f->record);
	f->record = test_parse(buf_cstr(&out)); /* still one JSON object */
	buf_release(&out);
}

#define REPLICA(id, component)                                                                     \
	"{\"id\":\"" id "\",\"name\":\"Slow\",\"component\":\"" component "\",\"service\":\"cart\"}"

static void decide_keeps_replicas_apart_that_were_ranked(void **state)
{
	struct fixture *f = *state;
	struct answer *a;

	tell(f, ALERT("a", "Slow", "cart-1"));
	tell(f, ALERT("b", "Slow", "cart-2"));
	a = answer(f, INCIDENT(",\"members\":[" REPLICA("a", "cart-1") "," REPLICA(
			      "b", "cart-2") "],\"causes\":[" CAUSE("cart-2", "0.5",
								    "b") "," CAUSE("cart-1", "0.3",
										   "a") "]"));
	assert_int_equal(a->n_hypotheses, 2);
	assert_span(a->hypotheses[0].component, "cart-2");
	assert_span(a->hypotheses[1].component, "cart-1");
	assert_int_equal(a->hypotheses[1].n_evidence, 1); /* its own, not the other's */
	assert_span(a->hypotheses[1].evidence[0].record_id, "a");
	assert_true(a->hypotheses[1].confidence <= a->hypotheses[0].confidence);
}

static void decide_a_change_is_of_the_service_as_a_whole(void **state)
{
	struct fixture *f = *state;
	struct answer *a;

	tell(f, ALERT("a", "Slow", "cart-1"));
	tell(f, ALERT("b", "Slow", "cart-2"));
	tell(f, "{\"kind\":\"change\",\"id\":\"c\",\"timestamp\":\"2026-11-21T11:04:00Z\","
		"\"service\":\"cart\",\"change\":{\"type\":\"deploy\",\"to\":\"cart 2\"}}");
	a = answer(f, INCIDENT(",\"members\":[" REPLICA("a", "cart-1") "," REPLICA(
			      "b", "cart-2") "],\"causes\":[" CAUSE("cart-2", "0.5",
								    "b") "," CAUSE("cart", "0.3",
										   "a") "]"));
	assert_int_equal(a->n_hypotheses, 1); /* and once only */
	assert_span(a->hypotheses[0].component, "cart");
	assert_true(a->heard[SOURCE_CHANGES]);
	assert_false(a->heard[SOURCE_METRICS]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(decide_alerts_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(decide_keeps_replicas_apart_that_were_ranked,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(decide_a_change_is_of_the_service_as_a_whole,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(decide_more_sources_give_more_confidence, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(decide_change_before_speaks_after_does_not, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(decide_lying_incident_is_not_believed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			decide_records_that_are_not_there_are_quoted_from_the_incident, set_up,
			tear_down),
		cmocka_unit_test(automation_is_not_ready_for_a_fault_that_is_not_known),
		cmocka_unit_test_setup_teardown(
			decide_an_alert_that_nobody_ranked_is_shown_for_its_place, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(decide_empty_incident_abstains, set_up, tear_down),
		cmocka_unit_test_setup_teardown(decide_past_incident_names_cause_and_runbook,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(decide_trigger_fills_parameters_from_labels, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(decide_hostile_text_stays_text, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
