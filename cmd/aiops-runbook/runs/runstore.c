#include "aiops-runbook/runs/runstore.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-runbook/breaker/policy_schema.h"
#include "aiops-runbook/runs/runstore_impl.h"
#include "base/mem.h"
#include "record/event.h"
#include "store/audit.h"
#include "store/breaker_rows.h"

const char *const run_state_names[] = {"planned",          "awaiting_approval",
				       "running",          "verifying",
				       "rolling_back",     "succeeded",
				       "failed",           "rolled_back",
				       "rollback_partial", "needs_operator",
				       "cancelled",        "expired",
				       "blocked",          NULL};

bool run_state_is_final(enum run_state s)
{
	return s >= RUN_SUCCEEDED;
}

bool run_state_is_active(enum run_state s)
{
	return s == RUN_RUNNING || s == RUN_VERIFYING || s == RUN_ROLLING_BACK;
}

/* Times are nanoseconds since the epoch; NULL where one has not come. */
static const struct migration run_migrations[] = {
	{20,
	 "CREATE TABLE aiops_runbook ("
	 " digest TEXT PRIMARY KEY, id TEXT NOT NULL, source BLOB NOT NULL, kept_ns INTEGER NOT NULL) STRICT;"
	 "CREATE TABLE aiops_run ("
	 " id TEXT PRIMARY KEY, runbook TEXT NOT NULL, runbook_digest TEXT NOT NULL REFERENCES aiops_runbook (digest),"
	 " plan_id TEXT NOT NULL, plan_digest TEXT NOT NULL, plan TEXT NOT NULL, incident TEXT,"
	 " concurrency_key TEXT NOT NULL, requester TEXT NOT NULL, state TEXT NOT NULL, reason TEXT,"
	 " mode TEXT NOT NULL, needs_approval INTEGER NOT NULL, n INTEGER NOT NULL, attempts INTEGER NOT NULL,"
	 " created_ns INTEGER NOT NULL, request_expires_ns INTEGER NOT NULL, expires_in_ms INTEGER NOT NULL,"
	 " min_approvals INTEGER NOT NULL, started_ns INTEGER, ended_ns INTEGER,"
	 " runner_pid INTEGER, runner_ticks INTEGER, runner_boot TEXT) STRICT;"
	 "CREATE INDEX aiops_run_plan ON aiops_run (plan_digest, created_ns);"
	 "CREATE INDEX aiops_run_incident ON aiops_run (incident, runbook, created_ns);"
	 "CREATE INDEX aiops_run_state ON aiops_run (state, created_ns);"
	 "CREATE TABLE aiops_attempt ("
	 " run TEXT NOT NULL REFERENCES aiops_run (id), n INTEGER NOT NULL, step TEXT NOT NULL, role TEXT NOT NULL,"
	 " attempt INTEGER NOT NULL, effect TEXT NOT NULL, target TEXT, counts INTEGER NOT NULL, state TEXT NOT NULL,"
	 " runbook TEXT NOT NULL, incident TEXT, argv_sha256 TEXT NOT NULL,"
	 " pid INTEGER, pid_ticks INTEGER, boot TEXT, intent_ns INTEGER NOT NULL, started_ns INTEGER, ended_ns INTEGER,"
	 " exit_status INTEGER, signal INTEGER, timed_out INTEGER, stdout_sha256 TEXT,"
	 " PRIMARY KEY (run, n)) STRICT, WITHOUT ROWID;"
	 "CREATE INDEX aiops_attempt_rate ON aiops_attempt (runbook, intent_ns) WHERE counts = 1;"
	 "CREATE INDEX aiops_attempt_incident ON aiops_attempt (incident) WHERE counts = 1;"
	 "CREATE INDEX aiops_attempt_target ON aiops_attempt (runbook, target, intent_ns) WHERE counts = 1;"
	 "CREATE TABLE aiops_capture ("
	 " run TEXT NOT NULL REFERENCES aiops_run (id), name TEXT NOT NULL, value TEXT NOT NULL,"
	 " PRIMARY KEY (run, name)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE aiops_approval ("
	 " id TEXT PRIMARY KEY, run TEXT NOT NULL REFERENCES aiops_run (id), plan_digest TEXT NOT NULL,"
	 " decision TEXT NOT NULL, approver TEXT NOT NULL, reason TEXT, nonce TEXT NOT NULL UNIQUE,"
	 " issued TEXT NOT NULL, issued_ns INTEGER NOT NULL, expires TEXT NOT NULL, expires_ns INTEGER NOT NULL,"
	 " public_key TEXT, signature TEXT) STRICT;"
	 "CREATE INDEX aiops_approval_run ON aiops_approval (run, issued_ns);"
	 "CREATE TABLE aiops_used_nonce ("
	 " nonce TEXT PRIMARY KEY, approval TEXT NOT NULL REFERENCES aiops_approval (id),"
	 " run TEXT NOT NULL REFERENCES aiops_run (id), used_ns INTEGER NOT NULL) STRICT;"},
	/* What taking a run up needs (recovery.h). */
	{21,
	 "ALTER TABLE aiops_attempt ADD COLUMN reason TEXT;"
	 "ALTER TABLE aiops_attempt ADD COLUMN due_ns INTEGER;"
	 "CREATE TABLE aiops_run_param ("
	 " run TEXT NOT NULL REFERENCES aiops_run (id), name TEXT NOT NULL, value TEXT NOT NULL,"
	 " PRIMARY KEY (run, name)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE aiops_recovery ("
	 " run TEXT PRIMARY KEY REFERENCES aiops_run (id), path TEXT NOT NULL, ending TEXT, ending_reason TEXT,"
	 " ending_exit INTEGER NOT NULL DEFAULT 0, cancel_by TEXT, cancel_reason TEXT,"
	 " resumes INTEGER NOT NULL DEFAULT 0, mark TEXT) STRICT;"},
	{22, "ALTER TABLE aiops_recovery ADD COLUMN first_step INTEGER NOT NULL DEFAULT 0;"},
};

