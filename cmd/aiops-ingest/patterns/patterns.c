#include "aiops-ingest/patterns/patterns.h"

#include <stdlib.h>

#include "aiops-ingest/patterns/patterns_impl.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { TOLD_LIMIT_HITS = 3, MAX_LINE_SHOWN = 2048 };

/* A line of the future does not make the others old. */
#define LATEST_NS (600 * NS_PER_S)

/* s without the beginning of a character that max cuts through. */
static struct span cut(struct span s, size_t max)
{
	if (s.len <= max)
		return s;
	while (max > 0 && (s.data[max] & 0xC0) == 0x80)
		max--;
	return span_of(s.data, max);
}

/* ---- labels ---- */

/* The text of a template in p->text, behind what is there. */
static struct span expand(struct patterns *p, const struct pattern_rule *r,
			  const struct template *t, struct span body)
{
	size_t from = p->text.len;

	for (size_t i = 0; i < t->n; i++) {
		const struct template_part *part = &t->parts[i];
		struct span s = part->group < 0 ? part->text
						: pattern_capture(r->pattern, body, part->group);

		buf_add_span(&p->text, cut(s, MAX_LABEL_VALUE));
	}
	return cut(span_of(p->text.data + from, p->text.len - from), MAX_LABEL_VALUE);
}

/* A NUL, which JSON can hold, ends a value: it parts them in struct series. */
static void add(struct label *labels, size_t *n, struct span name, struct span value)
{
	const char *nul = value.len ? memchr(value.data, '\0', value.len) : NULL;

	if (nul)
		value.len = (size_t)(nul - value.data);
	if (value.len > 0 && !label_named(labels, *n, name).data)
		labels[(*n)++] = (struct label){name, value};
}

/* What the pattern names, then what the line is about. */
static size_t labels_of(struct patterns *p, const struct pattern_rule *r,
			const struct patterns_line *line, struct span body, struct label *labels)
{
	size_t n = 0;

	buf_clear(&p->text);
	(void)buf_room(&p->text,
		       (PATTERN_MAX_LABELS + 1) * TEMPLATE_MAX_PARTS *
			       (MAX_LABEL_VALUE + PATTERN_MAX_BYTES)); /* spans stay good */
	add(labels, &n, SPAN("alertname"), r->name);
	add(labels, &n, SPAN("severity"), r->severity_word);
	for (size_t i = 0; i < r->n_labels; i++)
		add(labels, &n, r->label_names[i], expand(p, r, &r->labels[i], body));
	add(labels, &n, SPAN("service"), expand(p, r, &r->service, body));
	add(labels, &n, SPAN("service"), cut(line->service, MAX_LABEL_VALUE));
	add(labels, &n, SPAN("host"), cut(line->host, MAX_LABEL_VALUE));
	add(labels, &n, SPAN("env"), cut(line->env, MAX_LABEL_VALUE));
	if (!span_eq(line->component, line->service) && !span_eq(line->component, line->host))
		add(labels, &n, SPAN("component"), cut(line->component, MAX_LABEL_VALUE));
	add(labels, &n, SPAN("layer"), cut(line->layer, MAX_LABEL_VALUE));
	return n;
}

/* Those of the source, too: whoever tells that it is over has to say the same. */
static size_t add_labels_of_options(const struct ingest *in, struct label *labels, size_t n)
{
	for (size_t i = 0; i < in->opt->n_labels && n < SERIES_MAX_LABELS; i++)
		add(labels, &n, in->opt->labels[i].name,
		    cut(in->opt->labels[i].value, MAX_LABEL_VALUE));
	labels_sort(labels, n);
	return n;
}

static struct series *series_of(struct patterns *p, struct ingest *in, const struct pattern_rule *r,
				const struct patterns_line *line, struct span body)
{
	struct buf packed = BUF_INIT(SERIES_MAX_BYTES);
	struct label *labels;
	struct series *s;
	size_t n;

	mem_grow(p->labels, p->labels_cap, SERIES_MAX_LABELS);
	labels = p->labels;
	n = add_labels_of_options(in, labels, labels_of(p, r, line, body, labels));

	for (size_t i = 0; i < n; i++) {
		buf_add_span(&packed, labels[i].name);
		buf_add_char(&packed, '\0');
		buf_add_span(&packed, labels[i].value);
		buf_add_char(&packed, '\0');
	}
	s = series_get(p, r, buf_span(&packed));
	buf_release(&packed);
	if (s)
		return s;
	p->counts.untracked++;
	if (!p->told_untracked)
		ingest_warn(in, "more than %d label sets of patterns: new ones are not counted",
			    MAX_SERIES);
	p->told_untracked = true;
	return NULL;
}

