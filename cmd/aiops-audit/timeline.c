#include "aiops-audit/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/cli.h"

enum { TEXT_MAX = 4000 };

const char *lane_name(enum lane lane)
{
	static const char *const names[] = {"alert",    "change", "incident", "hypothesis",
					    "decision", "action", "other"};

	return names[lane];
}

void timeline_init(struct timeline *t)
{
	memset(t, 0, sizeof *t);
	map_init(&t->seen);
}

void timeline_release(struct timeline *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->moments[i].text);
		free(t->moments[i].actor);
	}
	free(t->moments);
	map_release(&t->seen);
	memset(t, 0, sizeof *t);
}

/* ---- taking moments in ---- */

struct source {
	struct timeline *t;
	const struct row *row;
	const struct record *r;
	struct instant at; /* the record's own time, else the row's */
	struct buf text;
};

static void add(struct source *s, struct instant at, enum lane lane, struct span actor,
		enum severity severity, bool bad)
{
	struct timeline *t = s->t;
	struct span text = buf_span(&s->text);

	mem_grow(t->moments, t->cap, t->n + 1);
	t->moments[t->n++] = (struct moment){
		.at = at,
		.seq = s->row->seq,
		.lane = lane,
		.severity = severity,
		.bad = bad,
		.text = mem_dup(text.data ? text.data : "", text.len),
		.actor = actor.len ? mem_dup(actor.data, actor.len) : NULL,
	};
	buf_clear(&s->text);
}

static struct span text_at(const struct source *s, const char *path)
{
	return record_text(s->r, path);
}

static struct span member_text(struct value object, const char *key)
{
	struct value v = value_member(object, span_cstr(key));

	return v.type == VALUE_STRING ? v.text : SPAN_NONE;
}

/* True the first time that this thing of that kind is told of. */
static bool is_new(struct source *s, const char *what, struct span id)
{
	struct buf key = BUF_INIT(TEXT_MAX);
	bool added;

	buf_addf(&key, "%s ", what);
	buf_add_span(&key, id);
	(void)map_put(&s->t->seen, buf_span(&key), &added);
	buf_release(&key);
	return added;
}

static struct instant time_or(struct span text, struct instant otherwise)
{
	struct err ignored = ERR_INIT;
	struct instant at;

	return text.len && instant_parse(text, &at, &ignored) == 0 ? at : otherwise;
}

/* "NAME on COMPONENT (critical)" */
static void add_alert(struct source *s, struct instant at, struct span id, struct span name,
		      struct span component, struct span severity, bool resolved)
{
	if (id.len && !is_new(s, "alert", id))
		return;
	buf_add_span(&s->text, name.len ? name : SPAN("an alert without a name"));
	if (component.len) {
		buf_add_cstr(&s->text, " on ");
		buf_add_span(&s->text, component);
	}
	if (resolved)
		buf_add_cstr(&s->text, ": resolved");
	else if (severity.len)
		buf_addf(&s->text, " (%.*s)", (int)severity.len, severity.data);
	add(s, at, LANE_ALERT, SPAN_NONE, severity_from_name(severity), false);
}

static void add_members(struct source *s)
{
	struct value_iter it = value_iter(record_get(s->r, "members"));
	struct value m;

	while (value_next(&it, NULL, &m))
		add_alert(s, time_or(member_text(m, "onset"), s->at), member_text(m, "id"),
			  member_text(m, "name"), member_text(m, "component"),
			  member_text(m, "severity"), false);
}

static void add_hypothesis(struct source *s)
{
	struct value first = record_get(s->r, "triage.hypotheses.0");
	struct span text = member_text(first, "text"), token;

	if (!text.len || !is_new(s, "hypothesis", text))
		return;
	buf_add_span(&s->text, text);
	token = record_token(s->r, "triage.confidence");
	if (token.len)
		buf_addf(&s->text, " (confidence %.*s)", (int)token.len, token.data);
	add(s, s->at, LANE_HYPOTHESIS, SPAN_NONE, SEVERITY_UNKNOWN, false);
}

