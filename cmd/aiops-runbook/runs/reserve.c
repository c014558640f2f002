#include "aiops-runbook/runs/reserve.h"

/* Actions of r that have begun. */
#define BEGUN                                                                                      \
	"(SELECT count(*) FROM aiops_attempt a WHERE a.run = r.run AND a.counts = 1"               \
	" AND a.role <> 'rollback')"
#define UNDONE                                                                                     \
	"(SELECT count(*) FROM aiops_attempt a WHERE a.run = r.run AND a.counts = 1"               \
	" AND a.role = 'rollback')"

#define DESTROYED                                                                                  \
	"(SELECT count(*) FROM aiops_attempt a WHERE a.run = r.run AND a.counts = 1"               \
	" AND a.effect = 'destructive' AND a.role <> 'rollback')"

static int run_it(struct store *s, sqlite3_stmt *st, struct err *e)
{
	return store_step(s, st, e) < 0 ? -1 : 0;
}

static int reserve_target(struct store *s, const struct run_row *run, struct span target,
			  struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "INSERT OR IGNORE INTO aiops_reserved_target VALUES (?1, ?2)", e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	store_bind_text(st, 2, target);
	return run_it(s, st, e);
}

int reserve_actions(struct store *s, const struct plan *p, const struct run_row *run,
		    int64_t now_ns, struct err *e)
{
	sqlite3_stmt *st;

	if (p->actions == 0)
		return 0;
	st = store_stmt(s, "INSERT INTO aiops_reserved VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", e);
	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	store_bind_text(st, 2, run->runbook);
	store_bind_text(st, 3, run->incident);
	store_bind_i64(st, 4, (int64_t)p->actions);
	store_bind_i64(st, 5, (int64_t)p->undos);
	store_bind_i64(st, 6, now_ns);
	store_bind_i64(st, 7, (int64_t)p->destructive);
	if (run_it(s, st, e) != 0)
		return -1;
	for (size_t i = 0; i < p->n_targets; i++)
		if (reserve_target(s, run, p->targets[i], e) != 0)
			return -1;
	return 0;
}

static int delete_from(struct store *s, const char *sql, const struct run_row *run, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, sql, e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	return run_it(s, st, e);
}

int reserve_release(struct store *s, const struct run_row *run, struct err *e)
{
	if (delete_from(s, "DELETE FROM aiops_reserved_target WHERE run = ?1", run, e) != 0)
		return -1;
	return delete_from(s, "DELETE FROM aiops_reserved WHERE run = ?1", run, e);
}

/* The number that a query by the run (?1), a text (?2) and a time (?3) gives. */
static int ask(struct store *s, const char *sql, const struct run_row *run, struct span text,
	       int64_t since_ns, int64_t *out, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, sql, e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	store_bind_text(st, 2, text);
	store_bind_i64(st, 3, since_ns);
	rc = store_step(s, st, e);
	if (rc == 1) {
		*out = sqlite3_column_int64(st, 0);
		(void)sqlite3_reset(st); /* was read */
	}
	return rc < 0 ? -1 : 0;
}

int reserved_actions(struct store *s, const struct run_row *run, int64_t since_ns, int64_t *out,
		     struct err *e)
{
	return ask(s,
		   "SELECT coalesce(sum(max(r.actions - " BEGUN ", 0)), 0) FROM aiops_reserved r"
		   " WHERE r.run <> ?1 AND r.runbook = ?2 AND r.at_ns > ?3",
		   run, run->runbook, since_ns, out, e);
}

int reserved_for_incident(struct store *s, const struct run_row *run, int64_t *out, struct err *e)
{
	return ask(s,
		   "SELECT coalesce(sum(max(r.actions - " BEGUN ", 0) + max(r.undos - " UNDONE
		   ", 0)), 0) FROM aiops_reserved r"
		   " WHERE r.run <> ?1 AND r.incident = ?2 AND ?3 = 0",
		   run, run->incident, 0, out, e);
}

int reserved_destructive(struct store *s, const struct run_row *run, int64_t *out, struct err *e)
{
	return ask(s,
		   "SELECT coalesce(sum(max(r.destructive - " DESTROYED
		   ", 0)), 0) FROM aiops_reserved r"
		   " WHERE r.run <> ?1 AND r.incident = ?2 AND ?3 = 0",
		   run, run->incident, 0, out, e);
}

int reserved_target(struct store *s, const struct run_row *run, struct span target, bool *out,
		    struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "SELECT 1 FROM aiops_reserved_target t"
				      " JOIN aiops_reserved r ON r.run = t.run"
				      " WHERE t.run <> ?1 AND r.runbook = ?2 AND t.target = ?3",
				      e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	store_bind_text(st, 2, run->runbook);
	store_bind_text(st, 3, target);
	rc = store_step(s, st, e);
	if (rc == 1)
		(void)sqlite3_reset(st); /* was read */
	*out = rc == 1;
	return rc < 0 ? -1 : 0;
}
