/*
 * What channels were told, and who is next when nobody acknowledges.
 */
#include "aiops-incident/notify/outbox.h"

#include "record/event.h"

int told_read(struct store *s, struct span incident, struct span channel, struct told *out,
	      struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT severity,status,hypothesis,at_ns FROM aiops_told WHERE incident=? AND channel=?",
		e);
	int rc;

	*out = (struct told){0};
	if (!st)
		return -1;
	store_bind_text(st, 1, incident);
	store_bind_text(st, 2, channel);
	rc = store_step(s, st, e);
	if (rc == 1) {
		out->known = true;
		out->severity = severity_from_name(store_text(st, 0));
		out->status = status_from_name(store_text(st, 1));
		out->hypothesis = sqlite3_column_int(st, 2) != 0;
		out->at_ns = sqlite3_column_int64(st, 3);
	}
	sqlite3_reset(st);
	return rc < 0 ? -1 : 0;
}

int told_write(struct store *s, struct span incident, struct span channel, const struct told *t,
	       struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "INSERT OR REPLACE INTO aiops_told(incident,channel,severity,"
				      "status,hypothesis,at_ns) VALUES(?,?,?,?,?,?)",
				      e);

	if (!st)
		return -1;
	store_bind_text(st, 1, incident);
	store_bind_text(st, 2, channel);
	store_bind_text(st, 3, span_cstr(severity_name(t->severity)));
	store_bind_text(st, 4, span_cstr(status_name(t->status)));
	store_bind_i64(st, 5, t->hypothesis);
	store_bind_i64(st, 6, t->at_ns);
	return store_step(s, st, e) == 0 ? 0 : -1;
}

int told_each(struct store *s, struct span incident, told_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "SELECT channel FROM aiops_told WHERE incident=? ORDER BY channel", e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, incident);
	while ((rc = store_step(s, st, e)) == 1) {
		if (fn(ctx, store_text(st, 0), e) != 0) {
			rc = -1;
			break;
		}
	}
	sqlite3_reset(st);
	return rc;
}

/* ---- escalation ---- */

int ladder_put(struct store *s, const struct ladder *l, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "INSERT OR REPLACE INTO aiops_ladder(incident,step,next_ns) VALUES(?,?,?)", e);

	if (!st)
		return -1;
	store_bind_text(st, 1, l->incident);
	store_bind_i64(st, 2, l->step);
	store_bind_i64(st, 3, l->next_ns);
	return store_step(s, st, e) == 0 ? 0 : -1;
}

int ladder_remove(struct store *s, struct span incident, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "DELETE FROM aiops_ladder WHERE incident=?", e);

	if (!st)
		return -1;
	store_bind_text(st, 1, incident);
	return store_step(s, st, e) == 0 ? 0 : -1;
}

int ladder_read(struct store *s, struct span incident, struct ladder *out, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "SELECT step,next_ns FROM aiops_ladder WHERE incident=?", e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, incident);
	rc = store_step(s, st, e);
	if (rc == 1)
		*out = (struct ladder){incident, sqlite3_column_int64(st, 0),
				       sqlite3_column_int64(st, 1)};
	sqlite3_reset(st);
	return rc;
}

int ladder_due(struct store *s, int64_t now_ns, struct pool *pool, struct ladder *out,
	       struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "SELECT incident,step,next_ns FROM aiops_ladder WHERE"
				      " next_ns<=? ORDER BY next_ns LIMIT 1",
				      e);
	int rc;

	if (!st)
		return -1;
	store_bind_i64(st, 1, now_ns);
	rc = store_step(s, st, e);
	if (rc == 1)
		*out = (struct ladder){pool_copy(pool, store_text(st, 0)),
				       sqlite3_column_int64(st, 1), sqlite3_column_int64(st, 2)};
	sqlite3_reset(st);
	return rc;
}

int ladder_next(struct store *s, int64_t *next_ns, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "SELECT min(next_ns) FROM aiops_ladder", e);
	int rc;

	if (!st)
		return -1;
	rc = store_step(s, st, e);
	*next_ns = rc == 1 && sqlite3_column_type(st, 0) != SQLITE_NULL
			   ? sqlite3_column_int64(st, 0)
			   : INT64_MAX;
	sqlite3_reset(st);
	return rc == 1 ? 0 : -1;
}
