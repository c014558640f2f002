#include "aiops-correlate/read.h"

#include "base/digest.h"
#include "base/instant.h"

bool report_wanted(const struct record *r)
{
	struct span status;

	if (record_kind(r) != KIND_ALERT)
		return false;
	status = record_text(r, "status");
	return !status.data || span_is(status, "firing") || span_is(status, "resolved") ||
	       span_is(status, "acknowledged");
}

static int read_time(const struct record *r, const char *key, struct instant *out)
{
	struct span text = record_text(r, key);
	struct err ignored = ERR_INIT;

	return text.data && !instant_is_unset(text) ? instant_parse(text, out, &ignored) : -1;
}

static int read_times(const struct record *r, struct report *out, int64_t *clock_ns, struct err *e)
{
	struct instant at, other;

	if (record_timestamp(r, &at, e) != 0)
		return -1;
	out->at_ns = out->starts_ns = at.ns;
	if (read_time(r, "starts_at", &other) == 0)
		out->starts_ns = other.ns;
	*clock_ns = at.ns;
	if (read_time(r, "observed", &other) == 0 && other.ns < at.ns)
		*clock_ns = other.ns;
	return 0;
}

static void add_label(struct report *out, struct span name, struct span value)
{
	if (out->n_labels < PAIRS_PER_ALERT)
		out->labels[out->n_labels++] = (struct label){name, value};
}

static void read_labels(const struct record *r, struct report *out)
{
	struct value_iter it = value_iter(record_get(r, "labels"));
	struct span name;
	struct value v;

	while (value_next(&it, &name, &v))
		if (v.type == VALUE_STRING)
			add_label(out, name, v.text);
	labels_sort(out->labels, out->n_labels);
}

static struct span label_of(const struct report *out, const char *name)
{
	for (size_t i = 0; i < out->n_labels; i++)
		if (span_is(out->labels[i].name, name))
			return out->labels[i].value;
	return SPAN_NONE;
}

/* What can be a cause: the first of these that is there. */
static struct span component_of(const struct record *r, const struct report *out)
{
	static const char *const names[] = {"component", "pod", "instance"};
	struct span found = record_text(r, "component");

	for (size_t i = 0; !found.len && i < sizeof names / sizeof *names; i++)
		found = label_of(out, names[i]);
	if (!found.len)
		found = out->service;
	return found.len ? found : out->host;
}

/* Sixteen hex digits; else the labels' own, else that of name and component. */
static uint64_t fingerprint_of(const struct record *r, const struct report *out)
{
	uint8_t bytes[FINGERPRINT_HEX / 2];
	uint64_t fp = 0;

	if (hex_decode(record_text(r, "fingerprint"), bytes, sizeof bytes) == 0) {
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
	out->id = record_text(r, "id");
	if (!out->id.len)
		return err_set(e, EX_BADDATA, "id: missing, empty or no string");
	if (read_times(r, out, clock_ns, e) != 0)
		return -1;
	out->n_labels = 0;
	read_labels(r, out);
	out->name = record_text(r, "name");
	if (!out->name.len)
		out->name = label_of(out, "alertname");
	out->service = record_text(r, "service");
	out->host = record_text(r, "host");
	out->component = component_of(r, out);
	out->layer = record_text(r, "layer");
	out->source = record_text(r, "source");
	out->trace_id = record_text(r, "trace_id");
	out->resolved = span_is(record_text(r, "status"), "resolved");
	out->severity = severity_from_name(record_text(r, "severity"));
	out->signal = signal_from_name(record_text(r, "signal"));
	out->fp = fingerprint_of(r, out);
	return 0;
}
