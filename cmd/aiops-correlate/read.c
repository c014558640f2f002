#include "aiops-correlate/read.h"

#include "base/digest.h"
#include "base/instant.h"
#include "record/members.h"

enum field {
	F_KIND,
	F_STATUS,
	F_ID,
	F_TIMESTAMP,
	F_STARTS_AT,
	F_ENDS_AT,
	F_OBSERVED,
	F_NAME,
	F_COMPONENT,
	F_SERVICE,
	F_HOST,
	F_LAYER,
	F_SOURCE,
	F_TRACE_ID,
	F_SEVERITY,
	F_SIGNAL,
	F_FINGERPRINT,
	F_LABELS,
	F_TITLE,
	F_DESCRIPTION,
};

const char *const report_paths[REPORT_PATHS] = {
	"kind",     "status",    "id",          "timestamp", "starts_at", "ends_at",     "observed",
	"name",     "component", "service",     "host",      "layer",     "source",      "trace_id",
	"severity", "signal",    "fingerprint", "labels",    "title",     "description",
};

/* The fields of one record, found by its shape or else in one pass. */
struct fields {
	struct value v[REPORT_PATHS];
};

static void find_fields(const struct record *r, struct fields *f)
{
	static const struct span keys[REPORT_PATHS] = {
		{"kind", 4},         {"status", 6},   {"id", 2},       {"timestamp", 9},
		{"starts_at", 9},    {"ends_at", 7},  {"observed", 8}, {"name", 4},
		{"component", 9},    {"service", 7},  {"host", 4},     {"layer", 5},
		{"source", 6},       {"trace_id", 8}, {"severity", 8}, {"signal", 6},
		{"fingerprint", 11}, {"labels", 6},   {"title", 5},    {"description", 11},
	};

	if (record_key_version(r) != 0) {
		for (size_t i = 0; i < REPORT_PATHS; i++)
			f->v[i] = record_field(r, report_paths, i);
		return;
	}
	value_members(record_root(r), keys, REPORT_PATHS, f->v);
}

/* The string there, or SPAN_NONE. */
static struct span text_of(const struct fields *f, enum field i)
{
	return f->v[i].type == VALUE_STRING ? f->v[i].text : SPAN_NONE;
}

bool report_wanted(const struct record *r)
{
	struct span status;

	if (!span_is(record_field_text(r, report_paths, F_KIND), "alert"))
		return false;
	status = record_field_text(r, report_paths, F_STATUS);
	return !status.data || span_is(status, "firing") || span_is(status, "resolved") ||
	       span_is(status, "acknowledged");
}

static int read_time(const struct fields *f, enum field i, struct instant *out)
{
	struct span text = text_of(f, i);
	struct err ignored = ERR_INIT;

	return text.data && !instant_is_unset(text) ? instant_parse(text, out, &ignored) : -1;
}

static int read_timestamp(const struct fields *f, struct instant *out, struct err *e)
{
	const struct value *v = &f->v[F_TIMESTAMP];

	if (v->type != VALUE_STRING)
		return err_set(e, EX_BADDATA, "timestamp: %s",
			       v->type == VALUE_NONE ? "missing" : "not a string");
	if (instant_parse(v->text, out, e) != 0)
		return err_prefix(e, "timestamp");
	return 0;
}

static int read_times(const struct fields *r, struct report *out, int64_t *clock_ns, struct err *e)
{
	struct instant at, other;

	if (read_timestamp(r, &at, e) != 0)
		return -1;
	out->at_ns = out->starts_ns = at.ns;
	if (read_time(r, F_STARTS_AT, &other) == 0)
		out->starts_ns = other.ns;
	out->ends_ns = INT64_MAX;
	if (read_time(r, F_ENDS_AT, &other) == 0 && other.ns >= out->starts_ns)
		out->ends_ns = other.ns;
	*clock_ns = at.ns;
	if (read_time(r, F_OBSERVED, &other) == 0 && other.ns < at.ns)
		*clock_ns = other.ns;
	return 0;
}

static void add_label(struct report *out, struct span name, struct span value)
{
	if (out->n_labels < PAIRS_PER_ALERT)
		out->labels[out->n_labels++] = (struct label){name, value};
}

static void read_labels(const struct fields *f, struct report *out)
{
	struct value_iter it = value_iter(f->v[F_LABELS]);
	struct span name;
	struct value v;

	while (value_next(&it, &name, &v))
		if (v.type == VALUE_STRING)
			add_label(out, name, v.text);
	labels_sort(out->labels, out->n_labels);
}

static struct span label_of(const struct report *out, struct span name)
{
	for (size_t i = 0; i < out->n_labels; i++)
		if (span_eq(out->labels[i].name, name))
			return out->labels[i].value;
	return SPAN_NONE;
}

/* What can be a cause: the first of these that is there. */
static struct span component_of(const struct fields *r, const struct report *out)
{
	static const struct span names[] = {{"component", 9}, {"pod", 3}, {"instance", 8}};
	struct span found = text_of(r, F_COMPONENT);

	for (size_t i = 0; !found.len && i < sizeof names / sizeof *names; i++)
		found = label_of(out, names[i]);
	if (!found.len)
		found = out->service;
	return found.len ? found : out->host;
}

/* Sixteen hex digits; else the labels' own, else that of name and component. */
static uint64_t fingerprint_of(const struct fields *r, const struct report *out)
{
	uint8_t bytes[FINGERPRINT_HEX / 2];
	uint64_t fp = 0;

	if (hex_decode(text_of(r, F_FINGERPRINT), bytes, sizeof bytes) == 0) {
		for (size_t i = 0; i < sizeof bytes; i++)
			fp = fp << 8 | bytes[i];
		return fp;
	}
	if (out->n_labels)
		return labels_fingerprint(out->labels, out->n_labels);
	return labels_fingerprint((struct label[]){{SPAN("alertname"), out->name},
						   {SPAN("component"), out->component}},
				  2);
}

int report_read(const struct record *r, struct report *out, int64_t *clock_ns, struct err *e)
{
	struct fields f;

	find_fields(r, &f);
	out->id = text_of(&f, F_ID);
	if (!out->id.len)
		return err_set(e, EX_BADDATA, "id: missing, empty or no string");
	if (read_times(&f, out, clock_ns, e) != 0)
		return -1;
	out->n_labels = 0;
	read_labels(&f, out);
	out->name = text_of(&f, F_NAME);
	if (!out->name.len)
		out->name = label_of(out, SPAN("alertname"));
	out->service = text_of(&f, F_SERVICE);
	out->host = text_of(&f, F_HOST);
	out->component = component_of(&f, out);
	out->layer = text_of(&f, F_LAYER);
	out->source = text_of(&f, F_SOURCE);
	out->trace_id = text_of(&f, F_TRACE_ID);
	out->title = text_of(&f, F_TITLE);
	out->description = text_of(&f, F_DESCRIPTION);
	out->resolved = span_is(text_of(&f, F_STATUS), "resolved");
	out->severity = severity_from_name(text_of(&f, F_SEVERITY));
	out->signal = signal_from_name(text_of(&f, F_SIGNAL));
	out->fp = fingerprint_of(&f, out);
	return 0;
}
