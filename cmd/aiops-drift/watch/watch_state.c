/* The state file of watch: see watch_state.h. */
#include "aiops-drift/watch/watch_state.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/instant.h"
#include "base/mem.h"
#include "base/num.h"
#include "record/jsonw.h"
#include "record/line_file.h"
#include "record/record.h"

enum { LOCK_WAIT_MS = 10000, VERSION = 1 };
#define STATE_MAX      ((size_t)4 << 30)
#define STATE_LINE_MAX ((size_t)4 << 20)
#define TEXT_MAX       64
#define COUNT_MOST     9007199254740992.0 /* 2^53: up to here each number is a double */

/* ---- the numbers of a series, in one order ---- */

struct visitor {
	void *ctx;
	void (*number)(void *ctx, double *d);
};

static void doubles(const struct visitor *v, void *first, size_t bytes)
{
	double *d = first;

	for (size_t i = 0; i < bytes / sizeof *d; i++)
		v->number(v->ctx, &d[i]);
}

/* What is beyond the floats cannot have been written from one; it counts as the largest. */
static void floats(const struct visitor *v, float *f, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double d = (double)f[i];

		v->number(v->ctx, &d);
		f[i] = (float)fmax(-FLT_MAX, fmin(FLT_MAX, d));
	}
}

static void visit_spot(const struct visitor *v, struct spot *s)
{
	doubles(v, s, offsetof(struct spot, cells));
	floats(v, s->cells, SPOT_CELLS);
}

static void visit_learned(const struct visitor *v, struct series *s)
{
	doubles(v, &s->anomaly, offsetof(struct anomaly, views));
	for (int i = 0; i < ANOMALY_VIEWS; i++)
		visit_spot(v, &s->anomaly.views[i]);
	visit_spot(v, &s->anomaly.joined);
	doubles(v, s->slots, (size_t)season_slots(s->set.season) * sizeof *s->slots);
	doubles(v, &s->shift, sizeof s->shift);
	doubles(v, &s->flat, sizeof s->flat);
	doubles(v, &s->cadence, sizeof s->cadence);
	doubles(v, &s->points, sizeof s->points);
	doubles(v, &s->alerts, sizeof s->alerts);
	floats(v, s->recent, sizeof s->recent / sizeof *s->recent);
}

/* ---- writing ---- */

static void write_number(void *ctx, double *d)
{
	jsonw_double(ctx, *d);
}

/* 64-bit times as text: a reader with doubles only would round them. */
static void write_ns(struct jsonw *w, const char *key, int64_t ns)
{
	struct buf text = BUF_INIT(TEXT_MAX);

	buf_add_i64(&text, ns);
	jsonw_member(w, key, buf_span(&text));
	buf_release(&text);
}

static void write_alarm(struct jsonw *w, const struct series *s, size_t i)
{
	const struct alarm *a = &s->alarms[i];

	jsonw_object(w);
	jsonw_member_i64(w, "at", (int64_t)i);
	jsonw_member_i64(w, "state", a->hold.state);
	write_ns(w, "since", a->hold.since_ns);
	write_ns(w, "bad", a->hold.bad_ns);
	write_ns(w, "good", a->hold.good_ns);
	jsonw_member_bool(w, "recovering", a->hold.recovering);
	write_ns(w, "starts", a->starts_ns);
	jsonw_member_i64(w, "severity", a->severity);
	jsonw_member_double(w, "threshold", a->threshold);
	jsonw_member_i64(w, "condition", a->condition);
	jsonw_object_end(w);
}

static void write_series(struct series *s, struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct visitor v = {&w, write_number};

	jsonw_object(&w);
	jsonw_member_i64(&w, "kind", s->kind);
	jsonw_member(&w, "name", span_cstr(s->base));
	jsonw_key(&w, "labels");
	jsonw_raw(&w, span_cstr(s->labels));
	for (int i = 0; i < ORIGIN_FIELDS; i++)
		jsonw_member_opt(&w, origin_names[i], span_cstr(s->origin[i]));
	jsonw_member_opt(&w, "text", span_cstr(s->text));
	jsonw_member_bool(&w, "seen", s->seen);
	write_ns(&w, "last_time", s->last_ns);
	jsonw_member_double(&w, "last", s->last);
	write_ns(&w, "every", s->every_ns);
	jsonw_key(&w, "alarms");
	jsonw_array(&w);
	for (size_t i = 0; i < series_alarms(s); i++)
		if (s->alarms[i].hold.state != HOLD_IDLE)
			write_alarm(&w, s, i);
	jsonw_array_end(&w);
	jsonw_member(&w, "season", span_cstr(season_names[s->set.season]));
	jsonw_key(&w, "learned");
	jsonw_array(&w);
	visit_learned(&v, s);
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
}

