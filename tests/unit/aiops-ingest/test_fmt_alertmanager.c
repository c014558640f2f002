#include "harness.h"

#include "record/jsonw.h"

static const char *const members[] = {
	"\"status\":\"firing\"",
	"\"labels\":{\"alertname\":\"A\",\"instance\":\"db-1:9187\",\"severity\":\"page\"}",
	"\"annotations\":{\"summary\":\"s\",\"description\":\"d\",\"runbook_url\":\"https://r.example\"}",
	"\"startsAt\":\"2026-11-21T10:09:19.0950+01:00\"",
	"\"endsAt\":\"2026-11-21T10:14:19+01:00\"",
	"\"generatorURL\":\"http://p.example/graph?g0.expr=up\"",
	"\"fingerprint\":\"0123456789abcdef\"",
};
static const char *const api_members[] = {
	"\"status\":{\"state\":\"active\",\"silencedBy\":[],\"inhibitedBy\":[],\"mutedBy\":[]}",
	"\"labels\":{\"alertname\":\"A\"}",
	"\"annotations\":{}",
	"\"startsAt\":\"2026-11-21T09:09:19.095Z\"",
	"\"endsAt\":\"2026-11-21T09:14:19Z\"",
	"\"updatedAt\":\"2026-11-21T09:10:19Z\"",
	"\"receivers\":[{\"name\":\"r\"}]",
};
enum { MEMBERS = 7 };

/* An alert with member `swap` replaced (NULL: left out). */
static void build(struct buf *out, const char *const *from, size_t swap, const char *with)
{
	const char *comma = "";

	buf_clear(out);
	buf_add_char(out, '{');
	for (size_t i = 0; i < MEMBERS; i++) {
		const char *m = i == swap ? with : from[i];

		if (!m)
			continue;
		buf_addf(out, "%s%s", comma, m);
		comma = ",";
	}
	buf_add_cstr(out, "}\n");
}

static void run_alert(struct harness *h, const char *const *from, size_t swap, const char *with)
{
	struct buf doc = BUF_INIT(1 << 16);

	build(&doc, from, swap, with);
	harness_run(h, "alertmanager", buf_cstr(&doc));
	buf_release(&doc);
}

static void alert_fields_are_mapped(void **state)
{
	struct harness h = harness_new();

	(void)state;
	run_alert(&h, members, MEMBERS, NULL);
	assert_string_equal(
		buf_cstr(&h.out),
		"{\"v\":1,\"kind\":\"alert\",\"id\":\"d9afbe1ade63bd5ff4f7edb26e3aa6d7\",\"timestamp\":\"2026-11-21T09:09:19.0950Z\","
		"\"observed\":\"2026-11-17T09:10:00Z\",\"source\":\"alertmanager\",\"source_id\":\"0123456789abcdef\","
		"\"signal\":\"metric\",\"status\":\"firing\",\"severity\":\"critical\",\"severity_number\":21,"
		"\"severity_text\":\"page\",\"name\":\"A\",\"title\":\"s\",\"description\":\"d\",\"component\":\"db-1:9187\","
		"\"host\":\"db-1\",\"starts_at\":\"2026-11-21T09:09:19.0950Z\",\"ends_at\":null,"
		"\"fingerprint\":\"bf18817048a1d5bf\",\"labels\":{\"alertname\":\"A\",\"instance\":\"db-1:9187\","
		"\"severity\":\"page\"},\"annotations\":{\"summary\":\"s\",\"description\":\"d\",\"runbook_url\":"
		"\"https://r.example\"},\"links\":{\"generator\":\"http://p.example/graph?g0.expr=up\",\"runbook\":"
		"\"https://r.example\"}}\n");
	harness_release(&h);
}

