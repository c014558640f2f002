#include "aiops-runbook/hooks/message.h"

#include "base/num.h"
#include "record/jsonw.h"
#include "record/notify.h"

enum { TEXT_MAX = 8192 };

/* ---- words ---- */

static bool is_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '/' || c == '.' || c == '-' || c == '_'))
			return false;
	}
	return s.len > 0;
}

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
		else
			buf_add_char(out, s.data[i]);
	}
	buf_add_char(out, '\'');
}

void message_command(const struct notice *n, const char *verb, struct buf *out)
{
	buf_addf(out, "aiops-runbook %s ", verb);
	buf_add_span(out, n->run);
	if (n->db.data) {
		buf_add_cstr(out, " --db ");
		add_quoted(out, n->db);
	}
}

static void add_part(struct buf *out, const char *words, struct span s)
{
	if (s.len == 0)
		return;
	buf_add_cstr(out, words);
	buf_add_span(out, s);
}

static void add_verdict(const struct notice *n, struct buf *out)
{
	switch (n->event) {
	case HOOK_PENDING:
		buf_add_cstr(out, "approval needed: ");
		break;
	case HOOK_NEEDS_PERSON:
		buf_add_cstr(out, "a person is needed: ");
		break;
	case HOOK_FAILED:
	case HOOK_SUCCEEDED:
	case HOOK_EVENTS:
		break;
	}
}

void message_text(const struct notice *n, struct buf *out)
{
	add_verdict(n, out);
	add_part(out, "", n->runbook);
	add_part(out, " on ", n->targets);
	add_part(out, " for ", n->incident);
	if (n->event != HOOK_PENDING) {
		add_part(out, " is ", n->state);
		add_part(out, ", ", n->reason);
	}
	if (n->elapsed_ms >= 0 && n->event != HOOK_PENDING) {
		buf_add_cstr(out, ", after ");
		num_add_duration_ms(out, n->elapsed_ms);
	}
	add_part(out, "; for ", n->event == HOOK_SUCCEEDED ? SPAN_NONE : n->notify);
	add_part(out, "; until ", n->expires_at);
	buf_add_cstr(out, ": ");
	message_command(n, n->event == HOOK_PENDING ? "approve" : "status", out);
}

/* ---- shapes ---- */

static void member_command(struct jsonw *w, const char *key, const struct notice *n,
			   const char *verb)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	message_command(n, verb, &text);
	jsonw_member(w, key, buf_span(&text));
	buf_release(&text);
}

static void write_message(struct jsonw *w, const struct notice *n)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	message_text(n, &text);
	jsonw_object(w);
	jsonw_member_i64(w, "v", 1);
	jsonw_member(w, "event", span_cstr(hook_event_names[n->event]));
	jsonw_member(w, "text", buf_span(&text));
	jsonw_member_opt(w, "run", n->run);
	jsonw_member_opt(w, "runbook", n->runbook);
	jsonw_member_opt(w, "incident", n->incident);
	jsonw_member_opt(w, "plan", n->plan);
	jsonw_member_opt(w, "plan_digest", n->plan_digest);
	jsonw_member_opt(w, "targets", n->targets);
	jsonw_member_opt(w, "state", n->state);
	jsonw_member_opt(w, "reason", n->reason);
	jsonw_member_opt(w, "notify", n->notify);
	if (n->event == HOOK_PENDING) {
		jsonw_member_opt(w, "expires_at", n->expires_at);
		member_command(w, "approve", n, "approve");
		member_command(w, "deny", n, "deny");
	} else if (n->elapsed_ms >= 0) {
		jsonw_member_i64(w, "elapsed_ms", n->elapsed_ms);
	}
	jsonw_object_end(w);
	buf_release(&text);
}

void message_json(const struct notice *n, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	write_message(&w, n);
}

void message_slack(const struct notice *n, struct buf *out)
{
	struct buf text = BUF_INIT(TEXT_MAX), escaped = BUF_INIT(5 * TEXT_MAX);
	struct jsonw w = jsonw_to(out);

	message_text(n, &text);
	notify_slack_text(&escaped, buf_span(&text));
	jsonw_object(&w);
	jsonw_member(&w, "text", buf_span(&escaped));
	jsonw_object_end(&w);
	buf_release(&text);
	buf_release(&escaped);
}

static const char *severity_of(enum hook_event event)
{
	return event == HOOK_NEEDS_PERSON ? "critical" : event == HOOK_FAILED ? "error" : "warning";
}

void message_pagerduty(const struct notice *n, struct span routing_key, struct buf *out)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	struct jsonw w = jsonw_to(out);
	struct notify_event event = {.routing_key = routing_key,
				     .dedup_key = n->run,
				     .source = SPAN("aiops-runbook"),
				     .action = n->event == HOOK_SUCCEEDED ? "resolve" : "trigger",
				     .severity = severity_of(n->event)};

	message_text(n, &text);
	event.summary = buf_span(&text);
	notify_event_begin(&w, &event);
	write_message(&w, n);
	notify_event_end(&w);
	buf_release(&text);
}
