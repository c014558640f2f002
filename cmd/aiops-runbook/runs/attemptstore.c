/*
 * Attempts of runs, what they captured, and counting them for limits.
 */
#include "aiops-runbook/runs/runstore_impl.h"

#include <string.h>

void column_bind_time(sqlite3_stmt *st, int index, int64_t ns)
{
	if (ns != RUN_NEVER)
		store_bind_i64(st, index, ns);
}

int64_t column_time(sqlite3_stmt *st, int column)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL ? RUN_NEVER
							      : sqlite3_column_int64(st, column);
}

struct span column_text(sqlite3_stmt *st, int column, struct pool *pool)
{
	struct span s = store_text(st, column);

	return s.data ? pool_copy(pool, s) : SPAN_NONE;
}

int stmt_finish(struct store *s, sqlite3_stmt *st, struct err *e)
{
	return store_step(s, st, e) < 0 ? -1 : 0;
}

void column_identity(sqlite3_stmt *st, int column, struct proc_identity *out)
{
	struct span boot = store_text(st, column + 2);

	*out = (struct proc_identity){.pid = sqlite3_column_int64(st, column),
				      .start_ticks =
					      (uint64_t)sqlite3_column_int64(st, column + 1)};
	if (boot.len == sizeof out->boot_id - 1)
		memcpy(out->boot_id, boot.data, boot.len);
}

/* ---- attempts ---- */

int attempt_insert(struct store *s, const struct run_row *run, const struct attempt_row *a,
		   int64_t now_ns, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"INSERT INTO aiops_attempt (run, n, step, role, attempt, effect, target, counts, state,"
		" runbook, incident, argv_sha256, intent_ns)"
		" VALUES (?1,?2,?3,?4,?5,?6,?7,?8,'intent',?9,?10,?11,?12)",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	store_bind_i64(st, 2, a->n);
	store_bind_text(st, 3, a->step);
	store_bind_text(st, 4, span_cstr(a->role));
	store_bind_i64(st, 5, a->attempt);
	store_bind_text(st, 6, span_cstr(effect_names[a->effect]));
	store_bind_text(st, 7, a->target);
	store_bind_i64(st, 8, a->counts);
	store_bind_text(st, 9, run->runbook);
	store_bind_text(st, 10, run->incident);
	store_bind_text(st, 11, span_cstr(a->argv_sha256));
	store_bind_i64(st, 12, now_ns);
	return stmt_finish(s, st, e);
}

int attempt_started(struct store *s, const struct run_row *run, int64_t n,
		    const struct proc_identity *who, int64_t now_ns, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"UPDATE aiops_attempt SET state = 'started', pid = ?3, pid_ticks = ?4, boot = ?5,"
		" started_ns = ?6 WHERE run = ?1 AND n = ?2",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	store_bind_i64(st, 2, n);
	store_bind_i64(st, 3, who->pid);
	store_bind_i64(st, 4, (int64_t)who->start_ticks);
	store_bind_text(st, 5, span_cstr(who->boot_id));
	store_bind_i64(st, 6, now_ns);
	return stmt_finish(s, st, e);
}

int attempt_ended(struct store *s, const struct run_row *run, int64_t n, const char *state,
		  const struct proc_result *result, int64_t now_ns, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"UPDATE aiops_attempt SET state = ?3, ended_ns = ?4, exit_status = ?5, signal = ?6,"
		" timed_out = ?7, stdout_sha256 = ?8 WHERE run = ?1 AND n = ?2",
		e);
	char hex[DIGEST_HEX + 1];

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	store_bind_i64(st, 2, n);
	store_bind_text(st, 3, span_cstr(state));
	store_bind_i64(st, 4, now_ns);
	if (result && result->signal == 0)
		store_bind_i64(st, 5, result->exit_status);
	if (result && result->signal)
		store_bind_i64(st, 6, result->signal);
	if (result) {
		store_bind_i64(st, 7, result->timed_out);
		digest_hex(&result->out.digest, hex);
		store_bind_text(st, 8, span_cstr(hex));
	}
	return stmt_finish(s, st, e);
}

