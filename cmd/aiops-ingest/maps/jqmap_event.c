#include "aiops-ingest/maps/jqmap_event.h"

#include <stddef.h>
#include <stdlib.h>

#include "aiops-ingest/formats/stamp.h"
#include "aiops-ingest/maps/jqmap_settle.h"
#include "base/mem.h"
#include "base/num.h"

enum { MAX_SHOWN = 60 };

void jqmap_reader_release(struct jqmap_reader *x)
{
	free(x->labels);
	free(x->annotations);
	free(x->links);
	*x = (struct jqmap_reader){NULL, NULL, NULL, 0, 0, 0};
}

/* What is being read, and into what. */
struct reading {
	struct jqmap_reader *x;
	struct ingest *in;
	const struct record *r;
	struct event *ev;
	struct span key;   /* of the field at hand */
	struct value v;    /* its value */
	struct span token; /* its bytes */
	struct err *e;
};

static int wrong(struct reading *g, const char *what)
{
	return err_set(g->e, EX_BADDATA, "%.*s: %s",
		       (int)(g->key.len < MAX_SHOWN ? g->key.len : MAX_SHOWN), g->key.data, what);
}

/* ---- fields ---- */

/* "" and null are absent. */
static int read_text(struct reading *g, struct span *out)
{
	if (g->v.type == VALUE_NULL)
		return 0;
	if (g->v.type != VALUE_STRING)
		return wrong(g, "not a string");
	if (g->v.text.len > 0)
		*out = g->v.text;
	return 0;
}

static int read_kind(struct reading *g)
{
	static const enum kind kinds[] = {KIND_ALERT, KIND_METRIC, KIND_LOG, KIND_CHANGE,
					  KIND_HEARTBEAT};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (g->v.type != VALUE_STRING || !span_is(g->v.text, kind_name(kinds[i])))
			continue;
		g->ev->kind = kinds[i];
		return 0;
	}
	return wrong(g, "not alert, metric, log, change or heartbeat");
}

static bool is_no_number(struct span s)
{
	return span_is(s, "NaN") || span_is(s, "+Inf") || span_is(s, "-Inf");
}

static int read_number(struct reading *g, bool or_none, struct span *out)
{
	struct span s = g->v.type == VALUE_NUMBER ? g->token : g->v.text;

	if (g->v.type == VALUE_NULL)
		return 0;
	if (g->v.type != VALUE_NUMBER && g->v.type != VALUE_STRING)
		return wrong(g, "not a number");
	if (!num_is_json(s) && !(or_none && is_no_number(s)))
		return wrong(g, "not a number");
	*out = s;
	return 0;
}

static int read_healthy(struct reading *g)
{
	if (g->v.type == VALUE_NULL)
		return 0;
	if (g->v.type != VALUE_BOOL)
		return wrong(g, "not true or false");
	g->ev->healthy = g->v.boolean ? SPAN("true") : SPAN("false");
	return 0;
}

static int read_suppressed(struct reading *g)
{
	if (g->v.type == VALUE_NULL || value_is_empty_array(g->v))
		return 0;
	if (g->v.type != VALUE_ARRAY)
		return wrong(g, "not an array");
	g->ev->suppressed_by = g->token;
	return 0;
}

/* ---- times ---- */

static int read_epoch(struct reading *g, struct instant *out)
{
	static const struct {
		const char *name;
		enum epoch_unit unit;
	} units[] = {{"s", EPOCH_S}, {"ms", EPOCH_MS}, {"us", EPOCH_US}, {"ns", EPOCH_NS}};
	struct span unit = value_member(g->v, SPAN("epoch")).text;
	struct span at = value_member(g->v, SPAN("at")).text;
	struct err why = ERR_INIT;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (!span_is(unit, units[i].name))
			continue;
		if (instant_parse_epoch(at, units[i].unit, out, &why) == 0)
			return 0;
		return wrong(g, why.text);
	}
	return wrong(g, "not {epoch: s, ms, us or ns, at: \"digits\"}");
}