int runstore_open(const char *path, struct store **out, struct err *e)
{
	const struct {
		const struct migration *list;
		size_t n;
	} parts[] = {
		{audit_migrations, audit_migration_count},
		{breaker_migrations, breaker_migration_count},
		{run_migrations, sizeof run_migrations / sizeof *run_migrations},
		{policy_migrations, policy_migration_count},
	};
	struct migration *all = NULL;
	size_t n = 0, cap = 0;
	int rc;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		mem_grow(all, cap, n + parts[i].n);
		memcpy(all + n, parts[i].list, parts[i].n * sizeof *all);
		n += parts[i].n;
	}
	rc = store_open(path, all, n, out, e);
	free(all);
	return rc;
}

void new_id(char out[static RUN_ID_LEN + 1], const char *prefix, const struct env *env)
{
	uint8_t bytes[10];

	env_random(env, bytes, sizeof bytes);
	short_id(out, prefix, bytes);
}

/* ---- runs ---- */

#define RUN_COLUMNS                                                                                                     \
	"id, runbook, runbook_digest, plan_id, plan_digest, plan, incident, concurrency_key, requester, state, reason," \
	" needs_approval, n, attempts, created_ns, request_expires_ns, expires_in_ms, min_approvals, started_ns,"       \
	" ended_ns, runner_pid, runner_ticks, runner_boot, mode"

static enum run_state state_from(struct span name)
{
	for (int i = 0; run_state_names[i]; i++)
		if (span_is(name, run_state_names[i]))
			return (enum run_state)i;
	return RUN_NEEDS_OPERATOR; /* written by a later version: a person must look */
}

