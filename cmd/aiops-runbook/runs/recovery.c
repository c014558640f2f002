#include "aiops-runbook/runs/recovery.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-runbook/runs/runstore_impl.h"
#include "base/mem.h"

/* ---- what a run was made from ---- */

static int insert_row(struct store *s, const struct run_row *run, const struct plan *p,
		      struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "INSERT INTO aiops_recovery (run, path) VALUES (?1, ?2)", e);
	char *path = realpath(p->rb->path, NULL);
	int rc;

	if (!st) {
		free(path);
		return -1;
	}
	store_bind_text(st, 1, span_cstr(run->id));
	store_bind_text(st, 2, span_cstr(path ? path : p->rb->path));
	rc = stmt_finish(s, st, e);
	free(path);
	return rc;
}

static int insert_param(struct store *s, const struct run_row *run, struct span name,
			struct span value, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "INSERT INTO aiops_run_param VALUES (?1, ?2, ?3)", e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run->id));
	store_bind_text(st, 2, name);
	store_bind_text(st, 3, value);
	return stmt_finish(s, st, e);
}

int recovery_keep(struct store *s, const struct run_row *run, const struct plan *p, struct err *e)
{
	if (insert_row(s, run, p, e) != 0)
		return -1;
	for (size_t i = 0; i < p->rb->n_params; i++)
		if (p->params[i].data &&
		    insert_param(s, run, p->rb->params[i].name, p->params[i], e) != 0)
			return -1;
	return 0;
}

/* What is not known a later version wrote: a person must look. */
static enum run_state state_from(struct span name)
{
	for (int i = 0; run_state_names[i]; i++)
		if (span_is(name, run_state_names[i]))
			return (enum run_state)i;
	return RUN_NEEDS_OPERATOR;
}

int recovery_load(struct store *s, const char *run, struct pool *pool, struct recovery *out,
		  struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT path, ending, ending_reason, ending_exit, cancel_by, cancel_reason, resumes,"
		" mark, first_step FROM aiops_recovery WHERE run = ?1",
		e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run));
	rc = store_step(s, st, e);
	if (rc == 1) {
		*out = (struct recovery){.path = column_text(st, 0, pool),
					 .decided = store_text(st, 1).data != NULL,
					 .ending = state_from(store_text(st, 1)),
					 .ending_reason = column_text(st, 2, pool),
					 .ending_exit = sqlite3_column_int64(st, 3),
					 .cancel_by = column_text(st, 4, pool),
					 .cancel_reason = column_text(st, 5, pool),
					 .resumes = sqlite3_column_int64(st, 6),
					 .mark = column_text(st, 7, pool),
					 .first_step = sqlite3_column_int(st, 8) != 0};
		(void)sqlite3_reset(st); /* read what was wanted */
	}
	return rc;
}

int recovery_bound(struct store *s, const char *run, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "UPDATE aiops_recovery SET first_step = 1 WHERE run = ?1", e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run));
	return stmt_finish(s, st, e);
}

int recovery_update(struct store *s, const char *run, const struct recovery *r, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"UPDATE aiops_recovery SET ending = ?2, ending_reason = ?3, ending_exit = ?4,"
		" resumes = ?5, mark = ?6 WHERE run = ?1",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run));
	store_bind_text(st, 2, span_cstr(r->decided ? run_state_names[r->ending] : NULL));
	store_bind_text(st, 3, r->ending_reason);
	store_bind_i64(st, 4, r->ending_exit);
	store_bind_i64(st, 5, r->resumes);
	store_bind_text(st, 6, r->mark);
	return stmt_finish(s, st, e);
}

