#include "store/breaker_rows.h"

#include "store/store_impl.h"

/* Of permits without a change of state, those of processes that died while it was closed stay: not
 * for longer than this. */
#define KEEP_PERMITS_MS (INT64_C(30) * 24 * 3600 * 1000)

/* state repeats what detail (breaker_add_text) begins with, for queries. */
const struct migration breaker_migrations[] = {
	{10,
	 "CREATE TABLE aiops_breaker ("
	 " scope TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, detail TEXT NOT NULL,"
	 " succeeded INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,"
	 " unverified INTEGER NOT NULL DEFAULT 0, not_started INTEGER NOT NULL DEFAULT 0,"
	 " slow INTEGER NOT NULL DEFAULT 0, opened INTEGER NOT NULL DEFAULT 0,"
	 " set_by TEXT, set_reason TEXT, set_ms INTEGER,"
	 " PRIMARY KEY (scope, name)) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE aiops_breaker_permit ("
	 " scope TEXT NOT NULL, name TEXT NOT NULL, holder TEXT NOT NULL, generation INTEGER NOT NULL,"
	 " place INTEGER NOT NULL, lease_end_ms INTEGER NOT NULL, taken_ms INTEGER NOT NULL,"
	 " PRIMARY KEY (scope, name, holder)) STRICT, WITHOUT ROWID;"},
};
const size_t breaker_migration_count = sizeof breaker_migrations / sizeof *breaker_migrations;

/* ---- statements ---- */

/* A statement with the key bound to ?1 and ?2. */
static sqlite3_stmt *keyed(struct store *s, const struct breaker_key *k, const char *sql,
			   struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, sql, e);

	if (st) {
		store_bind_text(st, 1, k->scope);
		store_bind_text(st, 2, k->name);
	}
	return st;
}

static int run(struct store *s, sqlite3_stmt *st, struct err *e)
{
	return store_step(s, st, e) < 0 ? -1 : 0;
}

/* A transaction of our own, unless the caller has one. */
struct scope_of_write {
	struct store *s;
	bool own;
};

static int enter(struct store *s, struct scope_of_write *w, struct err *e)
{
	*w = (struct scope_of_write){s, !s->in_transaction};
	return w->own ? store_begin(s, e) : 0;
}

/* rc of what was done; below 0 takes it back. */
static int leave(const struct scope_of_write *w, int rc, struct err *e)
{
	if (!w->own)
		return rc;
	if (rc >= 0 && store_commit(w->s, e) != 0)
		return -1;
	if (rc < 0)
		store_rollback(w->s);
	return rc;
}

/* ---- the row ---- */

/* A breaker that has no row yet is closed and knows nothing. */
static int load(struct store *s, const struct breaker_key *k, struct breaker *b, struct err *e)
{
	sqlite3_stmt *st =
		keyed(s, k, "SELECT detail FROM aiops_breaker WHERE scope = ?1 AND name = ?2", e);
	int rc = st ? store_step(s, st, e) : -1;

	*b = (struct breaker){.state = BREAKER_CLOSED};
	if (rc != 1)
		return rc;
	rc = breaker_parse(store_text(st, 0), b, e);
	(void)sqlite3_reset(st); /* was read */
	if (rc != 0)
		return err_prefix(e, "breaker %.*s %.*s", (int)k->scope.len, k->scope.data,
				  (int)k->name.len, k->name.data);
	return 0;
}

static int save(struct store *s, const struct breaker_key *k, const struct breaker *b,
		struct err *e)
{
	sqlite3_stmt *st = keyed(
		s, k,
		"INSERT INTO aiops_breaker (scope, name, state, detail) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT (scope, name) DO UPDATE SET state = excluded.state, detail = excluded.detail",
		e);
	struct buf text = BUF_INIT(8192);
	int rc;

	if (!st)
		return -1;
	breaker_add_text(&text, b);
	store_bind_text(st, 3, span_cstr(breaker_state_name(b->state)));
	store_bind_text(st, 4, buf_span(&text));
	rc = run(s, st, e);
	buf_release(&text);
	return rc;
}

/* Permits of an earlier state are worth nothing. */
static int drop_permits(struct store *s, const struct breaker_key *k, const struct breaker *b,
			int64_t now_ms, struct err *e)
{
	sqlite3_stmt *st = keyed(s, k,
				 "DELETE FROM aiops_breaker_permit WHERE scope = ?1 AND name = ?2"
				 " AND (generation <> ?3 OR taken_ms < ?4)",
				 e);

	if (!st)
		return -1;
	store_bind_i64(st, 3, b->generation);
	store_bind_i64(st, 4, now_ms - KEEP_PERMITS_MS);
	return run(s, st, e);
}

