#include "aiops-ingest/emit.h"

#include "aiops-ingest/alias.h"
#include "base/mem.h"
#include "base/num.h"
#include "record/jsonw.h"

int labels_read(struct value object, const char *what, struct label **items, size_t *cap, size_t *n,
		struct err *e)
{
	struct value_iter it = value_iter(object);
	struct span key;
	struct value v;
	size_t count = 0;

	if (object.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "%s: %s", what,
			       object.type == VALUE_NONE ? "missing" : "not an object");
	while (value_next(&it, &key, &v)) {
		if (v.type != VALUE_STRING)
			return err_set(e, EX_BADDATA, "%s.%.*s: not a string", what,
				       (int)(key.len < 100 ? key.len : 100), key.data);
		mem_grow(*items, *cap, count + 1);
		(*items)[count++] = (struct label){key, v.text};
	}
	*n = count;
	return 0;
}

bool value_is_empty_array(struct value v)
{
	struct value_iter it = value_iter(v);
	struct value first;

	return v.type == VALUE_ARRAY && !value_next(&it, NULL, &first);
}

static bool has_label(const struct label *labels, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(labels[i].name, name))
			return true;
	return false;
}

/* The event's labels and the caller's, sorted, in in->labels. */
static size_t gather_labels(struct ingest *in, const struct event *ev)
{
	size_t n = ev->n_labels;

	mem_grow(in->labels, in->labels_cap, n + in->opt->n_labels);
	if (n > 0)
		memcpy(in->labels, ev->labels, n * sizeof *in->labels);
	for (size_t i = 0; i < in->opt->n_labels; i++)
		if (!has_label(ev->labels, ev->n_labels, in->opt->labels[i].name))
			in->labels[n++] = in->opt->labels[i];
	labels_sort(in->labels, n);
	return n;
}

static struct span either(struct span a, struct span b)
{
	return a.data ? a : b;
}

static void write_flags(struct jsonw *w, unsigned flags)
{
	static const struct {
		unsigned flag;
		const char *word;
	} words[] = {
		{EVENT_NO_TIMESTAMP, "no_timestamp"},
		{EVENT_YEAR_ASSUMED, "year_assumed"},
		{EVENT_ZONE_ASSUMED, "zone_assumed"},
		{EVENT_CONTINUED, "continued"},
	};

	if (!flags)
		return;
	jsonw_key(w, "flags");
	jsonw_array(w);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (flags & words[i].flag)
			jsonw_cstr(w, words[i].word);
	jsonw_array_end(w);
}

static void write_map(struct jsonw *w, const char *key, const struct label *items, size_t n)
{
	if (n == 0)
		return;
	jsonw_key(w, key);
	jsonw_object(w);
	for (size_t i = 0; i < n; i++) {
		jsonw_key_span(w, items[i].name);
		jsonw_string(w, items[i].value);
	}
	jsonw_object_end(w);
}

static void write_time(struct jsonw *w, const char *key, struct event_time t)
{
	if (t.state == TIME_GIVEN) {
		jsonw_member_time(w, key, t.at);
	} else if (t.state == TIME_NULL) {
		jsonw_key(w, key);
		jsonw_null(w);
	}
}

static void write_raw(struct jsonw *w, const char *key, struct span json)
{
	if (!json.data)
		return;
	jsonw_key(w, key);
	jsonw_raw(w, json);
}

static void write_severity(struct jsonw *w, const struct event *ev)
{
	if (!ev->has_severity)
		return;
	jsonw_member(w, "severity", span_cstr(severity_name(ev->severity)));
	jsonw_member_i64(w, "severity_number", severity_number(ev->severity));
	jsonw_member_opt(w, "severity_text", ev->severity_text);
}

/* A number goes out as the token that it came as; NaN and the infinities are strings. */
static void write_value(struct jsonw *w, struct span value)
{
	if (!value.data)
		return;
	if (num_is_json(value))
		write_raw(w, "value", value);
	else
		jsonw_member(w, "value", value);
}

static void write_what(struct jsonw *w, const struct event *ev, const struct promoted *p)
{
	jsonw_member_opt(w, "name", ev->name);
	jsonw_member_opt(w, "title", ev->title);
	jsonw_member_opt(w, "description", ev->description);
	jsonw_member_opt(w, "component", p->component);
	jsonw_member_opt(w, "service", p->service);
	jsonw_member_opt(w, "host", p->host);
	jsonw_member_opt(w, "env", p->env);
	jsonw_member_opt(w, "layer", p->layer);
	write_value(w, ev->value);
	jsonw_member_opt(w, "unit", ev->unit);
	write_raw(w, "threshold", ev->threshold);
	jsonw_member_opt(w, "condition", ev->condition);
}

