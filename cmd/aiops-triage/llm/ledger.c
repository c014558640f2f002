/*
 * The budget's tables.
 */
#include "aiops-triage/llm/ledger.h"

#include <math.h>

const struct migration ledger_migrations[] = {
	{53, "CREATE TABLE aiops_llm_calls ("
	     " call INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL,"
	     " incident TEXT NOT NULL, model TEXT NOT NULL, reserved INTEGER NOT NULL,"
	     " used INTEGER) STRICT;"
	     "CREATE INDEX aiops_llm_calls_at ON aiops_llm_calls (at_ms);"
	     "CREATE INDEX aiops_llm_calls_incident ON aiops_llm_calls (incident)"},
	{54, "CREATE TABLE aiops_llm_habits ("
	     " endpoint TEXT NOT NULL, model TEXT NOT NULL, rung INTEGER NOT NULL,"
	     " ratio REAL NOT NULL, PRIMARY KEY (endpoint, model)) STRICT, WITHOUT ROWID"},
};
const size_t ledger_migration_count = sizeof ledger_migrations / sizeof *ledger_migrations;

static int sum(struct store *s, const char *sql, struct span incident, int64_t since,
	       int64_t *tokens, int64_t *calls, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, sql, e);

	if (!st)
		return -1;
	if (incident.len)
		store_bind_text(st, 1, incident);
	else
		store_bind_i64(st, 1, since);
	if (store_step(s, st, e) < 0)
		return -1;
	*tokens = sqlite3_column_int64(st, 0);
	*calls = sqlite3_column_int64(st, 1);
	(void)sqlite3_reset(st); /* was read */
	return 0;
}

int ledger_spent(struct store *s, struct span incident, int64_t now_ms, struct ledger_spent *out,
		 struct err *e)
{
	int64_t unused;

	if (sum(s,
		"SELECT coalesce(sum(coalesce(used, reserved)), 0), count(*)"
		" FROM aiops_llm_calls WHERE incident = ?",
		incident, 0, &out->incident, &out->steps, e) != 0)
		return -1;
	return sum(s,
		   "SELECT coalesce(sum(coalesce(used, reserved)), 0), count(*)"
		   " FROM aiops_llm_calls WHERE at_ms > ?",
		   SPAN_NONE, now_ms - LEDGER_DAY_MS, &out->day, &unused, e);
}

const char *ledger_refuses(const struct ledger_limits *l, const struct ledger_spent *s,
			   int64_t tokens)
{
	if (tokens > l->call)
		return "call";
	if (s->steps >= l->steps)
		return "step";
	if (tokens > l->incident - s->incident)
		return "incident";
	return tokens > l->day - s->day ? "day" : NULL;
}

int ledger_reserve(struct store *s, struct span incident, struct span model, int64_t tokens,
		   int64_t now_ms, int64_t *id, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "INSERT INTO aiops_llm_calls (at_ms, incident, model,"
				      " reserved) VALUES (?,?,?,?)",
				      e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, now_ms);
	store_bind_text(st, 2, incident);
	store_bind_text(st, 3, model);
	store_bind_i64(st, 4, tokens);
	if (store_step(s, st, e) < 0)
		return -1;
	*id = sqlite3_last_insert_rowid(store_db(s));
	return 0;
}

int ledger_settle(struct store *s, int64_t id, int64_t tokens, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "UPDATE aiops_llm_calls SET used = ? WHERE call = ?", e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, tokens);
	store_bind_i64(st, 2, id);
	return store_step(s, st, e) < 0 ? -1 : 0;
}

const char *rung_name(enum llm_rung r)
{
	static const char *const names[] = {"json_schema", "json_object", "text"};

	return names[r];
}

int ledger_habit(struct store *s, struct span endpoint, struct span model, struct ledger_habit *out,
		 struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "SELECT rung, ratio FROM aiops_llm_habits"
				      " WHERE endpoint = ? AND model = ?",
				      e);
	int rc;

	*out = (struct ledger_habit){.ratio = 1};
	if (!st)
		return -1;
	store_bind_text(st, 1, endpoint);
	store_bind_text(st, 2, model);
	rc = store_step(s, st, e);
	if (rc > 0) {
		int64_t rung = sqlite3_column_int64(st, 0);
		double ratio = sqlite3_column_double(st, 1);

		if (rung >= 0 && rung < RUNGS)
			out->rung = (enum llm_rung)rung;
		if (isfinite(ratio) && ratio > 0)
			out->ratio = ratio;
		(void)sqlite3_reset(st); /* was read */
	}
	return rc < 0 ? -1 : 0;
}

int ledger_remember(struct store *s, struct span endpoint, struct span model,
		    const struct ledger_habit *h, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "INSERT OR REPLACE INTO aiops_llm_habits VALUES (?,?,?,?)", e);

	if (!st)
		return -1;
	store_bind_text(st, 1, endpoint);
	store_bind_text(st, 2, model);
	store_bind_i64(st, 3, h->rung);
	(void)sqlite3_bind_double(st, 4, h->ratio); /* numbers always bind */
	return store_step(s, st, e) < 0 ? -1 : 0;
}
