#include "aiops-runbook/commands/record_text.h"

#include "aiops-runbook/plan/plan_text.h"

/* "2026-11-21T09:09:19.095Z" -> "09:09:19" */
static struct span clock_of(struct span timestamp)
{
	return timestamp.len >= 19 ? span_of(timestamp.data + 11, 8) : timestamp;
}

static void add_text(struct buf *out, const char *before, struct span s)
{
	if (!s.data)
		return;
	buf_add_cstr(out, before);
	buf_add_span(out, s);
}

/* Output on one line. */
static void add_output(struct buf *out, const char *before, struct span s)
{
	enum { SHOWN = 160 };

	s = span_trim(s);
	if (s.len == 0)
		return;
	buf_add_cstr(out, before);
	for (size_t i = 0; i < s.len && i < SHOWN; i++) {
		if (s.data[i] == '\n')
			buf_add_cstr(out, " | ");
		else
			buf_add_char(out, s.data[i]);
	}
	if (s.len > SHOWN)
		buf_add_cstr(out, " ...");
}

static void add_transition(const struct record *r, struct buf *out)
{
	struct span step = record_text(r, "step"), role = record_text(r, "role"),
		    exit = record_token(r, "exit");
	struct span attempt = record_token(r, "attempt");

	buf_add_span(out, clock_of(record_text(r, "timestamp")));
	add_text(out, "  ", step.data ? step : record_text(r, "run"));
	if (role.data) {
		add_text(out, " (", role);
		buf_add_char(out, ')');
	}
	if (attempt.data && !span_is(attempt, "1"))
		add_text(out, " try ", attempt);
	add_text(out, ": ", record_text(r, "state"));
	add_text(out, ", ", record_text(r, "reason"));
	if (exit.data && !span_is(exit, "0"))
		add_text(out, ", exit ", exit);
	add_text(out, ": ", record_text(r, "why"));
	add_text(out, ": ", record_text(r, "message"));
	add_output(out, "  ", record_text(r, "stdout.text"));
	add_text(out, ", by ", record_text(r, "approval.approver"));
	add_text(out, ": ", record_text(r, "title"));
	add_text(out, ", call ", record_text(r, "escalation.notify"));
}

/* What a person does next. */
static void add_next(const struct record *r, struct buf *out)
{
	struct span run = record_text(r, "run"), reason = record_text(r, "reason"),
		    digest = record_text(r, "plan_digest");

	buf_add_cstr(out, "Nothing was run.");
	if (!run.data)
		return;
	if (span_is(reason, "pending_approval")) {
		add_text(out, " It waits as ", run);
		add_text(out, " until ", record_text(r, "expires_at"));
		add_text(out, ".\nTo approve it: aiops-runbook approve ", run);
		buf_add_cstr(out, " --as NAME --key FILE");
	}
	add_text(out, "\nTo run it, with the same parameters: --apply --plan ", digest);
}

/* "risk      5 of 9, medium: 1 restart ...; 2 ..." */
static void add_risk(const struct record *r, struct buf *out)
{
	struct value_iter it = value_iter(record_get(r, "risk.factors"));
	struct value factor;

	add_text(out, "risk      ", record_text(r, "risk.level"));
	add_text(out, " (declared ", record_text(r, "risk.declared"));
	add_text(out, ", score ", record_token(r, "risk.score"));
	add_text(out, " of ", record_token(r, "risk.most"));
	buf_add_cstr(out, ")\n");
	while (value_next(&it, NULL, &factor)) {
		buf_addf(out, "  +%d ", (int)value_member(factor, SPAN("points")).number);
		buf_add_span(out, value_member(factor, SPAN("text")).text);
		buf_add_char(out, '\n');
	}
	add_text(out, "policy    ",
		 record_get(r, "policy.needs_approval").boolean ? SPAN("an approval is needed: ")
								: SPAN("no approval is needed: "));
	buf_add_span(out, record_text(r, "policy.why"));
	buf_add_char(out, '\n');
}

static int add_plan(const struct record *r, struct buf *out, struct err *e)
{
	struct span core = record_token(r, "resolved");

	add_text(out, "plan      ", record_text(r, "plan"));
	add_text(out, "\ndigest    ", record_text(r, "plan_digest"));
	add_text(out, "\nincident  ", record_text(r, "incident"));
	buf_add_char(out, '\n');
	add_risk(r, out);
	if (plan_write_text(core, out, e) != 0)
		return -1;
	add_next(r, out);
	return 0;
}

int record_as_text(struct record *r, struct span line, struct buf *out, struct err *e)
{
	static const char padding[RECORD_PADDING];
	struct buf padded = BUF_INIT(line.len + RECORD_PADDING);
	enum reject_code why;
	int rc;

	buf_add_span(&padded, line);
	buf_add(&padded, padding, sizeof padding);
	rc = record_parse(r, padded.data, line.len, &why, e);
	if (rc == 0 && span_is(record_text(r, "kind"), "plan"))
		rc = add_plan(r, out, e);
	else if (rc == 0)
		add_transition(r, out);
	buf_release(&padded);
	return rc;
}
