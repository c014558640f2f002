#include "aiops-ingest/emit.h"

#include <assert.h>

#include "aiops-ingest/alias.h"
#include "aiops-ingest/patterns/patterns.h"
#include "base/mem.h"
#include "base/num.h"
#include "record/jsonw.h"

/* The event's labels and the caller's, sorted, in in->labels. */
static size_t gather_labels(struct ingest *in, const struct event *ev)
{
	size_t n = ev->n_labels;

	mem_grow(in->labels, in->labels_cap, n + in->opt->n_labels);
	if (n > 0)
		memcpy(in->labels, ev->labels, n * sizeof *in->labels);
	for (size_t i = 0; i < in->opt->n_labels; i++)
		if (!label_named(ev->labels, ev->n_labels, in->opt->labels[i].name).data)
			in->labels[n++] = in->opt->labels[i];
	labels_sort(in->labels, n);
	return n;
}

static struct span either(struct span a, struct span b)
{
	return a.data ? a : b;
}

#define MEMBER_OPT(w, key, s)                                                                      \
	do {                                                                                       \
		if ((s).data)                                                                      \
			jsonw_literal_member((w), key, (s));                                       \
	} while (0)

/* The text of a time, made once for the id and for each field that shows it. */
struct when {
	char text[INSTANT_TEXT];
	size_t len; /* 0: none */
};

static struct when when_of(struct ingest *in, struct instant t)
{
	NOT_CLEARED struct when w;

	w.len = instant_text_near(t, &in->minute, w.text);
	return w;
}

static struct span when_span(const struct when *w)
{
	return span_of(w->text, w->len);
}

static bool same_time(struct event_time a, struct event_time b)
{
	return a.state == TIME_GIVEN && b.state == TIME_GIVEN && a.at.ns == b.at.ns &&
	       a.at.fraction == b.at.fraction;
}

static void write_flags(struct jsonw *w, unsigned flags)
{
	static const struct {
		unsigned flag;
		const char *json;
	} words[] = {
		{EVENT_NO_TIMESTAMP, "\"no_timestamp\""},
		{EVENT_YEAR_ASSUMED, "\"year_assumed\""},
		{EVENT_ZONE_ASSUMED, "\"zone_assumed\""},
		{EVENT_CONTINUED, "\"continued\""},
	};

	if (!flags)
		return;
	jsonw_literal_key(w, "flags");
	jsonw_array(w);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (flags & words[i].flag)
			jsonw_raw(w, span_cstr(words[i].json));
	jsonw_array_end(w);
}

static void write_pairs(struct jsonw *w, const struct label *items, size_t n)
{
	jsonw_object(w);
	for (size_t i = 0; i < n; i++)
		jsonw_pair(w, items[i].name, items[i].value);
	jsonw_object_end(w);
}

#define MAP_OPT(w, key, items, n)                                                                  \
	do {                                                                                       \
		if ((n) > 0) {                                                                     \
			jsonw_literal_key((w), key);                                               \
			write_pairs((w), (items), (n));                                            \
		}                                                                                  \
	} while (0)

/* What is behind the key of a time that may be absent or null. */
static void write_time(struct jsonw *w, struct event_time t)
{
	if (t.state == TIME_GIVEN)
		jsonw_time(w, t.at);
	else
		jsonw_null(w);
}

static void write_severity(struct jsonw *w, const struct event *ev)
{
	if (!ev->has_severity)
		return;
	jsonw_literal_key(w, "severity");
	buf_add_char(w->out, '"');
	buf_add_cstr(w->out, severity_name(ev->severity));
	buf_add_cstr(w->out, "\",\"severity_number\":");
	jsonw_i64(w, severity_number(ev->severity));
	MEMBER_OPT(w, "severity_text", ev->severity_text);
}

/* A number goes out as the token that it came as; NaN and the infinities are strings. */
static void write_value(struct jsonw *w, struct span value)
{
	if (!value.data)
		return;
	jsonw_literal_key(w, "value");
	if (num_is_json(value))
		jsonw_raw(w, value);
	else
		jsonw_string(w, value);
}

