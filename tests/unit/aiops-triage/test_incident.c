/* Reading incident records, also strange ones. */
#include "aiops-triage/explain/incident.h"

#include "base/buf.h"
#include "triage_test.h"

static void read_takes_what_correlate_writes(void **state)
{
	struct test_record t = test_parse(
		"{\"kind\":\"incident\",\"id\":\"INC-1#2\",\"incident\":\"INC-1\",\"title\":\"T\","
		"\"starts_at\":\"2026-11-21T11:00:00Z\",\"last_seen\":\"2026-11-21T11:05:00Z\","
		"\"severity\":\"high\","
		"\"effective_severity\":{\"value\":\"critical\",\"why\":\"w\"},"
		"\"services\":[\"db\",7],\"labels\":{\"env\":\"prod\"},"
		"\"causes\":[{\"component\":\"db-1\",\"share\":0.6,"
		"\"evidence\":[{\"record_id\":\"a\",\"text\":\"x\"}]}],"
		"\"members\":[{\"id\":\"a\",\"name\":\"N\",\"component\":\"db-1\","
		"\"role\":\"root\",\"severity\":\"high\","
		"\"onset\":\"2026-11-21T11:00:01Z\"},"
		"{\"id\":\"deploy\",\"kind\":\"change\",\"component\":\"db\",\"role\":\"context\","
		"\"onset\":\"2026-11-21T10:56:00Z\"}],\"members_omitted\":3}");
	struct incident inc;

	(void)state;
	incident_read(&inc, t.record);
	assert_span(inc.record_id, "INC-1#2");
	assert_span(inc.id, "INC-1");
	assert_true(inc.dated);
	assert_int_equal(inc.last_ns - inc.starts_ns, 300 * NS_PER_S);
	assert_int_equal(inc.severity, SEVERITY_CRITICAL);
	assert_int_equal(inc.n_members, 1);
	assert_int_equal(inc.omitted, 3);
	assert_int_equal(inc.members[0].severity, SEVERITY_HIGH);
	assert_int_equal(inc.n_causes, 1);
	assert_span(inc.causes[0].records[0], "a");
	assert_int_equal(inc.n_services, 1);
	assert_true(incident_has_place(&inc, SPAN("db")));
	assert_true(incident_has_place(&inc, SPAN("db-1")));
	assert_false(incident_has_place(&inc, SPAN("web")));
	assert_false(incident_has_place(&inc, SPAN_NONE));
	incident_release(&inc);
	test_record_free(&t);
}

static void read_nothing_known(void **state)
{
	struct test_record t = test_parse("{\"kind\":\"incident\",\"id\":\"X\"}");
	struct incident inc;

	(void)state;
	incident_read(&inc, t.record);
	assert_span(inc.id, "X");
	assert_false(inc.dated);
	assert_int_equal(inc.n_members, 0);
	assert_int_equal(inc.severity, SEVERITY_UNKNOWN);
	incident_release(&inc);
	test_record_free(&t);
}

static void read_wrong_types_are_left_out(void **state)
{
	struct test_record t =
		test_parse("{\"kind\":\"incident\",\"id\":\"X\",\"members\":[1,null,[],{\"id\":5,"
			   "\"name\":{}}],\"causes\":{\"a\":1},"
			   "\"labels\":[],\"services\":\"db\",\"starts_at\":7,\"severity\":[],"
			   "\"members_omitted\":-4,\"last_seen\":\"x\"}");
	struct incident inc;

	(void)state;
	incident_read(&inc, t.record);
	assert_int_equal(inc.n_members, 1);
	assert_null(inc.members[0].id.data);
	assert_int_equal(inc.n_causes, 0);
	assert_int_equal(inc.n_labels, 0);
	assert_int_equal(inc.n_services, 0);
	assert_int_equal(inc.omitted, 0);
	assert_false(inc.dated);
	incident_release(&inc);
	test_record_free(&t);
}

static void read_severity_and_onset_from_members_if_not_stated(void **state)
{
	struct test_record t = test_parse(
		"{\"kind\":\"incident\",\"id\":\"X\",\"members\":["
		"{\"id\":\"a\",\"severity\":\"low\",\"onset\":\"2026-11-21T11:00:09Z\"},"
		"{\"id\":\"b\",\"severity\":\"high\",\"onset\":\"2026-11-21T11:00:05Z\"},"
		"{\"id\":\"c\"}]}");
	struct incident inc;

	(void)state;
	incident_read(&inc, t.record);
	assert_int_equal(inc.severity, SEVERITY_HIGH);
	assert_true(inc.dated);
	assert_int_equal(inc.starts_ns, inc.members[1].onset_ns);
	assert_int_equal(inc.members[2].onset_ns, INT64_MAX);
	incident_release(&inc);
	test_record_free(&t);
}

static void read_ten_thousand_members_counts_the_rest(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	struct test_record t;
	struct incident inc;

	(void)state;
	buf_add_cstr(&b, "{\"kind\":\"incident\",\"id\":\"X\",\"members\":[");
	for (int i = 0; i < 10000; i++)
		buf_addf(&b, "%s{\"id\":\"%d\",\"component\":\"c%d\"}", i ? "," : "", i, i % 100);
	buf_add_cstr(&b, "]}");
	t = test_parse(buf_cstr(&b));
	incident_read(&inc, t.record);
	assert_int_equal(inc.n_members, INCIDENT_MEMBERS);
	assert_int_equal(inc.omitted, 10000 - INCIDENT_MEMBERS);
	incident_release(&inc);
	test_record_free(&t);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_takes_what_correlate_writes),
		cmocka_unit_test(read_nothing_known),
		cmocka_unit_test(read_wrong_types_are_left_out),
		cmocka_unit_test(read_severity_and_onset_from_members_if_not_stated),
		cmocka_unit_test(read_ten_thousand_members_counts_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
