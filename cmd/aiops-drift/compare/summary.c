/* Summary of drift records: see summary.h. */
#include "aiops-drift/compare/summary.h"

#include <math.h>
#include <stdlib.h>

#include "aiops-drift/compare/compare.h"
#include "aiops-drift/compare/report.h"
#include "aiops-drift/compare/table.h"
#include "base/map.h"
#include "base/mem.h"
#include "cli/filter.h"

#define LINE_OUT_MAX (64u << 20)

enum answer_of_result { RESULT_UNKNOWN, RESULT_NO_DRIFT, RESULT_DRIFT };

/* One drift record. */
struct seen_result {
	int64_t at;
	struct span feature; /* a key of the map; may hold a NUL */
	enum answer_of_result answer;
	double d; /* ks_statistic, NAN if there is none */
};

/* What a feature's results come to. */
struct tally {
	struct span feature;
	int64_t results, drifted, unknown, last, last_drift;
	enum answer_of_result now;
	double most_d;
};

struct summary {
	const struct summary_options *options;
	struct map names; /* of features; values unused while reading, then index + 1 of a tally */
	struct seen_result *items;
	size_t n, cap;
	int64_t newest, from, ignored;
	struct tally *tallies;
	size_t n_tallies;
};

/* ---- reading ---- */

static void forget_old(struct summary *s)
{
	int64_t before = s->newest - s->options->last_ms * NS_PER_MS;
	size_t left = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->items[i].at > before)
			s->items[left++] = s->items[i];
	}
	s->n = left;
}

static int add(struct summary *s, const struct record *r, struct span feature, int64_t at,
	       struct err *e)
{
	struct value detected = record_get(r, "drift.drift_detected");
	struct value d = record_get(r, "drift.ks_statistic");
	struct map_entry *en;

	if (at > s->newest)
		s->newest = at;
	if (s->n >= (size_t)s->options->max_results)
		forget_old(s);
	if (s->n >= (size_t)s->options->max_results)
		return err_set(e, EX_SYSTEM, "more than %lld results (--max-results)",
			       (long long)s->options->max_results);
	en = map_put(&s->names, feature, NULL);
	mem_grow(s->items, s->cap, s->n + 1);
	s->items[s->n++] = (struct seen_result){
		.at = at,
		.feature = span_of(en->key, en->key_len),
		.answer = detected.type != VALUE_BOOL ? RESULT_UNKNOWN
			  : detected.boolean          ? RESULT_DRIFT
						      : RESULT_NO_DRIFT,
		.d = d.type == VALUE_NUMBER ? d.number : NAN,
	};
	return 0;
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct summary *s = ctx;
	struct span feature = record_text(r, "drift.feature");
	struct err problem = ERR_INIT;
	struct instant at;

	if (record_kind(r) != KIND_DRIFT) {
		s->ignored++;
		return 0;
	}
	if (feature.len == 0)
		filter_reject(f, REJECT_SCHEMA, "a drift record without drift.feature");
	else if (record_timestamp(r, &at, &problem) < 0)
		filter_reject(f, REJECT_SCHEMA, "%s", problem.text);
	else
		return add(s, r, feature, at.ns, e);
	return 0;
}

static int on_control(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	const struct summary *s = ctx;

	(void)r, (void)e;
	if (s->options->format == FORMAT_NDJSON)
		filter_pass(f);
	return 0;
}

/* ---- adding up ---- */

static struct tally *tally_of(struct summary *s, struct span feature)
{
	struct map_entry *en = map_get(&s->names, feature);

	if (en->value.num == 0) {
		s->tallies[s->n_tallies] =
			(struct tally){.feature = feature, .last = INT64_MIN, .most_d = NAN};
		en->value.num = (int64_t)++s->n_tallies;
	}
	return &s->tallies[en->value.num - 1];
}

static int by_feature(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	return span_cmp(x->feature, y->feature);
}

static void add_up(struct summary *s)
{
	s->tallies = mem_array(NULL, s->names.live + 1, sizeof *s->tallies);
	for (size_t i = 0; i < s->n; i++) {
		const struct seen_result *r = &s->items[i];
		struct tally *t;

		if (r->at <= s->from || r->at > s->newest)
			continue;
		t = tally_of(s, r->feature);
		t->results++;
		t->drifted += r->answer == RESULT_DRIFT;
		t->unknown += r->answer == RESULT_UNKNOWN;
		t->most_d = fmax(t->most_d, r->d);
		if (r->answer == RESULT_DRIFT && (t->drifted == 1 || r->at > t->last_drift))
			t->last_drift = r->at;
		/* of two results of one time, drift is what is told */
		if (r->at > t->last || (r->at == t->last && r->answer > t->now)) {
			t->last = r->at;
			t->now = r->answer;
		}
	}
	qsort(s->tallies, s->n_tallies, sizeof *s->tallies, by_feature);
}

/* ---- results ---- */

struct totals {
	int64_t results, drifted, features_drifted, drifting;
};

