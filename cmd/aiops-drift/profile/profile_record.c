/* Profiles as records: see profile_record.h. */
#include "aiops-drift/profile/profile_record.h"

#include <math.h>
#include <stdlib.h>

#include "aiops-drift/compare/report.h"
#include "base/mem.h"
#include "record/event.h"
#include "record/jsonw.h"

#define VERSION   1
#define TIME_MAX  64
#define SUM_MAX   4096
#define COUNT_MAX 9007199254740992.0 /* integers are exact up to here in a double */

bool profile_record_is(const struct record *r)
{
	return record_kind(r) == KIND_DRIFT && record_get(r, "drift.profile").type == VALUE_OBJECT;
}

/* ---- writing ---- */

static void write_head(struct jsonw *w, const struct feature *f, struct instant at)
{
	struct buf when = BUF_INIT(TIME_MAX);
	char id[EVENT_ID_LEN + 1];

	instant_add(&when, at);
	event_id(id, SPAN("drift"), SPAN(TOOL_NAME), span_cstr(f->name), SPAN("profile"),
		 buf_span(&when));
	buf_release(&when);
	jsonw_member_i64(w, "v", 1);
	jsonw_member(w, "kind", SPAN("drift"));
	jsonw_member(w, "id", span_cstr(id));
	jsonw_member_time(w, "timestamp", at);
	jsonw_member(w, "source", SPAN(TOOL_NAME));
	jsonw_member(w, "source_id", span_cstr(f->name));
	for (int i = 0; i < ORIGIN_FIELDS; i++)
		jsonw_member_opt(w, origin_names[i], feature_shared(f, (enum origin_field)i));
}

static void write_sum(struct jsonw *w, const char *key, const struct exact_sum *s, int unit)
{
	struct buf text = BUF_INIT(SUM_MAX);
	struct exact_sum copy = *s;

	exact_sum_write(&copy, unit, &text);
	jsonw_member(w, key, buf_span(&text));
	buf_release(&text);
}

/* For people and jq: what follows from the rest. */
static void write_summary(struct jsonw *w, const struct profile *p)
{
	static const double shares[] = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
	struct moments m = exact_moments_round(&p->moments);

	jsonw_member_double(w, "mean", m.mean);
	jsonw_member_double(w, "std", moments_std(&m));
	jsonw_member_double(w, "error", profile_error(p));
	jsonw_key(w, "quantiles");
	jsonw_array(w);
	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
		double low, high, at = shares[i] * (double)(m.n - 1);

		profile_order(p, (uint64_t)at + 1, &low, &high);
		jsonw_object(w);
		jsonw_member_double(w, "q", shares[i]);
		jsonw_member_double(w, "low", low);
		jsonw_member_double(w, "high", high);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

static void write_bins(struct jsonw *w, const struct bins *b)
{
	jsonw_key(w, "bins");
	jsonw_array(w);
	for (size_t i = 0; i < b->n_cuts; i++) {
		jsonw_array(w);
		jsonw_double(w, b->cuts[i].at);
		jsonw_bool(w, b->cuts[i].after);
		jsonw_array_end(w);
	}
	jsonw_array_end(w);
}

static void write_counts(struct jsonw *w, const char *key, const uint64_t *counts, size_t n)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < n; i++)
		jsonw_i64(w, (int64_t)counts[i]);
	jsonw_array_end(w);
}

static void write_profile(struct jsonw *w, const struct feature *f, enum window_id id)
{
	const struct window *window = &f->windows[id];
	const struct profile *p = &window->sketch->p;

	jsonw_key(w, "profile");
	jsonw_object(w);
	jsonw_member_i64(w, "version", VERSION);
	jsonw_member_i64(w, "n", (int64_t)p->moments.n);
	jsonw_member_i64(w, "missing", (int64_t)window->sample.missing);
	if (window->timed) {
		jsonw_member_time(w, "from", window->from);
		jsonw_member_time(w, "to", window->to);
	}
	if (p->moments.n) {
		jsonw_member_double(w, "min", p->moments.min);
		jsonw_member_double(w, "max", p->moments.max);
		write_summary(w, p);
	}
	write_sum(w, "sum", &p->moments.sum, EXACT_SUM_UNIT);
	write_sum(w, "squares", &p->moments.squares, EXACT_SQUARES_UNIT);
	write_bins(w, &p->bins);
	jsonw_key(w, "knots");
	jsonw_array(w);
	for (size_t k = 0; k < p->n_knots; k++)
		jsonw_double(w, p->knots[k]);
	jsonw_array_end(w);
	write_counts(w, "cells", p->cells, p->n_knots + 1);
	write_counts(w, "at", p->at, p->n_knots);
	if (p->slack)
		write_counts(w, "slack", p->slack, p->n_knots);
	if (window->texts)
		profile_categories_write(w, f, id);
	jsonw_object_end(w);
}

