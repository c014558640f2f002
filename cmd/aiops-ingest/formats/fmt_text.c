/*
 * Text logs: one record of kind log for each line, with the lines that go on
 * from it (stack traces, PostgreSQL's DETAIL and STATEMENT) joined.
 */
#include "aiops-ingest/formats/format.h"

#include <stdlib.h>

#include "aiops-ingest/emit.h"
#include "aiops-ingest/formats/grammar.h"
#include "aiops-ingest/formats/logfmt.h"
#include "aiops-ingest/formats/loglevel.h"
#include "aiops-ingest/formats/stamp.h"
#include "aiops-ingest/formats/text_json.h"
#include "base/mem.h"

/* Of what is joined in one record; more goes on in another. */
enum { MAX_LINES = 1000, MAX_BODY = 1 << 20 };

struct text {
	struct ingest *in;
	size_t stamp_hint, layout_hint; /* what the last line was like */
	size_t max_body;                /* a longer one goes on in a record of its own */
	/* the line that is held back, for lines that go on from it */
	bool held;
	bool go_trace;      /* a Go trace has begun in it */
	bool level_follows; /* java.util.logging's: its level begins the next line */
	int lines;
	struct event event; /* its spans point into `line` and `record` */
	/* The first line, what its body is if that is not its end, and the lines joined to it. All
	 * of its room is there from the start, so that spans into it stay good. */
	struct buf line;
	size_t body_at;
	struct buf source_id;
	size_t prefix_len; /* of what stands between stamp and level in `line`, for PostgreSQL */
	const char *prefix;
	struct label labels[TEXT_MAX_LABELS];
	struct record *record; /* of lines that are JSON objects; made with the first */
};

static void *text_open(struct ingest *in)
{
	struct text *t = mem_zalloc(sizeof *t);

	t->in = in;
	t->event = (struct event){.kind = KIND_LOG, .format = format_text.name};
	/* Escaped and in an envelope it stays below a line's limit. */
	t->max_body = in->opt->max_record / 8 < MAX_BODY ? in->opt->max_record / 8 : MAX_BODY;
	buf_init(&t->line, in->opt->max_record * 3 + 64);
	buf_init(&t->source_id, 8192);
	return t;
}

static void text_close(void *state)
{
	struct text *t = state;

	buf_release(&t->line);
	buf_release(&t->source_id);
	record_free(t->record);
	free(t);
}

static int text_flush(void *state, struct err *e)
{
	struct text *t = state;

	if (!t->held)
		return 0;
	t->held = false;
	t->event.body = span_of(t->line.data + t->body_at, t->line.len - t->body_at);
	return emit_event(t->in, &t->event, e);
}

static struct stamp_options stamp_options(const struct ingest *in)
{
	return (struct stamp_options){in->observed, in->opt->zone};
}

/* ---- what a line says ---- */

static void add_label(struct text *t, struct span name, struct span value)
{
	if (value.len > 0 && t->event.n_labels < TEXT_MAX_LABELS)
		t->labels[t->event.n_labels++] = (struct label){name, value};
	t->event.labels = t->labels;
}

/* Layout, else syslog's head: host and programme become labels, and so what they promote. */
static struct span take_head(struct text *t, const struct stamp *s)
{
	bool syslog = s->kind == STAMP_SYSLOG;
	struct log_parts parts = {.level = SPAN_NONE};
	struct log_head head;

	if (!syslog && grammar_read(s, &t->layout_hint, &parts)) {
		add_label(t, SPAN("component"), parts.component);
		add_label(t, SPAN("host"), parts.host);
		add_label(t, SPAN("logger"), parts.logger);
		return parts.level;
	}
	head = log_head_find(s->rest, !syslog);
	if (head.app.data) {
		add_label(t, SPAN("app"), head.app);
		add_label(t, SPAN("host"), head.host);
	}
	return SPAN_NONE;
}

/* The pairs of a logfmt line that name a service, host and so on; the level's is returned. */
static struct span take_pairs(struct text *t, struct span line)
{
	struct span key, value, level = SPAN_NONE;

	while (logfmt_next(&line, &key, &value)) {
		if (!level.data && log_level_is_key(key) && log_level_is(value))
			level = value;
		else if (aliases_know(t->in->aliases, key) &&
			 !label_named(t->labels, t->event.n_labels, key).data)
			add_label(t, key, value);
	}
	return level;
}

static void set_level(struct text *t, struct log_level level)
{
	t->event.has_severity = level.text.data != NULL;
	t->event.severity = level.severity;
	t->event.severity_text = level.text;
}

static struct log_level level_behind(const struct stamp *s, struct span from_layout)
{
	struct log_level level = {SPAN_NONE, SEVERITY_UNKNOWN};

	if (from_layout.data)
		return log_level_of(from_layout);
	if (s->level.data)
		return log_level_of(s->level);
	if (s->kind == STAMP_CLF)
		return log_access_level(s->rest);
	if (s->before.len > 0)
		level = log_redis_level(s->rest);
	return level.text.data ? level : log_level_find(s->rest);
}