static struct totals totals_of(const struct summary *s)
{
	struct totals t = {0};

	for (size_t i = 0; i < s->n_tallies; i++) {
		t.results += s->tallies[i].results;
		t.drifted += s->tallies[i].drifted;
		t.features_drifted += s->tallies[i].drifted > 0;
		t.drifting += s->tallies[i].now == RESULT_DRIFT;
	}
	return t;
}

static void write_tally(struct jsonw *w, const struct tally *t)
{
	jsonw_object(w);
	jsonw_member(w, "feature", t->feature);
	jsonw_member_i64(w, "results", t->results);
	jsonw_member_i64(w, "drifted", t->drifted);
	jsonw_member_i64(w, "insufficient", t->unknown);
	jsonw_member_bool(w, "drifting", t->now == RESULT_DRIFT);
	jsonw_member_time(w, "last", instant_from_ns(t->last));
	if (t->drifted)
		jsonw_member_time(w, "last_drift", instant_from_ns(t->last_drift));
	jsonw_member_double(w, "max_ks_statistic", t->most_d);
	jsonw_object_end(w);
}

static void write_record(const struct summary *s, struct buf *out)
{
	struct instant to = instant_from_ns(s->newest);
	struct totals t = totals_of(s);
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	report_head(&w, "summary", "drift", to, to, SPAN("drift"));
	jsonw_key(&w, "drift");
	jsonw_object(&w);
	jsonw_member_time(&w, "from", instant_from_ns(s->from));
	jsonw_member_time(&w, "to", to);
	jsonw_member_i64(&w, "count", t.drifted);
	jsonw_member_i64(&w, "results", t.results);
	jsonw_member_i64(&w, "features_drifted", t.features_drifted);
	jsonw_member_i64(&w, "features_drifting", t.drifting);
	jsonw_key(&w, "features");
	jsonw_array(&w);
	for (size_t i = 0; i < s->n_tallies; i++)
		write_tally(&w, &s->tallies[i]);
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
}

/* Below this width a table has no column for the time of the last drift. */
#define WIDE_COLUMNS 80

static void write_row(const struct tally *y, size_t columns, struct buf *out)
{
	struct buf when = BUF_INIT(64);
	size_t start = out->len;

	if (y->drifted)
		instant_add(&when, instant_from_ns(y->last_drift / NS_PER_S * NS_PER_S));
	buf_addf(out, "%7lld %-7lld %-9s", (long long)y->drifted, (long long)y->results,
		 y->now == RESULT_DRIFT      ? "drift"
		 : y->now == RESULT_NO_DRIFT ? "no_drift"
					     : "unknown");
	if (isfinite(y->most_d))
		buf_addf(out, " %5.3g", y->most_d);
	else
		buf_addf(out, " %5s", "-");
	if (columns == 0 || columns >= WIDE_COLUMNS)
		buf_addf(out, "  %-20s", when.len ? buf_cstr(&when) : "-");
	buf_add_cstr(out, "  ");
	add_last(out, y->feature, out->len - start, columns);
	buf_release(&when);
}

static void write_table(const struct summary *s, size_t columns, struct buf *out)
{
	struct totals t = totals_of(s);

	buf_addf(out, "DRIFTED OF      NOW       MAX D%s  FEATURE\n",
		 columns == 0 || columns >= WIDE_COLUMNS ? "  LAST DRIFT          " : "");
	for (size_t i = 0; i < s->n_tallies; i++)
		write_row(&s->tallies[i], columns, out);
	buf_addf(out, "%lld results, %lld drifted; %lld of %zu features, %lld still do\n",
		 (long long)t.results, (long long)t.drifted, (long long)t.features_drifted,
		 s->n_tallies, (long long)t.drifting);
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct summary *s = ctx;
	struct cli *c = filter_cli(f);
	struct buf out = BUF_INIT(LINE_OUT_MAX);

	(void)e;
	if (cli_common(c)->now.given || s->newest == INT64_MIN)
		s->newest = env_now_ns(cli_env(c));
	s->from = s->newest - s->options->last_ms * NS_PER_MS;
	add_up(s);
	if (totals_of(s).drifted)
		filter_found(f);
	if (s->options->format == FORMAT_TABLE) {
		write_table(s, table_columns(c), &out);
		out_write(c, buf_span(&out));
	} else {
		write_record(s, &out);
		filter_emit(f, buf_span(&out));
	}
	buf_release(&out);
	return 0;
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct summary *s = ctx;

	buf_addf(json, ",\"results\":%zu,\"ignored\":%lld", s->n, (long long)s->ignored);
}

int summary_run(struct cli *c)
{
	const struct filter_ops ops = {
		.record = on_record,
		.control = on_control,
		.finish = on_finish,
		.stats = on_stats,
	};
	struct summary s = {.options = cli_options(c), .newest = INT64_MIN};
	int code;

	map_init(&s.names);
	code = filter_run(c, &ops, &s);
	map_release(&s.names);
	free(s.tallies);
	free(s.items);
	return code;
}
