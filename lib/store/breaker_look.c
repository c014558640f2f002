/*
 * Looking at breakers, also in a store that is open for reading only.
 */
#include "store/breaker_rows.h"

static int has_tables(struct store *s, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'aiops_breaker'",
		e);
	int rc = st ? store_step(s, st, e) : -1;

	if (rc == 1)
		(void)sqlite3_reset(st); /* was read */
	return rc;
}

static void read_row(sqlite3_stmt *st, struct breaker_row *r)
{
	struct err ignored = ERR_INIT; /* damaged says it */

	*r = (struct breaker_row){
		.key = {store_text(st, 0), store_text(st, 1)},
		.succeeded = sqlite3_column_int64(st, 3),
		.failed = sqlite3_column_int64(st, 4),
		.unverified = sqlite3_column_int64(st, 5),
		.not_started = sqlite3_column_int64(st, 6),
		.slow = sqlite3_column_int64(st, 7),
		.opened = sqlite3_column_int64(st, 8),
		.set_by = store_text(st, 9),
		.set_reason = store_text(st, 10),
		.set_ms = sqlite3_column_int64(st, 11),
		.holders = store_text(st, 12),
	};
	r->damaged = breaker_parse(store_text(st, 2), &r->state, &ignored) != 0;
}

int breaker_row_each(struct store *s, struct span scope, struct span name, breaker_row_fn *fn,
		     void *ctx, struct err *e)
{
	struct breaker_row row;
	sqlite3_stmt *st;
	int rc = has_tables(s, e);

	if (rc != 1)
		return rc;
	st = store_stmt(
		s,
		"SELECT scope, name, detail, succeeded, failed, unverified, not_started, slow, opened,"
		" set_by, set_reason, set_ms, (SELECT group_concat(holder, ', ')"
		"  FROM aiops_breaker_permit p WHERE p.scope = b.scope AND p.name = b.name AND place >= 0)"
		" FROM aiops_breaker b WHERE (?1 IS NULL OR scope = ?1) AND (?2 IS NULL OR name = ?2)"
		" ORDER BY scope, name",
		e);
	if (!st)
		return -1;
	store_bind_text(st, 1, scope);
	store_bind_text(st, 2, name);
	while ((rc = store_step(s, st, e)) == 1) {
		read_row(st, &row);
		if (fn(ctx, &row, e) != 0) {
			(void)sqlite3_reset(st); /* was read */
			return -1;
		}
	}
	return rc;
}
