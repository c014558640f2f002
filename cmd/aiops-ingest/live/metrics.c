#include "aiops-ingest/live/metrics.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

static const double bounds_s[METRICS_BUCKETS] = {.001, .0025, .005, .01, .025, .05,
						 .1,   .25,   .5,   1,   2.5,  10};

/* A code beyond METRICS_CODES, which only an input of very many kinds could bring, is counted under
 * the last. */
static void count(struct metrics_code *codes, size_t *n, const char *code)
{
	size_t i = 0;

	while (i < *n && strcmp(codes[i].code, code) != 0)
		i++;
	if (i == *n && *n < METRICS_CODES)
		(void)snprintf(codes[(*n)++].code, sizeof codes->code, "%s",
			       code); /* codes are short words */
	codes[i < *n ? i : *n - 1].count++;
}

void metrics_request(struct metrics *m, int status, double seconds)
{
	char code[24];
	size_t i = 0;

	(void)snprintf(code, sizeof code, "%d", status ? status : 499); /* fits */
	count(m->requests, &m->n_requests, code);
	while (i < METRICS_BUCKETS && seconds > bounds_s[i])
		i++;
	m->within[i]++;
	m->seconds += seconds;
}

void metrics_reject(struct metrics *m, const char *code)
{
	count(m->rejects, &m->n_rejects, code);
}

/* ---- as text ---- */

struct writer {
	struct buf *out;
	bool openmetrics;
};

/* The metric's own name is without _total in OpenMetrics, with it in the older format. */
static void head(const struct writer *w, const char *name, const char *type, const char *help)
{
	const char *suffix = strcmp(type, "counter") == 0 && !w->openmetrics ? "_total" : "";

	buf_addf(w->out, "# HELP aiops_ingest_%s%s %s\n# TYPE aiops_ingest_%s%s %s\n", name, suffix,
		 help, name, suffix, type);
}

static void counter(const struct writer *w, const char *name, int64_t n, const char *help)
{
	head(w, name, "counter", help);
	buf_addf(w->out, "aiops_ingest_%s_total %lld\n", name, (long long)n);
}

static void counters(const struct writer *w, const char *name, const struct metrics_code *codes,
		     size_t n, const char *help)
{
	head(w, name, "counter", help);
	for (size_t i = 0; i < n; i++)
		buf_addf(w->out, "aiops_ingest_%s_total{code=\"%s\"} %lld\n", name, codes[i].code,
			 (long long)codes[i].count);
}

static void gauge(const struct writer *w, const char *name, double value, const char *help)
{
	head(w, name, "gauge", help);
	buf_addf(w->out, "aiops_ingest_%s ", name);
	num_add_double(w->out, value);
	buf_add_char(w->out, '\n');
}

static void durations(const struct writer *w, const struct metrics *m)
{
	static const char name[] = "http_request_duration_seconds";
	int64_t sum = 0;

	head(w, name, "histogram", "From a request's head to the end of its answer.");
	for (size_t i = 0; i <= METRICS_BUCKETS; i++) {
		sum += m->within[i];
		buf_addf(w->out, "aiops_ingest_%s_bucket{le=\"", name);
		if (i == METRICS_BUCKETS)
			buf_add_cstr(w->out, "+Inf");
		else
			num_add_double(w->out, bounds_s[i]);
		/* le="1.0" and "10.0" are how OpenMetrics writes whole numbers */
		if (i < METRICS_BUCKETS && bounds_s[i] >= 1 && bounds_s[i] * 2 != 5)
			buf_add_cstr(w->out, ".0");
		buf_addf(w->out, "\"} %lld\n", (long long)sum);
	}
	buf_addf(w->out, "aiops_ingest_%s_sum ", name);
	num_add_double(w->out, m->seconds);
	buf_addf(w->out, "\naiops_ingest_%s_count %lld\n", name, (long long)sum);
}

static void spool(const struct writer *w, const struct metrics *m)
{
	gauge(w, "spool_deliveries", (double)m->spool_deliveries,
	      "Deliveries in the spool whose events are not yet written.");
	gauge(w, "spool_bytes", (double)m->spool_bytes, "Bytes of their events.");
	gauge(w, "spool_age_seconds", m->spool_age_s,
	      "How long the oldest of them has been there.");
}

void metrics_add_text(const struct metrics *m, bool openmetrics, struct buf *out)
{
	struct writer w = {out, openmetrics};

	counter(&w, "deliveries", m->deliveries, "Requests whose events were taken.");
	counter(&w, "replays", m->replays, "Signed requests that had been taken before.");
	counter(&w, "events", m->events, "Events that were taken.");
	counter(&w, "body_bytes", m->body_bytes, "Bytes of the bodies of deliveries, as sent.");
	counters(&w, "rejects", m->rejects, m->n_rejects, "What was rejected of deliveries.");
	counters(&w, "http_requests", m->requests, m->n_requests,
		 "Requests by status of the answer.");
	durations(&w, m);
	gauge(&w, "http_requests_open", (double)m->connections_busy, "Requests under way.");
	gauge(&w, "output_pending_bytes", (double)m->pending_bytes,
	      "Bytes that wait for the reader of standard output.");
	if (m->has_spool)
		spool(&w, m);
	if (openmetrics)
		buf_add_cstr(out, "# EOF\n");
}

const char *metrics_content_type(bool openmetrics)
{
	return openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
			   : "text/plain; version=0.0.4; charset=utf-8";
}
