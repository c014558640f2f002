#include "aiops-ingest/formats/otlp_metric.h"
#include "aiops-ingest/formats/otlp.h"

#include "base/num.h"

/* metrics.proto: AggregationTemporality. */
static const char *const temporalities[] = {"UNSPECIFIED", "DELTA", "CUMULATIVE", NULL};
static const char *const temporality_words[] = {"", "delta", "cumulative"};

int otlp_sample(struct otlp_points *m, const char *suffix, const struct label *own, size_t n_own,
		struct span value, struct err *e)
{
	struct otlp *o = m->o;
	struct event ev = m->event;
	struct span name[2] = {m->name, span_cstr(suffix)};

	if (!value.data)
		return 0;
	ev.name = arena_join(&o->words, name, 2);
	ev.value = value;
	o->labels.n = 0;
	labelset_add(&o->labels, SPAN("__name__"), ev.name);
	for (size_t i = 0; i < n_own; i++)
		labelset_add(&o->labels, own[i].name, own[i].value);
	for (size_t i = 0; i < m->attributes.n; i++)
		labelset_add(&o->labels, m->attributes.items[i].name, m->attributes.items[i].value);
	o->annotations.n = 0;
	for (size_t i = 0; i < m->n_notes; i++)
		labelset_add(&o->annotations, m->notes[i].name, m->notes[i].value);
	otlp_surround(o, &ev);
	return emit_event(o->in, &ev, e);
}

/* A number of the point, or SPAN_NONE. */
static int read_number(const struct otlp_points *m, const char *member, struct span *out,
		       struct err *e)
{
	return item_reading(item_member(m->point, member), member, out, e);
}

/* The last exemplar that names a trace. */
static int read_exemplars(struct otlp_points *m, struct err *e)
{
	struct item list = item_member(m->point, "exemplars"), i;
	struct items s = items_of(list);

	if (item_is_there(list) && list.v.type != VALUE_ARRAY)
		return err_set(e, EX_BADDATA, "exemplars: not an array");
	while (items_next(&s, NULL, &i)) {
		if (!item_is_there(item_member(i, "traceId")))
			continue;
		if (otlp_id(m->o, item_member(i, "traceId"), "exemplars.traceId",
			    &m->event.trace_id, e) != 0 ||
		    otlp_id(m->o, item_member(i, "spanId"), "exemplars.spanId", &m->event.span_id,
			    e) != 0)
			return -1;
	}
	return 0;
}

/* What every kind of point has. */
static int read_point(struct otlp_points *m, struct err *e)
{
	m->attributes.n = 0;
	m->event.trace_id = m->event.span_id = SPAN_NONE;
	if (m->point.v.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "not an object");
	if (otlp_time(item_member(m->point, "timeUnixNano"), "timeUnixNano", &m->event.timestamp,
		      e) != 0)
		return -1;
	if (otlp_attributes(m->o, item_member(m->point, "attributes"), "attributes", &m->attributes,
			    e) != 0)
		return -1;
	return read_exemplars(m, e);
}

/* Nothing was measured: FLAG_NO_RECORDED_VALUE. */
static bool is_gap(struct otlp_points *m)
{
	struct item flags = item_member(m->point, "flags");

	return flags.v.type == VALUE_NUMBER && flags.v.number >= 1 &&
	       ((unsigned)flags.v.number & 1u);
}

static int number_point(struct otlp_points *m, struct err *stop, struct err *e)
{
	struct span whole, broken;

	if (read_number(m, "asInt", &whole, e) != 0 || read_number(m, "asDouble", &broken, e) != 0)
		return -1;
	if (!whole.data && !broken.data)
		return is_gap(m) ? 0 : err_set(e, EX_BADDATA, "neither asDouble nor asInt");
	return otlp_sample(m, "", NULL, 0, whole.data ? whole : broken, stop);
}

int otlp_totals(struct otlp_points *m, struct err *stop, struct err *e)
{
	static const char *const members[] = {"count", "sum", "min", "max"}, *const suffixes[] = {
										     "_count",
										     "_sum", "_min",
										     "_max"};
	struct span values[4];

	for (size_t i = 0; i < 4; i++)
		if (read_number(m, members[i], &values[i], e) != 0)
			return -1;
	if (!values[0].data)
		return is_gap(m) ? 0 : err_set(e, EX_BADDATA, "count: missing");
	for (size_t i = 0; i < 4; i++)
		if (otlp_sample(m, suffixes[i], NULL, 0, values[i], stop) != 0)
			return -1;
	return 0;
}

static int quantile(struct otlp_points *m, struct item i, struct err *stop, struct err *e)
{
	struct span quantile = SPAN_NONE, value = SPAN_NONE;
	struct label own;

	if (item_reading(item_member(i, "quantile"), "quantile", &quantile, e) != 0 ||
	    item_reading(item_member(i, "value"), "value", &value, e) != 0)
		return -1;
	/* A zero may be left out in JSON as in the binary encoding. */
	own = (struct label){SPAN("quantile"), quantile.data ? quantile : SPAN("0")};
	return otlp_sample(m, "", &own, 1, value.data ? value : SPAN("0"), stop);
}

