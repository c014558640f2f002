/*
 * Text logs: one record of kind log for each line, with the lines that go on
 * from it (stack traces, PostgreSQL's DETAIL and STATEMENT) joined.
 */
#include "aiops-ingest/format.h"

#include <stdlib.h>

#include "aiops-ingest/emit.h"
#include "aiops-ingest/loglevel.h"
#include "aiops-ingest/stamp.h"
#include "base/mem.h"

struct text {
	struct ingest *in;
	size_t hint;     /* shape of the last stamp */
	size_t max_body; /* a longer one goes on in a record of its own */
	/* the line that is held back, for lines that go on from it */
	bool held;
	struct event event; /* its spans point into `line` */
	struct buf body;    /* joined lines */
	struct buf line;    /* the first line */
	struct buf source_id;
	size_t prefix_len; /* of what stands between stamp and level in `line`, for PostgreSQL */
	const char *prefix;
	struct label labels[2];
};

static void *text_open(struct ingest *in)
{
	struct text *t = mem_zalloc(sizeof *t);

	t->in = in;
	t->max_body = in->opt->max_record /
		      8; /* escaped and in an envelope it stays below a line's limit */
	buf_init(&t->body, in->opt->max_record * 2);
	buf_init(&t->line, in->opt->max_record);
	buf_init(&t->source_id, 8192);
	return t;
}

static void text_close(void *state)
{
	struct text *t = state;

	buf_release(&t->body);
	buf_release(&t->line);
	buf_release(&t->source_id);
	free(t);
}

static int text_flush(void *state, struct err *e)
{
	struct text *t = state;

	if (!t->held)
		return 0;
	t->held = false;
	t->event.body = buf_span(&t->body);
	return emit_event(t->in, &t->event, e);
}

static bool find_stamp(struct text *t, struct span line, struct stamp *out)
{
	const struct ingest_options *o = t->in->opt;
	struct stamp_options opt = {t->in->observed, o->zone_offset_s, o->has_zone_offset};

	return stamp_find(line, &opt, &t->hint, out);
}

/* Host and programme of syslog's head become labels, and so what they promote. */
static void take_head(struct text *t, const struct stamp *s)
{
	struct log_head head = log_head_find(s->rest, !s->year_assumed);

	if (!head.app.data || s->level.data)
		return;
	t->labels[0] = (struct label){SPAN("app"), head.app};
	t->labels[1] = (struct label){SPAN("host"), head.host};
	t->event.labels = t->labels;
	t->event.n_labels = 2;
}

/* Redis marks the level with one character behind the stamp. */
static struct log_level redis_level(const struct stamp *s)
{
	struct log_level none = {SPAN_NONE, SEVERITY_UNKNOWN};

	if (s->before.len == 0 || s->rest.len < 2 || s->rest.data[1] != ' ' ||
	    !strchr("#*-.", *s->rest.data))
		return none;
	return log_level_of(span_of(s->rest.data, 1));
}

static void take_level(struct text *t, const struct stamp *s)
{
	struct log_level level = s->level.data ? log_level_of(s->level) : redis_level(s);

	if (!level.text.data)
		level = log_level_find(s->rest);
	t->event.has_severity = level.text.data != NULL;
	t->event.severity = level.severity;
	t->event.severity_text = level.text;
	t->prefix = s->rest.data;
	t->prefix_len =
		level.text.data > s->rest.data ? (size_t)(level.text.data - s->rest.data) : 0;
}

static void take_time(struct event *ev, const struct stamp *s)
{
	ev->timestamp = (struct event_time){TIME_GIVEN, s->time};
	if (s->year_assumed)
		ev->flags |= EVENT_YEAR_ASSUMED;
	if (s->zone_assumed)
		ev->flags |= EVENT_ZONE_ASSUMED;
}