static int read_stamp(struct reading *g, struct instant *out)
{
	const struct ingest_options *o = g->in->opt;
	struct stamp_options opt = {g->in->observed, o->zone};
	struct err ignored = ERR_INIT;
	struct stamp found;

	if (instant_parse(g->v.text, out, &ignored) == 0)
		return 0;
	if (!stamp_parse(g->v.text, &opt, &found))
		return wrong(g, "no time that is known");
	*out = found.time;
	g->ev->flags |= (found.year_assumed ? EVENT_YEAR_ASSUMED : 0u) |
			(found.zone_assumed ? EVENT_ZONE_ASSUMED : 0u);
	return 0;
}

static int read_time(struct reading *g, struct event_time *out)
{
	int rc;

	*out = (struct event_time){.state = TIME_NULL};
	if (g->v.type == VALUE_NULL || (g->v.type == VALUE_STRING && instant_is_unset(g->v.text)))
		return 0;
	if (g->v.type != VALUE_OBJECT && g->v.type != VALUE_STRING)
		return wrong(g, "neither a string nor {epoch, at}");
	rc = g->v.type == VALUE_OBJECT ? read_epoch(g, &out->at) : read_stamp(g, &out->at);
	if (rc == 0)
		out->state = TIME_GIVEN;
	return rc;
}

/* ---- objects of strings ---- */

static int read_strings(struct reading *g, struct label **items, size_t *cap, size_t *n)
{
	struct value_iter it = value_iter(g->v);
	struct span name;
	struct value v;

	*n = 0;
	if (g->v.type == VALUE_NULL)
		return 0;
	if (g->v.type != VALUE_OBJECT)
		return wrong(g, "not an object");
	while (value_next(&it, &name, &v)) {
		if (v.type == VALUE_NULL)
			continue;
		if (v.type != VALUE_STRING)
			return err_set(g->e, EX_BADDATA, "%.*s.%.*s: not a string", (int)g->key.len,
				       g->key.data,
				       (int)(name.len < MAX_SHOWN ? name.len : MAX_SHOWN),
				       name.data);
		if (v.text.len == 0)
			continue;
		mem_grow(*items, *cap, *n + 1);
		(*items)[(*n)++] = (struct label){name, v.text};
	}
	return 0;
}

static int read_links(struct reading *g)
{
	size_t n = 0;

	if (read_strings(g, &g->x->links, &g->x->links_cap, &n) != 0)
		return -1;
	if (n > EVENT_MAX_LINKS)
		return wrong(g, "more links than a record has");
	for (size_t i = 0; i < n; i++)
		g->ev->links[i] = g->x->links[i];
	g->ev->n_links = n;
	return 0;
}

static int read_change(struct reading *g)
{
	struct change *c = &g->ev->change;
	struct value_iter it = value_iter(g->v);
	const struct {
		const char *name;
		struct span *to;
	} members[] = {{"type", &c->type},
		       {"from", &c->from},
		       {"to", &c->to},
		       {"by", &c->by},
		       {"url", &c->url}};
	struct span name;
	struct value v;

	if (g->v.type != VALUE_OBJECT)
		return g->v.type == VALUE_NULL ? 0 : wrong(g, "not an object");
	while (value_next(&it, &name, &v)) {
		size_t i = 0;

		while (i < sizeof members / sizeof *members && !span_is(name, members[i].name))
			i++;
		if (i == sizeof members / sizeof *members)
			return wrong(g, "holds more than type, from, to, by, url");
		if (v.type != VALUE_STRING && v.type != VALUE_NULL)
			return wrong(g, "holds something that is not a string");
		if (v.text.len > 0)
			*members[i].to = v.text;
	}
	return 0;
}

/* ---- one field ---- */