/* ---- lines ---- */

static int matched(struct patterns *p, struct ingest *in, const struct pattern_rule *r,
		   const struct patterns_line *line, struct span body, struct err *e)
{
	struct series *s = series_of(p, in, r, line, body);
	bool reached;

	p->counts.matches++;
	if (!s)
		return 0;
	reached = series_count(s, line->at);
	series_watch(p, s);
	if (s->firing) {
		s->matches++;
		if (line->at.ns - s->told_ns < r->cooldown_ns)
			return 0;
	} else if (reached) {
		s->firing = true;
		s->source = series_source(p, in->opt->source_name ? span_cstr(in->opt->source_name)
								  : SPAN_NONE);
		s->starts_at = r->count == 1 ? line->at : instant_from_ns(s->times[0]);
		s->matches = (int64_t)r->count;
	} else {
		return 0;
	}
	s->told_ns = line->at.ns;
	series_watch(p, s);
	return series_tell(p, in, s, line, e);
}

static void gave_up(struct patterns *p, struct ingest *in, struct pattern_rule *r)
{
	p->counts.limit_hits++;
	r->limit_hits++;
	if (r->limit_hits == MAX_LIMIT_HITS)
		ingest_warn(in, "pattern '%s' gave up on %d lines: it is set aside", r->name.data,
			    MAX_LIMIT_HITS);
	else if (r->limit_hits <= TOLD_LIMIT_HITS)
		ingest_warn(in, "pattern '%s' needs more steps than are allowed: not matched here",
			    r->name.data);
}

static void move_watermark(struct patterns *p, const struct ingest *in, struct instant at)
{
	if (at.ns > p->watermark_ns && at.ns <= in->observed.ns + LATEST_NS)
		p->watermark_ns = at.ns;
}

int patterns_see(struct patterns *p, struct ingest *in, const struct patterns_line *line,
		 struct err *e)
{
	struct span body = cut(line->body, MAX_SUBJECT);
	struct prefilter_hits hits;

	if (!p->attached)
		patterns_attach(p, in->opt, &in->sink, in->env);
	p->seen_line = true;
	move_watermark(p, in, line->at);
	if (p->watermark_ns >= p->next_check_ns && series_expire(p, in, e) != 0)
		return -1;
	if (body.len == 0)
		return 0;
	prefilter_scan(p->prefilter, body, &hits);
	for (size_t i = 0; i < p->n_rules; i++) {
		struct pattern_rule *r = &p->rules[i];

		if (r->literal >= 0 && !prefilter_hit(&hits, (size_t)r->literal))
			continue;
		if (r->limit_hits >= MAX_LIMIT_HITS)
			continue;
		switch (pattern_try(r->pattern, body)) {
		case PATTERN_YES:
			if (matched(p, in, r, line, body, e) != 0)
				return -1;
			break;
		case PATTERN_GAVE_UP:
			gave_up(p, in, r);
			break;
		default:
			break;
		}
	}
	return 0;
}

int patterns_see_record(struct patterns *p, struct ingest *in, const struct record *r,
			struct err *e)
{
	struct err ignored = ERR_INIT;
	struct patterns_line line;

	if (record_kind(r) != KIND_LOG)
		return 0;
	line = (struct patterns_line){
		.body = record_text(r, "body"),
		.service = record_text(r, "service"),
		.host = record_text(r, "host"),
		.env = record_text(r, "env"),
		.component = record_text(r, "component"),
		.layer = record_text(r, "layer"),
		.trace_id = record_text(r, "trace_id"),
		.span_id = record_text(r, "span_id"),
	};
	if (record_timestamp(r, &line.at, &ignored) != 0)
		line.at = in->observed;
	return patterns_see(p, in, &line, e);
}

/* ---- time without lines ---- */

void patterns_attach(struct patterns *p, const struct ingest_options *opt, const struct sink *sink,
		     const struct env *env)
{
	p->own_opt = *opt;
	p->own_opt.labels = NULL; /* series have theirs */
	p->own_opt.n_labels = 0;
	p->own_opt.patterns = NULL;
	p->own_opt.heartbeat_ms = 0; /* silence is no sign of life */
	p->own_sink = *sink;
	ingest_init(&p->own, &p->own_opt, sink, env);
	p->attached = true;
}