int attempt_note(struct store *s, const struct run_row *run, int64_t n, const char *reason,
		 int64_t due_ns, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "UPDATE aiops_attempt SET reason = ?3, due_ns = ?4 WHERE run = ?1 AND n = ?2",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	store_bind_i64(st, 2, n);
	store_bind_text(st, 3, span_cstr(reason));
	column_bind_time(st, 4, due_ns);
	return stmt_finish(s, st, e);
}

int capture_insert(struct store *s, const struct run_row *run, struct span name, struct span value,
		   struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "INSERT OR REPLACE INTO aiops_capture VALUES (?1, ?2, ?3)", e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	store_bind_text(st, 2, name);
	store_bind_text(st, 3, value);
	return stmt_finish(s, st, e);
}

int attempt_last(struct store *s, const char *run, struct pool *pool, struct last_attempt *out,
		 struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT step, role, state, pid, pid_ticks, boot FROM aiops_attempt WHERE run = ?1"
		" ORDER BY n DESC LIMIT 1",
		e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run));
	rc = store_step(s, st, e);
	if (rc == 1) {
		*out = (struct last_attempt){column_text(st, 0, pool),
					     column_text(st, 1, pool),
					     column_text(st, 2, pool),
					     {0}};
		column_identity(st, 3, &out->child);
		(void)sqlite3_reset(st); /* read what was wanted */
	}
	return rc;
}

/* ---- counting ---- */

/* The first column of the one row of a query. */
static int number(struct store *s, sqlite3_stmt *st, int64_t *out, struct err *e)
{
	int rc = store_step(s, st, e);

	if (rc == 1) {
		*out = column_time(st, 0);
		(void)sqlite3_reset(st); /* read what was wanted */
	}
	return rc < 0 ? -1 : 0;
}

int count_actions(struct store *s, struct span runbook, int64_t since_ns, int64_t *out,
		  struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT count(*) FROM aiops_attempt WHERE counts = 1 AND runbook = ?1 AND intent_ns > ?2"
		" AND role <> 'rollback'",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 1, runbook);
	store_bind_i64(st, 2, since_ns);
	return number(s, st, out, e);
}

int count_incident(struct store *s, struct span incident, int64_t *out, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "SELECT count(*) FROM aiops_attempt WHERE counts = 1 AND incident = ?1", e);

	if (!st)
		return -1;
	store_bind_text(st, 1, incident);
	return number(s, st, out, e);
}

int count_destructive(struct store *s, struct span incident, int64_t *out, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s,
			   "SELECT count(*) FROM aiops_attempt WHERE counts = 1 AND incident = ?1"
			   " AND effect = 'destructive' AND role <> 'rollback'",
			   e);

	if (!st)
		return -1;
	store_bind_text(st, 1, incident);
	return number(s, st, out, e);
}

int count_failures(struct store *s, struct span runbook, int64_t *out, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT count(*) FROM aiops_run WHERE runbook = ?1 AND mode = 'apply'"
		" AND state IN ('failed', 'rolled_back', 'rollback_partial', 'needs_operator')"
		" AND reason IS NOT 'precondition_failed' AND reason IS NOT 'interrupted'"
		" AND ended_ns > (SELECT coalesce(max(ended_ns), 0) FROM aiops_run"
		"  WHERE runbook = ?1 AND mode = 'apply' AND state = 'succeeded')",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 1, runbook);
	return number(s, st, out, e);
}

int last_action_on(struct store *s, struct span runbook, struct span target, const char *not_run,
		   int64_t *out, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT max(intent_ns) FROM aiops_attempt WHERE counts = 1 AND runbook = ?1"
		" AND target = ?2 AND run <> ?3",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 1, runbook);
	store_bind_text(st, 2, target);
	store_bind_text(st, 3, span_cstr(not_run));
	return number(s, st, out, e);
}
