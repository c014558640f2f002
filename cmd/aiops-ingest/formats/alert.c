#include "aiops-ingest/formats/alert.h"

#include <stdlib.h>

#include "record/jsonw.h"
#include "record/members.h"

void alert_reader_init(struct alert_reader *a, size_t max_record)
{
	*a = (struct alert_reader){.labels = NULL};
	buf_init(&a->suppressed, max_record + 64);
}

void alert_reader_release(struct alert_reader *a)
{
	free(a->labels);
	free(a->annotations);
	buf_release(&a->suppressed);
}

/* The members of an alert that are read. */
enum field {
	FIELD_STATUS,
	FIELD_LABELS,
	FIELD_ANNOTATIONS,
	FIELD_STARTS,
	FIELD_ENDS,
	FIELD_UPDATED,
	FIELD_GENERATOR,
	FIELD_FINGERPRINT,
	FIELDS,
};

static const struct span field_names[FIELDS] = {
	[FIELD_STATUS] = {"status", 6},
	[FIELD_LABELS] = {"labels", 6},
	[FIELD_ANNOTATIONS] = {"annotations", 11},
	[FIELD_STARTS] = {"startsAt", 8},
	[FIELD_ENDS] = {"endsAt", 6},
	[FIELD_UPDATED] = {"updatedAt", 9},
	[FIELD_GENERATOR] = {"generatorURL", 12},
	[FIELD_FINGERPRINT] = {"fingerprint", 11},
};

/* The string of a field; absent is SPAN_NONE. -1 if it is of another type. */
static int optional_text(const struct value *fields, enum field f, struct span *out, struct err *e)
{
	const struct value *v = &fields[f];

	if (v->type != VALUE_NONE && v->type != VALUE_NULL && v->type != VALUE_STRING)
		return err_set(e, EX_BADDATA, "%s: not a string", field_names[f].data);
	*out = v->text;
	return 0;
}

static int optional_time(const struct value *fields, enum field f, struct event_time *out,
			 struct err *e)
{
	struct span s = SPAN_NONE;

	if (optional_text(fields, f, &s, e) != 0)
		return -1;
	*out = (struct event_time){.state = TIME_NULL};
	if (instant_is_unset(s))
		return 0;
	if (instant_parse(s, &out->at, e) != 0)
		return err_prefix(e, "%s", field_names[f].data);
	out->state = TIME_GIVEN;
	return 0;
}

static int read_times(const struct value *fields, struct event *ev, struct err *e)
{
	if (optional_time(fields, FIELD_STARTS, &ev->starts_at, e) != 0 ||
	    optional_time(fields, FIELD_ENDS, &ev->ends_at, e) != 0 ||
	    optional_time(fields, FIELD_UPDATED, &ev->updated_at, e) != 0)
		return -1;
	if (ev->updated_at.state == TIME_NULL)
		ev->updated_at.state = TIME_ABSENT;
	if (ev->starts_at.state != TIME_GIVEN)
		return err_set(e, EX_BADDATA, "startsAt: missing");
	return 0;
}

/* The webhook's word: firing or resolved. */
static int webhook_status(struct span word, struct event *ev, struct err *e)
{
	if (!span_is(word, "firing") && !span_is(word, "resolved"))
		return err_set(e, EX_BADDATA, "status: '%.*s' is neither firing nor resolved",
			       (int)(word.len < 60 ? word.len : 60), word.data);
	ev->status = word;
	return 0;
}

/* The API's state. An alert that ended before it was last updated is resolved; its end
 * is compared with updatedAt, not with the clock, so that a saved answer reads the same later. */
static int api_status(const struct record *r, struct event *ev, struct err *e)
{
	struct span state = record_text(r, "status.state");
	const struct event_time *end = &ev->ends_at, *seen = &ev->updated_at;

	if (span_is(state, "active"))
		ev->status = SPAN("firing");
	else if (span_is(state, "suppressed"))
		ev->status = state;
	else if (span_is(state, "unprocessed"))
		ev->status = SPAN("pending");
	else
		return err_set(e, EX_BADDATA,
			       "status.state: not active, suppressed or unprocessed");
	if (end->state == TIME_GIVEN && seen->state == TIME_GIVEN && end->at.ns <= seen->at.ns)
		ev->status = SPAN("resolved");
	return 0;
}

static int read_status(const struct record *r, const struct value *fields, struct event *ev,
		       struct err *e)
{
	const struct value *v = &fields[FIELD_STATUS];

	if (v->type == VALUE_STRING)
		return webhook_status(v->text, ev, e);
	if (v->type == VALUE_OBJECT)
		return api_status(r, ev, e);
	return err_set(e, EX_BADDATA, "status: %s",
		       v->type == VALUE_NONE ? "missing" : "neither a string nor an object");
}

/* timestamp is when the state changed. While it fires, endsAt is only an expiry. */
static void settle_times(struct event *ev)
{
	bool over = span_is(ev->status, "resolved");

	if (!over)
		ev->ends_at.state = TIME_NULL;
	ev->timestamp = over ? ev->ends_at : ev->starts_at;
}