static void write_what(struct jsonw *w, const struct event *ev, const struct promoted *p)
{
	MEMBER_OPT(w, "name", ev->name);
	MEMBER_OPT(w, "title", ev->title);
	MEMBER_OPT(w, "description", ev->description);
	MEMBER_OPT(w, "component", p->component);
	MEMBER_OPT(w, "service", p->service);
	MEMBER_OPT(w, "host", p->host);
	MEMBER_OPT(w, "env", p->env);
	MEMBER_OPT(w, "layer", p->layer);
	write_value(w, ev->value);
	MEMBER_OPT(w, "unit", ev->unit);
	if (ev->threshold.data) {
		jsonw_literal_key(w, "threshold");
		jsonw_raw(w, ev->threshold);
	}
	MEMBER_OPT(w, "condition", ev->condition);
	if (ev->healthy.data) {
		jsonw_literal_key(w, "healthy");
		jsonw_raw(w, ev->healthy);
	}
}

static void write_change(struct jsonw *w, const struct change *c)
{
	if (!c->type.data && !c->from.data && !c->to.data && !c->by.data && !c->url.data)
		return;
	jsonw_literal_key(w, "change");
	jsonw_object(w);
	MEMBER_OPT(w, "type", c->type);
	MEMBER_OPT(w, "from", c->from);
	MEMBER_OPT(w, "to", c->to);
	MEMBER_OPT(w, "by", c->by);
	MEMBER_OPT(w, "url", c->url);
	jsonw_object_end(w);
}