static void alert_resolved_is_timed_by_its_end(void **state)
{
	struct harness h = harness_new();

	(void)state;
	run_alert(&h, members, 0, "\"status\":\"resolved\"");
	assert_out(&h, "\"timestamp\":\"2026-11-21T09:14:19Z\"");
	assert_out(&h, "\"ends_at\":\"2026-11-21T09:14:19Z\"");
	assert_out(&h, "\"starts_at\":\"2026-11-21T09:09:19.0950Z\"");
	harness_release(&h);
}

static void alert_firing_and_resolved_have_two_ids_and_redelivery_one(void **state)
{
	struct harness a = harness_new(), b = harness_new();

	(void)state;
	run_alert(&a, members, MEMBERS, NULL);
	run_alert(&b, members, MEMBERS, NULL);
	assert_string_equal(buf_cstr(&a.out), buf_cstr(&b.out));
	run_alert(&b, members, 0, "\"status\":\"resolved\"");
	assert_memory_not_equal(strstr(buf_cstr(&a.out), "\"id\":"),
				strstr(buf_cstr(&b.out), "\"id\":"), 39);
	harness_release(&a);
	harness_release(&b);
}

static void alert_api_states(void **state)
{
	static const struct {
		size_t swap;
		const char *with, *want;
	} cases[] = {
		{MEMBERS, NULL, "\"status\":\"firing\""},
		{0,
		 "\"status\":{\"state\":\"suppressed\",\"silencedBy\":[\"s1\"],\"inhibitedBy\":[\"f\"],\"mutedBy\":[\"m\"]}",
		 "\"suppressed_by\":[\"silence:s1\",\"inhibit:f\",\"mute:m\"]"},
		{0, "\"status\":{\"state\":\"suppressed\"}", "\"status\":\"suppressed\""},
		{0, "\"status\":{\"state\":\"unprocessed\"}", "\"status\":\"pending\""},
		{4, "\"endsAt\":\"2026-11-21T09:10:19Z\"", "\"status\":\"resolved\""},
		{5, "\"updatedAt\":\"2026-11-21T09:10:19Z\"",
		 "\"updated_at\":\"2026-11-21T09:10:19Z\""},
	};
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		run_alert(&h, api_members, cases[i].swap, cases[i].with);
		assert_out(&h, cases[i].want);
		assert_all_valid(&h);
	}
	harness_release(&h);
}

static void alert_lacking_a_needed_member_is_rejected(void **state)
{
	static const struct {
		size_t member;
		const char *why;
	} needed[] = {{0, "status: missing"}, {1, "labels: missing"}, {3, "startsAt: missing"}};
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		run_alert(&h, members, needed[i].member, NULL);
		assert_int_equal(h.n_out, 0);
		assert_int_equal(h.n_rejects, 1);
		if (needed[i].member !=
		    1) /* without labels it is not known to be an alert at all */
			assert_rejected(&h, needed[i].why);
	}
	harness_release(&h);
}

static void alert_lacking_another_member_leaves_its_field_out(void **state)
{
	struct harness h = harness_new();

	(void)state;
	run_alert(&h, members, 2, NULL);
	assert_lacks(&h.out, "\"title\"");
	run_alert(&h, members, 4, NULL);
	assert_out(&h, "\"ends_at\":null");
	run_alert(&h, members, 5, NULL);
	assert_lacks(&h.out, "\"signal\"");
	run_alert(&h, members, 6, NULL);
	assert_out(&h, "\"source_id\":\"bf18817048a1d5bf\"");
	assert_all_valid(&h);
	harness_release(&h);
}

static void alert_resolved_without_an_end_is_flagged(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(
		&h, "alertmanager",
		"{\"status\":\"resolved\",\"labels\":{\"a\":\"b\"},\"startsAt\":\"2026-11-21T09:09:19Z\"}");
	assert_out(&h, "\"timestamp\":\"2026-11-17T09:10:00Z\"");
	assert_out(&h, "\"flags\":[\"no_timestamp\"]");
	harness_release(&h);
}

