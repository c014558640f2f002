/*
 * Prepared statements and what SQLite says when one fails.
 */
#include "store/store_impl.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"

int store_exit_of(int sqlite_code)
{
	switch (sqlite_code & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
		return EX_IO;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL: /* the system has no lock to give */
		return EX_TRYLATER;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_TOOBIG:
		return EX_BADDATA;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return EX_POLICY;
	case SQLITE_CANTOPEN:
		return EX_CANNOTCREATE;
	case SQLITE_NOMEM:
		return EX_SYSTEM;
	default:
		return EX_BUG;
	}
}

int store_err(struct store *s, struct err *e, const char *doing)
{
	int code = s->db ? sqlite3_extended_errcode(s->db) : SQLITE_NOMEM;

	return err_set(e, store_exit_of(code), "%s '%s': %s", doing, s->path,
		       s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(code));
}

sqlite3_stmt *store_stmt(struct store *s, const char *sql, struct err *e)
{
	sqlite3_stmt *st;

	for (size_t i = 0; i < s->n_stmts; i++) {
		if (strcmp(sqlite3_sql(s->stmts[i]), sql) != 0)
			continue;
		(void)sqlite3_reset(s->stmts[i]);          /* tells again what the last step told */
		(void)sqlite3_clear_bindings(s->stmts[i]); /* always SQLITE_OK */
		return s->stmts[i];
	}
	if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK) {
		store_err(s, e, "cannot read or write");
		return NULL;
	}
	mem_grow(s->stmts, s->cap_stmts, s->n_stmts + 1);
	s->stmts[s->n_stmts++] = st;
	return st;
}

int store_step(struct store *s, sqlite3_stmt *st, struct err *e)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		store_err(s, e, "cannot read or write");
	(void)sqlite3_reset(st); /* its error is the step's */
	return rc == SQLITE_DONE ? 0 : -1;
}

void store_reset_all(struct store *s)
{
	for (size_t i = 0; i < s->n_stmts; i++)
		(void)sqlite3_reset(s->stmts[i]); /* tells again what the last step told */
}

/* A value that could not be copied would be stored as NULL: that must not pass for want of memory.
 */
static void bound(int rc)
{
	if (rc == SQLITE_NOMEM)
		mem_exhausted();
	assert(rc == SQLITE_OK); /* a wrong index, or a value past SQLite's 10^9 bytes */
}

void store_bind_text(sqlite3_stmt *st, int index, struct span s)
{
	if (s.data)
		bound(sqlite3_bind_text64(st, index, s.data, s.len, SQLITE_TRANSIENT, SQLITE_UTF8));
	else
		bound(sqlite3_bind_null(st, index));
}

void store_bind_i64(sqlite3_stmt *st, int index, int64_t n)
{
	bound(sqlite3_bind_int64(st, index, n));
}

struct span store_text(sqlite3_stmt *st, int column)
{
	const char *text = (const char *)sqlite3_column_text(st, column);

	return text ? span_of(text, (size_t)sqlite3_column_bytes(st, column)) : SPAN_NONE;
}

int store_exec(struct store *s, const char *sql, struct err *e)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK
		       ? 0
		       : store_err(s, e, "cannot read or write");
}

int store_query_i64(struct store *s, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, sql, e);
	int rc = st ? store_step(s, st, e) : -1;

	if (rc < 0)
		return -1;
	if (rc > 0)
		*out = sqlite3_column_int64(st, 0);
	(void)sqlite3_reset(st); /* was read */
	return rc > 0 ? 0 : err_set(e, EX_BUG, "no answer to '%s'", sql);
}