static const struct {
	const char *name;
	size_t offset; /* of a span in struct event */
} texts[] = {
	{"source_id", offsetof(struct event, source_id)},
	{"signal", offsetof(struct event, signal)},
	{"status", offsetof(struct event, status)},
	{"severity_text", offsetof(struct event, severity_text)},
	{"name", offsetof(struct event, name)},
	{"title", offsetof(struct event, title)},
	{"description", offsetof(struct event, description)},
	{"component", offsetof(struct event, component)},
	{"service", offsetof(struct event, service)},
	{"host", offsetof(struct event, host)},
	{"env", offsetof(struct event, env)},
	{"layer", offsetof(struct event, layer)},
	{"unit", offsetof(struct event, unit)},
	{"condition", offsetof(struct event, condition)},
	{"trace_id", offsetof(struct event, trace_id)},
	{"span_id", offsetof(struct event, span_id)},
	{"body", offsetof(struct event, body)},
};

static int read_structured(struct reading *g, bool *known)
{
	struct event *ev = g->ev;
	struct jqmap_reader *x = g->x;

	*known = true;
	if (span_is(g->key, "labels")) {
		int rc = read_strings(g, &x->labels, &x->labels_cap, &ev->n_labels);

		ev->labels = x->labels;
		return rc;
	}
	if (span_is(g->key, "annotations")) {
		int rc = read_strings(g, &x->annotations, &x->annotations_cap, &ev->n_annotations);

		ev->annotations = x->annotations;
		return rc;
	}
	if (span_is(g->key, "links"))
		return read_links(g);
	if (span_is(g->key, "change"))
		return read_change(g);
	if (span_is(g->key, "suppressed_by"))
		return read_suppressed(g);
	*known = false;
	return 0;
}

static int read_scalar(struct reading *g, bool *known)
{
	struct event *ev = g->ev;

	*known = true;
	if (span_is(g->key, "kind"))
		return read_kind(g);
	if (span_is(g->key, "value"))
		return read_number(g, true, &ev->value);
	if (span_is(g->key, "threshold"))
		return read_number(g, false, &ev->threshold);
	if (span_is(g->key, "every_ms"))
		return read_number(g, false, &ev->every_ms);
	if (span_is(g->key, "healthy"))
		return read_healthy(g);
	if (span_is(g->key, "timestamp"))
		return read_time(g, &ev->timestamp);
	if (span_is(g->key, "starts_at"))
		return read_time(g, &ev->starts_at);
	if (span_is(g->key, "ends_at"))
		return read_time(g, &ev->ends_at);
	if (span_is(g->key, "updated_at"))
		return read_time(g, &ev->updated_at);
	/* read together, when all is known */
	*known = span_is(g->key, "severity") || span_is(g->key, "scale");
	return 0;
}

/* The token of a number or array, by path: values do not carry it. */
static struct span token_of(const struct reading *g)
{
	char path[32] = "e.";

	if (g->key.len > sizeof path - 3 || memchr(g->key.data, '.', g->key.len))
		return SPAN_NONE;
	memcpy(path + 2, g->key.data, g->key.len);
	return record_token(g->r, path);
}

static int read_field(struct reading *g)
{
	bool known = false;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (span_is(g->key, texts[i].name))
			return read_text(g, (struct span *)((char *)g->ev + texts[i].offset));
	if (g->v.type == VALUE_NUMBER || g->v.type == VALUE_ARRAY)
		g->token = token_of(g);
	if (read_structured(g, &known) != 0)
		return -1;
	if (!known && read_scalar(g, &known) != 0)
		return -1;
	return known ? 0 : wrong(g, "no field of an event");
}

int jqmap_event_read(struct jqmap_reader *x, struct ingest *in, const struct jqmap *m,
		     const struct record *r, struct event *ev, struct err *e)
{
	struct reading g = {.x = x, .in = in, .r = r, .ev = ev, .e = e};
	struct value event = record_get(r, "e");
	struct value_iter it = value_iter(event);

	*ev = (struct event){.kind = KIND_NONE, .format = m->name};
	if (event.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "not an object");
	while (value_next(&it, &g.key, &g.v))
		if (read_field(&g) != 0)
			return -1;
	if (ev->kind == KIND_NONE)
		return err_set(e, EX_BADDATA, "kind: missing");
	return jqmap_settle(in, m, r, ev, e);
}