/* Any member of any wrong type: a reject or a valid record, and never both. */
static void alert_members_of_wrong_types(void **state)
{
	static const char *const values[] = {
		"null", "1",  "-1e400",    "true",       "\"\"", "\"x\"",       "[]",
		"[1]",  "{}", "{\"a\":1}", "{\"a\":{}}", "[[]]", "\"\\u0000\"", "{\"\":\"\"}"};
	const char *const *const shapes[] = {members, api_members};
	struct harness h = harness_new();

	(void)state;
	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < MEMBERS; i++)
			for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
				struct buf with = BUF_INIT(200);
				const char *m = shapes[s][i];

				buf_addf(&with, "%.*s:%s", (int)(strchr(m, ':') - m), m, values[v]);
				run_alert(&h, shapes[s], i, buf_cstr(&with));
				assert_int_equal(h.n_out + h.n_rejects, 1);
				assert_all_valid(&h);
				buf_release(&with);
			}
	harness_release(&h);
}

static void alert_wrong_types_are_named(void **state)
{
	static const struct {
		size_t member;
		const char *with, *why;
	} cases[] = {
		{0, "\"status\":\"burning\"",
		 "alert 1: status: 'burning' is neither firing nor resolved"},
		{0, "\"status\":1", "status: neither a string nor an object"},
		{0, "\"status\":{}", "status.state: not active"},
		{0, "\"status\":{\"state\":\"active\",\"mutedBy\":[1]}",
		 "status.mutedBy: holds something"},
		{0, "\"status\":{\"state\":\"active\",\"mutedBy\":{}}",
		 "status.mutedBy: not an array"},
		{1, "\"labels\":{\"a\":1}", "labels.a: not a string"},
		{1, "\"labels\":{}", "labels: empty"},
		{1, "\"labels\":[]", "labels: not an object"},
		{2, "\"annotations\":{\"a\":null}", "annotations.a: not a string"},
		{3, "\"startsAt\":\"soon\"", "startsAt: 'soon' is not"},
		{3, "\"startsAt\":1795252159", "startsAt: not a string"},
		{3, "\"startsAt\":\"0001-01-01T00:00:00Z\"", "startsAt: missing"},
		{4, "\"endsAt\":\"late\"", "endsAt: 'late' is not"},
		{5, "\"generatorURL\":[]", "generatorURL: not a string"},
		{6, "\"fingerprint\":1", "fingerprint: not a string"},
	};
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		run_alert(&h, members, cases[i].member, cases[i].with);
		assert_int_equal(h.n_out, 0);
		assert_rejected(&h, cases[i].why);
	}
	harness_release(&h);
}

static void alert_severities_without_a_meaning_are_unknown_and_told_once(void **state)
{
	struct harness h = harness_new();
	struct buf doc = BUF_INIT(1 << 16);

	(void)state;
	for (int i = 0; i < 3; i++)
		buf_add_cstr(
			&doc,
			"{\"status\":\"firing\",\"labels\":{\"severity\":\"lukewarm\"},\"startsAt\":\"2026-11-21T09:09:19Z\"}\n");
	buf_add_cstr(
		&doc,
		"{\"status\":\"firing\",\"labels\":{\"a\":\"b\"},\"startsAt\":\"2026-11-21T09:09:19Z\"}\n");
	harness_run(&h, "alertmanager", buf_cstr(&doc));
	assert_int_equal(h.n_out, 4);
	assert_out(&h,
		   "\"severity\":\"unknown\",\"severity_number\":0,\"severity_text\":\"lukewarm\"");
	assert_string_equal(buf_cstr(&h.warnings),
			    "1 severity 'lukewarm' is in no table: taken as unknown\n");
	buf_release(&doc);
	harness_release(&h);
}

