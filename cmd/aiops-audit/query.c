/*
 * aiops-audit query: the rows that fit, in the order of the log.
 */
#include "aiops-audit/commands.h"

#include <string.h>

#include "aiops-audit/row.h"
#include "aiops-audit/when.h"
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
	size_t width;
	int64_t rows, broken;
};

static void add_filter(struct filters *f, const char *condition, const char *value)
{
	if (!value)
		return;
	buf_addf(&f->sql, " AND %s ?", condition);
	f->values[f->n++] = span_cstr(value);
}

/* The bounds as the log writes its times, which sort as text. */
static int add_time(struct query *q, struct filters *f, const char *option, const char *condition,
		    const char *text, struct buf *bound, struct err *e)
{
	struct instant t;

	if (!text)
		return 0;
	if (when_parse(span_cstr(text), env_now_ns(cli_env(q->c)), &t, e) != 0)
		return err_prefix(e, "--%s '%s'", option, text);
	when_add_bound(bound, t);
	add_filter(f, condition, buf_cstr(bound));
	return 0;
}

static void add_conditions(struct query *q, struct filters *f)
{
	const struct query_options *o = q->o;

	add_filter(f, "incident =", o->incident);
	add_filter(f, "run =", o->run);
	add_filter(f, "actor =", o->actor);
	add_filter(f, "kind =", o->kind);
}

#define COLUMNS "seq, ts, kind, actor, record_id, incident, run, hash, body"

static sqlite3_stmt *prepare(struct query *q, struct filters *f, struct err *e)
{
	struct buf sql = BUF_INIT(4096);
	sqlite3_stmt *st;

	if (q->o->limit)
		buf_addf(&sql,
			 "SELECT " COLUMNS
			 " FROM aiops_audit WHERE seq IN (SELECT seq FROM aiops_audit WHERE true%s "
			 "ORDER BY seq DESC LIMIT ?) ORDER BY seq",
			 buf_cstr(&f->sql));
	else
		buf_addf(&sql, "SELECT " COLUMNS " FROM aiops_audit WHERE true%s ORDER BY seq",
			 buf_cstr(&f->sql));
	st = store_stmt(q->store, buf_cstr(&sql), e);
	buf_release(&sql);
	if (!st)
		return NULL;
	for (size_t i = 0; i < f->n; i++)
		store_bind_text(st, (int)i + 1, f->values[i]);
	if (q->o->limit)
		store_bind_i64(st, (int)f->n + 1, q->o->limit);
	return st;
}

static void print_row(struct query *q, sqlite3_stmt *st)
{
	const struct row row = {
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
	const struct record *record;
	struct err e = ERR_INIT;

	if (row_parse(&row, q->parser, &q->padded, &record, &e) != 0) {
		q->broken++;
		msg(q->c, MSG_ERROR, NULL, "seq %lld: %s", (long long)row.seq, e.text);
		return;
	}
	buf_clear(&q->out);
	if (q->o->format == QUERY_TABLE)
		row_add_line(&row, record, q->width, &q->out);
	else
		row_add_json(&row, record, &q->out);
	out_write(q->c, buf_span(&q->out));
	q->rows++;
}

static int print_rows(struct query *q, sqlite3_stmt *st, struct err *e)
{
	int rc = 0;

	if (q->o->format == QUERY_TABLE) {
		row_add_heading(&q->out, q->width);
		out_write(q->c, buf_span(&q->out));
	}
	while (!out_failed(q->c) && (rc = store_step(q->store, st, e)) > 0)
		print_row(q, st);
	return rc < 0 ? -1 : 0;
}

static int run(struct query *q, struct err *e)
{
	struct filters f = {.sql = BUF_INIT(4096)};
	struct buf since = BUF_INIT(64), until = BUF_INIT(64);
	sqlite3_stmt *st;
	int rc = -1;

	add_conditions(q, &f);
	if (add_time(q, &f, "since", "ts >=", q->o->since, &since, e) != 0 ||
	    add_time(q, &f, "until", "ts <", q->o->until, &until, e) != 0)
		goto out;
	if (store_open_readonly(cli_db_path(q->c), &q->store, e) != 0 ||
	    store_check_version(q->store, audit_migrations, audit_migration_count, e) != 0 ||
	    audit_head(q->store, &q->head, e) != 0)
		goto out;
	st = prepare(q, &f, e);
	if (st)
		rc = print_rows(q, st, e);
out:
	store_close(q->store);
	buf_release(&f.sql);
	buf_release(&since);
	buf_release(&until);
	return rc;
}

/* A table fits the terminal that it goes to, or what $COLUMNS says; into a pipe it is not cut. */
static size_t table_width(struct cli *c)
{
	return cli_stdout_is_terminal(c) || cli_getenv("COLUMNS") ? (size_t)cli_columns(c) : 0;
}

int query_run(struct cli *c)
{
	struct query q = {
		.c = c,
		.o = cli_options(c),
		.parser = record_new(AUDIT_MAX_BODY),
		.padded = BUF_INIT(AUDIT_MAX_BODY + RECORD_PADDING),
		.out = BUF_INIT(4 * AUDIT_MAX_BODY),
		.width = table_width(c),
	};
	struct err e = ERR_INIT;
	int rc = EX_DONE;

	if (run(&q, &e) != 0)
		rc = msg_err(c, NULL, &e);
	else if (q.broken)
		rc = EX_BADDATA;
	else if (q.rows && cli_common(c)->exit_status)
		rc = EX_FOUND;
	record_free(q.parser);
	buf_release(&q.padded);
	buf_release(&q.out);
	return rc;
}