static void add_incident(struct source *s)
{
	struct span severity = text_at(s, "effective_severity.value");
	struct span change = text_at(s, "change"), id = text_at(s, "id");

	add_members(s);
	if (!id.len || is_new(s, "incident", id)) {
		buf_addf(&s->text, "%.*s: ", (int)change.len, change.data);
		buf_add_span(&s->text, text_at(s, "title"));
		add(s, s->at, LANE_INCIDENT, SPAN_NONE,
		    severity_from_name(severity.len ? severity : text_at(s, "severity")), false);
	}
	add_hypothesis(s);
}

static void add_change(struct source *s)
{
	struct span title = text_at(s, "title"), to = text_at(s, "change.to"),
		    component = text_at(s, "component");

	if (!is_new(s, "change", text_at(s, "id")))
		return;
	buf_add_span(&s->text, title.len ? title : text_at(s, "change.type"));
	if (!title.len && component.len) {
		buf_add_cstr(&s->text, " of ");
		buf_add_span(&s->text, component);
	}
	if (!title.len && to.len) {
		buf_add_cstr(&s->text, " to ");
		buf_add_span(&s->text, to);
	}
	add(s, s->at, LANE_CHANGE, text_at(s, "change.by"), SEVERITY_UNKNOWN, false);
}

static bool is_one_of(struct span s, const char *const *words)
{
	for (; *words; words++) {
		if (span_is(s, *words))
			return true;
	}
	return false;
}

static bool went_badly(struct span state)
{
	static const char *const bad[] = {
		"failed",      "blocked",        "denied",          "timed_out",
		"unknown",     "needs_operator", "rollback_failed", "rollback_partial",
		"rolled_back", "expired",        "refused",         "cancelled",
		NULL};

	return is_one_of(state, bad);
}

static void add_why(struct source *s)
{
	struct span why = text_at(s, "why"), reason = text_at(s, "reason");

	if (!why.len)
		why = reason;
	if (!why.len)
		return;
	buf_add_cstr(&s->text, " (");
	buf_add_span(&s->text, why);
	buf_add_char(&s->text, ')');
}

/* A decision on a plan, the end of a step, or a state of the whole run. What was only begun is
 * told by what became of it. */
static void add_run(struct source *s)
{
	struct span state = text_at(s, "state"), step = text_at(s, "step");
	struct span decision = text_at(s, "approval.decision"),
		    words = text_at(s, "approval.words");
	struct span actor = text_at(s, "actor");
	struct span took = record_token(s->r, "elapsed_ms");

	if (span_is(state, "intent") || span_is(state, "started"))
		return;
	if (decision.len) {
		buf_add_span(&s->text, decision);
		buf_add_cstr(&s->text, " the plan of ");
		buf_add_span(&s->text, text_at(s, "runbook"));
		if (words.len)
			buf_addf(&s->text, ": \"%.*s\"", (int)words.len, words.data);
		add(s, s->at, LANE_DECISION, actor, SEVERITY_UNKNOWN,
		    !span_is(decision, "approved"));
		return;
	}
	buf_add_span(&s->text, step.len ? step : text_at(s, "runbook"));
	buf_add_cstr(&s->text, ": ");
	buf_add_span(&s->text, state);
	add_why(s);
	if (took.len)
		buf_addf(&s->text, ", %.*s ms", (int)took.len, took.data);
	add(s, s->at, LANE_ACTION, actor, SEVERITY_UNKNOWN, went_badly(state));
}

static void add_plan(struct source *s)
{
	struct span risk = text_at(s, "resolved.risk");

	buf_add_cstr(&s->text, "planned ");
	buf_add_span(&s->text, text_at(s, "runbook"));
	if (risk.len)
		buf_addf(&s->text, ", risk %.*s", (int)risk.len, risk.data);
	add_why(s);
	add(s, s->at, LANE_DECISION, text_at(s, "actor"), SEVERITY_UNKNOWN,
	    went_badly(text_at(s, "state")));
}

