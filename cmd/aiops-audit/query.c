/*
 * aiops-audit query: the rows that fit, in the order of the log.
 */
#include "aiops-audit/commands.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-audit/rows.h"
#include "aiops-audit/search.h"
#include "aiops-audit/timeline.h"
#include "aiops-audit/where.h"
#include "base/mem.h"
#include "base/when.h"
#include "cli/filter.h"
#include "store/audit.h"

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
	struct rows_filter filter; /* after: the last row that was looked at */
	struct timeline timeline;
	size_t width;
	int64_t rows, broken;
	int64_t wanted; /* rows that --limit still asks for */
};

/* ---- what is asked for ---- */

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

static void set_filter(struct query *q)
{
	const struct query_options *o = q->o;

	q->filter = (struct rows_filter){
		.incident = span_cstr(o->incident),
		.run = span_cstr(o->run),
		.actor = span_cstr(o->actor),
		.kind = span_cstr(o->kind),
		.since = buf_span(&q->since),
		.until = buf_span(&q->until),
		.among = buf_span(&q->found),
	};
}

/* ---- one row ---- */

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

static int on_row(void *ctx, const struct row *row, struct err *e)
{
	struct query *q = ctx;
	const struct record *record;

	(void)e;
	if (fits(q, row, &record))
		print_row(q, row, record);
	q->filter.after = row->seq;
	return out_failed(q->c);
}

static int print_rows(struct query *q, struct err *e)
{
	return rows_each(q->store, &q->head, &q->filter, on_row, q, e);
}

/* ---- the last N, and what comes ---- */

static int count_back(void *ctx, const struct row *row, struct err *e)
{
	struct query *q = ctx;
	const struct record *record;

	(void)e;
	if (q->o->where.n > 0 && !fits(q, row, &record))
		return 0;
	if (--q->wanted > 0)
		return 0;
	q->filter.after = row->seq - 1;
	return 1;
}

/* Lets exactly the last --limit rows that fit come. */
static int skip_to_last(struct query *q, struct err *e)
{
	struct rows_filter back = q->filter;

	back.descending = true;
	q->wanted = q->o->limit;
	if (rows_each(q->store, &q->head, &back, count_back, q, e) != 0)
		return -1;
	q->broken = 0; /* told again when they are printed */
	return 0;
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
	    audit_check_version(q->store, NULL, e) != 0 || audit_head(q->store, &q->head, e) != 0 ||
	    search(q, e) != 0)
		return -1;
	set_filter(q);
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