static int summary_point(struct otlp_points *m, struct err *stop, struct err *e)
{
	struct item list = item_member(m->point, "quantileValues"), i;
	struct items s = items_of(list);

	if (item_is_there(list) && list.v.type != VALUE_ARRAY)
		return err_set(e, EX_BADDATA, "quantileValues: not an array");
	while (items_next(&s, NULL, &i))
		if (quantile(m, i, stop, e) != 0)
			return err_prefix(e, "quantileValues");
	return otlp_totals(m, stop, e);
}

static const struct shape {
	const char *member;
	/* Hands the point's samples over. -1 with e: the point cannot be read; with stop: the run
	 * ends. */
	int (*take)(struct otlp_points *m, struct err *stop, struct err *e);
} shapes[] = {
	{"gauge", number_point},       {"sum", number_point},
	{"histogram", otlp_histogram}, {"exponentialHistogram", otlp_exponential},
	{"summary", summary_point},
};

#define SHAPES (sizeof shapes / sizeof *shapes)

static int take_points(struct otlp_points *m, struct item list, const struct shape *shape,
		       struct err *e)
{
	struct items s = items_of(list);

	for (long long n = 1; items_next(&s, NULL, &m->point); n++) {
		struct err why = ERR_INIT;

		arena_clear(&m->o->words);
		if (read_point(m, &why) == 0 && shape->take(m, e, &why) == 0)
			continue;
		if (e->code)
			return -1;
		if (ingest_reject(m->o->in, "schema", m->point.raw, e,
				  "metric %.*s, point %lld: %s",
				  (int)(m->name.len < 100 ? m->name.len : 100), m->name.data, n,
				  why.text) != 0)
			return -1;
	}
	return 0;
}

static int read_metric(struct otlp_points *m, const struct record *r, struct err *e)
{
	if (item_text(item_get(r, "name"), "name", &m->name, e) != 0 ||
	    item_text(item_get(r, "unit"), "unit", &m->event.unit, e) != 0 ||
	    item_text(item_get(r, "description"), "description", &m->event.description, e) != 0)
		return -1;
	if (m->name.len == 0)
		return err_set(e, EX_BADDATA, "name: missing");
	if (m->event.unit.len == 0)
		m->event.unit = SPAN_NONE;
	if (m->event.description.len == 0)
		m->event.description = SPAN_NONE;
	return 0;
}

/* The one kind of data that it holds. */
static int find_data(const struct record *r, const struct shape **shape, struct item *data,
		     struct err *e)
{
	*shape = NULL;
	for (size_t i = 0; i < SHAPES; i++) {
		struct item d = item_get(r, shapes[i].member);

		if (!item_is_there(d))
			continue;
		if (*shape || d.v.type != VALUE_OBJECT)
			return err_set(e, EX_BADDATA, "%s: %s", shapes[i].member,
				       *shape ? "a second kind of data" : "not an object");
		*shape = &shapes[i];
		*data = d;
	}
	return *shape ? 0
		      : err_set(e, EX_BADDATA,
				"none of gauge, sum, histogram, "
				"exponentialHistogram and summary");
}

static int read_data(struct otlp_points *m, struct item data, struct item *points, struct err *e)
{
	int temporality = otlp_enum(item_member(data, "aggregationTemporality"),
				    "AGGREGATION_TEMPORALITY_", temporalities);
	struct item monotonic = item_member(data, "isMonotonic");

	if (temporality < 0 || temporality > 2)
		return err_set(e, EX_BADDATA, "aggregationTemporality: not one of OTLP's");
	if (item_is_there(monotonic) && monotonic.v.type != VALUE_BOOL)
		return err_set(e, EX_BADDATA, "isMonotonic: neither true nor false");
	m->notes[m->n_notes++] =
		(struct label){SPAN("otel.temporality"), span_cstr(temporality_words[temporality])};
	if (item_is_there(monotonic))
		m->notes[m->n_notes++] = (struct label){SPAN("otel.monotonic"), monotonic.raw};
	*points = item_member(data, "dataPoints");
	if (item_is_there(*points) && points->v.type != VALUE_ARRAY)
		return err_set(e, EX_BADDATA, "dataPoints: not an array");
	return 0;
}

int otlp_metric(struct otlp *o, const struct record *r, struct err *e)
{
	struct otlp_points m = {.o = o, .event = {.kind = KIND_METRIC, .format = otlp_source}};
	const struct shape *shape;
	struct item data, points;
	struct err why = ERR_INIT;
	int rc;

	if (read_metric(&m, r, &why) != 0 || find_data(r, &shape, &data, &why) != 0 ||
	    read_data(&m, data, &points, &why) != 0)
		return ingest_reject(o->in, "schema", record_line(r), e, "metric: %s", why.text);
	rc = take_points(&m, points, shape, e);
	labelset_release(&m.attributes);
	return rc;
}
