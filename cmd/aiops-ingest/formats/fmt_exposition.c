/*
 * What a scrape target answers: Prometheus' text format and OpenMetrics, one
 * record of kind metric for each sample. They differ in the unit of their
 * timestamps and in how they end, so each has a name of its own.
 */
#include "aiops-ingest/formats/format.h"

#include <stdlib.h>

#include "aiops-ingest/emit.h"
#include "aiops-ingest/formats/exposition.h"
#include "base/mem.h"

/* Milliseconds below this are before March 1973: seconds, more likely. */
#define LEAST_MS INT64_C(100000000000)

struct exposition {
	struct ingest *in;
	bool open_metrics;
	struct arena words;
	struct exposition_sample sample;
	struct labelset labels, annotations;
	struct buf family, help, type, unit; /* what comments said last */
	bool began, ended;                   /* a line came; # EOF did */
};

static struct exposition *make(struct ingest *in, bool open_metrics)
{
	struct exposition *x = mem_zalloc(sizeof *x);
	size_t max = in->opt->max_record;

	x->in = in;
	x->open_metrics = open_metrics;
	x->family = x->help = x->type = x->unit = BUF_INIT(max);
	return x;
}

static void *text_open(struct ingest *in)
{
	return make(in, false);
}

static void *open_metrics_open(struct ingest *in)
{
	return make(in, true);
}

static void x_close(void *state)
{
	struct exposition *x = state;

	arena_release(&x->words);
	labelset_release(&x->sample.labels);
	labelset_release(&x->sample.exemplar);
	labelset_release(&x->labels);
	labelset_release(&x->annotations);
	buf_release(&x->family);
	buf_release(&x->help);
	buf_release(&x->type);
	buf_release(&x->unit);
	free(x);
}

static int refuse(struct exposition *x, struct span line, const char *why, struct err *e)
{
	return ingest_reject(x->in, "schema", line, e, "%s", why);
}

/* ---- comments ---- */

static void set(struct buf *b, struct span s)
{
	buf_clear(b);
	buf_add_span(b, s);
}

static void forget_family(struct exposition *x)
{
	buf_clear(&x->family);
	buf_clear(&x->help);
	buf_clear(&x->type);
	buf_clear(&x->unit);
}

static int take_comment(struct exposition *x, struct span line, struct err *e)
{
	struct span name, text;
	enum exposition_comment what = exposition_comment(line, &x->words, &name, &text);

	if (what == COMMENT_EOF)
		x->ended = true;
	if (what == COMMENT_EOF || what == COMMENT_OTHER)
		return 0;
	if (what == COMMENT_TYPE && exposition_type(text) == DIALECT_NONE)
		return refuse(x, line, "TYPE: not a type of metric", e);
	if (!span_eq(name, buf_span(&x->family))) {
		forget_family(x);
		set(&x->family, name);
	}
	set(what == COMMENT_HELP ? &x->help : what == COMMENT_TYPE ? &x->type : &x->unit, text);
	return 0;
}

/* ---- samples ---- */

static int read_time(const struct exposition *x, struct event *ev, struct err *e)
{
	struct span s = x->sample.time;
	struct err ignored = ERR_INIT;

	if (!s.data)
		return 0;
	if (!x->open_metrics && memchr(s.data, '.', s.len))
		return err_set(e, EX_BADDATA,
			       "a time with a fraction: OpenMetrics? (-f openmetrics)");
	if (instant_parse_epoch(s, x->open_metrics ? EPOCH_S : EPOCH_MS, &ev->timestamp.at,
				&ignored) != 0)
		return err_set(e, EX_BADDATA, "time '%.*s' cannot be read",
			       (int)(s.len < 60 ? s.len : 60), s.data);
	if (!x->open_metrics && ev->timestamp.at.ns > 0 &&
	    ev->timestamp.at.ns < LEAST_MS * NS_PER_MS)
		return err_set(e, EX_BADDATA,
			       "not sure: time %.*s is in the 1970s if these are milliseconds; "
			       "-f openmetrics takes seconds",
			       (int)(s.len < 60 ? s.len : 60), s.data);
	ev->timestamp.state = TIME_GIVEN;
	return 0;
}

