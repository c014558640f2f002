/*
 * A plan for a person, from its canonical JSON: what is shown is what was hashed.
 */
#include "aiops-runbook/plan/plan_text.h"

#include <string.h>

#include "base/num.h"
#include "record/record.h"

static struct span text_of(struct value object, const char *key)
{
	struct value v = value_member(object, span_cstr(key));

	return v.type == VALUE_STRING ? v.text : SPAN_NONE;
}

static int64_t number_of(struct value object, const char *key)
{
	struct value v = value_member(object, span_cstr(key));

	return v.type == VALUE_NUMBER ? (int64_t)v.number : 0;
}

static void add_duration(struct buf *out, const char *words, int64_t ms)
{
	buf_add_cstr(out, words);
	num_add_duration_ms(out, ms);
}

/* ---- words ---- */

static bool is_plain(struct span s)
{
	static const char also[] = "-_./:=@,+%";

	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      strchr(also, c)))
			return false;
	}
	return s.len > 0;
}

/* As a shell would read it back, so that where a word ends is beyond doubt. */
static void add_quoted(struct buf *out, struct span s)
{
	if (is_plain(s)) {
		buf_add_span(out, s);
		return;
	}
	buf_add_char(out, '\'');
	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] == '\'')
			buf_add_cstr(out, "'\\''");
		else if (s.data[i] == '\n')
			buf_add_cstr(out, "\\n");
		else
			buf_add_char(out, s.data[i]);
	}
	buf_add_char(out, '\'');
}

/* A string, or {"template":...,"unknown":[...]}. */
static void add_value(struct buf *out, struct value v)
{
	if (v.type == VALUE_STRING)
		add_quoted(out, v.text);
	else if (v.type == VALUE_OBJECT)
		add_quoted(out, text_of(v, "template"));
}

static void add_argv(struct buf *out, struct value command)
{
	struct value_iter it = value_iter(value_member(command, SPAN("argv")));
	struct value v;
	bool first = true;

	while (value_next(&it, NULL, &v)) {
		if (!first)
			buf_add_char(out, ' ');
		add_value(out, v);
		first = false;
	}
}

static void add_env(struct buf *out, struct value command)
{
	struct value_iter it = value_iter(value_member(command, SPAN("env")));
	struct span name;
	struct value v;

	while (value_next(&it, &name, &v)) {
		buf_add_span(out, name);
		buf_add_char(out, '=');
		add_value(out, v);
		buf_add_char(out, ' ');
	}
}

static void add_command(struct buf *out, const char *indent, struct value command)
{
	buf_add_cstr(out, indent);
	add_env(out, command);
	add_argv(out, command);
	add_duration(out, "   (at most ", number_of(command, "timeout_ms"));
	buf_add_cstr(out, value_member(command, SPAN("input_sha256")).type == VALUE_STRING
				  ? ", with input)\n"
				  : ")\n");
}

/* ---- expectations ---- */

static void add_comparison(struct buf *out, const char *indent, struct value c)
{
	struct span path = text_of(c, "path"), pattern = text_of(c, "pattern");
	struct value_iter among;
	struct value v;

	if (c.type != VALUE_OBJECT)
		return;
	buf_addf(out, "%sexpects ", indent);
	buf_add_span(out, path.data ? path : SPAN("the output"));
	buf_add_char(out, ' ');
	buf_add_span(out, text_of(c, "op"));
	buf_add_char(out, ' ');
	add_value(out, value_member(c, SPAN("value")));
	buf_add_span(out, pattern);
	among = value_iter(value_member(c, SPAN("among")));
	while (value_next(&among, NULL, &v)) {
		add_value(out, v);
		buf_add_char(out, ' ');
	}
	buf_add_char(out, '\n');
}

static void add_expect(struct buf *out, const char *indent, struct value expect)
{
	struct span pattern = text_of(expect, "stdout");

	add_comparison(out, indent, value_member(expect, SPAN("json")));
	add_comparison(out, indent, value_member(expect, SPAN("output")));
	if (pattern.data) {
		buf_addf(out, "%sexpects the output to match ", indent);
		buf_add_span(out, pattern);
		buf_add_char(out, '\n');
	}
}

