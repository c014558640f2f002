#include "aiops-audit/rows.h"

enum {
	COL_SEQ,
	COL_TS,
	COL_KIND,
	COL_ACTOR,
	COL_ID,
	COL_INCIDENT,
	COL_RUN,
	COL_HASH,
	COL_BODY,
	COL_BODY_HASH,
	COL_SALT
};

struct condition {
	const char *sql;
	struct span value;
};

enum { CONDITIONS = 7 };

static void conditions_of(const struct rows_filter *f, struct condition out[static CONDITIONS])
{
	out[0] = (struct condition){" AND incident = ?", f->incident};
	out[1] = (struct condition){" AND run = ?", f->run};
	out[2] = (struct condition){" AND actor = ?", f->actor};
	out[3] = (struct condition){" AND kind = ?", f->kind};
	out[4] = (struct condition){" AND ts >= ?", f->since};
	out[5] = (struct condition){" AND ts < ?", f->until};
	out[6] = (struct condition){" AND seq IN (SELECT value FROM json_each(?))", f->among};
}

static sqlite3_stmt *prepare(struct store *s, const struct rows_filter *f, struct err *e)
{
	struct condition conditions[CONDITIONS];
	struct buf sql = BUF_INIT(4096);
	sqlite3_stmt *st;
	int n = 1;

	conditions_of(f, conditions);
	buf_add_cstr(&sql, "SELECT seq, ts, kind, actor, record_id, incident, run, hash, body,"
			   " body_hash, salt"
			   " FROM aiops_audit WHERE seq > ?");
	for (int i = 0; i < CONDITIONS; i++) {
		if (conditions[i].value.data)
			buf_add_cstr(&sql, conditions[i].sql);
	}
	buf_add_cstr(&sql, f->descending ? " ORDER BY seq DESC" : " ORDER BY seq");
	st = store_stmt(s, buf_cstr(&sql), e);
	buf_release(&sql);
	if (!st)
		return NULL;
	store_bind_i64(st, n++, f->after);
	for (int i = 0; i < CONDITIONS; i++) {
		if (conditions[i].value.data)
			store_bind_text(st, n++, conditions[i].value);
	}
	return st;
}

static struct row row_of(sqlite3_stmt *st, const struct audit_head *head)
{
	return (struct row){
		.seq = sqlite3_column_int64(st, COL_SEQ),
		.log = span_cstr(head->log),
		.ts = store_text(st, COL_TS),
		.kind = store_text(st, COL_KIND),
		.actor = store_text(st, COL_ACTOR),
		.record_id = store_text(st, COL_ID),
		.incident = store_text(st, COL_INCIDENT),
		.run = store_text(st, COL_RUN),
		.hash = store_text(st, COL_HASH),
		.body = store_text(st, COL_BODY),
		.body_hash = store_text(st, COL_BODY_HASH),
		.salt = store_text(st, COL_SALT),
	};
}

int rows_each(struct store *s, const struct audit_head *head, const struct rows_filter *filter,
	      rows_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *st = prepare(s, filter, e);
	int rc;

	if (!st)
		return -1;
	while ((rc = store_step(s, st, e)) > 0) {
		struct row row = row_of(st, head);
		int said = fn(ctx, &row, e);

		if (said != 0) {
			(void)sqlite3_reset(st); /* it was only read from */
			return said < 0 ? -1 : 0;
		}
	}
	return rc;
}