static struct span or_none(const struct buf *b)
{
	return b->len > 0 ? buf_span(b) : SPAN_NONE;
}

static bool names_trace(struct span label)
{
	return span_is(label, "trace_id") || span_is(label, "traceID") || span_is(label, "traceId");
}

static void take_exemplar(struct exposition *x, struct event *ev)
{
	const struct labelset *l = &x->sample.exemplar;

	for (size_t i = 0; i < l->n; i++) {
		struct span name[2] = {SPAN("exemplar."), l->items[i].name};

		if (names_trace(l->items[i].name))
			ev->trace_id = l->items[i].value;
		else if (span_is(l->items[i].name, "span_id"))
			ev->span_id = l->items[i].value;
		else
			labelset_add(&x->annotations, arena_join(&x->words, name, 2),
				     l->items[i].value);
	}
	labelset_add(&x->annotations, SPAN("exemplar.value"), x->sample.exemplar_value);
}

static void describe(struct exposition *x, struct event *ev)
{
	x->annotations.n = 0;
	if (exposition_belongs(x->sample.name, buf_span(&x->family))) {
		ev->description = or_none(&x->help);
		ev->unit = or_none(&x->unit);
		labelset_add(&x->annotations, SPAN("metric_type"), buf_span(&x->type));
	}
	take_exemplar(x, ev);
	labelset_settle(&x->annotations);
	ev->annotations = x->annotations.items;
	ev->n_annotations = x->annotations.n;
}

static int take_sample(struct exposition *x, struct span line, struct err *e)
{
	struct event ev = {.kind = KIND_METRIC,
			   .format = x->open_metrics ? format_openmetrics.name
						     : format_prometheus_text.name};
	struct err why = ERR_INIT;

	if (exposition_sample(line, &x->words, &x->sample, &why) != 0 ||
	    read_time(x, &ev, &why) != 0)
		return refuse(x, line, why.text, e);
	x->labels.n = 0;
	labelset_add(&x->labels, SPAN("__name__"), x->sample.name);
	for (size_t i = 0; i < x->sample.labels.n; i++)
		labelset_add(&x->labels, x->sample.labels.items[i].name,
			     x->sample.labels.items[i].value);
	labelset_settle(&x->labels);
	ev.labels = x->labels.items;
	ev.n_labels = x->labels.n;
	ev.name = x->sample.name;
	ev.value = x->sample.value;
	describe(x, &ev);
	return emit_event(x->in, &ev, e);
}

static int x_line(void *state, struct span line, struct err *e)
{
	struct exposition *x = state;
	bool blank = span_trim(line).len == 0;

	if (blank && !x->open_metrics)
		return 0;
	if (x->open_metrics && x->ended)
		return blank ? 0 : refuse(x, line, "behind # EOF", e);
	x->began = true;
	arena_clear(&x->words);
	if (blank)
		return refuse(x, line, "a blank line, which OpenMetrics does not have", e);
	if (*span_trim(line).data == '#')
		return take_comment(x, line, e);
	return take_sample(x, line, e);
}

/* OpenMetrics ends with # EOF so that what was cut off is seen. */
static int x_end(void *state, struct err *e)
{
	struct exposition *x = state;
	bool cut_off = x->open_metrics && x->began && !x->ended;

	forget_family(x);
	x->began = x->ended = false;
	if (!cut_off)
		return 0;
	return ingest_reject(x->in, "syntax", SPAN_NONE, e, "ends without # EOF: it was cut off");
}

/* ---- shapes ---- */

/* A first line says which it is only if one of the two does not have it. */
static enum exposition_dialect dialect_of(struct span line)
{
	struct arena words = {NULL};
	struct span name = SPAN_NONE, text = SPAN_NONE;
	enum exposition_comment what = exposition_comment(line, &words, &name, &text);
	enum exposition_dialect d = DIALECT_NONE;

	if (what == COMMENT_UNIT || what == COMMENT_EOF)
		d = DIALECT_OPENMETRICS;
	else if (what == COMMENT_TYPE)
		d = exposition_type(text);
	else if (what == COMMENT_HELP)
		d = DIALECT_BOTH;
	arena_release(&words);
	return d;
}