/* What an event names itself wins over what its labels promote. */
static struct promoted promote_event(const struct event *ev, const struct label *labels, size_t n)
{
	struct promoted p = promote(labels, n);

	p.service = either(ev->service, p.service);
	p.host = either(ev->host, p.host);
	p.env = either(ev->env, p.env);
	p.layer = either(ev->layer, p.layer);
	p.component = either(ev->component, p.component);
	promote_component(&p);
	return p;
}

struct identity {
	char id[EVENT_ID_LEN + 1], fingerprint[FINGERPRINT_HEX + 1];
	bool has_fingerprint; /* no labels, no fingerprint */
	struct span source, source_id;
};

/* `when` of the id is the text that the record shows. */
static void identify(const struct ingest *in, const struct event *ev, const struct label *labels,
		     size_t n, struct instant timestamp, struct identity *who)
{
	struct buf when = BUF_INIT(64);

	fingerprint_hex(labels_fingerprint(labels, n), who->fingerprint);
	who->has_fingerprint = n > 0;
	who->source = span_cstr(in->opt->source_name ? in->opt->source_name : ev->format);
	who->source_id = ev->source_id.data ? ev->source_id : span_cstr(who->fingerprint);
	instant_add(&when, ev->starts_at.state == TIME_GIVEN ? ev->starts_at.at : timestamp);
	event_id(who->id, span_cstr(kind_name(ev->kind)), who->source, who->source_id, ev->status,
		 buf_span(&when));
	buf_release(&when);
}

static void write_event(struct ingest *in, const struct event *ev, size_t n_labels)
{
	struct jsonw w = jsonw_to(&in->json);
	struct promoted p = promote_event(ev, in->labels, n_labels);
	bool timed = ev->timestamp.state == TIME_GIVEN;
	struct instant timestamp = timed ? ev->timestamp.at : in->observed;
	struct identity who;

	identify(in, ev, in->labels, n_labels, timestamp, &who);
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", span_cstr(kind_name(ev->kind)));
	jsonw_member(&w, "id", span_cstr(who.id));
	jsonw_member_time(&w, "timestamp", timestamp);
	jsonw_member_time(&w, "observed", in->observed);
	jsonw_member(&w, "source", who.source);
	jsonw_member(&w, "source_id", who.source_id);
	jsonw_member_opt(&w, "signal", ev->signal);
	jsonw_member_opt(&w, "status", ev->status);
	write_severity(&w, ev);
	write_what(&w, ev, &p);
	write_time(&w, "starts_at", ev->starts_at);
	write_time(&w, "ends_at", ev->ends_at);
	write_time(&w, "updated_at", ev->updated_at);
	jsonw_member_opt(&w, "fingerprint",
			 who.has_fingerprint ? span_cstr(who.fingerprint) : SPAN_NONE);
	write_map(&w, "labels", in->labels, n_labels);
	write_map(&w, "annotations", ev->annotations, ev->n_annotations);
	write_map(&w, "links", ev->links, ev->n_links);
	write_raw(&w, "suppressed_by", ev->suppressed_by);
	jsonw_member_opt(&w, "trace_id", ev->trace_id);
	jsonw_member_opt(&w, "span_id", ev->span_id);
	jsonw_member_opt(&w, "body", ev->body);
	write_flags(&w, ev->flags | (timed ? 0 : EVENT_NO_TIMESTAMP));
	jsonw_object_end(&w);
}

int event_build(struct ingest *in, const struct event *ev, struct span *json, struct err *e)
{
	size_t n = gather_labels(in, ev);

	buf_clear(&in->json);
	write_event(in, ev, n);
	if (buf_overflowed(&in->json) || in->json.len > in->opt->max_record)
		return err_set(e, EX_BADDATA, "its record would be longer than --max-record");
	(void)buf_room(&in->json, RECORD_PADDING); /* within the maximum, see ingest_init */
	*json = buf_span(&in->json);
	return 0;
}

int emit_event(struct ingest *in, const struct event *ev, struct err *e)
{
	struct err why = ERR_INIT;
	struct span json;

	if (event_build(in, ev, &json, &why) != 0)
		return ingest_reject(in, "too_long", SPAN_NONE, e, "%s", why.text);
	ingest_pass(in, json);
	return 0;
}