void profile_record_write(const struct feature *f, enum window_id id, int64_t now_ns,
			  struct buf *out)
{
	const struct window *window = &f->windows[id];
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	write_head(&w, f, window->timed ? window->to : instant_from_ns(now_ns));
	jsonw_key(&w, "drift");
	jsonw_object(&w);
	jsonw_member(&w, "feature", span_cstr(f->name));
	jsonw_member(&w, "metric", span_cstr(f->metric));
	jsonw_key(&w, "labels");
	jsonw_raw(&w, span_cstr(f->labels));
	write_profile(&w, f, id);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
}

/* ---- reading ---- */

static int wrong(struct err *e, const char *what)
{
	return err_set(e, EX_BADDATA, "drift.profile.%s", what);
}

static int to_count(const struct value *v, uint64_t *out)
{
	if (v->type != VALUE_NUMBER || !(v->number >= 0 && v->number <= COUNT_MAX) ||
	    v->number - floor(v->number) > 0)
		return -1;
	*out = (uint64_t)v->number;
	return 0;
}

static int read_count(struct value profile, const char *key, uint64_t *out, struct err *e)
{
	struct value v = value_member(profile, span_cstr(key));

	return to_count(&v, out) == 0
		       ? 0
		       : err_set(e, EX_BADDATA, "drift.profile.%s: not a count", key);
}

static size_t elements(struct value array)
{
	struct value_iter it = value_iter(array);
	struct value v;
	size_t n = 0;

	while (value_next(&it, NULL, &v))
		n++;
	return n;
}

/* want counts; the array is the caller's. NULL with e set. */
static uint64_t *read_counts(struct value profile, const char *key, size_t want, struct err *e)
{
	struct value array = value_member(profile, span_cstr(key)), v;
	struct value_iter it = value_iter(array);
	uint64_t *counts;
	size_t i = 0;

	if (array.type != VALUE_ARRAY || elements(array) != want) {
		(void)err_set(e, EX_BADDATA, "drift.profile.%s: not an array of %zu counts", key,
			      want);
		return NULL;
	}
	counts = mem_array(NULL, want + 1, sizeof *counts);
	while (value_next(&it, NULL, &v)) {
		if (to_count(&v, &counts[i++]) == 0)
			continue;
		(void)err_set(e, EX_BADDATA, "drift.profile.%s: element %zu is no count", key, i);
		free(counts);
		return NULL;
	}
	return counts;
}

static int read_knots(struct value profile, struct profile *p, struct err *e)
{
	struct value array = value_member(profile, SPAN("knots")), v;
	struct value_iter it = value_iter(array);
	double last = -HUGE_VAL;

	if (array.type != VALUE_ARRAY)
		return wrong(e, "knots: not an array");
	p->knots = mem_array(NULL, elements(array) + 1, sizeof *p->knots);
	while (value_next(&it, NULL, &v)) {
		if (v.type != VALUE_NUMBER || !isfinite(v.number) || !(v.number > last))
			return wrong(e, "knots: not ascending numbers");
		last = p->knots[p->n_knots++] = v.number + 0.0;
	}
	return 0;
}

static int read_bin(struct value pair, struct bins *b)
{
	struct value_iter it = value_iter(pair);
	struct value at, after, more;
	const struct bin_cut *last = b->n_cuts ? &b->cuts[b->n_cuts - 1] : NULL;

	if (pair.type != VALUE_ARRAY || !value_next(&it, NULL, &at) ||
	    !value_next(&it, NULL, &after) || value_next(&it, NULL, &more) ||
	    at.type != VALUE_NUMBER || !isfinite(at.number) || after.type != VALUE_BOOL ||
	    b->n_cuts == BINS_MAX)
		return -1;
	if (last &&
	    (at.number < last->at || (at.number <= last->at && last->after >= after.boolean)))
		return -1;
	b->cuts[b->n_cuts++] = (struct bin_cut){at.number, after.boolean};
	return 0;
}

