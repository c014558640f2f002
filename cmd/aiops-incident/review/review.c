#include "aiops-incident/review/review.h"

#include <math.h>

#include "aiops-incident/board/board.h"
#include "aiops-incident/register/actions.h"
#include "base/instant.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/page.h"
#include "cli/term.h"
#include "record/jsonw.h"

enum { SAFE_MAX = 1 << 20 };

/* What people are to fill in. A review with such a line left is not finished. */
#define OPEN "_to be written_"

static void add_bullet(struct buf *out, const char *name, struct span value)
{
	if (!value.len)
		return;
	buf_addf(out, "- %s: ", name);
	markdown_text(out, value);
	buf_add_char(out, '\n');
}

static void add_names(struct buf *out, const char *name, struct span json)
{
	struct buf words = BUF_INIT(SAFE_MAX);

	add_list(&words, json);
	add_bullet(out, name, buf_span(&words));
	buf_release(&words);
}

static void add_when(struct buf *out, int64_t ns)
{
	instant_add(out, instant_from_ns(ns / NS_PER_S * NS_PER_S));
}

/* ---- the head ---- */

/* JSON's strings are YAML's, escapes included: what a terminal would obey is written as one. */
static void head_text(struct buf *out, const char *key, struct span value)
{
	struct buf json = BUF_INIT(SAFE_MAX);

	jsonw_quote(&json, value.data ? value : SPAN(""));
	buf_addf(out, "%s: ", key);
	term_records(out, buf_span(&json));
	buf_add_char(out, '\n');
	buf_release(&json);
}

static void head_list(struct buf *out, const char *key, struct span json)
{
	if (json.len == 0)
		return;
	buf_addf(out, "%s: ", key);
	term_records(out, json);
	buf_add_char(out, '\n');
}

static void head(const struct review *r, struct buf *out)
{
	const struct incident *inc = r->inc;
	bool false_alarm = inc->status == STATUS_FALSE_POSITIVE;
	/* A guess that nobody confirmed is nothing to learn from. */
	struct span cause = inc->cause.len    ? inc->cause
			    : false_alarm     ? SPAN("false alarm: nothing was wrong")
			    : inc->agreed > 0 ? inc->hypothesis
					      : SPAN_NONE;

	buf_add_cstr(out, "---\n");
	head_text(out, "id", span_cstr(inc->id));
	head_text(out, "title", inc->title.len ? inc->title : span_cstr(inc->id));
	if (inc->detected_ns != INCIDENT_NEVER) {
		buf_add_cstr(out, "date: \"");
		add_when(out, inc->detected_ns);
		buf_add_cstr(out, "\"\n");
	}
	head_list(out, "services", inc->services);
	head_list(out, "alerts", inc->metrics);
	buf_add_cstr(out, "cause:\n  ");
	head_text(out, "component", false_alarm ? SPAN_NONE : inc->component);
	buf_add_cstr(out, "  ");
	head_text(out, "class", false_alarm ? SPAN_NONE : inc->type);
	buf_add_cstr(out, "  ");
	head_text(out, "text", cause);
	head_text(out, "first_action", inc->first_action);
	head_text(out, "worked", inc->remedy);
	head_text(out, "runbook", inc->runbook);
	buf_add_cstr(out, "---\n\n");
}

/* ---- facts ---- */

/* In full seconds, or, of what is shorter than one, milliseconds. */
static void add_length(struct buf *out, int64_t ns)
{
	int64_t ms = ns / NS_PER_MS;

	num_add_duration_ms(out, ms < 1000 ? ms : ms / 1000 * 1000);
}

static void duration(struct buf *out, const char *name, int64_t from, int64_t to)
{
	if (from == INCIDENT_NEVER)
		return;
	buf_addf(out, "- %s: ", name);
	if (to == INCIDENT_NEVER)
		buf_add_cstr(out, "not yet");
	else
		add_length(out, to > from ? to - from : 0);
	buf_add_char(out, '\n');
}