int recovery_params(struct store *s, const char *run, struct pool *pool, struct setting **out,
		    size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "SELECT name, value FROM aiops_run_param WHERE run = ?1 ORDER BY name", e);
	struct setting *items = NULL;
	size_t cap = 0, used = 0;
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run));
	while ((rc = store_step(s, st, e)) == 1) {
		mem_grow(items, cap, used + 1);
		items[used++] =
			(struct setting){column_text(st, 0, pool), column_text(st, 1, pool)};
	}
	*out = pool_array(pool, used, sizeof **out);
	for (size_t i = 0; i < used; i++)
		(*out)[i] = items[i];
	*n = used;
	free(items);
	return rc;
}

int recovery_source(struct store *s, struct span digest, struct pool *pool, struct span *out,
		    struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "SELECT CAST(source AS TEXT) FROM aiops_runbook WHERE digest = ?1", e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, digest);
	rc = store_step(s, st, e);
	if (rc == 1) {
		*out = column_text(st, 0, pool);
		(void)sqlite3_reset(st); /* read what was wanted */
	}
	return rc;
}

/* ---- cancelling ---- */

int recovery_ask_cancel(struct store *s, const char *run, struct span by, struct span reason,
			struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "UPDATE aiops_recovery SET cancel_by = ?2, cancel_reason = ?3 WHERE run = ?1",
		e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run));
	store_bind_text(st, 2, by);
	store_bind_text(st, 3, reason);
	return stmt_finish(s, st, e);
}

int recovery_cancel_asked(struct store *s, const char *run, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "SELECT 1 FROM aiops_recovery WHERE run = ?1 AND cancel_by IS NOT NULL", e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run));
	rc = store_step(s, st, e);
	if (rc == 1)
		(void)sqlite3_reset(st); /* read what was wanted */
	return rc;
}

/* ---- the past ---- */

static enum effect effect_from(struct span name)
{
	for (int i = 0; effect_names[i]; i++)
		if (span_is(name, effect_names[i]))
			return (enum effect)i;
	return EFFECT_DESTRUCTIVE; /* what is not known counts as the worst */
}

static void read_past(sqlite3_stmt *st, struct pool *pool, struct past_attempt *p)
{
	*p = (struct past_attempt){
		.n = sqlite3_column_int64(st, 0),
		.attempt = sqlite3_column_int64(st, 1),
		.step = column_text(st, 2, pool),
		.role = column_text(st, 3, pool),
		.state = column_text(st, 4, pool),
		.reason = column_text(st, 5, pool),
		.argv_sha256 = column_text(st, 6, pool),
		.effect = effect_from(store_text(st, 7)),
		.due_ns = column_time(st, 8),
		.exit_status = sqlite3_column_int64(st, 9),
		.has_exit = sqlite3_column_type(st, 9) != SQLITE_NULL,
		.signal = sqlite3_column_int64(st, 10),
		.timed_out = sqlite3_column_int(st, 11) != 0,
	};
	column_identity(st, 12, &p->shim);
}

int past_attempts(struct store *s, const char *run, struct pool *pool, struct past_attempt **out,
		  size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s,
		"SELECT n, attempt, step, role, state, reason, argv_sha256, effect, due_ns,"
		" exit_status, signal, timed_out, pid, pid_ticks, boot"
		" FROM aiops_attempt WHERE run = ?1 ORDER BY n",
		e);
	struct past_attempt *items = NULL;
	size_t cap = 0, used = 0;
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run));
	while ((rc = store_step(s, st, e)) == 1) {
		mem_grow(items, cap, used + 1);
		read_past(st, pool, &items[used++]);
	}
	*out = pool_array(pool, used, sizeof **out);
	for (size_t i = 0; i < used; i++)
		(*out)[i] = items[i];
	*n = used;
	free(items);
	return rc;
}

int past_captures(struct store *s, const char *run, const struct runbook *rb, struct pool *pool,
		  struct span *values, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, "SELECT name, value FROM aiops_capture WHERE run = ?1", e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(run));
	while ((rc = store_step(s, st, e)) == 1)
		for (size_t i = 0; i < rb->n_captures; i++)
			if (span_eq(store_text(st, 0), rb->captures[i].as.name))
				values[i] = column_text(st, 1, pool);
	return rc;
}
