/*
 * Tables with a header: comma-separated values (RFC 4180) and their relatives
 * with tabs, semicolons or bars. One record for each row.
 */
#include "aiops-ingest/formats/format.h"

#include <stdlib.h>

#include "aiops-ingest/formats/csv.h"
#include "aiops-ingest/formats/foreign.h"
#include "base/mem.h"
#include "record/jsonw.h"

struct table {
	struct ingest *in;
	struct foreign *foreign;
	struct record *row; /* a row as an object */
	bool tabs;          /* -f tsv */
	char separator;
	bool headed, broken; /* the header came; it cannot be used */
	struct arena names;  /* of columns, and paths */
	struct csv_row header, cells;
	struct mapping rules;
	struct arena words;
	struct buf pending, json; /* rows may go on over lines */
	int64_t line;             /* where the pending row begins */
};

static struct table *make(struct ingest *in, bool tabs)
{
	struct table *t = mem_zalloc(sizeof *t);

	t->in = in;
	t->tabs = tabs;
	t->foreign = foreign_new(in, tabs ? format_tsv.name : format_csv.name);
	t->row = record_new(in->opt->max_record);
	buf_init(&t->pending, in->opt->max_record);
	buf_init(&t->json, in->opt->max_record + RECORD_PADDING);
	return t;
}

static void *csv_open(struct ingest *in)
{
	return make(in, false);
}

static void *tsv_open(struct ingest *in)
{
	return make(in, true);
}

static void table_close(void *state)
{
	struct table *t = state;

	foreign_free(t->foreign);
	record_free(t->row);
	arena_release(&t->names);
	arena_release(&t->words);
	csv_row_release(&t->header);
	csv_row_release(&t->cells);
	mapping_release(&t->rules);
	buf_release(&t->pending);
	buf_release(&t->json);
	free(t);
}

static int refuse(struct table *t, const char *code, struct span raw, const char *why,
		  struct err *e)
{
	return ingest_reject(t->in, code, raw, e, "%s", why);
}

/* ---- header ---- */

/* The header lives as long as its rows. */
static int read_header(struct table *t, struct span line, struct err *e)
{
	struct span kept = arena_keep(&t->names, line);

	t->separator = t->tabs ? '\t' : csv_separator(kept);
	if (csv_cut(kept, t->separator, &t->names, &t->header, e) != 0)
		return -1;
	mapping_release(&t->rules);
	return csv_rules(&t->header, t->in->opt->map, t->in->aliases, &t->names, &t->rules, e);
}

static int take_header(struct table *t, struct span line, struct err *e)
{
	struct err why = ERR_INIT;

	t->headed = true;
	if (read_header(t, line, &why) == 0)
		return 0;
	t->broken = true;
	return ingest_reject(t->in, "schema", line, e, "header: %s", why.text);
}

/* ---- rows ---- */

/* Cells as members; what is empty is not there. */
static void write_row(struct table *t)
{
	struct jsonw w = jsonw_to(&t->json);

	buf_clear(&t->json);
	jsonw_object(&w);
	for (size_t i = 0; i < t->cells.n; i++) {
		if (t->cells.cells[i].len == 0)
			continue;
		jsonw_key_span(&w, t->header.cells[i]);
		jsonw_string(&w, t->cells.cells[i]);
	}
	jsonw_object_end(&w);
}

static int take_row(struct table *t, struct span line, struct err *e)
{
	struct err why = ERR_INIT;
	enum reject_code code;

	arena_clear(&t->words);
	if (t->broken)
		return refuse(t, "schema", line, "a row below a header that cannot be used", e);
	if (csv_cut(line, t->separator, &t->words, &t->cells, &why) != 0)
		return refuse(t, "syntax", line, why.text, e);
	if (t->cells.n != t->header.n)
		return ingest_reject(t->in, "schema", line, e, "%zu cells below %zu columns",
				     t->cells.n, t->header.n);
	write_row(t);
	if (buf_overflowed(&t->json) || !buf_room(&t->json, RECORD_PADDING))
		return refuse(t, "too_long", line, "longer than --max-record", e);
	if (record_parse(t->row, t->json.data, t->json.len, &code, &why) != 0)
		return refuse(t, reject_code_name(code), line, why.text, e);
	return foreign_take(t->foreign, &t->rules, t->row, e);
}

static int take_whole(struct table *t, struct span line, struct err *e)
{
	int64_t now = t->in->line;
	int rc;

	t->in->line = t->line; /* a row is told of by its first line */
	rc = t->headed ? take_row(t, line, e) : take_header(t, line, e);
	t->in->line = now;
	return rc;
}

