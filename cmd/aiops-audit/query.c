/*
 * aiops-audit query: the rows that fit, in the order of the log.
 */
#include "aiops-audit/commands.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-audit/row.h"
#include "aiops-audit/search.h"
#include "aiops-audit/timeline.h"
#include "aiops-audit/when.h"
#include "aiops-audit/where.h"
#include "base/mem.h"
#include "cli/filter.h"
#include "store/audit.h"

enum { COL_SEQ, COL_TS, COL_KIND, COL_ACTOR, COL_ID, COL_INCIDENT, COL_RUN, COL_HASH, COL_BODY };

/* A filter is a fragment of SQL from here and a value that is bound. */
struct filters {
	struct buf sql;
	struct span values[8];
	size_t n;
};

struct query {
	struct cli *c;
	const struct query_options *o;
	struct store *store;
	struct audit_head head;
	struct record *parser;
	struct buf padded, out;
	struct buf since, until; /* the bounds as the log writes its times, which sort as text */
	struct buf found;        /* the rows that a search found, as a JSON array */
	struct where *where;
	struct filters filters;
	struct timeline timeline;
	size_t width;
	int64_t last; /* seq of the last row that was looked at */
	int64_t rows, broken;
};

/* ---- what is asked for ---- */

static void add_filter(struct filters *f, const char *condition, struct span value)
{
	if (!value.data)
		return;
	buf_addf(&f->sql, " AND %s", condition);
	f->values[f->n++] = value;
}

static int parse_time(struct query *q, const char *option, const char *text, struct buf *bound,
		      struct err *e)
{
	struct instant t;

	if (!text)
		return 0;
	if (when_parse(span_cstr(text), env_now_ns(cli_env(q->c)), &t, e) != 0)
		return err_prefix(e, "--%s '%s'", option, text);
	when_add_bound(bound, t);
	return 0;
}

static int parse_options(struct query *q, struct err *e)
{
	const struct query_options *o = q->o;

	if (o->follow && (o->search || o->format == QUERY_TIMELINE || o->until))
		return err_set(e, EX_BADUSAGE,
			       "--follow does not go with --search, --until or --format timeline");
	q->where = mem_array(NULL, o->where.n + 1, sizeof *q->where);
	memset(q->where, 0, (o->where.n + 1) * sizeof *q->where);
	for (size_t i = 0; i < o->where.n; i++) {
		if (where_parse(o->where.items[i], &q->where[i], e) != 0)
			return err_prefix(e, "--where");
	}
	return parse_time(q, "since", o->since, &q->since, e) != 0 ||
			       parse_time(q, "until", o->until, &q->until, e) != 0
		       ? -1
		       : 0;
}

static int search(struct query *q, struct err *e)
{
	struct search *s;
	int rc;

	if (!q->o->search)
		return 0;
	if (search_open(cli_db_path(q->c), q->store, &q->head, &s, e) != 0)
		return -1;
	rc = search_find(s, span_cstr(q->o->search), &q->found, e);
	search_close(s);
	return rc == 0 ? 0 : err_prefix(e, "--search");
}

static void add_filters(struct query *q)
{
	const struct query_options *o = q->o;
	struct filters *f = &q->filters;

	add_filter(f, "incident = ?", span_cstr(o->incident));
	add_filter(f, "run = ?", span_cstr(o->run));
	add_filter(f, "actor = ?", span_cstr(o->actor));
	add_filter(f, "kind = ?", span_cstr(o->kind));
	add_filter(f, "ts >= ?", buf_span(&q->since));
	add_filter(f, "ts < ?", buf_span(&q->until));
	add_filter(f, "seq IN (SELECT value FROM json_each(?))", buf_span(&q->found));
}

/* The rows after q->last that fit the filters, in the given order. NULL on error. */
static sqlite3_stmt *select_rows(struct query *q, const char *order, struct err *e)
{
	const struct filters *f = &q->filters;
	struct buf sql = BUF_INIT(4096);
	sqlite3_stmt *st;

	buf_add_cstr(&sql, "SELECT seq, ts, kind, actor, record_id, incident, run, hash, body"
			   " FROM aiops_audit WHERE true");
	buf_add_span(&sql, buf_span(&f->sql));
	buf_addf(&sql, " AND seq > ? ORDER BY seq %s", order);
	st = store_stmt(q->store, buf_cstr(&sql), e);
	buf_release(&sql);
	if (!st)
		return NULL;
	for (size_t i = 0; i < f->n; i++)
		store_bind_text(st, (int)i + 1, f->values[i]);
	store_bind_i64(st, (int)f->n + 1, q->last);
	return st;
}

/* ---- one row ---- */

static struct row row_of(struct query *q, sqlite3_stmt *st)
{
	return (struct row){
		.seq = sqlite3_column_int64(st, COL_SEQ),
		.log = span_cstr(q->head.log),
		.ts = store_text(st, COL_TS),
		.kind = store_text(st, COL_KIND),
		.actor = store_text(st, COL_ACTOR),
		.record_id = store_text(st, COL_ID),
		.incident = store_text(st, COL_INCIDENT),
		.run = store_text(st, COL_RUN),
		.hash = store_text(st, COL_HASH),
		.body = store_text(st, COL_BODY),
	};
}

/* The row's record if the row fits all conditions; *record is NULL for a redacted row, which
 * fits none. */