static void take_stamped(struct text *t, const struct stamp *s)
{
	struct event *ev = &t->event;
	struct span level = SPAN_NONE;

	ev->timestamp = (struct event_time){TIME_GIVEN, s->time};
	if (s->year_assumed)
		ev->flags |= EVENT_YEAR_ASSUMED;
	if (s->zone_assumed)
		ev->flags |= EVENT_ZONE_ASSUMED;
	if (s->logfmt)
		level = take_pairs(t, s->rest);
	else if (!s->level.data && s->kind != STAMP_CLF)
		level = take_head(t, s);
	set_level(t, level_behind(s, level));
	t->level_follows = s->kind == STAMP_JUL;
}

/* ---- holding and joining ---- */

static void set_source_id(struct text *t)
{
	buf_clear(&t->source_id);
	buf_add_cstr(&t->source_id, t->in->input);
	buf_add_char(&t->source_id, ':');
	buf_add_i64(&t->source_id, t->in->line);
	t->event.source_id = buf_span(&t->source_id);
}

/* The same bytes, in the copy of the line. */
static struct span moved(struct span s, const char *from, const char *to)
{
	return s.data ? span_of(to + (s.data - from), s.len) : s;
}

/* All that this format sets; clearing the whole event costs as much as reading a line's time. */
static void clear_event(struct event *ev)
{
	ev->has_severity = false;
	ev->severity = SEVERITY_UNKNOWN;
	ev->severity_text = ev->title = ev->trace_id = ev->span_id = ev->body = SPAN_NONE;
	ev->timestamp.state = TIME_ABSENT;
	ev->labels = NULL;
	ev->n_labels = 0;
	ev->flags = 0;
}

/* Begins to hold a line; its record is made when the next one does not go on from it. s: what its
 * time is and where, NULL for a line without. */
static void hold_line(struct text *t, struct span line, const struct stamp *found)
{
	NOT_CLEARED struct stamp s;

	s = found ? *found : (struct stamp){.rest = line};
	buf_clear(&t->line);
	(void)buf_room(&t->line, line.len * 2 + t->max_body + 64); /* below the maximum */
	buf_add_span(&t->line, line);
	s.before = moved(s.before, line.data, t->line.data);
	s.rest = moved(s.rest, line.data, t->line.data);
	s.level = moved(s.level, line.data, t->line.data);
	clear_event(&t->event);
	t->level_follows = t->go_trace = false;
	t->lines = 1;
	set_source_id(t);
	if (found)
		take_stamped(t, &s);
	else
		set_level(t, log_level_find(s.rest));
	t->prefix = s.rest.data;
	t->prefix_len = t->event.severity_text.data > s.rest.data
				? (size_t)(t->event.severity_text.data - s.rest.data)
				: 0;
	t->body_at = (size_t)(s.rest.data - t->line.data);
	if (s.before.len > 0) { /* what stood in front of the stamp is part of the line, too */
		t->body_at = t->line.len;
		buf_add_span(&t->line, s.before);
		buf_add_char(&t->line, ' ');
		buf_add_span(&t->line, s.rest);
	}
	t->held = true;
}

static bool fits(const struct text *t, struct span more)
{
	return t->line.len - t->body_at + more.len + 1 <= t->max_body && t->lines < MAX_LINES;
}

/* java.util.logging's second line: "SEVERE: message". */
static bool begins_with_level(struct span line, struct span *word)
{
	const char *colon = memchr(line.data, ':', line.len < 12 ? line.len : 12);

	*word = span_of(line.data, colon ? (size_t)(colon - line.data) : 0);
	return word->len > 0 && log_level_is(*word);
}

static void join(struct text *t, struct span more)
{
	struct span word;

	buf_add_char(&t->line, '\n');
	buf_add_span(&t->line, more);
	t->lines++;
	t->go_trace |= log_begins_go_trace(more);
	more = span_of(t->line.data + t->line.len - more.len, more.len);
	if (t->level_follows && t->lines == 2 && begins_with_level(more, &word))
		set_level(t, log_level_of(word));
}

/* PostgreSQL's DETAIL and the like: same prefix ("[123] user@db "), same stamp or a little later.
 */
static struct span detail_of(struct text *t, const struct stamp *s)
{
	long at;

	if (!t->held || t->prefix_len == 0 || s->rest.len <= t->prefix_len ||
	    memcmp(s->rest.data, t->prefix, t->prefix_len) != 0)
		return SPAN_NONE;
	at = log_detail_at(s->rest);
	if (at < 0 || (size_t)at != t->prefix_len)
		return SPAN_NONE;
	return span_of(s->rest.data + at, s->rest.len - (size_t)at);
}

/* Does a line without a time go on from what is held, or from what was before it? */
static bool goes_on(const struct text *t, struct span line)
{
	struct span word;

	if (log_goes_on(line))
		return true;
	if (!t->held)
		return false;
	return (t->go_trace && log_goes_on_in_go(line)) ||
	       (t->level_follows && t->lines == 1 && begins_with_level(line, &word));
}