static int table_line(void *state, struct span line, struct err *e)
{
	struct table *t = state;
	char separator = t->headed ? t->separator : t->tabs ? '\t' : csv_separator(line);
	bool whole = false;
	int rc;

	if (t->pending.len == 0) {
		t->line = t->in->line;
		if (span_trim(line).len == 0)
			return 0;
		if (!csv_is_open(line, separator, false))
			return take_whole(t, line, e);
	} else {
		buf_add_char(&t->pending, '\n');
		whole = !csv_is_open(line, separator, true);
	}
	buf_add_span(&t->pending, line);
	if (buf_overflowed(&t->pending))
		rc = refuse(t, "too_long", buf_span(&t->pending),
			    "a row longer than --max-record: a quote that is not closed?", e);
	else if (!whole)
		return 0;
	else
		rc = take_whole(t, buf_span(&t->pending), e);
	buf_clear(&t->pending);
	return rc;
}

static int table_end(void *state, struct err *e)
{
	struct table *t = state;
	int rc = 0;

	t->in->line = t->line;
	if (t->pending.len > 0)
		rc = refuse(t, "syntax", buf_span(&t->pending), "a quote that is not closed", e);
	buf_clear(&t->pending);
	arena_clear(&t->names);
	t->headed = t->broken = false;
	return rc;
}

/* ---- shapes ---- */

static enum sniff sniff_header(struct span line, bool tabs, const char **why)
{
	char separator = csv_separator(line);
	struct csv_row header = {NULL};
	struct arena words = {NULL};
	struct err ignored = ERR_INIT;
	enum sniff s = SNIFF_NO;
	size_t known = 0;
	bool has_time = false;

	if ((separator == '\t') == tabs && memchr(line.data, separator, line.len) &&
	    csv_cut(line, separator, &words, &header, &ignored) == 0)
		known = csv_known_columns(&header, &has_time);
	*why = tabs ? "looks like a table; -f tsv reads it, if need be with --map"
		    : "looks like a table; -f csv reads it, if need be with --map";
	if (known >= 2)
		s = has_time ? SNIFF_YES : SNIFF_MAYBE;
	csv_row_release(&header);
	arena_release(&words);
	return s;
}

static enum sniff csv_sniff(struct ingest *in, struct span line, const char **why)
{
	(void)in;
	return sniff_header(line, false, why);
}

static enum sniff tsv_sniff(struct ingest *in, struct span line, const char **why)
{
	(void)in;
	return sniff_header(line, true, why);
}

#define EXPLAIN                                                                                                              \
	"One record for each row below the header. A column is a field by its name, in any case, with spaces,\n"             \
	"dashes or dots for _; --map FIELD=COLUMN says otherwise (a dot in a name is written \\.).\n"                        \
	"\n"                                                                                                                 \
	"  kind            column kind; else metric when there is a value, log when there is a body, alert when\n"           \
	"                  there are a status and a name; else the header is rejected: say --map kind=...\n"                 \
	"  timestamp       timestamp, time, ts, date, datetime, event_time, _time, @timestamp: RFC 3339, any shape\n"        \
	"                  that -f text knows, or an epoch, whose unit its digits tell\n"                                    \
	"  severity        severity, level, log_level, loglevel, priority, by the word table\n"                              \
	"  body            message, msg, body, log, content\n"                                                               \
	"  name            name, metric, metric_name, alertname, alert\n"                                                    \
	"  title           title, summary\n"                                                                                 \
	"  source_id       id, source_id, uid; else input and line, of metrics and alerts with labels the\n"                 \
	"                  fingerprint\n"                                                                                    \
	"  value, unit, threshold, condition, status, signal, description, starts_at, ends_at, trace_id, span_id\n"          \
	"                  columns of these names\n"                                                                         \
	"  labels          columns whose names promote (in any case), see below; the name (__name__, of alerts alertname)\n" \
	"  annotations     the others\n"                                                                                     \
	"\n"                                                                                                                 \
	"Quoted cells may hold separators, newlines and doubled quotes (RFC 4180); empty cells are not there. A row of\n"    \
	"more or fewer cells than the header is rejected.\n"

const struct format format_csv = {
	.name = "csv",
	.summary =
		"tables with a header, cells parted by commas, semicolons, bars or tabs (RFC 4180)",
	.explain = EXPLAIN,
	.example = "time,host,level,message\n"
		   "2026-11-21T09:09:19.095Z,db-1,error,\"sorry, \"\"too many clients\"\"\"\n",
	.framing = FRAME_LINES,
	.sniff_line = csv_sniff,
	.open = csv_open,
	.close = table_close,
	.line = table_line,
	.end = table_end,
};

const struct format format_tsv = {
	.name = "tsv",
	.summary = "tables with a header, cells parted by tabs",
	.explain = EXPLAIN,
	.example = "timestamp\tservice\tmetric\tvalue\n"
		   "1795252159\tcart\tqueue_length\t17\n",
	.framing = FRAME_LINES,
	.sniff_line = tsv_sniff,
	.open = tsv_open,
	.close = table_close,
	.line = table_line,
	.end = table_end,
};