int watch_state_write(const struct watch_state *s, const struct series_table *t,
		      const struct watch_logs *logs, const struct watch_clock *clock, struct err *e)
{
	struct buf out = BUF_INIT(STATE_MAX);
	struct jsonw w = jsonw_to(&out);
	int rc;

	if (!s->path)
		return 0;
	jsonw_object(&w);
	jsonw_member_i64(&w, "aiops_drift_watch", VERSION);
	jsonw_member_bool(&w, "clock_set", clock->set);
	write_ns(&w, "clock", clock->ns);
	jsonw_object_end(&w);
	buf_add_char(&out, '\n');
	for (size_t i = 0; i < t->n; i++)
		if (t->items[i])
			write_series(t->items[i], &out);
	if (logs)
		watch_logs_write(logs, &out);
	rc = buf_overflowed(&out) ? err_set(e, EX_SYSTEM, "the state is larger than 4 GiB")
				  : file_write_atomic(s->path, buf_span(&out), 0600, e);
	buf_release(&out);
	return rc;
}

/* ---- reading ---- */

static int damaged(struct err *e, const char *what)
{
	return err_set(e, EX_BADCONFIG, "the state is damaged: %s", what);
}

static int read_ns(struct value v, const char *what, int64_t *out, struct err *e)
{
	struct err bad = ERR_INIT;

	if (v.type != VALUE_STRING ||
	    num_parse_i64(v.text, INSTANT_FIRST_NS, INSTANT_BEHIND_NS, out, &bad) != 0)
		return damaged(e, what);
	return 0;
}

/* A small whole number from low to high. */
static int read_small(struct value v, const char *what, int low, int high, int *out, struct err *e)
{
	if (v.type != VALUE_NUMBER || !(v.number >= low && v.number <= high))
		return damaged(e, what);
	*out = (int)v.number;
	return 0;
}

static int read_alarm(struct series *s, struct value v, struct err *e)
{
	int at, state, severity, condition;
	struct alarm *a, read = {0};
	struct value threshold = value_member(v, SPAN("threshold"));

	if (read_small(value_member(v, SPAN("at")), "at", 0, 1 << 20, &at, e) != 0 ||
	    read_small(value_member(v, SPAN("state")), "state", HOLD_IDLE, HOLD_FIRING, &state,
		       e) != 0 ||
	    read_small(value_member(v, SPAN("severity")), "severity", 0, SEVERITY_CRITICAL,
		       &severity, e) != 0 ||
	    read_small(value_member(v, SPAN("condition")), "condition", -1, CONDITIONS - 1,
		       &condition, e) != 0 ||
	    read_ns(value_member(v, SPAN("since")), "since", &read.hold.since_ns, e) != 0 ||
	    read_ns(value_member(v, SPAN("bad")), "bad", &read.hold.bad_ns, e) != 0 ||
	    read_ns(value_member(v, SPAN("good")), "good", &read.hold.good_ns, e) != 0 ||
	    read_ns(value_member(v, SPAN("starts")), "starts", &read.starts_ns, e) != 0)
		return -1;
	if ((size_t)at >= series_alarms(s))
		return 0; /* of a rule that is gone */
	a = &s->alarms[at];
	*a = read;
	a->hold.state = (enum hold_state)state;
	a->hold.recovering = value_member(v, SPAN("recovering")).boolean;
	a->severity = (enum severity)severity;
	a->condition = condition;
	a->threshold = threshold.type == VALUE_NUMBER ? threshold.number : NAN;
	return 0;
}

struct numbers_in {
	struct value_iter it;
	bool short_of; /* there were too few */
};

static void read_number(void *ctx, double *d)
{
	struct numbers_in *in = ctx;
	struct value v;

	if (!value_next(&in->it, NULL, &v))
		in->short_of = true;
	else
		*d = v.type == VALUE_NUMBER ? v.number : 0;
}

static int read_learned(struct series *s, const struct record *r, struct err *e)
{
	struct value list = record_get(r, "learned"), v;
	struct numbers_in in = {value_iter(list), false};
	struct visitor visitor = {&in, read_number};

	if (!span_is(record_text(r, "season"), season_names[s->set.season]))
		return 0; /* the season changed: learned anew */
	if (list.type != VALUE_ARRAY)
		return damaged(e, "learned");
	visit_learned(&visitor, s);
	/* These are counted with. */
	if (!(s->points >= 0 && s->points < COUNT_MOST && s->alerts >= 0 && s->alerts < COUNT_MOST))
		return damaged(e, "learned");
	return in.short_of || value_next(&in.it, NULL, &v) ? damaged(e, "learned") : 0;
}

