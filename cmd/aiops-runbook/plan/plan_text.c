/*
 * A plan for a person, from its canonical JSON: what is shown is what was hashed.
 */
#include "aiops-runbook/plan/plan_text.h"

#include "aiops-runbook/plan/plan_text_impl.h"

/* ---- parts of a plan ---- */

static void add_probes(struct buf *out, const char *title, struct value list)
{
	struct value_iter it = value_iter(list);
	bool first = true;
	struct value v;

	while (value_next(&it, NULL, &v)) {
		struct value command = value_member(v, SPAN("command"));

		if (first)
			buf_addf(out, "%s\n", title);
		first = false;
		buf_add_cstr(out, "  ");
		buf_add_span(out, plan_text_of(v, "id"));
		buf_add_char(out, '\n');
		plan_text_command(out, "      ", command);
		plan_text_expect(out, "      ", value_member(command, SPAN("expect")));
		plan_text_poll(out, "      ", value_member(v, SPAN("poll")));
	}
}

static void add_rollback(struct buf *out, struct value rollback)
{
	struct span none = plan_text_of(rollback, "none");

	if (rollback.type != VALUE_OBJECT)
		return;
	if (none.data) {
		buf_add_cstr(out, "      cannot be undone: ");
		buf_add_span(out, none);
		buf_add_char(out, '\n');
	} else {
		plan_text_command(out, "      undo: ", rollback);
	}
}

static void add_retry(struct buf *out, struct value retry)
{
	if (retry.type == VALUE_OBJECT)
		buf_addf(out, "      tried at most %lld times\n",
			 (long long)plan_text_number(retry, "max_attempts"));
}

static void add_condition(struct buf *out, struct value when)
{
	struct value holds = value_member(when, SPAN("holds"));
	bool unknown = holds.type == VALUE_STRING;

	if (when.type != VALUE_OBJECT)
		return;
	buf_add_cstr(out, unknown || holds.boolean ? "      only if " : "      passed over: ");
	buf_add_span(out, plan_text_of(when, "of"));
	plan_text_operation(out, value_member(when, SPAN("is")));
	buf_add_cstr(out, unknown         ? ": unknown until it is run\n"
			  : holds.boolean ? ", which holds\n"
					  : " does not hold\n");
}

static void add_step(struct buf *out, int number, struct value s)
{
	struct value command = value_member(s, SPAN("command"));
	struct span type = plan_text_of(s, "type");

	buf_addf(out, "  %d. ", number);
	buf_add_span(out, plan_text_of(s, "id"));
	buf_add_cstr(out, "   [");
	buf_add_span(out, span_is(type, "command") || span_is(type, "http")
				  ? plan_text_of(s, "effect")
				  : type);
	buf_add_cstr(out, "]");
	if (value_member(s, SPAN("target")).type != VALUE_NONE) {
		buf_add_cstr(out, "   on ");
		plan_text_value(out, value_member(s, SPAN("target")));
	}
	buf_add_char(out, '\n');
	add_condition(out, value_member(s, SPAN("when")));
	if (command.type == VALUE_OBJECT)
		plan_text_command(out, "      ", command);
	plan_text_expect(out, "      ", value_member(command, SPAN("expect")));
	plan_text_poll(out, "      ", value_member(s, SPAN("poll")));
	if (span_is(type, "wait")) {
		buf_add_cstr(out, "      waits ");
		plan_text_value(out, value_member(s, SPAN("duration")));
		if (value_member(s, SPAN("until")).type != VALUE_NONE)
			buf_add_cstr(out, "until ");
		plan_text_value(out, value_member(s, SPAN("until")));
		buf_add_char(out, '\n');
	}
	if (span_is(type, "message")) {
		buf_add_cstr(out, "      says ");
		plan_text_value(out, value_member(s, SPAN("message")));
		buf_add_char(out, '\n');
	}
	add_retry(out, value_member(s, SPAN("retry")));
	add_rollback(out, value_member(s, SPAN("rollback")));
}

static void add_steps(struct buf *out, const char *title, struct value list)
{
	struct value_iter it = value_iter(list);
	struct value v;
	int number = 0;

	while (value_next(&it, NULL, &v)) {
		if (++number == 1)
			buf_addf(out, "%s\n", title);
		add_step(out, number, v);
	}
}