static void read_run(sqlite3_stmt *st, struct pool *pool, struct run_row *r)
{
	struct span id = store_text(st, 0);

	*r = (struct run_row){.state = state_from(store_text(st, 9))};
	memcpy(r->id, id.data, id.len < RUN_ID_LEN ? id.len : RUN_ID_LEN);
	r->runbook = column_text(st, 1, pool);
	r->runbook_digest = column_text(st, 2, pool);
	r->plan_id = column_text(st, 3, pool);
	r->plan_digest = column_text(st, 4, pool);
	r->plan = column_text(st, 5, pool);
	r->incident = column_text(st, 6, pool);
	r->key = column_text(st, 7, pool);
	r->requester = column_text(st, 8, pool);
	r->reason = column_text(st, 10, pool);
	r->needs_approval = sqlite3_column_int(st, 11) != 0;
	r->n = sqlite3_column_int64(st, 12);
	r->attempts = sqlite3_column_int64(st, 13);
	r->created_ns = sqlite3_column_int64(st, 14);
	r->request_expires_ns = sqlite3_column_int64(st, 15);
	r->expires_in_ms = sqlite3_column_int64(st, 16);
	r->min_approvals = sqlite3_column_int64(st, 17);
	r->started_ns = column_time(st, 18);
	r->ended_ns = column_time(st, 19);
	column_identity(st, 20, &r->runner);
	r->check = span_is(store_text(st, 23), "check");
}

int run_keep_source(struct store *s, const struct runbook *rb, int64_t now_ns, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "INSERT OR IGNORE INTO aiops_runbook VALUES (?1, ?2, CAST(?3 AS BLOB), ?4)", e);
	char hex[DIGEST_HEX + 1];

	if (!st)
		return -1;
	digest_hex(&rb->digest, hex);
	store_bind_text(st, 1, span_cstr(hex));
	store_bind_text(st, 2, rb->id);
	store_bind_text(st, 3, rb->source);
	store_bind_i64(st, 4, now_ns);
	return stmt_finish(s, st, e);
}

int run_insert(struct store *s, const struct run_row *r, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"INSERT INTO aiops_run (id, runbook, runbook_digest, plan_id, plan_digest, plan, incident,"
		" concurrency_key, requester, state, reason, needs_approval, n, attempts, created_ns,"
		" request_expires_ns, expires_in_ms, min_approvals, mode)"
		" VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19)",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(r->id));
	store_bind_text(st, 2, r->runbook);
	store_bind_text(st, 3, r->runbook_digest);
	store_bind_text(st, 4, r->plan_id);
	store_bind_text(st, 5, r->plan_digest);
	store_bind_text(st, 6, r->plan);
	store_bind_text(st, 7, r->incident);
	store_bind_text(st, 8, r->key);
	store_bind_text(st, 9, r->requester);
	store_bind_text(st, 10, span_cstr(run_state_names[r->state]));
	store_bind_text(st, 11, r->reason);
	store_bind_i64(st, 12, r->needs_approval);
	store_bind_i64(st, 13, r->n);
	store_bind_i64(st, 14, r->attempts);
	store_bind_i64(st, 15, r->created_ns);
	store_bind_i64(st, 16, r->request_expires_ns);
	store_bind_i64(st, 17, r->expires_in_ms);
	store_bind_i64(st, 18, r->min_approvals);
	store_bind_text(st, 19, r->check ? SPAN("check") : SPAN("apply"));
	return stmt_finish(s, st, e);
}

int run_update(struct store *s, const struct run_row *r, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"UPDATE aiops_run SET state = ?2, reason = ?3, attempts = ?4, started_ns = ?5,"
		" ended_ns = ?6, runner_pid = ?7, runner_ticks = ?8, runner_boot = ?9 WHERE id = ?1",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(r->id));
	store_bind_text(st, 2, span_cstr(run_state_names[r->state]));
	store_bind_text(st, 3, r->reason);
	store_bind_i64(st, 4, r->attempts);
	column_bind_time(st, 5, r->started_ns);
	column_bind_time(st, 6, r->ended_ns);
	if (r->runner.pid) {
		store_bind_i64(st, 7, r->runner.pid);
		store_bind_i64(st, 8, (int64_t)r->runner.start_ticks);
		store_bind_text(st, 9, span_cstr(r->runner.boot_id));
	}
	return stmt_finish(s, st, e);
}

