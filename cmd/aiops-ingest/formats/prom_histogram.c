#include "aiops-ingest/formats/prom_histogram.h"

void prom_histograms_release(struct prom_histograms *h)
{
	arena_release(&h->words);
	labelset_release(&h->labels);
}

/* One number, under the series' name with a suffix and labels of its own. */
static int emit_number(struct prom_histograms *h, const struct event *series, const char *suffix,
		       const struct label *own, size_t n_own, struct span value, struct err *e)
{
	struct event ev = *series;
	struct span name[2] = {series->name, span_cstr(suffix)};

	h->labels.n = 0;
	if (series->name.data) {
		ev.name = arena_join(&h->words, name, 2);
		labelset_add(&h->labels, SPAN("__name__"), ev.name);
	}
	for (size_t i = 0; i < n_own; i++)
		labelset_add(&h->labels, own[i].name, own[i].value);
	for (size_t i = 0; i < series->n_labels; i++)
		labelset_add(&h->labels, series->labels[i].name, series->labels[i].value);
	labelset_settle(&h->labels);
	ev.labels = h->labels.items;
	ev.n_labels = h->labels.n;
	ev.value = value;
	return emit_event(h->in, &ev, e);
}

struct bucket {
	struct label bounds[2];
	struct span count;
};

/* [boundary rule, "lower", "upper", "count"] */
static int read_bucket(struct item i, struct bucket *out, struct err *e)
{
	struct items s = items_of(i);
	struct item rule;
	struct item parts[3];
	struct span texts[3];

	if (i.v.type != VALUE_ARRAY || !items_next(&s, NULL, &rule))
		return err_set(e, EX_BADDATA, "buckets: not an array of four");
	for (size_t k = 0; k < 3; k++)
		if (!items_next(&s, NULL, &parts[k]) ||
		    item_reading(parts[k], "buckets", &texts[k], e) != 0 || !texts[k].data)
			return err_set(e, EX_BADDATA, "buckets: not an array of four");
	out->bounds[0] = (struct label){SPAN("lower"), texts[0]};
	out->bounds[1] = (struct label){SPAN("upper"), texts[1]};
	out->count = texts[2];
	return 0;
}

/* Everything is read before anything goes out, so that a bad histogram is rejected whole. */
static int check_buckets(struct item buckets, struct err *e)
{
	struct items s = items_of(buckets);
	struct item i;
	struct bucket b;

	if (item_is_there(buckets) && buckets.v.type != VALUE_ARRAY)
		return err_set(e, EX_BADDATA, "buckets: not an array");
	while (items_next(&s, NULL, &i))
		if (read_bucket(i, &b, e) != 0)
			return -1;
	return 0;
}

struct histogram {
	struct span count, sum;
	struct item buckets;
	struct event_time time;
};

static int read_histogram(struct item pair, struct histogram *out, struct err *e)
{
	struct items s = items_of(pair);
	struct item time, body;

	if (pair.v.type != VALUE_ARRAY || !items_next(&s, NULL, &time) ||
	    !items_next(&s, NULL, &body) || time.v.type != VALUE_NUMBER ||
	    body.v.type != VALUE_OBJECT)
		return err_set(e, EX_BADDATA, "histogram: not [time, {...}]");
	if (instant_parse_epoch(time.raw, EPOCH_S, &out->time.at, e) != 0)
		return err_prefix(e, "histogram: time");
	out->time.state = TIME_GIVEN;
	if (item_reading(item_member(body, "count"), "count", &out->count, e) != 0 ||
	    item_reading(item_member(body, "sum"), "sum", &out->sum, e) != 0)
		return -1;
	if (!out->count.data)
		return err_set(e, EX_BADDATA, "histogram: count: missing");
	out->buckets = item_member(body, "buckets");
	return check_buckets(out->buckets, e);
}

static int emit_histogram(struct prom_histograms *h, const struct histogram *g, struct event *ev,
			  struct err *e)
{
	struct items s = items_of(g->buckets);
	struct item i;
	struct bucket b;
	struct err never = ERR_INIT; /* they were read before */

	ev->timestamp = g->time;
	if (emit_number(h, ev, "_count", NULL, 0, g->count, e) != 0)
		return -1;
	if (g->sum.data && emit_number(h, ev, "_sum", NULL, 0, g->sum, e) != 0)
		return -1;
	while (items_next(&s, NULL, &i))
		if (read_bucket(i, &b, &never) == 0 &&
		    emit_number(h, ev, "_bucket", b.bounds, 2, b.count, e) != 0)
			return -1;
	return 0;
}

static int take_one(struct prom_histograms *h, struct item pair, const struct event *series,
		    int64_t n, struct err *e)
{
	struct event ev = *series;
	struct histogram g = {.count = SPAN_NONE};
	struct err why = ERR_INIT;

	arena_clear(&h->words);
	if (read_histogram(pair, &g, &why) != 0)
		return ingest_reject(h->in, "schema", pair.raw, e, "series %lld: %s", (long long)n,
				     why.text);
	return emit_histogram(h, &g, &ev, e);
}

int prom_histograms(struct prom_histograms *h, const struct record *r, const struct event *ev,
		    int64_t n, struct err *e)
{
	struct item one = item_get(r, "histogram"), many = item_get(r, "histograms"), pair;
	struct items s = items_of(many);

	if (item_is_there(one) && take_one(h, one, ev, n, e) != 0)
		return -1;
	if (item_is_there(many) && many.v.type != VALUE_ARRAY)
		return ingest_reject(h->in, "schema", record_line(r), e,
				     "series %lld: histograms: not an array", (long long)n);
	while (items_next(&s, NULL, &pair))
		if (take_one(h, pair, ev, n, e) != 0)
			return -1;
	return 0;
}
