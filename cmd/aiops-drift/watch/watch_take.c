/* Records of watch, each into its series: see watch_run.h. */
#include "aiops-drift/watch/watch_run.h"

#include <math.h>

#include "record/event.h"
#include "record/jsonw.h"

#define DIGITS 6

/* ---- which series ---- */

static void note_origin(struct series *s, const struct record *r)
{
	for (int i = 0; i < ORIGIN_FIELDS; i++)
		series_origin(s, (enum origin_field)i, record_text(r, origin_names[i]));
}

/* The series of a place. NULL with e set: the record is refused; NULL without: there is no room. */
static struct series *series_at(struct watch_run *w, enum series_kind kind, const struct place *p,
				const struct record *r, struct err *e)
{
	struct series *s;

	buf_clear(&w->name);
	place_name(p, &w->name);
	if (buf_overflowed(&w->name)) {
		(void)err_set(e, EX_BADDATA, "the series' name is longer than %d bytes",
			      FEATURE_NAME_MAX);
		return NULL;
	}
	s = series_find(&w->table, buf_span(&w->name));
	if (!s)
		s = series_add(&w->table, kind, buf_span(&w->name), p);
	if (s) {
		note_origin(s, r);
		return s;
	}
	w->counts.unwatched++;
	if (!w->warned)
		msg(w->c, MSG_WARNING, NULL,
		    "more than %lld series: further ones pass unwatched (--max-series)",
		    (long long)w->opt->max_series);
	w->warned = true;
	return NULL;
}

static struct series *series_of(struct watch_run *w, const struct record *r, struct err *e)
{
	struct span key = record_key(r);
	struct map_entry *known = key.len ? map_get(&w->table.by_key, key) : NULL;
	struct place place;
	struct series *s;

	if (known)
		return known->value.ptr;
	if (grouping_place(&w->grouping, r, &place, e) < 0)
		return NULL;
	s = series_at(w, SERIES_METRIC, &place, r, e);
	if (s && key.len)
		map_put(&w->table.by_key, key, NULL)->value.ptr = s;
	return s;
}

/* ---- what the record says ---- */

enum reading { READING_NUMBER, READING_MISSING, READING_REFUSED };

static enum reading read_value(const struct value *v, struct err *e)
{
	static const char *const types[] = {
		[VALUE_BOOL] = "a boolean",
		[VALUE_STRING] = "a string",
		[VALUE_ARRAY] = "an array",
		[VALUE_OBJECT] = "an object",
	};

	switch (v->type) {
	case VALUE_NUMBER:
		if (isfinite(v->number))
			return READING_NUMBER;
		(void)err_set(e, EX_BADDATA, "the value is beyond the range of a double");
		return READING_REFUSED;
	case VALUE_NONE:
	case VALUE_NULL:
		return READING_MISSING;
	case VALUE_STRING:
		if (span_is(v->text, "NaN") || span_is(v->text, "+Inf") || span_is(v->text, "-Inf"))
			return READING_MISSING;
		__attribute__((fallthrough));
	default:
		(void)err_set(e, EX_BADDATA, "the value is %s, not a number", types[v->type]);
		return READING_REFUSED;
	}
}

static struct value field(const struct watch_run *w, const struct record *r, enum watch_field i)
{
	return record_field(r, w->paths, w->n_key + i);
}

static int read_time(const struct watch_run *w, const struct record *r, struct instant *at,
		     struct err *e)
{
	struct value v = field(w, r, WATCH_TIMESTAMP);

	if (v.type == VALUE_STRING && instant_parse(v.text, at, e) == 0)
		return 0;
	err_clear(e);
	return record_timestamp(r, at, e); /* which has the words for it */
}

static struct own_bound read_bound(const struct watch_run *w, const struct record *r)
{
	struct value threshold = field(w, r, WATCH_THRESHOLD), healthy = field(w, r, WATCH_HEALTHY);
	struct span condition = field(w, r, WATCH_CONDITION).text;
	struct own_bound own = {.judged = healthy.type == VALUE_BOOL, .healthy = healthy.boolean};

	if (threshold.type != VALUE_NUMBER || !isfinite(threshold.number))
		return own;
	own.bounded = true;
	own.threshold = threshold.number;
	for (int i = 0; i < CONDITIONS; i++)
		if (span_is(condition, watch_condition_names[i]))
			own.condition = (enum watch_condition)i;
	return own;
}

/* ---- the answer ---- */