static void add_other(struct source *s, struct span kind)
{
	static const char *const titles[] = {"title",       "name",   "body",
					     "description", "reason", "id"};

	for (size_t i = 0; s->text.len == 0 && i < sizeof titles / sizeof *titles; i++)
		buf_add_span(&s->text, text_at(s, titles[i]));
	if (s->text.len == 0)
		buf_addf(&s->text, "a record of kind %.*s", (int)kind.len, kind.data);
	add(s, s->at, LANE_OTHER, s->row->actor, SEVERITY_UNKNOWN, false);
}

static void add_record(struct source *s)
{
	switch (record_kind(s->r)) {
	case KIND_ALERT:
		add_alert(s, s->at, text_at(s, "id"), text_at(s, "name"), text_at(s, "component"),
			  text_at(s, "severity"), span_is(text_at(s, "status"), "resolved"));
		break;
	case KIND_INCIDENT:
		add_incident(s);
		break;
	case KIND_CHANGE:
		add_change(s);
		break;
	case KIND_PLAN:
		add_plan(s);
		break;
	case KIND_RUN:
		add_run(s);
		break;
	default:
		add_other(s, s->row->kind);
	}
}

void timeline_add(struct timeline *t, const struct row *row, const struct record *record)
{
	struct source s = {.t = t, .row = row, .r = record, .text = BUF_INIT(TEXT_MAX)};

	s.at = time_or(row->ts, (struct instant){0});
	if (record) {
		s.at = time_or(record_text(record, "timestamp"), s.at);
		add_record(&s);
	} else {
		buf_addf(&s.text, "(redacted: a record of kind %.*s)", (int)row->kind.len,
			 row->kind.data);
		add(&s, s.at, LANE_OTHER, row->actor, SEVERITY_UNKNOWN, false);
	}
	buf_release(&s.text);
}

static int by_time(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->at.ns != y->at.ns)
		return x->at.ns < y->at.ns ? -1 : 1;
	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	if (x->lane != y->lane)
		return x->lane < y->lane ? -1 : 1;
	return strcmp(x->text, y->text);
}

void timeline_sort(struct timeline *t)
{
	if (t->n > 1)
		qsort(t->moments, t->n, sizeof *t->moments, by_time);
}

/* ---- printing ---- */

static void add_clock(struct buf *line, struct instant at)
{
	struct civil c = instant_civil(at);

	buf_addf(line, "%02d:%02d:%02d", c.hour, c.minute, c.second);
}

/* "+1:05", "+2:03:04": since the first moment. */
static void add_since(struct buf *line, int64_t ns)
{
	int64_t s = ns / NS_PER_S;
	char text[32];

	if (s >= 3600)
		(void)snprintf(text, sizeof text, "+%lld:%02d:%02d", (long long)(s / 3600),
			       (int)(s / 60 % 60), (int)(s % 60));
	else
		(void)snprintf(text, sizeof text, "+%d:%02d", (int)(s / 60), (int)(s % 60));
	buf_addf(line, " %9s  ", text);
}

static void add_day(const struct moment *m, struct instant *day, bool first, struct buf *out)
{
	struct civil was = instant_civil(*day), is = instant_civil(m->at);

	if (!first && was.year == is.year && was.month == is.month && was.day == is.day)
		return;
	*day = m->at;
	buf_addf(out, "%04d-%02d-%02d (UTC)\n", is.year, is.month, is.day);
}

void timeline_print(const struct timeline *t, size_t width, struct buf *out)
{
	struct buf line = BUF_INIT(8 * TEXT_MAX);
	struct instant day = {0};

	for (size_t i = 0; i < t->n; i++) {
		const struct moment *m = &t->moments[i];

		add_day(m, &day, i == 0, out);
		buf_clear(&line);
		add_clock(&line, m->at);
		add_since(&line, m->at.ns - t->moments[0].at.ns);
		row_add_cell(&line, span_cstr(lane_name(m->lane)), 10);
		term_line(&line, span_cstr(m->text));
		if (m->actor) {
			buf_add_cstr(&line, "  by ");
			term_line(&line, span_cstr(m->actor));
		}
		row_end_line(&line, width, out);
	}
	buf_release(&line);
}