static int read_place(const struct record *r, struct place *p, struct err *e)
{
	struct value labels = record_get(r, "labels"), v;
	struct value_iter it = value_iter(labels);
	struct span key;

	p->base = record_text(r, "name");
	p->n = 0;
	if (!p->base.data || labels.type != VALUE_OBJECT)
		return damaged(e, "name");
	while (value_next(&it, &key, &v)) {
		if (p->n == GROUPING_MAX || v.type != VALUE_STRING)
			return damaged(e, "labels");
		p->labels[p->n++] = (struct label){key, v.text};
	}
	return 0;
}

static int read_series(struct series_table *t, const struct record *r, struct err *e)
{
	struct value alarms = record_get(r, "alarms"), v;
	struct value_iter it = value_iter(alarms);
	struct buf feature = BUF_INIT(FEATURE_NAME_MAX);
	struct series *s;
	struct place p;
	int kind, rc = -1;

	if (read_place(r, &p, e) != 0 ||
	    read_small(record_get(r, "kind"), "kind", 0, SERIES_LOGS, &kind, e) != 0)
		goto out;
	place_name(&p, &feature);
	if (series_find(t, buf_span(&feature))) {
		(void)damaged(e, "a series stands in it twice");
		goto out;
	}
	s = series_add(t, (enum series_kind)kind, buf_span(&feature), &p);
	if (!s) {
		(void)err_set(e, EX_BADCONFIG, "the state has more series than --max-series");
		goto out;
	}
	for (int i = 0; i < ORIGIN_FIELDS; i++)
		series_origin(s, (enum origin_field)i, record_text(r, origin_names[i]));
	if (record_text(r, "text").data)
		s->text = mem_dup(record_text(r, "text").data, record_text(r, "text").len);
	s->seen = record_get(r, "seen").boolean;
	s->last = record_get(r, "last").number;
	if (read_ns(record_get(r, "last_time"), "last_time", &s->last_ns, e) != 0 ||
	    read_ns(record_get(r, "every"), "every", &s->every_ns, e) != 0)
		goto out;
	while (alarms.type == VALUE_ARRAY && value_next(&it, NULL, &v))
		if (read_alarm(s, v, e) != 0)
			goto out;
	rc = read_learned(s, r, e);
out:
	buf_release(&feature);
	return rc;
}

static int read_head(const struct record *r, struct watch_clock *clock, struct err *e)
{
	int version;

	if (read_small(record_get(r, "aiops_drift_watch"), "aiops_drift_watch", 1, 1 << 20,
		       &version, e) != 0)
		return -1;
	if (version > VERSION)
		return err_set(e, EX_BADCONFIG, "the state is of a newer version (%d)", version);
	clock->set = record_get(r, "clock_set").boolean;
	return read_ns(record_get(r, "clock"), "clock", &clock->ns, e);
}

static int read_line(const struct record *r, struct series_table *t, struct watch_logs *logs,
		     struct err *e)
{
	if (record_text(r, "template").data || record_text(r, "logs").data)
		return logs ? watch_logs_read(logs, r, e) : 0;
	return read_series(t, r, e);
}

static int read_lines(const char *path, struct series_table *t, struct watch_logs *logs,
		      struct watch_clock *clock, struct err *e)
{
	struct line_file *file = line_file_open(path, STATE_LINE_MAX, e);
	struct record *r = record_new(STATE_LINE_MAX);
	enum reject_code why;
	struct span line;
	int got = -1, number = 0;
	bool cut;

	while (file && (got = line_file_next(file, &line, &cut, e)) > 0) {
		struct err bad = ERR_INIT;

		got = -1;
		if (cut || record_parse(r, line.data, line.len, &why, &bad) != 0) {
			(void)damaged(e, cut ? "a line is too long" : bad.text);
			break;
		}
		if ((number++ == 0 ? read_head(r, clock, e) : read_line(r, t, logs, e)) != 0)
			break;
	}
	if (got == 0 && number == 0)
		got = damaged(e, "it is empty");
	record_free(r);
	line_file_close(file);
	return got;
}

static int take_lock(struct watch_state *s, struct err *e)
{
	struct buf path = BUF_INIT(1 << 16);

	buf_addf(&path, "%s.lock", s->path);
	s->lock = file_lock(buf_cstr(&path), LOCK_WAIT_MS, e);
	buf_release(&path);
	return s->lock < 0 ? -1 : 0;
}

int watch_state_open(struct watch_state *s, const char *path, struct series_table *t,
		     struct watch_logs *logs, struct watch_clock *clock, struct err *e)
{
	*s = (struct watch_state){path, -1};
	if (!path)
		return 0;
	if (take_lock(s, e) != 0)
		return -1;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return 0;
	return read_lines(path, t, logs, clock, e) == 0 ? 0 : err_prefix(e, "'%s'", path);
}

void watch_state_close(struct watch_state *s)
{
	if (s->lock >= 0)
		(void)close(s->lock); /* gives the lock back */
	s->lock = -1;
}
