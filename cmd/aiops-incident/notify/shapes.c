/*
 * The forms that channels take.
 */
#include "aiops-incident/notify/send.h"

#include "base/digest.h"
#include "base/utf8.h"
#include "net/mail.h"
#include "record/event.h"
#include "record/jsonw.h"
#include "record/notify.h"

enum { TEXT_MAX = 256 << 10, SLACK_SECTION_MAX = 3000 };

/* A sender died with it: the reader shall know. */
static void add_text(const struct letter *l, struct buf *out)
{
	if (l->again)
		buf_add_cstr(out, "(perhaps for a second time)\n");
	buf_add_span(out, l->text);
}

static void slack_text(struct jsonw *w, const char *type, struct span text)
{
	jsonw_key(w, "text");
	jsonw_object(w);
	jsonw_member(w, "type", span_cstr(type));
	jsonw_member(w, "text", text);
	jsonw_object_end(w);
}

static void slack_button(struct jsonw *w, const char *words, const char *action, const char *style,
			 struct span run)
{
	jsonw_object(w);
	jsonw_member(w, "type", SPAN("button"));
	slack_text(w, "plain_text", span_cstr(words));
	jsonw_member(w, "action_id", span_cstr(action));
	jsonw_member(w, "style", span_cstr(style));
	jsonw_member(w, "value", run);
	jsonw_object_end(w);
}

/* The message again as a block, since blocks replace the text, and the buttons. */
static void slack_blocks(struct jsonw *w, const struct letter *l, struct span text)
{
	const char *hash = memchr(l->record_id.data, '#', l->record_id.len);
	size_t n = hash ? (size_t)(hash - l->record_id.data) : l->record_id.len;
	struct span run = span_of(l->record_id.data, n);

	jsonw_key(w, "blocks");
	jsonw_array(w);
	jsonw_object(w);
	jsonw_member(w, "type", SPAN("section"));
	slack_text(w, "mrkdwn",
		   text.len > SLACK_SECTION_MAX
			   ? span_of(text.data,
				     utf8_valid_prefix(span_of(text.data, SLACK_SECTION_MAX)))
			   : text);
	jsonw_object_end(w);
	jsonw_object(w);
	jsonw_member(w, "type", SPAN("actions"));
	jsonw_key(w, "elements");
	jsonw_array(w);
	slack_button(w, "Approve", "aiops_approve", "primary", run);
	slack_button(w, "Deny", "aiops_deny", "danger", run);
	jsonw_array_end(w);
	jsonw_object_end(w);
	jsonw_array_end(w);
}

void slack_body(const struct letter *l, bool buttons, struct buf *out)
{
	struct buf text = BUF_INIT(TEXT_MAX), escaped = BUF_INIT(5 * TEXT_MAX);
	struct jsonw w = jsonw_to(out);

	add_text(l, &text);
	notify_slack_text(&escaped, buf_span(&text));
	jsonw_object(&w);
	jsonw_member(&w, "text", buf_span(&escaped));
	if (buttons && l->event == EVENT_PENDING && l->record_id.len)
		slack_blocks(&w, l, buf_span(&escaped));
	jsonw_object_end(&w);
	buf_release(&text);
	buf_release(&escaped);
}

static const char *pagerduty_severity(enum severity s)
{
	switch (s) {
	case SEVERITY_CRITICAL:
	case SEVERITY_UNKNOWN: /* it might be the worst */
		return "critical";
	case SEVERITY_HIGH:
		return "error";
	case SEVERITY_MEDIUM:
		return "warning";
	default:
		return "info";
	}
}

void pagerduty_body(const struct letter *l, struct span routing_key, struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct notify_event event = {.routing_key = routing_key,
				     .dedup_key = l->incident.len ? l->incident : l->record_id,
				     .summary = l->subject,
				     .source = SPAN("aiops-incident"),
				     .action = l->event == EVENT_RESOLVED       ? "resolve"
					       : l->event == EVENT_ACKNOWLEDGED ? "acknowledge"
										: "trigger",
				     .severity = pagerduty_severity(l->severity),
				     .at_ns = l->created_ns};

	notify_event_begin(&w, &event);
	jsonw_raw(&w, l->body);
	notify_event_end(&w);
}

/* <...@aiops>: of the words, so that the same letter has the same id when it is sent again. */
static void add_id(struct buf *out, const struct span *words, size_t n)
{
	struct digest d = digest_of(words, n);
	char hex[DIGEST_HEX + 1];

	digest_hex(&d, hex);
	buf_addf(out, "%.32s@aiops-incident", hex);
}

void mail_body(const struct channel *c, const struct letter *l, struct buf *out)
{
	const struct span own[] = {l->incident, l->channel, l->record_id,
				   span_cstr(event_names[l->event])};
	const struct span thread[] = {l->incident, l->channel};
	struct buf text = BUF_INIT(TEXT_MAX), id = BUF_INIT(100), root = BUF_INIT(100);
	bool first = l->event == EVENT_OPENED;
	struct mail_text m = {.from = c->from,
			      .to = c->to,
			      .n_to = c->n_to,
			      .subject = l->subject,
			      .date = instant_from_ns(l->created_ns)};

	add_text(l, &text);
	/* The first message of an incident is the root that later ones answer. */
	if (l->incident.len)
		add_id(&root, thread, 2);
	if (first)
		buf_add_span(&id, buf_span(&root));
	else
		add_id(&id, own, 4);
	m.text = buf_span(&text);
	m.id = buf_span(&id);
	m.thread = first || !root.len ? SPAN_NONE : buf_span(&root);
	mail_compose(&m, out);
	buf_release(&text);
	buf_release(&id);
	buf_release(&root);
}