static int add_names(const struct record *r, const char *path, const char *prefix, struct jsonw *w,
		     struct err *e)
{
	struct value list = record_get(r, path), v;
	struct value_iter it = value_iter(list);
	struct buf text = BUF_INIT(1u << 16);

	if (list.type != VALUE_NONE && list.type != VALUE_NULL && list.type != VALUE_ARRAY)
		return err_set(e, EX_BADDATA, "%s: not an array", path);
	while (value_next(&it, NULL, &v)) {
		if (v.type != VALUE_STRING) {
			buf_release(&text);
			return err_set(e, EX_BADDATA, "%s: holds something that is not a string",
				       path);
		}
		buf_clear(&text);
		buf_addf(&text, "%s:", prefix);
		buf_add_span(&text, v.text);
		jsonw_string(w, buf_span(&text));
	}
	buf_release(&text);
	return 0;
}

static int read_suppressed(struct alert_reader *a, const struct record *r, struct event *ev,
			   struct err *e)
{
	struct jsonw w = jsonw_to(&a->suppressed);

	buf_clear(&a->suppressed);
	jsonw_array(&w);
	if (add_names(r, "status.silencedBy", "silence", &w, e) != 0 ||
	    add_names(r, "status.inhibitedBy", "inhibit", &w, e) != 0 ||
	    add_names(r, "status.mutedBy", "mute", &w, e) != 0)
		return -1;
	jsonw_array_end(&w);
	if (a->suppressed.len > 2)
		ev->suppressed_by = buf_span(&a->suppressed);
	return 0;
}

/* The first of two annotations that is there and not empty. */
static struct span annotation(const struct event *ev, struct span first, struct span second)
{
	struct span v = label_named(ev->annotations, ev->n_annotations, first);

	if (v.len == 0)
		v = label_named(ev->annotations, ev->n_annotations, second);
	return v.len > 0 ? v : SPAN_NONE;
}

static void add_link(struct event *ev, struct span name, struct span url)
{
	if (url.len > 0)
		ev->links[ev->n_links++] = (struct label){name, url};
}

/* Prometheus and vmalert name the graph of their expression; of other senders' alerts
 * nobody knows what they were made from. */
static struct span signal_of(struct span generator)
{
	bool metric = span_find(generator, SPAN("/graph?g0.expr=")) ||
		      span_find(generator, SPAN("/vmalert/alert?"));

	return metric ? SPAN("metric") : SPAN_NONE;
}

static int read_words(const struct value *fields, struct event *ev, struct err *e)
{
	struct span generator = SPAN_NONE;

	if (optional_text(fields, FIELD_GENERATOR, &generator, e) != 0 ||
	    optional_text(fields, FIELD_FINGERPRINT, &ev->source_id, e) != 0)
		return -1;
	if (ev->source_id.len == 0)
		ev->source_id = SPAN_NONE;
	ev->signal = signal_of(generator);
	ev->name = label_named(ev->labels, ev->n_labels, SPAN("alertname"));
	ev->severity_text = label_named(ev->labels, ev->n_labels, SPAN("severity"));
	ev->title = annotation(ev, SPAN("summary"), SPAN("title"));
	ev->description = annotation(ev, SPAN("description"), SPAN("message"));
	add_link(ev, SPAN("dashboard"), annotation(ev, SPAN("dashboard_url"), SPAN("dashboard")));
	add_link(ev, SPAN("generator"), generator);
	add_link(ev, SPAN("runbook"), annotation(ev, SPAN("runbook_url"), SPAN("runbook")));
	return 0;
}

static int read_maps(struct alert_reader *a, const struct value *fields, struct event *ev,
		     struct err *e)
{
	struct value annotations = fields[FIELD_ANNOTATIONS];

	if (labels_read(fields[FIELD_LABELS], "labels", &a->labels, &a->labels_cap, &ev->n_labels,
			e) != 0)
		return -1;
	if (ev->n_labels == 0)
		return err_set(e, EX_BADDATA, "labels: empty");
	ev->labels = a->labels;
	if (annotations.type == VALUE_NONE || annotations.type == VALUE_NULL)
		return 0;
	if (labels_read(annotations, "annotations", &a->annotations, &a->annotations_cap,
			&ev->n_annotations, e) != 0)
		return -1;
	ev->annotations = a->annotations;
	return 0;
}

int alert_read(struct alert_reader *a, const struct record *r, struct event *ev, struct err *e)
{
	NOT_CLEARED struct value fields[FIELDS];

	value_members(record_root(r), field_names, FIELDS, fields);
	if (read_maps(a, fields, ev, e) != 0 || read_times(fields, ev, e) != 0 ||
	    read_status(r, fields, ev, e) != 0)
		return -1;
	if (fields[FIELD_STATUS].type == VALUE_OBJECT && read_suppressed(a, r, ev, e) != 0)
		return -1;
	if (read_words(fields, ev, e) != 0)
		return -1;
	settle_times(ev);
	return 0;
}
