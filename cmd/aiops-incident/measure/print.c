/*
 * Measures for people, as a record, and for Prometheus.
 */
#include "aiops-incident/measure/measure.h"

#include <math.h>

#include "base/exposition.h"
#include "base/instant.h"
#include "base/num.h"
#include "cli/cli.h"
#include "record/jsonw.h"
#include "stats/proportion.h"

/* ---- a table ---- */

/* "41s", "2m", "-" for what is not known. Two digits' worth: a time to the second of a day-long
 * incident says nothing. */
static void add_seconds(struct buf *out, double s)
{
	if (isnan(s))
		buf_add_char(out, '-');
	else if (s < 1)
		buf_addf(out, "%.0fms", s * 1000);
	else if (s < 120)
		buf_addf(out, "%.0fs", s);
	else if (s < 7200)
		buf_addf(out, "%.0fm", s / 60);
	else if (s < 172800)
		buf_addf(out, "%.1fh", s / 3600);
	else
		buf_addf(out, "%.1fd", s / 86400);
}

static void add_quantile(struct buf *out, const struct durations *d, double q)
{
	struct survival_quantile s = survival_quantile(d->items, d->n, q);
	struct buf text = BUF_INIT(128);

	add_seconds(&text, s.at);
	buf_add_cstr(&text, " (");
	add_seconds(&text, s.low);
	buf_add_cstr(&text, " to ");
	add_seconds(&text, s.high);
	buf_add_char(&text, ')');
	buf_addf(out, "  %-24s", buf_cstr(&text));
	buf_release(&text);
}

static void table_times(const struct group *g, struct buf *out)
{
	buf_addf(out, "\n%-12s %6s %8s  %-24s  %-24s  %s\n", "TIME TO", "N", "PENDING",
		 "MEDIAN (95 % interval)", "P90 (95 % interval)", "IS");
	for (int i = 0; i < TIMES; i++) {
		const struct durations *d = &g->times[i];

		buf_addf(out, "%-12s %6zu %8zu", time_names[i], d->n - d->pending, d->pending);
		add_quantile(out, d, 0.5);
		add_quantile(out, d, 0.9);
		buf_addf(out, "  %s\n", time_definitions[i]);
	}
}

static void table_share(struct buf *out, const char *words, int64_t k, int64_t n)
{
	struct proportion p = proportion_of(k, n);

	buf_addf(out, "%-32s %lld of %lld", words, (long long)k, (long long)n);
	if (n)
		buf_addf(out, ", %.0f %% (95 %% interval %.0f to %.0f %%)", 100 * p.at, 100 * p.low,
			 100 * p.high);
	buf_add_char(out, '\n');
}

static void table_line(struct buf *out, struct span name, const struct group *g)
{
	struct buf safe = BUF_INIT(4096);
	size_t before = out->len;

	term_line(&safe, name);
	buf_addf(out, "%-24.*s %6lld %6lld %9lld %15lld", (int)safe.len, safe.data, (long long)g->n,
		 (long long)g->open, (long long)g->resolved, (long long)g->false_positive);
	add_quantile(out, &g->times[TIME_IMPACT], 0.5);
	while (out->len > before && out->data[out->len - 1] == ' ')
		out->len--;
	buf_add_char(out, '\n');
	buf_release(&safe);
}

void measure_table(const struct measure *m, struct buf *out)
{
	const struct group *g = &m->all;

	buf_addf(out,
		 "%lld incidents: %lld open, %lld resolved, %lld false positives, %lld reopened\n",
		 (long long)g->n, (long long)g->open, (long long)g->resolved,
		 (long long)g->false_positive, (long long)g->reopened);
	table_times(g, out);
	buf_add_char(out, '\n');
	table_share(out, "hypotheses right, of those judged", g->agreed, g->judged);
	table_share(out, "ended by a verified run", g->automated, g->n);
	table_share(out, "over without a person saying so", g->auto_resolved, g->resolved);
	buf_addf(out, "\n%-24s %6s %6s %9s %15s  %s\n", "BY", "N", "OPEN", "RESOLVED",
		 "FALSE POSITIVES", "MEDIAN IMPACT (95 %)");
	for (int s = SEVERITY_CRITICAL; s >= SEVERITY_UNKNOWN; s--) {
		if (m->by_severity[s].n)
			table_line(out, span_cstr(severity_name((enum severity)s)),
				   &m->by_severity[s]);
	}
	for (struct map_entry *en = map_next(&m->types, NULL); en; en = map_next(&m->types, en))
		table_line(out, span_of(en->key, en->key_len), en->value.ptr);
}