/* Begins to hold a line. Its record is made when the next one does not go on from it. */
static void hold_line(struct text *t, struct span line)
{
	struct stamp s;
	struct span copy;

	buf_clear(&t->line);
	buf_add_span(&t->line, line);
	copy = buf_span(&t->line);
	t->event = (struct event){.kind = KIND_LOG, .format = format_text.name};
	if (find_stamp(t, copy, &s)) {
		take_time(&t->event, &s);
		take_head(t, &s);
	} else {
		s = (struct stamp){.rest = copy};
	}
	take_level(t, &s);
	buf_clear(&t->source_id);
	buf_add_cstr(&t->source_id, t->in->input);
	buf_add_char(&t->source_id, ':');
	buf_add_i64(&t->source_id, t->in->line);
	t->event.source_id = buf_span(&t->source_id);
	buf_clear(&t->body);
	if (s.before.len > 0) { /* what stood in front of the stamp is part of the line, too */
		buf_add_span(&t->body, s.before);
		buf_add_char(&t->body, ' ');
	}
	buf_add_span(&t->body, s.rest);
	t->held = true;
}

static bool fits(const struct text *t, struct span more)
{
	return t->body.len + more.len + 1 <= t->max_body;
}

static void join(struct text *t, struct span more)
{
	buf_add_char(&t->body, '\n');
	buf_add_span(&t->body, more);
}

/* PostgreSQL's DETAIL and the like: same prefix ("[123] user@db "), same stamp or a little later.
 */
static struct span detail_of(struct text *t, const struct stamp *s)
{
	long at = log_detail_at(s->rest);

	if (at < 0 || !t->held || (size_t)at != t->prefix_len ||
	    memcmp(s->rest.data, t->prefix, t->prefix_len) != 0)
		return SPAN_NONE;
	return span_of(s->rest.data + at, s->rest.len - (size_t)at);
}

/* Part of what is held, that no longer fits into its record. */
static int carry_on(struct text *t, struct span more, struct err *e)
{
	struct event_time when = t->event.timestamp;
	bool held = t->held;

	if (text_flush(t, e) != 0)
		return -1;
	hold_line(t, more);
	t->event.flags |= EVENT_CONTINUED;
	if (held && t->event.timestamp.state != TIME_GIVEN)
		t->event.timestamp = when;
	return 0;
}

static int text_line(void *state, struct span line, struct err *e)
{
	struct text *t = state;
	struct span more = SPAN_NONE;
	struct stamp s;

	if (span_trim(line).len == 0)
		return 0;
	if (find_stamp(t, line, &s))
		more = detail_of(t, &s);
	else if (log_goes_on(line))
		more = line;
	if (more.data && t->held && fits(t, more)) {
		join(t, more);
		return 0;
	}
	if (more.data)
		return carry_on(t, line, e);
	if (text_flush(t, e) != 0)
		return -1;
	hold_line(t, line);
	return 0;
}

static enum sniff text_sniff(struct ingest *in, struct span line, const char **why)
{
	struct stamp_options opt = {in->observed, in->opt->zone_offset_s, in->opt->has_zone_offset};
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
		"                  nginx (error and access), glog and klog, Redis, Db2, logfmt's ts= and time=, epochs\n"
		"  severity        the level: upper-case words, words in brackets or before a colon, logfmt's level=;\n"
		"                  left out when there is none\n"
		"  severity_text   the word as it stands\n"
		"  body            the line without its time\n"
		"  labels          app and host from a syslog head; --label adds others\n"
		"  source_id       input and number of the line\n"
		"\n"
		"A time without a zone is taken as UTC, or as --zone says; one without a year as the latest that is not past\n"
		"tomorrow; flags says so (zone_assumed, year_assumed). A line without a time has the time of reading\n"
		"(no_timestamp). Joined to the line before: indented lines, exceptions, tracebacks, \"Caused by:\", and\n"
		"PostgreSQL's DETAIL, HINT, QUERY, CONTEXT, STATEMENT, LOCATION and BACKTRACE with the same prefix. Nothing\n"
		"is joined across a pause of the input. Blank lines are left out.\n",
	.example =
		"2026-11-21 09:09:19.095 UTC [123] orders_app@orders FATAL:  sorry, too many clients already\n",
	.framing = FRAME_LINES,
	.sniff_line = text_sniff,
	.open = text_open,
	.close = text_close,
	.line = text_line,
	.flush = text_flush,
};
