/*
 * Syslog as it goes over the wire: RFC 5424 and RFC 3164, a message a line or in
 * octet-counted frames (RFC 6587), whose messages may hold newlines.
 */
#include "aiops-ingest/formats/format.h"

#include <stdlib.h>

#include "aiops-ingest/formats/priority.h"
#include "aiops-ingest/formats/syslog.h"
#include "base/mem.h"

struct syslog {
	struct ingest *in;
	struct arena words;
	struct labelset labels, annotations;
	struct buf source_id;
	int64_t line, nth; /* of the messages that begin on one line */
};

static void *sys_open(struct ingest *in)
{
	struct syslog *p = mem_zalloc(sizeof *p);

	p->in = in;
	buf_init(&p->source_id, 8192);
	return p;
}

static void sys_close(void *state)
{
	struct syslog *p = state;

	arena_release(&p->words);
	labelset_release(&p->labels);
	labelset_release(&p->annotations);
	buf_release(&p->source_id);
	free(p);
}

static struct span place(struct syslog *p)
{
	p->nth = p->in->line == p->line ? p->nth + 1 : 1;
	p->line = p->in->line;
	buf_clear(&p->source_id);
	buf_addf(&p->source_id, "%s:%lld", p->in->input, (long long)p->line);
	if (p->nth > 1)
		buf_addf(&p->source_id, ".%lld", (long long)p->nth);
	return buf_span(&p->source_id);
}

static int take_message(struct syslog *p, struct span s, struct err *e)
{
	const struct ingest_options *o = p->in->opt;
	struct stamp_options opt = {p->in->observed, o->zone};
	struct event ev = {.kind = KIND_LOG, .format = format_syslog.name};
	struct err why = ERR_INIT;
	struct syslog_message m;

	arena_clear(&p->words);
	p->labels.n = p->annotations.n = 0;
	ev.source_id = place(p);
	if (syslog_read(s, &opt, &p->words, &p->labels, &m, &why) != 0)
		return ingest_reject(p->in, "schema", s, e, "%s", why.text);
	labelset_add(&p->labels, SPAN("app"), m.app);
	labelset_add(&p->labels, SPAN("host"), m.host);
	labelset_add(&p->labels, SPAN("msgid"), m.msgid);
	labelset_settle(&p->labels);
	labelset_add(&p->annotations, SPAN("facility"), span_cstr(facility_name(m.facility)));
	labelset_add(&p->annotations, SPAN("procid"), m.procid);
	ev.labels = p->labels.items;
	ev.n_labels = p->labels.n;
	ev.annotations = p->annotations.items;
	ev.n_annotations = p->annotations.n;
	ev.timestamp = m.time;
	ev.flags = m.flags;
	ev.body = m.body;
	judge_by_priority(p->in, m.severity, &ev);
	return emit_event(p->in, &ev, e);
}

static int sys_line(void *state, struct span line, struct err *e)
{
	struct syslog *p = state;
	size_t count, header;

	if (span_trim(line).len == 0)
		return 0;
	if (syslog_count(line, &count, &header))
		return ingest_reject(p->in, "syntax", line, e,
				     "a frame of %zu bytes that ends after %zu", count,
				     line.len - header);
	return take_message(p, line, e);
}

static enum framed sys_frame(struct span s, struct span *frame, size_t *used)
{
	size_t count, header, digits = 0;

	while (digits < s.len && digits < 9 && s.data[digits] >= '0' && s.data[digits] <= '9')
		digits++;
	if (digits > 0 && (digits == s.len || (digits + 1 == s.len && s.data[digits] == ' ')))
		return FRAMED_MORE; /* it may become a count */
	if (!syslog_count(s, &count, &header))
		return FRAMED_LINE;
	if (s.len - header < count)
		return FRAMED_MORE;
	*frame = span_of(s.data + header, count);
	*used = header + count;
	while (frame->len > 0 && frame->data[frame->len - 1] == '\n')
		frame->len--;
	return FRAMED;
}

static enum sniff sys_sniff(struct ingest *in, struct span line, const char **why)
{
	size_t count, header, len;
	int priority;

	(void)in;
	(void)why; /* always sure */
	if (syslog_count(line, &count, &header))
		line = span_of(line.data + header, line.len - header);
	return syslog_priority(line, &priority, &len) ? SNIFF_YES : SNIFF_NO;
}

static int sys_end(void *state, struct err *e)
{
	struct syslog *p = state;

	(void)e;
	p->line = p->nth = 0;
	return 0;
}

const struct format format_syslog = {
	.name = "syslog",
	.summary =
		"syslog messages with their <priority>: RFC 5424 and RFC 3164, a line each or octet-counted",
	.explain =
		"One record of kind log for each message.\n"
		"\n"
		"  timestamp       of RFC 5424 its own, - is none. Of RFC 3164 any time that -f text knows: it has neither\n"
		"                  year nor zone, so the latest year that is not past tomorrow and --zone (else UTC) are\n"
		"                  taken, flagged year_assumed and zone_assumed\n"
		"  severity        priority modulo 8: 0 to 2 critical, 3 high, 4 medium, 5 low, 6 and 7 info\n"
		"  body            the message, without a byte order mark\n"
		"  labels          host, app (APP-NAME, the tag), msgid; structured data as ID.NAME\n"
		"  annotations     facility, procid\n"
		"  source_id       input, line, and number of the message on it\n"
		"\n"
		"A frame of so many octets (\"83 <34>1 ...\", RFC 6587) may hold newlines. A message without <priority> is\n"
		"rejected: -f text reads the files that a syslog server writes.\n",
	.example =
		"<165>1 2026-11-21T09:09:19.095Z db-1 postgres 24200 FATAL [pool@32473 size=\"20\"] sorry, too many clients\n"
		"<34>Nov 21 09:09:19 db-1 postgres[24200]: sorry, too many clients already\n",
	.framing = FRAME_LINES,
	.sniff_line = sys_sniff,
	.open = sys_open,
	.close = sys_close,
	.line = sys_line,
	.frame = sys_frame,
	.end = sys_end,
};