static void facts(const struct review *r, struct buf *out)
{
	const struct incident *inc = r->inc;
	const char *ended = inc->auto_resolved ? "alerts ended it" : "a person said so";

	buf_add_cstr(out, "# ");
	markdown_text(out, inc->title.len ? inc->title : span_cstr(inc->id));
	buf_addf(out,
		 "\n\nThis review is about systems and how they are run. Nobody is blamed.\n\n");
	buf_addf(out, "- incident: %s, number %lld\n- status: %s, severity %s (%s)\n", inc->id,
		 (long long)inc->number, status_name(inc->status), severity_sev(inc->severity),
		 severity_name(inc->severity));
	add_bullet(out, "part of, and to be reviewed with", inc->merged_into);
	add_bullet(out, "type", inc->type);
	add_bullet(out, "detected by", inc->detected_by);
	add_bullet(out, "commander", inc->commander);
	add_bullet(out, "communications", inc->communications);
	add_bullet(out, "on it", inc->assigned_to);
	buf_add_cstr(out, "- authors of this review: " OPEN "\n\n## Summary\n\n" OPEN
			  ": two sentences that somebody outside the team understands.\n");
	buf_add_cstr(out, "\n## Impact\n\n");
	add_names(out, "services", inc->services);
	add_names(out, "affected resources", inc->resources);
	buf_addf(out, "- alerts: %lld\n", (long long)inc->alerts);
	duration(out, "time to detect", inc->starts_ns, inc->detected_ns);
	duration(out, "time to acknowledge", inc->detected_ns, inc->acked_ns);
	duration(out, "time to mitigate", inc->starts_ns, inc->mitigated_ns);
	duration(out, "time to resolve", inc->detected_ns, inc->resolved_ns);
	duration(out, "duration of impact", inc->starts_ns, inc->resolved_ns);
	if (inc->resolved_ns != INCIDENT_NEVER)
		buf_addf(out, "- how it ended: %s\n", ended);
	buf_add_cstr(out, "- users, requests or data affected, with numbers: " OPEN "\n");
}

/* ---- the time line ---- */

static int add_moment(void *ctx, const struct entry *en, struct err *e)
{
	struct buf *out = ctx;

	(void)e;
	buf_add_cstr(out, "| ");
	add_when(out, en->at_ns);
	buf_add_cstr(out, " | ");
	markdown_text(out, en->actor);
	buf_add_cstr(out, " | ");
	markdown_text(out, en->change);
	if (en->status.data) {
		buf_add_cstr(out, ": now ");
		markdown_text(out, en->status);
	}
	buf_add_cstr(out, " | ");
	markdown_text(out, en->text);
	buf_add_cstr(out, " |\n");
	return 0;
}

static int timeline(const struct review *r, struct buf *out, struct err *e)
{
	buf_add_cstr(
		out,
		"\n## Time line\n\nTimes are UTC.\n\n| when | who | what | |\n|---|---|---|---|\n");
	return entry_each(r->store, r->inc, true, add_moment, out, e);
}

/* ---- the cause ---- */

static void hypotheses(const struct review *r, struct buf *out)
{
	const struct incident *inc = r->inc;

	if (inc->hypothesis.len) {
		buf_add_cstr(out, "- first hypothesis");
		if (!isnan(inc->confidence))
			buf_addf(out, ", confidence %.2f", inc->confidence);
		buf_add_cstr(out, ": ");
		markdown_text(out, inc->hypothesis);
		buf_addf(out, "\n- was it right: %s\n",
			 inc->agreed > 0    ? "yes"
			 : inc->agreed == 0 ? "no"
					    : OPEN);
	}
	buf_add_cstr(out, "- actual cause: ");
	if (inc->cause.len)
		markdown_text(out, inc->cause);
	else
		buf_add_cstr(out, OPEN);
	buf_add_char(out, '\n');
}

/* Each item of a list of the type's part, with what is to be written behind it. */
static void ask(const struct yaml_node *part, const char *key, const char *behind, struct buf *out)
{
	const struct yaml_node *list = yaml_get(part, key);

	for (size_t i = 0; list && i < list->n; i++) {
		buf_add_cstr(out, "- ");
		term_safe(out, list->items[i]->text);
		buf_addf(out, "%s\n", behind);
	}
}

