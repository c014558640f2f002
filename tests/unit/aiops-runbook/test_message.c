/* What notifications say: the exact command, and each service's own shape. */
#include "aiops-runbook/hooks/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "aiops-runbook/runs/incident_status.h"

static struct notice pending(void)
{
	return (struct notice){.event = HOOK_PENDING,
			       .run = SPAN("RUN-1"),
			       .runbook = SPAN("demo"),
			       .incident = SPAN("INC-1"),
			       .plan = SPAN("PLAN-1"),
			       .plan_digest = SPAN("d"),
			       .state = SPAN("awaiting_approval"),
			       .reason = SPAN("pending_approval"),
			       .notify = SPAN("oncall"),
			       .targets = SPAN("a<b> & c"),
			       .expires_at = SPAN("2026-11-21T09:30:00Z"),
			       .db = SPAN("/var/lib/aiops/it's.db"),
			       .elapsed_ms = -1};
}

static void assert_text(const struct notice *n, const char *want)
{
	struct buf out = BUF_INIT(8192);

	message_text(n, &out);
	assert_string_equal(buf_cstr(&out), want);
	buf_release(&out);
}

static void pending_message_carries_the_command(void **state)
{
	struct notice n = pending();
	struct buf out = BUF_INIT(8192);

	(void)state;
	assert_text(
		&n,
		"approval needed: demo on a<b> & c for INC-1; for oncall; until 2026-11-21T09:30:00Z: "
		"aiops-runbook approve RUN-1 --db '/var/lib/aiops/it'\\''s.db'");
	message_json(&n, &out);
	assert_string_equal(
		buf_cstr(&out),
		"{\"v\":1,\"event\":\"pending_approval\",\"text\":\"approval needed: demo on a<b> & c for INC-1; for oncall; "
		"until 2026-11-21T09:30:00Z: aiops-runbook approve RUN-1 --db '/var/lib/aiops/it'\\\\''s.db'\","
		"\"run\":\"RUN-1\",\"runbook\":\"demo\",\"incident\":\"INC-1\",\"plan\":\"PLAN-1\",\"plan_digest\":\"d\","
		"\"targets\":\"a<b> & c\",\"state\":\"awaiting_approval\",\"reason\":\"pending_approval\",\"notify\":\"oncall\","
		"\"expires_at\":\"2026-11-21T09:30:00Z\",\"approve\":\"aiops-runbook approve RUN-1 --db '/var/lib/aiops/it'\\\\''s.db'\","
		"\"deny\":\"aiops-runbook deny RUN-1 --db '/var/lib/aiops/it'\\\\''s.db'\"}");
	buf_release(&out);
}

static void ended_message_says_how_and_how_long(void **state)
{
	struct notice n = {.event = HOOK_SUCCEEDED,
			   .run = SPAN("RUN-1"),
			   .runbook = SPAN("demo"),
			   .state = SPAN("succeeded"),
			   .reason = SPAN("verified"),
			   .notify = SPAN("oncall"),
			   .elapsed_ms = 65000};

	(void)state;
	assert_text(&n, "demo is succeeded, verified, after 1m5s: aiops-runbook status RUN-1");
	n.event = HOOK_NEEDS_PERSON;
	n.state = SPAN("needs_operator");
	n.reason = SPAN("step_unknown");
	assert_text(
		&n,
		"a person is needed: demo is needs_operator, step_unknown, after 1m5s; for oncall: "
		"aiops-runbook status RUN-1");
}

static void slack_wants_three_characters_escaped(void **state)
{
	struct notice n = pending();
	struct buf out = BUF_INIT(8192);

	(void)state;
	n.db = SPAN_NONE;
	message_slack(&n, &out);
	assert_string_equal(
		buf_cstr(&out),
		"{\"text\":\"approval needed: demo on a&lt;b&gt; &amp; c for INC-1; for oncall; "
		"until 2026-11-21T09:30:00Z: aiops-runbook approve RUN-1\"}");
	buf_release(&out);
}

/* https://developer.pagerduty.com/docs/events-api-v2/trigger-events/: at most 1024 characters. */
static void pagerduty_summary_is_cut_between_characters(void **state)
{
	struct notice n = pending();
	struct buf out = BUF_INIT(1 << 16), long_targets = BUF_INIT(8192);
	const char *summary, *end;

	(void)state;
	while (long_targets.len < 3000)
		buf_add_cstr(&long_targets, "\xc3\xa9");
	n.targets = buf_span(&long_targets);
	message_pagerduty(&n, SPAN("key"), &out);
	assert_non_null(strstr(buf_cstr(&out),
			       "{\"routing_key\":\"key\",\"event_action\":\"trigger\","
			       "\"dedup_key\":\"RUN-1\",\"payload\":{\"summary\":\""));
	summary = strstr(buf_cstr(&out), "\"summary\":\"") + 11;
	end = strchr(summary, '"');
	assert_in_range(end - summary, 1020, 1024);
	assert_int_equal((unsigned char)end[-1], 0xa9);
	buf_release(&out);
	buf_release(&long_targets);
}

static void incident_is_resolved_only_by_verification(void **state)
{
	(void)state;
	assert_string_equal(incident_status_of("running", "approved"), "mitigating");
	assert_string_equal(incident_status_of("succeeded", "verified"), "resolved");
	assert_string_equal(incident_status_of("succeeded", "done"), "mitigating");
	assert_string_equal(incident_status_of("succeeded", NULL), "mitigating");
	assert_string_equal(incident_status_of("rolled_back", "verify_failed"), "escalated");
	assert_string_equal(incident_status_of("needs_operator", NULL), "escalated");
	assert_null(incident_status_of("verifying", NULL));
	assert_null(incident_status_of("awaiting_approval", "pending_approval"));
	assert_null(incident_status_of("cancelled", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pending_message_carries_the_command),
		cmocka_unit_test(ended_message_says_how_and_how_long),
		cmocka_unit_test(slack_wants_three_characters_escaped),
		cmocka_unit_test(pagerduty_summary_is_cut_between_characters),
		cmocka_unit_test(incident_is_resolved_only_by_verification),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