int run_count_record(struct store *s, struct run_row *r, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "UPDATE aiops_run SET n = n + 1 WHERE id = ?1 RETURNING n", e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(r->id));
	rc = store_step(s, st, e);
	if (rc == 0)
		return err_set(e, EX_BUG, "run %s is not on file", r->id);
	if (rc == 1) {
		r->n = sqlite3_column_int64(st, 0);
		(void)sqlite3_reset(st); /* read what was wanted */
	}
	return rc < 0 ? -1 : 0;
}

static int one_run(struct store *s, sqlite3_stmt *st, struct pool *pool, struct run_row *out,
		   struct err *e)
{
	int rc = store_step(s, st, e);

	if (rc == 1) {
		read_run(st, pool, out);
		(void)sqlite3_reset(st); /* read what was wanted */
	}
	return rc;
}

int run_by_id(struct store *s, struct span id, struct pool *pool, struct run_row *out,
	      struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "SELECT " RUN_COLUMNS " FROM aiops_run WHERE id = ?1", e);

	if (!st)
		return -1;
	store_bind_text(st, 1, id);
	return one_run(s, st, pool, out, e);
}

/* The newest run that a query by two texts finds. */
static int newest(struct store *s, const char *sql, struct span first, struct span second,
		  struct pool *pool, struct run_row *out, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, sql, e);

	if (!st)
		return -1;
	store_bind_text(st, 1, first);
	store_bind_text(st, 2, second);
	return one_run(s, st, pool, out, e);
}

#define NEWEST " ORDER BY created_ns DESC, rowid DESC LIMIT 1"

int run_waiting(struct store *s, struct span plan_digest, struct span incident, struct pool *pool,
		struct run_row *out, struct err *e)
{
	return newest(s,
		      "SELECT " RUN_COLUMNS
		      " FROM aiops_run WHERE plan_digest = ?1 AND incident IS ?2"
		      " AND mode = 'apply' AND state IN ('planned', 'awaiting_approval')" NEWEST,
		      plan_digest, incident, pool, out, e);
}

int run_newest(struct store *s, struct span plan_digest, struct span incident, struct pool *pool,
	       struct run_row *out, struct err *e)
{
	return newest(s,
		      "SELECT " RUN_COLUMNS
		      " FROM aiops_run WHERE plan_digest = ?1 AND incident IS ?2"
		      " AND mode = 'apply' AND state <> 'blocked'" NEWEST,
		      plan_digest, incident, pool, out, e);
}

int run_begun(struct store *s, struct span runbook, struct span incident, struct pool *pool,
	      struct run_row *out, struct err *e)
{
	return newest(s,
		      "SELECT " RUN_COLUMNS " FROM aiops_run WHERE runbook = ?1 AND incident IS ?2"
		      " AND mode = 'apply' AND started_ns IS NOT NULL" NEWEST,
		      runbook, incident, pool, out, e);
}

int run_each(struct store *s, int state, struct pool *pool, run_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s,
			   "SELECT " RUN_COLUMNS " FROM aiops_run WHERE ?1 IS NULL OR state = ?1"
			   " ORDER BY created_ns, rowid",
			   e);
	int rc;

	if (!st)
		return -1;
	if (state >= 0)
		store_bind_text(st, 1, span_cstr(run_state_names[state]));
	while ((rc = store_step(s, st, e)) == 1) {
		struct run_row r;

		read_run(st, pool, &r);
		if (fn(ctx, &r, e) != 0) {
			(void)sqlite3_reset(st); /* fn's error is the one to report */
			return -1;
		}
	}
	return rc;
}
