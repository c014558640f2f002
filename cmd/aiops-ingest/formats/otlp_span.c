#include "aiops-ingest/formats/otlp.h"

/* trace.proto: Status.StatusCode, Span.SpanKind. */
static const char *const codes[] = {"UNSET", "OK", "ERROR", NULL};
static const char *const kinds[] = {"UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT",
				    "PRODUCER",    "CONSUMER", NULL};
static const char *const kind_words[] = {"",       "internal", "server",
					 "client", "producer", "consumer"};

enum { CODE_ERROR = 2 };

static int read_ids(struct otlp *o, const struct record *r, struct event *ev, struct err *e)
{
	struct span parts[3] = {SPAN_NONE, SPAN("-"), SPAN_NONE};

	if (otlp_id(o, item_get(r, "traceId"), "traceId", &ev->trace_id, e) != 0 ||
	    otlp_id(o, item_get(r, "spanId"), "spanId", &ev->span_id, e) != 0 ||
	    otlp_id(o, item_get(r, "parentSpanId"), "parentSpanId", &ev->parent, e) != 0)
		return -1;
	if (!ev->trace_id.data || !ev->span_id.data)
		return err_set(e, EX_BADDATA, "%s: missing",
			       ev->trace_id.data ? "spanId" : "traceId");
	parts[0] = ev->trace_id;
	parts[2] = ev->span_id;
	ev->source_id = arena_join(&o->words, parts, 3);
	return 0;
}

/* Nanoseconds as milliseconds, digit for digit. */
static struct span duration_of(struct otlp *o, int64_t ns)
{
	buf_clear(&o->scratch);
	buf_addf(&o->scratch, "%lld.%06lld", (long long)(ns / NS_PER_MS),
		 (long long)(ns % NS_PER_MS));
	while (o->scratch.data[o->scratch.len - 1] == '0')
		o->scratch.len--;
	if (o->scratch.data[o->scratch.len - 1] == '.')
		o->scratch.len--;
	return arena_keep(&o->words, buf_span(&o->scratch));
}

static int read_times(struct otlp *o, const struct record *r, struct event *ev, struct err *e)
{
	int64_t ns;

	if (otlp_time(item_get(r, "startTimeUnixNano"), "startTimeUnixNano", &ev->starts_at, e) !=
		    0 ||
	    otlp_time(item_get(r, "endTimeUnixNano"), "endTimeUnixNano", &ev->ends_at, e) != 0)
		return -1;
	ev->timestamp = ev->starts_at;
	/* Clocks differ: an end before its start says nothing. */
	if (ev->starts_at.state == TIME_GIVEN && ev->ends_at.state == TIME_GIVEN &&
	    !__builtin_sub_overflow(ev->ends_at.at.ns, ev->starts_at.at.ns, &ns) && ns >= 0)
		ev->duration_ms = duration_of(o, ns);
	return 0;
}

static int read_status(struct otlp *o, const struct record *r, struct event *ev, struct err *e)
{
	struct item status = item_get(r, "status");
	int code = otlp_enum(item_member(status, "code"), "STATUS_CODE_", codes),
	    kind = otlp_enum(item_get(r, "kind"), "SPAN_KIND_", kinds);

	if (item_is_there(status) && status.v.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "status: not an object");
	if (code < 0 || code > CODE_ERROR)
		return err_set(e, EX_BADDATA, "status.code: not unset, ok or error");
	if (kind < 0 || (size_t)kind >= sizeof kind_words / sizeof *kind_words)
		return err_set(e, EX_BADDATA, "kind: not one of OTLP's");
	ev->failed = code == CODE_ERROR ? SPAN("true") : SPAN("false");
	labelset_add(&o->annotations, SPAN("otel.span_kind"), span_cstr(kind_words[kind]));
	return item_text(item_member(status, "message"), "status.message", &ev->description, e);
}

/* Events are moments inside the span; of exceptions the type and the message are kept. */
static int read_exceptions(struct otlp *o, const struct record *r, struct err *e)
{
	struct item list = item_get(r, "events"), event;
	struct items s = items_of(list);
	struct labelset found = {NULL};
	int rc = 0;

	if (item_is_there(list) && list.v.type != VALUE_ARRAY)
		return err_set(e, EX_BADDATA, "events: not an array");
	while (rc == 0 && items_next(&s, NULL, &event))
		if (span_is(item_member(event, "name").v.text, "exception"))
			rc = otlp_attributes(o, item_member(event, "attributes"),
					     "events.attributes", &found, e);
	for (size_t i = 0; i < found.n; i++)
		if (span_is(found.items[i].name, "exception.type") ||
		    span_is(found.items[i].name, "exception.message"))
			labelset_add(&o->annotations, found.items[i].name, found.items[i].value);
	labelset_release(&found);
	return rc;
}

static int read_span(struct otlp *o, const struct record *r, struct event *ev, struct err *e)
{
	if (read_ids(o, r, ev, e) != 0 || read_times(o, r, ev, e) != 0 ||
	    read_status(o, r, ev, e) != 0 || read_exceptions(o, r, e) != 0 ||
	    otlp_attributes(o, item_get(r, "attributes"), "attributes", &o->labels, e) != 0)
		return -1;
	if (ev->description.len == 0)
		ev->description = SPAN_NONE;
	return item_text(item_get(r, "name"), "name", &ev->name, e);
}

int otlp_span(struct otlp *o, const struct record *r, struct err *e)
{
	struct event ev = {.kind = KIND_TRACE, .format = otlp_source};
	struct err why = ERR_INIT;

	if (read_span(o, r, &ev, &why) != 0)
		return ingest_reject(o->in, "schema", record_line(r), e, "span: %s", why.text);
	otlp_surround(o, &ev);
	return emit_event(o->in, &ev, e);
}