/* What an event names itself wins over what its labels promote. */
static struct promoted promote_event(const struct ingest *in, const struct event *ev, size_t n)
{
	struct promoted p = promote(in->aliases, in->labels, n);

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
static void identify(const struct ingest *in, const struct event *ev, size_t n_labels,
		     struct span when, struct identity *who)
{
	who->has_fingerprint = n_labels > 0;
	if (who->has_fingerprint || !ev->source_id.data)
		fingerprint_hex(labels_fingerprint(in->labels, n_labels), who->fingerprint);
	who->source = span_cstr(in->opt->source_name ? in->opt->source_name : ev->format);
	who->source_id =
		ev->source_id.data ? ev->source_id : span_of(who->fingerprint, FINGERPRINT_HEX);
	event_id(who->id, span_cstr(kind_name(ev->kind)), who->source, who->source_id, ev->status,
		 when);
}

/* A record begins with texts of known lengths that need no escaping: they are laid out at once. */
enum { HEAD_BYTES = 256, HEAD_LITERALS = 80, LONGEST_KIND = 16 };

static_assert(HEAD_BYTES >= HEAD_LITERALS + LONGEST_KIND + EVENT_ID_LEN + 2 * INSTANT_TEXT,
	      "a head fits");

static char *put(char *to, struct span s)
{
	memcpy(to, s.data, s.len);
	return to + s.len;
}

#define PUT(to, literal)                                                                           \
	do {                                                                                       \
		memcpy((to), (literal), sizeof(literal) - 1);                                      \
		(to) += sizeof(literal) - 1;                                                       \
	} while (0)

static void write_head(struct ingest *in, struct jsonw *w, const struct event *ev,
		       const struct identity *who, const struct when *timestamp)
{
	NOT_CLEARED char head[HEAD_BYTES];
	char *to = head;

	PUT(to, "{\"v\":1,\"kind\":\"");
	to = put(to, span_cstr(kind_name(ev->kind)));
	PUT(to, "\",\"id\":\"");
	to = put(to, span_of(who->id, EVENT_ID_LEN));
	PUT(to, "\",\"timestamp\":\"");
	to = put(to, when_span(timestamp));
	PUT(to, "\",\"observed\":\"");
	to = put(to, span_of(in->observed_text, in->observed_len));
	PUT(to, "\",\"source\":");
	buf_add(w->out, head, (size_t)(to - head));
	jsonw_string(w, who->source);
	jsonw_literal_member(w, "source_id", who->source_id);
	MEMBER_OPT(w, "signal", ev->signal);
	MEMBER_OPT(w, "status", ev->status);
	write_severity(w, ev);
}

static void write_times(struct jsonw *w, const struct event *ev, const struct when *starts)
{
	if (ev->starts_at.state != TIME_ABSENT) {
		jsonw_literal_key(w, "starts_at");
		if (starts->len > 0)
			jsonw_string(w, when_span(starts));
		else
			jsonw_null(w);
	}
	if (ev->ends_at.state != TIME_ABSENT) {
		jsonw_literal_key(w, "ends_at");
		write_time(w, ev->ends_at);
	}
	if (ev->updated_at.state != TIME_ABSENT) {
		jsonw_literal_key(w, "updated_at");
		write_time(w, ev->updated_at);
	}
}

static void write_span(struct jsonw *w, const struct event *ev)
{
	MEMBER_OPT(w, "parent", ev->parent);
	if (ev->duration_ms.data) {
		jsonw_literal_key(w, "duration_ms");
		jsonw_raw(w, ev->duration_ms);
	}
	if (ev->failed.data) {
		jsonw_literal_key(w, "error");
		jsonw_raw(w, ev->failed);
	}
}

static void write_tail(struct ingest *in, struct jsonw *w, const struct event *ev, size_t n_labels)
{
	unsigned untimed = ev->timestamp.state == TIME_GIVEN ? 0 : EVENT_NO_TIMESTAMP;

	MAP_OPT(w, "labels", in->labels, n_labels);
	MAP_OPT(w, "annotations", ev->annotations, ev->n_annotations);
	MAP_OPT(w, "links", ev->links, ev->n_links);
	if (ev->suppressed_by.data) {
		jsonw_literal_key(w, "suppressed_by");
		jsonw_raw(w, ev->suppressed_by);
	}
	write_change(w, &ev->change);
	MEMBER_OPT(w, "trace_id", ev->trace_id);
	MEMBER_OPT(w, "span_id", ev->span_id);
	write_span(w, ev);
	MEMBER_OPT(w, "body", ev->body);
	if (ev->every_ms.data) {
		jsonw_literal_key(w, "every_ms");
		jsonw_raw(w, ev->every_ms);
	}
	write_flags(w, ev->flags | untimed);
	jsonw_object_end(w);
}

static void write_event(struct ingest *in, const struct event *ev, size_t n_labels)
{
	struct jsonw w = jsonw_to(&in->json);
	struct promoted p = promote_event(in, ev, n_labels);
	bool timed = ev->timestamp.state == TIME_GIVEN;
	struct when timestamp = when_of(in, timed ? ev->timestamp.at : in->observed),
		    starts = {.len = 0};
	NOT_CLEARED struct identity who;

	if (same_time(ev->starts_at, ev->timestamp))
		starts = timestamp;
	else if (ev->starts_at.state == TIME_GIVEN)
		starts = when_of(in, ev->starts_at.at);
	identify(in, ev, n_labels, when_span(starts.len > 0 ? &starts : &timestamp), &who);
	write_head(in, &w, ev, &who, &timestamp);
	write_what(&w, ev, &p);
	write_times(&w, ev, &starts);
	if (who.has_fingerprint)
		jsonw_literal_member(&w, "fingerprint", span_of(who.fingerprint, FINGERPRINT_HEX));
	write_tail(in, &w, ev, n_labels);
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

/* What --patterns makes of a log line. */
static int show_to_patterns(struct ingest *in, const struct event *ev, struct err *e)
{
	struct promoted p = promote_event(in, ev, gather_labels(in, ev));
	struct patterns_line line = {
		.body = ev->body,
		.at = ev->timestamp.state == TIME_GIVEN ? ev->timestamp.at : in->observed,
		.service = p.service,
		.host = p.host,
		.env = p.env,
		.component = p.component,
		.layer = p.layer,
		.trace_id = ev->trace_id,
		.span_id = ev->span_id,
	};

	return patterns_see(in->opt->patterns, in, &line, e);
}

int emit_built(struct ingest *in, const struct event *ev, struct span json, struct err *e)
{
	ingest_pass(in, json);
	return in->opt->patterns && ev->kind == KIND_LOG ? show_to_patterns(in, ev, e) : 0;
}

int emit_event(struct ingest *in, const struct event *ev, struct err *e)
{
	struct span json;

	err_clear(&in->why);
	if (event_build(in, ev, &json, &in->why) != 0)
		return ingest_reject(in, "too_long", SPAN_NONE, e, "%s", in->why.text);
	return emit_built(in, ev, json, e);
}
