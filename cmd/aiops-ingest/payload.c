#include "aiops-ingest/payload.h"

#include <string.h>

#include "base/instant.h"
#include "base/num.h"
#include "record/event.h"
#include "record/members.h"

/* ---- Alertmanager ---- */

/* A map of strings as it is; a map that is missing is empty. */
static void write_strings(struct jsonw *w, struct value map)
{
	struct value_iter it = value_iter(map);
	struct span key, text;

	while (value_next_text(&it, &key, &text) > 0) {
		jsonw_key_span(w, key);
		jsonw_string(w, text);
	}
}

/* Alertmanager's own alerts have these as labels already; others get what their record says. */
static void write_missing_labels(struct jsonw *w, const struct record *r, struct value labels)
{
	struct span name = record_text(r, "name"), severity = record_text(r, "severity");
	bool own = span_is(record_text(r, "source"), "alertmanager");

	if (own)
		return;
	if (name.len > 0 && value_member(labels, SPAN("alertname")).type == VALUE_NONE)
		jsonw_member(w, "alertname", name);
	if (severity.len > 0 && value_member(labels, SPAN("severity")).type == VALUE_NONE)
		jsonw_member(w, "severity", severity);
}

static void write_fingerprint(struct jsonw *w, const struct record *r)
{
	struct span own = record_text(r, "fingerprint");

	if (span_is(record_text(r, "source"), "alertmanager") &&
	    record_text(r, "source_id").len > 0)
		own = record_text(r, "source_id");
	if (own.len > 0)
		jsonw_member(w, "fingerprint", own);
}

/* Kube-prometheus' Watchdog is a heartbeat here, an alert there. */
static bool is_alert(const struct record *r)
{
	enum kind kind = record_kind(r);

	return kind == KIND_ALERT ||
	       (kind == KIND_HEARTBEAT && record_text(r, "labels.alertname").len > 0);
}

bool payload_alertmanager(const struct record *r, struct jsonw *w)
{
	struct span status = record_text(r, "status"), starts = record_text(r, "starts_at");
	struct value labels = record_get(r, "labels");
	struct span ends = record_text(r, "ends_at"), generator = record_text(r, "links.generator");
	bool over = span_is(status, "resolved");

	if (!is_alert(r))
		return false;
	jsonw_object(w);
	jsonw_member(w, "status", over ? status : SPAN("firing"));
	jsonw_key(w, "labels");
	jsonw_object(w);
	write_strings(w, labels);
	write_missing_labels(w, r, labels);
	jsonw_object_end(w);
	jsonw_key(w, "annotations");
	jsonw_object(w);
	write_strings(w, record_get(r, "annotations"));
	jsonw_object_end(w);
	jsonw_member(w, "startsAt", starts.len > 0 ? starts : record_text(r, "timestamp"));
	if (over)
		jsonw_member(w, "endsAt", ends.len > 0 ? ends : record_text(r, "timestamp"));
	else
		jsonw_member(w, "endsAt", SPAN("0001-01-01T00:00:00Z"));
	jsonw_member(w, "generatorURL", generator.data ? generator : SPAN(""));
	write_fingerprint(w, r);
	jsonw_object_end(w);
	return true;
}

/* ---- OTLP ---- */

static void write_attribute(struct jsonw *w, struct span key, struct span value)
{
	jsonw_object(w);
	jsonw_member(w, "key", key);
	jsonw_key(w, "value");
	jsonw_object(w);
	jsonw_member(w, "stringValue", value);
	jsonw_object_end(w);
	jsonw_object_end(w);
}

/* Semantic conventions: what names the sender and not the occurrence. */
static bool is_of_resource(struct span key)
{
	static const char *const prefixes[] = {"service.", "host.",      "deployment.",
					       "k8s.",     "cloud.",     "container.",
					       "os.",      "telemetry.", "process."};

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (span_starts(key, prefixes[i]))
			return true;
	return false;
}

static void write_attributes(struct jsonw *w, struct value map, bool of_resource)
{
	struct value_iter it = value_iter(map);
	struct span key, text;

	while (value_next_text(&it, &key, &text) > 0)
		if (is_of_resource(key) == of_resource)
			write_attribute(w, key, text);
}

/* What the record says of itself, where its labels do not say it in OpenTelemetry's words. What
 * came by OTLP says it already. */
static void write_promoted(struct jsonw *w, const struct record *r, struct value labels)
{
	static const struct {
		const char *field, *attribute;
	} names[] = {{"service", "service.name"},
		     {"host", "host.name"},
		     {"env", "deployment.environment.name"}};

	if (span_is(record_text(r, "source"), "otlp"))
		return;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct span attribute = span_cstr(names[i].attribute);
		struct span v = record_text(r, names[i].field);

		if (v.len > 0 && value_member(labels, attribute).type == VALUE_NONE)
			write_attribute(w, attribute, v);
	}
}