int patterns_pass_time(struct patterns *p, struct instant now, struct err *e)
{
	if (now.ns > p->watermark_ns)
		p->watermark_ns = now.ns;
	return p->watermark_ns >= p->next_check_ns ? series_expire(p, NULL, e) : 0;
}

int patterns_pass_quiet(struct patterns *p, int64_t elapsed_ms, struct err *e)
{
	bool idle = !p->seen_line && p->watermark_ns != INT64_MIN;

	p->seen_line = false;
	return idle ? patterns_pass_time(
			      p, instant_from_ns(p->watermark_ns + elapsed_ms * NS_PER_MS), e)
		    : 0;
}

struct ingest_counts patterns_own_counts(const struct patterns *p)
{
	return p->own.counts;
}

struct patterns_counts patterns_counts(const struct patterns *p)
{
	return p->counts;
}

/* ---- alerts ---- */

static size_t unpack(const struct series *s, struct label *labels)
{
	const char *at = s->labels, *end = s->labels + s->labels_len;
	size_t n = 0;

	while (at < end) {
		labels[n].name = span_cstr(at);
		at += labels[n].name.len + 1;
		labels[n].value = span_cstr(at);
		at += labels[n++].value.len + 1;
	}
	return n;
}

/* The texts of a firing record, by the line that matched now. */
static void describe(struct patterns *p, const struct series *s, const struct patterns_line *line,
		     struct event *ev)
{
	struct span body = cut(line->body, MAX_SUBJECT);

	buf_clear(&p->text);
	(void)buf_room(&p->text, p->text.max / 2);
	if (s->rule->title.n > 0)
		ev->title = expand(p, s->rule, &s->rule->title, body);
	if (s->rule->description.n > 0)
		ev->description = expand(p, s->rule, &s->rule->description, body);
	ev->trace_id = line->trace_id;
	ev->span_id = line->span_id;
}

/* Under the name that it fired under. */
static int tell_resolved(struct patterns *p, struct ingest *in, const struct series *s,
			 const struct event *ev, struct err *e)
{
	int rc;

	p->own_opt.source_name = s->source;
	p->own.source = "patterns";
	p->own.sink = in ? in->sink : p->own_sink;
	p->own.input = in ? in->input : "patterns";
	p->own.line = in ? in->line : 0;
	ingest_observe(&p->own);
	rc = emit_event(&p->own, ev, e);
	if (in) {
		in->counts.records += p->own.counts.records;
		p->own.counts.records = 0;
	}
	return rc;
}

int series_tell(struct patterns *p, struct ingest *in, const struct series *s,
		const struct patterns_line *line, struct err *e)
{
	struct label annotations[2];
	struct buf count = BUF_INIT(32);
	struct event ev = {.kind = KIND_ALERT,
			   .format = "patterns",
			   .signal = SPAN("log"),
			   .status = line ? SPAN("firing") : SPAN("resolved"),
			   .has_severity = true,
			   .severity = s->rule->severity,
			   .severity_text = s->rule->severity_word,
			   .name = s->rule->name,
			   .starts_at = {TIME_GIVEN, s->starts_at},
			   .ends_at = {.state = TIME_NULL},
			   .annotations = annotations};
	int rc;

	mem_grow(p->labels, p->labels_cap, SERIES_MAX_LABELS);
	ev.n_labels = unpack(s, p->labels);
	ev.labels = p->labels;
	buf_add_i64(&count, s->matches);
	annotations[ev.n_annotations++] = (struct label){SPAN("count"), buf_span(&count)};
	if (line) {
		ev.timestamp = (struct event_time){TIME_GIVEN, line->at};
		annotations[ev.n_annotations++] =
			(struct label){SPAN("line"), cut(line->body, MAX_LINE_SHOWN)};
		describe(p, s, line, &ev);
	} else {
		ev.ends_at = (struct event_time){
			TIME_GIVEN, {s->last_seen.ns + s->rule->resolve_ns, s->last_seen.fraction}};
		ev.timestamp = ev.ends_at;
	}
	p->counts.alerts++;
	rc = line ? emit_event(in, &ev, e) : tell_resolved(p, in, s, &ev, e);
	buf_release(&count);
	return rc;
}
