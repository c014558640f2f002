/*
 * aiops-audit export: rows in the form of another store, to standard output or to
 * its push interface. What was taken is remembered in a cursor (--state), so that
 * each call sends what is new; what was sent and not acknowledged is sent again.
 */
#include "aiops-audit/commands.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aiops-audit/export_batch.h"
#include "aiops-audit/export_send.h"
#include "aiops-audit/rows.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/filter.h"
#include "record/jsonw.h"

enum { BATCH_BYTES = 4 << 20, CURSOR_MAX = 4096 };

struct export
{
	struct cli *c;
	const struct export_options *o;
	struct store *store;
	struct audit_head head;
	struct record *parser;
	struct buf padded;
	struct batch batch;
	struct sender *sender; /* NULL: to standard output */
	char prev[DIGEST_HEX + 1];
	int64_t done; /* seq of the last row that was taken */
	int64_t sent, refused;
	bool more; /* rows are left behind the batch */
	const volatile bool *stop;
};

/* ---- the cursor ---- */

static int read_cursor(struct export *x, struct err *e)
{
	const char *path = cli_common(x->c)->state;
	struct record *r = record_new(CURSOR_MAX);
	struct buf text = BUF_INIT(CURSOR_MAX + RECORD_PADDING);
	static const char zeros[RECORD_PADDING];
	struct err broken = ERR_INIT;
	enum reject_code why;
	size_t len;
	int rc = 0;

	if (x->o->since > 0)
		x->done = x->o->since - 1;
	if (!path || (access(path, F_OK) != 0 && errno == ENOENT))
		goto out; /* the first time */
	if ((rc = file_read(path, &text, e)) != 0)
		goto out;
	len = text.len;
	buf_add(&text, zeros, sizeof zeros);
	if (buf_overflowed(&text) || record_parse(r, text.data, len, &why, &broken) != 0 ||
	    record_get(r, "seq").type != VALUE_NUMBER)
		rc = err_set(e, EX_BADDATA, "'%s' is no cursor of aiops-audit export", path);
	else if (!span_is(record_text(r, "log"), x->head.log))
		rc = err_set(e, EX_BADDATA,
			     "the cursor '%s' is of another log; use another --state, or delete it",
			     path);
	else
		rc = num_parse_i64(record_token(r, "seq"), 0, INT64_MAX, &x->done, e);
out:
	record_free(r);
	buf_release(&text);
	return rc;
}

static int write_cursor(struct export *x, struct err *e)
{
	const char *path = cli_common(x->c)->state;
	struct buf text = BUF_INIT(CURSOR_MAX);
	struct jsonw w = jsonw_to(&text);
	int rc;

	if (!path)
		return 0;
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "log", span_cstr(x->head.log));
	jsonw_member_i64(&w, "seq", x->done);
	jsonw_object_end(&w);
	buf_add_char(&text, '\n');
	rc = file_write_atomic(path, buf_span(&text), 0600, e);
	buf_release(&text);
	return rc;
}

/* ---- a batch ---- */

static int deliver(struct export *x, struct err *e)
{
	struct buf body = BUF_INIT((size_t)1 << 30);

	if (x->batch.n == 0)
		return 0;
	if (x->sender && sender_send(x->sender, &x->batch, &x->refused, e) != 0)
		return -1;
	if (!x->sender) {
		batch_body(&x->batch, 0, x->batch.n, &body);
		out_write(x->c, buf_span(&body));
		out_flush(x->c);
		buf_release(&body);
		if (out_failed(x->c))
			return err_set(e, EX_IO, "standard output cannot be written");
	}
	x->sent += (int64_t)x->batch.n;
	x->done = x->batch.pieces[x->batch.n - 1].seq;
	batch_clear(&x->batch);
	return write_cursor(x, e);
}

/* ---- reading ---- */

static int on_row(void *ctx, const struct row *row, struct err *e)
{
	struct export *x = ctx;
	const struct record *record;

	if (row_parse(row, x->parser, &x->padded, &record, e) != 0)
		return err_prefix(e, "seq %lld", (long long)row->seq);
	batch_add(&x->batch, row, record, span_cstr(x->prev));
	(void)snprintf(x->prev, sizeof x->prev, "%.*s", (int)row->hash.len, row->hash.data);
	x->more = (int64_t)x->batch.n >= x->o->batch || x->batch.text.len >= BATCH_BYTES;
	return x->more;
}

/* Batch by batch: no snapshot of the log is held while a server is waited for. */
static int export_all(struct export *x, struct err *e)
{
	do {
		struct rows_filter filter = {.after = x->done};

		x->more = false;
		if (rows_each(x->store, &x->head, &filter, on_row, x, e) != 0 || deliver(x, e) != 0)
			return -1;
	} while (x->more && !*x->stop);
	return 0;
}

/* The hash of the row before the first that is exported. */
static int read_prev(struct export *x, struct err *e)
{
	sqlite3_stmt *st;
	int rc;

	memset(x->prev, '0', DIGEST_HEX);
	if (x->done == 0)
		return 0;
	st = store_stmt(x->store, "SELECT hash FROM aiops_audit WHERE seq = ?", e);
	if (!st)
		return -1;
	store_bind_i64(st, 1, x->done);
	rc = store_step(x->store, st, e);
	if (rc > 0)
		(void)snprintf(x->prev, sizeof x->prev, "%s",
			       (const char *)sqlite3_column_text(st, 0));
	(void)sqlite3_reset(st); /* it was only read from */
	return rc < 0 ? -1 : 0;
}

static int run(struct export *x, struct err *e)
{
	if ((x->o->url && sender_new(x->c, x->o, x->stop, &x->sender, e) != 0) ||
	    store_open_readonly(cli_db_path(x->c), &x->store, e) != 0 ||
	    audit_check_version(x->store, NULL, e) != 0 || audit_head(x->store, &x->head, e) != 0 ||
	    read_cursor(x, e) != 0 || read_prev(x, e) != 0)
		return -1;
	if (x->batch.to == EXPORT_CSV && !x->sender && x->done == 0) {
		struct buf heading = BUF_INIT(200);

		row_add_csv_heading(&heading);
		out_write(x->c, buf_span(&heading));
		buf_release(&heading);
	}
	return export_all(x, e);
}

int export_run(struct cli *c)
{
	struct export x = {
		.c = c,
		.o = cli_options(c),
		.parser = record_new(AUDIT_MAX_BODY),
		.padded = BUF_INIT(AUDIT_MAX_BODY + RECORD_PADDING),
		.stop = cli_catch_stop(c),
	};
	struct err e = ERR_INIT;
	int rc;

	batch_init(&x.batch, (enum export_to)x.o->to);
	rc = run(&x, &e) == 0 ? EX_DONE : msg_err(c, NULL, &e);
	if (x.sender)
		msg(c, MSG_INFO, NULL, "%lld rows sent, %lld of them refused", (long long)x.sent,
		    (long long)x.refused);
	if (rc == EX_DONE && x.refused)
		rc = EX_REJECTS;
	batch_release(&x.batch);
	sender_free(x.sender);
	store_close(x.store);
	record_free(x.parser);
	buf_release(&x.padded);
	return rc;
}