static int read_bins(struct value profile, struct bins *b, struct err *e)
{
	struct value array = value_member(profile, SPAN("bins")), v;
	struct value_iter it = value_iter(array);

	if (array.type != VALUE_ARRAY)
		return wrong(e, "bins: not an array");
	while (value_next(&it, NULL, &v))
		if (read_bin(v, b) < 0)
			return wrong(e, "bins: not ascending pairs of a number and a boolean");
	return 0;
}

static int read_sum(struct value profile, const char *key, int unit, struct exact_sum *out,
		    struct err *e)
{
	struct value v = value_member(profile, span_cstr(key));

	if (exact_sum_read(v.text, unit, out, e) < 0)
		return err_prefix(e, "drift.profile.%s", key);
	return 0;
}

static int read_moments(struct value profile, struct exact_moments *m, struct err *e)
{
	struct value min = value_member(profile, SPAN("min")),
		     max = value_member(profile, SPAN("max"));

	if (read_count(profile, "n", &m->n, e) < 0 ||
	    read_sum(profile, "sum", EXACT_SUM_UNIT, &m->sum, e) < 0 ||
	    read_sum(profile, "squares", EXACT_SQUARES_UNIT, &m->squares, e) < 0)
		return -1;
	if (m->n == 0)
		return 0;
	if (min.type != VALUE_NUMBER || max.type != VALUE_NUMBER || !(min.number <= max.number) ||
	    !isfinite(min.number) || !isfinite(max.number))
		return wrong(e, "min, max: not two numbers in order");
	m->min = min.number + 0.0;
	m->max = max.number + 0.0;
	return exact_moments_fit(m) ? 0 : wrong(e, "sum, squares: not those of n values");
}

/* Counts that add up, and slack that lies in what is right of its knot. */
static int check_counts(const struct profile *p, struct err *e)
{
	uint64_t sum = p->cells[p->n_knots];

	for (size_t k = 0; k < p->n_knots; k++) {
		uint64_t right = p->cells[k + 1];

		if (k + 1 < p->n_knots && p->slack)
			right += p->slack[k + 1];
		if (p->slack && p->slack[k] > right)
			return wrong(e, "slack: more than there is");
		sum += p->cells[k] + p->at[k]; /* below 2^53 each, and there are less than 2^20 */
		if (sum > p->moments.n)
			break;
	}
	return sum == p->moments.n ? 0 : wrong(e, "cells, at: do not add up to n");
}

static int read_numbers(struct value profile, struct profile *p, struct err *e)
{
	bool slack = value_member(profile, SPAN("slack")).type != VALUE_NONE;

	if (read_knots(profile, p, e) < 0 || read_bins(profile, &p->bins, e) < 0 ||
	    read_moments(profile, &p->moments, e) < 0)
		return -1;
	p->cells = read_counts(profile, "cells", p->n_knots + 1, e);
	p->at = p->cells ? read_counts(profile, "at", p->n_knots, e) : NULL;
	if (!p->at)
		return -1;
	if (slack) {
		p->slack = read_counts(profile, "slack", p->n_knots, e);
		if (!p->slack)
			return -1;
	}
	return check_counts(p, e);
}

static int read_window(struct value profile, struct window *w, struct err *e)
{
	struct value from = value_member(profile, SPAN("from")),
		     to = value_member(profile, SPAN("to"));
	struct instant t;

	if (read_count(profile, "missing", &w->sample.missing, e) < 0)
		return -1;
	if (from.type == VALUE_NONE && to.type == VALUE_NONE)
		return 0;
	if (instant_parse(from.text, &t, e) < 0)
		return err_prefix(e, "drift.profile.from");
	window_note(w, t);
	if (instant_parse(to.text, &t, e) < 0)
		return err_prefix(e, "drift.profile.to");
	window_note(w, t);
	return 0;
}

int profile_record_read(const struct record *r, struct profile *out, struct window *window,
			struct err *e)
{
	struct value profile = record_get(r, "drift.profile");
	struct profile p = PROFILE_INIT;
	struct window w = {.timed = false};
	uint64_t version;

	if (read_count(profile, "version", &version, e) < 0)
		return -1;
	if (version != VERSION)
		return err_set(e, EX_BADDATA,
			       "drift.profile.version: %llu; this programme reads version %d",
			       (unsigned long long)version, VERSION);
	if (read_numbers(profile, &p, e) < 0 || read_window(profile, &w, e) < 0 ||
	    profile_categories_check(r, e) < 0) {
		profile_release(&p);
		return -1;
	}
	*out = p;
	*window = w;
	return 0;
}