static void count(struct watch_run *w, enum point_state state)
{
	w->counts.points += state <= POINT_ANOMALY;
	w->counts.anomalies += state == POINT_ANOMALY;
	w->counts.late += state == POINT_LATE;
	w->counts.duplicates += state == POINT_DUPLICATE;
	w->counts.missing += state == POINT_MISSING;
}

static void annotate(struct watch_run *w, struct filter *f, const struct point *p)
{
	struct jsonw j;

	count(w, p->state);
	if (w->opt->alert || w->opt->format == WATCH_TABLE)
		return;
	buf_clear(&w->note);
	j = jsonw_to(&w->note);
	jsonw_object(&j);
	jsonw_member(&j, "state", span_cstr(point_state_names[p->state]));
	if (p->view) {
		jsonw_member_double(&j, "score", significant(p->score, DIGITS));
		if (isfinite(p->expected))
			jsonw_member_double(&j, "expected", significant(p->expected, DIGITS));
		jsonw_member(&j, "method", span_cstr(p->view));
	}
	jsonw_object_end(&j);
	filter_annotate(f, "drift", buf_span(&w->note));
}

static void pass(const struct watch_run *w, struct filter *f)
{
	if (!w->opt->alert && w->opt->format != WATCH_TABLE)
		filter_pass(f);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void watch_metric(struct watch_run *w, struct filter *f, const struct record *r)
{
	struct point p = {POINT_MISSING, 0, NAN, NULL};
	struct value v = field(w, r, WATCH_VALUE);
	struct err bad = ERR_INIT;
	struct series *s = NULL;
	struct own_bound own;
	struct instant at;
	enum reading reading = read_value(&v, &bad);

	if (reading != READING_REFUSED && read_time(w, r, &at, &bad) == 0) {
		watch_advance(w, at.ns); /* which may forget series: before one is looked up */
		s = series_of(w, r, &bad);
	}
	if (bad.code) {
		filter_reject(f, REJECT_SCHEMA, "%s", bad.text);
		return;
	}
	if (!s) {
		pass(w, f);
		return;
	}
	if (reading == READING_NUMBER) {
		own = read_bound(w, r);
		p = judge_point(s, at.ns, v.number, &own, &w->told);
		w->next_deadline = earlier(w->next_deadline, series_deadline(s));
	}
	annotate(w, f, &p);
}

/* A heartbeat's series: its labels, or what else tells sources apart. */
static int heartbeat_place(const struct record *r, struct place *p, struct err *e)
{
	static const char *const fields[] = {"component", "env", "host", "service", "source"};
	struct grouping by_labels = {.value = "heartbeat"};

	if (grouping_place(&by_labels, r, p, e) < 0)
		return -1;
	if (p->n > 0)
		return 0;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		struct span text = record_text(r, fields[i]);

		if (text.len)
			p->labels[p->n++] = (struct label){span_cstr(fields[i]), text};
	}
	return 0;
}

void watch_heartbeat(struct watch_run *w, struct filter *f, const struct record *r)
{
	struct value every = record_get(r, "every_ms");
	struct err bad = ERR_INIT;
	struct series *s = NULL;
	struct place place;
	struct instant at;
	struct point p;

	if (record_timestamp(r, &at, &bad) == 0 && heartbeat_place(r, &place, &bad) == 0) {
		watch_advance(w, at.ns);
		s = series_at(w, SERIES_HEARTBEAT, &place, r, &bad);
	}
	if (bad.code) {
		filter_reject(f, REJECT_SCHEMA, "%s", bad.text);
		return;
	}
	if (!s) {
		pass(w, f);
		return;
	}
	p = judge_beat(s, at.ns,
		       every.type == VALUE_NUMBER && every.number > 0 && every.number < 1e12
			       ? (int64_t)every.number * NS_PER_MS
			       : 0,
		       &w->told);
	w->counts.beats++;
	w->next_deadline = earlier(w->next_deadline, series_deadline(s));
	annotate(w, f, &p);
}

void watch_log(struct watch_run *w, struct filter *f, const struct record *r)
{
	struct err bad = ERR_INIT;
	struct instant at;

	if (record_timestamp(r, &at, &bad) != 0) {
		filter_reject(f, REJECT_SCHEMA, "%s", bad.text);
		return;
	}
	watch_advance(w, at.ns);
	buf_clear(&w->note);
	w->counts.logs++;
	if (watch_logs_take(w->logs, r, at.ns, &w->note) != 0)
		pass(w, f);
	else if (!w->opt->alert && w->opt->format != WATCH_TABLE)
		filter_annotate(f, "drift", buf_span(&w->note));
}