/* ---- a record ---- */

static void json_quantile(struct jsonw *w, const char *key, const struct durations *d, double q)
{
	struct survival_quantile s = survival_quantile(d->items, d->n, q);

	jsonw_key(w, key);
	jsonw_double(w, s.at);
	jsonw_key(w, q == 0.5 ? "median_interval" : "p90_interval");
	jsonw_array(w);
	jsonw_double(w, s.low);
	jsonw_double(w, s.high);
	jsonw_array_end(w);
}

static void json_group(struct jsonw *w, const struct group *g)
{
	jsonw_object(w);
	jsonw_member_i64(w, "n", g->n);
	jsonw_member_i64(w, "open", g->open);
	jsonw_member_i64(w, "resolved", g->resolved);
	jsonw_member_i64(w, "auto_resolved", g->auto_resolved);
	jsonw_member_i64(w, "automated", g->automated);
	jsonw_member_i64(w, "false_positive", g->false_positive);
	jsonw_member_i64(w, "reopened", g->reopened);
	jsonw_member_i64(w, "answered", g->answered);
	jsonw_member_i64(w, "judged", g->judged);
	jsonw_member_i64(w, "agreed", g->agreed);
	jsonw_key(w, "times");
	jsonw_object(w);
	for (int i = 0; i < TIMES; i++) {
		jsonw_key(w, time_names[i]);
		jsonw_object(w);
		jsonw_member(w, "unit", SPAN("s"));
		jsonw_member(w, "is", span_cstr(time_definitions[i]));
		jsonw_member_i64(w, "n", (int64_t)(g->times[i].n - g->times[i].pending));
		jsonw_member_i64(w, "pending", (int64_t)g->times[i].pending);
		json_quantile(w, "median", &g->times[i], 0.5);
		json_quantile(w, "p90", &g->times[i], 0.9);
		jsonw_object_end(w);
	}
	jsonw_object_end(w);
	jsonw_object_end(w);
}

static void json_share(struct jsonw *w, const char *key, int64_t k, int64_t n)
{
	struct proportion p = proportion_of(k, n);

	jsonw_key(w, key);
	jsonw_object(w);
	jsonw_member_i64(w, "k", k);
	jsonw_member_i64(w, "n", n);
	jsonw_member_double(w, "rate", p.at);
	jsonw_key(w, "interval");
	jsonw_array(w);
	jsonw_double(w, p.low);
	jsonw_double(w, p.high);
	jsonw_array_end(w);
	jsonw_object_end(w);
}

void measure_record(const struct measure *m, int64_t since_ns, struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct buf id = BUF_INIT(64);

	buf_add_cstr(&id, "incident-metrics-");
	instant_add(&id, instant_from_ns(m->now_ns));
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("summary"));
	jsonw_member(&w, "id", buf_span(&id));
	jsonw_member_time(&w, "timestamp", instant_from_ns(m->now_ns));
	jsonw_member(&w, "source", SPAN("aiops-incident"));
	jsonw_member_time(&w, "since", instant_from_ns(since_ns));
	jsonw_key(&w, "all");
	json_group(&w, &m->all);
	json_share(&w, "agreement", m->all.agreed, m->all.judged);
	json_share(&w, "automation", m->all.automated, m->all.n);
	jsonw_key(&w, "by_severity");
	jsonw_object(&w);
	for (int s = SEVERITY_CRITICAL; s >= SEVERITY_UNKNOWN; s--) {
		if (m->by_severity[s].n == 0)
			continue;
		jsonw_key(&w, severity_name((enum severity)s));
		json_group(&w, &m->by_severity[s]);
	}
	jsonw_object_end(&w);
	jsonw_key(&w, "by_type");
	jsonw_object(&w);
	for (struct map_entry *en = map_next(&m->types, NULL); en; en = map_next(&m->types, en)) {
		jsonw_key_span(&w, span_of(en->key, en->key_len));
		json_group(&w, en->value.ptr);
	}
	jsonw_object_end(&w);
	jsonw_object_end(&w);
	buf_release(&id);
}