static void ask_all(const struct review *r, const char *key, const char *behind, struct buf *out)
{
	struct buf type = BUF_INIT(SAFE_MAX);
	const struct yaml_node *part = NULL;

	if (r->inc->type.len) {
		buf_add_span(&type, r->inc->type);
		part = yaml_get(r->questions->types, buf_cstr(&type));
	}
	ask(part, key, behind, out);
	ask(r->questions->general, key, behind, out);
	buf_release(&type);
}

/* What triage quoted for its first hypothesis. */
static void evidence(const struct review *r, struct buf *out)
{
	struct value_iter it;
	struct value item;

	if (!r->last)
		return;
	it = value_iter(record_get(r->last, "triage.hypotheses.0.evidence"));
	while (value_next(&it, NULL, &item)) {
		struct value quote = value_member(item, SPAN("quote")),
			     id = value_member(item, SPAN("record_id"));

		if (quote.type != VALUE_STRING)
			continue;
		buf_add_cstr(out, "- evidence: \"");
		markdown_text(out, quote.text);
		buf_add_cstr(out, "\" (");
		markdown_text(out, id.text);
		buf_add_cstr(out, ")\n");
	}
}

static void similar(const struct review *r, struct buf *out)
{
	struct value_iter it;
	struct value item;

	if (!r->last)
		return;
	it = value_iter(record_get(r->last, "triage.similar"));
	while (value_next(&it, NULL, &item)) {
		buf_add_cstr(out, "- similar before: ");
		markdown_text(out, value_member(item, SPAN("id")).text);
		buf_add_cstr(out, ", ");
		markdown_text(out, value_member(item, SPAN("title")).text);
		buf_add_char(out, '\n');
	}
}

static void cause(const struct review *r, struct buf *out)
{
	buf_add_cstr(out, "\n## Cause\n\n");
	hypotheses(r, out);
	evidence(r, out);
	similar(r, out);
	buf_add_cstr(
		out,
		"\n### Contributing factors\n\nSeveral, as a rule. Questions for this type of incident:\n\n");
	ask_all(r, "questions", "\n  " OPEN, out);
}

static void add_action(void *ctx, const struct action *a)
{
	struct buf words = BUF_INIT(SAFE_MAX);

	action_words(a, &words);
	add_bullet(ctx, "done", buf_span(&words));
	buf_release(&words);
}

static void lessons(const struct review *r, struct buf *out)
{
	buf_add_cstr(out, "\n## Resolution\n\n");
	if (r->inc->remedy.len) {
		markdown_text(out, r->inc->remedy);
		buf_add_char(out, '\n');
	} else {
		buf_add_cstr(out, OPEN "\n");
	}
	if (r->inc->runbook.len || r->inc->actions.len)
		buf_add_char(out, '\n');
	add_bullet(out, "runbook", r->inc->runbook);
	actions_each(r->inc->actions, add_action, out);
	buf_add_cstr(out, "\n## What went well\n\n- " OPEN "\n\n## What could be better\n\n- " OPEN
			  "\n\n## Where we were lucky\n\n- " OPEN "\n");
	buf_add_cstr(out,
		     "\n## Actions\n\nEach has an owner and a date, or it will not be done.\n\n"
		     "| action | type | owner | due | ticket |\n|---|---|---|---|---|\n");
	buf_add_cstr(out, "| " OPEN " | prevent | " OPEN " | " OPEN " | |\n");
	buf_add_cstr(out, "| " OPEN " | detect | " OPEN " | " OPEN " | |\n");
	buf_add_cstr(out,
		     "\n## Prevention\n\nWhat usually helps; strike out what does not apply:\n\n");
	ask_all(r, "prevention", "", out);
	buf_add_cstr(out, "\n## Detection\n\n");
	ask_all(r, "detection", "", out);
}

int review_write(const struct review *r, struct buf *out, struct err *e)
{
	head(r, out);
	facts(r, out);
	if (timeline(r, out, e) != 0)
		return -1;
	cause(r, out);
	lessons(r, out);
	return 0;
}