static enum sniff sniff_sample(struct span line, const char **why)
{
	struct exposition_sample sample = {.name = SPAN_NONE};
	struct arena words = {NULL};
	struct err ignored = ERR_INIT;
	enum sniff s = SNIFF_NO;

	if (exposition_sample(line, &words, &sample, &ignored) == 0) {
		s = sample.labels.n > 0 ? SNIFF_YES : SNIFF_MAYBE;
		*why = "looks like a sample without labels; -f prometheus-text or -f openmetrics reads it";
	}
	labelset_release(&sample.labels);
	labelset_release(&sample.exemplar);
	arena_release(&words);
	return s;
}

static enum sniff text_sniff(struct ingest *in, struct span line, const char **why)
{
	enum exposition_dialect d;

	(void)in;
	line = span_trim(line);
	if (line.len == 0)
		return SNIFF_NO;
	if (*line.data != '#')
		return sniff_sample(line, why);
	d = dialect_of(line);
	return d == DIALECT_BOTH || d == DIALECT_PROMETHEUS ? SNIFF_YES : SNIFF_NO;
}

static enum sniff open_metrics_sniff(struct ingest *in, struct span line, const char **why)
{
	(void)in;
	(void)why; /* always sure */
	line = span_trim(line);
	return line.len > 0 && *line.data == '#' && dialect_of(line) == DIALECT_OPENMETRICS
		       ? SNIFF_YES
		       : SNIFF_NO;
}

#define EXPLAIN                                                                                    \
	"One record of kind metric for each sample, those of histograms and summaries too.\n"      \
	"\n"                                                                                       \
	"  name            the sample's; also label __name__\n"                                    \
	"  value           the number, digit for digit; NaN, +Inf and -Inf as strings\n"           \
	"  description     HELP of its family\n"                                                   \
	"  unit            UNIT of its family\n"                                                   \
	"  labels          as they are; empty values are left out\n"                               \
	"  annotations     metric_type (TYPE of its family), exemplar.value, exemplar.LABEL\n"     \
	"  trace_id, span_id   labels of the exemplar\n"                                           \
	"  source_id       the fingerprint\n"

const struct format format_prometheus_text = {
	.name = "prometheus-text",
	.summary = "what a scrape target answers: Prometheus' text format, version 0.0.4",
	.explain = EXPLAIN
	"  timestamp       milliseconds behind the value; without one the time of reading, flagged no_timestamp\n"
	"\n"
	"A time that would lie in the 1970s, or that has a fraction, is rejected: it is more likely the seconds of\n"
	"OpenMetrics, which -f auto cannot always tell apart.\n",
	.example = "# HELP http_requests_total Requests answered.\n"
		   "# TYPE http_requests_total counter\n"
		   "http_requests_total{service=\"cart\",code=\"500\"} 3 1795252159095\n",
	.framing = FRAME_LINES,
	.sniff_line = text_sniff,
	.open = text_open,
	.close = x_close,
	.line = x_line,
	.end = x_end,
};

const struct format format_openmetrics = {
	.name = "openmetrics",
	.summary = "what a scrape target answers: OpenMetrics 1.0 text",
	.explain = EXPLAIN
	"  timestamp       seconds behind the value; without one the time of reading, flagged no_timestamp\n"
	"\n"
	"An input without # EOF was cut off: what came is kept, and it is rejected as a whole.\n",
	.example = "# UNIT http_request_duration_seconds seconds\n"
		   "# TYPE http_request_duration_seconds histogram\n"
		   "http_request_duration_seconds_bucket{le=\"0.5\"} 7 1795252159.095 "
		   "# {trace_id=\"5b8efff798038103d269b633813fc60c\"} 0.43\n"
		   "http_request_duration_seconds_count 9 1795252159.095\n"
		   "# EOF\n",
	.framing = FRAME_LINES,
	.sniff_line = open_metrics_sniff,
	.open = open_metrics_open,
	.close = x_close,
	.line = x_line,
	.end = x_end,
};
