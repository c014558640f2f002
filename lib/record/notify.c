#include "record/notify.h"

#include "base/instant.h"
#include "base/utf8.h"

enum { SUMMARY_MAX = 1024 }; /* of the Events API */

void notify_slack_text(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (c == '&' || c == '<' || c == '>')
			buf_add_cstr(out, c == '&' ? "&amp;" : c == '<' ? "&lt;" : "&gt;");
		else
			buf_add_char(out, c);
	}
}

void notify_event_begin(struct jsonw *w, const struct notify_event *event)
{
	struct span summary = event->summary;

	if (summary.len > SUMMARY_MAX)
		summary.len = utf8_valid_prefix(span_of(summary.data, SUMMARY_MAX));
	jsonw_object(w);
	jsonw_member(w, "routing_key", event->routing_key);
	jsonw_member(w, "event_action", span_cstr(event->action));
	jsonw_member(w, "dedup_key", event->dedup_key);
	jsonw_key(w, "payload");
	jsonw_object(w);
	jsonw_member(w, "summary", summary);
	jsonw_member(w, "source", event->source);
	jsonw_member(w, "severity", span_cstr(event->severity));
	if (event->at_ns)
		jsonw_member_time(w, "timestamp", instant_from_ns(event->at_ns));
	jsonw_key(w, "custom_details");
}

void notify_event_end(struct jsonw *w)
{
	jsonw_object_end(w);
	jsonw_object_end(w);
}
