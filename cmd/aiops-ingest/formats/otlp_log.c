#include "aiops-ingest/formats/otlp.h"

#include "aiops-ingest/formats/contentkey.h"

/* SeverityNumber's names, in its order (logs.proto). */
static const char *const numbers[] = {
	"UNSPECIFIED", "TRACE",  "TRACE2", "TRACE3", "TRACE4", "DEBUG",  "DEBUG2",
	"DEBUG3",      "DEBUG4", "INFO",   "INFO2",  "INFO3",  "INFO4",  "WARN",
	"WARN2",       "WARN3",  "WARN4",  "ERROR",  "ERROR2", "ERROR3", "ERROR4",
	"FATAL",       "FATAL2", "FATAL3", "FATAL4", NULL};

static enum severity severity_of_number(int n)
{
	if (n < 1 || n > 24)
		return SEVERITY_UNKNOWN;
	return n >= 21   ? SEVERITY_CRITICAL
	       : n >= 17 ? SEVERITY_HIGH
	       : n >= 13 ? SEVERITY_MEDIUM
	       : n >= 11 ? SEVERITY_LOW
			 : SEVERITY_INFO;
}

/* The word wins over the number, since senders number the same words differently. */
static void judge(struct otlp *o, struct item number, struct span text, struct event *ev)
{
	int n = otlp_enum(number, "SEVERITY_NUMBER_", numbers);
	bool over = false;

	if (text.len == 0 && n == 0)
		return; /* it has none */
	ev->has_severity = true;
	ev->severity_text = text.len > 0 ? text : item_words(number);
	ev->severity = severity_from_word(text, NULL);
	if (ev->severity == SEVERITY_UNKNOWN)
		ev->severity = severity_of_number(n);
	if (ev->severity == SEVERITY_UNKNOWN && text.len > 0)
		ev->severity = ingest_severity(o->in, text, &over);
	else if (ev->severity == SEVERITY_UNKNOWN)
		o->in->counts.severity_unknown++;
	if (severity_of_number(n) != SEVERITY_UNKNOWN) /* for those who turn it back into OTLP */
		labelset_add(&o->annotations, SPAN("otel.severity_number"), item_words(number));
}

/* What one occurrence has for itself: the resource and the bytes that were sent. */
static struct span key_of(struct otlp *o, const struct record *r)
{
	char fingerprint[FINGERPRINT_HEX + 1];
	struct span parts[2];

	fingerprint_hex(labels_fingerprint(o->resource.labels.items, o->resource.labels.n),
			fingerprint);
	parts[0] = span_of(fingerprint, FINGERPRINT_HEX);
	parts[1] = record_line(r);
	return content_key(&o->words, parts, 2);
}

static int read_times(const struct record *r, struct event *ev, struct err *e)
{
	struct event_time observed;

	if (otlp_time(item_get(r, "timeUnixNano"), "timeUnixNano", &ev->timestamp, e) != 0 ||
	    otlp_time(item_get(r, "observedTimeUnixNano"), "observedTimeUnixNano", &observed, e) !=
		    0)
		return -1;
	if (ev->timestamp.state == TIME_GIVEN || observed.state != TIME_GIVEN)
		return 0;
	ev->timestamp = observed;
	ev->flags |= EVENT_NO_TIMESTAMP;
	return 0;
}

static int read_log(struct otlp *o, const struct record *r, struct event *ev, struct err *e)
{
	struct span text = SPAN_NONE;

	if (read_times(r, ev, e) != 0 ||
	    otlp_attributes(o, item_get(r, "attributes"), "attributes", &o->labels, e) != 0 ||
	    item_text(item_get(r, "eventName"), "eventName", &ev->name, e) != 0 ||
	    item_text(item_get(r, "severityText"), "severityText", &text, e) != 0 ||
	    otlp_id(o, item_get(r, "traceId"), "traceId", &ev->trace_id, e) != 0 ||
	    otlp_id(o, item_get(r, "spanId"), "spanId", &ev->span_id, e) != 0)
		return -1;
	if (otlp_text(o, item_get(r, "body"), &o->words, &ev->body, e) != 0)
		return err_prefix(e, "body");
	if (ev->name.len == 0)
		ev->name = SPAN_NONE;
	judge(o, item_get(r, "severityNumber"), text, ev);
	return 0;
}

int otlp_log(struct otlp *o, const struct record *r, struct err *e)
{
	struct event ev = {.kind = KIND_LOG, .format = otlp_source};
	struct err why = ERR_INIT;

	if (read_log(o, r, &ev, &why) != 0)
		return ingest_reject(o->in, "schema", record_line(r), e, "log record: %s",
				     why.text);
	for (size_t i = 0; i < o->labels.n && !ev.source_id.data; i++)
		if (span_is(o->labels.items[i].name, "log.record.uid"))
			ev.source_id = o->labels.items[i].value;
	if (!ev.source_id.data)
		ev.source_id = key_of(o, r);
	otlp_surround(o, &ev);
	return emit_event(o->in, &ev, e);
}