static void alert_watchdog_is_a_heartbeat_while_it_fires(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(
		&h, "alertmanager",
		"{\"status\":\"firing\",\"labels\":{\"alertname\":\"Watchdog\",\"severity\":\"none\"},\"startsAt\":\"2026-11-21T09:09:19Z\"}");
	assert_out(&h, "\"kind\":\"heartbeat\"");
	assert_all_valid(&h);
	harness_run(
		&h, "alertmanager",
		"{\"status\":\"resolved\",\"labels\":{\"alertname\":\"Watchdog\",\"severity\":\"none\"},\"startsAt\":\"2026-11-21T09:09:19Z\"}");
	assert_out(&h, "\"kind\":\"alert\"");
	harness_run(
		&h, "alertmanager",
		"{\"status\":\"firing\",\"labels\":{\"alertname\":\"Watchdog\",\"severity\":\"page\"},\"startsAt\":\"2026-11-21T09:09:19Z\"}");
	assert_out(&h, "\"kind\":\"alert\"");
	harness_release(&h);
}

static void webhook_truncated_alerts_are_warned_about(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, NULL,
		    "{\"alerts\":[],\"groupKey\":\"g\",\"version\":\"4\",\"truncatedAlerts\":12}");
	assert_string_equal(
		buf_cstr(&h.warnings),
		"1 the sender left out 12 alerts of this group (truncatedAlerts): raise max_alerts\n");
	assert_int_equal(h.n_rejects, 0);
	harness_release(&h);
}

static void webhook_with_alerts_that_are_none_is_rejected(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, "alertmanager",
		    "{\"alerts\":[1,2],\"version\":\"4\"}\n{\"alerts\":{},\"version\":\"4\"}\n"
		    "{\"al\\u0065rts\":[{\"a\":1}],\"version\":\"4\"}\n{\"groupKey\":\"g\"}\n");
	assert_int_equal(h.n_out, 0);
	assert_int_equal(h.n_rejects, 4);
	assert_rejected(&h, "1 schema alerts: not an array of objects");
	assert_rejected(&h, "3 schema alerts: not an array of objects");
	assert_rejected(&h, "4 schema alerts: missing");
	harness_release(&h);
}

/* Vectors confirmed by a running Alertmanager 0.25.0. */
static void fingerprint_is_that_of_alertmanager(void **state)
{
	static const struct {
		const char *labels, *fingerprint;
	} vectors[] = {
		{"{\"alertname\":\"A\",\"severity\":\"critical\",\"z\":\"1\",\"instance\":\"h:1\"}",
		 "b909ed5f00df6962"},
		{"{\"alertname\":\"B\",\"path\":\"/a\\\"b\\\\c\",\"empty\":\"\"}",
		 "dc8a52ea1fda26b6"},
		{"{\"alertname\":\"HighLatency\"}", "73dbeed5635ea4e4"},
		{"{\"alertname\":\"Gr\\u00fc\\u00dfe\",\"msg\":\"\\u65e5\\u672c \\ud83d\\ude00\"}",
		 "f96f99facca76947"},
		{"{\"A\":\"1\",\"_x\":\"2\",\"a\":\"3\",\"B\":\"4\"}", "67a8039d26e62ab4"},
		{"{\"alertname\":\"nl\",\"v\":\"a\\nb\\tc\"}", "fdc43072b3c58715"},
		{"{\"alertname\":\"  sp  \"}", "f7392e5419665989"},
		{"{\"ab\":\"c\"}", "20ba9b3025a8b421"},
		{"{\"a\":\"bc\"}", "a0a3542c19b900ab"},
	};
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		struct buf member = BUF_INIT(500), want = BUF_INIT(100);

		buf_addf(&member, "\"labels\":%s", vectors[i].labels);
		buf_addf(&want, "\"fingerprint\":\"%s\"", vectors[i].fingerprint);
		run_alert(&h, members, 1, buf_cstr(&member));
		assert_out(&h, buf_cstr(&want));
		buf_release(&member);
		buf_release(&want);
	}
	harness_release(&h);
}

/* ---- alert, event, alert ---- */

static void copy_map(struct jsonw *w, const struct record *r, const char *key)
{
	struct value_iter it = value_iter(record_get(r, key));
	struct span k;
	struct value v;

	jsonw_key(w, key);
	jsonw_object(w);
	while (value_next(&it, &k, &v)) {
		jsonw_key_span(w, k);
		jsonw_string(w, v.text);
	}
	jsonw_object_end(w);
}

