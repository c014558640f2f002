#include "aiops-runbook/breaker/pause.h"

#include "base/buf.h"
#include "base/instant.h"

/* All runbooks are the row with an empty name: no runbook has it. */
static struct span row_name(struct span runbook)
{
	return runbook.data ? runbook : SPAN("");
}

static void read_row(sqlite3_stmt *st, struct pause *p)
{
	struct span name = store_text(st, 0);

	*p = (struct pause){.runbook = name.len ? name : SPAN_NONE,
			    .by = store_text(st, 1),
			    .reason = store_text(st, 2),
			    .at_ns = sqlite3_column_int64(st, 3)};
}

static int refuse(const struct pause *p, struct refusal *why)
{
	struct buf since = BUF_INIT(64);

	instant_add(&since, instant_from_ns(p->at_ns / NS_PER_S * NS_PER_S));
	(void)refusal_set(why, "paused", "%s paused by %.*s since %s%s%.*s",
			  p->runbook.data ? "the runbook is" : "all runbooks are", (int)p->by.len,
			  p->by.data, buf_cstr(&since), p->reason.data ? ": " : "",
			  (int)p->reason.len, p->reason.data ? p->reason.data : "");
	buf_release(&since);
	return 1;
}

int pause_look(struct store *s, struct span runbook, struct refusal *why, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "SELECT runbook, paused_by, reason, at_ns FROM aiops_pause"
				      " WHERE runbook IN ('', ?1) ORDER BY runbook LIMIT 1",
				      e);
	struct pause p;
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, runbook);
	rc = store_step(s, st, e);
	if (rc != 1)
		return rc;
	read_row(st, &p);
	(void)refuse(&p, why);
	(void)sqlite3_reset(st); /* was read */
	return 1;
}

/* A statement that changes at most one row. */
static int change(struct store *s, sqlite3_stmt *st, bool *changed, struct err *e)
{
	if (store_step(s, st, e) < 0)
		return -1;
	*changed = sqlite3_changes(store_db(s)) > 0;
	return 0;
}

int pause_set(struct store *s, const struct pause *p, bool *changed, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "INSERT OR IGNORE INTO aiops_pause VALUES (?1, ?2, ?3, ?4)", e);

	if (!st)
		return -1;
	store_bind_text(st, 1, row_name(p->runbook));
	store_bind_text(st, 2, p->by);
	store_bind_text(st, 3, p->reason);
	store_bind_i64(st, 4, p->at_ns);
	return change(s, st, changed, e);
}

int pause_clear(struct store *s, struct span runbook, bool *changed, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "DELETE FROM aiops_pause WHERE runbook = ?1", e);

	if (!st)
		return -1;
	store_bind_text(st, 1, row_name(runbook));
	return change(s, st, changed, e);
}

static int has_table(struct store *s, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'aiops_pause'", e);
	int rc = st ? store_step(s, st, e) : -1;

	if (rc == 1)
		(void)sqlite3_reset(st); /* was read */
	return rc;
}

int pause_each(struct store *s, pause_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *st;
	struct pause p;
	int rc = has_table(s, e);

	if (rc != 1)
		return rc;
	st = store_stmt(s, "SELECT runbook, paused_by, reason, at_ns FROM aiops_pause ORDER BY 1",
			e);
	if (!st)
		return -1;
	while ((rc = store_step(s, st, e)) == 1) {
		read_row(st, &p);
		if (fn(ctx, &p, e) != 0) {
			(void)sqlite3_reset(st); /* was read */
			return -1;
		}
	}
	return rc;
}