static void add_poll(struct buf *out, const char *indent, struct value poll)
{
	if (poll.type != VALUE_OBJECT)
		return;
	buf_addf(out, "%s", indent);
	add_duration(out, "every ", number_of(poll, "every_ms"));
	buf_addf(out, " until %lld in a row are good", (long long)number_of(poll, "consecutive"));
	add_duration(out, ", for at most ", number_of(poll, "for_ms"));
	buf_add_char(out, '\n');
}

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
		buf_add_span(out, text_of(v, "id"));
		buf_add_char(out, '\n');
		add_command(out, "      ", command);
		add_expect(out, "      ", value_member(command, SPAN("expect")));
		add_poll(out, "      ", value_member(v, SPAN("poll")));
	}
}

static void add_rollback(struct buf *out, struct value rollback)
{
	struct span none = text_of(rollback, "none");

	if (rollback.type != VALUE_OBJECT)
		return;
	if (none.data) {
		buf_add_cstr(out, "      cannot be undone: ");
		buf_add_span(out, none);
		buf_add_char(out, '\n');
	} else {
		add_command(out, "      undo: ", rollback);
	}
}

static void add_retry(struct buf *out, struct value retry)
{
	if (retry.type == VALUE_OBJECT)
		buf_addf(out, "      tried at most %lld times\n",
			 (long long)number_of(retry, "max_attempts"));
}

static void add_step(struct buf *out, int number, struct value s)
{
	struct value command = value_member(s, SPAN("command"));
	struct span type = text_of(s, "type");

	buf_addf(out, "  %d. ", number);
	buf_add_span(out, text_of(s, "id"));
	buf_add_cstr(out, "   [");
	buf_add_span(out, span_is(type, "command") ? text_of(s, "effect") : type);
	buf_add_cstr(out, "]");
	if (value_member(s, SPAN("target")).type != VALUE_NONE) {
		buf_add_cstr(out, "   on ");
		add_value(out, value_member(s, SPAN("target")));
	}
	buf_add_char(out, '\n');
	if (command.type == VALUE_OBJECT)
		add_command(out, "      ", command);
	add_expect(out, "      ", value_member(command, SPAN("expect")));
	add_poll(out, "      ", value_member(s, SPAN("poll")));
	if (span_is(type, "wait")) {
		buf_add_cstr(out, "      waits ");
		add_value(out, value_member(s, SPAN("duration")));
		buf_add_char(out, '\n');
	}
	if (span_is(type, "message")) {
		buf_add_cstr(out, "      says ");
		add_value(out, value_member(s, SPAN("message")));
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
			add_quoted(out, v.text);
		else
			buf_add_cstr(out, "(none)");
		buf_add_char(out, '\n');
	}
}

static void add_limits(struct buf *out, struct value limits)
{
	int64_t cooldown = number_of(limits, "per_target_cooldown_ms"),
		steps = number_of(limits, "max_steps_per_incident");
	int64_t duration = number_of(limits, "max_duration_ms"),
		targets = number_of(limits, "max_targets");

	buf_addf(out, "limits    %lld actions an hour",
		 (long long)number_of(limits, "max_actions_per_hour"));
	if (targets)
		buf_addf(out, ", %lld target%s", (long long)targets, targets == 1 ? "" : "s");
	if (duration)
		add_duration(out, ", ", duration);
	if (cooldown)
		add_duration(out, ", the same target after ", cooldown);
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
	buf_addf(out, "approval  %lld, by ", (long long)number_of(approval, "min_approvals"));
	while (value_next(&it, NULL, &v)) {
		buf_add_cstr(out, first ? "" : ", ");
		buf_add_span(out,
			     span_is(v.text, "site") ? SPAN("an approver of the site") : v.text);
		first = false;
	}
	buf_add_cstr(out, ", not by who asks");
	add_duration(out, "; open for ", number_of(approval, "expires_in_ms"));
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
		add_quoted(out, v.text);
		first = false;
	}
	buf_add_cstr(out, first ? "none\n" : "\n");
}

static void add_plan(struct buf *out, struct value core)
{
	buf_add_cstr(out, "runbook   ");
	buf_add_span(out, text_of(core, "runbook"));
	buf_add_cstr(out, " (risk ");
	buf_add_span(out, text_of(core, "risk"));
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
