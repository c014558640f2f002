/*
 * Histograms of OTLP: those with explicit bounds become Prometheus' buckets
 * (cumulative, label le); those with exponential ones a bucket each, with the
 * bounds of metrics.proto: base^index, base = 2^(2^-scale).
 */
#include "aiops-ingest/formats/otlp_metric.h"

#include <math.h>

#include "base/num.h"

/* Each bucket becomes a record with all labels: this bounds what a small document can grow to. */
enum { MAX_SCALE = 40, MAX_BUCKETS = 5000 };

static int read_list(struct item from, const char *what, struct item *out, size_t *n, struct err *e)
{
	struct items s;
	struct item i;

	*out = item_member(from, what);
	*n = 0;
	if (item_is_there(*out) && out->v.type != VALUE_ARRAY)
		return err_set(e, EX_BADDATA, "%s: not an array", what);
	for (s = items_of(*out); items_next(&s, NULL, &i);)
		++*n;
	return *n <= MAX_BUCKETS ? 0
				 : err_set(e, EX_BADDATA, "%s: more than %d", what, MAX_BUCKETS);
}

static int read_count(struct item i, const char *what, int64_t *out, struct err *e)
{
	struct err ignored = ERR_INIT;

	*out = 0;
	if (!item_is_there(i))
		return 0;
	if ((i.v.type != VALUE_NUMBER && i.v.type != VALUE_STRING) ||
	    num_parse_i64(item_words(i), 0, INT64_MAX, out, &ignored) != 0)
		return err_set(e, EX_BADDATA, "%s: not a count", what);
	return 0;
}

static struct span number_text(struct otlp_points *m, int64_t n)
{
	buf_clear(&m->o->scratch);
	buf_add_i64(&m->o->scratch, n);
	return arena_keep(&m->o->words, buf_span(&m->o->scratch));
}

static struct span double_text(struct otlp_points *m, double d)
{
	buf_clear(&m->o->scratch);
	num_add_double(&m->o->scratch, d);
	return arena_keep(&m->o->words, buf_span(&m->o->scratch));
}

/* The bound of the next bucket; +Inf behind the last. */
static int next_bound(struct items *bounds, struct span *out, struct err *e)
{
	struct item i;

	*out = SPAN("+Inf");
	if (!items_next(bounds, NULL, &i))
		return 0;
	if (item_reading(i, "explicitBounds", out, e) != 0)
		return -1;
	return out->data ? 0 : err_set(e, EX_BADDATA, "explicitBounds: null");
}

static int explicit_buckets(struct otlp_points *m, struct item counts, struct item bounds,
			    struct err *stop, struct err *e)
{
	struct items c = items_of(counts), b = items_of(bounds);
	struct item i;
	int64_t sum = 0;

	while (items_next(&c, NULL, &i)) {
		struct label own = {SPAN("le"), SPAN_NONE};
		int64_t n;

		if (read_count(i, "bucketCounts", &n, e) != 0 || next_bound(&b, &own.value, e) != 0)
			return -1;
		if (__builtin_add_overflow(sum, n, &sum))
			return err_set(e, EX_BADDATA, "bucketCounts: more than 2^63 in all");
		if (otlp_sample(m, "_bucket", &own, 1, number_text(m, sum), stop) != 0)
			return -1;
	}
	return 0;
}

int otlp_histogram(struct otlp_points *m, struct err *stop, struct err *e)
{
	struct item counts, bounds;
	size_t n_counts, n_bounds;

	if (read_list(m->point, "bucketCounts", &counts, &n_counts, e) != 0 ||
	    read_list(m->point, "explicitBounds", &bounds, &n_bounds, e) != 0)
		return -1;
	if (n_counts > 0 && n_counts != n_bounds + 1)
		return err_set(e, EX_BADDATA, "%zu bucketCounts do not fit %zu explicitBounds",
			       n_counts, n_bounds);
	if (otlp_totals(m, stop, e) != 0)
		return -1;
	return explicit_buckets(m, counts, bounds, stop, e);
}

static int whole_number(struct item i, const char *what, int64_t limit, int64_t *out, struct err *e)
{
	struct err ignored = ERR_INIT;

	*out = 0;
	if (!item_is_there(i))
		return 0;
	if ((i.v.type != VALUE_NUMBER && i.v.type != VALUE_STRING) ||
	    num_parse_i64(item_words(i), -limit, limit, out, &ignored) != 0)
		return err_set(e, EX_BADDATA, "%s: not a whole number from -%lld to %lld", what,
			       (long long)limit, (long long)limit);
	return 0;
}

/* A bucket holds what is above its lower bound, up to and with its upper one (the other way round
 * below zero). Those that are empty say nothing. */
static int one_bucket(struct otlp_points *m, double sign, double low, double high, int64_t n,
		      struct err *stop, struct err *e)
{
	struct label own[2];

	if (n == 0)
		return 0;
	if (!isfinite(low) || !isfinite(high))
		return err_set(e, EX_BADDATA, "a bucket beyond the largest number");
	own[0] = (struct label){SPAN("lower"), double_text(m, sign < 0 ? -high : low)};
	own[1] = (struct label){SPAN("upper"), double_text(m, sign < 0 ? -low : high)};
	return otlp_sample(m, "_bucket", own, 2, number_text(m, n), stop);
}

static int exponential_buckets(struct otlp_points *m, const char *side, double sign, int64_t scale,
			       struct err *stop, struct err *e)
{
	struct item buckets = item_member(m->point, side), counts, i;
	struct items s;
	int64_t index, n;
	size_t n_counts;

	if (item_is_there(buckets) && buckets.v.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "%s: not an object", side);
	if (whole_number(item_member(buckets, "offset"), "offset", INT32_MAX, &index, e) != 0 ||
	    read_list(buckets, "bucketCounts", &counts, &n_counts, e) != 0)
		return -1;
	for (s = items_of(counts); items_next(&s, NULL, &i); index++) {
		if (read_count(i, "bucketCounts", &n, e) != 0)
			return -1;
		if (one_bucket(m, sign, exp2(ldexp((double)index, (int)-scale)),
			       exp2(ldexp((double)(index + 1), (int)-scale)), n, stop, e) != 0)
			return -1;
	}
	return 0;
}

int otlp_exponential(struct otlp_points *m, struct err *stop, struct err *e)
{
	struct item threshold = item_member(m->point, "zeroThreshold");
	int64_t scale, zeros;

	if (whole_number(item_member(m->point, "scale"), "scale", MAX_SCALE, &scale, e) != 0 ||
	    read_count(item_member(m->point, "zeroCount"), "zeroCount", &zeros, e) != 0)
		return -1;
	if (item_is_there(threshold) && threshold.v.type != VALUE_NUMBER)
		return err_set(e, EX_BADDATA, "zeroThreshold: not a number");
	if (otlp_totals(m, stop, e) != 0 ||
	    exponential_buckets(m, "negative", -1, scale, stop, e) != 0)
		return -1;
	if (one_bucket(m, 1, item_is_there(threshold) ? -threshold.v.number : 0,
		       item_is_there(threshold) ? threshold.v.number : 0, zeros, stop, e) != 0)
		return -1;
	return exponential_buckets(m, "positive", 1, scale, stop, e);
}
