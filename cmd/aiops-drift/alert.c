/* Alert records: see alert.h. */
#include "aiops-drift/alert.h"

#include <math.h>

#define SOURCE        "aiops-drift"
#define TIME_MAX      64
#define SOURCE_ID_MAX 8192

const char *const origin_names[ORIGIN_FIELDS] = {"service", "component", "host", "env", "unit"};

double significant(double d, int digits)
{
	double scale, rounded;

	if (d == 0 || !isfinite(d))
		return d;
	scale = pow(10, digits - 1 - floor(log10(fabs(d))));
	if (!isfinite(scale) || scale == 0)
		return d;
	/* a power of ten below 1 is not exact; dividing by its inverse rounds once less */
	rounded = scale >= 1 ? round(d * scale) / scale : round(d / (1 / scale)) * (1 / scale);
	return isfinite(rounded) ? rounded : d;
}

/* v, kind, id, timestamp, source, source_id. */
static void write_head(struct jsonw *w, const struct alert *a, const char *status)
{
	struct buf id_of = BUF_INIT(SOURCE_ID_MAX), when = BUF_INIT(TIME_MAX);
	char id[EVENT_ID_LEN + 1];

	buf_add_span(&id_of, a->name);
	buf_add_char(&id_of, ' ');
	buf_add_span(&id_of, a->feature);
	instant_add(&when, a->starts_at);
	event_id(id, SPAN("alert"), SPAN(SOURCE), buf_span(&id_of), span_cstr(status),
		 buf_span(&when));
	jsonw_member_i64(w, "v", 1);
	jsonw_member(w, "kind", SPAN("alert"));
	jsonw_member(w, "id", span_cstr(id));
	jsonw_member_time(w, "timestamp", a->at);
	jsonw_member(w, "source", SPAN(SOURCE));
	jsonw_member(w, "source_id", buf_span(&id_of));
	buf_release(&id_of);
	buf_release(&when);
}

void alert_write_labels(struct jsonw *w, struct span name, struct span feature, struct span service)
{
	struct label labels[] = {
		/* sorted */
		{SPAN("alertname"), name},
		{SPAN("feature"), feature},
		{SPAN("service"), service},
	};
	size_t n = service.len ? 3 : 2;
	char hex[FINGERPRINT_HEX + 1];

	fingerprint_hex(labels_fingerprint(labels, n), hex);
	jsonw_member(w, "fingerprint", span_cstr(hex));
	jsonw_key(w, "labels");
	jsonw_object(w);
	for (size_t i = 0; i < n; i++) {
		jsonw_key_span(w, labels[i].name);
		jsonw_string(w, labels[i].value);
	}
	jsonw_object_end(w);
}

static void write_numbers(struct jsonw *w, const struct alert *a)
{
	if (isfinite(a->value))
		jsonw_member_double(w, "value", a->value);
	if (isfinite(a->threshold))
		jsonw_member_double(w, "threshold", a->threshold);
	if (a->condition)
		jsonw_member(w, "condition", span_cstr(a->condition));
	jsonw_member_bool(w, "healthy", a->resolved);
}

void alert_write(const struct alert *a, struct buf *out)
{
	const char *status = a->resolved ? "resolved" : "firing";
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	write_head(&w, a, status);
	jsonw_member(&w, "signal", span_cstr(a->signal));
	jsonw_member(&w, "status", span_cstr(status));
	jsonw_member(&w, "severity", span_cstr(severity_name(a->severity)));
	jsonw_member_i64(&w, "severity_number", severity_number(a->severity));
	jsonw_member(&w, "name", a->name);
	jsonw_member(&w, "title", a->title);
	jsonw_member_opt(&w, "description", a->description);
	for (int i = 0; i < ORIGIN_FIELDS; i++)
		jsonw_member_opt(&w, origin_names[i], a->origin[i]);
	write_numbers(&w, a);
	jsonw_member_time(&w, "starts_at", a->starts_at);
	jsonw_key(&w, "ends_at");
	if (a->resolved)
		jsonw_time(&w, a->at);
	else
		jsonw_null(&w);
	alert_write_labels(&w, a->name, a->feature, a->origin[ORIGIN_SERVICE]);
	jsonw_key(&w, "drift");
	jsonw_raw(&w, a->details);
	jsonw_object_end(&w);
}