/* Part of what is held, that no longer fits into its record. */
static int carry_on(struct text *t, struct span more, const struct stamp *s, struct err *e)
{
	struct event_time when = t->event.timestamp;
	bool held = t->held, go_trace = t->go_trace;

	if (text_flush(t, e) != 0)
		return -1;
	hold_line(t, more, s);
	t->go_trace = go_trace;
	t->event.flags |= EVENT_CONTINUED;
	if (held && t->event.timestamp.state != TIME_GIVEN)
		t->event.timestamp = when;
	return 0;
}

/* A line that is a JSON object. 1: it is held; 0: it is none, a line like others; -1: stop. */
static int json_line(struct text *t, struct span line, struct err *e)
{
	struct stamp_options opt = stamp_options(t->in);
	enum reject_code code;

	if (line.data[line.len - 1] != '}')
		return 0;
	if (text_flush(t, e) != 0)
		return -1;
	if (!t->record)
		t->record = record_new(t->in->opt->max_record);
	err_clear(&t->in->why);
	if (record_parse(t->record, line.data, line.len, &code, &t->in->why) != 0)
		return 0;
	hold_line(t, line, NULL);
	t->event.has_severity = false;
	t->event.severity_text = SPAN_NONE;
	text_json_read(t->record, &opt, t->in->aliases, t->labels, &t->event);
	return 1;
}

static int text_line(void *state, struct span line, struct err *e)
{
	struct text *t = state;
	struct stamp_options opt = stamp_options(t->in);
	struct span more = SPAN_NONE;
	NOT_CLEARED struct stamp s;
	bool stamped;

	if (span_trim(line).len == 0)
		return 0;
	if (*line.data == '{') {
		int rc = json_line(t, line, e);

		if (rc != 0)
			return rc < 0 ? -1 : 0;
	}
	stamped = stamp_find(line, &opt, &t->stamp_hint, &s);
	if (stamped)
		more = detail_of(t, &s);
	else if (goes_on(t, line))
		more = line;
	if (more.data && t->held && fits(t, more)) {
		join(t, more);
		return 0;
	}
	if (more.data)
		return carry_on(t, line, stamped ? &s : NULL, e);
	if (text_flush(t, e) != 0)
		return -1;
	hold_line(t, line, stamped ? &s : NULL);
	return 0;
}

static enum sniff text_sniff(struct ingest *in, struct span line, const char **why)
{
	struct stamp_options opt = stamp_options(in);
	struct stamp s;
	size_t hint = 0;

	(void)why; /* always sure */
	return stamp_find(line, &opt, &hint, &s) ? SNIFF_YES : SNIFF_NO;
}

const struct format format_text = {
	.name = "text",
	.summary = "log lines: time and level found, stack traces joined",
	.explain =
		"One record of kind log for each line.\n"
		"\n"
		"  timestamp       the time at the front: RFC 3339, ISO with point or comma, slashes, syslog, Apache and\n"
		"                  nginx (error and access), glog and klog, Redis, Db2, Spark, logcat, java.util.logging,\n"
		"                  logfmt's ts= and time=, epochs; also behind a file's name that holds .log\n"
		"  severity        the level: upper-case words, words in brackets or before a colon, logfmt's level=;\n"
		"                  left out when there is none. An access log has none: a status of 500 to 599 is high,\n"
		"                  with the status as severity_text, any other says nothing\n"
		"  severity_text   the word as it stands\n"
		"  body            the line without its time\n"
		"  labels          app and host from a syslog head; logger, component and host where the layout has\n"
		"                  them (Log4j, Logback, Spring, Zookeeper, oslo.log, logcat, Python, Rust, Windows CBS,\n"
		"                  BlueGene/L, HPC); logfmt's keys that promote; --label adds others\n"
		"  source_id       input and number of the line\n"
		"\n"
		"A line that is a JSON object has its time, level, title (message, msg), trace_id, span_id and the keys that\n"
		"promote read from it; its body is the line. A time without a zone is taken as UTC, or as --zone says; one\n"
		"without a year as the latest that is not past tomorrow; flags says so (zone_assumed, year_assumed). A line\n"
		"without a time has the time of reading (no_timestamp). Joined to the line before: indented lines,\n"
		"exceptions, tracebacks, \"Caused by:\", Go's goroutine traces, and PostgreSQL's DETAIL, HINT, QUERY, CONTEXT,\n"
		"STATEMENT, LOCATION and BACKTRACE with the same prefix, up to 1000 lines and an eighth of --max-record (at\n"
		"most 1M); what is over goes on in another record (continued). Nothing is joined across a pause of the input.\n"
		"Blank lines are left out.\n",
	.example =
		"2026-11-21 09:09:19.095 UTC [123] orders_app@orders FATAL:  sorry, too many clients already\n",
	.framing = FRAME_LINES,
	.sniff_line = text_sniff,
	.open = text_open,
	.close = text_close,
	.line = text_line,
	.flush = text_flush,
};