static bool fits(struct query *q, const struct row *row, const struct record **record)
{
	struct err e = ERR_INIT;

	if (row_parse(row, q->parser, &q->padded, record, &e) != 0) {
		q->broken++;
		msg(q->c, MSG_ERROR, NULL, "seq %lld: %s", (long long)row->seq, e.text);
		return false;
	}
	for (size_t i = 0; i < q->o->where.n; i++) {
		if (!*record || !where_fits(&q->where[i], *record))
			return false;
	}
	return true;
}

static void print_row(struct query *q, const struct row *row, const struct record *record)
{
	buf_clear(&q->out);
	switch (q->o->format) {
	case QUERY_TABLE:
		row_add_line(row, record, q->width, &q->out);
		break;
	case QUERY_CSV:
		row_add_csv(row, record, &q->out);
		break;
	case QUERY_TIMELINE:
		timeline_add(&q->timeline, row, record);
		break;
	default:
		row_add_json(row, record, &q->out);
	}
	out_write(q->c, buf_span(&q->out));
	q->rows++;
}

static int print_rows(struct query *q, struct err *e)
{
	sqlite3_stmt *st = select_rows(q, "ASC", e);
	const struct record *record;
	int rc = 0;

	if (!st)
		return -1;
	while (!out_failed(q->c) && (rc = store_step(q->store, st, e)) > 0) {
		struct row row = row_of(q, st);

		if (fits(q, &row, &record))
			print_row(q, &row, record);
		q->last = row.seq;
	}
	return rc < 0 ? -1 : 0;
}

/* ---- the last N, and what comes ---- */

/* Sets q->last so that exactly the last --limit rows that fit come behind it. */
static int skip_to_last(struct query *q, struct err *e)
{
	sqlite3_stmt *st = select_rows(q, "DESC", e);
	int64_t wanted = q->o->limit;
	const struct record *record;
	int rc = 0;

	if (!st)
		return -1;
	while (wanted > 0 && (rc = store_step(q->store, st, e)) > 0) {
		struct row row = row_of(q, st);

		if ((q->o->where.n == 0 || fits(q, &row, &record)) && --wanted == 0)
			q->last = row.seq - 1;
	}
	(void)sqlite3_reset(st); /* it was only read from */
	q->broken = 0;           /* told again when they are printed */
	return rc < 0 ? -1 : 0;
}

enum { LOOK_EVERY_MS = 200 };

/* Until INT or TERM, or until nobody reads. */
static int follow(struct query *q, struct err *e)
{
	const volatile bool *stop = cli_catch_stop(q->c);

	while (!*stop && !out_failed(q->c)) {
		out_flush(q->c);
		(void)poll(NULL, 0, LOOK_EVERY_MS); /* a signal ends it early, which is fine */
		if (print_rows(q, e) != 0)
			return -1;
	}
	return 0;
}

static void print_heading(struct query *q)
{
	if (q->o->format == QUERY_TABLE)
		row_add_heading(&q->out, q->width);
	else if (q->o->format == QUERY_CSV)
		row_add_csv_heading(&q->out);
	out_write(q->c, buf_span(&q->out));
}

static void print_timeline(struct query *q)
{
	timeline_sort(&q->timeline);
	buf_clear(&q->out);
	timeline_print(&q->timeline, q->width, &q->out);
	out_write(q->c, buf_span(&q->out));
}

static int run(struct query *q, struct err *e)
{
	if (parse_options(q, e) != 0 || store_open_readonly(cli_db_path(q->c), &q->store, e) != 0 ||
	    store_check_version(q->store, audit_migrations, audit_migration_count, e) != 0 ||
	    audit_head(q->store, &q->head, e) != 0 || search(q, e) != 0)
		return -1;
	add_filters(q);
	if (q->o->limit && skip_to_last(q, e) != 0)
		return -1;
	print_heading(q);
	if (print_rows(q, e) != 0 || (q->o->follow && follow(q, e) != 0))
		return -1;
	print_timeline(q);
	return 0;
}

/* A table fits the terminal that it goes to, or what $COLUMNS says; into a pipe it is not cut. */
static size_t table_width(struct cli *c)
{
	return cli_stdout_is_terminal(c) || cli_getenv("COLUMNS") ? (size_t)cli_columns(c) : 0;
}

static void release(struct query *q)
{
	for (size_t i = 0; q->where && i < q->o->where.n; i++)
		where_release(&q->where[i]);
	free(q->where);
	timeline_release(&q->timeline);
	store_close(q->store);
	record_free(q->parser);
	buf_release(&q->padded);
	buf_release(&q->out);
	buf_release(&q->since);
	buf_release(&q->until);
	buf_release(&q->found);
	buf_release(&q->filters.sql);
}

int query_run(struct cli *c)
{
	struct query q = {
		.c = c,
		.o = cli_options(c),
		.parser = record_new(AUDIT_MAX_BODY),
		.padded = BUF_INIT(AUDIT_MAX_BODY + RECORD_PADDING),
		.out = BUF_INIT((size_t)1 << 30),
		.since = BUF_INIT(64),
		.until = BUF_INIT(64),
		.found = BUF_INIT((size_t)64 << 20),
		.filters = {.sql = BUF_INIT(4096)},
		.width = table_width(c),
	};
	struct err e = ERR_INIT;
	int rc = EX_DONE;

	timeline_init(&q.timeline);
	if (run(&q, &e) != 0)
		rc = msg_err(c, NULL, &e);
	else if (q.broken)
		rc = EX_BADDATA;
	else if (q.rows && cli_common(c)->exit_status)
		rc = EX_FOUND;
	release(&q);
	return rc;
}