static void add_parameters(struct buf *out, struct value map)
{
	struct value_iter it = value_iter(map);
	struct span name;
	struct value v;

	while (value_next(&it, &name, &v)) {
		buf_add_cstr(out, "  ");
		buf_add_span(out, name);
		buf_add_cstr(out, " = ");
		if (v.type == VALUE_STRING)
			plan_text_quoted(out, v.text);
		else
			buf_add_cstr(out, "(none)");
		buf_add_char(out, '\n');
	}
}

static void add_limits(struct buf *out, struct value limits)
{
	int64_t cooldown = plan_text_number(limits, "per_target_cooldown_ms"),
		steps = plan_text_number(limits, "max_steps_per_incident");
	int64_t duration = plan_text_number(limits, "max_duration_ms"),
		targets = plan_text_number(limits, "max_targets");

	buf_addf(out, "limits    %lld actions an hour",
		 (long long)plan_text_number(limits, "max_actions_per_hour"));
	if (targets)
		buf_addf(out, ", %lld target%s", (long long)targets, targets == 1 ? "" : "s");
	if (duration)
		plan_text_duration(out, ", ", duration);
	if (cooldown)
		plan_text_duration(out, ", the same target after ", cooldown);
	if (steps)
		buf_addf(out, ", %lld steps an incident", (long long)steps);
	buf_add_char(out, '\n');
}

static void add_approval(struct buf *out, struct value approval)
{
	struct value_iter it = value_iter(value_member(approval, SPAN("approvers")));
	struct value v;
	bool first = true;

	if (!value_member(approval, SPAN("needed")).boolean) {
		buf_add_cstr(out, "approval  not needed: it only reads\n");
		return;
	}
	buf_addf(out, "approval  %lld, by ",
		 (long long)plan_text_number(approval, "min_approvals"));
	while (value_next(&it, NULL, &v)) {
		buf_add_cstr(out, first ? "" : ", ");
		buf_add_span(out,
			     span_is(v.text, "site") ? SPAN("an approver of the site") : v.text);
		first = false;
	}
	buf_add_cstr(out, ", not by who asks");
	plan_text_duration(out, "; open for ", plan_text_number(approval, "expires_in_ms"));
	buf_add_char(out, '\n');
}

static void add_targets(struct buf *out, struct value targets)
{
	struct value_iter it = value_iter(targets);
	struct value v;
	bool first = true;

	buf_add_cstr(out, "targets   ");
	while (value_next(&it, NULL, &v)) {
		buf_add_cstr(out, first ? "" : " ");
		plan_text_quoted(out, v.text);
		first = false;
	}
	buf_add_cstr(out, first ? "none\n" : "\n");
}

static void add_plan(struct buf *out, struct value core)
{
	buf_add_cstr(out, "runbook   ");
	buf_add_span(out, plan_text_of(core, "runbook"));
	buf_add_cstr(out, " (risk ");
	buf_add_span(out, plan_text_of(core, "risk"));
	buf_add_cstr(out, ")\n");
	add_targets(out, value_member(core, SPAN("targets")));
	add_limits(out, value_member(core, SPAN("limits")));
	add_approval(out, value_member(core, SPAN("approval")));
	buf_add_cstr(out, "parameters\n");
	add_parameters(out, value_member(core, SPAN("parameters")));
	add_probes(out, "only if", value_member(core, SPAN("preconditions")));
	add_steps(out, "steps", value_member(core, SPAN("steps")));
	add_probes(out, "then verify", value_member(core, SPAN("verify")));
	add_steps(out, "in any case at the end", value_member(core, SPAN("always")));
}

int plan_write_text(struct span core, struct buf *out, struct err *e)
{
	static const char padding[RECORD_PADDING];
	struct buf line = BUF_INIT(core.len + 16 + RECORD_PADDING);
	struct record *r = record_new(core.len + 16);
	enum reject_code why;
	int rc;

	/* As a member, since records are read by path. */
	buf_add_cstr(&line, "{\"p\":");
	buf_add_span(&line, core);
	buf_add_char(&line, '}');
	buf_add(&line, padding, sizeof padding);
	rc = record_parse(r, line.data, line.len - sizeof padding, &why, e);
	if (rc == 0)
		add_plan(out, record_get(r, "p"));
	else
		err_prefix(e, "a stored plan cannot be read");
	buf_release(&line);
	record_free(r);
	return rc;
}
