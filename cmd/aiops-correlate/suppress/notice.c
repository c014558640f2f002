#include "aiops-correlate/suppress/notice.h"

#include "record/event.h"

struct jsonw notice_begin(struct buf *out, const char *event, struct span about, int64_t at_ns,
			  struct span title)
{
	struct jsonw w = jsonw_to(out);
	char id[EVENT_ID_LEN + 1], when[INSTANT_TEXT];
	struct instant at = instant_from_ns(at_ns);
	size_t n = instant_text(at, when);

	event_id(id, SPAN("notice"), SPAN("aiops-correlate"), about, span_cstr(event),
		 span_of(when, n));
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("notice"));
	jsonw_member(&w, "id", span_cstr(id));
	jsonw_member_time(&w, "timestamp", at);
	jsonw_member(&w, "source", SPAN("aiops-correlate"));
	jsonw_member(&w, "title", title);
	jsonw_key(&w, "notice");
	jsonw_object(&w);
	jsonw_member(&w, "event", span_cstr(event));
	return w;
}

void notice_end(struct jsonw *w)
{
	jsonw_object_end(w);
	jsonw_object_end(w);
}