/* Writes what a call has changed. */
static int save_if_changed(struct store *s, const struct breaker_key *k, const struct breaker *old,
			   const struct breaker *b, int64_t now_ms, struct err *e)
{
	if (breaker_same(old, b))
		return 0;
	if (old->generation != b->generation && drop_permits(s, k, b, now_ms, e) != 0)
		return -1;
	return save(s, k, b, e);
}

/* ---- permits ---- */

int breaker_row_find(struct store *s, const struct breaker_key *k, struct span holder,
		     struct breaker_ticket *out, struct err *e)
{
	sqlite3_stmt *st =
		keyed(s, k,
		      "SELECT generation, place, lease_end_ms, taken_ms FROM aiops_breaker_permit"
		      " WHERE scope = ?1 AND name = ?2 AND holder = ?3",
		      e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 3, holder);
	rc = store_step(s, st, e);
	if (rc != 1)
		return rc;
	*out = (struct breaker_ticket){{(uint32_t)sqlite3_column_int64(st, 0),
					sqlite3_column_int(st, 1), sqlite3_column_int64(st, 2)},
				       sqlite3_column_int64(st, 3)};
	(void)sqlite3_reset(st); /* was read */
	return 1;
}

static int keep_permit(struct store *s, const struct breaker_key *k, struct span holder,
		       const struct breaker_ticket *t, struct err *e)
{
	sqlite3_stmt *st = keyed(
		s, k,
		"INSERT OR REPLACE INTO aiops_breaker_permit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 3, holder);
	store_bind_i64(st, 4, t->permit.generation);
	store_bind_i64(st, 5, t->permit.lease);
	store_bind_i64(st, 6, t->permit.lease_end_ms);
	store_bind_i64(st, 7, t->taken_ms);
	return run(s, st, e);
}

static int drop_permit(struct store *s, const struct breaker_key *k, struct span holder,
		       struct err *e)
{
	sqlite3_stmt *st = keyed(
		s, k,
		"DELETE FROM aiops_breaker_permit WHERE scope = ?1 AND name = ?2 AND holder = ?3",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 3, holder);
	return run(s, st, e);
}

static bool still_good(const struct breaker *b, const struct breaker_permit *p, int64_t now_ms)
{
	if (p->generation != b->generation || b->state == BREAKER_FORCED_OPEN)
		return false;
	if (p->lease < 0)
		return b->state != BREAKER_HALF_OPEN;
	return p->lease < BREAKER_TRIALS_MAX && b->leases[p->lease] == p->lease_end_ms &&
	       p->lease_end_ms > now_ms;
}

/* ---- the interface ---- */

static int admit(struct store *s, const struct breaker_key *k, const struct breaker_policy *p,
		 struct span holder, int64_t now_ms, struct breaker_ticket *out, int64_t *retry_ms,
		 struct err *e)
{
	struct breaker_ticket ticket = {.taken_ms = now_ms};
	struct breaker b, old;
	int held = 0;
	bool yes;

	if (load(s, k, &b, e) != 0 ||
	    (holder.data && (held = breaker_row_find(s, k, holder, &ticket, e)) < 0))
		return -1;
	if (held && still_good(&b, &ticket.permit, now_ms)) {
		*out = ticket;
		return 1;
	}
	ticket.taken_ms = now_ms;
	old = b;
	yes = breaker_try(&b, p, now_ms, &ticket.permit, retry_ms);
	if (save_if_changed(s, k, &old, &b, now_ms, e) != 0 ||
	    (yes && holder.data && keep_permit(s, k, holder, &ticket, e) != 0))
		return -1;
	if (yes)
		*out = ticket;
	return yes;
}

int breaker_row_admit(struct store *s, const struct breaker_key *k, const struct breaker_policy *p,
		      struct span holder, int64_t now_ms, struct breaker_ticket *out,
		      int64_t *retry_ms, struct err *e)
{
	struct scope_of_write w;

	if (enter(s, &w, e) != 0)
		return -1;
	return leave(&w, admit(s, k, p, holder, now_ms, out, retry_ms, e), e);
}

/* Adds to the totals of the row, made if it is not there. */
static int count(struct store *s, const struct breaker_key *k, enum breaker_end end, bool slow,
		 bool opened, struct err *e)
{
	sqlite3_stmt *st = keyed(
		s, k,
		"INSERT INTO aiops_breaker (scope, name, state, detail, succeeded, failed, unverified,"
		" not_started, slow, opened)"
		" VALUES (?1, ?2, 'closed', ?9, ?3, ?4, ?5, ?6, ?7, ?8)"
		" ON CONFLICT (scope, name) DO UPDATE SET succeeded = succeeded + ?3,"
		" failed = failed + ?4, unverified = unverified + ?5, not_started = not_started + ?6,"
		" slow = slow + ?7, opened = opened + ?8",
		e);
	struct breaker fresh = {.state = BREAKER_CLOSED};
	struct buf text = BUF_INIT(8192);
	int rc;

	if (!st)
		return -1;
	breaker_add_text(&text, &fresh);
	store_bind_i64(st, 3, end == BREAKER_END_SUCCEEDED);
	store_bind_i64(st, 4, end == BREAKER_END_FAILED);
	store_bind_i64(st, 5, end == BREAKER_END_UNVERIFIED);
	store_bind_i64(st, 6, end == BREAKER_END_NOT_STARTED);
	store_bind_i64(st, 7, slow);
	store_bind_i64(st, 8, opened);
	store_bind_text(st, 9, buf_span(&text));
	rc = run(s, st, e);
	buf_release(&text);
	return rc;
}

static int tick(struct store *s, const struct breaker_key *k, const struct breaker_policy *p,
		int64_t now_ms, bool *opened, struct err *e)
{
	struct breaker b, old;

	if (load(s, k, &b, e) != 0)
		return -1;
	old = b;
	breaker_tick(&b, p, now_ms);
	*opened = old.state == BREAKER_HALF_OPEN && b.state == BREAKER_OPEN;
	if (save_if_changed(s, k, &old, &b, now_ms, e) != 0)
		return -1;
	return *opened ? count(s, k, BREAKER_END_NOT_MADE, false, true, e) : 0;
}

int breaker_row_tick(struct store *s, const struct breaker_key *k, const struct breaker_policy *p,
		     int64_t now_ms, bool *opened, struct err *e)
{
	struct scope_of_write w;

	if (enter(s, &w, e) != 0)
		return -1;
	return leave(&w, tick(s, k, p, now_ms, opened, e), e);
}

static int settle(struct store *s, const struct breaker_key *k, const struct breaker_policy *p,
		  struct span holder, const struct breaker_ticket *t, enum breaker_end end,
		  int64_t now_ms, bool *opened, struct err *e)
{
	static const enum breaker_result results[] = {
		[BREAKER_END_SUCCEEDED] = BREAKER_SUCCEEDED,
		[BREAKER_END_FAILED] = BREAKER_FAILED,
		[BREAKER_END_UNVERIFIED] = BREAKER_FAILED,
		[BREAKER_END_NOT_STARTED] = BREAKER_NOT_MADE,
		[BREAKER_END_NOT_MADE] = BREAKER_NOT_MADE,
	};
	int64_t took = now_ms > t->taken_ms ? now_ms - t->taken_ms : 0; /* a clock that went back */
	bool made = results[end] != BREAKER_NOT_MADE;
	struct breaker b, old;
	bool opens;

	if (load(s, k, &b, e) != 0 || (holder.data && drop_permit(s, k, holder, e) != 0))
		return -1;
	old = b;
	opens = breaker_report(&b, p, t->permit, results[end], took, now_ms);
	if (save_if_changed(s, k, &old, &b, now_ms, e) != 0)
		return -1;
	if (end != BREAKER_END_NOT_MADE &&
	    count(s, k, end, made && p->slow_ms > 0 && took > p->slow_ms, opens, e) != 0)
		return -1;
	if (opened)
		*opened = opens;
	return 0;
}

int breaker_row_settle(struct store *s, const struct breaker_key *k, const struct breaker_policy *p,
		       struct span holder, const struct breaker_ticket *ticket,
		       enum breaker_end end, int64_t now_ms, bool *opened, struct err *e)
{
	struct scope_of_write w;

	if (enter(s, &w, e) != 0)
		return -1;
	return leave(&w, settle(s, k, p, holder, ticket, end, now_ms, opened, e), e);
}

static int set(struct store *s, const struct breaker_key *k, enum breaker_state state,
	       struct span by, struct span reason, int64_t now_ms, struct err *e)
{
	struct err damaged = ERR_INIT;
	struct breaker b;
	sqlite3_stmt *st;

	if (load(s, k, &b, &damaged) != 0) {
		if (damaged.code != EX_BADDATA) {
			*e = damaged;
			return -1;
		}
		/* No permit that is out may fit the new state. */
		b = (struct breaker){.generation = (uint32_t)(now_ms / 1000)};
	}
	breaker_set(&b, state, now_ms);
	if (save(s, k, &b, e) != 0 || drop_permits(s, k, &b, now_ms, e) != 0)
		return -1;
	st = keyed(s, k,
		   "UPDATE aiops_breaker SET set_by = ?3, set_reason = ?4, set_ms = ?5"
		   " WHERE scope = ?1 AND name = ?2",
		   e);
	if (!st)
		return -1;
	store_bind_text(st, 3, by);
	store_bind_text(st, 4, reason);
	store_bind_i64(st, 5, now_ms);
	return run(s, st, e);
}

int breaker_row_set(struct store *s, const struct breaker_key *k, enum breaker_state state,
		    struct span by, struct span reason, int64_t now_ms, struct err *e)
{
	struct scope_of_write w;

	if (enter(s, &w, e) != 0)
		return -1;
	return leave(&w, set(s, k, state, by, reason, now_ms, e), e);
}