/* Turns an event back into the alert that it was made of. */
static void event_to_alert(const struct record *r, struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	bool over = span_is(record_text(r, "status"), "resolved");

	jsonw_object(&w);
	jsonw_member(&w, "status", record_text(r, "status"));
	copy_map(&w, r, "labels");
	copy_map(&w, r, "annotations");
	jsonw_member(&w, "startsAt", record_text(r, "starts_at"));
	jsonw_member(&w, "endsAt", over ? record_text(r, "ends_at") : SPAN("0001-01-01T00:00:00Z"));
	jsonw_member(&w, "generatorURL", record_text(r, "links.generator"));
	jsonw_member(&w, "fingerprint", record_text(r, "source_id"));
	jsonw_object_end(&w);
}

static void alert_to_event_to_alert_is_the_identity(void **state)
{
	static const char *const alerts[] = {
		"{\"status\":\"firing\",\"labels\":{\"alertname\":\"A\",\"empty\":\"\",\"z\\u0001\\\"\":\"\\\\ \xc3\xbc\"},"
		"\"annotations\":{\"z\":\"2\",\"a\":\"1\"},\"startsAt\":\"2026-11-21T09:09:19.0950Z\",\"endsAt\":"
		"\"0001-01-01T00:00:00Z\",\"generatorURL\":\"http://p/graph?a=b&c\",\"fingerprint\":\"own key\"}",
		"{\"status\":\"resolved\",\"labels\":{\"alertname\":\"A\"},\"annotations\":{\"n\":\"a\\nb\"},\"startsAt\":"
		"\"2026-11-21T09:09:19Z\",\"endsAt\":\"2026-11-21T09:10:19.123456789Z\",\"generatorURL\":\"x\","
		"\"fingerprint\":\"0000000000000000\"}",
	};
	struct harness h = harness_new();
	struct record *r = record_new(RECORD_DEFAULT_MAX);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct buf line = BUF_INIT(1 << 16), alert = BUF_INIT(1 << 16);
		enum reject_code code;
		struct err e = ERR_INIT;

		harness_run(&h, "alertmanager", alerts[i]);
		buf_add(&line, h.out.data, h.out.len - 1);
		assert_non_null(buf_room(&line, RECORD_PADDING));
		assert_int_equal(record_parse(r, line.data, line.len, &code, &e), 0);
		event_to_alert(r, &alert);
		assert_string_equal(buf_cstr(&alert), alerts[i]);
		buf_release(&line);
		buf_release(&alert);
	}
	record_free(r);
	harness_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alert_fields_are_mapped),
		cmocka_unit_test(alert_resolved_is_timed_by_its_end),
		cmocka_unit_test(alert_firing_and_resolved_have_two_ids_and_redelivery_one),
		cmocka_unit_test(alert_api_states),
		cmocka_unit_test(alert_lacking_a_needed_member_is_rejected),
		cmocka_unit_test(alert_lacking_another_member_leaves_its_field_out),
		cmocka_unit_test(alert_resolved_without_an_end_is_flagged),
		cmocka_unit_test(alert_members_of_wrong_types),
		cmocka_unit_test(alert_wrong_types_are_named),
		cmocka_unit_test(alert_severities_without_a_meaning_are_unknown_and_told_once),
		cmocka_unit_test(alert_watchdog_is_a_heartbeat_while_it_fires),
		cmocka_unit_test(webhook_truncated_alerts_are_warned_about),
		cmocka_unit_test(webhook_with_alerts_that_are_none_is_rejected),
		cmocka_unit_test(fingerprint_is_that_of_alertmanager),
		cmocka_unit_test(alert_to_event_to_alert_is_the_identity),
	};

	return cmocka_run_group_tests(tests, harness_setup, NULL);
}
