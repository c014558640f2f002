#include "aiops-audit/row.h"

#include <string.h>

#include "base/utf8.h"
#include "cli/cli.h"
#include "record/jsonw.h"

int row_parse(const struct row *row, struct record *parser, struct buf *padded,
	      const struct record **record, struct err *e)
{
	static const char zeros[RECORD_PADDING];
	enum reject_code why;

	*record = NULL;
	if (!row->body.data)
		return 0;
	buf_clear(padded);
	buf_add_span(padded, row->body);
	buf_add(padded, zeros, sizeof zeros);
	if (buf_overflowed(padded))
		return err_set(e, EX_BADDATA, "the body is too long");
	if (record_parse(parser, padded->data, row->body.len, &why, e) != 0)
		return err_prefix(e, "the body is no record");
	*record = parser;
	return 0;
}

/* ---- as JSON ---- */

static void add_audit(struct jsonw *w, const struct row *row)
{
	jsonw_object(w);
	jsonw_member(w, "log", row->log);
	jsonw_member_i64(w, "seq", row->seq);
	jsonw_member(w, "hash", row->hash);
	jsonw_member(w, "ts", row->ts);
	jsonw_member(w, "actor", row->actor);
	if (!row->body.data) {
		jsonw_member(w, "kind", row->kind);
		jsonw_member_opt(w, "record_id", row->record_id);
		jsonw_member_bool(w, "redacted", true);
	}
	jsonw_object_end(w);
}

static void add_redacted(const struct row *row, struct span audit, struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct buf id = BUF_INIT(128);

	buf_addf(&id, "%.*s#%lld", (int)row->log.len, row->log.data, (long long)row->seq);
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("audit"));
	jsonw_member(&w, "id", buf_span(&id));
	jsonw_member(&w, "timestamp", row->ts);
	jsonw_member(&w, "source", SPAN("aiops-audit"));
	jsonw_member_opt(&w, "incident", row->incident);
	jsonw_member_opt(&w, "run", row->run);
	jsonw_key(&w, "audit");
	jsonw_raw(&w, audit);
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
	buf_release(&id);
}

void row_add_audited(const struct row *row, const struct record *record, struct span audit,
		     struct buf *out)
{
	if (record)
		record_splice(record, "audit", audit, out);
	else
		add_redacted(row, audit, out);
}

void row_add_json(const struct row *row, const struct record *record, struct buf *out)
{
	struct buf audit = BUF_INIT(4096);
	struct jsonw w = jsonw_to(&audit);

	add_audit(&w, row);
	row_add_audited(row, record, buf_span(&audit), out);
	buf_release(&audit);
}

/* ---- as a line ---- */

/* Code points: near enough for columns. */
static size_t columns(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.data[i] & 0xc0) != 0x80;
	return n;
}

static void pad_to(struct buf *line, size_t from, size_t width)
{
	size_t n = columns(span_of(line->data + from, line->len - from));

	for (; n < width; n++)
		buf_add_char(line, ' ');
	buf_add_char(line, ' ');
}

void row_add_cell(struct buf *line, struct span s, size_t width)
{
	size_t from = line->len;

	term_line(line, s);
	pad_to(line, from, width);
}

/* Cuts the line to width characters; the last says that something is missing. */
static void cut(struct buf *line, size_t width)
{
	size_t n = 0, at = 0, last = 0;

	if (width == 0 || columns(buf_span(line)) <= width)
		return;
	while (n < width) {
		uint32_t cp;
		size_t len = utf8_next(span_of(line->data + at, line->len - at), &cp);

		last = at;
		at += len ? len : 1;
		n++;
	}
	line->len = last;
	buf_add_char(line, '>');
}

void row_add_what(struct buf *line, const struct record *r)
{
	static const char *const titles[] = {"title",   "name",        "body", "change.type",
					     "runbook", "description", "id"};
	struct span step = record_text(r, "step"), from = record_text(r, "from"),
		    state = record_text(r, "state");
	struct span reason = record_text(r, "reason");

	if (state.data) {
		term_line(line, step.data ? step : record_text(r, "runbook"));
		buf_add_cstr(line, ": ");
		if (from.data) {
			term_line(line, from);
			buf_add_cstr(line, " -> ");
		}
		term_line(line, state);
		if (reason.len) {
			buf_add_cstr(line, " (");
			term_line(line, reason);
			buf_add_char(line, ')');
		}
		return;
	}
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		struct span title = record_text(r, titles[i]);

		if (title.len) {
			term_line(line, title);
			return;
		}
	}
}

enum { SEQ_WIDTH = 6, TIME_WIDTH = 19, KIND_WIDTH = 8, ACTOR_WIDTH = 10, INCIDENT_WIDTH = 20 };

void row_end_line(struct buf *line, size_t width, struct buf *out)
{
	cut(line, width);
	while (line->len && line->data[line->len - 1] == ' ')
		line->len--;
	buf_add_span(out, buf_span(line));
	buf_add_char(out, '\n');
}

void row_add_heading(struct buf *out, size_t width)
{
	struct buf line = BUF_INIT(1024);

	buf_addf(&line, "%*s ", SEQ_WIDTH, "SEQ");
	row_add_cell(&line, SPAN("TIME"), TIME_WIDTH);
	row_add_cell(&line, SPAN("KIND"), KIND_WIDTH);
	row_add_cell(&line, SPAN("ACTOR"), ACTOR_WIDTH);
	row_add_cell(&line, SPAN("INCIDENT"), INCIDENT_WIDTH);
	buf_add_cstr(&line, "WHAT");
	row_end_line(&line, width, out);
	buf_release(&line);
}

void row_add_line(const struct row *row, const struct record *record, size_t width, struct buf *out)
{
	struct buf line = BUF_INIT((size_t)256 << 20);
	struct span seconds = row->ts.len > 19 ? span_of(row->ts.data, 19) : row->ts;

	buf_addf(&line, "%*lld ", SEQ_WIDTH, (long long)row->seq);
	row_add_cell(&line, seconds, TIME_WIDTH);
	row_add_cell(&line, row->kind, KIND_WIDTH);
	row_add_cell(&line, row->actor, ACTOR_WIDTH);
	row_add_cell(&line, row->incident.data ? row->incident : SPAN("-"), INCIDENT_WIDTH);
	if (record)
		row_add_what(&line, record);
	else
		buf_add_cstr(&line, "(redacted)");
	row_end_line(&line, width, out);
	buf_release(&line);
}
