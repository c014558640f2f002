/*
 * Time lines, and the last record of each incident.
 */
#include "aiops-incident/register/register.h"

int entry_insert(struct store *s, const struct incident *inc, const struct entry *en, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s,
			   "INSERT INTO aiops_incident_entry(number,n,at_ns,actor,change,"
			   "from_status,status,text) VALUES(?,?,?,?,?,?,?,?)",
			   e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, inc->number);
	store_bind_i64(st, 2, en->n);
	store_bind_i64(st, 3, en->at_ns);
	store_bind_text(st, 4, en->actor);
	store_bind_text(st, 5, en->change);
	store_bind_text(st, 6, en->from);
	store_bind_text(st, 7, en->status);
	store_bind_text(st, 8, en->text);
	return store_step(s, st, e) == 0 ? 0 : -1;
}

static struct span text_or_none(sqlite3_stmt *st, int column)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL ? SPAN_NONE : store_text(st, column);
}

int entry_each(struct store *s, const struct incident *inc, bool merged, entry_fn *fn, void *ctx,
	       struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "WITH RECURSIVE part(number, id) AS (VALUES(?1, ?2) UNION"
				      " SELECT i.number, i.id FROM aiops_incident i"
				      " JOIN part ON i.merged_into = part.id WHERE ?3)"
				      " SELECT n,at_ns,actor,change,from_status,status,text,id"
				      " FROM part CROSS JOIN aiops_incident_entry USING (number)"
				      " ORDER BY at_ns, number, n",
				      e);
	int rc;

	if (!st)
		return -1;
	store_bind_i64(st, 1, inc->number);
	store_bind_text(st, 2, span_cstr(inc->id));
	store_bind_i64(st, 3, merged);
	while ((rc = store_step(s, st, e)) == 1) {
		struct entry en = {
			.n = sqlite3_column_int64(st, 0),
			.at_ns = sqlite3_column_int64(st, 1),
			.actor = store_text(st, 2),
			.change = store_text(st, 3),
			.from = text_or_none(st, 4),
			.status = text_or_none(st, 5),
			.text = text_or_none(st, 6),
			.incident = store_text(st, 7),
		};

		if (fn(ctx, &en, e) != 0) {
			rc = -1;
			break;
		}
	}
	sqlite3_reset(st);
	return rc == 0 ? 0 : -1;
}

int incident_keep_record(struct store *s, const struct incident *inc, struct span line,
			 struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "INSERT OR REPLACE INTO aiops_incident_record(number,line) VALUES(?,?)", e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, inc->number);
	store_bind_text(st, 2, line);
	return store_step(s, st, e) == 0 ? 0 : -1;
}

int incident_record(struct store *s, const struct incident *inc, struct pool *pool,
		    struct span *line, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "SELECT line FROM aiops_incident_record WHERE number=?", e);
	int rc;

	*line = SPAN_NONE;
	if (!st)
		return -1;
	store_bind_i64(st, 1, inc->number);
	rc = store_step(s, st, e);
	if (rc == 1)
		*line = pool_copy(pool, store_text(st, 0));
	sqlite3_reset(st);
	return rc < 0 ? -1 : 0;
}