static void write_ns(struct jsonw *w, const char *key, struct span time)
{
	struct instant t;
	struct err e = ERR_INIT;
	struct buf text = BUF_INIT(32);

	if (time.len == 0 || instant_parse(time, &t, &e) != 0)
		return;
	buf_add_i64(&text, t.ns);
	jsonw_member(w, key, buf_span(&text));
	buf_release(&text);
}

/* The number that came, if it came by OTLP: its scale is finer than ours. */
static void write_severity(struct jsonw *w, const struct record *r)
{
	struct span came = record_text(r, "annotations.otel\\.severity_number");
	struct span ours = record_token(r, "severity_number"),
		    text = record_text(r, "severity_text");

	if (num_is_json(came)) {
		jsonw_key(w, "severityNumber");
		jsonw_raw(w, came);
	} else if (came.len > 0) {
		jsonw_member(w, "severityNumber", came);
	} else if (ours.len > 0 && !span_is(ours, "0")) {
		jsonw_key(w, "severityNumber");
		jsonw_raw(w, ours);
	}
	if (text.len > 0 && !span_eq(text, came))
		jsonw_member(w, "severityText", text);
}

static struct span body_of(const struct record *r)
{
	static const char *const fields[] = {"body", "description", "title", "name", NULL};
	struct span s = SPAN_NONE;

	for (const char *const *f = fields; *f && s.len == 0; f++)
		s = record_text(r, *f);
	return s;
}

static void write_log_record(struct jsonw *w, const struct record *r, struct value labels)
{
	struct span name = record_text(r, "name"), body = body_of(r);
	struct span trace = record_text(r, "trace_id"), span = record_text(r, "span_id");

	jsonw_object(w);
	write_ns(w, "timeUnixNano", record_text(r, "timestamp"));
	write_ns(w, "observedTimeUnixNano", record_text(r, "observed"));
	write_severity(w, r);
	if (name.len > 0)
		jsonw_member(w, "eventName", name);
	if (body.len > 0) {
		jsonw_key(w, "body");
		jsonw_object(w);
		jsonw_member(w, "stringValue", body);
		jsonw_object_end(w);
	}
	jsonw_key(w, "attributes");
	jsonw_array(w);
	write_attributes(w, labels, false);
	if (record_kind(r) == KIND_ALERT && record_text(r, "status").len > 0)
		write_attribute(w, SPAN("aiops.status"), record_text(r, "status"));
	jsonw_array_end(w);
	if (trace.len > 0)
		jsonw_member(w, "traceId", trace);
	if (span.len > 0)
		jsonw_member(w, "spanId", span);
	jsonw_object_end(w);
}

bool payload_otlp(const struct record *r, struct jsonw *w)
{
	struct value labels = record_get(r, "labels");
	enum kind kind = record_kind(r);

	if (kind != KIND_LOG && kind != KIND_ALERT)
		return false;
	jsonw_object(w);
	jsonw_key(w, "resource");
	jsonw_object(w);
	jsonw_key(w, "attributes");
	jsonw_array(w);
	write_attributes(w, labels, true);
	write_promoted(w, r, labels);
	jsonw_array_end(w);
	jsonw_object_end(w);
	jsonw_key(w, "scopeLogs");
	jsonw_array(w);
	jsonw_object(w);
	jsonw_key(w, "logRecords");
	jsonw_array(w);
	write_log_record(w, r, labels);
	jsonw_array_end(w);
	jsonw_object_end(w);
	jsonw_array_end(w);
	jsonw_object_end(w);
	return true;
}

/* ---- CloudEvents ---- */

/* A URI-reference (RFC 3986): what is no unreserved character is percent-encoded. */
static void add_uri(struct buf *out, struct span s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.data[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || (c && strchr("-._~", c));

		if (plain) {
			buf_add_char(out, (char)c);
		} else {
			buf_add_char(out, '%');
			buf_add_char(out, hex[c >> 4]);
			buf_add_char(out, hex[c & 15]);
		}
	}
}

bool payload_cloudevents(const struct record *r, struct jsonw *w)
{
	struct span id = record_text(r, "id"), source = record_text(r, "source");
	struct span component = record_text(r, "component"), kind = record_text(r, "kind");
	struct buf uri = BUF_INIT(1 << 20);
	struct buf type = BUF_INIT(256);

	if (id.len == 0 || source.len == 0 || kind.len == 0)
		return false;
	buf_add_cstr(&uri, "/aiops/");
	add_uri(&uri, source);
	buf_addf(&type, "io.aiops.%.*s", (int)(kind.len < 64 ? kind.len : 64), kind.data);
	jsonw_object(w);
	jsonw_member(w, "specversion", SPAN("1.0"));
	jsonw_member(w, "id", id);
	jsonw_member(w, "source", buf_span(&uri));
	jsonw_member(w, "type", buf_span(&type));
	jsonw_member_opt(w, "time", record_text(r, "timestamp"));
	if (component.len > 0)
		jsonw_member(w, "subject", component);
	jsonw_member(w, "datacontenttype", SPAN("application/json"));
	jsonw_key(w, "data");
	jsonw_raw(w, record_line(r));
	jsonw_object_end(w);
	buf_release(&uri);
	buf_release(&type);
	return true;
}
